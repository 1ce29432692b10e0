"""Numbers find their place: beside their line, a bit aside where something is in the way, or nowhere.

What stands on nothing stays. A number that has no room anywhere near is left out, and the legend says so: it is still
told where one points at its line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.figures.scene import Curve, Scene, Text

    Area = tuple[float, float, float, float]

# Where else a number may stand, the nearest first: right and up, in points.
_SHIFTS = (
    (0.0, 0.0), (0.0, 3.0), (0.0, -3.0), (6.0, 0.0), (-6.0, 0.0), (0.0, 7.0), (0.0, -7.0), (12.0, 2.0), (-12.0, 2.0),
    (0.0, -23.0), (0.0, 13.0), (0.0, -30.0), (20.0, 0.0), (-20.0, 0.0), (0.0, -42.0),
)  # fmt: skip
# Digits reach so far below and above the middle of their line, as parts of its size.
_BELOW, _ABOVE = 0.36, 0.39
_AROUND = 0.6
_STEPS = np.linspace(0.0, 1.0, 17)[:, None]
_WEIGHTS = np.hstack([(1 - _STEPS) ** 3, 3 * (1 - _STEPS) ** 2 * _STEPS, 3 * (1 - _STEPS) * _STEPS**2, _STEPS**3])


def settle(scene: Scene, groups: Sequence[Sequence[Text]]) -> tuple[Scene, int]:
    """Return a scene with the numbers of its lines and some more texts in their places, and how many were left out.

    Parameters
    ----------
    groups
        Texts that stand together: all of a group are moved, or left out, together. So are the numbers of one edge.
    """
    taken = _Taken(scene)
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
    for numbers in labelled.values():
        found = taken.settle([label for k in numbers if (label := curves[k].label) is not None])
        lost += found is None
        for place, k in enumerate(numbers):
            curves[k] = replace(curves[k], label=None if found is None else found[place])
    return replace(scene, curves=tuple(curves), texts=tuple(placed)), lost


class _Taken:
    """What is taken: by boxes, by lines and their heads, by borders of frames, and by texts as they are placed."""

    def __init__(self, scene: Scene) -> None:
        lines = scene.curves
        points = [_points(curve) for curve in lines]
        self._points = np.concatenate(points) if points else np.empty((0, 2))
        self._half = np.repeat([curve.width / 2 + _AROUND for curve in lines], [len(some) for some in points])
        areas = [_head(curve) for curve in lines if curve.arrow]
        areas += [(b.x - b.width / 2, b.y - b.height / 2, b.x + b.width / 2, b.y + b.height / 2) for b in scene.boxes]
        areas += [_area(frame.label) for frame in scene.frames]
        areas += [_area(text) for text in scene.texts]
        for frame in scene.frames:
            for x in (frame.left, frame.right):
                areas.append((x - 1.2, frame.bottom - 1.2, x + 1.2, frame.top + 1.2))
            for y in (frame.bottom, frame.top):
                areas.append((frame.left - 1.2, y - 1.2, frame.right + 1.2, y + 1.2))
        self._areas = areas

    def settle(self, texts: Sequence[Text]) -> list[Text] | None:
        """Return some texts where nothing is in their way, and take these places; None if there are none."""
        for right, up in _SHIFTS:
            moved = []
            for text in texts:
                x, y = rounded_point((text.x + right, text.y + up))
                moved.append(replace(text, x=x, y=y))
            if all(self._is_free(_area(text)) for text in moved):
                self._areas += map(_area, moved)
                return moved
        return None

    def _is_free(self, area: Area) -> bool:
        left, bottom, right, top = area
        if any(left < r and b_left < right and bottom < t and b_bottom < top for b_left, b_bottom, r, t in self._areas):
            return False
        x, y = self._points[:, 0], self._points[:, 1]
        across = (left < x + self._half) & (x - self._half < right)
        return not bool((across & (bottom < y + self._half) & (y - self._half < top)).any())


def _points(curve: Curve) -> NDArray[np.float64]:
    points = np.array(curve.points)
    return np.concatenate([_WEIGHTS @ points[k : k + 4] for k in range(0, len(points) - 1, 3)])


def _head(curve: Curve) -> Area:
    (x, y), (tip_x, tip_y) = curve.points[-1], curve.tip
    half = 3.5 * curve.arrow + curve.width / 2 + _AROUND
    beside, upright = (half, 0.0) if x == tip_x else (0.0, half) if y == tip_y else (half, half)
    return (min(x, tip_x) - beside, min(y, tip_y) - upright, max(x, tip_x) + beside, max(y, tip_y) + upright)


def _area(text: Text) -> Area:
    return (
        text.left - _AROUND,
        text.y - _BELOW * text.size,
        text.left + text.width + _AROUND,
        text.y + _ABOVE * text.size,
    )
