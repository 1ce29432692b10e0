"""Lines with rounded corners, as the cubic Bezier curves that Graphviz and SVG draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.scene import Point

# How far a quarter circle's control points stand from its ends, as a part of the radius: where the middle of the
# curve, ((4 + 3 k) / 8, (4 + 3 k) / 8) for radius 1, lies on the circle.
ROUND = 4 / 3 * (math.sqrt(2) - 1)
_RADIUS = 14.0


def rounded(corners: Sequence[Point], *, arrow: float, radius: float = _RADIUS) -> tuple[tuple[Point, ...], Point]:
    """Return the line through `corners`, its corners rounded, shortened by `arrow`, and the tip of that arrowhead."""
    tip = corners[-1]
    shortened = [*corners[:-1], toward(tip, corners[-2], arrow)]
    points: list[Point] = [shortened[0]]
    for before, corner, after in zip(shortened, shortened[1:], shortened[2:], strict=False):
        r = min(radius, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        start, end = toward(corner, before, r), toward(corner, after, r)
        points += straight(points[-1], start)
        points += [toward(start, corner, r * ROUND), toward(end, corner, r * ROUND), end]
    points += straight(points[-1], shortened[-1])
    return tuple(points), tip


def s_bend(
    start: Point, turn: float, end: Point, *, arrow: float, lead: float | None = None
) -> tuple[tuple[Point, ...], Point]:
    """Return a line that leaves `start` to the right, is at the height of `end` by x = `turn`, and goes straight on.

    It keeps its height as far as x = `lead`.
    """
    begin = start if lead is None else (lead, start[1])
    middle = (begin[0] + turn) / 2
    stop = (end[0] - arrow, end[1])
    points = [start] if begin == start else [start, *straight(start, begin)]
    points += [(middle, start[1]), (middle, end[1]), (turn, end[1])]
    return tuple(points + straight(points[-1], stop)), end


def beside(points: Sequence[Point], tip: Point, distance: float) -> tuple[tuple[Point, ...], Point]:
    """Return a curve that runs `distance` to the left of another, near enough for lines that lie side by side."""
    moved: list[Point] = []
    for k in range(0, len(points) - 1, 3):
        a, b, c, d = points[k : k + 4]
        start, end = _left(a, b), _left(c, d)
        piece = [_shifted(a, start, distance), _shifted(b, start, distance)]
        piece += [_shifted(c, end, distance), _shifted(d, end, distance)]
        moved += piece if not moved else piece[1:]
    return tuple(moved), _shifted(tip, _left(points[-2], points[-1]), distance)


def ending(points: Sequence[Point], tip: Point, arrow: float) -> tuple[Point, ...]:
    """Return a curve whose last piece is straight, ended so that an arrowhead of this length fits before the tip."""
    start = points[-4]
    return (*points[:-3], *straight(start, toward(tip, start, arrow)))


def _left(start: Point, end: Point) -> Point:
    """Return the unit vector to the left of the way from one point to another."""
    length = math.dist(start, end) or 1.0
    return (-(end[1] - start[1]) / length, (end[0] - start[0]) / length)


def _shifted(point: Point, along: Point, distance: float) -> Point:
    return (point[0] + along[0] * distance, point[1] + along[1] * distance)


def straight(start: Point, end: Point) -> list[Point]:
    """Return the points behind the first of a straight line as a cubic curve."""
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    return [
        (start[0] + third[0], start[1] + third[1]),
        (start[0] + 2 * third[0], start[1] + 2 * third[1]),
        end,
    ]


def toward(start: Point, goal: Point, distance: float) -> Point:
    """Return the point that lies `distance` from `start` on the way to `goal`."""
    length = math.dist(start, goal)
    part = distance / length if length else 0.0
    return (start[0] + (goal[0] - start[0]) * part, start[1] + (goal[1] - start[1]) * part)
