"""What is drawn besides on request: the inputs and parameters that a box reads, and the loss of each step."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.labels import label_of
from graphviz_lstm.figures.layout import is_spelled_out
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.routes import Area, as_points, is_crossed, on_border
from graphviz_lstm.figures.scene import Box, Curve, Scene, plain, text_width
from graphviz_lstm.figures.theme import LABEL_SIZE, THINNEST, arrow_size
from graphviz_lstm.figures.views.common import value_of
from graphviz_lstm.figures.views.losses import with_losses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.figures.choices import Show
    from graphviz_lstm.figures.layout import Spacing
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.unroll import Graph

# A small box: its height, its room beside its name, between two of them, and from it to the box that reads it.
_HEIGHT, _INSET, _APART, _AWAY = 16.0, 7.0, 3.0, 13.0
# How much further apart rows stand, and a frame's top is, where there are such boxes.
_ROOM, _HEADROOM = 32.0, 36.0
# Below the frames, and before E, where there are losses.
_BELOW, _BEFORE = 44.0, 96.0
# How far from a box's middle small ones reach to the left at most: further left lines rise.
_REACH = 48.0
_PORTS, _CLEAR = 21.0, 1.5
# How far a head of such a line reaches to a side.
_HEAD = 4.0
# How far from a box's middle, up or down, lines enter its left side at most.
_BESIDE = 14.0
_ROLES: dict[str, Show] = {"input": "inputs", "parameter": "parameters"}
_WORDS: dict[Show, str] = {
    "inputs": "An input stands beside what reads it.",
    "parameters": "A parameter stands beside each box that reads it: it is one and the same at every step.",
    "losses": "E with a step: the loss of that step, from what is put out there and its target; E is the sum of these.",
}


def spacing_with(spacing: Spacing, show: Sequence[Show]) -> Spacing:
    """Return the distances with which what is shown besides has room."""
    if "inputs" in show or "parameters" in show:
        spacing = replace(
            spacing, row=spacing.row + _ROOM, high_row=spacing.high_row + _ROOM, floor=spacing.floor + _ROOM,
            rail=spacing.rail + _ROOM, rails=spacing.rails + _ROOM, headroom=spacing.headroom + _HEADROOM,
        )  # fmt: skip
    if "losses" in show:
        spacing = replace(spacing, numbers=spacing.numbers + _BELOW, loss_gap=spacing.loss_gap + _BEFORE)
    return spacing


def shown_words(show: Sequence[Show]) -> list[list[Entry]]:
    """Return what the legend says of what is shown besides."""
    return [[Entry(plain(_WORDS[name]))] for name in show]


def with_shown(scene: Scene, graph: Graph, show: Sequence[Show]) -> Scene:
    """Return a scene with what is to be shown besides, see `draw`.

    Raises
    ------
    InputError
        If the boxes are single units, or there is no room.
    """
    if not show:
        return scene
    if is_spelled_out(graph):
        raise InputError(f"of single units nothing is drawn besides: show={shorten(tuple(show))} has no use there")
    if "losses" in show:
        scene = with_losses(scene, graph)
    whole = graph.graph.get("full", graph)
    drawn = {box.vertex for box in scene.boxes}
    room = _Room.of(scene)
    boxes, curves = list(scene.boxes), []
    for box in scene.boxes:
        if box.vertex not in whole or whole.nodes[box.vertex]["role"] == "loss":
            continue
        roles = {tail: _ROLES.get(whole.nodes[tail]["role"]) for tail in whole.pred[box.vertex]}
        tails = [tail for tail, role in roles.items() if role in show and tail not in drawn]
        if tails:
            small, lines = _beside(room, whole, box, tails)
            boxes += small
            curves += lines
    return replace(scene, boxes=tuple(boxes), curves=(*curves, *scene.curves))


@dataclass(slots=True, eq=False)
class _Room:
    """What stands in a scene already: its lines as points, areas that are taken, frames."""

    points: NDArray[np.float64]
    half: NDArray[np.float64]
    taken: list[Area]
    frames: list[Area]

    @classmethod
    def of(cls, scene: Scene) -> _Room:
        courses = {(str(k), ""): (curve.points, curve.tip) for k, curve in enumerate(scene.curves)}
        points, half = as_points(courses, {(str(k), ""): curve.width for k, curve in enumerate(scene.curves)})
        tips = np.array([curve.tip for curve in scene.curves]).reshape(-1, 2)
        labels = [curve.label for curve in scene.curves if curve.label] + [frame.label for frame in scene.frames]
        return cls(
            np.concatenate([points, tips]),
            np.concatenate([half, [3.5 * curve.arrow + curve.width / 2 for curve in scene.curves]]),
            [_area_of(box) for box in scene.boxes]
            + [
                Area(text.left, text.y - text.size / 2, text.left + text.width, text.y + text.size / 2)
                for text in labels
            ],
            [Area(frame.left, frame.bottom, frame.right, frame.top) for frame in scene.frames],
        )

    def find(self, head: Box, widths: list[float], side: float) -> _Places | None:
        """Return where a row of small boxes has room below or above a box, and where their lines enter."""
        whole = math.fsum(widths) + _APART * (len(widths) - 1)
        edge = head.y + side * head.height / 2
        low, high = sorted((edge + side * _CLEAR, edge + side * (_AWAY + _HEIGHT + _CLEAR)))
        for ports in _ports(head.x, len(widths)):
            begin, end = ports[0] - _HEAD, ports[-1] + _HEAD
            for left in _lefts(head.x, whole):
                area = Area(min(left, begin) - _CLEAR, low, max(left + whole, end) + _CLEAR, high)
                if self.has(area, head):
                    starts = [left + math.fsum(widths[:k]) + _APART * k for k in range(len(widths))]
                    return _Places(area, [*zip(starts, widths, strict=True)], ports)
        return None

    def find_left(self, head: Box, widths: list[float]) -> _Places | None:
        """Return where a column of small boxes has room at the left of a box, and where their lines enter."""
        edge, half = head.x - head.width / 2, (len(widths) * (_HEIGHT + _APART) - _APART) / 2 + _CLEAR
        right = edge - _AWAY
        area = Area(right - max(widths) - _CLEAR, head.y - half, edge - _CLEAR, head.y + half)
        middle = (len(widths) - 1) / 2
        ports = [head.y + (middle - k) * min(_HEIGHT + _APART, _BESIDE / max(middle, 1.0)) for k in range(len(widths))]
        return _Places(area, [(right - width, width) for width in widths], ports) if self.has(area, head) else None

    def has(self, area: Area, head: Box) -> bool:
        """Return whether there is room for an area beside a box."""
        own = _area_of(head)
        apart = [other for other in self.taken if other != own]
        if any(map(area.meets, apart)) or any(on_border(area, frame) for frame in self.frames):
            return False
        return not is_crossed(area, self.points, self.half)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where small boxes stand: the area that they take, the left side and width of each, where its line enters."""

    area: Area
    boxes: list[tuple[float, float]]
    ports: list[float]


