"""Where the loops of the rolled view enter the left sides of boxes: above what rises there, no head on another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes import make_plan
from graphviz_lstm.figures.theme import BOX_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes import Drawn, Edge, Pen, Plan
    from graphviz_lstm.graph.unroll import Graph

_ALONE = 4.0
# Where several loops enter one box: the highest of them, and from one to the next. Where the source's line does.
_UPPER, _APART, _RISE = 11.0, 9.0, -8.0
# Between the middle of the highest line, or of the lowest, and the corner of a box, beyond half its width.
_CORNER = 1.0


@dataclass(frozen=True, slots=True)
class Ways:
    """The loops of a step, by how they run, each kind from the innermost to the outermost.

    Attributes
    ----------
    own
        A state's to itself, or to another rail, and the small one of an output that carries itself on.
    over, below
        A state's to gates, over the top, and an output's, below.
    """

    own: Sequence[Edge]
    over: Sequence[Edge]
    below: Sequence[Edge]
    around: Sequence[Edge]
    """Those of `own` that enter their head from the left."""


def ways_of(graph: Graph, layout: Layout, loops: Iterable[Edge]) -> Ways:
    """Return how each of some loops runs."""
    roles, places = {v: data["role"] for v, data in graph.nodes.items()}, layout.places
    carried = [e for e in loops if e in graph.graph["carousels"] or (e[0] == e[1] and roles[e[0]] == "state")]
    # An output that another quantity keeps stands below its rail: it is led back below, as to a gate.
    own = [e for e in carried if roles[e[0]] != "output" or e[0] == e[1]]
    over = [edge for edge in loops if edge not in own and roles[edge[0]] == "state"]
    below = [edge for edge in loops if edge not in own and edge not in over]
    over.sort(key=lambda edge: places[edge[1]][1], reverse=True)
    below.sort(key=lambda edge: places[edge[1]][1])
    return Ways(own, over, below, [edge for edge in own if "output" not in (roles[edge[0]], roles[edge[1]])])


@dataclass(frozen=True, slots=True)
class Entries:
    """Where loops enter.

    Attributes
    ----------
    above
        Loop -> how far above the middle of its head it enters it.
    first
        The loops that no other enters the same box above.
    alone
        The loops that no other enters the same box with.
    tall
        Quantity -> how high its box has to be, where it is higher than usual.
    taken
        Box -> how far above its middle the lowest head of a loop reaches: what rises enters below.
    """

    above: Mapping[Edge, float]
    first: frozenset[Edge]
    alone: frozenset[Edge]
    tall: Mapping[str, float]
    taken: Mapping[str, float]


def entries_of(ways: Ways, rough: Drawn, widths: Mapping[Edge, float]) -> Entries:
    """Return where loops enter that share a head, the innermost from above on top, the source's line below them.

    One from an initial state comes between those from above and those from below. `rough` has all that is drawn
    besides, `widths` are those of the loops.
    """
    from_above, from_below = [*ways.around, *ways.over], [*reversed(ways.below)]
    pen, plan = rough.pen, make_plan(rough)
    # No loop begins at the source: of two lines with the same ends the loop is meant.
    every = {**rough.widths, **widths}
    above: dict[Edge, float] = {}
    tall, taken = {}, {}
    first, alone = set(), set()
    for head in dict.fromkeys(head for _, head in [*from_above, *from_below]):
        upper, lower = ([edge for edge in some if edge[1] == head] for some in (from_above, from_below))
        loops, level = [*upper, *lower], _level(plan, head)
        if level is not None:
            placed = {level[0]: level[1]} | _beside(level, upper[::-1], every, pen, 1.0)
            placed |= _beside(level, lower, every, pen, -1.0)
            first.update(upper[:1])
        else:
            rising = [edge for edge in plan.rises if edge[1] == head]
            usual = 0.0 if loops[0] in ways.around else _ALONE
            placed = _below(_limit(plan, head), loops, rising, every, pen, usual)
            first.add(loops[0])
        if len(loops) == 1:
            alone.add(loops[0])
        reach = max(abs(place) + every[edge] / 2 + _CORNER for edge, place in placed.items())
        if 2.0 * reach > BOX_HEIGHT:
            tall[head] = round(2.0 * reach, 2)
        above |= {edge: placed[edge] for edge in loops}
        taken[head] = above[loops[-1]] - pen.head(widths[loops[-1]])
    return Entries(above, frozenset(first), frozenset(alone), tall, taken)


def _level(plan: Plan, head: str) -> tuple[Edge, float] | None:
    """Return the line from an initial state to the left side of a box, and how far above its middle it enters."""
    drawn, edge = plan.drawn, (plan.drawn.source, head)
    if edge not in drawn.widths or drawn.kind(edge) not in ("carousel", "crossing") or drawn.enters_from_above(edge):
        return None
    height = plan.entries[edge] if edge in plan.entries else plan.exits[edge]
    return (edge, height - drawn.place(head)[1])


def _beside(
    level: tuple[Edge, float], loops: Iterable[Edge], widths: Mapping[Edge, float], pen: Pen, way: float
) -> dict[Edge, float]:
    """Return the places of loops on one side of a line, the nearest first: above it, or below."""
    (last, place), placed = level, {}
    for edge in loops:
        place += way * max(_APART, pen.head(widths[last]) + pen.head(widths[edge]))
        last, placed[edge] = edge, place
    return placed


def _limit(plan: Plan, head: str) -> float:
    """Return how far above the middle of a box the lines reach that come down to it before its column."""
    drawn = plan.drawn
    y = drawn.place(head)[1]
    reach = [
        height - y - drawn.pen.head(drawn.widths[edge]) for edge, height in plan.entries.items() if edge[1] == head
    ]
    return min(reach, default=math.inf)


def _below(
    limit: float, loops: Sequence[Edge], rising: Sequence[Edge], widths: Mapping[Edge, float], pen: Pen, alone: float
) -> dict[Edge, float]:
    """Return the places of loops, and of the source's line below them: the usual ones where heads have room there."""
    entering = [*loops, *rising]
    heads = [pen.head(widths[edge]) for edge in entering]
    usual = [_UPPER - _APART * k for k in range(len(loops))] if len(loops) > 1 else [min(alone, limit)]
    limit -= heads[0]
    usual = [height + min(limit - usual[0], 0.0) for height in usual]
    usual += [min(_RISE, usual[-1])] * len(rising)
    apart = [max(usual[k] - usual[k + 1], one + other) for k, (one, other) in enumerate(pairwise(heads))]
    places = list(accumulate((-space for space in apart), initial=0.0))
    over, under = (widths[edge] / 2 + _CORNER for edge in (entering[0], entering[-1]))
    room = max(BOX_HEIGHT, over + under - places[-1])
    top = min(max(usual[0], under - places[-1] - room / 2), room / 2 - over, limit)
    return {edge: top + place for edge, place in zip(entering, places, strict=True)}
