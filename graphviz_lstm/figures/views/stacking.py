"""Several scenes in one picture: small multiples in rows, each with a line above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.legend import bounds_of
from graphviz_lstm.figures.scene import Run, Scene, Text
from graphviz_lstm.figures.theme import LEGEND_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.scene import Point

_WIDEST = 2_200.0
_GAP = 40.0
_HEADER = 22.0


def stacked(
    scenes: Sequence[Scene],
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    *,
    room: float = _WIDEST,
) -> Scene:
    """Return scenes side by side and below each other, in cells of one size; their vertices get names of their own.

    Each with its title above it, or with the texts that it has. In so many columns; by default in as many as there is
    room for: that of a wide screen.
    """
    bounds = [bounds_of(scene) for scene in scenes]
    left, bottom = (min(each[k] for each in bounds) for k in (0, 1))
    right, upper = (max(each[k] for each in bounds) for k in (2, 3))
    width, height = right - left + _GAP, upper - bottom + _GAP + _HEADER
    columns = max(1, min(len(scenes), int((room + _GAP) // width))) if columns is None else columns
    whole = Scene((), (), ())
    for k, scene in enumerate(scenes):
        shift = (k % columns * width, -(k // columns) * height)
        texts = scene.texts
        if titles is not None:
            texts = (Text(left, upper + 14.0, (Run(titles[k]),), LEGEND_SIZE + 1.0, "text", "start"),)
        whole = _joined(whole, _moved(replace(scene, texts=texts), shift, f" [{k + 1}]"))
    return whole


def _moved(scene: Scene, shift: Point, suffix: str) -> Scene:
    """Return a scene elsewhere, its vertices by names of their own."""
    dx, dy = shift

    def at(point: Point) -> Point:
        return (round(point[0] + dx, 2), round(point[1] + dy, 2))

    return Scene(
        tuple(
            replace(
                frame,
                vertices=tuple(f"{vertex}{suffix}" for vertex in frame.vertices),
                left=frame.left + dx,
                right=frame.right + dx,
                bottom=frame.bottom + dy,
                top=frame.top + dy,
                label=replace(frame.label, x=frame.label.x + dx, y=frame.label.y + dy),
            )
            for frame in scene.frames
        ),
        tuple(replace(box, vertex=f"{box.vertex}{suffix}", x=box.x + dx, y=box.y + dy) for box in scene.boxes),
        tuple(
            replace(
                curve,
                tail=f"{curve.tail}{suffix}",
                head=f"{curve.head}{suffix}",
                points=tuple(map(at, curve.points)),
                tip=at(curve.tip),
                label=None if curve.label is None else replace(curve.label, x=curve.label.x + dx, y=curve.label.y + dy),
            )
            for curve in scene.curves
        ),
        tuple(replace(text, x=text.x + dx, y=text.y + dy) for text in scene.texts),
    )


def _joined(one: Scene, other: Scene) -> Scene:
    return Scene(one.frames + other.frames, one.boxes + other.boxes, one.curves + other.curves, one.texts + other.texts)
