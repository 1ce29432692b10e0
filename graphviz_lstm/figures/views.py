"""The views: from an annotated graph to a scene. Each says what a line's colour, width and number mean."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.labels import MINUS, format_number, format_percent, format_value, plain, vertex_label
from graphviz_lstm.figures.layout import Layout, make_layout
from graphviz_lstm.figures.legend import Entry, add_legend
from graphviz_lstm.figures.routes import Edge, route_all
from graphviz_lstm.figures.scene import Box, Curve, Frame, Run, Scene, Text
from graphviz_lstm.figures.theme import (
    BOX_HEIGHT,
    BOX_WIDTH,
    NUMBER_SIZE,
    THINNEST,
    arrow_size,
    line_width,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.scene import Line, Point, Tone
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet

_FOCUS_WIDTH = 3.0
_DESCRIBED = 3
# An array of more entries is told by its length.
_WRITTEN_OUT = 4


def flow_view(graph: Graph, paths: PathSet) -> Scene:
    """Return the scene of the whole gradient: on each edge its flow, the share of the gradient through it.

    `graph` is annotated with the flows from the source of `paths`.
    """
    source = graph.graph["source"]
    on_path = _on_path(graph, source)
    drawn = _drawn(graph, source, on_path)
    largest = max(abs(graph.edges[edge]["flow"]) for edge in on_path)
    tones: dict[Edge, Tone] = {}
    for edge in drawn:
        flow = graph.edges[edge]["flow"] if edge in on_path else 0.0
        tones[edge] = "positive" if flow > 0 else "negative" if flow < 0 else "pale"
    widths = {edge: line_width(graph.edges[edge]["flow"], largest) if edge in on_path else THINNEST for edge in drawn}
    numbers = {edge: format_percent(graph.edges[edge]["flow"]) for edge in on_path}
    lively = {vertex for edge in on_path for vertex in edge}
    scene = _scene(graph, source, lively, widths, tones, numbers)
    entries = [
        [Entry(_total_line(graph, paths))],
        [
            Entry(plain("adds to the gradient"), "positive", _FOCUS_WIDTH),
            Entry(plain("takes away from it"), "negative", _FOCUS_WIDTH),
            Entry((Run("on no path from "), *_name(graph, source)), "pale", THINNEST),
        ],
        [Entry(plain("On an edge: its flow, the share of the gradient through it; its width is in proportion."))],
        [Entry(plain(f"What flows into a vertex flows out of it. In a box: its {_value_word(scene)}."))],
    ]
    return _finish(scene, graph, paths, f"flow of {_derivative(graph)}", entries, "")


def path_view(graph: Graph, paths: PathSet, path: Path) -> Scene:
    """Return the scene of one path in focus, its multiplication written out; the rest of the graph is faint."""
    source = graph.graph["source"]
    edges = [(str(edge[0]), str(edge[1])) for edge in path.edges]
    missing = [edge for edge in edges if edge not in graph.edges]
    if missing or not edges or edges[0][0] != source:
        raise InputError(f"not a path from {source!r} in this graph: {path}")
    drawn = _drawn(graph, source, _on_path(graph, source))
    tone: Tone = "negative" if path.share < 0 else "positive"
    focus = set(edges)
    tones: dict[Edge, Tone] = {edge: tone if edge in focus else "faint" for edge in drawn}
    widths = {edge: _FOCUS_WIDTH if edge in focus else THINNEST for edge in drawn}
    factors = [_factor(graph, edge) for edge in edges]
    numbers = {edge: factor for edge, factor in zip(edges, factors, strict=True) if factor}
    scene = _scene(graph, source, set(map(str, path.vertices)), widths, tones, numbers)
    rest = paths.count - 1
    entries = [
        [Entry((Run("The contribution of this path to "), *_derivative_line(graph), Run(":")))],
        [Entry(line) for line in [plain(_multiplication(graph, edges, factors, path))]],
        [
            Entry(plain(f"this path: {format_percent(path.share)} of the gradient"), tone, _FOCUS_WIDTH),
            Entry(plain(f"the other {rest:,} paths: {format_percent(1 - path.share)}"), "faint", THINNEST),
        ],
        [Entry(plain(f"{'On an edge: its partial. ' if numbers else ''}In a box: its {_value_word(scene)}."))],
    ]
    title = f"one path of {_derivative(graph)}, {format_percent(path.share)}"
    return _finish(scene, graph, paths, title, entries, f"The path in focus: {path}. ")


def _on_path(graph: Graph, source: str) -> set[Edge]:
    target = graph.graph["target"]
    between = (nx.descendants(graph, source) | {source}) & (nx.ancestors(graph, target) | {target})
    return {(tail, head) for tail, head in graph.edges if tail in between and head in between}


def _drawn(graph: Graph, source: str, on_path: set[Edge]) -> list[Edge]:
    """Return the edges that are drawn, in the graph's order: those on a path, and all among the cell's quantities."""
    own = ("gate", "state", "output", "operation")
    return [
        (tail, head)
        for tail, head in graph.edges
        if (tail, head) in on_path or (graph.nodes[tail]["role"] in own and tail != source)
    ]


def _scene(
    graph: Graph,
    source: str,
    lively: set[str],
    widths: Mapping[Edge, float],
    tones: Mapping[Edge, Tone],
    numbers: Mapping[Edge, str],
) -> Scene:
    layout = make_layout(graph, source)
    routes = route_all(graph, layout, widths, source)
    curves = []
    for (tail, head), route in routes.items():
        tone, width = tones[tail, head], widths[tail, head]
        number = numbers.get((tail, head))
        label = None
        if number is not None:
            place = _rounded(route.number)
            label = Text(*place, plain(number), NUMBER_SIZE, "quiet" if tone == "pale" else tone, route.anchor)
        symbol = graph.edges[tail, head]["symbol"]
        tooltip = f"{tail} -> {head}, partial {symbol}" + (f": {number}" if number else "")
        points = tuple(map(_rounded, route.points))
        arrow = round(arrow_size(width), 2)
        curves.append(Curve(tail, head, points, _rounded(route.tip), round(width, 2), tone, arrow, label, tooltip))
    # What is pale is drawn first, so that it lies below.
    curves.sort(key=lambda curve: curve.tone not in ("pale", "faint"))
    boxes = []
    for vertex, (x, y) in layout.places.items():
        data = graph.nodes[vertex]
        value = "" if data["value"].ndim == 2 else format_value(data["value"])
        name = vertex_label(data["quantity"], data["step"])
        tooltip = f"{vertex}: {value}" if value else vertex
        pale = vertex not in lively
        boxes.append(Box(vertex, x, y, BOX_WIDTH, BOX_HEIGHT, data["role"], name, value, pale, tooltip))
    return Scene(_frames(graph, layout), tuple(boxes), tuple(curves))


def _rounded(point: Point) -> Point:
    """Return a point to the hundredth: what a last digit of a flow cannot change is the same on every machine."""
    return (round(point[0], 2), round(point[1], 2))


def _frames(graph: Graph, layout: Layout) -> tuple[Frame, ...]:
    frames = []
    for step, left in layout.origin.items():
        top = layout.motif.height
        line = (Run("t", italic=True), Run(f" = {step}".replace("-", "\N{MINUS SIGN}")))
        label = Text(left + 12.0, top - 12.0, line, 11.0, "quiet", "start")
        within = tuple(
            vertex
            for vertex, data in graph.nodes.items()
            if data["step"] == step and vertex in layout.places and data["role"] not in ("input", "initial")
        )
        frames.append(Frame(step, within, left, 0.0, left + layout.motif.width, top, label))
    return tuple(frames)


def _finish(
    scene: Scene, graph: Graph, paths: PathSet, title: str, entries: list[list[Entry]], first_words: str
) -> Scene:
    leading = "; ".join(str(path) for path in paths.top(min(_DESCRIBED, paths.count)))
    total = _array_text(np.asarray(paths.total))
    description = (
        f"{first_words}Total {total} over {_count(paths.count)} from {paths.source} to {paths.target}. "
        f"The leading paths: {leading}."
    )
    cell, first, steps = graph.graph["cell"].name, graph.graph["first_step"], graph.graph["steps"]
    where = f"{cell}, step {first}" if steps == 1 else f"{cell}, steps {first} to {first + steps - 1}"
    named = replace(scene, title=f"{where}: {title}", description=description)
    return add_legend(named, entries)


def _derivative(graph: Graph) -> str:
    element = graph.graph["element"]
    return f"dE/d{graph.graph['source']}" + (f"[{','.join(map(str, element))}]" if element is not None else "")


def _name(graph: Graph, vertex: str) -> Line:
    data = graph.nodes[vertex]
    return vertex_label(data["quantity"], data["step"])


def _derivative_line(graph: Graph) -> Line:
    element = graph.graph["element"]
    index = () if element is None else (Run(f"[{','.join(map(str, element))}]"),)
    return (Run("d"), Run("E", italic=True), Run("/d"), *_name(graph, graph.graph["source"]), *index)


def _total_line(graph: Graph, paths: PathSet) -> Line:
    element = graph.graph["element"]
    total = np.asarray(paths.total)
    shown = total if element is None else total[element]
    return (
        *_derivative_line(graph),
        Run(f" = {_array_text(np.asarray(shown))}, {_summed(paths.count)}"),
    )


def _summed(count: int) -> str:
    if count == 1:
        return "along the only path."
    return f"the sum over {_count(count)}: all are in these flows, none is left out."


def _count(count: int) -> str:
    return "1 path" if count == 1 else f"{count:,} paths"


def _array_text(array: np.ndarray) -> str:
    """Return a small array written out, a larger one by its size and length."""
    if array.size == 1:
        return format_number(array.item())
    if array.size <= _WRITTEN_OUT:
        return _nested(array)
    return f"{' × '.join(map(str, array.shape))} numbers of length {format_number(float(np.linalg.norm(array)))}"


def _nested(array: np.ndarray) -> str:
    if array.ndim == 2 and len(array) == 1:
        array = array[0]
    return format_number(float(array)) if array.ndim == 0 else f"[{', '.join(map(_nested, array))}]"


def _value_word(scene: Scene) -> str:
    has_vectors = any(box.value.startswith("|") for box in scene.boxes)
    return "value, of a vector its length |·|" if has_vectors else "value"


def _factor(graph: Graph, edge: Edge) -> str:
    """Return the partial of an edge as a number, or nothing where it is more than one.

    Only beside a line that rises alone is there room for a few.
    """
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
    return _array_text(np.asarray(gradient)) if np.size(gradient) <= _WRITTEN_OUT else ""


def _bracketed(term: str) -> str:
    return f"({term})" if " + " in term or " - " in term else term


def _multiplication(graph: Graph, edges: list[Edge], factors: list[str], path: Path) -> str:
    """Return the product written out: in numbers where every factor is one, else in symbols."""
    contribution = np.asarray(path.contribution)
    element = graph.graph["element"]
    result = _array_text(contribution if element is None else contribution[element])
    if not all(factors):
        factors = [_bracketed(str(graph.edges[edge]["symbol"])) for edge in edges]
    # A sign after a product sign needs brackets.
    factors = [factors[0], *(f"({factor})" if factor.startswith(MINUS) else factor for factor in factors[1:])]
    return f"{' × '.join(factors)} = {result}"
