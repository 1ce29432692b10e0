"""The views of one gradient: a row for each, from an annotated graph and its paths to a scene."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import MOST_STEPS, TOP
from graphviz_lstm.figures.layout import elide, is_long, is_spelled_out, prune, steps_passed
from graphviz_lstm.figures.options import OPTIONS, is_default, read_steps
from graphviz_lstm.figures.views.cell import cell_scene
from graphviz_lstm.figures.views.facets import MOST_FACETS, facets_view
from graphviz_lstm.figures.views.flow import flow_view
from graphviz_lstm.figures.views.metro import MOST_LINES, metro_view
from graphviz_lstm.figures.views.path import path_view
from graphviz_lstm.figures.views.rolled import rolled_view
from graphviz_lstm.figures.views.step_texts import with_texts
from graphviz_lstm.figures.views.strands import strands_view, widest
from graphviz_lstm.figures.views.values import values_view
from graphviz_lstm.figures.views.wrapping import Wrapping
from graphviz_lstm.paths import PathSet, UnitPathSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import By, Edges, LayoutName, Show, View
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, Selection


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What a view is asked for: a graph with flows, the paths they are the shares of, and the options of `draw`.

    `room` is how wide the scene must be, in points, where that is given. `view_of` chooses what is left open of
    `path` and `leading`: the path in focus, and those that are shown one by one.
    """

    graph: Graph
    paths: PathSet | UnitPathSet
    room: float | None
    leading: Selection | None
    path: Path | None = None
    top: int = TOP
    max_steps: int | None = MOST_STEPS
    only_paths: bool = False
    by: By | None = None
    layout: LayoutName = "wide"
    steps_per_row: int | None = None
    steps: str | None = None
    edges: Edges | None = None
    show: tuple[Show, ...] = ()
    cells: int = 1


def request_of(
    graph: Graph, paths: PathSet | UnitPathSet, asked: Mapping[str, object], room: float | None = None
) -> Request:
    """Return a request with those of the options of `draw` that a view reads."""
    mine: dict[str, Any] = {each.name: asked[each.name] for each in fields(Request) if each.name in asked}
    return Request(graph, paths, room, None, **mine)


def _flow(request: Request) -> Scene:
    """Return strands, or one line for each edge: where it is asked for, of single units, and of a gradient of zero."""
    paths, why = request.paths, ""
    if isinstance(paths, UnitPathSet):
        why = "of single units there is one line for each edge"
    elif math.isnan(paths.share):
        why = "a gradient of zero has no strands"
    for name in ("edges", "show"):
        if not is_default(name, value := getattr(request, name)):
            if request.by not in (None, "whole"):
                raise InputError(
                    f"strands have numbers of their own: {name}={shorten(value)} has no use in them (by='whole')"
                )
            why = why or "what stands on edges or beside boxes is drawn with one line for each edge"
    if why and request.by not in (None, "whole"):
        raise InputError(f"{why}: by={shorten(request.by)} has no use there")
    by = request.by or ("whole" if why else "crossings")
    if by != "whole" and isinstance(paths, PathSet):
        if request.room is not None:
            _require_unsaid(request, "width and font_size say how the steps wrap")
        most = widest(request.layout) if request.room is None else request.room
        return strands_view(request.graph, paths, by, most=most, steps_per_row=request.steps_per_row)
    if is_spelled_out(request.graph):
        _require_no_room(request, "flow")
    return flow_view(request.graph, request.paths, _wrapping(request), request.edges, request.show)


def _require_unsaid(request: Request, why: str) -> None:
    """Refuse what says how steps wrap.

    Raises
    ------
    InputError
        If that is asked for.
    """
    for name in ("layout", "steps_per_row"):
        if not is_default(name, value := getattr(request, name)):
            raise InputError(f"{why}: {name}={shorten(value)} has no use in it")


def _require_no_room(request: Request, view: View) -> None:
    """Refuse a width and a size of letters at once, where steps do not wrap.

    Raises
    ------
    InputError
        If both are asked for.
    """
    if request.room is not None:
        raise InputError(
            f"the view {view!r} does not wrap here, so that its width says how large its letters are: "
            "font_size has no use beside width"
        )


