"""Lines into and out of the box that stands for hidden steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import left_of, right_of
from graphviz_lstm.figures.routes.bends import rounded
from graphviz_lstm.figures.routes.plan import Route
from graphviz_lstm.figures.theme import GAP_WIDTH

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes.plan import Edge, Plan


def into_gap(plan: Plan, edge: Edge) -> Route:
    """Return the route of what enters the hidden steps: straight ahead."""
    drawn = plan.drawn
    tail, gap = drawn.place(edge[0]), drawn.place(edge[1])
    start, end = (right_of(tail), plan.exits[edge]), (gap[0] - GAP_WIDTH / 2, plan.exits[edge])
    points, tip = rounded([start, end], arrow=drawn.arrow(edge))
    return Route(points, tip, (end[0] - 16.0, end[1] + drawn.half(edge) + drawn.above), "end")


def out_of_gap(plan: Plan, edge: Edge) -> Route:
    """Return the route of what leaves the hidden steps: straight ahead, or along the rail and down."""
    drawn, rail = plan.drawn, plan.drawn.layout.motif.over
    gap, head = drawn.place(edge[0]), drawn.place(edge[1])
    right = gap[0] + GAP_WIDTH / 2
    over = drawn.role(edge[1]) == "output" and rail > head[1] + 1.0
    height = rail if over else head[1] if drawn.enters_rail(edge) else head[1] + 3.0
    end = (head[0] + 20.0, drawn.top(edge[1])) if over else (left_of(head), height)
    corners = [(right, height), (end[0], height), end] if over else [(right, height), end]
    points, tip = rounded(corners, arrow=drawn.arrow(edge))
    return Route(points, tip, (right + 5.0, height + drawn.half(edge) + drawn.above), "start")
