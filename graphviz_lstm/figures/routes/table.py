"""One rule for each kind of edge; no rule asks for a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes.between import back, carousel, fan
from graphviz_lstm.figures.routes.buses import fall, rise, rise_into_gap
from graphviz_lstm.figures.routes.hidden import into_gap, out_of_gap
from graphviz_lstm.figures.routes.plan import LINES, Drawn, Pen, Plan
from graphviz_lstm.figures.routes.shared import (
    assign_buses,
    assign_entries,
    assign_exits,
    assign_falls,
    assign_ports,
    assign_storeys,
    by_step,
    numbers_below,
    numbers_between,
)
from graphviz_lstm.figures.routes.within import bend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes.plan import Edge, Route
    from graphviz_lstm.graph.unroll import Graph

RULES: dict[str, Callable[[Plan, Edge], Route]] = {
    "inner": bend,
    "carousel": carousel,
    "crossing": fan,
    "loss": fall,
    "parameter": rise,
    "input": rise,
    "gap-in": into_gap,
    "gap-out": out_of_gap,
    "gap-rise": rise_into_gap,
    "gap-fall": fall,
}


def route_all(
    graph: Graph, layout: Layout, widths: Mapping[Edge, float], source: str, pen: Pen = LINES
) -> dict[Edge, Route]:
    """Return the route of every edge of `widths`, which lists the edges that are drawn and how thick each is."""
    plan = make_plan(Drawn(graph, layout, widths, source, pen))
    return {edge: route_of(plan, edge) for edge in widths}


def route_of(plan: Plan, edge: Edge) -> Route:
    """Return the route of one edge."""
    rule = back if plan.drawn.runs_back(edge) else RULES[plan.drawn.kind(edge)]
    return rule(plan, edge)


def make_plan(drawn: Drawn) -> Plan:
    """Return where lines meet boxes and run side by side."""
    exits, entries, buses = assign_exits(drawn), assign_entries(drawn), assign_buses(drawn)
    return Plan(
        drawn=drawn,
        ports=assign_ports(drawn),
        exits=exits,
        entries=entries,
        below=numbers_below(drawn, exits, entries),
        between=numbers_between(drawn, exits),
        buses=buses,
        rising=by_step(drawn, buses),
        falls=assign_falls(drawn),
        storeys=assign_storeys(drawn),
    )
