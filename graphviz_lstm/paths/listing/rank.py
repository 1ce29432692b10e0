"""The order of the paths, that of their edge indices: the k-th path and its number, without listing those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.dag import Dag, Edge


def unrank(dag: Dag, counts: Sequence[int], k: int) -> tuple[int, ...]:
    """Return the edge indices of path number `k`, which exists; `counts` are the paths on from each vertex.

    Law: it is `sorted(all paths as tuples of edge indices)[k]`, and `rank(dag, counts, unrank(dag, counts, k)) == k`.
    Costs O(length * degree) additions of numbers as long as `k`.
    """
    edges = []
    vertex, target = 0, len(dag.vertices) - 1
    # Invariant: what is looked for is path number `k` of those that go on from `vertex`.
    while vertex != target:
        for e in dag.leaving(vertex):
            below = counts[dag.heads[e]]
            if k < below:
                edges.append(e)
                vertex = dag.heads[e]
                break
            k -= below
    return tuple(edges)


def rank(dag: Dag, counts: Sequence[int], edges: Sequence[Edge]) -> int | None:
    """Return the number of the path that passes these edges, or None if there is no such path.

    Law: as `unrank`, whose inverse it is. It is the number of paths that come before: at each vertex on the way, all
    that go on along an earlier edge.
    """
    if not dag.vertices:
        return None
    number, vertex, target = 0, 0, len(dag.vertices) - 1
    for edge in edges:
        if vertex == target:
            return None
        for e in dag.leaving(vertex):
            if dag.edges[e] == edge:
                vertex = dag.heads[e]
                break
            number += counts[dag.heads[e]]
        else:
            return None
    return number if vertex == target else None
