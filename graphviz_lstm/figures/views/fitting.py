"""How steps wrap: as many side by side as have room, a step that has none parted between its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.figures.layout import is_gap
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH, GAP_WIDTH, LARGE_SIZE
from graphviz_lstm.figures.views.rows import CUT, NAMED, ON, PAD, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.figures.choices import LayoutName
    from graphviz_lstm.figures.layout import Layout, Motif
    from graphviz_lstm.figures.scene import Point, Scene

# The least size of a number, and the width that a figure has in a column of text and on a telephone, in pixels.
_LEAST = 9.0
_PIXELS: dict[LayoutName, float] = dict(zip(LAYOUTS, (700.0, 360.0), strict=True))
# From the lowest line of one row to the highest frame of the next.
_BETWEEN = 20.0
# Behind a column of boxes a step is parted so far.
_BEHIND_BOX = 3.0
# So much less than a row takes there is not room for it.
_LESS = 0.01


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


def require_readable(scene: Scene, layout: LayoutName, *, instead: str) -> None:
    """Refuse a scene whose smallest letters would be too small where it is shown.

    Raises
    ------
    InputError
        If they would: with how large they were, and what can be done `instead`.
    """
    texts = [*scene.texts, *(curve.label for curve in scene.curves), *(frame.label for frame in scene.frames)]
    texts += [text for box in scene.boxes for text in box.texts]
    smallest = min((text.size for text in texts if text is not None), default=LARGE_SIZE)
    pixels = smallest * _PIXELS[layout] / max(scene.right - scene.left, 1.0)
    if pixels < _LEAST:
        raise InputError(
            f"layout={layout!r}: {_PIXELS[layout]:.0f} pixels wide its numbers would be {pixels:.1f} pixels high, "
            f"less than {_LEAST:.0f} ({instead})"
        )


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
    behind = motif.spacing.loss_gap + layout.loss_width - BOX_WIDTH / 2
    cut_off = max(needs.beyond, CUT + ON + NAMED)
    before = motif.spacing.gap - CUT + NAMED
    parts: tuple[float, ...] = ()
    if like:
        parts = tuple(sorted({part for rows in like for part in rows.parts}))
    elif steps_per_row is None:
        parts = _parts(motif, needs.room - 2 * PAD, before=max(needs.source_left, before), behind=cut_off)
    items = _items(layout, parts)

    def needed(begin: int, end: int, *, loss: bool = True) -> float:
        first, last = items[begin], items[end - 1]
        left = ON + NAMED if first.goes_on else needs.source_left if begin == 0 else before
        right = ON + NAMED if last.leads_on else behind if loss and end == len(items) else cut_off
        return left + last.right - first.left + right + 2 * PAD

    def joins(begin: int, end: int) -> bool:
        """Return whether one more has room: what is parted stands beside hidden steps alone."""
        one, other = items[end - 1], items[end]
        parted = bool(parts) and not (one.hidden or other.hidden)
        return not (one.leads_on or parted) and needed(begin, end + 1) <= needs.room

    first = [*sorted({first for rows in like for first in rows.firsts}), len(items)] if like else [0]
    while first[-1] < len(items):
        end = first[-1] + (steps_per_row or 1)
        while steps_per_row is None and end < len(items) and joins(first[-1], end):
            end += 1
        first.append(end)
    first.pop()
    own = not like and steps_per_row is None
    alone = own and first[-1] == len(items) - 1 and needed(first[-1], len(items)) > needs.room
    if alone:
        first.append(len(items))
    rows = [(begin, end) for begin, end in pairwise([*first, len(items)]) if begin < end]
    # What has a step, or the loss, beside it can be parted, and so can a step that has more columns.
    splits = len(parts) < len(motif.joints)
    beside = [(a, b) for a, b in rows if splits or b - a > 1 or (b == len(items) and not alone)]
    widest_row = max((needed(begin, end, loss=not alone) for begin, end in beside), default=0.0)
    return _placed(layout, items, parts, first, layout.places[target], needs.highest, widest_row)


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
    """A step, a part of one, or the box of hidden ones: where it is, and whether lines of its step come or go on."""

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
            named = [ON + NAMED] * count
            taken = [
                width + one + other for width, one, other in zip(widths, [0.0, *named], [*named, 0.0], strict=True)
            ]
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
    goal: Point,
    highest: float | None,
    widest_row: float,
) -> Rows:
    """Return the rows that begin with such items, one below another."""
    motif, alone = layout.motif, first[-1] == len(items)
    # What goes on needs less room for its lines, and begins further left than a whole step.
    nearer = motif.spacing.gap - CUT - ON
    starts = [*(item.left + nearer * item.goes_on for item in items), goal[0] - layout.loss_width / 2]
    full = motif.height + motif.attic
    top = full if highest is None else max(full, highest)
    height = top - (layout.loss_bus - layout.loss_bus_height) + _BETWEEN
    downs = [row * height for row in range(len(first))]
    if alone and highest is None:
        # Nothing stands above the loss in its row.
        downs[-1] -= full - goal[1] - BOX_HEIGHT
    ends = [items[k - 1] for k in first[1:]]
    return Rows(
        tuple(end.right if end.leads_on else end.right + CUT for end in ends),
        tuple((-starts[k], -down) for k, down in zip(first, downs, strict=True)),
        tuple(first),
        parts,
        frozenset(row for row, end in enumerate(ends) if end.leads_on),
        widest_row,
    )
