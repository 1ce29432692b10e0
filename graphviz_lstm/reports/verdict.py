"""The verdict: do the terms through the gates cancel? As data, by documented thresholds, at both levels.

A crossing path's share is positive or negative; the sum of all |shares| is the mass. What the signed sum leaves of the
mass has not cancelled. The answer is read off that part alone:

=====================  ======================  =======================================================================
word                   what is left of mass    answer
=====================  ======================  =======================================================================
`"none"`               no path crosses         There are none
`"not known"`          not computed            Not known
`"zero"`               there is no mass        There is nothing to cancel: every one of them is zero
`"no"`                 all (to 1e-9)           No: all of one sign
`"hardly"`             0.9 or more             Hardly
`"in part"`            more than 0.05          In part
`"yes"`                0.05 or less            Yes, all but N %
`"nothing left"`       rounding                Yes: they leave nothing
=====================  ======================  =======================================================================

Rounding means: at most 1e-9 of the mass, and at most 1e-12 of the gradient. Every number is of one *level*: at the
level of quantities a path passes whole vertices (`a_3`), and its sign is known where the paths can be listed; at the
level of units it passes single entries (`a_3[7]`), and every mass is exact. With one hidden unit both are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.paths import Masses, format_share
from graphviz_lstm.paths.compiled.wide import narrow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from graphviz_lstm.paths import PathSet, UnitPathSet
    from graphviz_lstm.reports.study import Study

    AnyPaths: TypeAlias = "PathSet | UnitPathSet"

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

        The sum is the share, which was summed by itself: a mass of 1e26 says nothing of what is left.
        """
        if self.mass is None:
            return None
        return min(1.0, abs(self.share) / self.mass) if self.mass else 1.0

    @property
    def cancellation(self) -> float | None:
        """Which part of the mass cancels."""
        return None if self.left is None else 1.0 - self.left

    @property
    def word(self) -> Word:
        """The answer by the thresholds of this module.

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


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The crossing paths at one level.

    Attributes
    ----------
    level
        `"quantity"` or `"unit"`.
    count
        How many paths cross; None where nobody counted.
    crossing
        All of them.
    by_crossings
        Number of crossings -> those that cross so often; `APART + 1` stands for all larger numbers.
    missing
        Why something is not known; empty where all is.
    """

    level: str
    count: int | None
    crossing: Part
    by_crossings: Mapping[int, Part]
    missing: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Whether the terms of a gradient that go through the gates cancel.

    Attributes
    ----------
    derivative
        Of what: `dE/dW_A[0,0]`.
    share
        The crossing paths' part of the gradient; NaN where that is zero.
    quantity, unit
        What is known at each level.
    """

    derivative: str
    share: float
    quantity: Level
    unit: Level

    @property
    def one_level(self) -> bool:
        """Whether both levels are the same: each quantity path is one unit path."""
        return self.quantity.count == self.unit.count and self.quantity.crossing.mass is not None

    @property
    def decisive(self) -> Level:
        """The level whose word is the answer: that of units, where it is known."""
        return self.quantity if self.one_level or self.unit.crossing.word == "not known" else self.unit

    @property
    def word(self) -> Word:
        """The answer, see this module's table."""
        return self.decisive.crossing.word if self.quantity.count else "none"

    def __str__(self) -> str:
        """Return the answer in words, a line for each level and a table by crossings."""
        from graphviz_lstm.reports.verdict_words import describe_cancellation

        return "\n".join(describe_cancellation(self))

    def content(self) -> dict[str, Any]:
        """Return what JSON says of it: the word, and at each level the numbers it was read off."""
        share = None if math.isnan(self.share) else self.share
        return {"answer": self.word, "of": self.derivative, "share": share, "level": self.decisive.level} | {
            level.level: {
                "count": level.count,
                **level.crossing.content(),
                "by_crossings": {str(times): part.content() for times, part in level.by_crossings.items()},
            }
            for level in (self.quantity, self.unit)
        }


def verdict_of(study: Study) -> Verdict:
    """Return the verdict of a study. Costs a sweep or two at each level; see `Study.verdict`."""
    from graphviz_lstm.reports.words import describe_source

    derivative = describe_source(study.source, study.element)
    quantity = _level("quantity", study.paths)
    try:
        unit = _level("unit", study.unit_paths)
    except InputError as error:
        unit = Level("unit", None, Part(quantity.crossing.share, None, None), {}, str(error))
    share = quantity.crossing.share if math.isfinite(study.paths.share) else math.nan
    return Verdict(derivative, share, quantity, unit)


def _level(name: str, paths: AnyPaths) -> Level:
    if math.isnan(paths.share):
        return _of_contributions(name, paths)
    groups = paths.group_by("crossings", up_to=APART)
    crossing = paths.crossing("crossings")
    masses = crossing.masses
    parts = {int(times): Part(group.share, group.positive, group.negative) for times, group in groups.items() if times}
    missing = "" if masses.mass is not None else f"signs of {_many(crossing.count)} paths take listing them"
    return Level(name, crossing.count, Part(_share(crossing), masses.positive, masses.negative), parts, missing)


def _share(paths: AnyPaths) -> float:
    """Return the share of some paths; of none it is 0."""
    return float(paths.share) if paths else 0.0


def _of_contributions(name: str, paths: AnyPaths) -> Level:
    """Return the level of a gradient of zero, which nothing is a share of: contributions, entries summed."""
    parts = {}
    for times in range(APART + 1):
        rows = (range(times + 1, paths.facts.longest + 1)) if times == APART else times + 1
        found = paths.crossing("crossings", times=rows)
        if found:
            parts[times + 1] = _contributed(found)
    crossing = paths.crossing("crossings")
    whole = _contributed(crossing) if crossing else Part(0.0, 0.0, 0.0)
    return Level(name, crossing.count, whole, parts, "" if whole.mass is not None else "their signs take listing them")


def _contributed(paths: AnyPaths) -> Part:
    sums = paths.facts.sums
    total = float(np.sum(paths.total))
    if sums.positive is None or sums.negative is None:
        return Part(total, None, None)
    return Part(total, float(narrow(sums.positive)), 0.0 - float(narrow(sums.negative)))


def _many(count: int) -> str:
    from graphviz_lstm.paths.listing.limits import describe_count

    return describe_count(count)


def describe_part(part: Part, *, shares: bool = True) -> tuple[str, str, str]:
    """Return what is positive, what is negative and which part cancels, as text; "not known" where it is not."""
    if part.positive is None or part.negative is None:
        return ("not known", "not known", "not known")
    told = [format_share(x) if shares else f"{x:+.3g}" for x in (part.positive, part.negative)]
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
