"""The one sweep and its table of algebras: what is asked of all paths at once."""
