"""The loops of the rolled view: what leads to the next step, led back to the one step that is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import bottom_of, left_of, right_of, top_of
from graphviz_lstm.figures.routes import rounded
from graphviz_lstm.figures.scene import Anchor, Curve, Text, plain
from graphviz_lstm.figures.theme import NUMBER_SIZE, arrow_size
from graphviz_lstm.figures.views.common import rounded_point
from graphviz_lstm.notation.numbers import format_percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
# Where two loops enter one box: the upper of them, and the lower.
_UPPER, _LOWER = 11.0, 2.0
Number = tuple[float, float, Anchor]


def loops_of(
    graph: Graph,
    layout: Layout,
    loops: Mapping[Edge, float],
    widths: Mapping[Edge, float],
    tones: Mapping[Edge, Tone],
    *,
    outside: bool,
) -> list[Curve]:
    """Return the loops: a state's over the top, an output's below, nested so that none crosses another of its kind.

    Parameters
    ----------
    loops
        Edge to the next step -> its flow over all steps.
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
    heads = [head for _, head in over + below]
    beside_columns = {head for _, head in layout.motif.lanes}
    corners: dict[Edge, tuple[list[Point], Number]] = {}
    height = layout.motif.height + _OUTSIDE
    # They are nested above the box of the source, however many there are.
    space = min(_LOOP, _DEPTH / max(len(below) - 1, 1))
    margin = -_OUTSIDE - _LOOP * len(over + below) - 6.0
    for k, edge in enumerate(own):
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
        (x, y), left, port = places[edge[0]], -_OUTSIDE - _LOOP * k, 16.0
        (tx, ty), end = places[edge[1]], (left_of(places[edge[1]]), places[edge[1]][1])
        start = (x + port, top_of((x, y)))
        middle = (start[0] + left) / 2 if edge[0] == edge[1] else (tx + left) / 2
        crossed = any(abs(places[tail][0] + port - middle) < _WIDTH for tail, _ in over)
        corners[edge] = (
            [start, (start[0], height), (left, height), (left, ty), end],
            (start[0] - 4.0 if crossed else middle, height + half + _ABOVE, "end" if crossed else "middle"),
        )
        height += _NUMBERED
    for k, edge in enumerate(over):
        (x, y), left = places[edge[0]], -_OUTSIDE - _LOOP * (len(below) + k)
        start = (x + 16.0 + min(_LOOP * (k + 1), 9.0), top_of((x, y)))
        shared = heads.count(edge[1]) > 1
        entry = places[edge[1]][1] + (_UPPER if shared else _ENTRY)
        number = _beside(entry, widths[edge] / 2, margin if outside else None, above=True)
        end = (left_of(places[edge[1]]), entry)
        corners[edge] = ([start, (start[0], height), (left, height), (left, entry), end], number)
        height += _LOOP
    for k, edge in enumerate(below):
        (x, y), depth = places[edge[0]], -_OUTSIDE - space * k
        start = (x + 4.0 + 4.0 * k, bottom_of((x, y)))
        before = edge[1] in beside_columns
        shared = before or heads.count(edge[1]) > 1
        entry = places[edge[1]][1] + (-_ENTRY if before else _LOWER if shared else _ENTRY)
        number = _beside(entry, widths[edge] / 2, margin if outside else None, above=not shared)
        end = (left_of(places[edge[1]]), entry)
        corners[edge] = ([start, (start[0], depth), (depth, depth), (depth, entry), end], number)
    return [_loop(edge, *corners[edge], loops[edge], widths[edge], tones[edge]) for edge in own + over + below]


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


def _loop(edge: Edge, corners: list[Point], number: Number, flow: float, width: float, tone: Tone) -> Curve:
    points, tip = rounded(corners, arrow=10.0 * arrow_size(width) + width / 2, radius=8.0)
    label = None
    if flow:
        x, y, anchor = number
        label = Text(round(x, 2), round(y, 2), plain(format_percent(flow)), NUMBER_SIZE, tone, anchor)
    tooltip = f"{edge[0]} at t-1 -> {edge[1]} at t: {format_percent(flow)}"
    pattern: Pattern = "dashed" if tone == "negative" else "solid"
    ends, arrow = tuple(map(rounded_point, points)), round(arrow_size(width), 2)
    return Curve(*edge, ends, rounded_point(tip), round(width, 2), tone, arrow, label, tooltip, pattern)
