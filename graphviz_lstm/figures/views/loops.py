"""The loops of the rolled view: what leads to the next step, led back to the one step that is drawn."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import bottom_of, left_of, right_of, top_of
from graphviz_lstm.figures.routes import rounded
from graphviz_lstm.figures.scene import Anchor, Curve, Text, plain
from graphviz_lstm.figures.theme import NUMBER_SIZE, arrow_size
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Pattern, Point
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.graph.unroll import Graph

_LOOP = 4.5
_NUMBERED = 18.0
_DEPTH = 15.0
_OUTSIDE = 8.0
# A number's, and a little: closer to its middle no line may rise.
_WIDTH = 40.0
_ABOVE = 7.5
_ENTRY = 4.0
# Where several loops enter one box: the highest of them, and from one to the next.
_UPPER, _APART = 11.0, 9.0
# The middle of where loops leave a box on top; between wide ones.
_LEAVING, _BETWEEN = 16.0, 1.5
Number = tuple[float, float, Anchor]


def loops_of(
    graph: Graph,
    layout: Layout,
    loops: Mapping[Edge, float],
    widths: Mapping[Edge, float],
    tones: Mapping[Edge, Tone],
    told: Callable[[float], str],
    *,
    outside: bool,
) -> list[Curve]:
    """Return the loops: a state's over the top, an output's below, nested so that none crosses another of its kind.

    Parameters
    ----------
    loops
        Edge to the next step -> its flow over all steps.
    told
        How a flow is told.
    outside
        Whether numbers stand to the left of all loops, since lines from the source rise where they stand otherwise.
    """
    roles, places = {v: data["role"] for v, data in graph.nodes.items()}, layout.places
    carried = [e for e in loops if e in graph.graph["carousels"] or (e[0] == e[1] and roles[e[0]] == "state")]
    # An output that another quantity keeps stands below its rail: it is led back below, as to a gate.
    own = [e for e in carried if roles[e[0]] != "output" or e[0] == e[1]]
    over = [edge for edge in loops if edge not in own and roles[edge[0]] == "state"]
    below = [edge for edge in loops if edge not in own and edge not in over]
    over.sort(key=lambda edge: places[edge[1]][1], reverse=True)
    below.sort(key=lambda edge: places[edge[1]][1])
    around = [edge for edge in own if "output" not in (roles[edge[0]], roles[edge[1]])]
    entries, leaving = _entries(around, over, below), _leaving(around + over, widths)
    beside_columns = {head for _, head in layout.motif.lanes}
    corners: dict[Edge, tuple[list[Point], Number]] = {}
    height = layout.motif.height + _OUTSIDE
    # They are nested above the box of the source, however many there are.
    space = min(_LOOP, _DEPTH / max(len(below) - 1, 1))
    # Where one from below meets one from above, at the same box, these run outside of it.
    met = {head for _, head in below} & {head for _, head in around + over}
    outer = len(below) if met else 0
    aside = dict(zip(around + over, _nested(around + over, widths), strict=True))
    margin = -_OUTSIDE - _LOOP * (len(below) + 1) - max(aside.values(), default=0.0) - 6.0
    for edge in own:
        half = widths[edge] / 2
        if roles[edge[0]] == "output":
            beside = max(width for line, width in widths.items() if line[1] == edge[1]) / 2
            levels = [places[tail][1] for tail, head in widths if head == edge[1]]
            corners[edge] = _over_the_box(layout, edge, beside, levels)
            continue
        if roles[edge[1]] == "output":
            corners[edge] = _down_to(places[edge[0]], places[edge[1]], height, half)
            height += _NUMBERED
            continue
        (x, y), left = places[edge[0]], -_OUTSIDE - _LOOP * outer - aside[edge]
        tx, ty = places[edge[1]][0], places[edge[1]][1] + entries.get(edge, 0.0)
        start, end = (x + leaving[edge], top_of((x, y))), (left_of(places[edge[1]]), ty)
        middle = (start[0] + left) / 2 if edge[0] == edge[1] else (tx + left) / 2
        crossed = any(abs(places[other[0]][0] + leaving[other] - middle) < _WIDTH for other in over)
        corners[edge] = (
            [start, (start[0], height), (left, height), (left, ty), end],
            (start[0] - 4.0 if crossed else middle, height + half + _ABOVE, "end" if crossed else "middle"),
        )
        height += _NUMBERED
    for edge in over:
        (x, y), left = places[edge[0]], -_OUTSIDE - _LOOP * len(below) - aside[edge]
        start = (x + leaving[edge], top_of((x, y)))
        entry = places[edge[1]][1] + entries.get(edge, _ENTRY)
        # Below the line where another one enters the same box above it.
        number = _beside(
            entry, widths[edge] / 2, margin if outside else None, above=entries.get(edge, _UPPER) == _UPPER
        )
        end = (left_of(places[edge[1]]), entry)
        way = height + aside[edge] - aside[over[0]]
        corners[edge] = ([start, (start[0], way), (left, way), (left, entry), end], number)
    for k, edge in enumerate(below):
        (x, y), depth = places[edge[0]], -_OUTSIDE - space * k
        start = (x + 4.0 + 4.0 * k, bottom_of((x, y)))
        before = edge[1] in beside_columns
        entry = places[edge[1]][1] + entries.get(edge, -_ENTRY if before else _ENTRY)
        above = not before and edge not in entries
        number = _beside(entry, widths[edge] / 2, margin if outside else None, above=above)
        end = (left_of(places[edge[1]]), entry)
        corners[edge] = ([start, (start[0], depth), (depth, depth), (depth, entry), end], number)
    return [
        _loop(edge, *corners[edge], told(loops[edge]) if loops[edge] else "", widths[edge], tones[edge])
        for edge in own + over + below
    ]


def _entries(own: Sequence[Edge], over: Sequence[Edge], below: Sequence[Edge]) -> dict[Edge, float]:
    """Return how far above the middle of its head each loop enters that shares it: the innermost from above on top."""
    entries: dict[Edge, float] = {}
    order = [*own, *over, *reversed(below)]
    for head in {head for _, head in order}:
        entering = [edge for edge in order if edge[1] == head]
        if len(entering) > 1:
            entries |= {edge: _UPPER - _APART * k for k, edge in enumerate(entering)}
    return entries


def _leaving(edges: Sequence[Edge], widths: Mapping[Edge, float]) -> dict[Edge, float]:
    """Return how far to the right of its tail's middle each loop leaves its upper side: the outermost last."""
    leaving: dict[Edge, float] = {}
    for tail in {tail for tail, _ in edges}:
        some = [edge for edge in edges if edge[0] == tail]
        places = _nested(some, widths)
        leaving |= {edge: _LEAVING + place - places[-1] / 2 for edge, place in zip(some, places, strict=True)}
    return leaving


