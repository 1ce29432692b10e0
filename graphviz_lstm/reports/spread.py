"""How far back a gradient reaches, for people and files: the triangle folded to a page, and its sums by distance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.gradients.shares.triangle import apart
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.arrays import describe_amount
from graphviz_lstm.reports.columns import aligned
from graphviz_lstm.reports.tables import json_text
from graphviz_lstm.reports.words import NOTHING_TO_SHARE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from graphviz_lstm.reports.study import Study

MOST_COLUMNS = 6
"""A triangle of more steps is told in stretches of steps, about as many."""
_NEXT_TO_NOTHING = 5e-6


def triangle_text(study: Study) -> str:
    """Return the triangle as text that fits a terminal, and its sums by how far back and by which route.

    Rows are steps of entry, columns steps of exit; of a long sequence stretches of steps, whose shares are sums.
    """
    triangle = study.triangle
    stretches = _stretches(len(triangle.whole))
    names = [range_text(part, triangle.first_step) for part in stretches]
    amount = partial(describe_amount, mass=float(np.abs(triangle.whole).sum()))
    brief = _brief if triangle.unit == "share" else amount
    sums = np.array([[triangle.whole[np.ix_(rows, columns)].sum() for columns in stretches] for rows in stretches])
    table = [["enters at", *names, "all"]]
    for k, (name, row) in enumerate(zip(names, sums, strict=True)):
        shares = [
            "" if column < k and not triangle.earlier else brief(share) for column, share in enumerate(row.tolist())
        ]
        table.append([name, *shares, brief(float(row.sum()))])
    table.append(["all", *map(brief, sums.sum(axis=0).tolist()), brief(float(sums.sum()))])
    head = f"{study.derivative} of {study.problem.name!r}"
    routes = triangle.routes
    used = {name: shares for name, shares in routes.items() if shares.any()}
    lags = [["steps apart" if triangle.earlier else "steps back", triangle.unit, *used]]
    for part in lags_of(len(triangle.whole)):
        told = [_summed(triangle.whole, part), *(_summed(shares, part) for shares in used.values())]
        lags.append([range_text(part, 0), *map(brief, told)])
    totals = [float(triangle.whole.sum()), *(float(shares.sum()) for shares in used.values())]
    lags.append(["all", *map(brief, totals)])
    far = "apart both lie" if triangle.earlier else "back it reaches"
    nothing = [] if triangle.unit == "share" else [NOTHING_TO_SHARE]
    return "\n".join(
        [
            *nothing,
            f"{head} by the step where it enters (rows) and the step of the loss (columns):",
            *aligned(table),
            "",
            f"By how many steps {far}, and along which route (a gate's: crossing into that gate alone):",
            *aligned(lags),
            "",
        ]
    )


def triangle_json(study: Study) -> str:
    """Return the triangle as one JSON object: steps, `whole` and each route as nested lists, rows being entries."""
    triangle = study.triangle
    content: dict[str, Any] = {
        "example": study.problem.name,
        "source": study.source,
        "element": None if study.element is None else list(study.element),
        "steps": list(triangle.steps),
        triangle.unit: _nested(triangle.whole),
        "routes": {name: _nested(shares) for name, shares in triangle.routes.items()},
        "steps_back": _nested(triangle.by_lag()),
    }
    return json_text(content)


def triangle_csv(study: Study) -> str:
    """Return the triangle as CSV: a row for each entry and exit."""
    return study.triangle.to_csv()


TRIANGLE_FORMATS: dict[str, Callable[[Study], str]] = {
    ".txt": triangle_text,
    ".json": triangle_json,
    ".csv": triangle_csv,
}
"""Suffix -> how a triangle is written."""


def _stretches(steps: int) -> list[range]:
    """Return the steps in stretches: each by itself where they are few.

    >>> _stretches(3), _stretches(50)[:2], len(_stretches(50))
    ([range(0, 1), range(1, 2), range(2, 3)], [range(0, 9), range(9, 18)], 6)
    """
    each = -(-steps // MOST_COLUMNS)
    return [range(start, min(start + each, steps)) for start in range(0, steps, each)]


def lags_of(steps: int) -> list[range]:
    """Return distances: 0, 1, 2, 3 by themselves, then twice as many in each stretch.

    >>> lags_of(12)
    [range(0, 1), range(1, 2), range(2, 3), range(3, 4), range(4, 8), range(8, 12)]
    """
    found = [range(k, k + 1) for k in range(min(4, steps))]
    start = 4
    while start < steps:
        found.append(range(start, min(2 * start, steps)))
        start *= 2
    return found


def _brief(share: float) -> str:
    """Return a share as a table of many has it: what is next to nothing takes no more room than nothing.

    >>> _brief(0.25), _brief(0.0), _brief(-3e-9)
    ('+25.0 %', '0 %', '~0 %')
    """
    return "~0 %" if 0.0 < abs(share) < _NEXT_TO_NOTHING else format_share(share)


def _summed(shares: NDArray[np.float64], lags: range) -> float:
    return sum(apart(shares, lag) for lag in lags)


def range_text(part: range, first: int) -> str:
    """Return a stretch of steps, of which 0 is called `first`, as text.

    >>> range_text(range(2, 3), 1), range_text(range(4, 8), 0)
    ('3', '4..7')
    """
    start, stop = part.start + first, part.stop - 1 + first
    return str(start) if start == stop else f"{start}..{stop}"


def _nested(array: NDArray[np.float64]) -> Any:
    return [_nested(row) for row in array] if array.ndim else rounded(float(array))
