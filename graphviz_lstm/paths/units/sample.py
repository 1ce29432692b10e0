"""Paths through units drawn at random, each as likely as its |share| is large."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.paths.compiled.wide import scale
from graphviz_lstm.paths.sweeping.sweep import sweep_all
from graphviz_lstm.paths.units.algebra import SIGNED

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.units.weights import Step, UnitWeights


def draw_units_by_size(dag: Dag, weights: UnitWeights, n: int, generator: random.Random) -> Iterator[tuple[Step, ...]]:
    """Yield the steps of `n` paths.

    At every unit a way on is chosen by the sum of the sizes of all paths along it: a product of conditional
    probabilities, so that no contribution is worked out.

    Raises
    ------
    NumberError
        If every contribution is zero.
    """
    sums = sweep_all(dag, SIGNED, weights.blocks)
    if not np.any(sums[0].mantissa):
        raise NumberError("every contribution is zero: there is nothing to draw by (ask by='count')")
    target = len(dag.vertices) - 1
    chances: dict[tuple[int, int], tuple[list[Step], list[float]]] = {}
    for _ in range(n):
        vertex, unit = 0, 0
        steps: list[Step] = []
        while vertex != target:
            if (vertex, unit) not in chances:
                top = max(sums[dag.heads[e]].exponent for e in dag.leaving(vertex))
                ways: list[Step] = []
                sizes: list[float] = []
                for e in dag.leaving(vertex):
                    heads = weights.blocks[e].heads(unit)
                    below = scale(np.asarray(sums[dag.heads[e]].mantissa), sums[dag.heads[e]].exponent - top).sum(
                        axis=0
                    )
                    ways += ((e, head) for head in heads.tolist())
                    sizes += (np.abs(weights.blocks[e].column(unit)) * below[heads]).tolist()
                chances[vertex, unit] = ways, list(accumulate(sizes))
            ways, cumulated = chances[vertex, unit]
            steps.append(generator.choices(ways, cum_weights=cumulated)[0])
            vertex, unit = dag.heads[steps[-1][0]], steps[-1][1]
        yield tuple(steps)
