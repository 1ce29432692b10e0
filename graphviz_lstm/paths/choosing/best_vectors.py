"""The k largest contributions of arrays: incumbents first, then best first under a bound that no way on can exceed.

A prefix has its tangent. Two quick passes look for large paths where they often are: along the largest sums of shares
(tangent . adjoint of the end is exactly the sum of the shares of all ways on), from each way out of the source and then
best first; and along the fewest edges. What they find are the incumbents. The search that follows takes the prefix with
the highest ceiling, and is at its end when no ceiling is above the k-th incumbent: branch and bound [1]_.

References
----------
.. [1] A. H. Land and A. G. Doig, "An automatic method of solving discrete programming problems", Econometrica 28, 1960.
"""

from __future__ import annotations

import math
import time
from heapq import heappop, heappush, heapreplace
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.paths.checks import at_least_zero, whole_number
from graphviz_lstm.paths.choosing.ceilings import ceilings_of, linear_of
from graphviz_lstm.paths.compiled.map_weights import carry_wide
from graphviz_lstm.paths.compiled.wide import ZERO, Wide, largest_first, size_key, widen
from graphviz_lstm.paths.sweeping.algebra import LIGHTEST, contributions
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.paths.compiled.dag import Dag

# The part of the steps that each of the first passes may take.
_PASS = 10
# A clock is looked at every so many steps.
_TICK = 64


class Budget(NamedTuple):
    """How long a search may take: so many steps (a prefix is tried at each), and so many seconds."""

    steps: int = 50_000
    seconds: float = math.inf


class Searched(NamedTuple):
    """The paths found, by their edge indices; no path left out is larger than `bound` along the direction."""

    paths: list[tuple[int, ...]]
    proven: bool
    bound: Wide


class _Prefix(NamedTuple):
    """The beginning of a path: its edges, where it ends, its tangent there, and what no way on exceeds."""

    edges: tuple[int, ...]
    vertex: int
    tangent: Wide
    ceiling: Wide


def require_budget(budget: object) -> Budget:
    """Return a budget, given as one or as a number of steps, or raise InputError."""
    if isinstance(budget, Budget):
        whole_number("steps", budget.steps)
        at_least_zero("seconds", budget.seconds)
        return budget
    if isinstance(budget, tuple):
        raise InputError(f"unusable budget: {shorten(budget)} (must be a number of steps, or Budget(steps, seconds))")
    return Budget(whole_number("budget", budget))


def search(dag: Dag, k: int, budget: Budget, floor: Wide = ZERO) -> Searched:
    """Return the `k` paths with the largest |contribution|, a number, or the best that the budget can find.

    Paths below `floor` are left out. Of paths of equal size any may come in where `k` cuts between them.

    Costs O(E) dense matrices and a sweep to begin with, then one `push` for each edge tried; memory O(steps) tangents.
    Where the budget is used up, what was found is returned, and `bound` says how large an omitted path could be.
    """
    return _Search(dag, k, budget, floor).run()


class _Kept:
    """The `k` largest paths met so far, none below the floor."""

    def __init__(self, k: int, floor: Wide) -> None:
        self._k, self._floor = k, size_key(floor)
        self._heap: list[tuple[tuple[int, float], tuple[int, ...]]] = []
        self._edges: set[tuple[int, ...]] = set()
        self.left_out = ZERO
        """The largest size that was refused: a path's, or a ceiling's."""

    @property
    def full(self) -> bool:
        return len(self._heap) >= self._k

    @property
    def paths(self) -> list[tuple[int, ...]]:
        return [edges for _, edges in sorted(self._heap, reverse=True)]

    def takes(self, size: Wide) -> bool:
        """Return whether a path as large as this would be kept; remember how large it was, if not."""
        key = size_key(size)
        taken = (self._k > 0 and key > self._heap[0][0]) if self.full else key >= self._floor
        if not taken:
            self.left_out = max(self.left_out, size, key=size_key)
        return taken

    def offer(self, prefix: _Prefix) -> None:
        """Keep a path, of which the ceiling is the size, if it is large enough."""
        if prefix.edges in self._edges or not self.takes(prefix.ceiling):
            return
        self._edges.add(prefix.edges)
        entry = size_key(prefix.ceiling), prefix.edges
        if not self.full:
            heappush(self._heap, entry)
            return
        (exponent, mantissa), dropped = heapreplace(self._heap, entry)
        self._edges.remove(dropped)
        self.left_out = max(self.left_out, Wide(mantissa, exponent), key=size_key)


