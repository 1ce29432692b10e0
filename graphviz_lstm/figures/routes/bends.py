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
_STRAIGHT = 1.0


def rounded(corners: Sequence[Point], *, arrow: float, radius: float = _RADIUS) -> tuple[tuple[Point, ...], Point]:
    """Return the line through `corners`, its corners rounded, shortened by `arrow`, and the tip of that arrowhead."""
    tip = corners[-1]
    shortened = [*corners[:-1], toward(tip, corners[-2], arrow)]
    points: list[Point] = [shortened[0]]
    ends = (shortened[0], shortened[-1])
    for before, corner, after in zip(shortened, shortened[1:], shortened[2:], strict=False):
        # What leads from one corner to the next one is for both; of what leads to an end a little stays straight.
        ways = [(math.dist(corner, end), end in ends) for end in (before, after)]
        r = min(radius, *(max(way - _STRAIGHT, way / 2) if is_end else way / 2 for way, is_end in ways))
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


def ending(points: Sequence[Point], tip: Point, arrow: float) -> tuple[Point, ...]:
    """Return a curve whose last piece is straight, ended so that an arrowhead of this length fits before the tip."""
    start = points[-4]
    return (*points[:-3], *straight(start, toward(tip, start, arrow)))


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
