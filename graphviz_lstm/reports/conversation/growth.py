"""Does it grow? Paths and crossing share over more steps, with larger recurrent weights, and of every weight."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.claims import is_lstm
from graphviz_lstm.errors import NoPathError, NumberError
from graphviz_lstm.gradients.schemes.angles import recurrent_weights
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.losses import steps_over
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.conversation.listed import crossing_share
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
    whole
        Of the whole array; NaN where it is not asked for, too.
    """

    label: float
    paths: int
    crossing: int
    share: float
    whole: float = math.nan


@dataclass(frozen=True, slots=True)
class Weights:
    """The crossing share of every parameter.

    Attributes
    ----------
    steps
        Over how many steps, column by column: those of the problem, and one more where there is a loss.
    rows
        Of each parameter its name, how many paths there are and how many cross, and the shares.
    """

    steps: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


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


def growth_section(asked: Asked, weights: Weights | None, *, drawn: bool) -> Section | None:
    """Return the tables and the plot; None where nothing crosses, the net is large, or there is nothing to share.

    Parameters
    ----------
    weights
        What `every_weight` found.
    drawn
        Whether the plot is drawn, too.
    """
    problem = asked.problem
    if weights is None:
        return None
    lengths = lengths_of(asked)
    scales = scales_of(asked)
    names = ", ".join(recurrent_weights(problem.cell))
    again = " (inputs and targets again in turn)" if problem.steps < LENGTHS[-1] else ""
    parts: list[Part] = [
        f"{_over(asked, lengths)}{_moved(asked, weights)}.{_with(scales, names)}",
        *((_plot(lengths, scales),) if drawn else ()),
        (
            f"No rule keeps it small: it depends on the numbers.{_factors(asked, lengths[-1])} By the number of steps"
            f"{again}:"
        ),
        _table(asked, "steps", lengths),
    ]
    if scales:
        parts += [f"By the size of {names}, over {_steps(problem.steps)}:", _table(asked, "times", scales)]
    what = " or with the recurrent weights" if scales else ""
    return Section(f"Does it grow with the number of steps{what}?", tuple(parts), question=True, beside=drawn)


def weights_section(asked: Asked, weights: Weights | None) -> Section | None:
    """Return the crossing share of every weight; None where nothing crosses, or the net is large."""
    if weights is None:
        return None
    heads = [f"over {_steps(steps)}" for steps in weights.steps]
    told = [f"{_extremes(weights.rows, k)} {head}" for k, head in enumerate(heads, start=3)]
    zeros = _zeros(asked)
    nothing = "; nothing where an initial state of zero multiplies every product" if zeros else ""
    answer = (
        f"{_same(weights.rows)} {', '.join(told)}{nothing}. A share is of that weight's own gradient, the whole of it."
    )
    table = Table(("weight", "paths", "that cross", *(f"their share {head}" for head in heads)), weights.rows)
    return Section("And the other weights?", (answer, table, *zeros, *_fewer(asked, weights)), question=True)


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
    return [_point(float(steps), asked, net, whole=True) for steps, net in nets if net is not None]


def scales_of(asked: Asked) -> list[Point]:
    """Return a point for each scale of the recurrent weights that they have room for; none where the cell has none."""
    problem, names = asked.problem, recurrent_weights(asked.problem.cell)
    if not names:
        return []
    points = []
    for scale in SCALES:
        with np.errstate(over="ignore"):
            scaled = {name: each * scale for name, each in problem.parameters.items() if name in names}
        if all(np.isfinite(each).all() for each in scaled.values()):
            points.append(_point(scale, asked, replace(problem, parameters={**problem.parameters, **scaled})))
    return points


def _point(label: float, asked: Asked, problem: Problem, *, whole: bool = False) -> Point:
    study = Study(problem, asked.source, element=asked.one.element, detail=asked.whole.detail)
    try:
        crossing = study.paths.crossing("crossings")
        share = float(crossing.share) if crossing else (math.nan if study.is_zero else 0.0)
        array = math.nan
        if whole and np.size(study.paths.total) > 1 and not (every := study.about(asked.source)).is_zero:
            array = crossing_share(every)
        return Point(label, study.paths.count, crossing.count if crossing else 0, share, array)
    except (NoPathError, NumberError):
        return Point(label, 0, 0, math.nan)


def _table(asked: Asked, name: str, points: Sequence[Point]) -> Table:
    """Return the points; how many paths there are only where that differs, shares of the whole where they are known."""
    array = any(math.isfinite(point.whole) for point in points)
    counted = len({(point.paths, point.crossing) for point in points}) > 1
    rows = tuple(
        (
            f"{point.label:g}",
            *((describe_count(point.paths), describe_count(point.crossing)) if counted else ()),
            format_share(point.share),
            *((format_share(point.whole),) if array else ()),
        )
        for point in points
    )
    head = (name, *(("paths", "that cross") if counted else ()), f"share of {asked.derivative}")
    return Table((*head, *((f"of dE/d{asked.source}",) if array else ())), rows)


