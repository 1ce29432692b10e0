"""The routes: how each edge runs from box to box, and where its number stands."""

from graphviz_lstm.figures.routes.bends import beside, ending, rounded
from graphviz_lstm.figures.routes.plan import Edge, Route
from graphviz_lstm.figures.routes.table import RULES, route_all
from graphviz_lstm.figures.routes.units import route_units

__all__ = ["RULES", "Edge", "Route", "beside", "ending", "rounded", "route_all", "route_units"]
