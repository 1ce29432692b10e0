"""Some of the crossing paths: what they sum to, by sign, which part cancels, and the word for it.

The thresholds of the words are those of `graphviz_lstm.reports.verdict`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.paths import Masses, format_share
from graphviz_lstm.paths.choosing.ranking import COMPARED
from graphviz_lstm.paths.compiled.wide import narrow
from graphviz_lstm.reports.arrays import describe_sum, sum_of

if TYPE_CHECKING:
    from graphviz_lstm.paths import PathSet, UnitPathSet

Word = Literal["none", "not known", "zero", "no", "hardly", "in part", "yes", "nothing left"]

ONE_SIGN = 1e-9
"""What cancels less than this part is said to be of one sign."""
HARDLY = 0.1
"""What cancels less than this part hardly cancels."""
NEARLY_ALL = 0.95
"""From here on the answer is yes."""
NOTHING_OF_MASS, NOTHING_OF_GRADIENT = 1e-9, 1e-12
"""What is below both is rounding."""
APART = 3
"""Paths of one, two and three crossings are told apart; those that cross more often are one row."""

LEVEL_NAMES = {"quantity": "quantities", "unit": "single units"}
"""Level -> how it is called."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the crossing paths at one level: what they sum to, and by sign.

    Attributes
    ----------
    share
        The sum of their shares; of their contributions, where the gradient is zero.
    positive, negative
        The same by sign; None where it is not known.
    """

    share: float
    positive: float | None
    negative: float | None

    @property
    def mass(self) -> float | None:
        """The sum of all |shares|."""
        return Masses(self.positive, self.negative).mass

    @property
    def left(self) -> float | None:
        """What the signed sum leaves of the mass: 1 where all have one sign, 0 where all cancels; None if not known.

        The sum is the share, which was summed by itself: a mass of 1e26 says nothing of what is left. Where both leave
        the range of a float64, neither does anything else.

        >>> Part(0.25, 0.5, -0.25).left, Part(math.inf, math.inf, 0.0).left
        (0.3333333333333333, None)
        """
        if self.mass is None:
            return None
        left = abs(self.share) / self.mass if self.mass else 1.0
        return None if math.isnan(left) else min(1.0, left)

    @property
    def cancellation(self) -> float | None:
        """Which part of the mass cancels."""
        return None if self.left is None else 1.0 - self.left

    @property
    def word(self) -> Word:
        """The answer by the thresholds of the verdict.

        >>> Part(0.5, 0.5, 0.0).word, Part(0.5, 0.75, -0.25).word, Part(0.01, 0.5, -0.49).word
        ('no', 'in part', 'yes')
        """
        if self.left is None or self.mass is None:
            return "not known"
        if not self.mass:
            return "zero"
        if self.left <= NOTHING_OF_MASS and abs(self.share) <= NOTHING_OF_GRADIENT:
            return "nothing left"
        cancelled = 1.0 - self.left
        if cancelled < ONE_SIGN:
            return "no"
        if cancelled < HARDLY:
            return "hardly"
        return "in part" if cancelled < NEARLY_ALL else "yes"

    def content(self) -> dict[str, float | str | None]:
        """Return what JSON says of it."""
        numbers = {
            "share": self.share,
            "positive": self.positive,
            "negative": self.negative,
            "cancellation": self.cancellation,
            "left": self.left,
        }
        told = {name: None if x is None or not math.isfinite(x) else x for name, x in numbers.items()}
        return {"word": self.word, **told}


def contributed(paths: PathSet | UnitPathSet) -> Part:
    """Return what some paths contribute, entries summed: for a gradient of zero, which has nothing to share."""
    sums = paths.facts.sums
    total = sum_of(paths.total, paths.element)
    if sums.positive is None or sums.negative is None:
        if paths.count > COMPARED:
            return Part(total, None, None)
        sizes = [sum_of(path.contribution, paths.element) for path in paths]
        with np.errstate(over="ignore"):
            mass = float(np.sum(np.abs(sizes)))
        if not math.isfinite(mass):
            return Part(total, None, None)
        return Part(total, math.fsum(x for x in sizes if x > 0.0), math.fsum(x for x in sizes if x < 0.0))
    return Part(total, float(narrow(sums.positive)), 0.0 - float(narrow(sums.negative)))


def describe_part(part: Part, *, shares: bool = True) -> tuple[str, str, str]:
    """Return what is positive, what is negative and which part cancels, as text; "not known" where it is not."""
    if part.positive is None or part.negative is None:
        return ("not known", "not known", "not known")
    told = [format_share(x) if shares else describe_sum(x) for x in (part.positive, part.negative)]
    cancelled = "all" if part.word == "nothing left" else describe_cancelled(part.left)
    return (told[0], told[1], cancelled)


def describe_cancelled(left: float | None) -> str:
    """Return which part of a mass cancels, by what is left of it; near all by what is left.

    >>> describe_cancelled(0.25), describe_cancelled(1.0), describe_cancelled(1e-6), describe_cancelled(None)
    ('75 %', '0 %', 'all but 0.0001 %', 'not known')
    """
    if left is None:
        return "not known"
    if left >= 1.0 - ONE_SIGN:
        return "0 %"
    return plain_percent(1.0 - left) if left > 1.0 - NEARLY_ALL else f"all but {plain_percent(left)}"
