"""The sides of a box, from its centre."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Point


def top_of(place: Point) -> float:
    """Return the height of the upper side of a box."""
    return place[1] + BOX_HEIGHT / 2


def bottom_of(place: Point) -> float:
    """Return the height of the lower side of a box."""
    return place[1] - BOX_HEIGHT / 2


def right_of(place: Point) -> float:
    """Return the x of the right side of a box."""
    return place[0] + BOX_WIDTH / 2


def left_of(place: Point) -> float:
    """Return the x of the left side of a box."""
    return place[0] - BOX_WIDTH / 2
