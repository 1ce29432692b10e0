"""Lines within a step: they leave to the right and bend up or down into their head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import bottom_of, left_of, right_of, top_of
from graphviz_lstm.figures.routes.bends import rounded
from graphviz_lstm.figures.routes.plan import ABOVE, Route

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes.plan import Edge, Plan


# From a line that falls to the number on its left.
_LEFT_OF = 4.0
# Above or below the middle of a head whose left side a line enters from before its column.
_AT_HEAD = 16.0
_LINE = 11.0


def bend(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge between two quantities of one step."""
    drawn = plan.drawn
    if drawn.lane(edge) is not None:
        return _before_the_column(plan, edge)
    if drawn.is_straight(edge):
        return _ahead(plan, edge)
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    start = (right_of(tail), plan.exits[edge])
    half = drawn.half(edge)
    port = plan.ports[edge]
    up = head[1] > tail[1]
    end = (port, bottom_of(head) if up else top_of(head))
    points, tip = rounded([start, (port, start[1]), end], arrow=drawn.arrow(edge))
    if drawn.role(edge[0]) == "state" and _is_leftmost(plan, edge, up=up):
        # The rail's number stands above; this one beside the fall.
        # Below all rails: along them others run.
        middle = (min(start[1], drawn.layout.motif.rail) + end[1]) / 2
        if drawn.layout.motif.lane_room[drawn.quantities(edge)[1]]:
            return Route(points, tip, (port + half + _LEFT_OF, middle), "start")
        return Route(points, tip, (port - half - _LEFT_OF, middle), "end")
    away = half + ABOVE
    lower = edge in plan.below or drawn.role(edge[0]) == "state"
    return Route(points, tip, (start[0] + 4.0, start[1] - away if lower else start[1] + away), "start")


def _ahead(plan: Plan, edge: Edge) -> Route:
    drawn = plan.drawn
    start = (right_of(drawn.place(edge[0])), plan.exits[edge])
    end = (left_of(drawn.place(edge[1])), start[1])
    points, tip = rounded([start, end], arrow=drawn.arrow(edge))
    lanes = drawn.layout.motif.lane_room[drawn.quantities(edge)[1]]
    middle = (start[0] + end[0] - max(lanes, drawn.arrow(edge))) / 2
    return Route(points, tip, (middle, plan.number_height(edge, start[1])), "middle")


def _before_the_column(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge that another box of its head's column stands in the way of."""
    drawn = plan.drawn
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    x, entry = drawn.lane(edge) or 0.0, plan.entries[edge]
    start, end = (right_of(tail), plan.exits[edge]), (left_of(head), entry)
    points, tip = rounded([start, (x, start[1]), (x, entry), end], arrow=drawn.arrow(edge), radius=_LINE)
    side = 1.0 if tail[1] > head[1] else -1.0
    return Route(points, tip, (x - drawn.half(edge) - _LEFT_OF, head[1] + side * (_AT_HEAD + drawn.half(edge))), "end")


def _is_leftmost(plan: Plan, edge: Edge, *, up: bool) -> bool:
    """Return whether no other line enters the same side of the head further left."""
    port, height = plan.ports[edge], plan.drawn.place(edge[1])[1]
    others = (other for other in plan.ports if other[1] == edge[1])
    return not any(plan.ports[o] < port and (plan.drawn.place(o[0])[1] < height) == up for o in others)
