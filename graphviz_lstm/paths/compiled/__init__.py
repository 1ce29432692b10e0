"""The compiled graph: what lies between two vertices, as arrays, and what its edges carry."""
