"""The gradient held against ways that share little with it."""
