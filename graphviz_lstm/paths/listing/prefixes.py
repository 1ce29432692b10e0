"""The one traversal of prefixes: the paths in their order, as runs that share a prefix and go on in every way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.listing.suffixes import Tabled

P = TypeVar("P")

Chain: TypeAlias = "tuple[Chain, int] | None"
"""Whole numbers as pairs of those before and the last one: none is copied when a prefix grows."""


def unchained(chain: Chain) -> list[int]:
    """Return the numbers of a chain, the first one first.

    >>> unchained(((None, 1), 2))
    [1, 2]
    """
    numbers = []
    while chain is not None:
        chain, number = chain
        numbers.append(number)
    return numbers[::-1]


class Ways(NamedTuple):
    """The ways on from `vertex` with the numbers `low` to `high - 1`."""

    vertex: int
    low: int
    high: int


def runs(
    dag: Dag,
    tabled: Tabled,
    empty: P,
    extend: Callable[[P, int], P],
    *,
    start: Sequence[int] = (),
    wanted: float = math.inf,
) -> Iterator[tuple[P, Ways]]:
    """Yield `wanted` paths in their order, from the one with the edges `start` on, as prefixes and ways on.

    A prefix ends at the first tabled vertex; `empty` stands for the one without edges, and `extend` takes an edge to
    it. Costs O(1) operations of `extend` for each edge tried, and memory for one prefix and its siblings.
    """
    # Invariant: `waiting` covers every path that is not yet yielded, each once, the next ones on top.
    waiting: list[tuple[int, P]] = []
    vertex, prefix, depth, skipped = 0, empty, 0, 0
    if start:
        while vertex not in tabled:
            e = start[depth]
            later = range(dag.leaving(vertex).stop - 1, e, -1)
            waiting += [(dag.heads[other], extend(prefix, other)) for other in later]
            vertex, prefix, depth = dag.heads[e], extend(prefix, e), depth + 1
        skipped = _place(dag, tabled, vertex, start[depth:])
    waiting.append((vertex, prefix))
    while waiting and wanted > 0:
        vertex, prefix = waiting.pop()
        if vertex in tabled:
            high = int(min(tabled.ways[vertex], skipped + wanted))
            yield prefix, Ways(vertex, skipped, high)
            wanted -= high - skipped
            skipped = 0
        else:
            # The last edge first: what is put down last is taken up first.
            waiting += [(dag.heads[e], extend(prefix, e)) for e in reversed(dag.leaving(vertex))]


def _place(dag: Dag, tabled: Tabled, vertex: int, edges: Sequence[int]) -> int:
    """Return the number of one way among those on from a tabled vertex."""
    number = 0
    for e in edges:
        number += sum(tabled.ways[dag.heads[other]] for other in range(dag.leaving(vertex).start, e))
        vertex = dag.heads[e]
    return number
