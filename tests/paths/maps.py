"""Linear maps and graphs for the tests of the path room, which has none of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Shape


@dataclass(frozen=True)
class Matrix:
    """d(head)/d(tail) as a matrix between vectors."""

    entries: FloatArray

    @property
    def tail_shape(self) -> Shape:
        return (self.entries.shape[1],)

    @property
    def head_shape(self) -> Shape:
        return (self.entries.shape[0],)

    def push(self, tangent: FloatArray) -> FloatArray:
        return tangent @ self.entries.T

    def pull(self, adjoint: FloatArray) -> FloatArray:
        return adjoint @ self.entries


@dataclass(frozen=True)
class ToNumber:
    """d(head)/d(tail) of a head of shape `()`: the gradient, in the tail's shape."""

    gradient: FloatArray

    @property
    def tail_shape(self) -> Shape:
        return self.gradient.shape

    @property
    def head_shape(self) -> Shape:
        return ()

    def push(self, tangent: FloatArray) -> FloatArray:
        axes = tuple(range(-self.gradient.ndim, 0))
        return np.asarray((tangent * self.gradient).sum(axis=axes))

    def pull(self, adjoint: FloatArray) -> FloatArray:
        return np.multiply.outer(adjoint, self.gradient)


@dataclass(frozen=True)
class WeightMap:
    """The map W -> slope * (W @ x): what leads from a weight matrix to a vector."""

    slope: FloatArray
    x: FloatArray

    @property
    def tail_shape(self) -> Shape:
        return (len(self.slope), len(self.x))

    @property
    def head_shape(self) -> Shape:
        return self.slope.shape

    def push(self, tangent: FloatArray) -> FloatArray:
        return self.slope * (tangent @ self.x)

    def pull(self, adjoint: FloatArray) -> FloatArray:
        return (adjoint * self.slope)[..., :, None] * self.x


def digraph(edges: Iterable[tuple[Hashable, Hashable, Any]]) -> nx.DiGraph[Any]:
    """Return the graph with these (tail, head, partial)."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for tail, head, partial in edges:
        graph.add_edge(tail, head, partial=partial)
    return graph


def ladder(rungs: int, partial: float = 0.5) -> nx.DiGraph[Any]:
    """Return a graph with 2**rungs paths from 0 to `rungs`, two ways on from each vertex."""
    edges: list[tuple[Hashable, Hashable, float]] = [(i, ("side", i), 1.0) for i in range(rungs)]
    edges += [(("side", i), i + 1, -partial) for i in range(rungs)]
    edges += [(i, i + 1, partial / 3) for i in range(rungs)]
    return digraph(edges)
