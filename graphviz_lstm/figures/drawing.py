"""From an annotated graph to a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import networkx as nx

from graphviz_lstm.cells import Cell
from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import DETAILS, FIGURE_DETAILS, MOST_STEPS, SHOWN, TOP
from graphviz_lstm.figures.figure import Figure, require_suffix
from graphviz_lstm.figures.focus import path_in_focus
from graphviz_lstm.figures.foreign import foreign_scene, is_foreign
from graphviz_lstm.figures.layout import is_spelled_out, spell_out
from graphviz_lstm.figures.look import look_of
from graphviz_lstm.figures.options import require_file_use, require_known, require_use
from graphviz_lstm.figures.renaming import (
    labels_of,
    renamed_foreign,
    renamed_graph,
    renamed_path,
    renamed_paths,
    vertices_called,
)
from graphviz_lstm.figures.views import request_of, view_of
from graphviz_lstm.figures.views.cell import cell_scene
from graphviz_lstm.figures.views.fitting import require_readable
from graphviz_lstm.given import require_one_of, several
from graphviz_lstm.gradients.named import paths_in
from graphviz_lstm.graph import annotate, require_current
from graphviz_lstm.paths import PathSet, UnitPathSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from pathlib import Path as FilePath

    from graphviz_lstm.figures.choices import By, Edges, FigureDetail, LayoutName, Show, ThemeName, View
    from graphviz_lstm.figures.look import Look
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path


def draw(  # noqa: PLR0913 -- an option each
    graph: Graph | nx.Graph[Any] | Cell,
    file: str | FilePath | None = None,
    *,
    view: View = "flow",
    source: Hashable | None = None,
    target: Hashable | None = None,
    path: Path | int | str | None = None,
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
    through: str | Iterable[str] = (),
    avoiding: str | Iterable[str] = (),
    steps: str | None = None,
    labels: Mapping[str, str] | str | FilePath | None = None,
    title: str | None = None,
    legend: bool = True,
    numbers: bool = True,
    width: str | None = None,
    font_size: float | str | None = None,
    dpi: int | str | None = None,
    colours: Mapping[str, object] | str | FilePath | None = None,
    fragment: bool = False,
) -> Figure:
    r"""Return the figure of an annotated graph, or of any weighted DAG; write it to `file` too, if one is given.

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
        For the view `"path"`: which one. A path, its rank (1 is the largest), or its vertices as text, such as
        `"W_A -> a_0 -> S_0 -> H_0 -> E"`. The one with the largest |share| by default.
    through, avoiding
        For the view `"path"`: vertices that it passes, and does not pass; `path` is then a rank among these.
    paths
        The paths of the same source, if they are at hand.
    detail
        `"unit"`: a box for each single unit, such as `a_3[7]`, and the paths are those through single units; every
        step is drawn. By default the graph's own detail, a box for each quantity.
    top
        For the views `"facets"` and `"metro"`: how many paths.
    max_steps
        Of more steps the first and the last three are drawn, in views of single paths those that these pass, and the
        flow through the others told; None draws all.
    only_paths
        Leave out what lies on no path from the source, instead of drawing it pale.
    by
        For the view `"flow"`: what its strands are of. `"crossings"` (the default): paths through no gate, one, two or
        more. `"gates"`: through which gate. `"entry"`, `"exit"`: at which step they leave the source, of which step
        the loss is that they reach. `"sign"`: what adds and what takes away. `"whole"`: one line for each edge.
    layout
        `"wide"`, so that it can be read 700 pixels wide, or `"narrow"`, 360: steps wrap into rows, in all views but
        `"rolled"` and `"cell"`.
    steps_per_row
        How many steps stand side by side there; by default as many as can be read so, or, but for strands, all, where
        `max_steps=None` shows each of a long sequence.
    steps
        Which steps are drawn one by one, such as `"0..3"` or `"0..2,38..39"`; what flows through the others is told.
    labels
        Quantity -> what it is called in the figure, `{"S": "c", "H": "h"}`, or a TOML or JSON file that says so.
        Everything else, such as `source` and `path`, goes by the names that the graph has.
    title
        Stands over the figure.
    legend, numbers
        Whether there is a legend, and whether there are numbers on lines and in boxes.
    width
        How wide the figure is, all in proportion: `"12cm"`, `"120mm"`, `"4.5in"`, `"700px"`, `"340pt"`.
    font_size
        How many points the names in boxes have, all else in proportion. With `width` too the steps wrap so that both
        hold, where they wrap.
    dpi
        How many dots of a PNG an inch has.
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
    colours
        Name -> colour (`{"positive": "#005f99"}`), or a TOML file that says so: in the place of the theme's own; under
        `"dark"` those that `"auto"` has on a dark display. Text has a contrast of 4.5:1 at least, lines of 3:1.
    fragment
        Whether a `.tex` is the picture alone, to be put into a document by `\input`.

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
    passed, avoided = several("vertices", through), several("vertices", avoiding)
    asked: dict[str, object] = {
        "view": view, "path": path, "detail": detail, "top": top, "max_steps": max_steps, "only_paths": only_paths,
        "by": by, "layout": layout, "steps_per_row": steps_per_row, "theme": theme, "steps": steps, "labels": labels,
        "through": passed, "avoiding": avoided,
        "title": title, "legend": legend, "numbers": numbers, "width": width, "font_size": font_size, "dpi": dpi,
        "colours": colours, "fragment": fragment,
        "edges": edges, "show": _in_order(show), "cells": cells,
    }  # fmt: skip
    require_known(asked)
    if file is not None:
        require_file_use(asked, [require_suffix(file)])
    look = look_of(asked)
    calls = {} if labels is None else labels_of(labels)
    if view == "cell" and (cell := _cell_of(graph)) is not None:
        _require_no_detail(detail)
        require_use(asked, view)
        _require_no_wrapping(look, "the view 'cell'")
        scene = cell_scene(cell, cells)
    elif isinstance(graph, Cell):
        raise InputError(f"a cell has no numbers: view={shorten(view)} has no use in it (view='cell' has)")
    elif is_foreign(graph):
        require_use(asked, None)
        _require_no_wrapping(look, "a graph that is not of our making")
        _require_level(paths, "quantity", PathSet)
        known = cast("PathSet | None", paths)
        if calls:
            called = renamed_foreign(graph, calls)
            graph = nx.relabel_nodes(graph, called)
            source, target = called.get(source, source), called.get(target, target)
            known = None if known is None else cast("PathSet", renamed_paths(known, called))
        scene = foreign_scene(graph, source, target, paths=known)
    else:
        annotated = _annotated(cast("Graph", graph), source, target)
        shown, found = _at_detail(annotated, detail, paths)
        require_use(asked, view)
        focus = path_in_focus(shown, found, path, passed, avoided)
        if calls:
            renamed = renamed_graph(annotated, calls)
            before, found = found, renamed_paths(found, vertices_called(annotated, renamed))
            focus = None if focus is None else renamed_path(focus, before, found)
            shown = spell_out(renamed) if is_spelled_out(shown) else renamed
        asked["path"] = focus
        scene = view_of(view, request_of(shown, found, asked, look.room))
        if layout == "narrow" and shown.graph["detail"] == "operation" and steps_per_row is None:
            require_readable(scene, layout, instead="detail='gate' has room there, and layout='wide' for operations")
    figure = look.figure(scene)
    if file is not None:
        figure.save(file)
    return figure


