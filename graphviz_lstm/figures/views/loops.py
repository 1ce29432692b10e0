"""The loops of the rolled view: what leads to the next step, led back to the one step that is drawn."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import left_of, right_of
from graphviz_lstm.figures.routes import rounded
from graphviz_lstm.figures.scene import Anchor, Curve, Text, plain
from graphviz_lstm.figures.theme import NUMBER_SIZE, arrow_size
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes import Drawn, Edge, Pen
    from graphviz_lstm.figures.scene import Pattern, Point
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.loop_entries import Entries, Ways

_LOOP = 4.5
_NUMBERED = 18.0
_DEPTH = 15.0
# Of loops that leave the lower side of a box: right of its middle the first, and from one to the next; the last.
_LEAVE, _LOWER_ROOM = 4.0, 24.0
_OUTSIDE = 8.0
# A number's, and a little: closer to its middle no line may rise.
_WIDTH = 40.0
_ABOVE = 7.5
# Right of the middle of a box: where a loop enters its upper side.
_PORT = 20.0
# So much nearer is a number to its own line than to another.
_NEARER = 3.0
# The middle of where loops leave a box on top; between wide ones.
_LEAVING, _BETWEEN = 16.0, 1.5
Number = tuple[float, float, Anchor]


def loops_of(
    drawn: Drawn,
    ways: Ways,
    entries: Entries,
    loops: Mapping[Edge, float],
    widths: Mapping[Edge, float],
    tones: Mapping[Edge, Tone],
    told: Callable[[float], str],
    *,
    begin: float,
) -> list[Curve]:
    """Return the loops: a state's over the top, an output's below, nested so that none crosses another of its kind.

    Parameters
    ----------
    drawn
        What is drawn besides.
    ways, entries
        How they run, and where they enter their heads.
    loops
        Edge to the next step -> its flow over all steps.
    told
        How a flow is told.
    begin
        How far from the left side of the frame numbers begin: where no line from the source rises.
    """
    layout = drawn.layout
    places, own, over, below, around = layout.places, ways.own, ways.over, ways.below, ways.around
    leaving = _leaving([*around, *over], widths)
    corners: dict[Edge, tuple[list[Point], Number]] = {}
    height = layout.motif.height + _OUTSIDE
    depths = _depths(below, widths)
    # What runs outside of those from below.
    reach = max(
        _LOOP * len(below), *(depth + widths[edge] + _BETWEEN for edge, depth in zip(below, depths, strict=True)), 0.0
    )
    # Where one from below meets one from above, at the same box, these run outside of it.
    met = {head for _, head in below} & {head for _, head in [*around, *over]}
    outer = reach if met else 0.0
    aside = dict(zip([*around, *over], _nested([*around, *over], widths), strict=True))
    for edge in own:
        half = widths[edge] / 2
        if edge not in around and edge[0] == edge[1]:
            entering = [(places[line[0]][1], drawn.half(line)) for line in drawn.widths if line[1] == edge[1]]
            corners[edge] = _over_the_box(layout, edge, half, entering)
            continue
        if edge not in around:
            corners[edge] = _down_to(layout, edge, height, half)
            height += _NUMBERED
            continue
        x, left = places[edge[0]][0], -_OUTSIDE - outer - aside[edge]
        tx, ty = places[edge[1]][0], places[edge[1]][1] + entries.above[edge]
        start, end = (x + leaving[edge], _top(layout, edge[0])), (left_of(places[edge[1]]), ty)
        middle = (start[0] + left) / 2 if edge[0] == edge[1] else (tx + left) / 2
        crossed = any(abs(places[other[0]][0] + leaving[other] - middle) < _WIDTH for other in over)
        corners[edge] = (
            [start, (start[0], height), (left, height), (left, ty), end],
            (start[0] - 4.0 if crossed else middle, height + half + _ABOVE, "end" if crossed else "middle"),
        )
        height += _NUMBERED
    for edge in over:
        left = -_OUTSIDE - reach - aside[edge]
        start = (places[edge[0]][0] + leaving[edge], _top(layout, edge[0]))
        entry = places[edge[1]][1] + entries.above[edge]
        # Below the line where another one enters the same box above it.
        number = _beside(entry, widths[edge] / 2, begin, above=edge in entries.first)
        end = (left_of(places[edge[1]]), entry)
        way = height + aside[edge] - aside[over[0]]
        corners[edge] = ([start, (start[0], way), (left, way), (left, entry), end], number)
    leaves = _nested(below, widths, _LEAVE)
    for edge, lower, right in zip(below, depths, leaves, strict=True):
        (x, y), depth = places[edge[0]], -_OUTSIDE - lower
        start = (x + min(_LEAVE, _LOWER_ROOM - leaves[-1]) + right, y - layout.motif.tall[edge[0]] / 2)
        entry = places[edge[1]][1] + entries.above[edge]
        above = edge in entries.first and not (edge in entries.alone and entries.above[edge] < 0.0)
        number = _beside(entry, widths[edge] / 2, begin, above=above)
        end = (left_of(places[edge[1]]), entry)
        corners[edge] = ([start, (start[0], depth), (depth, depth), (depth, entry), end], number)
    return [
        _loop(edge, *corners[edge], told(loops[edge]) if loops[edge] else "", widths[edge], tones[edge])
        for edge in [*own, *over, *below]
    ]


def _leaving(edges: Sequence[Edge], widths: Mapping[Edge, float]) -> dict[Edge, float]:
    """Return how far to the right of its tail's middle each loop leaves its upper side: the outermost last."""
    leaving: dict[Edge, float] = {}
    for tail in {tail for tail, _ in edges}:
        some = [edge for edge in edges if edge[0] == tail]
        places = _nested(some, widths)
        leaving |= {edge: _LEAVING + place - places[-1] / 2 for edge, place in zip(some, places, strict=True)}
    return leaving