class _Search:
    """One search.

    Invariant of its queue: every path that is neither kept nor refused begins with a prefix in it.
    """

    def __init__(self, dag: Dag, k: int, budget: Budget, floor: Wide) -> None:
        self._dag, self._k, self._floor = dag, k, floor
        self._ceilings = ceilings_of(dag)
        self._adjoints = sweep_all(dag, contributions(dag.weights), range(len(dag.edges)))
        self._kept = _Kept(k, floor)
        self._steps = budget.steps
        self._pass = budget.steps // _PASS
        self._until = time.monotonic() + budget.seconds
        self._order = count()
        self._met = 0  # complete paths

    def run(self) -> Searched:
        """Return what is found."""
        # Whoever asks for nothing is told of the ceiling alone.
        start = _Prefix((), 0, widen(1.0), ZERO)
        if self._k:
            self._first_passes(start)
        queue: list[Any] = []
        self._put(queue, self._ways(start), _by_ceiling)
        while queue and self._kept.takes(queue[0][-1].ceiling) and self._goes_on():
            self._put(queue, self._ways(heappop(queue)[-1]), _by_ceiling)
        ended = not queue or not self._kept.takes(queue[0][-1].ceiling)
        if not ended and self._floor == ZERO:
            self._complete(queue)
        highest = queue[0][-1].ceiling if queue else ZERO
        bound = max(highest, self._kept.left_out, key=size_key)
        return Searched(self._kept.paths, ended, bound)

    def _first_passes(self, start: _Prefix) -> None:
        """Look for incumbents."""
        for way in list(self._ways(start)):
            self._descend(way)
        fewest = sweep_all(self._dag, LIGHTEST, [1.0] * len(self._dag.edges))
        self._explore(start, self._by_flow)
        self._explore(start, lambda way: (len(way.edges) + fewest[way.vertex], self._by_flow(way)))

    def _goes_on(self) -> bool:
        """Take a step, if there is one."""
        self._steps -= 1
        return self._steps >= 0 and (self._steps % _TICK != 0 or time.monotonic() < self._until)

    def _ways(self, prefix: _Prefix) -> Iterator[_Prefix]:
        """Yield the prefixes one edge longer that may come to be kept; complete ones are offered."""
        target = len(self._dag.vertices) - 1
        for e in self._dag.leaving(prefix.vertex):
            pushed = carry_wide(linear_of(self._dag, e).push, prefix.tangent)
            head = self._dag.heads[e]
            way = _Prefix((*prefix.edges, e), head, pushed, self._ceilings[head].over(pushed))
            if head == target:
                self._met += 1
                self._kept.offer(way)
            elif self._kept.takes(way.ceiling):
                yield way

    def _put(self, queue: list[Any], ways: Iterator[_Prefix], worth: Callable[[_Prefix], Any]) -> None:
        for way in ways:
            heappush(queue, (worth(way), next(self._order), way))

    def _by_flow(self, way: _Prefix) -> tuple[int, float]:
        """Return a key by which a prefix comes early whose ways on have a large sum."""
        adjoint = self._adjoints[way.vertex]
        product = float(np.vdot(way.tangent.mantissa, adjoint.mantissa))
        return largest_first(widen(product, way.tangent.exponent + adjoint.exponent))

    def _explore(self, start: _Prefix, worth: Callable[[_Prefix], Any]) -> None:
        """Go best first until `k` paths were met, or a part of the steps is used up."""
        queue: list[Any] = []
        self._put(queue, self._ways(start), worth)
        enough, steps = self._met + self._k, self._pass
        while queue and self._met < enough and steps > 0 and self._goes_on():
            steps -= 1
            self._put(queue, self._ways(heappop(queue)[-1]), worth)

    def _descend(self, way: _Prefix) -> list[_Prefix]:
        """Go to the target along the largest sums; return what was passed by."""
        passed: list[_Prefix] = []
        current: _Prefix | None = way
        while current is not None:
            ways = sorted(self._ways(current), key=self._by_flow)
            current = ways[0] if ways else None
            passed += ways[1:]
        return passed

    def _complete(self, queue: list[Any]) -> None:
        """Complete the most promising prefixes until there are as many paths as were asked for."""
        while queue and not self._kept.full:
            way = heappop(queue)[-1]
            self._put(queue, iter(self._descend(way)), _by_ceiling)


def _by_ceiling(way: _Prefix) -> tuple[int, float]:
    return largest_first(way.ceiling)
