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

Rounding means: at most 1e-9 of the mass, and at most 1e-12 of the gradient. A quantity path is a sum of unit paths:
where the mass at the level of quantities is rounding beside that of their units, it is zero. Every number is of one
*level*: at the level of quantities a path passes whole vertices (`a_3`), and its sign is known where the paths can be
listed; at the level of units it passes single entries (`a_3[7]`), and every mass is exact. With one hidden unit both
are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.parts import APART, NOTHING_OF_GRADIENT, NOTHING_OF_MASS, Part, contributed
from graphviz_lstm.reports.verdict_words import describe_cancellation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from graphviz_lstm.paths import PathSet, UnitPathSet
    from graphviz_lstm.reports.parts import Word
    from graphviz_lstm.reports.study import Study

    AnyPaths: TypeAlias = "PathSet | UnitPathSet"


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
    cancelled
        How large the terms are that cancel, where the gradient is zero; else 0.
    """

    derivative: str
    share: float
    quantity: Level
    unit: Level
    cancelled: float = 0.0

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
    derivative = study.derivative
    quantity = _level("quantity", study.paths)
    try:
        unit = _level("unit", study.unit_paths)
    except InputError as error:
        unit = Level("unit", None, Part(quantity.crossing.share, None, None), {}, str(error))
    if _is_rounding(quantity.crossing, unit.crossing):
        nothing = Part(0.0, 0.0, 0.0)
        quantity = replace(quantity, crossing=nothing, by_crossings=dict.fromkeys(quantity.by_crossings, nothing))
    share = quantity.crossing.share if math.isfinite(study.paths.share) else math.nan
    return Verdict(derivative, share, quantity, unit, study.cancelled)


def _is_rounding(part: Part, of_units: Part) -> bool:
    """Return whether what some paths sum to is no more than the rounding of the unit paths that they consist of."""
    if not part.mass or of_units.mass is None:
        return False
    return part.mass <= NOTHING_OF_GRADIENT and part.mass <= NOTHING_OF_MASS * of_units.mass


def _level(name: str, paths: AnyPaths) -> Level:
    if math.isnan(paths.share):
        return _of_contributions(name, paths)
    groups = paths.group_by("crossings", up_to=APART)
    crossing = paths.crossing("crossings")
    masses = crossing.masses
    parts = {int(times): Part(group.share, group.positive, group.negative) for times, group in groups.items() if times}
    missing = "" if masses.mass is not None else f"signs of {describe_count(crossing.count)} paths take listing them"
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
            parts[times + 1] = contributed(found)
    crossing = paths.crossing("crossings")
    whole = contributed(crossing) if crossing else Part(0.0, 0.0, 0.0)
    return Level(name, crossing.count, whole, parts, "" if whole.mass is not None else "their signs take listing them")
