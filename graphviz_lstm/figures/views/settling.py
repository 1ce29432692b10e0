"""Numbers find their place: beside their line, a bit aside where something is in the way, or nowhere.

What stands on nothing stays. A number that has no room anywhere near is left out, and the legend says so: it is still
told where one points at its line.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.figures.theme import head_half
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.figures.scene import Curve, Scene, Text

    Area = tuple[float, float, float, float]

LEFT_OUT = "Where there is no room for a number it is left out, and told where one points."
"""What a legend says where numbers are left out."""
# Where else a number may stand, the nearest first: right and up, in points.
_SHIFTS = (
    (0.0, 0.0), (0.0, 3.0), (0.0, -3.0), (6.0, 0.0), (-6.0, 0.0), (0.0, 7.0), (0.0, -7.0), (12.0, 2.0), (-12.0, 2.0),
    (0.0, -23.0), (0.0, 13.0), (20.0, 0.0), (-20.0, 0.0), (-3.0, 0.0),
)  # fmt: skip
# Digits reach so far below and above the middle of their line, as parts of its size.
_BELOW, _ABOVE = 0.36, 0.39
_AROUND = 0.6
# A number this near to the name of a step would be read with it.
_ROOM = 3.0
# Points on lines are no further apart than this; what may be in the way is looked up in squares of that side.
_APART, _SIDE = 2.5, 64.0
_WIDEST_LINE = 20.0
# Lines so far from a number are not looked at. A number this near to its line may have another as near.
_FAR, _CLOSE, _CLEARLY = 40.0, 3.5, 0.25
# What is not read with a number.
_UNREAD = ("pale", "faint", "casing")


def settle(scene: Scene, groups: Sequence[Sequence[Text]] = (), *, nearest: bool = False) -> tuple[Scene, int]:
    """Return a scene with the numbers of its lines and some more texts in their places, and how many were left out.

    Parameters
    ----------
    groups
        Texts that stand together: all of a group are moved, or left out, together. So are the numbers of one edge.
    nearest
        Whether each number of an edge has to stand nearer to its line than to any other, or is left out.
    """
    taken = Taken(scene)
    placed: list[Text] = list(scene.texts)
    lost = 0
    for group in groups:
        found = taken.settle(group)
        placed += found or ()
        lost += found is None
    labelled: dict[tuple[str, str], list[int]] = {}
    for k, curve in enumerate(scene.curves):
        if curve.label is not None:
            labelled.setdefault((curve.tail, curve.head), []).append(k)
    curves = list(scene.curves)
    for edge, numbers in labelled.items():
        labels = [label for k in numbers if (label := curves[k].label) is not None]
        found = taken.settle(labels, edge if nearest else None)
        lost += found is None
        for place, k in enumerate(numbers):
            curves[k] = replace(curves[k], label=None if found is None else found[place])
    return replace(scene, curves=tuple(curves), texts=tuple(placed)), lost


class Taken:
    """What is taken: by boxes, by lines and their heads, by borders of frames, and by texts as they are placed.

    `room` is what the names of steps have about them.
    """

    def __init__(self, scene: Scene, *, room: float = _ROOM) -> None:
        self._areas: dict[tuple[int, int], list[Area]] = {}
        points = [_points(curve) for curve in scene.curves]
        self._edges: dict[tuple[str, str], int] = {}
        lines = np.array(
            [
                (curve.width / 2 + _AROUND, self._edges.setdefault((curve.tail, curve.head), len(self._edges)),
                 curve.tone in _UNREAD)
                for curve in scene.curves
            ]
        )  # fmt: skip
        around = (
            np.column_stack([np.concatenate(points), np.repeat(lines, [len(some) for some in points], axis=0)])
            if points
            else np.empty((0, 5))
        )
        self._points: dict[tuple[int, int], NDArray[np.float64]] = {}
        squares = np.floor(around[:, :2] / _SIDE).astype(int)
        order = np.lexsort((squares[:, 1], squares[:, 0]))
        changes = np.flatnonzero(np.any(np.diff(squares[order], axis=0), axis=1)) + 1
        for some in np.split(order, changes) if len(order) else ():
            self._points[int(squares[some[0], 0]), int(squares[some[0], 1])] = around[some]
        areas = [_head(curve) for curve in scene.curves if curve.arrow]
        areas += [(b.x - b.width / 2, b.y - b.height / 2, b.x + b.width / 2, b.y + b.height / 2) for b in scene.boxes]
        areas += [_grown(area_of(frame.label), room) for frame in scene.frames]
        areas += [area_of(text) for text in scene.texts]
        for frame in scene.frames:
            for x in (frame.left, frame.right):
                areas.append((x - 1.2, frame.bottom - 1.2, x + 1.2, frame.top + 1.2))
            for y in (frame.bottom, frame.top):
                areas.append((frame.left - 1.2, y - 1.2, frame.right + 1.2, y + 1.2))
        for area in areas:
            self._take(area)

    def settle(self, texts: Sequence[Text], edge: tuple[str, str] | None = None) -> list[Text] | None:
        """Return some texts where nothing is in their way, and take these places; None if there are none.

        Those of an `edge` stand nearer to its line than to any other.
        """
        for right, up in _SHIFTS:
            moved = []
            for text in texts:
                x, y = rounded_point((text.x + right, text.y + up))
                moved.append(replace(text, x=x, y=y))
            areas = list(map(area_of, moved))
            if all(map(self.is_free, areas)) and (
                edge is None or all(self._is_nearest(area, self._edges[edge]) for area in areas)
            ):
                for area in areas:
                    self._take(area)
                return moved
        return None

    def _is_nearest(self, area: Area, edge: int) -> bool:
        """Return whether no other line that is read is nearer to an area than that of an edge, or nearly so if far."""
        found = [self._points[square] for square in _squares(area, _FAR) if square in self._points]
        if not found:
            return False
        x, y, half, owner, unread = np.concatenate(found).T
        left, bottom, right, top = area
        beside = np.maximum(np.maximum(left + _AROUND - x, x - right + _AROUND), 0.0)
        above = np.maximum(np.maximum(bottom - y, y - top), 0.0)
        away = np.hypot(beside, above) - half
        own = owner == edge
        if not own.any():
            return False
        nearest = away[own].min()
        return not (away[~own & (unread == 0.0)] < nearest + (_CLEARLY if nearest > _CLOSE else 0.0)).any()

    def _take(self, area: Area) -> None:
        for square in _squares(area, 0.0):
            self._areas.setdefault(square, []).append(area)

    def is_free(self, area: Area) -> bool:
        """Return whether nothing stands in an area, and no line runs through it."""
        left, bottom, right, top = area
        for square in _squares(area, 0.0):
            for its_left, its_bottom, its_right, its_top in self._areas.get(square, ()):
                if left < its_right and its_left < right and bottom < its_top and its_bottom < top:
                    return False
        # Lines are wide: one of the next square may reach into this one.
        for square in _squares(area, _WIDEST_LINE):
            if (points := self._points.get(square)) is not None:
                x, y, half = points.T[:3]
                across = (left < x + half) & (x - half < right)
                if (across & (bottom < y + half) & (y - half < top)).any():
                    return False
        return True


def _squares(area: Area, around: float) -> list[tuple[int, int]]:
    low = [math.floor((side - around) / _SIDE) for side in area[:2]]
    high = [math.floor((side + around) / _SIDE) for side in area[2:]]
    return list(product(range(low[0], high[0] + 1), range(low[1], high[1] + 1)))


def _points(curve: Curve) -> NDArray[np.float64]:
    """Return points close together on a line."""
    points = np.array(curve.points)
    pieces = []
    for k in range(0, len(points) - 1, 3):
        count = 3 + int(math.dist(points[k], points[k + 1]) + math.dist(points[k + 1], points[k + 3])) / _APART
        pieces.append(_weights(int(count)) @ points[k : k + 4])
    return np.concatenate(pieces)


@lru_cache(maxsize=1_000)
def _weights(count: int) -> NDArray[np.float64]:
    """Return what each of its four points weighs at so many places of a cubic curve."""
    t = np.linspace(0.0, 1.0, count)[:, None]
    return np.hstack([(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3])


def _head(curve: Curve) -> Area:
    (x, y), (tip_x, tip_y) = curve.points[-1], curve.tip
    half = head_half(curve.width, curve.arrow) + _AROUND
    beside, upright = (half, 0.0) if x == tip_x else (0.0, half) if y == tip_y else (half, half)
    return (min(x, tip_x) - beside, min(y, tip_y) - upright, max(x, tip_x) + beside, max(y, tip_y) + upright)


def _grown(area: Area, by: float) -> Area:
    left, bottom, right, top = area
    return (left - by, bottom - by, right + by, top + by)


def area_of(text: Text) -> Area:
    """Return what a text takes: left, bottom, right, top."""
    return (
        text.left - _AROUND,
        text.y - _BELOW * text.size,
        text.left + text.width + _AROUND,
        text.y + _ABOVE * text.size,
    )