def _area_of(box: Box) -> Area:
    return Area(box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2)


def _beside(room: _Room, graph: Graph, head: Box, tails: list[str]) -> tuple[list[Box], list[Curve]]:
    """Return small boxes below or above a box, or some below and the others above, or beside it, a line from each."""
    names = [label_of(graph.nodes[tail]) for tail in tails]
    widths = [max(text_width(name, LABEL_SIZE) + _INSET, _HEIGHT) for name in names]
    for below in (len(tails), 0, *sorted(range(1, len(tails)), key=lambda k: abs(2 * k - len(tails)))):
        halves = [(-1.0, tails[:below], widths[:below]), (1.0, tails[below:], widths[below:])]
        rows = [half for half in halves if half[1]]
        found = [place for side, _, its in rows if (place := room.find(head, its, side)) is not None]
        if len(found) < len(rows):
            continue
        boxes: list[Box] = []
        curves: list[Curve] = []
        for (side, some, _), places in zip(rows, found, strict=True):
            room.taken.append(places.area)
            more, lines = _row(graph, head, some, places, side)
            boxes, curves = [*boxes, *more], [*curves, *lines]
        return boxes, curves
    column = room.find_left(head, widths)
    if column is not None:
        room.taken.append(column.area)
        return _column(graph, head, tails, column)
    raise InputError(f"no room beside {head.vertex!r} for {', '.join(map(repr, tails))} (show less, or fewer steps)")


