"""How large a finished figure is: its width with a unit, the size of its letters, the dots of a PNG."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from graphviz_lstm.errors import InputError, shorten

UNITS = {"cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72.0, "px": 0.75, "pt": 1.0}
"""Unit -> points. A pixel is the 96th part of an inch, as in CSS."""
_LENGTH = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})\s*([a-z]+)\s*", re.ASCII)
_NARROWEST, _WIDEST = UNITS["cm"], 500 * UNITS["cm"]
_SMALLEST, _LARGEST = 3.0, 72.0
_FEWEST, _MOST = 10, 2_400
MOST_POINTS = 14_400.0
"""No page of a PDF is larger: readers of the format refuse it."""
_MOST_SIDE, _MOST_DOTS = 32_767, 100_000_000


@dataclass(frozen=True, slots=True)
class Length:
    """A length as it was told.

    >>> Length(12.0, "cm"), str(Length(12.0, "cm")), round(Length(12.0, "cm").points, 2)
    (Length(number=12.0, unit='cm'), '12cm', 340.16)
    """

    number: float
    unit: str

    @property
    def points(self) -> float:
        """So many 72nd parts of an inch."""
        return self.number * UNITS[self.unit]

    def __str__(self) -> str:
        """Return it as CSS has it."""
        return f"{self.number:.4f}".rstrip("0").rstrip(".") + self.unit

    def times(self, factor: float) -> Length:
        """Return so many times it, in the same unit."""
        return Length(self.number * factor, self.unit)


def read_width(given: object) -> Length:
    """Return a width that is told as text.

    >>> str(read_width("12cm")), str(read_width(" 4.50 in "))
    ('12cm', '4.5in')

    Raises
    ------
    InputError
        If it is no length with a unit, or one that no figure can have.
    """
    found = _LENGTH.fullmatch(given) if isinstance(given, str) else None
    length = Length(float(found[1]), found[2]) if found is not None and found[2] in UNITS else None
    if length is None or not _NARROWEST * 0.999 <= length.points <= _WIDEST * 1.001:
        raise InputError(
            f"unusable width: {shorten(given)} (must be from 1cm to 500cm: a number and one of {', '.join(UNITS)})"
        )
    return length


def read_font_size(given: object) -> float:
    """Return a size of letters in points that is told as a number, or as text.

    >>> read_font_size("8"), read_font_size("9.5pt"), read_font_size(10)
    (8.0, 9.5, 10.0)

    Raises
    ------
    InputError
        If it is no number, or one at which nobody can read.
    """
    size = _number(given.strip().removesuffix("pt") if isinstance(given, str) else given)
    if not _SMALLEST <= size <= _LARGEST:
        raise InputError(
            f"unusable font size: {shorten(given)} (must be from {_SMALLEST:g} to {_LARGEST:g}, in points)"
        )
    return size


def read_dpi(given: object) -> int:
    """Return how many dots an inch has.

    >>> read_dpi("300")
    300

    Raises
    ------
    InputError
        If it is no whole number, or one that no picture has.
    """
    dpi = _number(given)
    if not (_FEWEST <= dpi <= _MOST and dpi == int(dpi)):
        raise InputError(f"unusable dpi: {shorten(given)} (must be a whole number from {_FEWEST} to {_MOST:,})")
    return int(dpi)


def require_drawable(width: float, height: float, dpi: float) -> None:
    """Refuse a picture, in points, that would have more dots than can be drawn.

    Raises
    ------
    InputError
        If it is too large.
    """
    across, up = (round(side * dpi / 72) for side in (width, height))
    if max(across, up) > _MOST_SIDE or across * up > _MOST_DOTS:
        raise InputError(
            f"too large a picture: {across:,} x {up:,} dots (at most {_MOST_SIDE:,} a side and {_MOST_DOTS:,} in all: "
            "ask for a smaller width or dpi, or for .svg or .pdf)"
        )


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return math.nan
    try:
        return float(given)
    except (ValueError, OverflowError):
        return math.nan
