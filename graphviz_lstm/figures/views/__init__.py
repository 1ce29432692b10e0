"""The views of one gradient: a row for each, from an annotated graph and its paths to a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.layout import elide, prune
from graphviz_lstm.figures.views.facets import facets_view
from graphviz_lstm.figures.views.flow import flow_view
from graphviz_lstm.figures.views.metro import metro_view
from graphviz_lstm.figures.views.path import path_view
from graphviz_lstm.figures.views.rolled import rolled_view
from graphviz_lstm.figures.views.values import values_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What a view is asked for: a graph with flows, the paths that these are the shares of, one path, how many."""

    graph: Graph
    paths: PathSet
    path: Path | None = None
    top: int = 6


# The rolled view adds up all steps; the others draw them, or those that are shown.
_WHOLE = ("rolled",)


def _path(request: Request) -> Scene:
    path = request.path if request.path is not None else next(iter(request.paths.top(1)))
    return path_view(request.graph, request.paths, path)


VIEWS: dict[str, Callable[[Request], Scene]] = {
    "flow": lambda request: flow_view(request.graph, request.paths),
    "path": _path,
    "facets": lambda request: facets_view(request.graph, request.paths, request.top),
    "metro": lambda request: metro_view(request.graph, request.paths, request.top),
    "rolled": lambda request: rolled_view(request.graph, request.paths),
    "values": lambda request: values_view(request.graph, request.paths),
}


def view_of(name: str, request: Request, most_steps: int | None, *, only_paths: bool = False) -> Scene:
    """Return the scene of the view of that name, which there is; of more than `most_steps` steps, the ends alone.

    Raises
    ------
    InputError
        If one path is asked for in a view that shows many.
    """
    if request.path is not None and name != "path":
        raise InputError(f"the view {name!r} shows all paths, not one (view='path' does)")
    if only_paths:
        request = replace(request, graph=prune(request.graph))
    if name not in _WHOLE:
        request = replace(request, graph=elide(request.graph, most_steps))
    return VIEWS[name](request)