def _nested(edges: Sequence[Edge], widths: Mapping[Edge, float]) -> list[float]:
    """Return how far outside of the first of some loops the others run: usually alike, wide ones further."""
    apart = (max(_LOOP, (widths[one] + widths[other]) / 2 + _BETWEEN) for one, other in pairwise(edges))
    return list(accumulate(apart, initial=0.0))[: len(edges)]


def _beside(entry: float, half: float, margin: float | None, *, above: bool) -> Number:
    """Return where the number of a loop stands: at its head, or left of all loops."""
    if margin is not None:
        return (margin, entry + 4.0 if above else entry - 4.0, "end")
    return (6.0, entry + half + _ABOVE if above else entry - half - _ABOVE, "start")


def _down_to(tail: Point, head: Point, height: float, half: float) -> tuple[list[Point], Number]:
    """Return a loop of a state that an output keeps: along over the step, and down to it; gates stand to its left."""
    leaves, port = tail[0] + 22.0, head[0] + 20.0
    corners = [(leaves, top_of(tail)), (leaves, height), (port, height), (port, top_of(head))]
    return corners, ((leaves + port) / 2, height + half + _ABOVE, "middle")


def _over_the_box(layout: Layout, edge: Edge, half: float, levels: Iterable[float]) -> tuple[list[Point], Number]:
    """Return a small loop over an output's own box: at mid-height there are gates to the left.

    Parameters
    ----------
    half, levels
        Half the width of the widest line into the box, and the heights at which such lines come.
    """
    x, y = layout.places[edge[0]]
    beside, rail, port = right_of((x, y)) + 12.0, max(layout.motif.over, top_of((x, y)) + _OUTSIDE), x + 20.0
    corners = [(right_of((x, y)), y + 8.0), (beside, y + 8.0), (beside, rail), (port, rail), (port, top_of((x, y)))]
    number = rail + half + _ABOVE
    # Above the lines that come in at its height.
    for level in sorted(level for level in levels if level > y):
        if abs(number - level) < half + _ABOVE:
            number = level + half + _ABOVE
    return corners, (port - 4.0, number, "middle")


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
