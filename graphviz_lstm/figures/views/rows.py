"""Steps in rows, as music has them: the long picture is cut where every line runs level, and its parts are stacked."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes import cut, straight
from graphviz_lstm.figures.scene import Run, Text
from graphviz_lstm.figures.theme import LARGE_SIZE
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.figures.scene import Box, Curve, Frame, Line, Point

CUT, ON = 1.0, 7.0
"""Beyond a frame or a gap's box lines are cut so far, and go on for a bit."""
PAD = 6.0
"""About the whole figure."""
GOES_ON = "A line that ends at a name on the right goes on from that name in the row below."
"""What a legend says where lines are cut."""
# From the end of a line that is cut to its name: half the widest bundle, and a bit.
_BEFORE_NAME = 9.0
NAMED = _BEFORE_NAME + 27.0
"""Room for a name at the end of a line that is cut."""
# Where a step is parted its frame goes on so far.
_BEYOND = 4.0
# From the left side of a part that goes on back to the name of its step.
_CORNER = 8.0
# A line ends so near to where its head begins.
_AT = 1.0
# Lines of one name that end nearer to each other than this have it once.
_NEAR = 20.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the rows of a figure begin and end.

    Attributes
    ----------
    cuts
        The x at which each row but the last ends.
    shifts
        How far what belongs to a row is moved.
    firsts
        The place of what each row begins with, of all steps or their parts, a box for hidden steps counted as one;
        where the loss has a row of its own, how many there are.
    parts
        Where each step is parted, from its left side: nowhere, if a row has room for a whole one.
    within
        The rows that end within a step.
    widest
        How much room the widest takes of the rows that could be parted; 0 where none could be.
    """

    cuts: tuple[float, ...]
    shifts: tuple[Point, ...]
    firsts: tuple[int, ...]
    parts: tuple[float, ...]
    within: frozenset[int]
    widest: float

    def of(self, x: float) -> int:
        """Return the row to which an x belongs."""
        return bisect_left(self.cuts, x)

    def of_text(self, text: Text) -> int:
        """Return the row to which a number beside a line belongs: none reaches out of the part of a step."""
        row = self.of(text.x)
        while row in self.within and text.left + text.width > self.cuts[row]:
            row += 1
        return row

    def place(self, point: Point, row: int) -> Point:
        """Return where a point of a row comes to stand."""
        return rounded_point((point[0] + self.shifts[row][0], point[1] + self.shifts[row][1]))

    def led_in(self, points: Sequence[Point], row: int) -> tuple[Point, ...]:
        """Return what goes on in a row, so that it is seen to come from the left."""
        if row - 1 not in self.within:
            return tuple(points)
        before = (points[0][0] - ON, points[0][1])
        return (before, *straight(before, points[0]), *points[1:])


def wrap_curves(curves: Sequence[Curve], rows: Rows) -> list[Curve]:
    """Return lines as their rows have them, those that lead from one to the next in parts."""
    wrapped = []
    # A head that is longer than the way between two columns begins before the cut between these.
    heads: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for one in curves if rows.within else ():
        if one.arrow:
            heads.setdefault((one.tail, one.head), []).append((one.points[0][0], rows.of(one.tip[0] - CUT / 2)))
    for curve in curves:
        if curve.arrow:
            row = rows.of(curve.tip[0] - CUT / 2 if rows.within else curve.points[0][0] + CUT / 2)
            moved = tuple(rows.place(point, row) for point in curve.points)
            label = None if curve.label is None else move_text(curve.label, rows)
            wrapped.append(replace(curve, points=moved, tip=rows.place(curve.tip, row), label=label))
            continue
        # What runs back in time is cut from its end on.
        back = rows.of(curve.points[-1][0]) < rows.of(curve.points[0][0])
        points = curve.points[::-1] if back else curve.points
        row, end = rows.of(points[0][0]), points[-1][0]
        last = max(
            rows.of(end), next((its for x, its in heads.get((curve.tail, curve.head), ()) if abs(x - end) < _AT), 0)
        )
        while row < last:
            before, behind = cut(points, rows.cuts[row])
            if before:
                on = (before[-1][0] + ON, before[-1][1])
                moved = tuple(rows.place(point, row) for point in (*before, *straight(before[-1], on)))
                wrapped.append(replace(curve, points=moved, tip=moved[-1]))
            row += 1
            points = rows.led_in(behind or before[-1:], row)
        moved = tuple(rows.place(point, row) for point in points)
        label = None if curve.label is None else move_text(curve.label, rows)
        wrapped.append(replace(curve, points=moved, tip=moved[-1], label=label))
    return wrapped


def move_text(text: Text, rows: Rows, at: float | None = None) -> Text:
    """Return a text where its row has it: that of its own x, or of the x of what it speaks of."""
    x, y = rows.place((text.x, text.y), rows.of(text.x if at is None else at))
    return replace(text, x=x, y=y)


def move_box(box: Box, rows: Rows, row: int) -> Box:
    """Return a box where its row has it."""
    x, y = rows.place((box.x, box.y), row)
    return replace(box, x=x, y=y)


def move_frame(frame: Frame, rows: Rows, places: Mapping[str, Point]) -> list[Frame]:
    """Return a frame where its row has it, or a part of it in each of its rows, with the boxes in it."""
    parts = []
    first, last = rows.of(frame.left + CUT), rows.of(frame.right - CUT)
    for row in range(first, last + 1):
        dx, dy = rows.shifts[row]
        left = frame.left if row == first else rows.cuts[row - 1] - _BEYOND
        right = frame.right if row == last else rows.cuts[row] + _BEYOND
        # Within a part that goes on lines fall where there was room in the first.
        label = frame.label if row == first else replace(frame.label, x=left - _CORNER, anchor="end")
        within = frame.vertices
        if first < last:
            within = tuple(vertex for vertex in within if rows.of(places[vertex][0]) == row)
        parts.append(
            replace(
                frame,
                vertices=within,
                left=left + dx,
                right=right + dx,
                bottom=frame.bottom + dy,
                top=frame.top + dy,
                label=replace(label, x=label.x + dx, y=label.y + dy),
            )
        )
    return parts


@dataclass(frozen=True, slots=True)
class End:
    """A line that may be cut: what it is called there, where it runs, half its width, the x of its head's tip."""

    name: Line
    points: Sequence[Point]
    half: float
    tip: float


