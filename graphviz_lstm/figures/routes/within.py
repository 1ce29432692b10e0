"""Lines within a step: they leave to the right and bend up or down into their head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import bottom_of, left_of, right_of, top_of
from graphviz_lstm.figures.routes.bends import rounded
from graphviz_lstm.figures.routes.plan import ABOVE, Route

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes.plan import Edge, Plan


def bend(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge between two quantities of one step."""
    drawn = plan.drawn
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    start = (right_of(tail), plan.exits[edge])
    half = drawn.half(edge)
    if drawn.is_straight(edge):
        end = (left_of(head), start[1])
        points, tip = rounded([start, end], arrow=drawn.arrow(edge))
        middle = (start[0] + end[0] - drawn.arrow(edge)) / 2
        return Route(points, tip, (middle, start[1] + half + ABOVE), "middle")
    port = plan.ports[edge]
    up = head[1] > tail[1]
    end = (port, bottom_of(head) if up else top_of(head))
    points, tip = rounded([start, (port, start[1]), end], arrow=drawn.arrow(edge))
    if drawn.role(edge[0]) == "state":
        # The rail's number stands above; this one beside the fall.
        return Route(points, tip, (port - half - 4.0, (start[1] + top_of(head)) / 2), "end")
    return Route(points, tip, (start[0] + 4.0, start[1] + half + ABOVE), "start")
