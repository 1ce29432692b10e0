"""Any weighted DAG, drawn in layers by Graphviz's own layout: on each edge its partial and the flow through it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx

from graphviz_lstm.errors import InputError, NoPathError
from graphviz_lstm.figures.legend import Entry, add_legend
from graphviz_lstm.figures.render import Wish, arrange
from graphviz_lstm.figures.scene import Box, Curve, Run, Scene, Text, plain, text_width
from graphviz_lstm.figures.theme import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LABEL_SIZE,
    NUMBER_SIZE,
    THINNEST,
    arrow_size,
    line_width,
)
from graphviz_lstm.graph.between import between
from graphviz_lstm.notation.numbers import format_number, format_percent
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Hashable

    from graphviz_lstm.figures.scene import Line, Pattern, Point
    from graphviz_lstm.figures.theme import Look, Tone
    from graphviz_lstm.paths import PathSet

    Edge = Any  # (tail, head), and its key where edges can be parallel: as networkx and the paths name it

MOST_EDGES = 400
"""Graphviz's layout of more edges takes minutes, and nobody can read it."""
_LONGEST = 24
_TIMES = "\N{MULTIPLICATION SIGN}"


def is_foreign(graph: object) -> bool:
    """Return whether a graph is none of those that `unroll` and `evaluate` make.

    Raises
    ------
    InputError
        If it is no `networkx` graph.
    """
    if not isinstance(graph, nx.Graph):
        raise InputError(
            f"cannot draw what is no graph: {type(graph).__name__} (must be a networkx graph, such as evaluate's)"
        )
    return "cell" not in graph.graph or "target" not in graph.graph


def foreign_scene(
    graph: nx.Graph[Any], source: Hashable | None, target: Hashable | None, *, paths: PathSet | None = None
) -> Scene:
    """Return the scene of what lies between two vertices of a weighted DAG.

    Parameters
    ----------
    paths
        The paths between them, if they are at hand.

    Raises
    ------
    InputError
        If source or target are not told, there is no path, the edges have no numbers, or there are too many to draw.
    """
    if paths is not None:
        source, target = paths.source, paths.target
    if source is None or target is None:
        raise InputError(
            "cannot draw a graph that is not of our making without its ends "
            "(draw(graph, source=..., target=...), two of its vertices; evaluate(...) makes graphs of our own)"
        )
    found = find_paths(graph, source, target, partial=_attribute(graph)) if paths is None else paths
    if not found:
        raise NoPathError(f"no path from {source!r} to {target!r}")
    edges = _between(graph, source, target)
    if len(edges) > MOST_EDGES:
        raise InputError(
            f"too many edges to draw: {len(edges):,} from {source!r} to {target!r} (at most {MOST_EDGES:,}; "
            "find_paths counts, ranks and groups their paths, and a subgraph can be drawn)"
        )
    vertices = list(dict.fromkeys([source, *(end for edge in edges for end in edge[:2]), target]))
    names = _names(vertices)
    flows = {edge: found.crossing([edge]).share for edge in edges} if _has_shares(found) else {}
    partials = {edge: _partial(graph, edge) for edge in edges}
    numbers = {edge: plain(_number(partials[edge], flows.get(edge))) for edge in edges}
    labels = {vertex: _label(vertex) for vertex in vertices}
    wish = Wish(
        boxes=[(_width(labels[vertex]), BOX_HEIGHT) for vertex in vertices],
        edges=[(vertices.index(edge[0]), vertices.index(edge[1])) for edge in edges],
        labels=[(text_width(numbers[edge], NUMBER_SIZE) + 8.0, NUMBER_SIZE + 5.0) for edge in edges],
    )
    arranged = arrange(wish)
    looks: dict[Hashable, Look] = {source: "parameter", target: "loss"}
    boxes = tuple(
        Box(names[v], *place, *size, looks.get(v, "gate"), labels[v], "", pale=False, tooltip=names[v])
        for v, place, size in zip(vertices, arranged.places, wish.boxes, strict=True)
    )
    largest = max(map(abs, flows.values()), default=0.0)
    curves = tuple(
        _curve(edge, names, course, Text(*middle, numbers[edge], NUMBER_SIZE), partials[edge], flows.get(edge), largest)
        for edge, course, middle in zip(edges, arranged.courses, arranged.labels, strict=True)
    )
    count = (
        f"{describe_count(found.count)} path{'' if found.count == 1 else 's'} from {names[source]} to {names[target]}"
    )
    leading = "; ".join(map(str, found.top(min(3, found.count)))) if flows else ""
    scene = Scene(
        (),
        boxes,
        curves,
        title=f"{len(vertices):,} vertices from {names[source]} to {names[target]}",
        description=f"{count}. " + (f"The leading paths: {leading}." if flows else "There are no shares."),
    )
    return add_legend(scene, _legend(count, found, shares=bool(flows)))


