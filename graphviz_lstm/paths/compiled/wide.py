"""Numbers that last: a float64 (or an array of them) with an exponent of its own.

A product of ten thousand partials leaves the range of a float64 long before it stops to matter, because a share is a
quotient of two such products. So sweeps carry a mantissa and a power of two. Scaling by a power of two is exact: a
`Wide` loses nothing that a float64 would have kept.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Value

# Below every exponent that a product can reach, so that a zero never sets the scale of a sum and sorts last.
_EXPONENT_OF_ZERO = -(1 << 62)
# Beyond this, ldexp gives 0 or inf whatever the mantissa; NumPy's takes no larger int than 32 bits.
LDEXP_LIMIT = 5000
_LOG10_2, _LOG_2 = math.log10(2.0), math.log(2.0)


class Wide(NamedTuple):
    """The number `mantissa * 2**exponent`; of an array, the largest |mantissa| is in [0.5, 1)."""

    mantissa: Value
    exponent: int


ZERO = Wide(0.0, _EXPONENT_OF_ZERO)


def widen(value: Value, exponent: int = 0) -> Wide:
    """Return `value * 2**exponent`, normalised."""
    if isinstance(value, np.ndarray) and value.ndim:
        return widen_by(value, float(np.abs(value).max(initial=0.0)), exponent)
    mantissa, shift = math.frexp(value)
    return Wide(mantissa, exponent + shift) if mantissa else ZERO


def widen_by(value: FloatArray, peak: float, exponent: int = 0) -> Wide:
    """Return `value * 2**exponent`, normalised, of an array whose largest |entry| is known."""
    mantissa, shift = math.frexp(peak)
    return Wide(np.ldexp(value, -shift), exponent + shift) if mantissa else Wide(value, _EXPONENT_OF_ZERO)


def widen_whole(number: int) -> Wide:
    """Return a whole number of any length, to the digits of a float64.

    >>> widen_whole(3) == widen(3.0), decimal(widen_whole(10**400))[1]
    (True, 400)
    """
    excess = max(0, number.bit_length() - 64)
    return widen(float(number >> excess), excess)


def shifted(value: Value, exponent: int) -> Value:
    """Return `value * 2**exponent` as a float64: 0 where it is too small, infinite where it is too large."""
    if isinstance(value, np.ndarray):
        return scale(value, exponent)
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)


def scale(values: FloatArray, exponent: int) -> FloatArray:
    """Return `values * 2**exponent`, silently 0 or infinite beyond the range of a float64."""
    with np.errstate(over="ignore", under="ignore"):
        return np.ldexp(values, max(-LDEXP_LIMIT, min(LDEXP_LIMIT, exponent)))


def narrow(number: Wide) -> Value:
    """Return `number` as a plain float64 or read-only array of them, see `shifted`; a zero has no sign.

    >>> narrow(Wide(-0.0, 3)), narrow(Wide(np.array([-0.0, 0.5]), 1)).tolist()
    (0.0, [0.0, 1.0])
    """
    value = shifted(number.mantissa, number.exponent) + 0.0
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value


def add_up(terms: Sequence[Wide], rounding: float = 0.0) -> Wide:
    """Return the sum of `terms` (at least one), rounded once where they are numbers.

    A sum, or an entry of it, that is no more than the part `rounding` of its terms without their signs is zero.
    """
    if len(terms) == 1:
        return terms[0]
    top = max(term.exponent for term in terms)
    if isinstance(terms[0].mantissa, float):
        return widen(add_settled([math.ldexp(float(m), e - top) for m, e in terms], rounding), top)
    return widen(add_scaled([m for m, _ in terms], [e - top for _, e in terms], rounding), top)


def add_settled(values: Sequence[float], rounding: float) -> float:
    """Return the sum of numbers; 0 where it is no more than the part `rounding` of these without their signs.

    >>> add_settled([0.3, -0.1, -0.2], 1e-15), add_settled([0.3, -0.1, -0.2], 0.0)
    (0.0, -2.7755575615628914e-17)
    """
    total = math.fsum(values)
    return 0.0 if rounding and abs(total) <= rounding * math.fsum(map(abs, values)) else total


def add_scaled(values: Sequence[Value], exponents: Sequence[int], rounding: float = 0.0) -> FloatArray:
    """Return the sum of arrays of one shape, each times a power of two that is not above 1; see `add_up`."""
    stacked = np.array(values)
    # In whole numbers of Python: the exponent of nothing is beyond those of numpy.
    shifts = np.array([max(exponent, -LDEXP_LIMIT) for exponent in exponents])
    shifts = shifts.reshape(-1, *(1,) * (stacked.ndim - 1))
    with np.errstate(under="ignore"):
        scaled = np.ldexp(stacked, shifts)
        total = np.asarray(scaled.sum(axis=0))
        return np.where(np.abs(total) <= rounding * np.abs(scaled).sum(axis=0), 0.0, total) if rounding else total


def multiply(left: Wide, right: Wide) -> Wide:
    """Return the product; either may be an array."""
    return widen(left.mantissa * right.mantissa, left.exponent + right.exponent)


def divide(number: Wide, divisor: Wide) -> Wide:
    """Return the quotient of two numbers, rounded once: `divide(x, x)` is 1 exactly, and 0 is not divided by.

    >>> divide(widen(49.0), widen(49.0)) == widen(1.0), narrow(divide(ZERO, ZERO))
    (True, nan)
    """
    if not divisor.mantissa:
        return Wide(math.nan, 0)
    return widen(float(number.mantissa) / float(divisor.mantissa), number.exponent - divisor.exponent)


def absolute(value: Value) -> Value:
    """Return |value|, entry by entry."""
    return np.abs(value) if isinstance(value, np.ndarray) else abs(value)


def magnitude(number: Wide) -> Wide:
    """Return |number|, entry by entry."""
    return Wide(absolute(number.mantissa), number.exponent)


def size_key(number: Wide) -> tuple[int, float]:
    """Return a key by which numbers (not arrays) sort as their magnitudes do, also beyond a float64's range."""
    return number.exponent, abs(float(number.mantissa))


def largest_first(number: Wide) -> tuple[int, float]:
    """Return a key by which numbers (not arrays) sort by magnitude, the largest first: what a heap needs.

    >>> sorted([widen(0.5), widen(-3.0), ZERO], key=largest_first)[0]
    Wide(mantissa=-0.75, exponent=2)
    """
    return -number.exponent, -abs(float(number.mantissa))


def decimal(number: Wide) -> tuple[float, int]:
    """Return `(d, n)` with number = d * 10**n and 1 <= |d| < 10 (or d = 0)."""
    mantissa = float(number.mantissa)
    if not mantissa:
        return 0.0, 0
    logarithm = math.log10(abs(mantissa)) + number.exponent * _LOG10_2
    power = math.floor(logarithm)
    return math.copysign(10.0 ** (logarithm - power), mantissa), power


def logarithm_of(number: Wide) -> float:
    """Return log |number|; minus infinity of zero."""
    size = abs(float(number.mantissa))
    return math.log(size) + number.exponent * _LOG_2 if size else -math.inf
