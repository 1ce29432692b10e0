"""The k largest contributions of numbers, in order, without listing the rest.

Every vertex ranks the ways on from it, lazily: the next best way out of `v` is the best of a few candidates, one for
each edge, and only the edge that was used last needs a new one [1]_. So only what is asked for is worked out, and a
path is known by its rank among the ways on from the source until someone asks where it goes.

References
----------
.. [1] V. M. Jimenez and A. Marzal, "Computing the K shortest paths: a new algorithm and an experimental comparison",
   WAE 1999, LNCS 1668 (the recursive enumeration algorithm; here on an acyclic graph, with a stack of its own).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappushpop
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag

_Way: TypeAlias = tuple[float, int, int]
"""A way on: -log |product|, its first edge, and the rank of the rest among the ways on from that edge's head."""


class BestFirst:
    """Every path, the largest product of factors first.

    It needs log |factor| by edge, and by vertex that of the best way on, `sweep_all(dag, BEST, logarithms)`. Costs at
    most O(length * log degree) per path, in time and in memory. Logarithms are added up, so products that agree to
    about 1e-13 may come in any order, the same one each time.
    """

    def __init__(self, dag: Dag, logarithms: Sequence[float], best: Sequence[float]) -> None:
        self._dag, self._logarithms, self._best = dag, logarithms, best
        self._target = len(dag.vertices) - 1
        # By vertex: the ways on that are known, the best first, and the candidates for the next. The last way known has
        # no successor among the candidates yet.
        self._ways: dict[int, list[_Way]] = {}
        self._candidates: dict[int, list[_Way]] = {}
        self._complete: set[int] = set()

    def __iter__(self) -> Iterator[tuple[float, int]]:
        """Yield log |product| and the rank of every path."""
        if not self._dag.edges:
            yield from [(0.0, 0)] * len(self._dag.vertices)
            return
        ways = self._known(0)
        rank = 0
        while rank < len(ways) or self._advance(0):
            yield -ways[rank][0], rank
            rank += 1

    def edges(self, rank: int) -> tuple[int, ...]:
        """Return the edges of the path with this rank, which has been yielded."""
        heads, target = self._dag.heads, self._target
        edges: list[int] = []
        vertex = 0
        while vertex != target:
            _, e, rank = self._known(vertex)[rank]
            edges.append(e)
            vertex = heads[e]
        return tuple(edges)

    def _known(self, vertex: int) -> list[_Way]:
        """Return the ways on from a vertex that are known: the best one at least."""
        known = self._ways.get(vertex)
        if known is None:
            logarithms, best, heads = self._logarithms, self._best, self._dag.heads
            candidates = [(-(logarithms[e] + best[heads[e]]), e, 0) for e in self._dag.leaving(vertex)]
            heapify(candidates)
            known = self._ways[vertex] = [heappop(candidates)]
            self._candidates[vertex] = candidates
        return known

    def _advance(self, vertex: int) -> bool:
        """Find the next way on from a vertex, not the target; return whether there is one.

        It is the best of the candidates once the successor of the last way is among them: the same edge, and the next
        way on from its head, which must be found before.
        """
        ways, candidates, heads, target = self._ways, self._candidates, self._dag.heads, self._target
        chain: list[tuple[int, int, int]] = []
        while vertex != target:
            _, e, used = self._known(vertex)[-1]
            chain.append((vertex, e, used))
            vertex = heads[e]
            if vertex == target or vertex in self._complete or len(self._known(vertex)) > used + 1:
                break
        found = False
        for tail, e, used in reversed(chain):
            head = heads[e]
            waiting = candidates[tail]
            found = True
            if head != target and len(ways[head]) > used + 1:
                successor = ways[head][used + 1][0] - self._logarithms[e], e, used + 1
                ways[tail].append(heappushpop(waiting, successor))
            elif waiting:
                ways[tail].append(heappop(waiting))
            else:
                found = False
                self._complete.add(tail)
        return found