def _path(request: Request) -> Scene:
    assert request.path is not None  # noqa: S101 -- chosen by `view_of`
    return path_view(request.graph, request.paths, request.path, _wrapping(request), request.edges, request.show)


def _facets(request: Request) -> Scene:
    assert request.leading is not None  # noqa: S101 -- chosen by `view_of`
    return facets_view(request.graph, request.paths, request.leading, _wrapping(request), request.edges)


def _metro(request: Request) -> Scene:
    assert request.leading is not None  # noqa: S101 -- chosen by `view_of`
    return metro_view(request.graph, request.paths, request.leading, _wrapping(request))


# What a view shows several paths as, and how many of these can be looked at, or told apart.
_ONE_BY_ONE: dict[View, tuple[str, int]] = {"facets": ("facets", MOST_FACETS), "metro": ("lines", MOST_LINES)}


def _with_paths(name: View, request: Request) -> Request:
    """Return a request with the paths that a view shows one by one, chosen once for all that is asked of them.

    Raises
    ------
    InputError
        If there are to be none, or more than can be shown so.
    """
    top, paths = request.top, request.paths
    if name == "path" and request.path is None:
        return replace(request, path=next(iter(paths.top(1))))
    if name not in _ONE_BY_ONE:
        return request
    what, most = _ONE_BY_ONE[name]
    if not 1 <= top <= most:
        raise InputError(f"unusable number of {what}: {shorten(top)} (must be 1 to {most})")
    return replace(request, leading=paths.top(min(top, paths.count)))


def _wrapping(request: Request) -> Wrapping:
    """Return how steps wrap: so that all can be read, in a width and a size of letters that are asked for, or as asked.

    All steps of a long sequence stand in one row, unless something else is asked for.

    Raises
    ------
    InputError
        If they have no use for single units.
    """
    if is_spelled_out(request.graph):
        _require_unsaid(request, "single units stand in one row")
    if request.room is not None:
        _require_unsaid(request, "width and font_size say how the steps wrap")
    steps = request.graph.graph["steps"]
    asked = request.steps_per_row
    if request.max_steps is None and steps > MOST_STEPS and request.room is None and request.layout == "wide":
        # In rows every line along a bus would have a part in each: as many as the square of the steps.
        asked = asked or steps
    return Wrapping(widest(request.layout) if request.room is None else request.room, asked)


VIEWS: dict[View, Callable[[Request], Scene]] = {
    "flow": _flow,
    "path": _path,
    "facets": _facets,
    "metro": _metro,
    "rolled": lambda request: rolled_view(request.graph, request.paths),
    "values": lambda request: values_view(
        request.graph, request.paths, _wrapping(request), request.edges, request.show
    ),
    "cell": lambda request: cell_scene(request.graph.graph["cell"], request.cells),
}


def view_of(name: View, request: Request) -> Scene:
    """Return the scene of the view of that name, which there is; it can use every option that was changed.

    What cannot use `max_steps` sees every step, whatever their number.

    Raises
    ------
    InputError
        If an option has no use for single units.
    """
    units = is_spelled_out(request.graph)
    if name in ("rolled", "cell") or (units and name != "flow"):
        _require_no_room(request, name)
    if units and name in ("rolled", "cell"):
        raise InputError(f"the view {name!r} shows the cell's quantities, not their single units (take another view)")
    if units and request.max_steps not in (MOST_STEPS, None):
        raise InputError(
            f"of single units every step is drawn: max_steps={shorten(request.max_steps)} has no use there"
        )
    if request.steps is not None and (units or not is_default("max_steps", request.max_steps)):
        what = "of single units every step is drawn" if units else "all steps are asked for"
        raise InputError(f"{what}: steps={shorten(request.steps)} has no use there")
    request = _with_paths(name, request)
    uses = OPTIONS["max_steps"].views
    if (uses is None or name in uses) and not units:
        shown = None if request.steps is None else read_steps(request.steps)
        most, alone = request.max_steps, request.leading or ([request.path] if request.path is not None else [])
        if shown is None and alone and most is not None and is_long(request.graph, most):
            shown = steps_passed(request.graph, alone, most)
        request = replace(request, graph=elide(request.graph, most, shown))
    if request.only_paths:
        request = replace(request, graph=prune(request.graph))
    return with_texts(VIEWS[name](request), request.graph)
