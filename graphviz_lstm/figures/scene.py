"""A figure as data: what stands where, before anyone draws it. Points (1/72 inch), y upwards, as Graphviz has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Tone = Literal[
    "positive", "negative", "pale", "faint", "text", "quiet",
    "rank-1", "rank-2", "rank-3", "rank-4", "rank-5", "rank-6", "rank-7", "rank-8",
]  # fmt: skip
Pattern = Literal["solid", "dashed", "dotted"]
Look = Literal["parameter", "input", "initial", "gate", "state", "output", "operation", "loss", "gap"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line of text: upright or italic, on the line or below it."""

    text: str
    italic: bool = False
    sub: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is the middle of its height."""

    x: float
    y: float
    line: Line
    size: float
    tone: Tone = "text"
    anchor: Anchor = "middle"

    @property
    def string(self) -> str:
        """The characters alone."""
        return "".join(run.text for run in self.line)


@dataclass(frozen=True, slots=True)
class Box:
    """A vertex: a rounded box about `(x, y)` with its label and, below it, its value, and a note."""

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


@dataclass(frozen=True, slots=True)
class Curve:
    """An edge: a chain of cubic Bezier curves (1 + 3 k points) that ends where the arrowhead begins."""

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
class Scene:
    """A whole figure.

    Attributes
    ----------
    left, bottom, right, top
        What it spans.
    title, description
        What it is, and what it says, in words: for those who do not see it.
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
