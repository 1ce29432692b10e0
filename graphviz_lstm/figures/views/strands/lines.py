"""The lines of one bundle: its strands side by side along one route, what they pass over blanked, and its head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes import alongside, straight
from graphviz_lstm.figures.scene import Curve
from graphviz_lstm.figures.theme import HAIRLINE, bundle_arrow
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Pattern, Point, Text
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.strands.bundles import Bundle, Strand

# What is blanked on both sides of a bundle that passes over others.
_CASING = 1.3
# How far strands reach below their head, so that no gap shows.
_UNDER = 0.5


def line(
    edge: Edge,
    points: Sequence[Point],
    width: float,
    tone: Tone,
    pattern: Pattern = "solid",
    tooltip: str = "",
) -> Curve:
    """Return a part of an edge that has no head."""
    places = tuple(map(rounded_point, points))
    return Curve(*edge, places, places[-1], round(width, 2), tone, 0.0, None, tooltip, pattern)


def strand_line(edge: Edge, points: Sequence[Point], strand: Strand, words: str) -> Curve:
    """Return one strand along its own points."""
    return line(edge, points, strand.width, strand.tone, strand.pattern, words)


def casing(edge: Edge, points: Sequence[Point], width: float) -> Curve:
    """Return the blank line below a bundle, or a strand, of that width."""
    return line(edge, points, width + 2 * _CASING, "casing")


def head(edge: Edge, end: Point, tip: Point, bundle: Bundle, tooltip: str, label: Text | None = None) -> Curve:
    """Return the head of a bundle, as wide as all its strands, in the colour of the widest."""
    length = max(abs(tip[0] - end[0]) + abs(tip[1] - end[1]), 1.0)
    start = tuple(a - _UNDER * (b - a) / length for a, b in zip(end, tip, strict=True))
    points = tuple(map(rounded_point, ((start[0], start[1]), *straight((start[0], start[1]), end))))
    arrow = round(bundle_arrow(bundle.width), 2)
    return Curve(*edge, points, rounded_point(tip), HAIRLINE, bundle.tone, arrow, label, tooltip, "solid")


def along(edge: Edge, points: Sequence[Point], bundle: Bundle, words: Sequence[str]) -> list[Curve]:
    """Return the lines of a bundle along the route of its middle: what it passes over blanked, then its strands."""
    if not bundle.strands:
        return [line(edge, points, HAIRLINE, "quiet")]
    curves = [casing(edge, points, bundle.width)]
    curves += [
        strand_line(edge, alongside(points, offset), strand, told)
        for strand, offset, told in zip(bundle.strands, bundle.offsets, words, strict=True)
    ]
    return curves