def ports_of(ways: Ways, widths: Mapping[Edge, float], pen: Pen) -> dict[str, float]:
    """Return box -> how far right of its middle the head of a loop begins that enters its upper side."""
    return {edge[1]: _PORT - pen.head(widths[edge]) for edge in ways.own if edge not in ways.around}


def room_below(ways: Ways, widths: Mapping[Edge, float]) -> float:
    """Return how much further down than usual the source has to stand, for the loops from below."""
    if not ways.below:
        return 0.0
    return max(_depths(ways.below, widths)[-1] + widths[ways.below[-1]] / 2 - _DEPTH - _BETWEEN, 0.0)


def _depths(below: Sequence[Edge], widths: Mapping[Edge, float]) -> list[float]:
    """Return how much deeper than the first the loops from below run: above the box of the source, if they are thin."""
    return _nested(below, widths, min(_LOOP, _DEPTH / max(len(below) - 1, 1)))


def _nested(edges: Sequence[Edge], widths: Mapping[Edge, float], least: float = _LOOP) -> list[float]:
    """Return how far outside of the first of some loops the others run: usually alike, wide ones further."""
    apart = (max(least, (widths[one] + widths[other]) / 2 + _BETWEEN) for one, other in pairwise(edges))
    return list(accumulate(apart, initial=0.0))[: len(edges)]


def _beside(entry: float, half: float, begin: float, *, above: bool) -> Number:
    """Return where the number of a loop stands that leads to the left side of a box: above its line or below."""
    return (begin, entry + half + _ABOVE if above else entry - half - _ABOVE, "start")


def _down_to(layout: Layout, edge: Edge, height: float, half: float) -> tuple[list[Point], Number]:
    """Return a loop of a state that an output keeps: along over the step, and down to it; gates stand to its left."""
    (tail, head), places = edge, layout.places
    leaves, port = places[tail][0] + 22.0, places[head][0] + _PORT
    corners = [(leaves, _top(layout, tail)), (leaves, height), (port, height), (port, _top(layout, head))]
    return corners, ((leaves + port) / 2, height + half + _ABOVE, "middle")


def _over_the_box(
    layout: Layout, edge: Edge, half: float, entering: Iterable[tuple[float, float]]
) -> tuple[list[Point], Number]:
    """Return a small loop over an output's own box: at mid-height there are gates to the left.

    Parameters
    ----------
    half
        Half the width of the loop.
    entering
        Of each line into the box the height at which it comes and half its width: the loop's number stands above it,
        and nearer to the loop.
    """
    x, y = layout.places[edge[0]]
    beside, port = right_of((x, y)) + 12.0, x + _PORT
    over = [level + its - half + _NEARER for level, its in entering if level > y]
    top = _top(layout, edge[0])
    rail = max(layout.motif.over, top + _OUTSIDE, *over)
    corners = [(right_of((x, y)), y + 8.0), (beside, y + 8.0), (beside, rail), (port, rail), (port, top)]
    return corners, (port - 4.0, rail + half + _ABOVE, "middle")


def _top(layout: Layout, vertex: str) -> float:
    return layout.places[vertex][1] + layout.motif.tall[vertex] / 2


def _loop(edge: Edge, corners: list[Point], number: Number, flow: str, width: float, tone: Tone) -> Curve:
    points, tip = rounded(corners, arrow=10.0 * arrow_size(width) + width / 2, radius=8.0)
    label = None
    if flow:
        x, y, anchor = number
        label = Text(round(x, 2), round(y, 2), plain(flow), NUMBER_SIZE, tone, anchor)
    tooltip = f"{edge[0]} at t-1 -> {edge[1]} at t: {flow or '0 %'}"
    pattern: Pattern = "dashed" if tone == "negative" else "solid"
    ends, arrow = tuple(map(rounded_point, points)), round(arrow_size(width), 2)
    return Curve(*edge, ends, rounded_point(tip), round(width, 2), tone, arrow, label, tooltip, pattern)
