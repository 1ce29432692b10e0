"""Does it grow? Paths and crossing share over more steps, with larger recurrent weights, and of every weight."""

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
from graphviz_lstm.reports.document import Picture, Section, Table
from graphviz_lstm.reports.environment import template
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part

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
    if asked.entering is None or asked.one.is_zero or not asked.full or not is_small(asked):
        return None
    lengths = lengths_of(asked)
    scales = scales_of(asked)
    names = ", ".join(recurrent_weights(problem.cell))
    again = " (inputs and targets again in turn)" if problem.steps < LENGTHS[-1] else ""
    parts: list[Part] = [
        f"{_over(lengths)}{_with(scales, names)}",
        (
            f"No rule keeps it small: it depends on the numbers, and these are of {asked.derivative}. By the number of "
            f"steps{again}:"
        ),
        _table("steps", lengths),
    ]
    if scales:
        parts += [f"By the size of {names}, over {_steps(problem.steps)}:", _table("times", scales)]
    if drawn:
        parts.append(_plot(lengths, scales))
    what = " or with the recurrent weights" if scales else ""
    return Section(f"Does it grow with the number of steps{what}?", tuple(parts), question=True)


def weights_section(asked: Asked) -> Section | None:
    """Return the crossing share of every weight; None where nothing crosses, or the net is large."""
    if asked.entering is None or asked.one.is_zero or not asked.full or not is_small(asked):
        return None
    heads, rows = _every(asked)
    told = [f"{_extremes(rows, k)} {head}" for k, head in heads.items()]
    answer = f"{_same(rows)}{', '.join(told)}. A share is of that weight's own gradient, the whole of it."
    table = Table(("weight", "paths", "that cross", *(f"their share {head}" for head in heads.values())), tuple(rows))
    return Section("And the other weights?", (answer, table, *_zeros(asked)), question=True)


def is_small(asked: Asked) -> bool:
    """Return whether some thirty nets as large as this one are evaluated while somebody waits."""
    problem = asked.problem
    return (
        asked.source in problem.cell.parameters
        and asked.graph.number_of_edges() / problem.steps <= _MOST_EDGES_A_STEP
        and sum(array.size for array in problem.parameters.values()) <= _MOST_ENTRIES
    )


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


def _over(points: Sequence[Point]) -> str:
    """Return how the share changes with the number of steps, from the first at which something crosses."""
    known = [point for point in points if point.crossing and math.isfinite(point.share)]
    if len(known) < 2:
        return "With the number of steps nothing can be told."
    first, last = known[0], known[-1]
    words = (
        "hardly changes here"
        if all(abs(point.share - last.share) <= _NEAR * abs(last.share) for point in known)
        else "changes"
    )
    return (
        f"With the number of steps it {words}: {format_share(first.share)} over {_steps(int(first.label))}, "
        f"{format_share(last.share)} over {last.label:g}, where {describe_count(last.crossing)} of "
        f"{describe_count(last.paths)} paths cross."
    )


def _with(points: Sequence[Point], names: str) -> str:
    """Return how the share changes with the size of the recurrent weights."""
    known = [point for point in points if math.isfinite(point.share)]
    if not known:
        return ""
    first, last = known[0], known[-1]
    rising = all(abs(one.share) < abs(other.share) for one, other in pairwise(known))
    return (
        f" With {names} it {'grows' if rising else 'changes'}: {format_share(first.share)} at {first.label:g} times "
        f"these, {format_share(last.share)} at {last.label:g} times."
    )


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


def _every(asked: Asked) -> tuple[dict[int, str], list[tuple[str, ...]]]:
    """Return the crossing share of every parameter, and that over one step more where there is a loss.

    With column -> over how many steps its shares are.
    """
    problem = asked.problem
    longer = repeated(problem, problem.steps + 1)
    further = None if longer is None else Study(longer, asked.source, detail=asked.whole.detail)
    rows = [
        (name, *_crossing(asked.whole, name), *(() if further is None else _crossing(further, name)[2:]))
        for name in problem.cell.parameters
    ]
    heads = {3: f"over {_steps(problem.steps)}"}
    return heads | ({} if further is None else {4: f"over {_steps(problem.steps + 1)}"}), rows


def _same(rows: Sequence[tuple[str, ...]]) -> str:
    """Return that each weight has paths that cross; of some that have none what those of the others bring."""
    if any(row[2] == "0" for row in rows):
        return "What crosses brings "
    return f"It is the same for all {len(rows)}: each has paths that cross. What these bring differs, "


def _extremes(rows: Sequence[tuple[str, ...]], column: int) -> str:
    """Return between which shares a column lies, and of which weights these are."""
    told = {row[0]: float(row[column].removesuffix(" %")) for row in rows if row[column].endswith(" %")}
    if not told:
        return "no share"
    ends = (min(told, key=told.__getitem__), max(told, key=told.__getitem__))
    shares = {row[0]: row[column] for row in rows}
    return " to ".join(f"{shares[name]} ({name})" for name in ends)


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
