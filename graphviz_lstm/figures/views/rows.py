"""Steps in rows, as music has them: the long picture is cut where every line runs level, and its parts are stacked."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.figures.layout import is_gap
from graphviz_lstm.figures.routes import cut, straight
from graphviz_lstm.figures.scene import Run, Text
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH, GAP_WIDTH, LARGE_SIZE
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import LayoutName
    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.scene import Box, Curve, Frame, Line, Point

# The least size of a number, and the width that a figure has in a column of text and on a telephone, in pixels.
_LEAST = 9.0
_PIXELS: dict[LayoutName, float] = dict(zip(LAYOUTS, (700.0, 360.0), strict=True))
# Beyond a frame or a gap's box lines are cut so far, and go on for a bit.
_CUT, ON = 1.0, 7.0
# Room for a name at the end of a line that is cut.
_NAME = 27.0
PAD = 6.0
"""About the whole figure."""
GOES_ON = "A line that ends at a name on the right goes on from that name in the row below."
"""What a legend says where lines are cut."""
# From the end of a line that is cut to its name: half the widest bundle, and a bit.
_BEFORE_NAME = 9.0
# From the lowest line of one row to the highest frame of the next.
_BETWEEN = 20.0
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
        The place of the first step of each row, a box for hidden ones counted as one; where the loss has a row of its
        own, how many there are.
    widest
        How much room the widest takes of the rows that could be parted; 0 where each step has one, and so has the loss.
    """

    cuts: tuple[float, ...]
    shifts: tuple[Point, ...]
    firsts: tuple[int, ...]
    widest: float

    def of(self, x: float) -> int:
        """Return the row to which an x belongs."""
        return bisect_left(self.cuts, x)

    def place(self, point: Point, row: int) -> Point:
        """Return where a point of a row comes to stand."""
        return rounded_point((point[0] + self.shifts[row][0], point[1] + self.shifts[row][1]))


def widest(layout: LayoutName) -> float:
    """Return how wide a figure may be, in points, so that its numbers can be read where it is shown."""
    return _PIXELS[layout] * LARGE_SIZE / _LEAST


def rows_of(
    layout: Layout,
    *,
    steps_per_row: int | None,
    room: float,
    source_left: float,
    beyond: float,
    target: str,
    firsts: Sequence[int] | None = None,
    highest: float | None = None,
) -> Rows:
    """Return how the steps wrap: as many side by side as have room, or so many, or each row from such a place on.

    Where the loss has no room beside one step it has a row of its own.

    `source_left` is how far what stands before the first frame reaches to the left of it, `beyond` how far the words of
    a step reach to the right of its frame, `highest` how high what is drawn besides reaches, where there is any.

    Raises
    ------
    InputError
        If there are to be no steps in a row.
    """
    if steps_per_row is not None and steps_per_row < 1:
        raise InputError(f"unusable number of steps in a row: {shorten(steps_per_row)} (must be at least 1)")
    motif = layout.motif
    items = [(x, x + motif.width) for x in layout.origin.values()]
    gaps = [x for vertex, (x, _) in layout.places.items() if is_gap(vertex)]
    items += [(x - GAP_WIDTH / 2, x + GAP_WIDTH / 2) for x in gaps]
    items.sort()

    behind = motif.spacing.loss_gap + BOX_WIDTH / 2
    cut_off = max(beyond, _CUT + ON + _BEFORE_NAME + _NAME)

    def needed(begin: int, end: int) -> float:
        left = source_left if begin == 0 else motif.spacing.gap - _CUT + _BEFORE_NAME + _NAME
        return left + items[end - 1][1] - items[begin][0] + (cut_off if end < len(items) else behind) + 2 * PAD

    first = [0] if firsts is None else [*firsts, len(items)]
    while first[-1] < len(items):
        begin = first[-1]
        if steps_per_row is None:
            end = begin + 1
            while end < len(items) and needed(begin, end + 1) <= room:
                end += 1
            first.append(end)
        else:
            first.append(begin + steps_per_row)
    first.pop()
    if (
        firsts is None
        and steps_per_row is None
        and first[-1] == len(items) - 1
        and needed(first[-1], len(items)) > room
    ):
        first.append(len(items))
    rows = [*pairwise(first), *([] if first[-1] == len(items) else [(first[-1], len(items))])]
    if first[-1] == len(items):
        # Beside its last step nothing stands: the loss has a row of its own.
        rows = [(begin, end) for begin, end in rows if end < len(items) or end - begin > 1]
    goal = layout.places[target]
    starts = [*(left for left, _ in items), goal[0] - BOX_WIDTH / 2]
    full = motif.height + motif.attic
    top = full if highest is None else max(full, highest)
    height = top - (layout.loss_bus - layout.loss_bus_height) + _BETWEEN
    downs = [row * height for row in range(len(first))]
    if first[-1] == len(items) and highest is None:
        # Nothing stands above the loss in its row.
        downs[-1] -= full - goal[1] - BOX_HEIGHT
    return Rows(
        tuple(items[k - 1][1] + _CUT for k in first[1:]),
        tuple((-starts[k], -down) for k, down in zip(first, downs, strict=True)),
        tuple(first),
        max((needed(begin, end) for begin, end in rows if end - begin > 1 or end == len(items)), default=0.0),
    )


