"""Where numbers stand among many lines: beside their own, where nothing else is; what has no room is left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.figures.routes.plan import LINES
from graphviz_lstm.figures.theme import NUMBER_SIZE, arrow_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.figures.routes.plan import Edge
    from graphviz_lstm.figures.scene import Anchor, Point

    Course = tuple[tuple[Point, ...], Point]

# From one point to the next, where a line is looked at as points: less than a digit is high.
_STEP = 3.0
# Around a number, and from a line that runs up or down to the number beside it.
_AIR, _LEFT_OF = 1.0, 4.0
_BEGIN = {"start": 0.0, "middle": 0.5, "end": 1.0}
_ARROW = 3.5


class Area(NamedTuple):
    """A rectangle, its sides along the axes."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Area) -> bool:
        """Return whether two of them have an inside in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top


class Place(NamedTuple):
    """Where a number stands: a point, and which end of the number is there."""

    point: Point
    anchor: Anchor


def places_of_numbers(
    courses: Mapping[Edge, Course],
    widths: Mapping[Edge, float],
    lengths: Mapping[Edge, float],
    taken: Sequence[Area],
    frames: Sequence[Area],
) -> dict[Edge, Place]:
    """Return where the numbers stand that there is room for; the widest line chooses first.

    Parameters
    ----------
    courses, widths
        Edge -> its points and the tip of its arrowhead, and how wide its line is.
    lengths
        Edge -> how long its number is.
    taken
        What no number may stand on: boxes, titles.
    frames
        On whose borders none may stand.
    """
    points, half = as_points(courses, widths)
    heads = [_arrowhead(course, widths[edge]) for edge, course in courses.items()]
    standing = [*taken, *heads]
    found: dict[Edge, Place] = {}
    for edge in sorted(lengths, key=lambda edge: -widths[edge]):
        for place in _candidates(courses[edge][0], widths[edge] / 2, lengths[edge]):
            area = _area(place, lengths[edge])
            if any(map(area.meets, standing)) or any(on_border(area, frame) for frame in frames):
                continue
            if not is_crossed(area, points, half):
                standing.append(area)
                found[edge] = place
                break
    return found


def _candidates(points: tuple[Point, ...], half: float, length: float) -> Iterator[Place]:
    """Yield where a number could stand, the best place first: where its line is straight, near the head first."""
    for k in range(len(points) - 4, -1, -3):
        (x, y), (to, at) = points[k], points[k + 3]
        piece = points[k : k + 4]
        if all(abs(height - y) < 1e-6 for _, height in piece):
            if abs(to - x) < length:
                continue
            left, right = sorted((x, to))
            for side in (half + LINES.above, -half - LINES.above):
                yield Place((right - _LEFT_OF, y + side), "end")
                yield Place((left + _LEFT_OF, y + side), "start")
                yield Place(((left + right) / 2, y + side), "middle")
        elif all(abs(across - x) < 1e-6 for across, _ in piece):
            for part in (0.5, 0.25, 0.75):
                height = y + part * (at - y)
                yield Place((x + half + _LEFT_OF, height), "start")
                yield Place((x - half - _LEFT_OF, height), "end")


def _area(place: Place, length: float) -> Area:
    (x, y), anchor = place
    left = x - _BEGIN[anchor] * length
    rise = 0.4 * NUMBER_SIZE + _AIR
    return Area(left - _AIR, y - rise, left + length + _AIR, y + rise)


def on_border(area: Area, frame: Area) -> bool:
    """Return whether an area is neither within a frame nor apart from it."""
    within = frame.left < area.left and area.right < frame.right and frame.bottom < area.bottom and area.top < frame.top
    return area.meets(frame) and not within


def is_crossed(area: Area, points: NDArray[np.float64], half: NDArray[np.float64]) -> bool:
    """Return whether a line runs through an area, or any of its width."""
    across = (area.left < points[:, 0] + half) & (points[:, 0] - half < area.right)
    return bool(np.any(across & (area.bottom < points[:, 1] + half) & (points[:, 1] - half < area.top)))


def _arrowhead(course: Course, width: float) -> Area:
    (x, y), (to, at) = course[0][-1], course[1]
    half = _ARROW * arrow_size(width) + width / 2
    aside, along = (half, 0.0) if abs(x - to) < 1e-6 else (0.0, half)
    return Area(min(x, to) - aside, min(y, at) - along, max(x, to) + aside, max(y, at) + along)


def as_points(
    courses: Mapping[Edge, Course], widths: Mapping[Edge, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return all lines as points close together, (points, 2), and half the width of the line that each is of."""
    lines, halves = [np.empty((0, 2))], [np.empty(0)]
    for edge, (points, _) in courses.items():
        for k in range(0, len(points) - 1, 3):
            piece = np.array(points[k : k + 4])
            count = 2 + math.ceil(float(np.abs(np.diff(piece, axis=0)).sum()) / _STEP)
            t = np.linspace(0.0, 1.0, count)[:, None]
            s = 1.0 - t
            lines.append(np.hstack([s**3, 3 * s * s * t, 3 * s * t * t, t**3]) @ piece)
            halves.append(np.full(count, widths[edge] / 2))
    return np.concatenate(lines), np.concatenate(halves)
