"""One rule for each kind of edge; no rule asks for a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes.between import back, carousel, fan
from graphviz_lstm.figures.routes.buses import fall, rise, rise_into_gap
from graphviz_lstm.figures.routes.hidden import into_gap, out_of_gap
from graphviz_lstm.figures.routes.plan import Drawn, Plan
from graphviz_lstm.figures.routes.shared import (
    assign_buses,
    assign_entries,
    assign_exits,
    assign_falls,
    assign_ports,
    assign_rises,
    assign_storeys,
    by_step,
    numbers_below,
    numbers_between,
    room_of_buses,
)
from graphviz_lstm.figures.routes.within import bend

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes.plan import Edge, Route

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


def route_all(drawn: Drawn) -> dict[Edge, Route]:
    """Return the route of every edge that is drawn."""
    plan = make_plan(drawn)
    return {edge: route_of(plan, edge) for edge in drawn.widths}


def route_of(plan: Plan, edge: Edge) -> Route:
    """Return the route of one edge."""
    rule = back if plan.drawn.runs_back(edge) else RULES[plan.drawn.kind(edge)]
    return rule(plan, edge)


def with_room(drawn: Drawn) -> Layout:
    """Return the layout with as much room along its buses, and at the loss, as the lines there are wide."""
    needed = room_of_buses(drawn)
    return drawn.layout.with_room(
        drawn.source,
        bus=needed.bus,
        loss_bus=needed.loss_bus,
        loss_width=needed.loss_width,
        target=drawn.graph.graph["target"],
    )


def make_plan(drawn: Drawn) -> Plan:
    """Return where lines meet boxes and run side by side."""
    exits, buses = assign_exits(drawn), assign_buses(drawn)
    entries = assign_entries(drawn, exits)
    return Plan(
        drawn=drawn,
        ports=assign_ports(drawn),
        exits=exits,
        entries=entries,
        rises=assign_rises(drawn, entries, buses),
        below=numbers_below(drawn, exits, entries),
        between=numbers_between(drawn, exits),
        buses=buses,
        rising=by_step(drawn, buses),
        falls=assign_falls(drawn),
        storeys=assign_storeys(drawn),
    )
