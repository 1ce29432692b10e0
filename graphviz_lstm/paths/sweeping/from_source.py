"""Sums of vectors from the source on: tangents, one for each entry of the source, where adjoints come from the target.

The same sums from either end. An adjoint is one vector at each vertex; tangents are as many as the source has entries,
so that a sweep from the source is worth it where it meets far fewer classes of paths.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.compiled.linear_map import dense_matrix
from graphviz_lstm.paths.compiled.map_weights import carry_wide
from graphviz_lstm.paths.compiled.wide import ZERO, Wide, add_up, widen
from graphviz_lstm.paths.sweeping.algebra import Algebra

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import LinearMap, Shape

# So many multiplications take as long as it takes to ask for them.
_PER_CALL = 80_000


def tangents(dag: Dag) -> Algebra[int, Wide]:
    """Return the algebra of the sum of the contributions on a graph of maps that is turned round.

    A value is (entries of the source, *shape of the vertex); an element is the index of an edge of the first graph.
    """
    leaving = len(dag.leaving(0))

    def times(e: int, tangent: Wide) -> Wide:
        linear = linear_at(dag, e)
        if e < leaving:
            # What the source gives a vertex by itself: a row for each of its entries.
            return widen(np.ascontiguousarray(dense_matrix(linear).T).reshape(-1, *linear.head_shape))
        return carry_wide(linear.push, tangent)

    return Algebra(ZERO, widen(1.0), times, add_up)


def at_target(tangent: Wide, shape: Shape) -> Wide:
    """Return what tangents come to at the target, which is one number: the contribution in the source's shape."""
    if not shape:
        return widen(float(np.asarray(tangent.mantissa).sum()), tangent.exponent)
    return widen(np.asarray(tangent.mantissa).reshape(shape), tangent.exponent)


def costs_of(dag: Dag) -> tuple[list[float], list[float]]:
    """Return what it costs to go along each edge of a graph of maps from the target, and from the source."""
    size = prod(dag.weights.source_shape)
    works = [_entries(linear_at(dag, e)) / _PER_CALL for e in range(len(dag.edges))]
    return [1.0 + work for work in works], [1.0 + size * work for work in works]


def linear_at(dag: Dag, e: int) -> LinearMap:
    """Return the map of an edge, of a graph of maps."""
    linear = dag.weights.partials[e]
    if isinstance(linear, float | np.ndarray):
        raise TypeError("a graph of numbers: from either end it is swept as it is")
    return linear


def _entries(linear: LinearMap) -> int:
    head, tail = prod(linear.head_shape), prod(linear.tail_shape)
    return head if getattr(linear, "layout", None) == "diagonal" else head * tail
