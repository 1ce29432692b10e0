"""The facets view: the leading paths as small multiples, one picture each, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import plain, text_width
from graphviz_lstm.figures.theme import THINNEST, TITLE_SIZE, line_width
from graphviz_lstm.figures.views.common import (
    FOCUS_WIDTH,
    count_text,
    derivative,
    edges_drawn,
    proof_entries,
    rest_told,
    shares_told,
    total_line,
)
from graphviz_lstm.figures.views.drawing import Drawing, figure_of
from graphviz_lstm.figures.views.edge_labels import EdgeLabels, edge_labels
from graphviz_lstm.figures.views.rows import PAD

if TYPE_CHECKING:
    from graphviz_lstm.figures.choices import Edges
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, Selection, UnitPathSet

MOST_FACETS = 24
_ARROW = " \N{RIGHTWARDS ARROW} "


def facets_view(
    graph: Graph, paths: PathSet | UnitPathSet, chosen: Selection, wrapping: Wrapping, on_edges: Edges | None = None
) -> Scene:
    """Return the scene of some leading paths, each in a picture of its own; widths are in proportion to shares."""
    largest = max(abs(path.share) for path in chosen)
    taken = dict.fromkeys(edge for path in chosen for edge in edges_shown(graph, path))
    labels = edge_labels(graph, on_edges, taken) if on_edges else EdgeLabels({}, [])
    drawings = [_facet(graph, path, largest, labels, on_edges) for path in chosen]
    room = wrapping.most - 2 * PAD
    told, parts = shares_told(graph, [path.share for path in chosen])
    titles = [_title(k, path, told(path.share), room) for k, path in enumerate(chosen, start=1)]
    rest = chosen.remainder
    entries = [
        [Entry(total_line(graph, paths))],
        [
            Entry(plain("adds to the gradient"), "positive", FOCUS_WIDTH),
            Entry(plain("takes away from it"), "negative", FOCUS_WIDTH, "dashed"),
            Entry(plain("not on this path"), "faint", THINNEST),
        ],
        [Entry(plain("One picture for each path, by its share of the gradient; widths are in proportion to shares."))],
        *parts,
        *labels.told,
    ]
    if rest.count:
        of = "" if parts else " of the gradient"
        words = f"Not shown: {count_text(rest.count)}, {rest_told(told, rest.share, rest.noise)}{of}."
        entries.append([Entry(plain(words))])
    entries += proof_entries(chosen)
    title = f"{len(chosen)} paths of {derivative(graph)}, one by one"
    return figure_of(drawings, titles, paths, wrapping, title, entries)


def _title(k: int, path: Path, share: str, room: float) -> str:
    """Return the rank, the share and the vertices of a path, which hidden steps do not show; as many as have room."""
    vertices = list(map(str, path.vertices))
    for ends in range(len(vertices), 0, -1):
        told = (
            vertices if 2 * ends >= len(vertices) else [*vertices[:ends], "\N{HORIZONTAL ELLIPSIS}", *vertices[-ends:]]
        )
        title = f"{k}.  {share}  {_ARROW.join(told)}"
        if text_width(plain(title), TITLE_SIZE) <= room:
            return title
    return f"{k}.  {share}"


def _facet(graph: Graph, path: Path, largest: float, labels: EdgeLabels, on_edges: Edges | None) -> Drawing:
    source = graph.graph["source"]
    focus = set(edges_shown(graph, path))
    tone: Tone = "negative" if path.share < 0 else "positive"
    drawn = edges_drawn(graph, source, edges_on_paths(graph, source))
    tones: dict[Edge, Tone] = {edge: tone if edge in focus else "faint" for edge in drawn}
    width = line_width(path.share, largest)
    widths = {edge: width if edge in focus else THINNEST for edge in drawn}
    lively = {vertex for edge in focus for vertex in edge}
    lines = {edge: line for edge, line in labels.lines.items() if edge in focus}
    return Drawing(graph, lively, widths, tones, lines, on_edges, room_for=labels.lines)
