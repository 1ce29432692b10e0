"""How numbers read: for figures (a real minus sign, three digits) and for lines of text (ASCII, as terminals have it).

A share in a line of text is `paths.format_share`: it may lie beyond the range of a float64, and `paths/` imports
nothing of the package but `errors`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

MINUS = "\N{MINUS SIGN}"
# An array of more entries is told by its size and length.
_SHOWN_ENTRIES = 8
# A number with more digits before the point has an exponent.
_MOST_PLACES = 6


def format_number(number: float, digits: int = 3) -> str:
    """Return a number with three significant digits, or so many, for a figure.

    >>> [format_number(x) for x in (0.81775, -0.0197, 12345.0, 1e-9, 0.0, 1.0)]
    ['0.818', '−0.0197', '12,345', '1.00e−9', '0', '1.00']
    >>> [format_number(x, 2) for x in (0.81775, -0.0197, 12345.0, 1e-9, 123.4)]
    ['0.82', '−0.020', '12,345', '1.0e−9', '123']
    >>> format_number(1.7e308, 1), format_number(math.inf)
    ('2e308', 'out of range')
    """
    if number == 0:
        return "0"
    if math.isinf(number):
        return "out of range"
    if math.isnan(number):
        return str(number)
    # Digits first: they decide the power of 0.9996. The text has it, where the number so rounded may be none.
    power = int(f"{number:.{digits - 1}e}".partition("e")[2])
    if -3 <= power < 3:
        text = f"{number:.{max(0, digits - 1 - power)}f}"
    elif 3 <= power < 6:
        text = f"{number:,.0f}"
    else:
        mantissa, _, exponent = f"{number:.{digits - 1}e}".partition("e")
        text = f"{mantissa}e{format_exponent(int(exponent))}"
    return text.replace("-", MINUS)


def format_exponent(exponent: int) -> str:
    """Return a power of ten without leading zeros.

    >>> format_exponent(-9), format_exponent(12)
    ('-9', '12')
    """
    return str(exponent)


def format_percent(share: float) -> str:
    """Return a share as a signed percentage of three significant digits, for a figure; `0 %` only for zero.

    >>> [format_percent(x) for x in (0.451, -0.123, 0.00021, 1.0, 0.0, 1e307)]
    ['+45.1 %', '−12.3 %', '+0.0210 %', '+100 %', '0 %', 'out of range']
    """
    if share == 0:
        return "0 %"
    if math.isinf(percent := 100 * float(share)):
        return "out of range"
    text = format_number(percent)
    return f"{'' if text.startswith(MINUS) else '+'}{text} %"


def plain_percent(part: float) -> str:
    """Return a part that has no sign, such as an error, in percent.

    >>> plain_percent(0.0852613), plain_percent(2.356), plain_percent(math.inf)
    ('8.53 %', '236 %', 'out of range')
    """
    percent = 100 * float(part)
    return "out of range" if math.isinf(percent) else f"{percent:.3g} %"


LENGTH = "|·| "
"""Before the length of a vector, where a number stands for it."""


def format_value(value: NDArray[np.float64], digits: int = 3) -> str:
    """Return what a vertex holds, for a figure: the number, or, of several, the length of the vector.

    >>> format_value(np.array([0.25])), format_value(np.array([3.0, 4.0])), format_value(np.full(2, 1.5e308))
    ('0.250', '|·| 5.00', '|·| out of range')
    """
    value = np.asarray(value)
    if value.size == 1:
        return format_number(value.item(), digits)
    return f"{LENGTH}{format_number(length(value), digits)}"


def length(array: NDArray[np.float64]) -> float:
    """Return the Euclidean length of an array, also where the squares of its entries leave the range of a float64.

    >>> length(np.array([3.0, 4.0])), f"{length(np.array([[3e200, 4e200]])):.6g}"
    (5.0, '5e+200')
    """
    return math.hypot(*array.ravel().tolist())


def sum_exactly(numbers: Sequence[float]) -> float:
    """Return the sum, rounded once; infinite where it leaves the range of a float64, NaN where nothing can be told.

    >>> sum_exactly([1.5e308, 1.5e308, -1.5e308]), sum_exactly([1e308, 1e308]), sum_exactly([math.inf, -math.inf])
    (1.5e+308, inf, nan)
    """
    try:
        return math.fsum(numbers)
    except ValueError:
        return math.nan
    except OverflowError:
        smaller = math.fsum(math.ldexp(number, -64) for number in numbers)
    try:
        return math.ldexp(smaller, 64)
    except OverflowError:
        return math.copysign(math.inf, smaller)


def format_zero(size: float) -> str:
    """Return what a sum of zero is, by the size of its terms: where these are none it is zero by every machine.

    >>> format_zero(0.0), format_zero(0.2123)
    ('zero', 'zero to rounding (terms of 0.212 cancel)')
    >>> format_zero(math.inf)
    'zero to rounding (terms cancel whose size leaves the range of a float64)'
    """
    if not size:
        return "zero"
    if not math.isfinite(size):
        return "zero to rounding (terms cancel whose size leaves the range of a float64)"
    return f"zero to rounding (terms of {size:.3g} cancel)"


def format_array(array: ArrayLike) -> str:
    """Return an array on one line with six significant digits, or its length where it has many entries.

    What leaves the range of a float64 is said to be out of range.

    >>> format_array(np.array([[-0.5, 1 / 3]])), format_array(np.array(-0.0)), format_array(np.ones((3, 3)))
    ('[[-0.5, 0.333333]]', '0', '3 x 3, |.| = 3')
    >>> format_array(np.array([np.inf])), format_array(np.full(9, 1.5e308))
    ('out of range', '9, |.| out of range')
    """
    array = np.asarray(array)
    if not np.isfinite(array).all():
        return "out of range"
    if array.size > _SHOWN_ENTRIES:
        size = length(array)
        return f"{' x '.join(map(str, array.shape))}, |.| {f'= {size:.6g}' if math.isfinite(size) else 'out of range'}"
    if array.ndim == 0:
        # Plus nothing: a zero has no sign for people.
        return f"{float(array) + 0.0:.6g}"
    return f"[{', '.join(format_array(row) for row in array)}]"


def format_entry(array: ArrayLike, element: tuple[int, ...] | None) -> str:
    """Return an array as text, or the entry that is looked at where it is one.

    >>> format_entry(np.array([[-0.5, 0.25]]), None), format_entry(np.array([[-0.5, 0.25]]), (0, 1))
    ('[[-0.5, 0.25]]', '0.25')
    """
    whole = np.asarray(array)
    return format_array(whole if element is None else whole[element])


def format_count(count: int, noun: str) -> str:
    """Return how many there are.

    >>> format_count(1, "path"), format_count(4214, "path"), format_count(0, "path")
    ('1 path', '4,214 paths', '0 paths')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def digits(value: float) -> str:
    """Return a literal as briefly as it can be read back exactly.

    >>> digits(2.0), digits(0.1), digits(1 / 3)
    ('2', '0.1', '0.3333333333333333')
    """
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def format_plain(number: float, digits: int = 3) -> str:
    """Return a number with so many significant digits at most, for a line of text.

    >>> format_plain(0.25), format_plain(1234567.0, 4), format_plain(math.inf)
    ('0.25', '1.235e+06', 'out of range')
    """
    return in_form(number, f".{digits}g")


def in_form(number: float, form: str) -> str:
    """Return a number in a format; in words where it cannot be told.

    >>> in_form(0.25, "+.1f"), in_form(-math.inf, "+.1f")
    ('+0.2', 'out of range')
    """
    return format(number, form) if math.isfinite(number) else "out of range"


def same_decimals(numbers: Iterable[float], *, digits: int = 5) -> list[str]:
    """Return numbers that are added with the same decimals: the largest has so many significant digits.

    >>> same_decimals([-0.0197, 0.00538361, -0.00270938], digits=3), same_decimals([0.0, 1e-9, -math.inf])
    (['-0.0197', '0.0054', '-0.0027'], ['0', '1.0000e-09', 'out of range'])
    """
    told = [float(number) for number in numbers]
    largest = max((abs(number) for number in told if math.isfinite(number)), default=0.0)
    power = math.floor(math.log10(largest)) if largest else 0
    plain = -5 <= power <= _MOST_PLACES
    form = f".{max(0, digits - 1 - power)}f" if plain else f".{digits - 1}e"
    return [in_form(number, form) if number else "0" for number in told]
