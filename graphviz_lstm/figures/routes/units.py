"""Lines between single units: out to the right, up or down between two columns, in from the left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import BACK_EACH, BACK_FIRST, bottom_of, left_of, right_of, top_of
from graphviz_lstm.figures.layout.unit_places import GUTTER, OVER, STEP_GAP
from graphviz_lstm.figures.routes.bends import rounded, s_bend
from graphviz_lstm.figures.routes.numbers import Area, places_of_numbers
from graphviz_lstm.figures.routes.plan import Drawn, Route
from graphviz_lstm.figures.routes.shared import assign_buses, assign_falls, by_step, goes_ahead
from graphviz_lstm.figures.scene import plain, text_width
from graphviz_lstm.figures.theme import BOX_HEIGHT, NUMBER_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes.plan import Edge
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.unroll import Graph

    Course = tuple[tuple[Point, ...], Point]

# Where a line begins to bend, beyond its tail's side, and how far before its head's side it has bent.
_LEAD = 48.0
_ARRIVE = 48.0
# Of what leads to the step before: how far beyond its tail it rises, how far before its head it comes down.
_UP, _UP_ROOM, _DOWN, _DOWN_ROOM = 3.0, 11.0, 44.0, 22.0
# On a box's side: how far from its middle the first line above or below stands, and the last one at most.
_NEAREST, _FURTHEST = 4.0, BOX_HEIGHT / 2 - 4.0
# From one line to the next that runs up or down beside it.
_LANE = 5.0
_BESIDE = 8.0
_RISER_ROOM = 40.0
# Of a frame's title, at its upper left.
_TITLE, _TITLE_WIDTH = 24.0, 60.0


@dataclass(frozen=True, slots=True, eq=False)
class _UnitPlan:
    """What is drawn, and what lines share; `exits`, `entries` are heights on the sides of boxes, `lanes` numbers."""

    drawn: Drawn
    exits: dict[Edge, float]
    entries: dict[Edge, float]
    buses: dict[Edge, float]
    rising: dict[int, list[Edge]]
    falls: dict[Edge, tuple[float, float]]
    lanes: dict[Edge, int]
    over: dict[Edge, float]


def route_units(
    graph: Graph, layout: Layout, widths: Mapping[Edge, float], source: str, numbers: Mapping[Edge, str]
) -> dict[Edge, Route]:
    """Return the route of every edge of `widths` between single units; without a place for a number that has no room.

    Parameters
    ----------
    numbers
        Edge -> the number that is to stand beside it, where one is.
    """
    drawn = Drawn(graph, layout, widths, source)
    lanes, over = _sharing(drawn)
    buses = assign_buses(drawn)
    plan = _UnitPlan(
        drawn=drawn,
        exits=_sides(drawn, over, leaving=True),
        entries=_sides(drawn, over, leaving=False),
        buses=buses,
        rising=by_step(drawn, buses),
        falls=assign_falls(drawn),
        lanes=lanes,
        over=over,
    )
    courses = {edge: _RULES[drawn.kind(edge)](plan, edge) for edge in widths}
    lengths = {edge: text_width(plain(number), NUMBER_SIZE) for edge, number in numbers.items() if edge in courses}
    boxes = [Area(left_of(place), bottom_of(place), right_of(place), top_of(place)) for place in layout.places.values()]
    width, top = layout.motif.width, layout.motif.height
    frames = [Area(left, 0.0, left + width, top) for left in layout.origin.values()]
    titles = [Area(left, top - _TITLE, left + _TITLE_WIDTH, top) for left in layout.origin.values()]
    places = places_of_numbers(courses, widths, lengths, [*boxes, *titles], frames)
    routes: dict[Edge, Route] = {}
    for edge, (points, tip) in courses.items():
        place = places.get(edge)
        routes[edge] = Route(points, tip, None, "middle") if place is None else Route(points, tip, *place)
    return routes


def _inner(plan: _UnitPlan, edge: Edge) -> Course:
    """Return the course of an edge within a step."""
    drawn = plan.drawn
    start, end = _ends(plan, edge)
    lead = end[0] - GUTTER + _LEAD
    return s_bend(start, end[0] - _ARRIVE, end, lead=max(lead, start[0]), arrow=drawn.arrow(edge))


def _onward(plan: _UnitPlan, edge: Edge) -> Course:
    """Return the course of an edge to the next step: it bends between the frames."""
    drawn = plan.drawn
    if drawn.runs_back(edge):
        return _back(plan, edge)
    if edge in plan.over:
        return _over_the_rows(plan, edge)
    start, end = _ends(plan, edge)
    frame = drawn.frame_of(edge[1])
    lead = max(frame - STEP_GAP + _beyond_falls(plan, edge[0]), start[0])
    return s_bend(start, frame - _BESIDE, end, lead=lead, arrow=drawn.arrow(edge))


def _over_the_rows(plan: _UnitPlan, edge: Edge) -> Course:
    """Return the course of a carousel to what is no state: up between the frames, along, and down to its head."""
    start, end = _ends(plan, edge)
    lane, height = plan.lanes[edge], plan.over[edge]
    up = plan.drawn.frame_of(edge[1]) - STEP_GAP + _beyond_falls(plan, edge[0]) + _LANE * lane
    down = end[0] - _ARRIVE - _LANE * lane
    corners = [start, (up, start[1]), (up, height), (down, height), (down, end[1]), end]
    return rounded(corners, arrow=plan.drawn.arrow(edge), radius=_LANE)


def _back(plan: _UnitPlan, edge: Edge) -> Course:
    """Return the course of an edge to the step before: up beside its tail, over the frames, and down to its head."""
    start, end = _ends(plan, edge)
    lane, height = plan.lanes[edge], plan.over[edge]
    each = max(plan.drawn.layout.motif.storeys - 1, 1)
    up = start[0] + _UP + lane * min(_LANE, _UP_ROOM / each)
    down = end[0] - _DOWN + lane * min(_LANE, _DOWN_ROOM / each)
    corners = [start, (up, start[1]), (up, height), (down, height), (down, end[1]), end]
    return rounded(corners, arrow=plan.drawn.arrow(edge), radius=_LANE)


def _rise(plan: _UnitPlan, edge: Edge) -> Course:
    """Return the course of an edge from a source that stands below the steps."""
    drawn = plan.drawn
    step = drawn.graph.nodes[edge[1]]["step"]
    together = plan.rising[step]
    space = min(_LANE, _RISER_ROOM / len(together))
    x = drawn.layout.origin[step] + _BESIDE + space * together.index(edge)
    end = (left_of(drawn.place(edge[1])), plan.entries[edge])
    bus = plan.buses[edge]
    corners = [(right_of(drawn.place(edge[0])), bus), (x, bus), (x, end[1]), end]
    return rounded(corners, arrow=drawn.arrow(edge), radius=_BESIDE)


def _fall(plan: _UnitPlan, edge: Edge) -> Course:
    """Return the course of an edge to the loss: ahead from the last step, from the others down between the frames."""
    drawn = plan.drawn
    if goes_ahead(drawn, edge):
        start, end = _ends(plan, edge)
        lead = drawn.frame_of(edge[0]) + drawn.layout.motif.width + _BESIDE
        return s_bend(start, end[0] - _ARRIVE, end, lead=max(lead, start[0]), arrow=drawn.arrow(edge))
    run, port = plan.falls[edge]
    start = (right_of(drawn.place(edge[0])), plan.exits[edge])
    x = drawn.frame_of(edge[0]) + drawn.layout.motif.width + _BESIDE + _LANE * plan.lanes[edge]
    corners = [start, (x, start[1]), (x, run), (port, run), (port, drawn.bottom(edge[1]))]
    return rounded(corners, arrow=drawn.arrow(edge), radius=_LANE)


_RULES: dict[str, Callable[[_UnitPlan, Edge], Course]] = {
    "inner": _inner,
    "carousel": _onward,
    "crossing": _onward,
    "loss": _fall,
    "parameter": _rise,
    "input": _rise,
}


def _ends(plan: _UnitPlan, edge: Edge) -> tuple[Point, Point]:
    """Return where a line leaves its tail and enters its head."""
    tail, head = (plan.drawn.place(vertex) for vertex in edge)
    return (right_of(tail), plan.exits[edge]), (left_of(head), plan.entries[edge])


def _beyond_falls(plan: _UnitPlan, tail: str) -> float:
    """Return how far beyond a frame what leads to the next step goes straight on: past the lines to the loss."""
    step: int = plan.drawn.graph.nodes[tail]["step"]
    falling: int = sum(plan.drawn.graph.nodes[edge[0]]["step"] == step for edge in plan.falls)
    return _BESIDE + _LANE * falling + _LANE


def _sharing(drawn: Drawn) -> tuple[dict[Edge, int], dict[Edge, float]]:
    """Return the number of each line among those that run up or down beside it, and the heights over the rows.

    What falls from the lowest tail falls first, and what runs highest over the rows rises first and comes down last:
    so none crosses another of its kind.
    """
    lanes: dict[Edge, int] = {}
    over: dict[Edge, float] = {}
    falling: dict[int, list[Edge]] = {}
    carried: dict[int, list[Edge]] = {}
    back: dict[int, list[Edge]] = {}
    for edge in drawn.widths:
        step = drawn.graph.nodes[edge[0]]["step"]
        if drawn.runs_back(edge):
            back.setdefault(step, []).append(edge)
        elif drawn.kind(edge) == "loss" and not goes_ahead(drawn, edge):
            falling.setdefault(step, []).append(edge)
        elif drawn.kind(edge) == "carousel" and not drawn.enters_rail(edge):
            carried.setdefault(step, []).append(edge)
    for edges in falling.values():
        edges.sort(key=lambda edge: drawn.place(edge[0])[1])
        lanes |= {edge: k for k, edge in enumerate(edges)}
    for edges in carried.values():
        edges.sort(key=lambda edge: drawn.place(edge[1])[1], reverse=True)
        lanes |= {edge: k for k, edge in enumerate(edges)}
        top = drawn.layout.motif.over + OVER * (len(edges) - 1)
        over |= {edge: top - OVER * k for k, edge in enumerate(edges)}
    motif = drawn.layout.motif
    for step, edges in back.items():
        # Those of a step and of the next one pass over the same frames.
        below = motif.height + BACK_FIRST + BACK_EACH * motif.storeys * (step % 2)
        lanes |= {edge: k for k, edge in enumerate(edges)}
        over |= {edge: below + BACK_EACH * k for k, edge in enumerate(edges)}
    return lanes, over


def _sides(drawn: Drawn, over: Mapping[Edge, float], *, leaving: bool) -> dict[Edge, float]:
    """Return the height at which each line leaves its tail, or enters its head; who goes higher stands higher.

    What goes straight ahead keeps to the middle; the others stand above and below it.
    """
    sides: dict[str, list[tuple[float, Edge]]] = {}
    for edge in drawn.widths:
        own, other = edge if leaving else edge[::-1]
        away = over.get(edge, drawn.place(other)[1]) - drawn.place(own)[1]
        if drawn.kind(edge) == "loss" and not goes_ahead(drawn, edge):
            away = -drawn.place(own)[1]
        sides.setdefault(own, []).append((away, edge))
    heights: dict[Edge, float] = {}
    for own, edges in sides.items():
        y = drawn.place(own)[1]
        above = sorted((pair for pair in edges if pair[0] > 1.0), key=lambda pair: pair[0])
        below = sorted((pair for pair in edges if pair[0] < -1.0), key=lambda pair: -pair[0])
        ahead = [pair for pair in edges if abs(pair[0]) <= 1.0]
        for sign, group in ((1.0, above), (-1.0, below)):
            space = (_FURTHEST - _NEAREST) / max(len(group) - 1, 1)
            heights |= {edge: y + sign * (_NEAREST + k * min(space, _LANE)) for k, (_, edge) in enumerate(group)}
        heights |= {edge: y + 2.0 * k for k, (_, edge) in enumerate(ahead)}
    return heights
