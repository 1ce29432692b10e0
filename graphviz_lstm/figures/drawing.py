"""From an annotated graph to a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures.choices import MOST_STEPS, THEMES, VIEWS
from graphviz_lstm.figures.figure import Figure, require_suffix
from graphviz_lstm.figures.views import Request, view_of
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    from graphviz_lstm.figures.choices import ThemeName, View
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet


def draw(  # noqa: PLR0913 -- an option each
    graph: Graph,
    file: str | FilePath | None = None,
    *,
    view: View = "flow",
    path: Path | None = None,
    paths: PathSet | None = None,
    top: int = 6,
    max_steps: int | None = MOST_STEPS,
    only_paths: bool = False,
    theme: ThemeName = "auto",
) -> Figure:
    """Return the figure of an annotated graph; write it to `file` too, if one is given.

    Parameters
    ----------
    graph
        An evaluated graph with the flows from a source: `annotate(graph, source)`.
    file
        Its suffix says what is written: `.svg`, `.png`, `.pdf`, `.dot` or `.tex`.
    view
        `"flow"`: the whole gradient, on each edge the share of it that goes through. `"path"`: one path in focus, its
        multiplication written out, the partial on each of its edges. `"facets"`: the `top` leading paths, each in a
        picture of its own. `"metro"`: the `top` leading paths as lines side by side. `"rolled"`: the cell once,
        with loops. `"values"`: value and adjoint in each box, the partial on each edge.
    path
        For the view `"path"`: which one. The one with the largest |share| by default.
    paths
        The paths of the same source, if they are at hand.
    top
        For the views `"facets"` and `"metro"`: how many paths.
    max_steps
        Of more steps the first and the last three are drawn, and the flow through the others told; None draws all.
    only_paths
        Leave out what lies on no path from the source, instead of drawing it pale.
    theme
        `"auto"` (light, or dark where an SVG's reader prefers that), `"light"`, `"dark"` or `"print"` (no colours).

    Raises
    ------
    InputError
        If the graph has no flows, or the view, theme or suffix is unknown, or `path` is not one of this graph.
    OutputError
        If the file cannot be written.
    RenderError
        If Graphviz fails or leaves something out.
    """
    if view not in VIEWS:
        raise InputError(describe_unknown("view", view, VIEWS))
    if theme not in THEMES:
        raise InputError(describe_unknown("theme", theme, THEMES))
    if file is not None:
        require_suffix(file)
    if "source" not in graph.graph:
        raise InputError("cannot draw a graph without flows (annotate(graph, source) gives them)")
    if paths is None:
        paths = find_paths(graph, graph.graph["source"], graph.graph["target"], element=graph.graph["element"])
    figure = Figure(view_of(view, Request(graph, paths, path, top), max_steps, only_paths=only_paths), theme)
    if file is not None:
        figure.save(file)
    return figure