def _require_no_wrapping(look: Look, what: str) -> None:
    if look.room is not None:
        raise InputError(f"{what} does not wrap: font_size has no use beside width")


def _cell_of(graph: Graph | nx.Graph[Any] | Cell) -> Cell | None:
    """Return the cell that is given, or that of an unrolled graph; None of a graph that is not of our making."""
    if isinstance(graph, Cell):
        return graph
    return None if is_foreign(graph) else cast("Cell", graph.graph["cell"])


def _require_no_detail(detail: str | None) -> None:
    if detail is not None and not (isinstance(detail, str) and detail in DETAILS):
        raise InputError(
            "the view 'cell' shows the cell's quantities, not their single units: "
            f"detail={shorten(detail)} has no use in it (take another view)"
        )


def _in_order(show: Iterable[Show]) -> tuple[Show, ...]:
    """Return what is to be shown, each once, in the order of the choices."""
    asked = several("show", show)
    for name in asked:
        require_one_of("show", name, SHOWN)
    return tuple(name for name in SHOWN if name in asked)


def _annotated(graph: Graph, source: Hashable | None, target: Hashable | None) -> Graph:
    """Return one of our own graphs with the flows from the source."""
    if target is not None and not (isinstance(target, str) and target == graph.graph["target"]):
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
    if detail is None or (isinstance(detail, str) and detail == own):
        _require_level(paths, "quantity", PathSet)
        return annotated, paths_of(annotated) if paths is None else paths
    require_one_of("detail", detail, FIGURE_DETAILS)
    if detail != "unit":
        raise InputError(
            f"wrong detail: {detail!r} (the graph is at {own!r}; evaluate(..., detail={detail!r}) makes one)"
        )
    _require_level(paths, "unit", UnitPathSet)
    spelled = spell_out(annotated)
    if paths is None:
        paths = paths_in(annotated, annotated.graph["source"], level="unit", element=annotated.graph["element"])
    return spelled, paths


def _require_level(paths: object, level: str, kind: type) -> None:
    if paths is not None and not isinstance(paths, kind):
        raise InputError(f"wrong paths: {shorten(paths)} (must be at the level of the boxes: level={level!r})")


def paths_of(graph: Graph) -> PathSet:
    """Return the paths that the flows of an annotated graph are the shares of."""
    return paths_in(graph, graph.graph["source"], element=graph.graph["element"])