def names_at_cuts(ends: Sequence[End], rows: Rows) -> list[Text]:
    """Return the names of the lines that are cut, on both sides of each cut."""
    heights: dict[int, dict[str, list[tuple[float, Line]]]] = {}
    halves: dict[int, float] = {}
    # A head that is longer than the way between two columns begins before the cut between these.
    sooner: dict[int, float] = {}
    for end in ends:
        begin, finish = end.points[0][0], end.points[-1][0]
        first = rows.of(begin)
        last = max(rows.of(finish), rows.of(end.tip) if first in rows.within else 0)
        way = end.points if first <= last else end.points[::-1]
        for row in range(min(first, last), max(first, last)):
            before, behind = cut(way, rows.cuts[row])
            if before and (behind or row in rows.within):
                text = "".join(run.text for run in end.name)
                heights.setdefault(row, {}).setdefault(text, []).append((before[-1][1], end.name))
                halves[row] = max(halves.get(row, 0.0), end.half)
                sooner[row] = max(sooner.get(row, 0.0), rows.cuts[row] - before[-1][0])
    texts = []
    for row in sorted(heights):
        found = [(y, its[0][1]) for its in heights[row].values() for y in _clusters(sorted(y for y, _ in its))]
        away = max(_BEFORE_NAME, 2.0 + CUT + halves[row])
        lead = ON + sooner[row] if row in rows.within else 0.0
        lower = math.inf
        for y, line in sorted(found, key=lambda each: -each[0]):
            # Lines of two names may lie closer to each other than names can be read.
            lower = min(y, lower - LARGE_SIZE)
            right = rows.place((rows.cuts[row] + ON + away, lower), row)
            left = rows.place((rows.cuts[row] - away - lead, lower), row + 1)
            texts.append(Text(*right, line, LARGE_SIZE, "quiet", "start"))
            texts.append(Text(*left, line, LARGE_SIZE, "quiet", "end"))
    return texts


def _clusters(heights: list[float]) -> list[float]:
    """Return the middle of each group of heights that lie close together."""
    groups: list[list[float]] = []
    for height in heights:
        if groups and height - groups[-1][-1] < _NEAR:
            groups[-1].append(height)
        else:
            groups.append([height])
    return [(group[0] + group[-1]) / 2 for group in groups]


def name_to(word: str, name: Line) -> Line:
    """Return a name behind a word."""
    return (Run(word), *name)
