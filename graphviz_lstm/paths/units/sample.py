"""Paths through units drawn at random, each as likely as its |share| is large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.paths.compiled.wide import LDEXP_LIMIT
from graphviz_lstm.paths.sweeping.sweep import sweep_all
from graphviz_lstm.paths.units.algebra import SIGNED

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray
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
                ways: list[Step] = []
                mantissas: list[FloatArray] = []
                exponents: list[NDArray[np.int64]] = []
                for e in dag.leaving(vertex):
                    heads, on = weights.blocks[e].heads(unit), sums[dag.heads[e]]
                    entries, powers = np.frexp(np.abs(weights.blocks[e].column(unit)))
                    below, more = np.frexp(np.asarray(on.mantissa).sum(axis=0)[heads])
                    ways += ((e, head) for head in heads.tolist())
                    mantissas.append(entries * below)
                    exponents.append(powers + more.astype(np.int64) + on.exponent)
                chances[vertex, unit] = ways, np.cumsum(_beside(mantissas, exponents)).tolist()
            ways, cumulated = chances[vertex, unit]
            steps.append(generator.choices(ways, cum_weights=cumulated)[0])
            vertex, unit = dag.heads[steps[-1][0]], steps[-1][1]
        yield tuple(steps)


def _beside(mantissas: Sequence[FloatArray], exponents: Sequence[NDArray[np.int64]]) -> FloatArray:
    """Return sizes of which one at least is not zero, each with an exponent of its own, times one power of two."""
    sizes, powers = np.concatenate(mantissas), np.concatenate(exponents)
    shifts = np.maximum(powers - powers[sizes > 0.0].max(), -LDEXP_LIMIT)
    return np.asarray(np.ldexp(sizes, np.minimum(shifts, 0).astype(np.int32)))
