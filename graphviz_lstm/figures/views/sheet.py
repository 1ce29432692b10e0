"""A sheet of schemes: the flows that each leaves of a gradient, as small multiples on one scale."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.layout import edges_on_paths, elide
from graphviz_lstm.figures.legend import Entry, add_legend
from graphviz_lstm.figures.scene import Scene, plain
from graphviz_lstm.figures.theme import THINNEST, line_width
from graphviz_lstm.figures.views.common import (
    CUT_TONE,
    CUT_WIDTH,
    FOCUS_WIDTH,
    build_scene,
    count_text,
    derivative,
    derivative_line,
    edges_drawn,
)
from graphviz_lstm.figures.views.stacking import stacked
from graphviz_lstm.notation.numbers import format_percent
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.gradients.schemes.flows import SchemeFlows
    from graphviz_lstm.graph.unroll import Graph

MOST_SCHEMES = 16


def sheet_scene(schemes: Sequence[SchemeFlows], max_steps: int | None, columns: int | None = None) -> Scene:
    """Return the scene of several schemes side by side: on each edge what is left of the full gradient there.

    Parameters
    ----------
    schemes
        Flows of one question under each.
    max_steps
        Of more steps the ends alone are drawn, as in `draw`.
    columns
        How many side by side; by default as many as a wide screen has room for.

    Raises
    ------
    InputError
        If there are none, or more than can be looked at, or no column.
    """
    if not 1 <= len(schemes) <= MOST_SCHEMES:
        raise InputError(f"unusable number of schemes: {len(schemes)} (a sheet has 1 to {MOST_SCHEMES})")
    if columns is not None and not 1 <= columns <= MOST_SCHEMES:
        raise InputError(f"unusable number of columns: {columns} (must be 1 to {MOST_SCHEMES})")
    graphs = [elide(each.graph, max_steps) for each in schemes]
    largest = max(abs(data["flow"]) for graph in graphs for _, _, data in graph.edges(data=True))
    scenes = [_small(graph, largest) for graph in graphs]
    titles = [f"{each.scheme}: {format_percent(each.share)} left, {_told(each)}" for each in schemes]
    graph = graphs[0]
    rows = [
        [
            Entry(
                (
                    *plain("On each edge what a scheme leaves there of the full "),
                    *derivative_line(graph),
                    *plain("; all widths are on one scale."),
                )
            )
        ],
        [
            Entry(plain("adds to the gradient"), "positive", FOCUS_WIDTH),
            Entry(plain("takes away from it"), "negative", FOCUS_WIDTH, "dashed"),
            Entry(plain("on no path that is left"), "pale", THINNEST),
            Entry(plain("cut"), CUT_TONE, CUT_WIDTH, "dotted"),
        ],
    ]
    names = ", ".join(each.scheme for each in schemes)
    told = "; ".join(titles)
    scene = stacked(scenes, titles, columns)
    cell = graph.graph["cell"].name
    named = replace(scene, title=f"{cell}: what schemes leave of {derivative(graph)}: {names}", description=f"{told}.")
    return add_legend(named, rows)


def _told(each: SchemeFlows) -> str:
    if each.kept is None:
        return f"entries of {count_text(each.whole)} dropped"
    return f"{describe_count(each.kept)} of {count_text(each.whole)}"


def _small(graph: Graph, largest: float) -> Scene:
    source = graph.graph["source"]
    on_path = edges_on_paths(graph, source)
    tones: dict[Edge, Tone] = {}
    for edge in edges_drawn(graph, source, set(graph.edges(source)) | on_path):
        flow = graph.edges[edge]["flow"] if edge in on_path else 0.0
        tones[edge] = "positive" if flow > 0 else "negative" if flow < 0 else "pale"
    widths = {edge: line_width(graph.edges[edge]["flow"], largest) if edge in on_path else THINNEST for edge in tones}
    numbers = {edge: format_percent(graph.edges[edge]["flow"]) for edge in on_path}
    lively = {vertex for edge in on_path for vertex in edge} | {source, graph.graph["target"]}
    return build_scene(graph, source, lively, widths, tones, numbers)
