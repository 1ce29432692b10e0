"""How much room the numbers and words of a figure of strands take between its lines."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import is_gap, left_of
from graphviz_lstm.figures.routes import make_plan
from graphviz_lstm.figures.scene import plain, text_width
from graphviz_lstm.figures.theme import BOX_HEIGHT, LARGE_SIZE
from graphviz_lstm.figures.views.strands.question import ABOVE_HEADS, bracket_texts, is_short
from graphviz_lstm.figures.views.strands.rivers import columns_of, falling, rising, room_to_turn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.layout import Spacing
    from graphviz_lstm.figures.routes import Drawn, Edge
    from graphviz_lstm.figures.scene import Line
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.words import Words

BESIDE_NUMBER = 2.0
"""Beside the number of a crossing: from the bend before it, and to the frame behind it."""
WORD_SIZE = LARGE_SIZE
RIVER_LINE = 14.0
"""From one line of what is written beside a line that rises or falls to the next."""
BEHIND = 4.0
"""From such a line to what is written beside it."""
_BEFORE = 6.0
# Where a line runs over the top of a step, it rises beside its box within the frame.
_OVER_THE_TOP = 30.0
_SPARE = 24.0
# Above a rail: its number.
_ABOVE_RAIL = 18.0


# Beyond the outermost line at a side of a box.
_BESIDE_LINE = 2.0
# Between lines that run up or down side by side before a column.
_BESIDE_LANE = 3.0


def tall_boxes(drawn: Drawn, *, risers: bool = False) -> dict[str, float]:
    """Return the heights of the boxes at whose sides more lines meet than a box of the usual height has room for.

    What rises from the source counts among `risers` alone: a river has places of its own.
    """
    plan, tall = make_plan(drawn), dict.fromkeys(drawn.layout.motif.places, BOX_HEIGHT)
    ends = [(edge, edge[0], height) for edge, height in plan.exits.items()]
    ends += [(edge, edge[1], height) for edge, height in plan.entries.items()]
    ends += [(edge, edge[1], height) for edge, height in plan.rises.items() if risers]
    for edge, vertex, height in ends:
        quantity = drawn.graph.nodes[vertex]["quantity"]
        if quantity in tall:
            away = abs(height - drawn.place(vertex)[1]) + drawn.half(edge) + _BESIDE_LINE
            tall[quantity] = max(tall[quantity], 2.0 * away)
    return {quantity: round(height, 2) for quantity, height in tall.items() if height > BOX_HEIGHT}


def spacing_for(drawn: Drawn, bundles: Bundles, words: Words) -> Spacing:
    """Return the distances with which all numbers and words of a figure have room; `drawn` has the usual ones."""
    graph, motif = drawn.graph, drawn.layout.motif
    usual = motif.spacing
    crossings = [edge for edge in bundles.of_edge if drawn.kind(edge) == "crossing"]
    widest = max((_width(text) for edge in crossings for text in words.numbers(edge)), default=0.0)
    gap = usual.turn + max(widest, 24.0) + 2 * BESIDE_NUMBER
    gutter, margin, headroom = usual.gutter, usual.margin, usual.headroom
    # Two steps have room to spare in a row.
    column = usual.climbing_column + (_SPARE if is_short(drawn) else 0.0)
    rails = [edge for edge in bundles.of_edge if drawn.kind(edge) == "carousel"]
    headroom = max(headroom, _ABOVE_RAIL + max((bundles.of_edge[edge].width for edge in rails), default=0.0))
    over = any(drawn.kind(edge) == "carousel" and not drawn.enters_rail(edge) for edge in drawn.widths)
    if over:
        margin = max(margin, _OVER_THE_TOP)
    texts = bracket_texts(drawn, bundles, words.shown)
    if texts:
        highest = max(drawn.top(edge[1]) for edge in crossings)
        headroom += max(0.0, highest + ABOVE_HEADS - motif.height)
        needed = max(_width(text, WORD_SIZE) for pair in texts.values() for text in pair) + 12.0
        gutter += max(0.0, needed - motif.width - margin + usual.margin)
    columns = columns_of(drawn, [edge for edge in rising(drawn) if edge in bundles.of_edge])
    falls = {
        edge: drawn.place(edge[0])[0] + 11.0
        for edge in falling(drawn)
        if not is_gap(edge[0]) and edge in bundles.of_edge
    }
    wide = usual.wide_gutter
    for step in {graph.nodes[edge[1]]["step"] for edge in columns}:
        together = [edge for edge in columns if not is_gap(edge[1]) and graph.nodes[edge[1]]["step"] == step]
        if len(together) > 1:
            last = max(columns[edge] + drawn.half(edge) for edge in together) - drawn.layout.origin[step]
            told = max(_width(text) for edge in together for text in words.numbers(edge))
            wide = max(wide, last + told + 2 * _BEFORE)
    for edge, x in columns.items():
        step = graph.nodes[edge[1]]["step"]
        behind = [place for other, place in falls.items() if graph.nodes[other[0]]["step"] == step]
        if behind and not is_gap(edge[1]):
            # Where several rise their numbers stand before their heads.
            needed = _needed(drawn, words, edge, words.entry(step)) + _half(bundles, falls, behind[0])
            gutter = max(gutter, usual.gutter + needed - (behind[0] - x))
    for edge, x in falls.items():
        step = graph.nodes[edge[0]]["step"]
        room = drawn.layout.origin[step] + motif.width - x + gap
        needed = _needed(drawn, words, edge, words.exit(step))
        margin = max(margin, usual.margin + needed - room)
    lanes = [bundles.of_edge[edge].width for edge in bundles.of_edge if drawn.lane(edge) is not None]
    most = max((len(words.numbers(edge)) for edge in (*columns, *falling(drawn)) if edge in bundles.of_edge), default=0)
    below = usual.numbers + RIVER_LINE * (most > 1)
    return replace(
        usual,
        climbing_column=column,
        numbers=below,
        gap=gap,
        gutter=gutter,
        wide_gutter=wide,
        margin=margin,
        headroom=headroom,
        lane=max(usual.lane, *lanes, 0.0) + (_BESIDE_LANE if lanes else 0.0),
    )


def with_turns(drawn: Drawn, columns: Mapping[Edge, float]) -> Spacing:
    """Return the distances with which wide lines have room to turn before their heads; `drawn` has all others.

    `columns` has the x at which each of the source's lines rises into a step.
    """
    spacing, plan = drawn.layout.motif.spacing, make_plan(drawn)
    before = [
        room_to_turn(drawn, edge) - (left_of(drawn.place(edge[1])) - x)
        for edge, x in columns.items()
        if not is_gap(edge[1])
    ]
    below: dict[bool, list[float]] = {False: [], True: []}
    for edge, port in plan.exits.items():
        if drawn.kind(edge) == "inner" and edge in plan.ports:
            up = drawn.place(edge[1])[1] > drawn.place(edge[0])[1]
            way = drawn.bottom(edge[1]) - port if up else port - drawn.top(edge[1])
            below[drawn.role(edge[1]) == "state"].append(room_to_turn(drawn, edge) - way)
    # Whole points: then every step is like the others to the last digit.
    gutter, row, rail = (math.ceil(max([0.0, *short])) for short in (before, below[False], below[True]))
    return replace(
        spacing,
        gutter=spacing.gutter + gutter,
        wide_gutter=spacing.wide_gutter + gutter,
        row=spacing.row + row,
        high_row=spacing.high_row + row,
        rail=spacing.rail + rail,
        rails=spacing.rails + rail,
    )


def beyond_the_frame(drawn: Drawn, words: Words) -> float:
    """Return how far the words beside a line that falls reach to the right of its step's frame."""
    layout = drawn.layout
    reach = [0.0]
    for edge in falling(drawn):
        if not is_gap(edge[0]) and edge in words.bundles.of_edge:
            step = drawn.graph.nodes[edge[0]]["step"]
            behind = _needed(drawn, words, edge, words.exit(step)) - _BEFORE
            reach.append(drawn.place(edge[0])[0] + 11.0 + behind - layout.origin[step] - layout.motif.width)
    return max(reach)


def _half(bundles: Bundles, falls: dict[Edge, float], at: float) -> float:
    return max(bundles.of_edge[edge].width / 2 for edge, x in falls.items() if x == at and edge in bundles.of_edge)


def _needed(drawn: Drawn, words: Words, edge: Edge, line: Line) -> float:
    """Return how much room behind a line its numbers and words take."""
    numbers = max(map(_width, words.numbers(edge)))
    return drawn.half(edge) + BEHIND + max(numbers, text_width(line, WORD_SIZE)) + _BEFORE


def _width(text: str, size: float = LARGE_SIZE) -> float:
    return text_width(plain(text), size)
