"""The largest paths through units, in order, without listing the rest.

The best way on from every unit is known after one sweep in (max, +). A prefix is then worth exactly what its best way
on makes of it, so that best-first search pops complete paths in order: an A* search whose estimate is exact [1]_. The
ways on from one unit are sorted when it is first met, and each prefix offers its next best way only when its last was
taken.

References
----------
.. [1] P. Hart, N. Nilsson and B. Raphael, "A formal basis for the heuristic determination of minimum cost paths", 1968.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths.sweeping.sweep import sweep_all
from graphviz_lstm.paths.units.algebra import BEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.units.weights import Step, UnitWeights


def best_units_first(
    dag: Dag, weights: UnitWeights, counts: Sequence[NDArray[np.object_]]
) -> Iterator[tuple[float, Any]]:
    """Yield log |size| and what `unfold` makes the steps of every path of, the largest first.

    Those that agree to 1e-13 may come in any order.

    `counts` are the paths on from each unit of each vertex: where there are none, nothing is looked for.

    Costs one sweep of O(entries), then O(length * log) per path and a sort of the ways on from each unit that is met.
    """
    if not dag.edges:
        yield from ((0.0, None),) * len(dag.vertices)
        return
    ways = _Ways(dag, weights, counts)
    target = len(dag.vertices) - 1
    order = count()
    # What waits: a prefix (pairs of its last step and those before it), where it ends, and the rank of its next way on.
    waiting: list[tuple[float, int, float, Any, int, int, int]] = []

    def offer(so_far: float, prefix: Any, vertex: int, unit: int, rank: int) -> None:
        found = ways.of(vertex, unit)
        if rank < len(found[0]):
            heappush(waiting, (-(so_far + float(found[0][rank])), next(order), so_far, prefix, vertex, unit, rank))

    offer(0.0, None, 0, 0, 0)
    while waiting:
        worth, _, so_far, prefix, vertex, unit, rank = heappop(waiting)
        _, edges, heads, logarithms = ways.of(vertex, unit)
        offer(so_far, prefix, vertex, unit, rank + 1)
        e, head = int(edges[rank]), int(heads[rank])
        longer = (prefix, (e, head))
        if dag.heads[e] == target:
            yield -worth, longer
        else:
            offer(so_far + float(logarithms[rank]), longer, dag.heads[e], head, 0)


class _Ways:
    """The ways on from each unit, the best first: worths, edges, head units, logarithms of the entries."""

    def __init__(self, dag: Dag, weights: UnitWeights, counts: Sequence[NDArray[np.object_]]) -> None:
        self._dag, self._weights = dag, weights
        self._leads = [count > 0 for count in counts]
        self._best = sweep_all(dag, BEST, weights.blocks)
        self._of: dict[tuple[int, int], tuple[Any, Any, Any, Any]] = {}

    def of(self, vertex: int, unit: int) -> tuple[Any, Any, Any, Any]:
        """Return them; sorted when they are first asked for."""
        known = self._of.get((vertex, unit))
        if known is None:
            known = self._of[vertex, unit] = self._sorted(vertex, unit)
        return known

    def _sorted(self, vertex: int, unit: int) -> tuple[Any, Any, Any, Any]:
        worths, edges, heads, logarithms = [], [], [], []
        for e in self._dag.leaving(vertex):
            block = self._weights.blocks[e]
            units, column = block.heads(unit), block.column(unit)
            leads = self._leads[self._dag.heads[e]][units].astype(bool)
            units, column = units[leads], column[leads]
            with np.errstate(divide="ignore"):
                sizes = np.log(np.abs(column))
            worths.append(sizes + self._best[self._dag.heads[e]][units])
            edges.append(np.full(len(units), e))
            heads.append(units)
            logarithms.append(sizes)
        together = np.concatenate(worths)
        order = np.argsort(-together, kind="stable")
        edge, head, size = (np.concatenate(parts)[order] for parts in (edges, heads, logarithms))
        return together[order], edge, head, size


def unfold(prefix: Any) -> tuple[Step, ...]:
    """Return the steps of a path as `best_units_first` yields it."""
    steps: list[Step] = []
    while prefix is not None:
        prefix, step = prefix
        steps.append(step)
    return tuple(reversed(steps))
