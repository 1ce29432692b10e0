"""Several scenes in one picture: small multiples in rows, each with a line above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.legend import bounds_of
from graphviz_lstm.figures.scene import Run, Scene, Text, plain, text_width
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
    size: float = LEGEND_SIZE + 1.0,
) -> Scene:
    """Return scenes side by side and below each other; their vertices get names of their own.

    Cells are equally wide, and a title has room in its own; those of a row are equally high: as the highest scene in
    it. Each has its title above it, in letters of that size, or the texts that it has. In so many columns; by default
    in as many as there is room for: that of a wide screen.
    """
    bounds = [bounds_of(scene) for scene in scenes]
    left, right = min(each[0] for each in bounds), max(each[2] for each in bounds)
    if titles is not None:
        right = max(right, left + max(text_width(plain(title), size) for title in titles))
    width = right - left + _GAP
    columns = max(1, min(len(scenes), int((room + _GAP) // width))) if columns is None else columns
    whole = Scene((), (), ())
    down = 0.0
    for first in range(0, len(scenes), columns):
        row = range(first, min(first + columns, len(scenes)))
        bottom, upper = min(bounds[k][1] for k in row), max(bounds[k][3] for k in row)
        if first:
            # The first row stays where its scenes are.
            down += upper
        for k in row:
            texts = scenes[k].texts
            if titles is not None:
                texts = (*texts, Text(left, upper + 14.0, (Run(titles[k]),), size, "text", "start"))
            shift = ((k - first) * width, -down)
            whole = _joined(whole, moved(replace(scenes[k], texts=texts), shift, f" [{k + 1}]"))
        down += _GAP + _HEADER - bottom
    return whole


def moved(scene: Scene, shift: Point, suffix: str) -> Scene:
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
