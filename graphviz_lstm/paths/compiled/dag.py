"""The compiled graph: what lies between the source and the target, as arrays in topological order."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from graphviz_lstm.errors import NumberError, shorten

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.compiled.weights import Weights

Edge: TypeAlias = tuple[Hashable, Hashable] | tuple[Hashable, Hashable, Hashable]
"""(tail, head), or (tail, head, key) in a multigraph, as networkx has it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
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
    weighted
        What the edges carry; or, where the graph has no partials, the line that says so to whoever asks for them.
    rounding
        Which part of what it is a sum of a total may come to by the rounding of the partials alone: what is no more
        cannot be told from zero, and is zero. 0 of partials that are exact.
    """

    source: Hashable
    target: Hashable
    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    attributes: tuple[Mapping[str, Any], ...]
    first: tuple[int, ...]
    heads: tuple[int, ...]
    weighted: Weights | str
    rounding: float = 0.0

    @property
    def weights(self) -> Weights:
        """What the edges carry.

        Raises
        ------
        NumberError
            If the graph has no partials: it can be counted, and no more.
        """
        if isinstance(self.weighted, str):
            raise NumberError(self.weighted)
        return self.weighted

    def leaving(self, vertex: int) -> range:
        """Return the indices of the edges out of `vertex`."""
        return range(self.first[vertex], self.first[vertex + 1])

    def ends(self) -> list[tuple[int, int]]:
        """Return the tail and the head of every edge."""
        return [(tail, self.heads[e]) for tail in range(len(self.vertices)) for e in self.leaving(tail)]

    def along(self, direction: Value) -> Dag:
        """Return the DAG whose contributions are numbers: <contribution, direction> of this one's, path by path."""
        leaving = len(self.leaving(0)) if self.edges else 0
        return replace(self, weighted=self.weights.along(direction, leaving))

    # Not __getstate__: before Python 3.11.4 a frozen dataclass with slots puts its own in the place of it.
    def __reduce__(self) -> tuple[Any, ...]:
        """Return what travels to another process: attributes as plain dicts, whatever mappings the graph has."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        return _dag_of, (parts | {"attributes": tuple(map(dict, self.attributes))},)


def _dag_of(parts: Mapping[str, Any]) -> Dag:
    return Dag(**parts)


def describe_edge(edge: Edge) -> str:
    """Return an edge as messages name it.

    >>> describe_edge(("S_0", "S_1"))
    "'S_0' -> 'S_1'"
    >>> describe_edge(("a", "b", 1))
    "'a' -> 'b' (key 1)"
    """
    tail, head, *key = edge
    return f"{shorten(tail)} -> {shorten(head)}" + "".join(f" (key {shorten(k)})" for k in key)
