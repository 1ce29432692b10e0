"""The views of one gradient: a row for each, from an annotated graph and its paths to a scene."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import MOST_STEPS, TOP
from graphviz_lstm.figures.layout import elide, is_spelled_out, prune
from graphviz_lstm.figures.views.cell import cell_scene
from graphviz_lstm.figures.views.facets import facets_view
from graphviz_lstm.figures.views.flow import flow_view
from graphviz_lstm.figures.views.metro import metro_view
from graphviz_lstm.figures.views.path import path_view
from graphviz_lstm.figures.views.rolled import rolled_view
from graphviz_lstm.figures.views.strands import strands_view
from graphviz_lstm.figures.views.values import values_view
from graphviz_lstm.paths import PathSet, UnitPathSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import By, Edges, LayoutName, Show, View
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What a view is asked for: a graph with flows, the paths they are the shares of, and the options of `draw`."""

    graph: Graph
    paths: PathSet | UnitPathSet
    path: Path | None = None
    top: int = TOP
    max_steps: int | None = MOST_STEPS
    only_paths: bool = False
    by: By | None = None
    layout: LayoutName = "wide"
    steps_per_row: int | None = None
    edges: Edges | None = None
    show: tuple[Show, ...] = ()
    cells: int = 1


def _flow(request: Request) -> Scene:
    """Return strands, or one line for each edge: where it is asked for, of single units, and of a gradient of zero."""
    paths, why = request.paths, ""
    if isinstance(paths, UnitPathSet):
        why = "of single units there is one line for each edge"
    elif math.isnan(paths.share):
        why = "a gradient of zero has no strands"
    for name in ("edges", "show"):
        if (value := getattr(request, name)) != _DEFAULTS[name]:
            if request.by not in (None, "whole"):
                raise InputError(
                    f"strands have numbers of their own: {name}={shorten(value)} has no use in them (by='whole')"
                )
            why = why or "what stands on edges or beside boxes is drawn with one line for each edge"
    if why and request.by not in (None, "whole"):
        raise InputError(f"{why}: by={shorten(request.by)} has no use there")
    by = request.by or ("whole" if why else "crossings")
    if by != "whole" and isinstance(paths, PathSet):
        return strands_view(request.graph, paths, by, width=request.layout, steps_per_row=request.steps_per_row)
    for name in ("layout", "steps_per_row"):
        if (value := getattr(request, name)) != _DEFAULTS[name]:
            raise InputError(f"with by='whole' all steps stand in one row: {name}={shorten(value)} has no use in it")
    return flow_view(request.graph, request.paths, request.edges, request.show)


def _path(request: Request) -> Scene:
    path = request.path if request.path is not None else next(iter(request.paths.top(1)))
    return path_view(request.graph, request.paths, path, request.edges, request.show)


@dataclass(frozen=True, slots=True)
class Row:
    """A view: how its scene is made, and which options of a request it can use beside those that all can.

    What cannot use `max_steps` sees every step, whatever their number.
    """

    scene: Callable[[Request], Scene]
    uses: frozenset[str]


def _row(scene: Callable[[Request], Scene], *uses: str) -> Row:
    """Return the row of a view of paths: it can leave out what lies on none."""
    return Row(scene, frozenset({"only_paths", *uses}))


VIEWS: dict[View, Row] = {
    "flow": _row(_flow, "max_steps", "by", "layout", "steps_per_row", "edges", "show"),
    "path": _row(_path, "path", "max_steps", "edges", "show"),
    "facets": _row(
        lambda request: facets_view(request.graph, request.paths, request.top, request.edges),
        "top",
        "max_steps",
        "edges",
    ),
    "metro": _row(lambda request: metro_view(request.graph, request.paths, request.top), "top", "max_steps"),
    "rolled": _row(lambda request: rolled_view(request.graph, request.paths)),
    "values": _row(
        lambda request: values_view(request.graph, request.paths, request.edges, request.show),
        "max_steps",
        "edges",
        "show",
    ),
    "cell": Row(lambda request: cell_scene(request.graph.graph["cell"], request.cells), frozenset({"cells"})),
}
_REFUSALS = {
    "path": "the view {view!r} shows all paths, not one (view='path' does)",
    "top": "the view {view!r} takes no number of paths: top={value} (view='facets' and view='metro' do)",
    "max_steps": "the view {view!r} adds up all steps: max_steps={value} has no use in it",
    "by": "the view {view!r} has no strands: by={value} has no use in it (view='flow' has)",
    "layout": "the view {view!r} has one layout: layout={value} has no use in it (view='flow' has two)",
    "steps_per_row": "the view {view!r} has its steps in one row: steps_per_row={value} has no use in it "
    "(view='flow' wraps them)",
    "edges": "the view {view!r} has labels of its own: edges={value} has no use in it "
    "(view='flow', 'path', 'facets' and 'values' take it)",
    "show": "the view {view!r} shows the cell's quantities alone: show={value} has no use in it "
    "(view='flow', 'path' and 'values' take it)",
    "cells": "the view {view!r} shows the steps of a problem: cells={value} has no use in it (view='cell' has)",
    "only_paths": "the view {view!r} shows no paths: only_paths={value} has no use in it",
}
_DEFAULTS: dict[str, object] = {
    "path": None,
    "top": TOP,
    "max_steps": MOST_STEPS,
    "by": None,
    "layout": "wide",
    "steps_per_row": None,
    "edges": None,
    "show": (),
    "cells": 1,
    "only_paths": False,
}


def require_used(name: View, options: Mapping[str, object]) -> None:
    """Refuse options that were changed and that the view of that name cannot use.

    Raises
    ------
    InputError
        If there is one.
    """
    for option, default in _DEFAULTS.items():
        value = options.get(option, default)
        if option not in VIEWS[name].uses and value is not default and value != default:
            raise InputError(_REFUSALS[option].format(view=name, value=shorten(value)))


def view_of(name: View, request: Request) -> Scene:
    """Return the scene of the view of that name, which there is.

    Raises
    ------
    InputError
        If an option was changed that the view cannot use.
    """
    row = VIEWS[name]
    require_used(name, {option: getattr(request, option) for option in _DEFAULTS})
    units = is_spelled_out(request.graph)
    if units and name in ("rolled", "cell"):
        raise InputError(f"the view {name!r} shows the cell's quantities, not their single units (take another view)")
    if units and request.max_steps not in (MOST_STEPS, None):
        raise InputError(
            f"of single units every step is drawn: max_steps={shorten(request.max_steps)} has no use there"
        )
    if request.only_paths:
        request = replace(request, graph=prune(request.graph))
    if "max_steps" in row.uses and not units:
        request = replace(request, graph=elide(request.graph, request.max_steps))
    return row.scene(request)
