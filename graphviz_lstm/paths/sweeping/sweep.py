"""The one sweep: from the target back to the source, each edge once, in whatever algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from graphviz_lstm.paths.compiled.uncollected import uncollected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.sweeping.algebra import Algebra

E = TypeVar("E")
V = TypeVar("V")


Progress: TypeAlias = Callable[[int, int], None]
"""Told how much is done, and how much there is."""


def sweep(dag: Dag, algebra: Algebra[E, V], elements: Sequence[E], *, progress: Progress | None = None) -> V:
    """Return the value at the source; `progress` is told of the edges after each vertex.

    Costs O(E) operations of the algebra. A value is let go as soon as its last reader has read it, so that memory is
    that of the widest cut of the graph, not of the graph: counts of 7,000 digits at 10^5 vertices would fill it.
    """
    if not dag.vertices:
        return algebra.zero
    last_reader: list[int] = [0] * len(dag.vertices)
    for vertex in reversed(range(len(dag.vertices))):
        for e in dag.leaving(vertex):
            last_reader[dag.heads[e]] = vertex
    with uncollected():
        return _descend(dag, algebra, elements, last_reader, progress)[0]


def sweep_all(dag: Dag, algebra: Algebra[E, V], elements: Sequence[E]) -> list[V]:
    """Return the value at every vertex, by index. Costs O(E) operations and O(V) values."""
    with uncollected():
        return _descend(dag, algebra, elements, None) if dag.vertices else []


def _descend(
    dag: Dag,
    algebra: Algebra[E, V],
    elements: Sequence[E],
    last_reader: Sequence[int] | None,
    progress: Progress | None = None,
) -> list[V]:
    """Return the values by vertex; of those with a last reader, only the source's is there in the end."""
    times, plus, heads, first = algebra.times, algebra.plus, dag.heads, dag.first
    target = len(dag.vertices) - 1
    values: dict[int, V] = {target: algebra.one}
    # Reverse topological order: a value is complete before it is read.
    for vertex in range(target - 1, -1, -1):
        leaving = range(first[vertex], first[vertex + 1])
        values[vertex] = plus([times(elements[e], values[heads[e]]) for e in leaving])
        if last_reader is not None:
            for head in {heads[e] for e in leaving}:
                if last_reader[head] == vertex:
                    del values[head]
        if progress is not None:
            progress(len(heads) - first[vertex], len(heads))
    return [values[vertex] for vertex in sorted(values)]
