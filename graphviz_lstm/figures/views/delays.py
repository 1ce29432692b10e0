"""The delay marks of the rolled view: a square on each line that leads to the next step."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes import straight, toward

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Curve

# The side of a square, at least, and how much wider than its line it is. How far from the head it stands: between the
# loop's number and the lines that rise beside the box, and where the loop's end is short.
_SIDE, _WIDER, _BEFORE, _NEAR = 7.0, 4.0, 36.0, 10.0

BEFORE_HEAD = _BEFORE + _SIDE + 2.0
"""How long a loop is at its end where its square is, and a little air before that."""


def delay_mark(loop: Curve) -> Curve:
    """Return the square on a loop, before its arrowhead: there the value waits for a step."""
    before = loop.points[-4]
    length = math.dist(loop.tip, before)
    head = math.dist(loop.tip, loop.points[-1])
    away = _BEFORE if length > 2 * _BEFORE else min(head + _NEAR, length - _SIDE)
    stop, start = toward(loop.tip, before, away), toward(loop.tip, before, away + _SIDE)
    points = tuple((round(x, 2), round(y, 2)) for x, y in (start, *straight(start, stop)))
    width = max(_SIDE, loop.width + _WIDER)
    words = f"{loop.tail} waits for a step"
    return replace(
        loop, points=points, tip=points[-1], width=width, arrow=0.0, label=None, tooltip=words, pattern="solid"
    )
