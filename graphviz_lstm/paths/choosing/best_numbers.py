"""The k largest contributions of numbers, in order, without listing the rest.

Every vertex ranks the ways on from it, lazily: the next best way out of `v` is the best of a few candidates, one for
each edge, and only the edge that was used last needs a new one [1]_. So only what is asked for is worked out.

References
----------
.. [1] V. M. Jimenez and A. Marzal, "Computing the K shortest paths: a new algorithm and an experimental comparison",
   WAE 1999, LNCS 1668 (the recursive enumeration algorithm; here on an acyclic graph, with a stack of its own).
"""

from __future__ import annotations

import math
from heapq import heapify, heappop, heappush
from itertools import count, takewhile
from typing import TYPE_CHECKING

from graphviz_lstm.paths.sweeping.algebra import BEST
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.wide import Wide

_LOG_2 = math.log(2.0)


def best_first(dag: Dag, factors: Sequence[Wide]) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield log |product of factors| and the edge indices of every path, the largest product first.

    Costs O(E) to begin with and at most O(length * log degree) per path, in time and in memory. Logarithms are added
    up, so products that agree to about 1e-13 may come in any order, the same one each time.
    """
    if not dag.edges:
        yield from ((0.0, ()),) * len(dag.vertices)
        return
    rankings = _Rankings(dag, factors)
    for rank in takewhile(lambda rank: rankings.reach(0, rank), count()):
        yield rankings.logarithm(rank), tuple(rankings.follow(rank))


class _Ranking:
    """The ways on from one vertex, ranked as far as anyone asked.

    A way is `(-log |product|, edge, rank of the rest among the ways on from the edge's head)`.
    """

    __slots__ = ("candidates", "complete", "succeeded", "ways")

    def __init__(self, candidates: list[tuple[float, int, int]]) -> None:
        heapify(candidates)
        self.candidates = candidates
        self.ways: list[tuple[float, int, int]] = []
        self.succeeded = True  # whether the successor of the last way is among the candidates
        self.complete = False  # whether there are no more


class _Rankings:
    """The rankings of all vertices."""

    def __init__(self, dag: Dag, factors: Sequence[Wide]) -> None:
        self._dag = dag
        self._target = len(dag.vertices) - 1
        self._logarithms = [logarithm_of(factor) for factor in factors]
        self._best = sweep_all(dag, BEST, self._logarithms)
        self._of: dict[int, _Ranking] = {}

    def reach(self, vertex: int, rank: int) -> bool:
        """Work out the ways on from `vertex`, not the target, up to this rank; return whether there are so many."""
        stack = [(vertex, rank)]
        while stack:
            current, wanted = stack[-1]
            ranking = self._of.get(current) or self._begin(current)
            if len(ranking.ways) > wanted or ranking.complete:
                stack.pop()
                continue
            missing = self._succeed(ranking)
            if missing is not None:
                stack.append(missing)
            elif ranking.candidates:
                ranking.ways.append(heappop(ranking.candidates))
                ranking.succeeded = False
            else:
                ranking.complete = True
        return len(self._of[vertex].ways) > rank

    def logarithm(self, rank: int) -> float:
        """Return log |product| of the way on from the source with this rank, which was reached."""
        return -self._of[0].ways[rank][0]

    def follow(self, rank: int) -> Iterator[int]:
        """Yield the edges of the way on from the source with this rank."""
        vertex = 0
        while vertex != self._target:
            self.reach(vertex, rank)
            _, e, rank = self._of[vertex].ways[rank]
            yield e
            vertex = self._dag.heads[e]

    def _begin(self, vertex: int) -> _Ranking:
        """Return a new ranking, whose candidates are the best way along each edge."""
        dag = self._dag
        candidates = [(-(self._logarithms[e] + self._best[dag.heads[e]]), e, 0) for e in dag.leaving(vertex)]
        self._of[vertex] = ranking = _Ranking(candidates)
        return ranking

    def _succeed(self, ranking: _Ranking) -> tuple[int, int] | None:
        """Offer the successor of the way found last: the same edge, the next rank at its head.

        Return the head and the rank that must be reached before this can be done, or None if it is done.
        """
        if ranking.succeeded:
            return None
        _, e, used = ranking.ways[-1]
        head = self._dag.heads[e]
        if head != self._target:
            below = self._of.get(head) or self._begin(head)
            if len(below.ways) > used + 1:
                heappush(ranking.candidates, (below.ways[used + 1][0] - self._logarithms[e], e, used + 1))
            elif not below.complete:
                return head, used + 1
        ranking.succeeded = True
        return None


def logarithm_of(number: Wide) -> float:
    """Return log |number|; minus infinity of zero."""
    size = abs(float(number.mantissa))
    return math.log(size) + number.exponent * _LOG_2 if size else -math.inf
