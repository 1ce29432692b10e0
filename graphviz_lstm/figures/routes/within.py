"""Lines within a step: they leave to the right and bend up or down into their head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import left_of, right_of
from graphviz_lstm.figures.routes.bends import rounded
from graphviz_lstm.figures.routes.plan import Route

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes.plan import Edge, Plan


# From a line that falls to the number on its left.
_LEFT_OF = 4.0
# Above or below the middle of a head whose left side a line enters from before its column.
_AT_HEAD = 16.0
_LINE = 11.0
# From one number to the next one below.
_NEXT = 12.0
# Between a box on a rail and the lines along the rail below.
_BELOW_RAIL = 7.0


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
    end = (port, drawn.bottom(edge[1]) if up else drawn.top(edge[1]))
    points, tip = rounded([start, (port, start[1]), end], arrow=drawn.arrow(edge))
    if drawn.role(edge[0]) == "state" and _is_leftmost(plan, edge, up=up):
        if up:
            # From rail to rail: below the head, above all lines along the rail below it.
            aside = max(half, 0.35 * drawn.arrow(edge)) + _LEFT_OF
            return Route(points, tip, (port - aside, end[1] - _BELOW_RAIL), "end")
        # The rail's number stands above; this one beside the fall.
        # Below all rails: along them others run.
        middle = (min(start[1], drawn.layout.motif.rail) + end[1]) / 2
        if drawn.layout.motif.lane_room[drawn.quantities(edge)[1]]:
            return Route(points, tip, (port + half + _LEFT_OF, middle), "start")
        return Route(points, tip, (port - half - _LEFT_OF, middle), "end")
    if drawn.role(edge[0]) == "state" and drawn.role(edge[1]) != "output" and not up and _is_rightmost(plan, edge):
        return Route(
            points, tip, (port + half + _LEFT_OF, (min(start[1], drawn.layout.motif.rail) + end[1]) / 2), "start"
        )
    lower = drawn.role(edge[0]) == "state"
    height = start[1] - half - drawn.above if lower else plan.number_height(edge, start[1])
    return Route(points, tip, (start[0] + 4.0, height), "start")


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
    # The first one's number stands where it arrives; beside that of another the first runs, but not beyond the head.
    before = _lanes_before(plan, edge)
    away = _AT_HEAD + drawn.half(edge) if not before else -_AT_HEAD - drawn.half(edge) - _NEXT * (before - 1)
    return Route(points, tip, (x - drawn.half(edge) - _LEFT_OF, head[1] + side * away), "end")


def _lanes_before(plan: Plan, edge: Edge) -> int:
    """Return how many lines run to the same head from the same side, further left before its column."""
    drawn, (tail, head) = plan.drawn, edge
    x, down = drawn.lane(edge) or 0.0, drawn.place(tail)[1] > drawn.place(head)[1]
    lanes = [(other, drawn.lane((other, head))) for other in drawn.graph.pred[head] if (other, head) in drawn.widths]
    return sum(
        lane is not None and lane < x and (drawn.place(other)[1] > drawn.place(head)[1]) == down
        for other, lane in lanes
    )


def _is_leftmost(plan: Plan, edge: Edge, *, up: bool) -> bool:
    """Return whether no other line enters the same side of the head further left."""
    return plan.ports[edge] == min(_ports_beside(plan, edge, up=up))


def _is_rightmost(plan: Plan, edge: Edge) -> bool:
    """Return whether no other line enters the upper side of the head further right."""
    return plan.ports[edge] == max(_ports_beside(plan, edge, up=False))


def _ports_beside(plan: Plan, edge: Edge, *, up: bool) -> list[float]:
    height = plan.drawn.place(edge[1])[1]
    return [
        port
        for other, port in plan.ports.items()
        if other[1] == edge[1] and (plan.drawn.place(other[0])[1] < height) == up
    ]
