"""The k largest contributions of numbers, in order, without listing the rest.

From every vertex one best way leads on; a path is known by the edges at which it leaves those ways, its *turns*. Each
turn costs what the best way on is worth more than the way along it, and the best path has none. A path found offers the
next ones: its last turn made a dearer one, or one more turn after it. Which turns lie ahead of a vertex, in order, is
told by a heap that it shares with the next vertex on its best way [1]_: so each path offers at most four, however long
it is, and where it goes is worked out when someone asks.

References
----------
.. [1] D. Eppstein, "Finding the k shortest paths", SIAM J. Comput. 28(2), 1998 (here with leftist heaps, on an acyclic
   graph whose best ways are known, each vertex's part made when it is first met).
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag


class _Ahead(NamedTuple):
    """A leftist heap of the vertices ahead that can be turned at, by the cost of their cheapest turn.

    A node is never changed, so that heaps share their parts. `turns` are what each turn at its vertex costs, and its
    edge, the cheapest first; `left_over` is how many edges the best way on has there; `spine` is how many nodes one
    meets going right.
    """

    turns: list[tuple[float, int]]
    left_over: int
    spine: int
    left: _Ahead | None
    right: _Ahead | None


class BestFirst:
    """Every path, the largest product of factors first.

    It needs log |factor| by edge, and by vertex that of the best way on, `sweep_all(dag, BEST, logarithms)`. Costs
    O(log k) per path, in time and in memory, and to begin with a sort of the edges out of each vertex that is met.
    Logarithms are added up, so products that agree to about 1e-13 may come in any order, the same one each time.
    """

    def __init__(self, dag: Dag, logarithms: Sequence[float], best: Sequence[float]) -> None:
        self._dag, self._logarithms, self._best = dag, logarithms, best
        # By vertex that is met: the first edge of its best way on, how many edges that has, the turns ahead on it.
        self._first: dict[int, int] = {}
        self._length: dict[int, int] = {len(dag.vertices) - 1: 0}
        self._ahead: dict[int, _Ahead | None] = {len(dag.vertices) - 1: None}
        # By rank: the rank of the path that it follows up to its last turn, how many edges it leaves out of that one,
        # and the edge that it takes. The edges of those that were looked at.
        self._found: list[tuple[int, int, int]] = []
        self._edges: dict[int, tuple[int, ...]] = {}

    def __iter__(self) -> Iterator[tuple[float, int]]:
        """Yield log |product| and the rank of every path."""
        if not self._dag.edges:
            yield from [(0.0, 0)] * len(self._dag.vertices)
            return
        heads, largest = self._dag.heads, self._best[0]
        found = self._found = [(0, 0, -1)]
        # What waits: the cost of a path, a number that no other has, the cost and the rank of the path that it follows,
        # the heap at whose root its last turn is, and which of the turns there it is.
        waiting: list[tuple[float, int, float, int, _Ahead, int]] = []
        number = count()

        def offer(so_far: float, follows: int, ahead: _Ahead | None, place: int) -> None:
            if ahead is not None and place < len(ahead.turns):
                heappush(waiting, (so_far + ahead.turns[place][0], next(number), so_far, follows, ahead, place))

        offer(0.0, 0, self._turns_ahead(0), 0)
        yield largest, 0
        while waiting:
            cost, _, so_far, follows, ahead, place = heappop(waiting)
            edge, rank = ahead.turns[place][1], len(found)
            found.append((follows, ahead.left_over, edge))
            offer(so_far, follows, ahead, place + 1)
            if not place:
                offer(so_far, follows, ahead.left, 0)
                offer(so_far, follows, ahead.right, 0)
            offer(cost, rank, self._turns_ahead(heads[edge]), 0)
            yield largest - cost, rank

    def edges(self, rank: int) -> tuple[int, ...]:
        """Return the edges of the path with this rank, which has been yielded."""
        followed = []
        while rank and rank not in self._edges:
            followed.append(rank)
            rank = self._found[rank][0]
        edges = self._edges.get(rank)
        if edges is None:
            edges = self._edges[rank] = tuple(self._best_way(0))
        for later in reversed(followed):
            _, left_out, edge = self._found[later]
            kept = edges[: len(edges) - left_out]
            edges = self._edges[later] = (*kept, edge, *self._best_way(self._dag.heads[edge]))
        return edges

    def _best_way(self, vertex: int) -> list[int]:
        """Return the edges of the best way on from a vertex that was met."""
        heads, target = self._dag.heads, len(self._dag.vertices) - 1
        edges = []
        while vertex != target:
            edges.append(self._first[vertex])
            vertex = heads[edges[-1]]
        return edges

    def _turns_ahead(self, vertex: int) -> _Ahead | None:
        """Return the turns at a vertex and behind it on its best way."""
        heads, met = self._dag.heads, []
        while vertex not in self._ahead:
            met.append((vertex, self._turns_at(vertex)))
            vertex = heads[self._first[vertex]]
        ahead, length = self._ahead[vertex], self._length[vertex]
        for length, (tail, turns) in enumerate(reversed(met), length + 1):
            ahead = self._ahead[tail] = _with(ahead, turns, length) if turns else ahead
            self._length[tail] = length
        return ahead

    def _turns_at(self, vertex: int) -> list[tuple[float, int]]:
        """Return what each turn at a vertex costs, and its edge, the cheapest first; note where the best way goes."""
        logarithms, best, heads, largest = self._logarithms, self._best, self._dag.heads, self._best[vertex]
        leaving = self._dag.leaving(vertex)
        # Where every way on is worth nothing, none costs more than another.
        costs = [largest - worth if (worth := logarithms[e] + best[heads[e]]) < largest else 0.0 for e in leaving]
        cheapest, *turns = sorted(zip(costs, leaving, strict=True))
        self._first[vertex] = cheapest[1]
        return turns


def _with(ahead: _Ahead | None, turns: list[tuple[float, int]], left_over: int) -> _Ahead:
    """Return a heap with the turns at one more vertex in it."""
    if ahead is None or turns[0] <= ahead.turns[0]:
        return _Ahead(turns, left_over, 1, ahead, None)
    left, right = ahead.left, _with(ahead.right, turns, left_over)
    if left is None or left.spine < right.spine:
        left, right = right, left
    return ahead._replace(spine=1 + (right.spine if right else 0), left=left, right=right)
