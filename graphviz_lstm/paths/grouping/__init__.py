"""Paths by class: the labels of edges, the groups that they make, the polynomial of marked edges."""
