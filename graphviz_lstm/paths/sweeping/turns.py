"""The best way on from every vertex, and the turns off it: what ranking begins with.

A path is known by the edges at which it leaves the best ways on, its *turns*. A turn costs what the best way on is
worth more than the way along it. Which turns lie ahead of a vertex, the cheapest first, is told by a heap that shares
its parts with that of the next vertex on the best way [1]_.

References
----------
.. [1] D. Eppstein, "Finding the k shortest paths", SIAM J. Comput. 28(2), 1998 (here with leftist heaps, on an acyclic
   graph, each vertex's part made when it is first met).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from graphviz_lstm.paths.sweeping.algebra import BEST
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.dag import Dag


class Ahead(NamedTuple):
    """A leftist heap of the vertices ahead that can be turned at, by the cost of their cheapest turn.

    A node is never changed, so that heaps share their parts.

    Attributes
    ----------
    turns
        What each turn at its vertex costs, and its edge, the cheapest first.
    left_over
        How many edges the best way on from its vertex has.
    spine
        How many nodes one meets going right.
    left, right
        The heaps below it.
    """

    turns: list[tuple[float, int]]
    left_over: int
    spine: int
    left: Ahead | None
    right: Ahead | None


class Turns:
    """The best ways through a DAG whose edges have log |factor|, and the turns off them."""

    def __init__(self, dag: Dag, logarithms: Sequence[float]) -> None:
        """Find every vertex's best way on, by one sweep of O(E)."""
        self._dag, self._logarithms = dag, logarithms
        self._best = sweep_all(dag, BEST, logarithms)
        self._target = len(dag.vertices) - 1
        # By vertex that was met: the first edge of its best way on, how many edges that has, the turns ahead on it.
        self._first: dict[int, int] = {}
        self._length: dict[int, int] = {self._target: 0}
        self._ahead: dict[int, Ahead | None] = {self._target: None}

    @property
    def largest(self) -> float:
        """Log |product| of the best path, of which there is one."""
        return self._best[0]

    def ahead(self, vertex: int) -> Ahead | None:
        """Return the turns at a vertex and behind it on its best way; None where there are none.

        It is O(log) for each vertex on that way that was not met before, and a sort of the edges out of it.
        """
        if vertex in self._ahead:
            return self._ahead[vertex]
        heads, met = self._dag.heads, []
        while vertex not in self._ahead:
            met.append((vertex, self._turns_at(vertex)))
            vertex = heads[self._first[vertex]]
        ahead = self._ahead[vertex]
        for length, (tail, turns) in enumerate(reversed(met), self._length[vertex] + 1):
            ahead = self._ahead[tail] = _with(ahead, turns, length) if turns else ahead
            self._length[tail] = length
        return ahead

    def best_way(self, vertex: int) -> list[int]:
        """Return the edges of the best way on from a vertex that was asked for what is ahead."""
        first, heads, target = self._first, self._dag.heads, self._target
        edges = []
        while vertex != target:
            edge = first[vertex]
            edges.append(edge)
            vertex = heads[edge]
        return edges

    def _turns_at(self, vertex: int) -> list[tuple[float, int]]:
        """Return what each turn at a vertex costs, and its edge, the cheapest first; note where the best way goes."""
        logarithms, best, heads, largest = self._logarithms, self._best, self._dag.heads, self._best[vertex]
        leaving = self._dag.leaving(vertex)
        # Where every way on is worth nothing, none costs more than another.
        costs = [largest - worth if (worth := logarithms[e] + best[heads[e]]) < largest else 0.0 for e in leaving]
        cheapest, *turns = sorted(zip(costs, leaving, strict=True))
        self._first[vertex] = cheapest[1]
        return turns


def _with(ahead: Ahead | None, turns: list[tuple[float, int]], left_over: int) -> Ahead:
    """Return a heap with the turns at one more vertex in it."""
    if ahead is None or turns[0] <= ahead.turns[0]:
        return Ahead(turns, left_over, 1, ahead, None)
    left, right = ahead.left, _with(ahead.right, turns, left_over)
    if left is None or left.spine < right.spine:
        left, right = right, left
    return ahead._replace(spine=1 + (right.spine if right else 0), left=left, right=right)
