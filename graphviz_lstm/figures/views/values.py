"""The values view: what the forward pass and the reverse sweep found, and the partials between."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import edges_on_paths
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import Run, plain
from graphviz_lstm.figures.theme import THINNEST
from graphviz_lstm.figures.views.common import (
    derivative,
    edges_drawn,
    name_of,
    total_line,
    value_word,
)
from graphviz_lstm.figures.views.drawing import Drawing
from graphviz_lstm.figures.views.edge_labels import edge_labels, factors_on
from graphviz_lstm.figures.views.shown import shown_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import Edges, Show
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, UnitPathSet

_WIDTH = 1.4
_USUAL = "On an edge: its partial, d(head)/d(tail) with all else held fixed, where that is one number."


def values_view(
    graph: Graph,
    paths: PathSet | UnitPathSet,
    wrapping: Wrapping,
    on_edges: Edges | None = None,
    show: Sequence[Show] = (),
) -> Scene:
    """Return the scene of the numbers: value and adjoint in each box, on each edge its partial or what is asked for."""
    source = graph.graph["source"]
    on_path = edges_on_paths(graph, source)
    drawn = edges_drawn(graph, source, on_path)
    tones: dict[Edge, Tone] = {edge: "text" if edge in on_path else "pale" for edge in drawn}
    widths = {edge: _WIDTH if edge in on_path else THINNEST for edge in drawn}
    labels = (
        edge_labels(graph, on_edges, drawn, shared=not math.isnan(paths.share))
        if on_edges
        else factors_on(graph, drawn, _USUAL)
    )
    lively = {vertex for edge in on_path for vertex in edge}
    notes = {vertex: data["adjoint"] for vertex, data in graph.nodes.items() if data["adjoint"].ndim < 2}
    drawing = Drawing(graph, lively, widths, tones, labels.lines, on_edges, show, notes)

    def legend(scene: Scene) -> list[list[Entry]]:
        return [
            [Entry(total_line(graph, paths))],
            [
                Entry(plain("on a path"), "text", _WIDTH),
                Entry((Run("on no path from "), *name_of(graph, source)), "pale", THINNEST),
            ],
            [
                Entry(
                    plain(f"In a box: its {value_word(scene)}, and behind \N{PARTIAL DIFFERENTIAL} its dE/d(box)."),
                    bare=(),
                )
            ],
            *labels.told,
            *shown_words(show),
        ]

    return drawing.figure(paths, wrapping, f"values of {derivative(graph)}", legend)
