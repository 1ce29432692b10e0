"""The path view: one path in focus, its multiplication written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import Run, plain
from graphviz_lstm.figures.theme import THINNEST
from graphviz_lstm.figures.views.common import (
    FOCUS_WIDTH,
    derivative,
    derivative_line,
    edges_drawn,
    rest_told,
    shares_told,
    value_word,
)
from graphviz_lstm.figures.views.drawing import Drawing
from graphviz_lstm.figures.views.edge_labels import edge_labels, factors_on
from graphviz_lstm.figures.views.product import product_lines
from graphviz_lstm.figures.views.shown import shown_words
from graphviz_lstm.graph.cancelling import ROUNDING
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import Edges, Show
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Pattern, Scene
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, UnitPathSet


def path_view(
    graph: Graph,
    paths: PathSet | UnitPathSet,
    path: Path,
    wrapping: Wrapping,
    on_edges: Edges | None = None,
    show: Sequence[Show] = (),
) -> Scene:
    """Return the scene of one path in focus, its multiplication written out; the rest of the graph is faint.

    On each edge of the path stands its partial, where that is a number, or what is asked for.
    """
    source = graph.graph["source"]
    edges = edges_shown(graph, path)
    whole = graph.graph.get("full", graph)
    missing = [edge for edge in edges if edge not in graph.edges]
    if missing or not edges or edges[0][0] != source:
        raise InputError(f"not a path from {source!r} in this graph: {path}")
    drawn = edges_drawn(graph, source, edges_on_paths(graph, source))
    tone: Tone = "negative" if path.share < 0 else "positive"
    pattern: Pattern = "dashed" if tone == "negative" else "solid"
    focus = set(edges)
    tones: dict[Edge, Tone] = {edge: tone if edge in focus else "faint" for edge in drawn}
    widths = {edge: FOCUS_WIDTH if edge in focus else THINNEST for edge in drawn}
    labels = edge_labels(graph, on_edges, edges) if on_edges else factors_on(graph, edges, "On an edge: its partial.")
    lively = {vertex for edge in edges for vertex in edge}
    drawing = Drawing(graph, lively, widths, tones, labels.lines, on_edges, show)
    rest = paths.count - 1
    others = "the other path" if rest == 1 else f"the other {describe_count(rest)} paths"

    told, parts = shares_told(graph, [path.share])
    left = rest_told(told, 1.0 - path.share, ROUNDING * (1.0 + abs(path.share)))
    of = "" if parts else " of the gradient"

    def legend(scene: Scene) -> list[list[Entry]]:
        return [
            [Entry((Run("The contribution of this path to "), *derivative_line(graph), Run(":")))],
            *([Entry(line)] for line in product_lines(whole, path)),
            [
                Entry(plain(f"this path: {told(path.share)}{of}"), tone, FOCUS_WIDTH, pattern),
                *([Entry(plain(f"{others}: {left}"), "faint", THINNEST)] if rest else []),
            ],
            *parts,
            *labels.told,
            *shown_words(show),
            [Entry(plain(f"In a box: its {value_word(scene)}."), bare=())],
        ]

    title = f"one path of {derivative(graph)}, {told(path.share)}"
    return drawing.figure(paths, wrapping, title, legend, f"The path in focus: {path}. ")