def _over(asked: Asked, points: Sequence[Point]) -> str:
    """Return how the share changes with the number of steps, from the first at which something crosses."""
    known = [point for point in points if point.crossing and math.isfinite(point.share)]
    if len(known) < 2:
        return "With the number of steps nothing can be told"
    first, last = known[0], known[-1]
    words = (
        "hardly changes"
        if all(abs(point.share - last.share) <= _NEAR * abs(last.share) for point in known)
        else "changes"
    )
    return (
        f"With the number of steps the share of {asked.derivative} {words} here: {format_share(first.share)} over "
        f"{_steps(int(first.label))}, {format_share(last.share)} over {last.label:g}"
    )


def _moved(asked: Asked, weights: Weights) -> str:
    """Return of which other weight the share changes most from the first number of steps to the last one told."""
    ends = {
        row[0]: (row[3], row[-1])
        for row in weights.rows
        if row[0] != asked.source and row[3].endswith(" %") and row[-1].endswith(" %")
    }
    if len(weights.steps) < 2 or not ends:
        return ""
    most = max(ends, key=lambda name: abs(_percent(ends[name][1]) - _percent(ends[name][0])))
    (first, last), (few, more) = ends[most], weights.steps
    turned = [name for name, (one, other) in ends.items() if _percent(one) * _percent(other) < 0.0 and name != most]
    sign = f", of {turned[0]} {' and '.join(ends[turned[0]])}" if turned else ""
    return f"; of other weights it may: of {most} it is {first} over {few} and {last} over {more}{sign}"


def _percent(text: str) -> float:
    return float(text.removesuffix(" %"))


def _factors(asked: Asked, last: Point) -> str:
    """Return why nearly all paths may cross and bring little: each crossing is one more factor."""
    if not asked.problem.scalar or not last.crossing:
        return ""
    ends = ((tail, head, edge) for tail, head, edge in asked.graph.edges(data=True) if edge["kind"] == "crossing")
    edges = (edge for tail, head, edge in ends if {tail, head} <= asked.vertices)
    sizes = [float(np.abs(edge["partial"].pull(np.ones(edge["partial"].head_shape))).max()) for edge in edges]
    return (
        f" Over {_steps(int(last.label))} {describe_count(last.crossing)} of {describe_count(last.paths)} paths cross: "
        f"each crossing is one more factor, here of {min(sizes):.2g} to {max(sizes):.2g} in size, and their number "
        "does not make up for that."
    )


def _fewer(asked: Asked, weights: Weights) -> tuple[str, ...]:
    """Return why the weights of an LSTM's output gate have fewer paths than the others."""
    counts = {row[0]: int(row[1].replace(",", "")) for row in weights.rows if row[1].replace(",", "").isdigit()}
    fewer = [name for name, count in counts.items() if count < max(counts.values())]
    if not is_lstm(asked.problem.cell) or [name.partition("_")[2] for name in fewer] != ["o"] * len(fewer) or not fewer:
        return ()
    return (f"{', '.join(fewer)} have fewer paths, since H_t alone reads o_t: none leads from there along S.",)


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


def every_weight(asked: Asked) -> Weights | None:
    """Return the crossing share of every parameter; None where nothing crosses, or the net is large."""
    if asked.entering is None or asked.one.is_zero or not asked.full or not is_small(asked):
        return None
    problem = asked.problem
    longer = repeated(problem, problem.steps + 1)
    further = None if longer is None else Study(longer, asked.source, detail=asked.whole.detail)
    rows = tuple(
        (name, *_crossing(asked.whole, name), *(() if further is None else _crossing(further, name)[2:]))
        for name in problem.cell.parameters
    )
    return Weights((problem.steps, *(() if further is None else (problem.steps + 1,))), rows)


def _same(rows: Sequence[tuple[str, ...]]) -> str:
    """Return that each weight has paths that cross; of some that have none what those of the others bring."""
    if any(row[2] == "0" for row in rows):
        return "What crosses brings"
    return f"Each of the {len(rows)} has paths that cross. They bring"


def _extremes(rows: Sequence[tuple[str, ...]], column: int) -> str:
    """Return between which shares a column lies, and of which weights these are."""
    told = {row[0]: _percent(row[column]) for row in rows if row[column].endswith(" %")}
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
    panels = [_panel("steps", lengths)]
    panels += [_panel("recurrent weights, times", scales)] if scales else []
    told = "The share of the paths that cross, by number of steps" + (
        " and by scale of the recurrent weights." if scales else "."
    )
    return Picture(template("growth.svg").render(panels=panels, told=told), told)


def _panel(name: str, points: Sequence[Point]) -> dict[str, object]:
    """Return one panel: where its points, its ticks and its zero lie."""
    known = [point for point in points if math.isfinite(point.share)]
    shares = [point.share for point in known]
    low, high = min([0.0, *shares]), max([0.0, *shares])
    room = (high - low) or 1.0
    left = 70
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
