"""The metro view: the leading paths as lines side by side on one graph, with a legend that is their ranking."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, get_args

from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.routes import Pen, alongside, ending
from graphviz_lstm.figures.scene import Curve, Pattern, Scene, Text, plain
from graphviz_lstm.figures.theme import LARGE_SIZE, NUMBER_SIZE, THINNEST, Tone, arrow_size, head_half
from graphviz_lstm.figures.views.common import (
    count_text,
    derivative,
    edges_drawn,
    proof_entries,
    rest_told,
    rounded_point,
    shares_told,
    total_line,
)
from graphviz_lstm.figures.views.drawing import Drawing
from graphviz_lstm.figures.views.settling import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, Selection, UnitPathSet

MOST_LINES = 8
_TONES: tuple[Tone, ...] = tuple(tone for tone in get_args(Tone) if tone.startswith("rank-"))
# Colour is never alone: eight colours in three patterns.
_PATTERNS: tuple[Pattern, ...] = ("solid", "dashed", "dotted")
_LINE = 1.6
_LANE = 4.0
# Heads of lines side by side are no wider than these are apart.
_SMALL = 0.22
# So far from other lines, as a part of its size, a number is clear of them.
_CLEAR = 1.5
_ARROW = " \N{RIGHTWARDS ARROW} "


def _head(_: float) -> float:
    """Return how long the head of a line of any width is: however many run side by side, each has one of its own."""
    return 10.0 * arrow_size(THINNEST) + _LINE / 2


def _aside(width: float) -> float:
    """Return how far the heads of lines side by side, so wide together, reach to each side: that of one at least."""
    return max(width / 2, head_half(_LINE, arrow_size(THINNEST))) + 0.2


_PEN = Pen(LARGE_SIZE, _head, wide=True, head=_aside)


def metro_view(graph: Graph, paths: PathSet | UnitPathSet, chosen: Selection, wrapping: Wrapping) -> Scene:
    """Return the scene of some leading paths, each a line of its own colour and pattern."""
    source = graph.graph["source"]
    lanes: dict[Edge, list[int]] = {}
    for rank, path in enumerate(chosen):
        for edge in edges_shown(graph, path):
            lanes.setdefault(edge, []).append(rank)
    drawn = edges_drawn(graph, source, edges_on_paths(graph, source))
    widths = {edge: _LANE * len(lanes[edge]) if edge in lanes else THINNEST for edge in drawn}
    tones: dict[Edge, Tone] = dict.fromkeys(drawn, "pale")
    lively = {vertex for edge in lanes for vertex in edge}
    drawing = Drawing(graph, lively, widths, tones, {}, pen=_PEN)

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
    told, parts = shares_told(graph, [path.share for path in chosen])
    entries = [[Entry(total_line(graph, paths))]]
    entries += [
        [Entry(plain(_ranked(rank, path, told)), _TONES[rank], _LINE, _PATTERNS[rank % 3])]
        for rank, path in enumerate(chosen)
    ]
    if left.count:
        rest = rest_told(told, left.share, left.noise)
        entries.append([Entry(plain(f"{rest}  not shown: {count_text(left.count)}"), "pale", THINNEST)])
    entries += [*parts, *proof_entries(chosen)]
    entries.append([Entry(plain("One line for each path, the largest share first; its number stands beside it."))])
    title = f"the leading {len(chosen)} paths of {derivative(graph)}"
    return drawing.figure(paths, wrapping, title, lambda _: entries, change=laned)


def _ranked(rank: int, path: Path, told: Callable[[float], str]) -> str:
    return f"{rank + 1}.  {told(path.share)}  {_ARROW.join(map(str, path.vertices))}"


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that run side by side, of one edge or of the part of one in a row, and where their numbers may stand.

    `way` has the pieces of their middle one; `rivals` says how many other lines are about, the fewer the better.
    """

    lines: list[Curve]
    way: list[tuple[Point, Point]]
    place: Point
    rivals: tuple[bool, int, int]


def _numbered(scene: Scene, together: list[list[Curve]], ends: tuple[str, str]) -> Scene:
    """Return a scene with the number of each line beside it, where there is room.

    `together` are the lines of each run; `ends` the source and the loss: along their buses other lines run beside.
    """
    size = LARGE_SIZE if any(box.large for box in scene.boxes) else NUMBER_SIZE
    runs = _runs(together, size, ends)
    full: set[int] = set()
    while True:
        marks = _marks(runs, size, full)
        whole, _ = settle(scene, [[mark] for mark in marks.values()])
        placed = {text.string: (text.x, text.y) for text in whole.texts}
        without = {k for k, mark in marks.items() if not _is_at_home(placed.get(mark.string), runs, k)}
        if without <= full:
            return whole
        # Somewhere else, then.
        full |= without


