"""What strands lead to: the boxes of the flow view, and the frames of its steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_lstm.figures.layout import is_gap
from graphviz_lstm.figures.scene import Box, Frame, Run, Text
from graphviz_lstm.figures.theme import BOX_HEIGHT, LARGE_SIZE
from graphviz_lstm.figures.views.common import box_of, gap_box
from graphviz_lstm.figures.views.rows import move_box
from graphviz_lstm.figures.views.strands.room import WORD_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.views.rows import Rows
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.words import Words
    from graphviz_lstm.graph.unroll import Graph

# From the left side of a frame to the name of its step: behind the widest line that rises before the first box.
_STEP = 30.0


def boxes_of(graph: Graph, layout: Layout, bundles: Bundles, words: Words, rows: Rows) -> list[Box]:
    """Return the boxes, each in its row, the source first."""
    source = graph.graph["source"]
    lively = {vertex for edge in bundles.of_edge for vertex in edge}
    boxes = []
    # The source first: Graphviz draws lines in the order of their tails, and its river lies below all others.
    places = {source: layout.places[source], **layout.places}
    for vertex, (x, y) in places.items():
        data = graph.nodes[vertex]
        step = data["step"]
        if is_gap(vertex):
            box = gap_box(graph, layout, vertex, pale=vertex not in lively)
            value, *note = words.through(vertex)
            # Of a cell of one box, the box of the hidden steps is too low for three lines.
            height = max(box.height, BOX_HEIGHT + LARGE_SIZE) if note else box.height
            box = replace(box, value=value, note=" ".join(note), height=height, large=True)
            row = rows.of(x)
        else:
            height = _height(layout, vertex, data)
            box = box_of(vertex, data, (x, y), height, pale=vertex not in lively, large=True)
            at = layout.origin.get(step, x) if data["role"] == "input" else x
            row = rows.of(at)
        boxes.append(move_box(box, rows, row))
    return boxes


def _height(layout: Layout, vertex: str, data: Mapping[str, Any]) -> float:
    """Return the height of a box: as high as the river that leaves it, or as what meets at its sides."""
    if vertex in layout.places and data["role"] in ("parameter", "input"):
        return round(max(BOX_HEIGHT, layout.bus_height), 2)
    return layout.motif.tall.get(data["quantity"], BOX_HEIGHT)


def frames_of(graph: Graph, layout: Layout) -> list[Frame]:
    """Return the frames of the steps, each with the name of its step below."""
    within: dict[int, list[str]] = {}
    for vertex, data in graph.nodes.items():
        if vertex in layout.places and data["role"] not in ("input", "initial", "parameter", "loss", "gap"):
            within.setdefault(data["step"], []).append(vertex)
    frames = []
    motif = layout.motif
    for step, left in layout.origin.items():
        words = (Run("t", italic=True), Run(f" = {step}".replace("-", "\N{MINUS SIGN}")))
        label = Text(left + max(motif.gutter - 8.0, _STEP), 11.0, words, WORD_SIZE, "quiet", "start")
        frames.append(Frame(step, tuple(within.get(step, ())), left, 0.0, left + motif.width, motif.height, label))
    return frames
