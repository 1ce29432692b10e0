"""The facets view: the leading paths as small multiples, one picture each, on one scale."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry, bounds_of
from graphviz_lstm.figures.scene import Run, Scene, Text, plain
from graphviz_lstm.figures.theme import LEGEND_SIZE, THINNEST, line_width
from graphviz_lstm.figures.views.common import (
    FOCUS_WIDTH,
    build_scene,
    count_text,
    derivative,
    edges_drawn,
    finish,
    total_line,
)
from graphviz_lstm.notation.numbers import format_percent

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet

MOST_FACETS = 24
_WIDEST = 2_200.0
_GAP = 40.0
_HEADER = 22.0


def facets_view(graph: Graph, paths: PathSet, top: int) -> Scene:
    """Return the scene of the `top` leading paths, each in a picture of its own; widths are in proportion to shares.

    Raises
    ------
    InputError
        If there are to be none, or more than can be looked at.
    """
    if not 1 <= top <= MOST_FACETS:
        raise InputError(f"unusable number of facets: {shorten(top)} (must be 1 to {MOST_FACETS})")
    chosen = paths.top(min(top, paths.count))
    largest = max(abs(path.share) for path in chosen)
    facets = [_facet(graph, path, largest) for path in chosen]
    left, bottom, right, upper = bounds_of(facets[0])
    width, height = right - left + _GAP, upper - bottom + _GAP + _HEADER
    columns = max(1, min(len(facets), int(_WIDEST // width)))
    whole = Scene((), (), ())
    for k, (facet, path) in enumerate(zip(facets, chosen, strict=True)):
        shift = (k % columns * width, -(k // columns) * height)
        title = Text(
            left, upper + 14.0, (Run(f"{k + 1}.  {format_percent(path.share)}"),), LEGEND_SIZE + 1.0, "text", "start"
        )
        whole = _joined(whole, _moved(replace(facet, texts=(title,)), shift, f" [{k + 1}]"))
    rest = chosen.remainder
    entries = [
        [Entry(total_line(graph, paths))],
        [
            Entry(plain("adds to the gradient"), "positive", FOCUS_WIDTH),
            Entry(plain("takes away from it"), "negative", FOCUS_WIDTH, "dashed"),
            Entry(plain("not on this path"), "faint", THINNEST),
        ],
        [Entry(plain("One picture for each path, by its share of the gradient; widths are in proportion to shares."))],
    ]
    if rest.count:
        entries.append(
            [Entry(plain(f"Not shown: {count_text(rest.count)}, {format_percent(rest.share)} of the gradient."))]
        )
    return finish(whole, graph, paths, f"{len(chosen)} paths of {derivative(graph)}, one by one", entries, "")


def _facet(graph: Graph, path: Path, largest: float) -> Scene:
    source = graph.graph["source"]
    focus = set(edges_shown(graph, path))
    tone: Tone = "negative" if path.share < 0 else "positive"
    drawn = edges_drawn(graph, source, edges_on_paths(graph, source))
    tones: dict[Edge, Tone] = {edge: tone if edge in focus else "faint" for edge in drawn}
    width = line_width(path.share, largest)
    widths = {edge: width if edge in focus else THINNEST for edge in drawn}
    return build_scene(graph, source, {vertex for edge in focus for vertex in edge}, widths, tones, {})


def _moved(scene: Scene, shift: Point, suffix: str) -> Scene:
    """Return a scene elsewhere, its vertices by names of their own."""
    dx, dy = shift

    def at(point: Point) -> Point:
        return (round(point[0] + dx, 2), round(point[1] + dy, 2))

    return Scene(
        tuple(
            replace(
                frame,
                vertices=tuple(f"{vertex}{suffix}" for vertex in frame.vertices),
                left=frame.left + dx,
                right=frame.right + dx,
                bottom=frame.bottom + dy,
                top=frame.top + dy,
                label=replace(frame.label, x=frame.label.x + dx, y=frame.label.y + dy),
            )
            for frame in scene.frames
        ),
        tuple(replace(box, vertex=f"{box.vertex}{suffix}", x=box.x + dx, y=box.y + dy) for box in scene.boxes),
        tuple(
            replace(
                curve,
                tail=f"{curve.tail}{suffix}",
                head=f"{curve.head}{suffix}",
                points=tuple(map(at, curve.points)),
                tip=at(curve.tip),
            )
            for curve in scene.curves
        ),
        tuple(replace(text, x=text.x + dx, y=text.y + dy) for text in scene.texts),
    )


def _joined(one: Scene, other: Scene) -> Scene:
    return Scene(one.frames + other.frames, one.boxes + other.boxes, one.curves + other.curves, one.texts + other.texts)
