"""The routes: how each edge runs from box to box, and where its number stands."""

from graphviz_lstm.figures.routes.bends import ending, rounded, straight, toward
from graphviz_lstm.figures.routes.buses import beyond_risers
from graphviz_lstm.figures.routes.numbers import Area, as_points, is_crossed, on_border
from graphviz_lstm.figures.routes.plan import LINES, NOTHING_ELSE, Drawn, Edge, Entered, Pen, Plan, Route
from graphviz_lstm.figures.routes.shared import by_step, goes_ahead
from graphviz_lstm.figures.routes.strands import alongside, bent, cut
from graphviz_lstm.figures.routes.table import make_plan, route_all, route_of, with_room
from graphviz_lstm.figures.routes.units import route_units

__all__ = [
    "LINES",
    "NOTHING_ELSE",
    "Area",
    "Drawn",
    "Edge",
    "Entered",
    "Pen",
    "Plan",
    "Route",
    "alongside",
    "as_points",
    "bent",
    "beyond_risers",
    "by_step",
    "cut",
    "ending",
    "goes_ahead",
    "is_crossed",
    "make_plan",
    "on_border",
    "rounded",
    "route_all",
    "route_of",
    "route_units",
    "straight",
    "toward",
    "with_room",
]
