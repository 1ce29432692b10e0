"""Numbers of one figure or table, with their signs and all with the same decimals, so that the eye can add them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from collections.abc import Iterable

# Where shares add up to more than so many times the whole, percentages say nothing.
_MOST = 100.0
_FARTHEST = 300
_POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class _Parts(Protocol):
    @property
    def positive(self) -> float: ...
    @property
    def negative(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the shares of a figure are written.

    Attributes
    ----------
    factor
        What a share is multiplied with: 100, or where they are far above that the derivative itself.
    decimals
        How many digits behind the point, of all.
    power
        The power of ten that stands in the legend, where numbers are not percentages.
    """

    factor: float
    decimals: int
    power: int = 0
    percent: bool = True

    def text(self, share: float) -> str:
        """Return a share with its sign; 0 for nothing, and a bound for what is less than its digits can show.

        >>> numbers = Numbers(100.0, 2)
        >>> [numbers.text(share) for share in (0.7374, -0.202, 0.0, 0.00001, -0.00001)]
        ['+73.74', '−20.20', '0', '<0.01', '−<0.01']
        """
        if not share:
            return "0"
        number = share * self.factor
        written = f"{number:+.{self.decimals}f}"
        if not float(written):
            return f"{MINUS if number < 0 else ''}<{10.0**-self.decimals:.{self.decimals}f}"
        return written.replace("-", MINUS)

    def told(self, share: float) -> str:
        """Return a share with its unit, as it stands in a sentence."""
        if self.percent:
            return f"{self.text(share)} %"
        return f"{self.text(share)}{self.times}"

    @property
    def times(self) -> str:
        """The power of ten that the numbers on the edges are to be multiplied with."""
        return f" × 10{str(self.power).translate(_POWERS)}" if self.power else ""

    def parts(self, masses: _Parts) -> list[str]:
        """Return what stands on an edge: what adds and what takes away, or the one of them that there is."""
        both = [part for part in (masses.positive, masses.negative) if part]
        shown = [part for part in both if abs(part * self.factor) >= 0.5 * 10.0**-self.decimals]
        return [self.text(part) for part in shown or both[:1]] or ["0"]


def shares_as(largest: float, whole: float) -> Numbers:
    """Return how shares are written: as percentages, or as parts of the whole derivative where they far exceed that.

    Percentages they stay where the whole leaves the range of a float64.

    >>> shares_as(1.2, 0.5).told(-0.25), shares_as(1e6, 2e-4).told(-1e6), shares_as(300.0, math.inf).told(-300.0)
    ('−25.00 %', '−200.00', '−30000 %')
    """
    if largest <= _MOST or math.isinf(whole):
        return Numbers(100.0, 2 if largest < 2.0 else 1 if largest < 20.0 else 0)
    # Their product may leave the range of a float64.
    power = _power(largest, whole)
    power = 0 if -2 <= power <= 2 else power
    return Numbers(_in_powers(whole, power), 2, power, percent=False)


def amounts_as(amounts: Iterable[float], unit: float = 1.0) -> Numbers:
    """Return how amounts are written that are no shares, so many times `unit`: in the power of ten of the largest.

    >>> numbers = amounts_as([0.00012, -0.00001])
    >>> numbers.told(0.00012), numbers.text(-0.00001), amounts_as([30.0], 1e307).told(30.0)
    ('+1.200 × 10⁻⁴', '−0.100', '+3.000 × 10³⁰⁸')
    """
    # What is smaller has no power of ten that a factor could be.
    power = max(_power(max(map(abs, amounts), default=0.0), unit), _power(unit) - _FARTHEST)
    power = 0 if 0 <= power <= 2 else power
    return Numbers(_in_powers(unit, power), 3, power, percent=False)


def _power(*factors: float) -> int:
    """Return the power of ten of a product."""
    return math.floor(math.fsum(math.log10(abs(factor)) for factor in factors)) if all(factors) else 0


def _in_powers(number: float, power: int) -> float:
    """Return how many times 10**power a number is, also where that power leaves the range of a float64."""
    if abs(power) <= _FARTHEST:
        return number / 10.0**power
    half = power // 2
    return number / 10.0**half / 10.0 ** (power - half)
