"""Contributions of which some leave the range of a float64 on the way, although their value is in it.

Rescaled by powers of two, no product overflows; but of products of very unequal size the smallest may underflow. Where
that can happen (of maps: where it is seen to), tables hold mantissas and exponents apart: slower, and right to rounding
whatever the partials.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.paths.compiled.map_weights import SMALL, room_for
from graphviz_lstm.paths.compiled.wide import LDEXP_LIMIT, Wide, multiply
from graphviz_lstm.paths.listing.prefixes import runs
from graphviz_lstm.paths.listing.suffixes import SuffixTables
from graphviz_lstm.paths.sweeping.algebra import LIGHTEST
from graphviz_lstm.paths.sweeping.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray
    from graphviz_lstm.paths.listing.suffixes import Tabled

# Rescaled products above this have all their digits; below the range of a float64 none are asked for.
_SMALLEST_SAFE, _SMALLEST_ASKED = -900, -1074
# Of maps the sizes along the way are known about so well.
_MARGIN = 100
_LEAST = math.ldexp(1.0, -1074)


def is_lossy(dag: Dag, shift: int, power: int) -> bool:
    """Return whether the smallest product that is not zero could lose digits, and still be asked for.

    Rescaled, products are `2**-shift` times what they are, and `2**power` times that is asked for. Of maps it is not
    known: there `are_lost` looks at what came out.
    """
    factors = dag.weights.factors()
    if factors is None or power + _SMALLEST_SAFE < _SMALLEST_ASKED:
        return False
    exponents = [_least_exponent(factor) for factor in factors]
    least = shift + _SMALLEST_SAFE
    # No path is longer than the vertices are many: that settles most graphs without a sweep.
    if min(0.0, *exponents) * (len(dag.vertices) - 1) >= least:
        return False
    return sweep(dag, LIGHTEST, exponents) < least


def _least_exponent(factor: Wide) -> float:
    """Return the power of two below the smallest entry that is not zero."""
    sizes = np.abs(np.ravel(factor.mantissa))
    return factor.exponent + math.frexp(sizes[sizes > 0.0].min())[1] - 1.0 if sizes.any() else math.inf


def are_lost(products: FloatArray, power: int, *, left: int) -> bool:
    """Return whether an entry of the products of maps, rescaled, could have lost digits, and still be asked for.

    They are `2**power` times what was multiplied, and what is asked for is `2**left` times that. One that is zero may
    have been lost whole; what is infinite, or no number, is no product.
    """
    sizes = np.abs(products)
    least = 0.0
    if power + left + _SMALLEST_SAFE >= _SMALLEST_ASKED - _MARGIN:
        least = max(math.ldexp(1.0, power + _SMALLEST_SAFE), _LEAST)
    # So that NaN is lost, too.
    return not bool(np.all((sizes >= least) & (sizes < np.inf)))


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
        mantissas, exponents = tables[vertex]
        products = np.multiply.outer(mantissas[low:high], prefix.mantissa)
        yield _together(products, exponents[low:high] + prefix.exponent)


def wide_map_blocks(dag: Dag, tabled: Tabled, unit: Wide, start: Sequence[int], wanted: int) -> Iterator[FloatArray]:
    """Yield the same of a graph of vectors: each of a batch of adjoints has its own exponent."""
    weights = dag.weights

    def pulled(e: int, ways: _WideTable) -> _WideTable:
        return _carried(partial(weights.pull_batch, e), ways)

    def gather(_: int, below: list[tuple[int, _WideTable]]) -> _WideTable:
        parts = [pulled(e, ways) for e, ways in below]
        mantissas = np.concatenate([part.mantissas for part in parts])
        return _WideTable(mantissas, np.concatenate([part.exponents for part in parts]))

    one = _normalised(np.asarray(weights.one, dtype=np.float64)[None], np.zeros(1, dtype=np.int64))
    tables = SuffixTables(dag, tabled, one, gather)
    nothing: Any = None  # the edges of a prefix as pairs of the last one and those before it
    for edges, (vertex, low, high) in runs(
        dag, tabled, nothing, lambda edges, e: (edges, e), start=start, wanted=wanted
    ):
        mantissas, exponents = tables[vertex]
        ways, before = _WideTable(mantissas[low:high], exponents[low:high]), edges
        while before is not None:
            before, e = before
            ways = pulled(e, ways)
        yield _together(ways.mantissas * unit.mantissa, ways.exponents + unit.exponent)


def _carried(pull: Callable[[FloatArray], FloatArray], ways: _WideTable) -> _WideTable:
    """Return a batch of adjoints pulled along an edge: each as `carry_wide` has it of one."""
    moved, exponents = pull(ways.mantissas), ways.exponents
    peaks = _peaks(moved)
    lost = np.flatnonzero(~((peaks > SMALL) & (peaks < np.inf)))
    if len(lost):
        rooms = np.array([room_for(peak) for peak in peaks[lost].tolist()], dtype=np.int32)
        again = pull(np.ldexp(ways.mantissas[lost], _beside(rooms, ways.mantissas)))
        kept = np.isfinite(_peaks(again))
        # A map may give what it was given.
        moved, exponents = moved.copy(), exponents.copy()
        moved[lost[kept]] = again[kept]
        exponents[lost[kept]] -= rooms[kept]
    return _normalised(moved, exponents)


def _peaks(values: FloatArray) -> FloatArray:
    """Return the largest |entry| of each of a batch."""
    return np.asarray(np.abs(values).reshape(len(values), -1).max(axis=1, initial=0.0))


def _normalised(values: FloatArray, exponents: NDArray[np.int64]) -> _WideTable:
    """Return a batch of vectors, the largest entry of each between a half and one."""
    shifts = np.frexp(_peaks(values))[1]
    return _WideTable(np.ldexp(values, -_beside(shifts, values)), exponents + shifts)


def _together(mantissas: FloatArray, exponents: NDArray[np.int64]) -> FloatArray:
    """Return a batch as float64: what is beyond their range is 0 or infinite."""
    powers = np.clip(exponents, -LDEXP_LIMIT, LDEXP_LIMIT).astype(np.int32)
    # Plus nothing: a zero has no sign.
    return np.asarray(np.ldexp(mantissas, _beside(powers, mantissas)) + 0.0)


def _beside(column: NDArray[Any], batch: FloatArray) -> NDArray[Any]:
    """Return a number for each of a batch in a shape in which they act on it."""
    return column.reshape(-1, *[1] * (batch.ndim - 1))
