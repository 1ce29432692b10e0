"""What is done to a finished figure, whatever it shows: a title over it, no legend, no numbers, a width of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.legend import add_legend, without_legend
from graphviz_lstm.figures.scene import Text, plain, printable, text_width

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Entry, Legend, Line, Scene

_TITLE_SIZE = 16.0
_LINE = 20.0
_BELOW = 8.0
_MOST_LETTERS = 300


def read_title(given: object) -> str:
    r"""Return a title as one line.

    >>> read_title("Where the gradient\n comes from")
    'Where the gradient comes from'

    Raises
    ------
    InputError
        If there is nothing in it, or too much.
    """
    title = printable(" ".join(given.split())) if isinstance(given, str) else ""
    if not title or len(title) > _MOST_LETTERS:
        raise InputError(f"unusable title: {shorten(given)} (must be a text of 1 to {_MOST_LETTERS} letters)")
    return title


def finished(scene: Scene, *, title: str | None = None, legend: bool = True, numbers: bool = True) -> Scene:
    """Return a scene with a title over it, without its legend, or without its numbers.

    What the figure is called without a title is then what its description begins with.
    """
    if not (legend and numbers):
        kept, told = scene.legend, without_legend(scene)
        scene = told if numbers else _without_numbers(told)
        if legend and kept is not None:
            scene = add_legend(scene, _bare(kept), size=kept.size, pad=kept.pad)
    return scene if title is None else _titled(scene, title)


def widened(scene: Scene, width: float) -> Scene:
    """Return a scene that is so wide, with as much more room on its left as on its right."""
    more = max(0.0, width - (scene.right - scene.left)) / 2
    return replace(scene, left=scene.left - more, right=scene.right + more)


def _without_numbers(scene: Scene) -> Scene:
    """Return a scene whose lines and boxes have names alone."""
    return replace(
        scene,
        boxes=tuple(replace(box, value="", note="") for box in scene.boxes),
        curves=tuple(replace(curve, label=None) for curve in scene.curves),
        texts=tuple(text for text in scene.texts if not text.number),
    )


def _bare(legend: Legend) -> list[list[Entry]]:
    rows = [
        [entry if entry.bare is None else replace(entry, line=entry.bare) for entry in row if entry.bare != ()]
        for row in legend.rows
    ]
    return [row for row in rows if row]


def _titled(scene: Scene, title: str) -> Scene:
    """Return a scene with a title above everything else, in as many lines as it takes."""
    pad = scene.legend.pad if scene.legend is not None else _BELOW
    left = scene.left + pad
    lines = _broken(title, scene.right - pad - left)
    heights = [scene.top + _BELOW + _LINE * k for k in reversed(range(len(lines)))]
    texts = [Text(left, y, line, _TITLE_SIZE, "text", "start") for y, line in zip(heights, lines, strict=True)]
    return replace(
        scene,
        texts=(*texts, *scene.texts),  # those of the legend stay the last
        top=scene.top + _BELOW + _LINE * len(lines),
        title=title,
        description=f"{scene.title}. {scene.description}",
    )


def _broken(title: str, room: float) -> list[Line]:
    """Return a title in lines that have room: broken at spaces, and within a word that has none."""
    lines: list[str] = [""]
    for part in re.findall(r"\s*\S+", title):
        if lines[-1] and not _fits(lines[-1] + part, room):
            lines.append("")
        for letter in part if lines[-1] else part.lstrip():
            if lines[-1] and not _fits(lines[-1] + letter, room):
                lines.append("")
            lines[-1] += letter
    return [plain(line) for line in lines]


def _fits(text: str, room: float) -> bool:
    return text_width(plain(text), _TITLE_SIZE) <= room
