"""Does it stay small? Paths and crossing share over more steps, with larger recurrent weights, of every weight."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import NoPathError, NumberError
from graphviz_lstm.gradients.schemes.angles import recurrent_weights
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.losses import steps_over
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.environment import template
from graphviz_lstm.reports.formats import Picture, Section, Table
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.formats import Part

LENGTHS = range(1, 11)
SCALES = (0.25, 0.5, 1.0, 2.0, 3.0, 4.0)
# Some thirty nets are evaluated: of larger ones it would take longer than the rest of the answer.
_MOST_EDGES_A_STEP, _MOST_ENTRIES = 100, 400
# A share that differs by no more from the last one stays near it.
_NEAR = 0.1


@dataclass(frozen=True, slots=True)
class Point:
    """One net: how many paths there are, how many cross, and the crossing paths' share.

    Attributes
    ----------
    label
        The number of steps, or the scale.
    paths, crossing
        How many.
    share
        Of the same entry of the gradient; NaN where that is zero or no number.
    """

    label: float
    paths: int
    crossing: int
    share: float


def repeated(problem: Problem, steps: int) -> Problem | None:
    """Return a problem over so many steps, its inputs and targets from the start again; None where no loss counts.

    >>> from graphviz_lstm import load_problem
    >>> longer = repeated(load_problem("gomez"), 3)
    >>> longer.inputs["X"].tolist(), longer.losses[0].steps
    ([[1.0, 2.0], [0.5, 3.0], [1.0, 2.0]], (0, 1, 2))
    """
    rows = np.arange(steps) % problem.steps
    losses = []
    for term in problem.losses:
        counted = tuple(steps_over(problem, term, steps))
        if counted:
            losses.append(
                replace(term, steps=counted, targets=term.targets[np.arange(len(counted)) % len(term.targets)])
            )
    if not losses:
        return None
    inputs = {name: array[rows] for name, array in problem.inputs.items()}
    texts = [problem.texts[int(row)] for row in rows] if problem.texts else ()
    return replace(problem, inputs=inputs, losses=losses, steps=steps, texts=texts)


def growth_section(asked: Asked, *, drawn: bool) -> Section | None:
    """Return the tables and the plot; None where nothing crosses, the net is large, or there is nothing to share."""
    problem = asked.problem
    per_step = asked.graph.number_of_edges() / problem.steps
    entries = sum(array.size for array in problem.parameters.values())
    if (
        asked.entering is None
        or asked.one.is_zero
        or not asked.full
        or asked.source not in problem.cell.parameters
        or per_step > _MOST_EDGES_A_STEP
        or entries > _MOST_ENTRIES
    ):
        return None
    lengths = lengths_of(asked)
    scales = scales_of(asked)
    again = " (inputs and targets repeated in turn)" if problem.steps < LENGTHS[-1] else ""
    parts: list[Part] = [
        (
            f"No rule keeps it small: it depends on the numbers. Over {lengths[0].label:g} to {lengths[-1].label:g} "
            f"steps{again} the number of paths goes from {describe_count(lengths[0].paths)} to "
            f"{describe_count(lengths[-1].paths)}; the share of {asked.derivative} that crosses lies {_range(lengths)}."
            f"{_settling(lengths)}"
        ),
        _table("steps", lengths),
    ]
    if scales:
        names = ", ".join(recurrent_weights(problem.cell))
        parts += [
            (
                f"With the recurrent weights {names} times {SCALES[0]:g} to {SCALES[-1]:g} it lies {_range(scales)}"
                f"{_rising(scales)}."
            ),
            _table("times", scales),
        ]
    if drawn:
        parts.append(_plot(lengths, scales))
    parts += [
        "And of every weight, each as a whole: the share is of that weight's own gradient.",
        _every(asked),
        *_zeros(asked),
    ]
    return Section("Does it stay small, and what of the other weights?", tuple(parts))


def lengths_of(asked: Asked) -> list[Point]:
    """Return a point for each number of steps."""
    nets = ((steps, repeated(asked.problem, steps)) for steps in LENGTHS)
    return [_point(float(steps), asked, net) for steps, net in nets if net is not None]


def scales_of(asked: Asked) -> list[Point]:
    """Return a point for each scale of the recurrent weights; none where the cell has none."""
    problem, names = asked.problem, recurrent_weights(asked.problem.cell)
    if not names:
        return []
    return [
        _point(
            scale,
            asked,
            replace(
                problem,
                parameters={name: each * scale if name in names else each for name, each in problem.parameters.items()},
            ),
        )
        for scale in SCALES
    ]


def _point(label: float, asked: Asked, problem: Problem) -> Point:
    study = Study(problem, asked.source, element=asked.one.element, detail=asked.whole.detail)
    try:
        crossing = study.paths.crossing("crossings")
        share = float(crossing.share) if crossing else (math.nan if study.is_zero else 0.0)
        return Point(label, study.paths.count, crossing.count if crossing else 0, share)
    except (NoPathError, NumberError):
        return Point(label, 0, 0, math.nan)


def _table(name: str, points: Sequence[Point]) -> Table:
    """Return the points; how many paths there are only where that differs."""
    counted = len({(point.paths, point.crossing) for point in points}) > 1
    rows = tuple(
        (
            f"{point.label:g}",
            *((describe_count(point.paths), describe_count(point.crossing)) if counted else ()),
            format_share(point.share),
        )
        for point in points
    )
    return Table((name, *(("paths", "that cross", "their share") if counted else ("share that crosses",))), rows)


def _range(points: Sequence[Point]) -> str:
    """Return between which shares points lie."""
    shares = [point.share for point in points if math.isfinite(point.share)]
    return (
        f"between {format_share(min(shares))} and {format_share(max(shares))}" if shares else "nowhere: it is no number"
    )


def _settling(points: Sequence[Point]) -> str:
    """Return from which number of steps on the share stays where it ends, to a tenth; empty where it does not."""
    last = points[-1].share
    near = [abs(point.share - last) <= _NEAR * abs(last) for point in points]
    first = next((k for k in range(len(points)) if all(near[k:])), len(points))
    if not last or first > len(points) // 2:
        return ""
    shares = [point.share for point in points[first:]]
    return (
        f" From {points[first].label:g} steps on it hardly changes: {format_share(min(shares))} to "
        f"{format_share(max(shares))}. That is so of this entry: another weight's share may change much more, and its "
        "sign too (the last column below)."
    )


def _rising(points: Sequence[Point]) -> str:
    """Return that the share grows with every scale, where it does."""
    sizes = [abs(point.share) for point in points]
    return ": it grows with them" if all(one < other for one, other in pairwise(sizes)) else ""


def _zeros(asked: Asked) -> tuple[str, ...]:
    """Return why a weight may have paths that cross and contribute nothing."""
    if any(array.any() for array in asked.problem.initial.values()):
        return ()
    nothing = [
        name
        for name in asked.problem.cell.parameters
        if (paths := find_paths(asked.graph, name, TARGET).crossing("crossings")) and not np.any(paths.total)
    ]
    if not nothing:
        return ()
    return (
        (
            f"{', '.join(nothing)}: paths cross, and bring nothing over {_steps(asked.problem.steps)}. At the steps "
            "from which they start, one factor of each of their products is an initial state of zero."
        ),
    )


def _steps(steps: int) -> str:
    return f"{steps} step{'' if steps == 1 else 's'}"


def _every(asked: Asked) -> Table:
    """Return the crossing share of every parameter, and that over one step more where there is a loss."""
    problem = asked.problem
    longer = repeated(problem, problem.steps + 1)
    further = None if longer is None else Study(longer, asked.source, detail=asked.whole.detail)
    rows = (
        (name, *_crossing(asked.whole, name), *(() if further is None else _crossing(further, name)[2:]))
        for name in problem.cell.parameters
    )
    over = () if further is None else (f"over {_steps(problem.steps + 1)}",)
    return Table(("weight", "paths", "that cross", "their share", *over), tuple(rows))


def _crossing(study: Study, name: str) -> tuple[str, str, str]:
    """Return how many paths lead from a parameter, how many cross, and their share."""
    try:
        paths = study.about(name).paths
        crossing = paths.crossing("crossings")
        share = format_share(crossing.share) if crossing else "0 %"
    except NoPathError:
        return ("0", "0", "no path")
    except NumberError:
        return ("", "", "no number")
    return (describe_count(paths.count), describe_count(crossing.count if crossing else 0), share)


def _plot(lengths: Sequence[Point], scales: Sequence[Point]) -> Picture:
    panels = [_panel("steps", lengths, 0)]
    panels += [_panel("recurrent weights, times", scales, 1)] if scales else []
    told = "The share of the paths that cross, by number of steps" + (
        " and by scale of the recurrent weights." if scales else "."
    )
    return Picture(template("growth.svg").render(panels=panels, told=told), told)


def _panel(name: str, points: Sequence[Point], column: int) -> dict[str, object]:
    """Return one panel: where its points, its ticks and its zero lie."""
    known = [point for point in points if math.isfinite(point.share)]
    shares = [point.share for point in known]
    low, high = min([0.0, *shares]), max([0.0, *shares])
    room = (high - low) or 1.0
    left = 70 + 330 * column
    # Each beside the next, at one distance: of scales the small ones would lie on each other.
    places = {point.label: round(left + 230 * k / max(1, len(points) - 1), 1) for k, point in enumerate(points)}

    def y(share: float) -> float:
        return round(150 - 120 * (share - low) / room, 1)

    return {
        "name": name,
        "left": left,
        "points": [(places[point.label], y(point.share)) for point in known],
        "ticks": [(places[point.label], f"{point.label:g}") for point in points],
        "levels": [(y(level), format_share(level)) for level in sorted({low, high, 0.0})],
        "zero": y(0.0),
    }
