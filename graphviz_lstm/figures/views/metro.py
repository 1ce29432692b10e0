"""The metro view: the leading paths as lines side by side on one graph, with a legend that is their ranking."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.routes.bends import beside, ending
from graphviz_lstm.figures.scene import Curve, Pattern, Scene, Text, plain
from graphviz_lstm.figures.theme import LARGE_SIZE, NUMBER_SIZE, THINNEST, Tone, arrow_size
from graphviz_lstm.figures.views.common import (
    count_text,
    derivative,
    edges_drawn,
    proof_entries,
    rounded_point,
    total_line,
)
from graphviz_lstm.figures.views.drawing import Drawing
from graphviz_lstm.figures.views.settling import settle
from graphviz_lstm.notation.numbers import format_percent

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, UnitPathSet

MOST_LINES = 8
_TONES: tuple[Tone, ...] = tuple(tone for tone in get_args(Tone) if tone.startswith("rank-"))
# Colour is never alone: eight colours in three patterns.
_PATTERNS: tuple[Pattern, ...] = ("solid", "dashed", "dotted")
_LINE = 1.8
_LANE = 3.4
_ARROW = " \N{RIGHTWARDS ARROW} "


def metro_view(graph: Graph, paths: PathSet | UnitPathSet, top: int, wrapping: Wrapping) -> Scene:
    """Return the scene of the `top` leading paths, each a line of its own colour and pattern.

    Raises
    ------
    InputError
        If more lines are asked for than can be told apart.
    """
    if not 1 <= top <= MOST_LINES:
        raise InputError(f"unusable number of lines: {shorten(top)} (must be 1 to {MOST_LINES})")
    source = graph.graph["source"]
    chosen = paths.top(min(top, paths.count))
    lanes: dict[Edge, list[int]] = {}
    for rank, path in enumerate(chosen):
        for edge in edges_shown(graph, path):
            lanes.setdefault(edge, []).append(rank)
    drawn = edges_drawn(graph, source, edges_on_paths(graph, source))
    widths = {edge: _LANE * len(lanes[edge]) if edge in lanes else THINNEST for edge in drawn}
    tones: dict[Edge, Tone] = dict.fromkeys(drawn, "pale")
    lively = {vertex for edge in lanes for vertex in edge}
    drawing = Drawing(graph, lively, widths, tones, {})

    def laned(scene: Scene) -> Scene:
        curves = [curve for curve in scene.curves if (curve.tail, curve.head) not in lanes]
        for curve in scene.curves:
            ranks = lanes.get((curve.tail, curve.head), [])
            curves += [_lane(curve, rank, k, len(ranks)) for k, rank in enumerate(ranks)]
        size = LARGE_SIZE if any(box.large for box in scene.boxes) else NUMBER_SIZE
        return settle(replace(scene, curves=tuple(curves)), _marks(curves, size))[0]

    left = chosen.remainder
    entries = [[Entry(total_line(graph, paths))]]
    entries += [
        [Entry(plain(_ranked(rank, path)), _TONES[rank], _LINE, _PATTERNS[rank % 3])]
        for rank, path in enumerate(chosen)
    ]
    if left.count:
        entries.append(
            [Entry(plain(f"{format_percent(left.share)}  not shown: {count_text(left.count)}"), "pale", THINNEST)]
        )
    entries += proof_entries(chosen)
    entries.append([Entry(plain("One line for each path, the largest share first; its number stands beside it."))])
    title = f"the leading {len(chosen)} paths of {derivative(graph)}"
    return drawing.figure(paths, wrapping, title, lambda _: entries, change=laned)


def _ranked(rank: int, path: Path) -> str:
    return f"{rank + 1}.  {format_percent(path.share)}  {_ARROW.join(map(str, path.vertices))}"


def _marks(curves: list[Curve], size: float) -> list[list[Text]]:
    """Return the number of each line, beside the edge that it shares with the fewest others."""
    together: dict[Edge, int] = {}
    lanes = [curve for curve in curves if curve.tone in _TONES]
    for curve in lanes:
        together[curve.tail, curve.head] = together.get((curve.tail, curve.head), 0) + 1
    marks = []
    for rank, tone in enumerate(_TONES):
        own = [curve for curve in lanes if curve.tone == tone]
        if own:
            places = [_beside(curve, together[curve.tail, curve.head], size) for curve in own]
            order = sorted(range(len(own)), key=lambda k: (together[own[k].tail, own[k].head], k))
            marks.append([Text(*places[order[0]], plain(f"{rank + 1}"), size, "text")])
    return marks


def _beside(curve: Curve, count: int, size: float) -> Point:
    """Return a place beside the longest straight piece of a line that runs among `count` others."""
    pieces = [(curve.points[k], curve.points[k + 3]) for k in range(0, len(curve.points) - 1, 3)]
    (x, y), (to_x, to_y) = max(pieces, key=lambda ends: math.dist(*ends))
    away = _LANE * count / 2 + size * 0.7
    level = abs(to_x - x) >= abs(to_y - y)
    return rounded_point(((x + to_x) / 2 + (0.0 if level else away), (y + to_y) / 2 + (away if level else 0.0)))


def _lane(curve: Curve, rank: int, k: int, count: int) -> Curve:
    """Return the line of a path on an edge that `count` of them share, the first on the left."""
    points, tip = beside(curve.points, curve.tip, ((count - 1) / 2 - k) * _LANE)
    arrow = round(arrow_size(THINNEST), 2) if curve.arrow else 0.0
    if arrow:
        # The whole edge was reckoned with a wide line's arrowhead; this line has a small one.
        points = ending(points, tip, 10.0 * arrow + _LINE / 2)
    return replace(
        curve,
        points=tuple(map(rounded_point, points)),
        tip=rounded_point(tip),
        width=_LINE,
        tone=_TONES[rank],
        arrow=arrow,
        tooltip=f"{curve.tooltip}, path {rank + 1}",
        pattern=_PATTERNS[rank % 3],
    )
