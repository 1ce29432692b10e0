"""The flow view: how much of the gradient goes through each edge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import edges_on_paths
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import plain
from graphviz_lstm.figures.theme import THINNEST, line_width
from graphviz_lstm.figures.views.common import (
    FOCUS_WIDTH,
    derivative,
    edges_drawn,
    pale_entries,
    shares_told,
    tone_of,
    total_line,
    value_word,
)
from graphviz_lstm.figures.views.drawing import Drawing
from graphviz_lstm.figures.views.edge_labels import EdgeLabels, edge_labels
from graphviz_lstm.figures.views.shown import shown_words
from graphviz_lstm.graph.sweeps import size_of_terms
from graphviz_lstm.notation.numbers import format_number, format_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import Edges, Show
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, UnitPathSet


def flow_view(
    graph: Graph,
    paths: PathSet | UnitPathSet,
    wrapping: Wrapping,
    on_edges: Edges | None = None,
    show: Sequence[Show] = (),
) -> Scene:
    """Return the scene of the whole gradient: on each edge its flow, the share of the gradient through it.

    `graph` is annotated with the flows from the source of `paths`. Of a gradient of zero there are no shares: then the
    flows are contributions, those of all entries summed. On an edge stands its flow, or what is asked for.
    """
    shared = not math.isnan(paths.share)
    source = graph.graph["source"]
    on_path = edges_on_paths(graph, source)
    drawn = edges_drawn(graph, source, on_path)
    largest = max(abs(graph.edges[edge]["flow"]) for edge in on_path)
    told, parts = shares_told(graph, [largest]) if shared else (format_number, [])
    tones: dict[Edge, Tone] = {}
    for edge in drawn:
        flow = graph.edges[edge]["flow"] if edge in on_path else 0.0
        tones[edge] = tone_of(flow, on_path=edge in on_path)
    widths = {edge: line_width(graph.edges[edge]["flow"], largest) if edge in on_path else THINNEST for edge in drawn}
    numbers = {edge: told(graph.edges[edge]["flow"]) for edge in on_path}
    labels = EdgeLabels({edge: plain(number) for edge, number in numbers.items()}, [])
    own = on_edges in (None, "flow")
    if on_edges is not None and not own:
        labels = edge_labels(graph, on_edges, on_path, shared=shared)
    lively = {vertex for edge in on_path for vertex in edge}
    drawing = Drawing(graph, lively, widths, tones, labels.lines, None if own else on_edges, show)
    zero = "" if shared else format_zero(size_of_terms(graph, source, graph.graph["element"]))
    words = "its flow, the share of the gradient through it"
    if not shared:
        words = "the sum of the contributions of all paths through it, all entries added up"

    def legend(scene: Scene) -> list[list[Entry]]:
        return [
            [Entry(total_line(graph, paths))],
            *([] if shared else [[Entry(plain(f"The gradient is {zero}: there is nothing to share."))]]),
            [
                Entry(plain("adds to the gradient" if shared else "above zero"), "positive", FOCUS_WIDTH),
                Entry(plain("takes away from it" if shared else "below zero"), "negative", FOCUS_WIDTH, "dashed"),
                *pale_entries(graph, scene.curves),
            ],
            [
                Entry(
                    plain(f"{'On an edge' if own else 'A line'}: {words}; its width is in proportion."),
                    bare=plain(f"The width of an edge is in proportion to {words}."),
                )
            ],
            *(parts if own else []),
            *labels.told,
            *shown_words(show),
            [
                Entry(
                    plain(f"What flows into a vertex flows out of it. In a box: its {value_word(scene)}."),
                    bare=plain("What flows into a vertex flows out of it."),
                )
            ],
        ]

    return drawing.figure(paths, wrapping, f"flow of {derivative(graph)}", legend)
