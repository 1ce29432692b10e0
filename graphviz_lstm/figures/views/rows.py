"""Steps in rows, as music has them: the long picture is cut where every line runs level, and its parts are stacked."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.figures.layout import is_gap
from graphviz_lstm.figures.routes import cut, straight
from graphviz_lstm.figures.scene import Run, Text
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH, GAP_WIDTH, LARGE_SIZE
from graphviz_lstm.figures.views.common import rounded_point

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.figures.choices import LayoutName
    from graphviz_lstm.figures.layout import Layout, Motif
    from graphviz_lstm.figures.scene import Box, Curve, Frame, Line, Point, Scene

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
# Behind a column of boxes a step is parted so far, and its frame ends so far from there.
_BEHIND_BOX, _BEYOND = 3.0, 4.0
# From the left side of a part that goes on back to the name of its step.
_CORNER = 8.0
# A line ends so near to where its head begins.
_AT = 1.0
_NAMED = _BEFORE_NAME + _NAME
# So much less than a row takes there is not room for it.
_LESS = 0.01
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


@dataclass(frozen=True, slots=True)
class Needs:
    """How much room there is for a row, and how much is needed beside its steps.

    Attributes
    ----------
    source_left
        How far what stands before the first frame reaches to the left of it.
    beyond
        How far the words of a step reach to the right of its frame.
    highest
        How high what is drawn besides reaches, where there is any.
    """

    room: float
    source_left: float
    beyond: float
    highest: float | None = None


def widest(layout: LayoutName) -> float:
    """Return how wide a figure may be, in points, so that its numbers can be read where it is shown."""
    return _PIXELS[layout] * LARGE_SIZE / _LEAST


def rows_of(
    layout: Layout, needs: Needs, *, steps_per_row: int | None, target: str, like: tuple[Rows, ...] = ()
) -> Rows:
    """Return how the steps wrap: as many side by side as have room, or so many, or with a row where others have one.

    Where the loss has no room beside one step it has a row of its own; where one step has none it is parted between
    its columns, each step alike.

    Raises
    ------
    InputError
        If there are to be no steps in a row.
    """
    if steps_per_row is not None and steps_per_row < 1:
        raise InputError(f"unusable number of steps in a row: {shorten(steps_per_row)} (must be at least 1)")
    motif = layout.motif
    behind = motif.spacing.loss_gap + BOX_WIDTH / 2
    cut_off = max(needs.beyond, _CUT + ON + _NAMED)
    before = motif.spacing.gap - _CUT + _NAMED
    parts: tuple[float, ...] = ()
    if like:
        parts = tuple(sorted({part for rows in like for part in rows.parts}))
    elif steps_per_row is None:
        parts = _parts(motif, needs.room - 2 * PAD, before=max(needs.source_left, before), behind=cut_off)
    items = _items(layout, parts)

    def needed(begin: int, end: int) -> float:
        first, last = items[begin], items[end - 1]
        left = ON + _NAMED if first.goes_on else needs.source_left if begin == 0 else before
        right = ON + _NAMED if last.leads_on else cut_off if end < len(items) else behind
        return left + last.right - first.left + right + 2 * PAD

    def joins(begin: int, end: int) -> bool:
        """Return whether one more has room: what is parted stands beside hidden steps alone."""
        one, other = items[end - 1], items[end]
        parted = bool(parts) and not (one.hidden or other.hidden)
        return not (one.leads_on or parted) and needed(begin, end + 1) <= needs.room

    if like:
        first = [*sorted({first for rows in like for first in rows.firsts}), len(items)]
    else:
        first = [0]
    while first[-1] < len(items):
        end = first[-1] + (steps_per_row or 1)
        while steps_per_row is None and end < len(items) and joins(first[-1], end):
            end += 1
        first.append(end)
    first.pop()
    own = not like and steps_per_row is None
    if own and first[-1] == len(items) - 1 and needed(first[-1], len(items)) > needs.room:
        first.append(len(items))
    return _placed(layout, items, parts, first, needed, layout.places[target], needs.highest)


def fitted(
    layout: Layout,
    needs: Needs,
    made: Callable[[Rows], Scene],
    *,
    steps_per_row: int | None,
    target: str,
    like: tuple[Rows, ...] = (),
) -> tuple[Scene, Rows]:
    """Return the scene with as many steps side by side as fit, and its rows; the narrowest, if none fits."""
    best: tuple[float, Scene, Rows] | None = None
    room = needs.room
    while True:
        rows = rows_of(layout, replace(needs, room=room), steps_per_row=steps_per_row, target=target, like=like)
        scene = made(rows)
        width = scene.right - scene.left
        # What has no room in its box has smaller letters there.
        smallest = min((text.size for box in scene.boxes for text in box.texts), default=LARGE_SIZE)
        most = needs.room * min(smallest / LARGE_SIZE, 1.0)
        if best is None or width < best[0]:
            best = (width, scene, rows)
        if width <= most or steps_per_row is not None or like or not rows.widest:
            return best[1:]
        # What stands beyond the frames was wider than thought: fewer steps side by side.
        room = min(room - width + most, rows.widest - _LESS)


@dataclass(frozen=True, slots=True)
class _Item:
    """A step, a part of one, or the box of hidden ones: where it is, and whether it is the first or last of its step."""

    left: float
    right: float
    goes_on: bool = False
    leads_on: bool = False
    hidden: bool = False


def _items(layout: Layout, parts: Sequence[float]) -> list[_Item]:
    """Return what stands side by side, from left to right."""
    motif = layout.motif
    sides = [0.0, *parts, motif.width]
    items = [
        _Item(x + left, x + right, left > 0.0, right < motif.width)
        for x in layout.origin.values()
        for left, right in pairwise(sides)
    ]
    gaps = [x for vertex, (x, _) in layout.places.items() if is_gap(vertex)]
    items += [_Item(x - GAP_WIDTH / 2, x + GAP_WIDTH / 2, hidden=True) for x in gaps]
    return sorted(items, key=lambda item: item.left)


def _parts(motif: Motif, room: float, *, before: float, behind: float) -> tuple[float, ...]:
    """Return where a step is parted so that every part has room, in as few as can be, where fewest lines are cut."""
    leading = {round(x + _BEHIND_BOX, 2): lines for x, lines in motif.joints}
    for count in range(len(leading) + 1):
        fitting = []
        for parts in combinations(leading, count):
            sides = [-before, *parts, motif.width + behind]
            widths = [right - left for left, right in pairwise(sides)]
            # Beside a cut stand the names of its lines.
            named = [ON + _NAMED] * count
            taken = [width + one + other for width, one, other in zip(widths, [0.0, *named], [*named, 0.0], strict=True)]
            if max(taken) <= room or count == len(leading):
                fitting.append((sum(leading[part] for part in parts), max(taken), parts))
        if fitting:
            return min(fitting)[-1]
    return ()


def _placed(
    layout: Layout,
    items: Sequence[_Item],
    parts: tuple[float, ...],
    first: Sequence[int],
    needed: Callable[[int, int], float],
    goal: Point,
    highest: float | None,
) -> Rows:
    """Return the rows that begin with such items, one below another."""
    motif, alone = layout.motif, first[-1] == len(items)
    rows = [*pairwise(first), *([] if alone else [(first[-1], len(items))])]
    splits = len(parts) < len(motif.joints)
    if alone and not splits:
        # Beside its last step nothing stands: the loss has a row of its own.
        rows = [(begin, end) for begin, end in rows if end < len(items) or end - begin > 1]
    starts = [*(item.left for item in items), goal[0] - BOX_WIDTH / 2]
    full = motif.height + motif.attic
    top = full if highest is None else max(full, highest)
    height = top - (layout.loss_bus - layout.loss_bus_height) + _BETWEEN
    downs = [row * height for row in range(len(first))]
    if alone and highest is None:
        # Nothing stands above the loss in its row.
        downs[-1] -= full - goal[1] - BOX_HEIGHT
    ends = [items[k - 1] for k in first[1:]]
    parted = [(a, b) for a, b in rows if splits or b - a > 1 or b == len(items)]
    return Rows(
        tuple(end.right if end.leads_on else end.right + _CUT for end in ends),
        tuple((-starts[k], -down) for k, down in zip(first, downs, strict=True)),
        tuple(first),
        parts,
        frozenset(row for row, end in enumerate(ends) if end.leads_on),
        max((needed(begin, end) for begin, end in parted), default=0.0),
    )


def wrap_curves(curves: Sequence[Curve], rows: Rows) -> list[Curve]:
    """Return lines as their rows have them, those that lead from one to the next in parts."""
    wrapped = []
    # A head that is longer than the way between two columns begins before the cut between these.
    heads: dict[tuple[str, str], list[tuple[float, int]]] = {}
    for one in curves if rows.within else ():
        if one.arrow:
            heads.setdefault((one.tail, one.head), []).append((one.points[0][0], rows.of(one.tip[0] - _CUT / 2)))
    for curve in curves:
        if curve.arrow:
            row = rows.of(curve.tip[0] - _CUT / 2 if rows.within else curve.points[0][0] + _CUT / 2)
            moved = tuple(rows.place(point, row) for point in curve.points)
            label = None if curve.label is None else move_text(curve.label, rows)
            wrapped.append(replace(curve, points=moved, tip=rows.place(curve.tip, row), label=label))
            continue
        # What runs back in time is cut from its end on.
        back = rows.of(curve.points[-1][0]) < rows.of(curve.points[0][0])
        points = curve.points[::-1] if back else curve.points
        row, end = rows.of(points[0][0]), points[-1][0]
        last = max(rows.of(end), next((its for x, its in heads.get((curve.tail, curve.head), ()) if abs(x - end) < _AT), 0))
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
    first, last = rows.of(frame.left + _CUT), rows.of(frame.right - _CUT)
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
    for row in sorted({row for row, _ in heights}):
        at_cut = []
        for (its, _), found in heights.items():
            if its == row:
                away = max(_BEFORE_NAME, 2.0 + _CUT + max(half for _, half, _ in found))
                at_cut += [(y, found[0][2], away) for y in _clusters(sorted(height for height, _, _ in found))]
        at_cut.sort(key=lambda each: -each[0])
        before = math.inf
        for y, line, away in at_cut:
            # Lines of two names may lie closer to each other than names can be read.
            before = min(y, before - LARGE_SIZE)
            right = rows.place((rows.cuts[row] + ON + away, before), row)
            left = rows.place((rows.cuts[row] - away - (ON if row in rows.within else 0.0), before), row + 1)
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
