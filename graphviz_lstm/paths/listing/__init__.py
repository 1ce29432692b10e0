"""Paths by their numbers: taken out, listed, as objects, arrays and tables."""
