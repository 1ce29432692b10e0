"""Lines along the buses: the source's rise out of theirs one after another, those to the loss fall onto their own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import gap_height, left_of, right_of
from graphviz_lstm.figures.routes.bends import rounded
from graphviz_lstm.figures.routes.plan import BESIDE, Route
from graphviz_lstm.figures.routes.shared import goes_ahead
from graphviz_lstm.figures.theme import GAP_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.routes.plan import Drawn, Edge, Plan
    from graphviz_lstm.figures.scene import Anchor, Point

_RISER = 7.0
# From a frame to the first of several lines that rise within it, at least.
_BESIDE_FRAME = 3.0


def rise(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge from a source that stands below the steps."""
    drawn = plan.drawn
    head, bus, half = drawn.place(edge[1]), plan.buses[edge], drawn.half(edge)
    step = drawn.graph.nodes[edge[1]]["step"]
    together = plan.rising[step]
    entry = plan.rises[edge]
    number: Point
    anchor: Anchor = "start"
    frame, motif = drawn.layout.origin[step], drawn.layout.motif
    # Where another box's lines are in the way, up before the first column.
    is_open = drawn.graph.nodes[edge[1]]["quantity"] in motif.open_below
    before = left_of(head) if is_open else frame + motif.gutter
    if len(together) == 1:
        x = before - 26.0
        number = (x + half + 4.0, BESIDE)
        if drawn.role(edge[1]) == "output":
            # Where the head falls to the loss itself, the room is on the other side.
            number, anchor = (x - half - 4.0, BESIDE), "end"
    else:
        places = drawn.spread(together, _RISER, math.inf)
        x = frame + _first(drawn, together) + places[together.index(edge)]
        right = x - places[together.index(edge)] + places[-1] + _RISER
        number, anchor = ((right + before) / 2, entry - half - drawn.above), "middle"
    corners = [(right_of(drawn.place(edge[0])), bus), (x, bus), (x, entry), (left_of(head), entry)]
    points, tip = rounded(corners, arrow=drawn.arrow(edge))
    return Route(points, tip, number, anchor)


def beyond_risers(drawn: Drawn, together: Sequence[Edge]) -> float:
    """Return how far from a frame's left side the last of several lines reaches that rise within it."""
    if len(together) < 2:
        return 0.0
    return _first(drawn, together) + drawn.spread(together, _RISER, math.inf)[-1] + drawn.half(together[-1])


def _first(drawn: Drawn, together: Sequence[Edge]) -> float:
    return max(12.0, drawn.half(together[0]) + _BESIDE_FRAME)


def rise_into_gap(plan: Plan, edge: Edge) -> Route:
    """Return the route of what rises into the hidden steps."""
    drawn = plan.drawn
    head, bus = drawn.place(edge[1]), plan.buses[edge]
    x = head[0] - GAP_WIDTH * 0.38
    corners = [
        (right_of(drawn.place(edge[0])), bus),
        (x, bus),
        (x, head[1] - gap_height(drawn.layout.motif) / 2),
    ]
    points, tip = rounded(corners, arrow=drawn.arrow(edge))
    return Route(points, tip, (x + drawn.half(edge) + 4.0, BESIDE), "start")


def fall(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge to the loss."""
    drawn = plan.drawn
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    half = drawn.half(edge)
    if goes_ahead(drawn, edge):
        start, end = (right_of(tail), tail[1]), (head[0] - drawn.layout.loss_width / 2, head[1])
        side = drawn.frame_of(edge[0]) + drawn.layout.motif.width
        corners = [start, end] if start[1] == end[1] else [start, (side + 12.0, tail[1]), (side + 12.0, head[1]), end]
        points, tip = rounded(corners, arrow=drawn.arrow(edge))
        return Route(points, tip, ((side + end[0] - drawn.arrow(edge)) / 2, start[1] + half + drawn.above), "middle")
    run, port = plan.falls[edge]
    x, bottom = tail[0] + 11.0, drawn.bottom(edge[0])
    if drawn.kind(edge) == "gap-fall":
        x, bottom = tail[0] + GAP_WIDTH * 0.3, tail[1] - gap_height(drawn.layout.motif) / 2
    corners = [(x, bottom), (x, run), (port, run), (port, drawn.bottom(edge[1]))]
    points, tip = rounded(corners, arrow=drawn.arrow(edge))
    return Route(points, tip, (x + half + 4.0, BESIDE), "start")
