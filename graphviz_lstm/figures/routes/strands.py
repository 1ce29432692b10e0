"""Lines that run side by side along one route, and lines that are cut where a row of steps ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes.bends import ROUND, straight, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.scene import Point

    Piece = tuple[Point, Point, Point, Point]

_NEAR = 1e-6
# The smallest radius of the line on the inside of a corner.
_INNERMOST = 0.5


def pieces_of(points: Sequence[Point]) -> list[Piece]:
    """Return the cubic curves of a chain, each with its four points."""
    return [(points[k], points[k + 1], points[k + 2], points[k + 3]) for k in range(0, len(points) - 1, 3)]


def is_straight(piece: Piece) -> bool:
    """Return whether a cubic curve is a straight line."""
    a, b, c, d = piece
    return abs(_cross(a, d, b)) < _NEAR and abs(_cross(a, d, c)) < _NEAR


def alongside(points: Sequence[Point], distance: float) -> tuple[Point, ...]:
    """Return the line that runs `distance` to the left of another: its corners concentric, its bends as far apart.

    >>> alongside(((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)), 2.0)[-1]
    (3.0, 2.0)
    """
    chain = pieces_of(points)
    bends = {k: _bend(piece, distance) for k, piece in enumerate(chain) if not is_straight(piece)}
    moved: list[Point] = []
    for k, piece in enumerate(chain):
        if k in bends:
            new = bends[k]
        else:
            normal = _left(piece[0], piece[3])
            start = bends[k - 1][3] if k - 1 in bends else _shifted(piece[0], normal, distance)
            end = bends[k + 1][0] if k + 1 in bends else _shifted(piece[3], normal, distance)
            one, other, _ = straight(start, end)
            new = (start, one, other, end)
        moved += new if not moved else new[1:]
    return tuple(moved)


def _bend(piece: Piece, distance: float) -> Piece:
    a, b, c, d = piece
    first, last = _unit(a, b), _unit(c, d)
    turn = first[0] * last[1] - first[1] * last[0]
    before, after = (-first[1], first[0]), (-last[1], last[0])
    if abs(turn) < _NEAR:
        # An S: its middle is steeper than its ends, and is shifted as far across.
        across, along = d[1] - a[1], abs(d[0] - a[0])
        steep = math.hypot(along, 2.0 * across)
        aside = -distance * (steep - along) / (1.5 * across) * first[0] if across else 0.0
        one, other = _shifted(b, before, distance), _shifted(c, after, distance)
        return (
            _shifted(a, before, distance), (one[0] + aside, one[1]),
            (other[0] + aside, other[1]), _shifted(d, after, distance),
        )  # fmt: skip
    corner = _meeting(a, first, d, last)
    radius = max(math.dist(a, corner) - math.copysign(distance, turn * distance), _INNERMOST)
    corner = _shifted(_shifted(corner, before, distance), after, distance)
    start = (corner[0] - first[0] * radius, corner[1] - first[1] * radius)
    end = (corner[0] + last[0] * radius, corner[1] + last[1] * radius)
    return (start, toward(start, corner, radius * ROUND), toward(end, corner, radius * ROUND), end)


def bent(corners: Sequence[Point], radii: Sequence[float]) -> tuple[Point, ...]:
    """Return the line through `corners`, each of those between its ends rounded with a radius of its own."""
    points: list[Point] = [corners[0]]
    for k, radius in enumerate(radii, start=1):
        before, corner, after = corners[k - 1 : k + 2]
        r = min(radius, math.dist(before, corner), math.dist(corner, after))
        start, end = toward(corner, before, r), toward(corner, after, r)
        points += straight(points[-1], start)
        points += [toward(start, corner, r * ROUND), toward(end, corner, r * ROUND), end]
    points += straight(points[-1], corners[-1])
    return tuple(points)


def shortened(points: Sequence[Point], by: float) -> tuple[Point, ...]:
    """Return a line whose last piece, a straight one, ends `by` earlier."""
    start, end = points[-4], points[-1]
    return (*points[:-3], *straight(start, toward(end, start, min(by, math.dist(start, end)))))


def cut(points: Sequence[Point], x: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return what a line that runs to the right is before and behind `x`; () for nothing.

    >>> before, behind = cut(((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)), 2.0)
    >>> [(round(x, 6), y) for x, y in (before[-1], behind[0], behind[-1])]
    [(2.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    """
    if points[-1][0] <= x:
        return tuple(points), ()
    if points[0][0] >= x:
        return (), tuple(points)
    # The last piece that reaches beyond: behind it the line does not come back.
    k, piece = next((k, piece) for k, piece in reversed(list(enumerate(pieces_of(points)))) if piece[0][0] <= x)
    before, behind = _split(piece, _where(piece, x))
    return (*points[: 3 * k], *before), (*behind, *points[3 * k + 4 :])


def _where(piece: Piece, x: float) -> float:
    """Return the parameter at which a cubic curve from the left to the right of `x` is there."""
    if is_straight(piece):
        # Its points are even: every straight piece is made so.
        return (x - piece[0][0]) / (piece[3][0] - piece[0][0])
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _split(piece, middle)[0][3][0] <= x else (low, middle)
    return low


def _split(piece: Piece, t: float) -> tuple[Piece, Piece]:
    """Return the two parts of a cubic curve, by de Casteljau's construction."""
    a, b, c, d = piece
    ab, bc, cd = _between(a, b, t), _between(b, c, t), _between(c, d, t)
    one, other = _between(ab, bc, t), _between(bc, cd, t)
    middle = _between(one, other, t)
    return (a, ab, one, middle), (middle, other, cd, d)


def _between(start: Point, end: Point, t: float) -> Point:
    return (start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t)


def _cross(origin: Point, one: Point, other: Point) -> float:
    return (one[0] - origin[0]) * (other[1] - origin[1]) - (one[1] - origin[1]) * (other[0] - origin[0])


def _unit(start: Point, end: Point) -> Point:
    length = math.dist(start, end) or 1.0
    return ((end[0] - start[0]) / length, (end[1] - start[1]) / length)


def _left(start: Point, end: Point) -> Point:
    along = _unit(start, end)
    return (-along[1], along[0])


def _meeting(start: Point, along: Point, end: Point, arriving: Point) -> Point:
    """Return where the line that leaves `start` meets the one that arrives at `end`."""
    turn = along[0] * arriving[1] - along[1] * arriving[0]
    way = ((end[0] - start[0]) * arriving[1] - (end[1] - start[1]) * arriving[0]) / turn
    return (start[0] + along[0] * way, start[1] + along[1] * way)


def _shifted(point: Point, along: Point, distance: float) -> Point:
    return (point[0] + along[0] * distance, point[1] + along[1] * distance)
