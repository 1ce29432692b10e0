"""Lines with rounded corners, as the cubic Bezier curves that Graphviz and SVG draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.scene import Point

# How far a quarter circle's control points stand from its ends, as a part of the radius.
_ROUND = 0.5523
_RADIUS = 14.0


def rounded(corners: Sequence[Point], *, arrow: float, radius: float = _RADIUS) -> tuple[tuple[Point, ...], Point]:
    """Return the line through `corners`, its corners rounded, shortened by `arrow`, and the tip of that arrowhead."""
    tip = corners[-1]
    shortened = [*corners[:-1], _toward(tip, corners[-2], arrow)]
    points: list[Point] = [shortened[0]]
    for before, corner, after in zip(shortened, shortened[1:], shortened[2:], strict=False):
        r = min(radius, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        start, end = _toward(corner, before, r), _toward(corner, after, r)
        points += _straight(points[-1], start)
        points += [_toward(start, corner, r * _ROUND), _toward(end, corner, r * _ROUND), end]
    points += _straight(points[-1], shortened[-1])
    return tuple(points), tip


def s_bend(start: Point, turn: float, end: Point, *, arrow: float) -> tuple[tuple[Point, ...], Point]:
    """Return a line that leaves `start` to the right, is at the height of `end` by x = `turn`, and goes straight on."""
    middle = (start[0] + turn) / 2
    stop = (end[0] - arrow, end[1])
    points = [start, (middle, start[1]), (middle, end[1]), (turn, end[1])]
    return tuple(points + _straight(points[-1], stop)), end


def _straight(start: Point, end: Point) -> list[Point]:
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    return [
        (start[0] + third[0], start[1] + third[1]),
        (start[0] + 2 * third[0], start[1] + 2 * third[1]),
        end,
    ]


def _toward(start: Point, goal: Point, distance: float) -> Point:
    """Return the point that lies `distance` from `start` on the way to `goal`."""
    length = math.dist(start, goal)
    part = distance / length if length else 0.0
    return (start[0] + (goal[0] - start[0]) * part, start[1] + (goal[1] - start[1]) * part)
