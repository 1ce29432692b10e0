"""The compiled graph: what lies between the source and the target, as arrays in topological order."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from graphviz_lstm.paths.linear import Partial, Shape, Value

Edge: TypeAlias = tuple[Hashable, Hashable] | tuple[Hashable, Hashable, Hashable]
"""(tail, head), or (tail, head, key) in a multigraph, as networkx has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Dag:
    """A weighted DAG, restricted to what lies on some path from its first vertex to its last.

    Index 0 is the source, the last index is the target, and every edge leads to a larger index. The edges out of vertex
    `v` have the indices `first[v]` to `first[v + 1] - 1`, in the order in which the graph lists them: so the paths
    have an order too, that of their edge indices. Where there is no path there are no vertices; where source and target
    are one there is one vertex and no edge.

    Attributes
    ----------
    source, target
        The vertices by name, also where there is no path between them.
    vertices
        Names by index. A name may stand at two indices (as after a product with an automaton).
    edges, attributes
        Name and attribute mapping of each edge; the mappings are the graph's own, read when a label is asked for.
    first, heads
        Compressed rows: see above; `heads[e]` is the head of edge `e`.
    partials
        By edge. If `scalar`, numbers; only edges out of the source then carry arrays, of the source's shape.
        If not, linear maps.
    one
        The adjoint of the target by itself.
    source_shape
        The shape of a contribution; `()` stands for a plain number.
    """

    source: Hashable
    target: Hashable
    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    attributes: tuple[Mapping[str, Any], ...]
    first: tuple[int, ...]
    heads: tuple[int, ...]
    partials: tuple[Partial, ...]
    one: Value
    source_shape: Shape
    scalar: bool

    def leaving(self, vertex: int) -> range:
        """Return the indices of the edges out of `vertex`."""
        return range(self.first[vertex], self.first[vertex + 1])

    def magnitudes(self) -> list[Partial]:
        """Return the absolute values of the partials, which must be numbers and arrays."""
        return [
            abs(partial) if isinstance(partial, float) else np.abs(np.asarray(partial)) for partial in self.partials
        ]


def describe_edge(edge: Edge) -> str:
    """Return an edge as messages name it.

    >>> describe_edge(("S_0", "S_1"))
    "'S_0' -> 'S_1'"
    >>> describe_edge(("a", "b", 1))
    "'a' -> 'b' (key 1)"
    """
    tail, head, *key = edge
    return f"{tail!r} -> {head!r}" + "".join(f" (key {k!r})" for k in key)
