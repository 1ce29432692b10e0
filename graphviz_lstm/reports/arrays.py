"""Arrays and derivatives for people: arrays written out where they are small, else shape, length and extremes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph.cancelling import ROUNDING
from graphviz_lstm.notation.numbers import format_array, in_form, sum_exactly
from graphviz_lstm.paths import format_share

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths.choosing.selection import Remainder

_WRITTEN_OUT = 8


def describe_array(array: ArrayLike) -> str:
    """Return an array on one line: six significant digits, or of more than eight entries shape, length and extremes.

    What leaves the range of a float64 is said to be out of range.

    >>> describe_array([[-0.5, 1 / 3]]), describe_array(np.arange(9.0) - 4.0)
    ('[[-0.5, 0.333333]]', '9, |.| = 7.74597, -4 to 4')
    """
    whole = np.asarray(array)
    if whole.size <= _WRITTEN_OUT or not np.isfinite(whole).all():
        return format_array(whole)
    return f"{format_array(whole)}, {whole.min():.3g} to {whole.max():.3g}"


def entry_of(array: ArrayLike, element: tuple[int, ...] | None) -> Array:
    """Return the entry that is looked at, or the whole array where none is.

    A path through units begins at the one entry: its contribution is a number already.

    >>> float(entry_of(np.array([[-0.5, 0.25]]), (0, 1))), float(entry_of(0.5, (0, 1)))
    (0.25, 0.5)
    """
    whole = np.asarray(array, dtype=np.float64)
    return whole if element is None or not whole.ndim else np.asarray(whole[element])


def sum_of(array: ArrayLike, element: tuple[int, ...] | None) -> float:
    """Return the entry that is looked at, or the sum of all; infinite or NaN where they leave the range of a float64.

    >>> sum_of([[-0.5, 0.25]], None), sum_of([[-0.5, 0.25]], (0, 1)), sum_of([np.inf, -np.inf], None)
    (-0.25, 0.25, nan)
    >>> sum_of([1.5e308, 1e308, -1.5e308], None)
    1e+308
    """
    entries = entry_of(array, element)
    with np.errstate(all="ignore"):
        total = float(entries.sum())
    return total if math.isfinite(total) else sum_exactly(entries.ravel().tolist())


def describe_sum(array: ArrayLike, element: tuple[int, ...] | None = None) -> str:
    """Return a contribution as it is ranked where there is nothing to share: the entry looked at, or their sum.

    >>> describe_sum([[-0.5, 0.25]]), describe_sum([[-0.5, 0.25]], (0, 1)), describe_sum(0.0), describe_sum(np.inf)
    ('-0.25', '+0.25', '0', 'out of range')
    """
    number = sum_of(array, element)
    return in_form(number, "+.3g") if number else "0"


def describe_amount(amount: float, mass: float) -> str:
    """Return a sum of contributions; `~0` where it is no more than the rounding of what it is a sum of.

    >>> [describe_amount(*each) for each in ((-0.25, 1.0), (0.0, 1.0), (3e-18, 1.0), (1.0, np.inf))]
    ['-0.25', '0', '~0', '+1']
    """
    # Of terms that leave the range the rounding is not known.
    lost = np.isfinite(mass) and 0.0 < abs(amount) <= ROUNDING * mass
    return "~0" if lost else describe_sum(amount)


def describe_entry(array: ArrayLike, element: tuple[int, ...] | None) -> str:
    """Return an array as text, or the entry that is looked at where it is one.

    >>> describe_entry(np.array([[-0.5, 0.25]]), (0, 1)), describe_entry(0.5, (0, 1))
    ('0.25', '0.5')
    """
    return describe_array(entry_of(array, element))


def describe_source(source: str, element: tuple[int, ...] | None) -> str:
    """Return `dE/dW_A`, or `dE/dW_A[0,0]` where one element is looked at."""
    return f"dE/d{source}" + (f"[{','.join(map(str, element))}]" if element is not None else "")


def describe_rest(left: Remainder) -> str:
    """Return the share of what is not shown; where it is no more than what rounding leaves, that alone.

    >>> from graphviz_lstm.paths.choosing.selection import Remainder
    >>> [describe_rest(Remainder(3, 0.0, share, None, 1e-15)) for share in (0.25, -3e-17, 0.0)]
    ['+25.0 %', '~0 %', '~0 %']
    """
    return "~0 %" if left.count and left.is_noise else format_share(left.share)
