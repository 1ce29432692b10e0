"""The path view: one path in focus, its multiplication written out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import Run, Scene, plain
from graphviz_lstm.figures.theme import THINNEST
from graphviz_lstm.figures.views.common import (
    FOCUS_WIDTH,
    WRITTEN_OUT,
    array_text,
    build_scene,
    derivative,
    derivative_line,
    edges_drawn,
    finish,
    value_word,
)
from graphviz_lstm.notation.numbers import MINUS, format_percent
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Pattern
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, UnitPathSet

# Longer products are told by their length.
_MOST_FACTORS = 40


def path_view(graph: Graph, paths: PathSet | UnitPathSet, path: Path) -> Scene:
    """Return the scene of one path in focus, its multiplication written out; the rest of the graph is faint."""
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
    factors = [factor_of(graph, edge) for edge in edges]
    numbers = {edge: factor for edge, factor in zip(edges, factors, strict=True) if factor}
    scene = build_scene(graph, source, {vertex for edge in edges for vertex in edge}, widths, tones, numbers)
    rest = paths.count - 1
    entries = [
        [Entry((Run("The contribution of this path to "), *derivative_line(graph), Run(":")))],
        [Entry(line) for line in [plain(multiplication(whole, path))]],
        [
            Entry(plain(f"this path: {format_percent(path.share)} of the gradient"), tone, FOCUS_WIDTH, pattern),
            Entry(
                plain(f"the other {describe_count(rest)} paths: {format_percent(1 - path.share)}"), "faint", THINNEST
            ),
        ],
        [Entry(plain(f"{'On an edge: its partial. ' if numbers else ''}In a box: its {value_word(scene)}."), bare=())],
    ]
    title = f"one path of {derivative(graph)}, {format_percent(path.share)}"
    return finish(scene, graph, paths, title, entries, f"The path in focus: {path}. ")


def factor_of(graph: Graph, edge: Edge) -> str:
    """Return the partial of an edge as a number, or nothing where it is more than one.

    Only beside a line that rises alone is there room for a few.
    """
    if "partial" not in graph.edges[edge]:
        return ""
    linear = graph.edges[edge]["partial"]
    tail, head = (graph.nodes[vertex] for vertex in edge)
    alone = sum(graph.nodes[other]["step"] == head["step"] for other in graph.succ[edge[0]]) == 1
    has_room = alone and tail["role"] in ("parameter", "input")
    if linear.head_shape not in ((), (1,)) or not (has_room or math.prod(linear.tail_shape) == 1):
        return ""
    gradient = linear.pull(np.ones(linear.head_shape))
    element = graph.graph["element"]
    if edge[0] == graph.graph["source"] and element is not None:
        gradient = gradient[element]
    return array_text(np.asarray(gradient)) if np.size(gradient) <= WRITTEN_OUT else ""


def _bracketed(term: str) -> str:
    return f"({term})" if " + " in term or " - " in term else term


def multiplication(graph: Graph, path: Path) -> str:
    """Return the product written out: in numbers where every factor is one, else in symbols."""
    edges = [(str(edge[0]), str(edge[1])) for edge in path.edges]
    factors = [factor_of(graph, edge) for edge in edges]
    if len(edges) > _MOST_FACTORS:
        return f"a product of {len(edges):,} partials = {_contribution(graph, path)}"
    result = _contribution(graph, path)
    if not all(factors):
        factors = [_bracketed(str(graph.edges[edge]["symbol"])) for edge in edges]
    # A sign after a product sign needs brackets.
    factors = [factors[0], *(f"({factor})" if factor.startswith(MINUS) else factor for factor in factors[1:])]
    return f"{' × '.join(factors)} = {result}"


def _contribution(graph: Graph, path: Path) -> str:
    contribution, element = np.asarray(path.contribution), graph.graph["element"]
    return array_text(contribution if element is None else contribution[element])
