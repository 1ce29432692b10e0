"""The order of the paths through units: by edge, then by head unit. The k-th path and its number, and all in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.units.weights import Step, UnitWeights

    Counts = Sequence[NDArray[np.object_]]


def unrank_units(dag: Dag, weights: UnitWeights, counts: Counts, k: int) -> tuple[Step, ...]:
    """Return the steps of path number `k`, which exists.

    Law: it is `sorted(all paths as tuples of steps)[k]`. `counts` are the paths on from each unit of each vertex.
    """
    steps: list[Step] = []
    vertex, unit, target = 0, 0, len(dag.vertices) - 1
    # Invariant: what is looked for is path number `k` of those that go on from this unit.
    while vertex != target:
        for e in dag.leaving(vertex):
            heads = weights.blocks[e].heads(unit)
            below = counts[dag.heads[e]][heads]
            total = below.sum() if len(below) else 0
            if k >= total:
                k -= total
                continue
            cumulated = np.cumsum(below)
            place = int(np.searchsorted(cumulated, k, side="right"))
            k -= cumulated[place] - below[place]
            unit = int(heads[place])
            steps.append((e, unit))
            vertex = dag.heads[e]
            break
    return tuple(steps)


def rank_units(dag: Dag, weights: UnitWeights, counts: Counts, steps: Sequence[Step]) -> int | None:
    """Return the number of the path with these steps, or None if there is none: the inverse of `unrank_units`."""
    if not dag.vertices:
        return None
    number, vertex, unit = 0, 0, 0
    for edge, head in steps:
        if edge not in dag.leaving(vertex):
            return None
        for e in range(dag.first[vertex], edge + 1):
            heads = weights.blocks[e].heads(unit)
            before = heads if e < edge else heads[heads < head]
            below = counts[dag.heads[e]][before]
            number += below.sum() if len(below) else 0
        if head not in weights.blocks[edge].heads(unit):
            return None
        vertex, unit = dag.heads[edge], head
    return int(number) if vertex == len(dag.vertices) - 1 else None


def iterate_units(dag: Dag, weights: UnitWeights, counts: Counts, start: int = 0) -> Iterator[tuple[Step, ...]]:
    """Yield the steps of every path in order, from the one with the number `start` on."""
    if not dag.vertices:
        return
    target = len(dag.vertices) - 1
    if target == 0:
        yield from [()][start:]
        return
    steps: list[Step] = []
    pending: list[Iterator[Step]] = [_ways(dag, weights, counts, 0, 0)]
    if start:
        if start >= counts[0][0]:
            return
        first = unrank_units(dag, weights, counts, start)
        yield first
        # The iterators of the first path, each just past the step that it took.
        steps, pending, vertex, unit = list(first), [], 0, 0
        for step in first:
            ways = _ways(dag, weights, counts, vertex, unit)
            for taken in ways:
                if taken == step:
                    break
            pending.append(ways)
            vertex, unit = dag.heads[step[0]], step[1]
        steps.pop()
    while pending:
        last = next(pending[-1], None)
        if last is None:
            pending.pop()
            if steps:
                steps.pop()
            continue
        if dag.heads[last[0]] == target:
            yield (*steps, last)
        else:
            steps.append(last)
            pending.append(_ways(dag, weights, counts, dag.heads[last[0]], last[1]))


def _ways(dag: Dag, weights: UnitWeights, counts: Counts, vertex: int, unit: int) -> Iterator[Step]:
    """Yield the edges out of a unit along which a path leads on."""
    for e in dag.leaving(vertex):
        leads = counts[dag.heads[e]]
        for head in weights.blocks[e].heads(unit).tolist():
            if leads[head]:
                yield e, head
