"""The k largest contributions of numbers, in order, without listing the rest.

The best path makes no turn (see `Turns`). A path that was found offers the next ones: its last turn made a dearer one,
or one more turn behind it. So each offers at most four, however long it is, and where it goes is worked out when
someone asks.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.sweeping.turns import Ahead, Turns


class BestFirst:
    """Every path, the largest product of factors first.

    Costs O(log k) per path, in time and in memory, beside the turns that are met for the first time. Logarithms are
    added up, so products that agree to about 1e-13 may come in any order, the same one each time.
    """

    def __init__(self, dag: Dag, turns: Turns) -> None:
        self._dag, self._turns = dag, turns
        # By rank: the rank of the path that it follows up to its last turn, how many edges it leaves out of that one,
        # and the edge that it takes. The edges of those that were looked at.
        self._found: list[tuple[int, int, int]] = []
        self._edges: dict[int, tuple[int, ...]] = {}

    def __iter__(self) -> Iterator[tuple[float, int]]:
        """Yield log |product| and the rank of every path."""
        if not self._dag.edges:
            yield from [(0.0, 0)] * len(self._dag.vertices)
            return
        heads, turns, largest = self._dag.heads, self._turns, self._turns.largest
        found = self._found = [(0, 0, -1)]
        # What waits: the cost of a path, a number that no other has, the cost and the rank of the path that it follows,
        # the heap at whose root its last turn is, and which of the turns there it is.
        waiting: list[tuple[float, int, float, int, Ahead, int]] = []
        number = count()

        def offer(so_far: float, follows: int, ahead: Ahead | None, place: int) -> None:
            if ahead is not None and place < len(ahead.turns):
                heappush(waiting, (so_far + ahead.turns[place][0], next(number), so_far, follows, ahead, place))

        offer(0.0, 0, turns.ahead(0), 0)
        yield largest, 0
        while waiting:
            cost, _, so_far, follows, ahead, place = heappop(waiting)
            edge, rank = ahead.turns[place][1], len(found)
            found.append((follows, ahead.left_over, edge))
            offer(so_far, follows, ahead, place + 1)
            if not place:
                offer(so_far, follows, ahead.left, 0)
                offer(so_far, follows, ahead.right, 0)
            offer(cost, rank, turns.ahead(heads[edge]), 0)
            yield largest - cost, rank

    def edges(self, rank: int) -> tuple[int, ...]:
        """Return the edges of the path with this rank, which has been yielded."""
        followed = []
        while rank and rank not in self._edges:
            followed.append(rank)
            rank = self._found[rank][0]
        edges = self._edges.get(rank)
        if edges is None:
            edges = self._edges[rank] = tuple(self._turns.best_way(0)) if self._dag.edges else ()
        for later in reversed(followed):
            _, left_out, edge = self._found[later]
            kept = edges[: len(edges) - left_out]
            edges = self._edges[later] = (*kept, edge, *self._turns.best_way(self._dag.heads[edge]))
        return edges
