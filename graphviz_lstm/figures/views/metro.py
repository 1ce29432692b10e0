"""The metro view: the leading paths as lines side by side on one graph, with a legend that is their ranking."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import chain
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
        pale = [curve for curve in scene.curves if (curve.tail, curve.head) not in lanes]
        runs = [
            [_lane(curve, rank, k, len(ranks)) for k, rank in enumerate(ranks)]
            for curve in scene.curves
            if (ranks := lanes.get((curve.tail, curve.head)))
        ]
        ends = (source, graph.graph["target"])
        return _numbered(replace(scene, curves=(*pale, *chain.from_iterable(runs))), runs, ends)

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


def _numbered(scene: Scene, runs: list[list[Curve]], ends: tuple[str, str]) -> Scene:
    """Return a scene with the number of each line beside it, where there is room.

    `runs` are the lines that run side by side, of one edge, or of the part of one in a row; `ends` the source and the
    loss: along their buses there are other lines beside.
    """
    size = LARGE_SIZE if any(box.large for box in scene.boxes) else NUMBER_SIZE
    full: set[int] = set()
    while True:
        marks = _marks(runs, size, ends, full)
        whole, lost = settle(scene, [[mark] for mark in marks.values()])
        placed = {text.string for text in whole.texts}
        without = {run for run, mark in marks.items() if mark.string not in placed} if lost else set()
        if without <= full:
            return whole
        # Somewhere else, then.
        full |= without


def _marks(runs: list[list[Curve]], size: float, ends: tuple[str, str], full: set[int]) -> dict[int, Text]:
    """Return the number of each line, beside where it runs with the fewest others: where no number stands, if it can.

    Where several stand beside one another they are one text, `2, 5`. Short pieces have no room, nor has what is `full`.
    """
    crowded = [k in full or math.dist(*_longest(lines)) < 2.0 * size for k, lines in enumerate(runs)]
    on_bus = [lines[0].tail == ends[0] or lines[0].head == ends[1] for lines in runs]
    told: dict[int, list[int]] = {}
    for rank, tone in enumerate(_TONES):
        own = [k for k, lines in enumerate(runs) if any(curve.tone == tone for curve in lines)]
        if own:
            best = min(own, key=lambda k: (crowded[k], len(runs[k]), on_bus[k], k in told))
            told.setdefault(best, []).append(rank + 1)
    return {
        k: Text(*_beside(runs[k], size), plain(", ".join(map(str, ranks))), size, "text") for k, ranks in told.items()
    }


def _longest(lines: list[Curve]) -> tuple[Point, Point]:
    """Return the ends of the longest straight piece of lines that run side by side."""
    points = lines[len(lines) // 2].points
    return max(((points[k], points[k + 3]) for k in range(0, len(points) - 1, 3)), key=lambda ends: math.dist(*ends))


def _beside(lines: list[Curve], size: float) -> Point:
    """Return a place beside the longest straight piece of lines that run side by side."""
    (x, y), (to_x, to_y) = _longest(lines)
    away = _LANE * len(lines) / 2 + size * 0.7
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
