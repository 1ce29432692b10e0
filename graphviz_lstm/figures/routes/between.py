"""Lines from one step to the next: the carousel keeps to the rail, crossings fan out of their tail's right side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import BACK_EACH, BACK_FIRST, gap_height, is_gap, left_of, right_of
from graphviz_lstm.figures.routes.bends import rounded, s_bend
from graphviz_lstm.figures.routes.plan import Route

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes.plan import Edge, Plan


# From the side of a box, or of a frame, to the nearest line that rises or falls beside it, and to each of the others.
_BESIDE, _EACH = 9.0, 5.0


def back(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge to the step before: up beside its tail, over the frames, and down before its head.

    They are nested: none crosses another.
    """
    drawn, motif = plan.drawn, plan.drawn.layout.motif
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    inside, storey = plan.storeys[edge]
    rail, aside = motif.height + BACK_FIRST + BACK_EACH * storey, _EACH * inside
    # The box of hidden steps is left, and entered, on top.
    if is_gap(edge[0]):
        begin = [(tail[0] - _BESIDE - aside, tail[1] + gap_height(motif) / 2)]
        rise = begin[0][0]
    else:
        rise = right_of(tail) + _BESIDE + aside
        begin = [(right_of(tail), plan.exits[edge]), (rise, plan.exits[edge])]
    if is_gap(edge[1]):
        ending = [(head[0] + _BESIDE + aside, head[1] + gap_height(motif) / 2)]
        fall, number = ending[0][0], None
    elif drawn.enters_from_above(edge):
        fall, ending = plan.ports[edge], [(plan.ports[edge], drawn.top(edge[1]))]
        number = (fall + 4.0, motif.height - 8.0)
    else:
        fall, height = drawn.frame_of(edge[1]) - _BESIDE - aside, plan.entries[edge]
        ending = [(fall, height), (left_of(head), height)]
        number = (drawn.frame_of(edge[1]) + 4.0, height + drawn.half(edge) + drawn.above)
    points, tip = rounded([*begin, (rise, rail), (fall, rail), *ending], arrow=drawn.arrow(edge), radius=6.0)
    return Route(points, tip, number, "start")


def carousel(plan: Plan, edge: Edge) -> Route:
    """Return the route of an edge that stands outside every activation."""
    drawn, motif = plan.drawn, plan.drawn.layout.motif
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    half = drawn.half(edge)
    start = (right_of(tail), plan.exits[edge])
    middle = drawn.frame_of(edge[1]) - (motif.pitch - motif.width) / 2
    if drawn.enters_rail(edge):
        points, tip = rounded([start, (left_of(head), start[1])], arrow=drawn.arrow(edge))
        return Route(points, tip, (middle, start[1] + half + drawn.above), "middle")
    # Over the top: up beside the box, along the rail, and down into the next step's. Where such a line of the step
    # before comes down behind the box, up behind that one, or both would run along the rail there.
    columns = [motif.places[quantity][0] for quantity in drawn.quantities(edge)]
    behind = start[0] + max(0.0, columns[1] - columns[0])
    rail, port, beside = motif.over, plan.ports[edge], behind + 11.0
    corners = [start, (beside, start[1]), (beside, rail), (port, rail), (port, drawn.top(edge[1]))]
    points, tip = rounded(corners, arrow=drawn.arrow(edge))
    return Route(points, tip, (middle, rail + half + drawn.above), "middle")


def fan(plan: Plan, edge: Edge) -> Route:
    """Return the route of a crossing: straight on to the end of its step, and then in one bend to its head's height."""
    drawn, motif = plan.drawn, plan.drawn.layout.motif
    tail, head = drawn.place(edge[0]), drawn.place(edge[1])
    end = (left_of(head), plan.entries[edge])
    turn = drawn.frame_of(edge[1]) - motif.spacing.gap + motif.spacing.turn
    start = (right_of(tail), plan.exits[edge])
    lead = max(start[0], drawn.frame_of(edge[0]) + motif.width + motif.spacing.lead)
    points, tip = s_bend(start, turn, end, lead=lead, arrow=drawn.arrow(edge))
    return Route(points, tip, (turn + 1.0, plan.number_height(edge, end[1])), "start")