def _curve(
    edge: Edge,
    names: dict[Hashable, str],
    course: tuple[Point, ...],
    number: Text,
    partial: str,
    flow: float | None,
    largest: float,
) -> Curve:
    """Return the line of an edge, as thick as its flow is large."""
    tone: Tone = "text" if flow is None else "positive" if flow > 0 else "negative" if flow < 0 else "pale"
    pattern: Pattern = "dashed" if tone == "negative" else "solid"
    width = THINNEST if flow is None else round(line_width(flow, largest), 2)
    tail, head = names[edge[0]], names[edge[1]]
    tooltip = f"{tail} -> {head}, partial {partial}" + ("" if flow is None else f": {format_percent(flow)}")
    label = replace(number, tone="quiet" if tone == "pale" else tone)
    arrow = round(arrow_size(width), 2)
    return Curve(tail, head, course[:-1], course[-1], width, tone, arrow, label, tooltip, pattern)


def _attribute(graph: nx.Graph[Any]) -> str:
    """Return the name of the attribute in which the edges bear their numbers."""
    return "weight" if any("weight" in d and "partial" not in d for *_, d in graph.edges(data=True)) else "partial"


def _between(graph: nx.Graph[Any], source: Hashable, target: Hashable) -> list[Edge]:
    """Return the edges on a path, as the paths name them: with its key where edges can be parallel."""
    inside = between(graph, source, target)
    # Iterating the view, not calling it: of a multigraph it yields the keys too.
    return [edge for edge in graph.edges if edge[0] in inside and edge[1] in inside]


def _partial(graph: nx.Graph[Any], edge: Edge) -> str:
    """Return an edge's number as text; a linear map between vectors is no number."""
    try:
        return format_number(float(graph.edges[edge][_attribute(graph)]))
    except (TypeError, ValueError):
        return "a linear map"


def _has_shares(paths: PathSet) -> bool:
    """Return whether the total can have shares: it is not zero."""
    total = paths.total
    return bool(math.isfinite(paths.share)) and bool(total.any() if hasattr(total, "any") else total)


def _number(partial: str, flow: float | None) -> str:
    return f"{_TIMES}{partial}" if flow is None else f"{_TIMES}{partial}   {format_percent(flow)}"


def _names(vertices: list[Hashable]) -> dict[Hashable, str]:
    """Return a text for each vertex that no other one has: 1 and "1" are two."""
    names: dict[Hashable, str] = {}
    taken: set[str] = set()
    for vertex in vertices:
        name = str(vertex) or repr(vertex)
        while name in taken:
            name += "\N{PRIME}"
        taken.add(name)
        names[vertex] = name
    return names


def _label(vertex: Hashable) -> Line:
    """Return a vertex's name in one line, short enough for a box."""
    text = " ".join(str(vertex).split()) or repr(vertex)
    return (Run(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"),)


def _width(label: Line) -> float:
    return max(BOX_WIDTH, math.ceil(text_width(label, LABEL_SIZE)) + 16.0)


def _legend(count: str, paths: PathSet, *, shares: bool) -> list[list[Entry]]:
    """Return what the figure says of itself."""
    total = format_number(float(paths.total)) if not getattr(paths.total, "shape", ()) else "an array"
    words = f"The sum over {count}: {total}."
    if not shares:
        told = f"On an edge: behind {_TIMES} its partial. Of zero there are no shares."
        return [[Entry(plain(words))], [Entry(plain(told), bare=plain("Of zero there are no shares."))]]
    return [
        [Entry(plain(words))],
        [Entry(plain("adds to it"), "positive", 3.0), Entry(plain("takes away from it"), "negative", 3.0, "dashed")],
        [
            Entry(
                plain(f"On an edge: behind {_TIMES} its partial, then its flow, the share of the sum through it."),
                bare=plain("The width of an edge is in proportion to its flow, the share of the sum through it."),
            )
        ],
    ]
