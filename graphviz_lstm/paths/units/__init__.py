"""Paths through single units: the unit graph of a graph of vectors, never spelled out."""
