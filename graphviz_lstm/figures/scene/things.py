"""A figure as data: what stands where, before anyone draws it. Points (1/72 inch), y upwards, as Graphviz has it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from graphviz_lstm.figures.scene.text import Line, Run, Text, text_width
from graphviz_lstm.figures.theme import LABEL_SIZE, LARGE_SIZE, NOTE_SIZE, NOTED_SIZE, VALUE_SIZE
from graphviz_lstm.notation.numbers import LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.figures.theme import Look, Tone

Point = tuple[float, float]
Pattern = Literal["solid", "dashed", "dotted"]

# What a box holds, by its number of lines: of each the size, and how far its middle stands above that of the box.
_LINES: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((LABEL_SIZE, 0.0),),
    2: ((LABEL_SIZE, 6.0), (VALUE_SIZE, -8.5)),
    3: ((NOTED_SIZE, 9.0), (NOTE_SIZE, -2.5), (NOTE_SIZE, -11.5)),
}
# The same where figures are read small: a value as large as a name.
_LARGE: dict[int, tuple[tuple[float, float], ...]] = {
    1: ((LABEL_SIZE, 0.0),),
    2: ((LABEL_SIZE, 7.0), (LARGE_SIZE, -7.5)),
    3: ((LABEL_SIZE, 14.5), (LARGE_SIZE, 0.0), (LARGE_SIZE, -14.0)),
}
# The same where lines can only be stacked (a label of Graphviz): their sizes, and that of the empty line below the
# first, which is room for its subscript. Three lines need smaller letters there, and leave no room for what is lowered.
_STACKS: dict[int, tuple[tuple[float, ...], float]] = {
    1: ((LABEL_SIZE,), 0.0),
    2: ((LABEL_SIZE, VALUE_SIZE), 3.0),
    3: ((9.0, 7.0, 7.0), 2.0),
}

_LARGE_STACKS: dict[int, tuple[tuple[float, ...], float]] = {
    1: ((LABEL_SIZE,), 0.0),
    2: ((LABEL_SIZE, LARGE_SIZE), 0.0),
    3: ((LABEL_SIZE, LARGE_SIZE, LARGE_SIZE), 0.0),
}
NOTED_HEIGHT = 46.0
"""How high a large box with three lines is."""

# Between a box's side and its lines, at least.
_INSET, _LARGE_INSET = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Stack:
    """The lines of a box for what stacks and centres them by itself: each with its size, the empty one included."""

    lines: tuple[tuple[Line, float], ...]
    lowers: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A vertex: a rounded box about `(x, y)` with its label and, below it, its value, and a note.

    Where it is `large` its lines are as large as its name, and of a vector the name stands between the bars of its
    length. A `circle` is as wide as it is high.
    """

    vertex: str
    x: float
    y: float
    width: float
    height: float
    look: Look
    label: Line
    value: str
    pale: bool
    tooltip: str
    note: str = ""
    large: bool = False
    circle: bool = field(default=False, repr=False)

    @property
    def texts(self) -> tuple[Text, ...]:
        """Its lines, each in its place."""
        lines = self._lines()
        tones: tuple[Tone, ...] = ("quiet" if self.pale else "text", "quiet", "quiet")
        return tuple(
            Text(self.x, self.y + rise, line, self._fitted(line, size), tone)
            for line, (size, rise), tone in zip(
                lines, (_LARGE if self.large else _LINES)[len(lines)], tones, strict=False
            )
        )

    @property
    def stack(self) -> Stack:
        """Its lines as one label."""
        lines = self._lines()
        sizes, empty = (_LARGE_STACKS if self.large else _STACKS)[len(lines)]
        stacked = [(line, self._fitted(line, size)) for line, size in zip(lines, sizes, strict=True)]
        if empty:
            stacked.insert(1, ((Run(" "),), empty))
        return Stack(tuple(stacked), lowers=len(lines) < (2 if self.large else 3))

    def _fitted(self, line: Line, size: float) -> float:
        """Return `size`, or as much of it as lets a line stand within the box."""
        width, room = text_width(line, size), self.width - 2 * (_LARGE_INSET if self.large else _INSET)
        return size if width <= room else size * room / width

    def _lines(self) -> tuple[Line, ...]:
        below = (self.value, self.note) if self.note else (self.value,) if self.value else ()
        if self.large and self.value.startswith(LENGTH):
            return ((Run("|"), *self.label, Run("|")), *((Run(line.replace(LENGTH, "")),) for line in below))
        return (self.label, *((Run(line),) for line in below))


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge: a chain of cubic Bezier curves (1 + 3 k points) that ends where the arrowhead begins.

    With an `arrow` of 0 it has no head: a part of an edge, whose `tip` is its end.
    """

    tail: str
    head: str
    points: tuple[Point, ...]
    tip: Point
    width: float
    tone: Tone
    arrow: float
    label: Text | None
    tooltip: str
    pattern: Pattern = "solid"


@dataclass(frozen=True, slots=True)
class Frame:
    """The rounded box about one step, and the vertices in it."""

    step: int
    vertices: tuple[str, ...]
    left: float
    bottom: float
    right: float
    top: float
    label: Text


@dataclass(frozen=True, slots=True)
class Sample:
    """A line in the legend, from `start` to `end`."""

    start: Point
    end: Point
    width: float
    tone: Tone
    pattern: Pattern = "solid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a legend says, behind a sample of the line that it speaks of if there is one.

    `bare` is what it says where the figure has no numbers: None where that is the same, `()` for nothing.
    """

    line: Line
    tone: Tone | None = None
    width: float = 0.0
    pattern: Pattern = "solid"
    bare: Line | None = None


@dataclass(frozen=True, slots=True)
class Legend:
    """What a legend says, by rows, in letters of what size, with how much room about the figure: see `add_legend`."""

    rows: tuple[tuple[Entry, ...], ...]
    size: float
    pad: float
    texts: int
    """How many of the last texts of the scene are its own."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole figure.

    Attributes
    ----------
    left, bottom, right, top
        What it spans.
    title, description
        What it is, and what it says, in words: for those who do not see it.
    legend
        What its legend is made of; no part of what is drawn, and so not of the ids.
    """

    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    texts: tuple[Text, ...] = field(default=())
    samples: tuple[Sample, ...] = field(default=())
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    title: str = ""
    description: str = ""
    legend: Legend | None = field(default=None, repr=False)


def prefix_of(scene: Scene) -> str:
    """Return what the ids of a figure begin with: of its content, so that two figures can share a page.

    Ids are `<prefix>-s0` (frames), `-v0` (boxes), `-e0` (curves), `-t0` (texts) and `-l0` (samples), in the scene's
    order.
    """
    return "g" + hashlib.sha256(repr(scene).encode(errors="backslashreplace")).hexdigest()[:8]


def texts_of(scene: Scene) -> Iterator[tuple[str, Text]]:
    """Yield every text of a scene, behind the part of an id that says what it belongs to."""
    for k, frame in enumerate(scene.frames):
        yield f"s{k}", frame.label
    for k, box in enumerate(scene.boxes):
        for text in box.texts:
            yield f"v{k}", text
    for k, curve in enumerate(scene.curves):
        if curve.label is not None:
            yield f"e{k}", curve.label
    for k, text in enumerate(scene.texts):
        yield f"t{k}", text
