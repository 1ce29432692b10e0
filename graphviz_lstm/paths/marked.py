"""Marked edges: which ones, and the generating function of how often paths pass them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.paths.dag import Edge, describe_edge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.group import Group
    from graphviz_lstm.paths.linear import FloatArray, Value

Marks: TypeAlias = "str | Callable[[Edge], int] | Collection[Edge]"
"""The name of an edge attribute that is 0 or 1 (or how often the edge counts), a function of the edge, or the edges."""


def weights_of(dag: Dag, edges: Marks, known: Collection[Hashable]) -> list[int]:
    """Return how often each edge counts.

    Raises
    ------
    InputError
        If an edge has no such attribute, a weight is not a whole number of at least 0, or a listed edge is not a
        pair of vertices of the graph.
    """
    if isinstance(edges, str):
        weights = [_attribute(edge, data, edges) for edge, data in zip(dag.edges, dag.attributes, strict=True)]
    elif callable(edges):
        weights = [edges(edge) for edge in dag.edges]
    else:
        for edge in edges:
            if not isinstance(edge, tuple) or len(edge) not in (2, 3) or not {edge[0], edge[1]} <= set(known):
                raise InputError(f"not an edge of the graph: {edge!r} (must be (tail, head) or (tail, head, key))")
        marked = set(edges)
        weights = [int(edge in marked or edge[:2] in marked) for edge in dag.edges]
    for edge, weight in zip(dag.edges, weights, strict=True):
        if not isinstance(weight, int) or weight < 0:
            raise InputError(f"edge {describe_edge(edge)} counts {weight!r} (must be a whole number of at least 0)")
    return [int(weight) for weight in weights]


def _attribute(edge: Edge, data: Mapping[str, int], name: str) -> int:
    if name not in data:
        raise InputError(describe_unknown(f"attribute of edge {describe_edge(edge)}", name, data))
    return data[name]


@dataclass(frozen=True, slots=True, eq=False)
class PathPolynomial:
    """The sum over all paths of contribution * z**(how often the path passes a marked edge).

    Attributes
    ----------
    coefficients
        By power, `(degree + 1, *source_shape)`: the sum of the contributions of the paths that pass so often.
    counts
        By power: how many paths these are.
    """

    coefficients: FloatArray
    counts: tuple[int, ...]

    @property
    def degree(self) -> int:
        """How often a path passes marked edges at most."""
        return len(self.counts) - 1

    def __call__(self, z: float) -> Value:
        """Return the value at `z`: the total at 1, what is left at 0 when the marked edges are cut."""
        value = np.polynomial.polynomial.polyval(z, self.coefficients)
        return float(value) if np.ndim(value) == 0 else np.asarray(value)


def polynomial_of(groups: Mapping[int, Group], shape: tuple[int, ...]) -> PathPolynomial:
    """Return the polynomial whose coefficients are these groups."""
    degree = max(groups, default=0)
    coefficients = np.zeros((degree + 1, *shape))
    counts = [0] * (degree + 1)
    for power, part in groups.items():
        coefficients[power] = part.contribution
        counts[power] = part.count
    coefficients.setflags(write=False)
    return PathPolynomial(coefficients, tuple(counts))
