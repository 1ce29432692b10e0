"""From an annotated graph to a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from graphviz_lstm.cells import Cell
from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.figures.choices import (
    BYS,
    DETAILS,
    EDGES,
    FIGURE_DETAILS,
    LAYOUTS,
    MOST_STEPS,
    SHOWN,
    THEMES,
    TOP,
    VIEWS,
)
from graphviz_lstm.figures.figure import Figure, require_suffix
from graphviz_lstm.figures.foreign import foreign_scene, is_foreign
from graphviz_lstm.figures.layout import spell_out
from graphviz_lstm.figures.views import Request, require_used, view_of
from graphviz_lstm.figures.views.cell import cell_scene
from graphviz_lstm.graph import annotate, require_current
from graphviz_lstm.paths import PathSet, UnitPathSet, find_paths

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from pathlib import Path as FilePath

    import networkx as nx

    from graphviz_lstm.figures.choices import By, Edges, FigureDetail, LayoutName, Show, ThemeName, View
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path


def draw(  # noqa: PLR0913 -- an option each
    graph: Graph | nx.Graph[Any] | Cell,
    file: str | FilePath | None = None,
    *,
    view: View = "flow",
    source: Hashable | None = None,
    target: Hashable | None = None,
    path: Path | None = None,
    paths: PathSet | UnitPathSet | None = None,
    detail: FigureDetail | None = None,
    top: int = TOP,
    max_steps: int | None = MOST_STEPS,
    only_paths: bool = False,
    by: By | None = None,
    layout: LayoutName = "wide",
    steps_per_row: int | None = None,
    edges: Edges | None = None,
    show: Iterable[Show] = (),
    cells: int = 1,
    theme: ThemeName = "auto",
) -> Figure:
    """Return the figure of an annotated graph, or of any weighted DAG; write it to `file` too, if one is given.

    Parameters
    ----------
    graph
        An evaluated graph with the flows from a source: `annotate(graph, source)`. Or any acyclic `networkx` graph
        whose edges bear numbers as `partial` (or `weight`): with `source` and `target` it is drawn in layers. For the
        view `"cell"` a cell is enough.
    file
        Its suffix says what is written: `.svg`, `.png`, `.pdf`, `.dot` or `.tex`.
    view
        `"flow"`: the whole gradient, on each edge the share of it that goes through, as strands by class of path.
        `"path"`: one path in focus, its multiplication written out, the partial on each of its edges. `"facets"`: the
        `top` leading paths, each in a picture of its own. `"metro"`: the `top` leading paths as lines side by side.
        `"rolled"`: the cell once, with loops. `"values"`: value and adjoint in each box, the partial on each edge.
        `"cell"`: the operations of one step as marks, in the grammar of Olah's "Understanding LSTM networks".
    source, target
        Where the paths begin and end, for a graph that is not annotated.
    path
        For the view `"path"`: which one. The one with the largest |share| by default.
    paths
        The paths of the same source, if they are at hand.
    detail
        `"unit"`: a box for each single unit, such as `a_3[7]`, and the paths are those through single units; every
        step is drawn. By default the graph's own detail, a box for each quantity.
    top
        For the views `"facets"` and `"metro"`: how many paths.
    max_steps
        Of more steps the first and the last three are drawn, and the flow through the others told; None draws all.
    only_paths
        Leave out what lies on no path from the source, instead of drawing it pale.
    by
        For the view `"flow"`: what its strands are of. `"crossings"` (the default): paths through no gate, one, two or
        more. `"gates"`: through which gate. `"entry"`, `"exit"`: at which step they leave the source, of which step
        the loss is that they reach. `"sign"`: what adds and what takes away. `"whole"`: one line for each edge.
    layout
        For the view `"flow"`: `"wide"`, so that it can be read 700 pixels wide, or `"narrow"`, 360.
    steps_per_row
        For the view `"flow"`: how many steps stand side by side; by default as many as can be read so.
    edges
        What stands on an edge, for the views `"flow"` (with one line for each edge), `"path"`, `"facets"` and
        `"values"`. `"flow"`: the share of the gradient through it. `"partial"`: the symbol of its local partial and
        its number. `"adjoint"`: what it gives back to its tail of dE/d(head). `"formula"`: that partial in symbols.
    show
        What is drawn besides, for the views `"flow"` (with one line for each edge), `"path"` and `"values"`: any of
        `"inputs"`, `"parameters"` (where each is read) and `"losses"` (that of each step, with its target).
    cells
        For the view `"cell"`: how many steps stand side by side, 1 or 3.
    theme
        `"auto"` (light, or dark where an SVG's reader prefers that), `"light"`, `"dark"` or `"print"` (no colours).

    Raises
    ------
    InputError
        If the graph has no flows, or the view, detail, theme or suffix is unknown, or `path` is not one of this graph,
        or an option was changed that the view cannot use, or there are more units than can be read.
    GraphError
        If the graph was changed since its flows were computed.
    OutputError
        If the file cannot be written.
    RenderError
        If Graphviz fails or leaves something out.
    """
    if view not in VIEWS:
        raise InputError(describe_unknown("view", view, VIEWS))
    if theme not in THEMES:
        raise InputError(describe_unknown("theme", theme, THEMES))
    if by is not None and by not in BYS:
        raise InputError(describe_unknown("by", by, BYS))
    if layout not in LAYOUTS:
        raise InputError(describe_unknown("layout", layout, LAYOUTS))
    if edges is not None and edges not in EDGES:
        raise InputError(describe_unknown("edges", edges, EDGES))
    shown = _in_order(show)
    if file is not None:
        require_suffix(file)
    if view == "cell" and (cell := _cell_of(graph)) is not None:
        _require_no_detail(detail)
        require_used(
            view,
            {
                "path": path, "top": top, "max_steps": max_steps, "only_paths": only_paths, "by": by, "layout": layout,
                "steps_per_row": steps_per_row, "edges": edges, "show": shown,
            },
        )  # fmt: skip
        scene = cell_scene(cell, cells)
    elif isinstance(graph, Cell):
        raise InputError(f"a cell has no numbers: view={shorten(view)} has no use in it (view='cell' has)")
    elif is_foreign(graph):
        _require_default(
            view=view, path=path, top=top, max_steps=max_steps, only_paths=only_paths, detail=detail,
            by=by, layout=layout, steps_per_row=steps_per_row, edges=edges, show=shown, cells=cells,
        )  # fmt: skip
        _require_level(paths, "quantity", PathSet)
        scene = foreign_scene(graph, source, target, paths=cast("PathSet | None", paths))
    else:
        annotated = _annotated(cast("Graph", graph), source, target)
        drawn, found = _at_detail(annotated, detail, paths)
        request = Request(
            drawn, found, path, top, max_steps, only_paths, by, layout, steps_per_row, edges, shown, cells
        )
        scene = view_of(view, request)
    figure = Figure(scene, theme)
    if file is not None:
        figure.save(file)
    return figure


def _require_default(**options: object) -> None:
    """Refuse what only a recurrent net's own graph can be drawn with."""
    usual: dict[str, object] = {"view": "flow", "path": None, "top": TOP, "max_steps": MOST_STEPS, "only_paths": False}
    usual |= {
        "detail": None,
        "by": None,
        "layout": "wide",
        "steps_per_row": None,
        "edges": None,
        "show": (),
        "cells": 1,
    }
    for name, value in options.items():
        if value != usual[name]:
            raise InputError(
                f"a graph that is not of our making has one picture: {name}={shorten(value)} has no use in it"
            )


def _cell_of(graph: Graph | nx.Graph[Any] | Cell) -> Cell | None:
    """Return the cell that is given, or that of an unrolled graph; None of a graph that is not of our making."""
    if isinstance(graph, Cell):
        return graph
    return None if is_foreign(graph) else cast("Cell", graph.graph["cell"])


def _require_no_detail(detail: str | None) -> None:
    if detail not in (None, *DETAILS):
        raise InputError(
            "the view 'cell' shows the cell's quantities, not their single units: "
            f"detail={shorten(detail)} has no use in it (take another view)"
        )


def _in_order(show: Iterable[Show]) -> tuple[Show, ...]:
    """Return what is to be shown, each once, in the order of the choices."""
    asked = [show] if isinstance(show, str) else list(show)
    for name in asked:
        if name not in SHOWN:
            raise InputError(describe_unknown("show", name, SHOWN))
    return tuple(name for name in SHOWN if name in asked)


def _annotated(graph: Graph, source: Hashable | None, target: Hashable | None) -> Graph:
    """Return one of our own graphs with the flows from the source."""
    if target not in (None, graph.graph["target"]):
        raise InputError(f"unusable target: {shorten(target)} (all flows lead to {graph.graph['target']!r})")
    if "source" not in graph.graph:
        if source is None:
            raise InputError("cannot draw a graph without flows (annotate(graph, source) gives them)")
        return annotate(graph, str(source))
    if source not in (None, graph.graph["source"]):
        raise InputError(f"unusable source: {shorten(source)} (the graph has the flows from {graph.graph['source']!r})")
    require_current(graph)
    return graph


def _at_detail(
    annotated: Graph, detail: str | None, paths: PathSet | UnitPathSet | None
) -> tuple[Graph, PathSet | UnitPathSet]:
    """Return the graph whose vertices are drawn, and its paths."""
    own = annotated.graph["detail"]
    if detail in (None, own):
        _require_level(paths, "quantity", PathSet)
        return annotated, paths_of(annotated) if paths is None else paths
    if detail not in FIGURE_DETAILS:
        raise InputError(describe_unknown("detail", detail, FIGURE_DETAILS))
    if detail != "unit":
        raise InputError(
            f"wrong detail: {detail!r} (the graph is at {own!r}; evaluate(..., detail={detail!r}) makes one)"
        )
    _require_level(paths, "unit", UnitPathSet)
    spelled = spell_out(annotated)
    if paths is None:
        source, target, element = (annotated.graph[key] for key in ("source", "target", "element"))
        paths = find_paths(annotated, source, target, level="unit", element=element)
    return spelled, paths


def _require_level(paths: object, level: str, kind: type) -> None:
    if paths is not None and not isinstance(paths, kind):
        raise InputError(f"wrong paths: {shorten(paths)} (must be at the level of the boxes: level={level!r})")


def paths_of(graph: Graph) -> PathSet:
    """Return the paths that the flows of an annotated graph are the shares of."""
    return find_paths(graph, graph.graph["source"], graph.graph["target"], element=graph.graph["element"])