def wrap_curves(curves: Sequence[Curve], rows: Rows) -> list[Curve]:
    """Return lines as their rows have them, those that lead from one to the next in parts."""
    wrapped = []
    for curve in curves:
        # What runs back in time is cut from its end on.
        back = not curve.arrow and rows.of(curve.points[-1][0]) < rows.of(curve.points[0][0])
        points = curve.points[::-1] if back else curve.points
        first = rows.of(points[0][0])
        for row, end in enumerate(rows.cuts[first:], start=first):
            if not points or curve.arrow or points[-1][0] <= end:
                break
            before, points = cut(points, end)
            if before and points:
                on = (before[-1][0] + ON, before[-1][1])
                before = (*before, *straight(before[-1], on))
            if before:
                moved = tuple(rows.place(point, row) for point in before)
                wrapped.append(replace(curve, points=moved, tip=moved[-1]))
        if points:
            row = rows.of(points[0][0] + _CUT / 2)
            moved = tuple(rows.place(point, row) for point in points)
            tip = rows.place(curve.tip, row) if curve.arrow else moved[-1]
            label = None if curve.label is None else move_text(curve.label, rows)
            wrapped.append(replace(curve, points=moved, tip=tip, label=label))
    return wrapped


def move_text(text: Text, rows: Rows, at: float | None = None) -> Text:
    """Return a text where its row has it: that of its own x, or of the x of what it speaks of."""
    x, y = rows.place((text.x, text.y), rows.of(text.x if at is None else at))
    return replace(text, x=x, y=y)


def move_box(box: Box, rows: Rows, row: int) -> Box:
    """Return a box where its row has it."""
    x, y = rows.place((box.x, box.y), row)
    return replace(box, x=x, y=y)


def move_frame(frame: Frame, rows: Rows) -> Frame:
    """Return a frame where its row has it."""
    dx, dy = rows.shifts[rows.of(frame.right - _CUT)]
    return replace(
        frame,
        left=frame.left + dx,
        right=frame.right + dx,
        bottom=frame.bottom + dy,
        top=frame.top + dy,
        label=replace(frame.label, x=frame.label.x + dx, y=frame.label.y + dy),
    )


def names_at_cuts(ends: Sequence[tuple[Line, Sequence[Point], float]], rows: Rows) -> list[Text]:
    """Return the names of the lines that are cut, on both sides of each cut.

    Parameters
    ----------
    ends
        What a line is called there, its points, and half its width.
    """
    heights: dict[tuple[int, str], list[tuple[float, float, Line]]] = {}
    for name, points, half in ends:
        first, last = (rows.of(end[0]) for end in (points[0], points[-1]))
        way = points if first <= last else points[::-1]
        for row in range(min(first, last), max(first, last)):
            before, behind = cut(way, rows.cuts[row])
            if before and behind:
                text = "".join(run.text for run in name)
                heights.setdefault((row, text), []).append((before[-1][1], half, name))
    texts = []
    for (row, _), found in heights.items():
        away = max(_BEFORE_NAME, 2.0 + _CUT + max(half for _, half, _ in found))
        for y in _clusters(sorted(height for height, _, _ in found)):
            end, line = rows.cuts[row], found[0][2]
            right = rows.place((end + ON + away, y), row)
            left = rows.place((end - away, y), row + 1)
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
