"""A line of text as data, and where each of its pieces stands: baselines, subscripts, widths.

Every writer reads these places; none has its own.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from graphviz_lstm.figures.scene.widths import letter_width
from graphviz_lstm.figures.theme import SUB_SIZE

if TYPE_CHECKING:
    from graphviz_lstm.figures.theme import Tone

Anchor = Literal["start", "middle", "end"]
# From the middle of a line of text to its baseline, and from there to that of a subscript, as parts of its size.
_BASELINE = 0.35
_DROP = 0.22
# Graphviz's own distance from one line of a label to the next, as a part of its size.
_LEADING = 1.2
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
# Control characters (the upper ones XML may hold, but nothing shows them, and Graphviz has no width for them), what
# turns the reading order of all that follows, halves of a pair of surrogates, and the two last of the plane.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line of text: upright or italic, on the line or below it."""

    text: str
    italic: bool = False
    sub: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run as it is set: characters that every format may hold, their size, how far they stand below the baseline."""

    text: str
    italic: bool
    size: float
    drop: float


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is the middle of its height. A `number` is left out where a figure is to have none."""

    x: float
    y: float
    line: Line
    size: float
    tone: Tone = "text"
    anchor: Anchor = "middle"
    number: bool = field(default=False, repr=False)

    @property
    def string(self) -> str:
        """The characters alone."""
        return "".join(run.text for run in self.line)

    @property
    def baseline(self) -> float:
        """The height that its letters stand on."""
        return self.y - _BASELINE * self.size

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its runs as they are set, from left to right."""
        return pieces(self.line, self.size)

    @property
    def width(self) -> float:
        """About how wide it is at most."""
        return text_width(self.line, self.size)

    @property
    def height(self) -> float:
        """How much height it takes as a label of its own."""
        return self.size * _LEADING

    @property
    def left(self) -> float:
        """The x of its left side."""
        return self.x - _BEFORE[self.anchor] * self.width

    @property
    def cell(self) -> tuple[int, int]:
        """Its width and height in whole points, no more: of what can only be told in such."""
        return max(1, math.floor(self.width)), max(1, math.floor(self.height))

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre, for what can only centre, as Graphviz does: that of its cell."""
        shift = 0.5 - _BEFORE[self.anchor]
        return (self.x + shift * self.cell[0], self.y)


def pieces(line: Line, size: float) -> tuple[Piece, ...]:
    """Return the runs of a line as they are set at `size`, from left to right."""
    return tuple(
        Piece(printable(run.text), run.italic, SUB_SIZE * size if run.sub else size, _DROP * size if run.sub else 0.0)
        for run in line
    )


def plain(text: str) -> Line:
    """Return upright text."""
    return (Run(text),)


def text_width(line: Line, size: float) -> float:
    """Return about how wide a line of text is at most, in points, whatever the font."""
    # Not `sum`: it rounds otherwise from Python 3.12 on.
    return math.fsum(_run_width(run) for run in line) * size


@lru_cache(maxsize=1_000)
def _run_width(run: Run) -> float:
    widths = math.fsum(map(letter_width, run.text))
    return widths * (SUB_SIZE if run.sub else 1.0)


def printable(text: str) -> str:
    """Return text with a sign in the place of every character that no XML may hold, or that turns what is around it.

    >>> printable("a" + chr(0) + "b")
    'a�b'
    """
    return _FORBIDDEN.sub(_UNKNOWN, text)
