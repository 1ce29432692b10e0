"""In which order a cell's equations can be computed: in runs over the steps, each forward or backward in time.

A cell that reads the step before (or no other) is one run forward. What reads the step after, as a layer that runs
backward does, is a run of its own, from the last step to the first; what reads both, such as the layer above a
forward and a backward one, comes in a run after both.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Quantity, references
from graphviz_lstm.errors import EquationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells.cell import Equation


@dataclass(frozen=True, slots=True)
class Run:
    """Equations that are computed together, step by step.

    Attributes
    ----------
    equations
        Each after those of the run that it reads within a step.
    backward
        Whether the last step comes first.
    """

    equations: tuple[Equation, ...]
    backward: bool = False

    def steps(self, count: int) -> range:
        """Return the numbers of so many steps, counted from 0, in the order in which they are computed.

        >>> list(Run((), backward=True).steps(3))
        [2, 1, 0]
        """
        return range(count - 1, -1, -1) if self.backward else range(count)


def runs_of(cell: str, equations: Sequence[Equation]) -> tuple[Run, ...]:
    """Return the runs of a cell's equations, those in each as they were given as far as they can be computed so.

    Raises
    ------
    EquationError
        If quantities depend on each other within a step, or each on the other's step before and step after.
    """
    read = {
        equation.quantity: [r for r in references(equation.expression) if isinstance(r, Quantity)]
        for equation in equations
    }
    if all(reference.lag >= 0 for found in read.values() for reference in found):
        return (Run(_in_order(cell, equations)),)
    levels = _levels(cell, read)
    runs = []
    for level in range(max(levels.values()) + 1):
        own = [equation for equation in equations if levels[equation.quantity] == level]
        if own:
            runs.append(Run(_in_order(cell, own), backward=bool(level % 2)))
    return tuple(runs)


def _levels(cell: str, read: dict[str, list[Quantity]]) -> dict[str, int]:
    """Return in which run each quantity is computed: the even ones go forward, the odd ones backward."""
    import networkx as nx

    edges = [(r.name, head, r.lag) for head, found in read.items() for r in found if r.name in read]
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(read)
    graph.add_weighted_edges_from(edges, weight="lag")
    circles = list(nx.strongly_connected_components(graph))
    of_circle = {name: k for k, names in enumerate(circles) for name in names}
    levels: dict[str, int] = {}
    for k in nx.topological_sort(nx.condensation(graph, circles)):
        into = [(tail, lag) for tail, head, lag in edges if of_circle[head] == k]
        lags = {lag for tail, lag in into if of_circle[tail] == k and lag}
        if len({lag > 0 for lag in lags}) > 1:
            names = ", ".join(repr(name) for name in read if of_circle[name] == k)
            raise EquationError(
                f"quantities depend on each other's step before and step after: {names} in cell {cell!r}"
            )
        level = max((_least(levels[tail], lag) for tail, lag in into if of_circle[tail] != k), default=0)
        if lags and (min(lags) < 0) != bool(level % 2):
            level += 1
        levels |= dict.fromkeys(circles[k], level)
    return levels


def _least(level: int, lag: int) -> int:
    """Return the first run in which a quantity of another can be read so many steps before."""
    return level if not lag or (lag < 0) == bool(level % 2) else level + 1


def _in_order(cell: str, equations: Sequence[Equation]) -> tuple[Equation, ...]:
    """Return `equations` so that each stands after those that it reads within a step, else as they were given."""
    place = {equation.quantity: k for k, equation in enumerate(equations)}
    needs = [
        {
            place[ref.name]
            for ref in references(equation.expression)
            if isinstance(ref, Quantity) and not ref.lag and ref.name in place
        }
        for equation in equations
    ]
    readers: list[list[int]] = [[] for _ in equations]
    for k, needed in enumerate(needs):
        for other in needed:
            readers[other].append(k)
    waiting = [len(needed) for needed in needs]
    ready = [k for k, count in enumerate(waiting) if not count]
    ordered = []
    # The first in the given order of those that can be computed: Kahn's algorithm with a heap.
    while ready:
        k = heappop(ready)
        ordered.append(equations[k])
        for reader in readers[k]:
            waiting[reader] -= 1
            if not waiting[reader]:
                heappush(ready, reader)
    if len(ordered) < len(equations):
        circle = ", ".join(repr(equations[k].quantity) for k, count in enumerate(waiting) if count)
        raise EquationError(f"quantities depend on each other within one step: {circle} in cell {cell!r}")
    return tuple(ordered)