def _row(graph: Graph, head: Box, tails: list[str], places: _Places, side: float) -> tuple[list[Box], list[Curve]]:
    """Return a row of small boxes on one side of a box, and their lines."""
    edge = head.y + side * head.height / 2
    middle = edge + side * (_AWAY + _HEIGHT / 2)
    boxes, curves = [], []
    for tail, (left, width), port in zip(tails, places.boxes, places.ports, strict=True):
        x = round(left + width / 2, 2)
        boxes.append(_small(graph, tail, head, (x, middle), width))
        curves.append(_line(graph, tail, head, (x, middle - side * _HEIGHT / 2), (port, edge)))
    return boxes, curves


def _column(graph: Graph, head: Box, tails: list[str], places: _Places) -> tuple[list[Box], list[Curve]]:
    """Return small boxes one below another at the left of a box, and their lines."""
    boxes, curves = [], []
    for k, (tail, (left, width), port) in enumerate(zip(tails, places.boxes, places.ports, strict=True)):
        y = head.y + ((len(tails) - 1) / 2 - k) * (_HEIGHT + _APART)
        boxes.append(_small(graph, tail, head, (left + width / 2, y), width))
        curves.append(_line(graph, tail, head, (left + width, y), (head.x - head.width / 2, port), level=True))
    return boxes, curves


def _small(graph: Graph, tail: str, head: Box, place: Point, width: float) -> Box:
    """Return a small box for what another one reads."""
    data, value = graph.nodes[tail], value_of(graph.nodes[tail])
    return Box(
        f"{tail} -> {head.vertex}", round(place[0], 2), round(place[1], 2), round(width, 2), _HEIGHT,
        data["role"], label_of(data), "", pale=True, tooltip=f"{tail}: {value}" if value else tail,
    )  # fmt: skip


def _ports(x: float, count: int) -> Iterator[list[float]]:
    """Yield where so many lines may enter a box from below or above, the best first: along its side, or half of it."""
    if count == 1:
        yield [x]
    for low, high in ((-_PORTS, _PORTS), (-_PORTS, -_HEAD), (_HEAD, _PORTS)):
        if high - low >= 2 * _HEAD * (count - 1) > 0:
            yield [x + low + (high - low) * k / (count - 1) for k in range(count)]


def _lefts(x: float, whole: float) -> Iterator[float]:
    """Yield where a row of small boxes may begin, the best first."""
    yield max(x - whole / 2, x - _REACH)
    for moved in range(0, 80, 8):
        yield x - _REACH + moved
        yield x + _REACH - whole - moved


def _line(graph: Graph, tail: str, head: Box, start: Point, end: Point, *, level: bool = False) -> Curve:
    """Return a short line that leaves upright and arrives so, or level."""
    vertex, arrow = f"{tail} -> {head.vertex}", round(arrow_size(THINNEST), 2)
    if level:
        stop = (end[0] - 8.0 * arrow, end[1])
        middle = (start[0] + stop[0]) / 2
        course = (start, (middle, start[1]), (middle, stop[1]), stop)
    else:
        stop = (end[0], end[1] - 8.0 * arrow if end[1] > start[1] else end[1] + 8.0 * arrow)
        middle = (start[1] + stop[1]) / 2
        course = (start, (start[0], middle), (stop[0], middle), stop)
    points = tuple((round(x, 2), round(y, 2)) for x, y in course)
    told = f"{vertex}, partial {graph.edges[tail, head.vertex]['symbol']}"
    tip = (round(end[0], 2), round(end[1], 2))
    return Curve(vertex, head.vertex, points, tip, THINNEST, "pale", arrow, None, told)