def _is_at_home(place: Point | None, runs: list[_Run], k: int) -> bool:
    """Return whether a number stands somewhere, and nearest to its own lines."""
    if place is None:
        return False
    return _away(place, runs[k].way) <= min((_away(place, run.way) for run in runs), default=math.inf)


def _marks(runs: list[_Run], size: float, full: set[int]) -> dict[int, Text]:
    """Return the number of each line, beside where it runs with the fewest others: where no number stands, if it can.

    Where several stand beside one another they are one text, `2, 5`. Where it is `full` there is no room.
    """
    told: dict[int, list[int]] = {}
    for rank, tone in enumerate(_TONES):
        own = [k for k, run in enumerate(runs) if any(curve.tone == tone for curve in run.lines)]
        if own:
            best = min(own, key=lambda k: (k in full, runs[k].rivals, k in told))
            told.setdefault(best, []).append(rank + 1)
    return {k: Text(*runs[k].place, plain(", ".join(map(str, ranks))), size, "text") for k, ranks in told.items()}


def _runs(together: list[list[Curve]], size: float, ends: tuple[str, str]) -> list[_Run]:
    """Return the runs with the best place of each: beside its longest straight piece, where it is nearest to itself."""
    ways = [_pieces(lines) for lines in together]
    runs = []
    for k, lines in enumerate(together):
        piece = _best_piece(ways[k], lines[0], size, ends)
        sides = []
        for side in (1.0, -1.0):
            place = _beside(piece, side * (_LANE * len(lines) / 2 + size * 0.7))
            sides.append((min((_away(place, way) for j, way in enumerate(ways) if j != k), default=math.inf), place))
        clear, place = sides[0] if sides[0][0] >= min(sides[1][0], _CLEAR * size) else sides[1]
        # Short pieces have no room, and beside another line it would be that one's number.
        crowded = math.dist(*piece) < 2.0 * size or clear <= _away(place, ways[k])
        on_bus = lines[0].tail == ends[0] or lines[0].head == ends[1]
        runs.append(_Run(lines, ways[k], place, (crowded, len(lines), on_bus + (on_bus and _is_level(piece)))))
    return runs


def _pieces(lines: list[Curve]) -> list[tuple[Point, Point]]:
    """Return the ends of the pieces of the middle one of some lines."""
    points = lines[len(lines) // 2].points
    return [(points[k], points[k + 3]) for k in range(0, len(points) - 1, 3)]


def _best_piece(
    pieces: list[tuple[Point, Point]], curve: Curve, size: float, ends: tuple[str, str]
) -> tuple[Point, Point]:
    """Return the longest straight piece of a line; if it can be, one off the buses.

    There the last piece of what comes from the source, and the first of what leads to the loss, is alone.
    """
    off = [piece for piece in pieces if not _is_level(piece) and math.dist(*piece) > 2.0 * size]
    if off and curve.tail == ends[0]:
        return off[-1]
    if off and curve.head == ends[1]:
        return off[0]
    return max(pieces, key=lambda piece: math.dist(*piece))


def _is_level(piece: tuple[Point, Point]) -> bool:
    (x, y), (to_x, to_y) = piece
    return abs(to_x - x) >= abs(to_y - y)


def _beside(piece: tuple[Point, Point], away: float) -> Point:
    """Return the place so far above the middle of a level piece, or to the right of another."""
    (x, y), (to_x, to_y) = piece
    right, up = (0.0, away) if _is_level(piece) else (away, 0.0)
    return rounded_point(((x + to_x) / 2 + right, (y + to_y) / 2 + up))


def _away(place: Point, pieces: list[tuple[Point, Point]]) -> float:
    """Return how far a place is from a line, its bends taken as straight."""
    return min(_to_piece(place, piece) for piece in pieces)


def _to_piece(place: Point, piece: tuple[Point, Point]) -> float:
    (x, y), (to_x, to_y) = piece
    dx, dy = to_x - x, to_y - y
    square = dx * dx + dy * dy
    part = min(max(((place[0] - x) * dx + (place[1] - y) * dy) / square, 0.0), 1.0) if square else 0.0
    return math.dist(place, (x + part * dx, y + part * dy))


def _lane(curve: Curve, rank: int, k: int, count: int) -> Curve:
    """Return the line of a path on an edge that `count` of them share, the first on the left."""
    aside = ((count - 1) / 2 - k) * _LANE
    points, tip = alongside(curve.points, aside), curve.tip
    arrow = round(arrow_size(THINNEST) if count == 1 else _SMALL, 2) if curve.arrow else 0.0
    if arrow:
        # The tip is as far aside as the line.
        (x, y), (to_x, to_y) = points[-1], curve.points[-1]
        tip = (tip[0] + x - to_x, tip[1] + y - to_y)
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
