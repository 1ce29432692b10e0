"""Contributions of which some leave the range of a float64 on the way, although their value is in it.

Rescaled by powers of two, no product overflows; but of products of very unequal size the smallest may underflow. Where
that can happen, tables hold mantissas and exponents apart: slower, and right to rounding whatever the partials.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.paths.compiled.wide import LDEXP_LIMIT, ZERO, Wide, multiply
from graphviz_lstm.paths.listing.prefixes import runs
from graphviz_lstm.paths.listing.suffixes import SuffixTables
from graphviz_lstm.paths.sweeping.algebra import LIGHTEST
from graphviz_lstm.paths.sweeping.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray
    from graphviz_lstm.paths.listing.suffixes import Tabled

# Rescaled products above this have all their digits; below the range of a float64 none are asked for.
_SMALLEST_SAFE, _SMALLEST_ASKED = -900, -1074


def is_lossy(dag: Dag, shift: int, power: int) -> bool:
    """Return whether the smallest product that is not zero could lose digits, and still be asked for.

    Rescaled, products are `2**-shift` times what they are, and `2**power` times that is asked for. Of maps it is not
    known: there it is the caller who looks.
    """
    factors = dag.weights.factors()
    if factors is None or power + _SMALLEST_SAFE < _SMALLEST_ASKED:
        return False
    exponents = [math.inf if exponent == ZERO.exponent else exponent - 1.0 for _, exponent in factors]
    least = shift + _SMALLEST_SAFE
    # No path is longer than the vertices are many: that settles most graphs without a sweep.
    if min(0.0, *exponents) * (len(dag.vertices) - 1) >= least:
        return False
    return sweep(dag, LIGHTEST, exponents) < least


class _WideTable(NamedTuple):
    """Products of ways on: `mantissas * 2**exponents`."""

    mantissas: FloatArray
    exponents: NDArray[np.int64]


def wide_blocks(dag: Dag, tabled: Tabled, unit: Wide, start: Sequence[int], wanted: int) -> Iterator[FloatArray]:
    """Yield the contributions times `unit` of `wanted` paths from the one with the edges `start` on, in blocks."""
    factors = dag.weights.factors() or ()

    def gather(_: int, below: list[tuple[int, _WideTable]]) -> _WideTable:
        mantissas = np.concatenate([factors[e].mantissa * ways.mantissas for e, ways in below])
        exponents = np.concatenate([factors[e].exponent + ways.exponents for e, ways in below])
        normal, shifts = np.frexp(mantissas)
        return _WideTable(normal, exponents + shifts)

    tables = SuffixTables(dag, tabled, _WideTable(np.ones(1), np.zeros(1, dtype=np.int64)), gather)
    for prefix, (vertex, low, high) in runs(
        dag, tabled, unit, lambda product, e: multiply(factors[e], product), start=start, wanted=wanted
    ):
        mantissas, exponents = (column[low:high] for column in tables[vertex])
        powers = np.clip(exponents + prefix.exponent, -LDEXP_LIMIT, LDEXP_LIMIT).astype(np.int32)
        products = np.multiply.outer(mantissas, prefix.mantissa)
        # Plus nothing: a zero has no sign.
        yield np.ldexp(products, powers.reshape(-1, *[1] * (products.ndim - 1))) + 0.0
