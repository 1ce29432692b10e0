"""The flow view: how much of the gradient goes through each edge, along which routes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.labels import label_of
from graphviz_lstm.figures.layout import COMPACT, GAP, NARROW, around, edges_on_paths, is_gap, make_layout
from graphviz_lstm.figures.legend import bounds_of
from graphviz_lstm.figures.routes import Drawn, Pen, goes_ahead, make_plan, route_of
from graphviz_lstm.figures.scene import Run, Scene, Text, text_width
from graphviz_lstm.figures.theme import BOX_WIDTH, GAP_WIDTH, HAIRLINE, LARGE_SIZE, TITLE_SIZE, bundle_arrow
from graphviz_lstm.figures.views.common import (
    CUT_TONE,
    CUT_WIDTH,
    derivative,
    edges_drawn,
    finish,
    rounded_point,
)
from graphviz_lstm.figures.views.fitting import Needs, fitted, widest
from graphviz_lstm.figures.views.rows import (
    PAD,
    End,
    move_frame,
    move_text,
    name_to,
    names_at_cuts,
    wrap_curves,
)
from graphviz_lstm.figures.views.settling import settle
from graphviz_lstm.figures.views.strands.boxes import boxes_of, frames_of
from graphviz_lstm.figures.views.strands.bundles import Bundle, bundles_of
from graphviz_lstm.figures.views.strands.legend import heading, legend_rows
from graphviz_lstm.figures.views.strands.lines import along, head, line
from graphviz_lstm.figures.views.strands.numbers import numbers_of
from graphviz_lstm.figures.views.strands.question import brackets
from graphviz_lstm.figures.views.strands.rivers import (
    columns_of,
    falling,
    loss_river,
    rising,
    river_height,
    source_river,
    widest_strand,
)
from graphviz_lstm.figures.views.strands.room import (
    BEHIND,
    BESIDE_NUMBER,
    RIVER_LINE,
    WORD_SIZE,
    beyond_the_frame,
    spacing_for,
    tall_boxes,
    with_turns,
)
from graphviz_lstm.figures.views.strands.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.layout import Spacing
    from graphviz_lstm.figures.routes import Edge, Plan, Route
    from graphviz_lstm.figures.scene import Curve, Line, Pattern, Point
    from graphviz_lstm.figures.views.rows import Rows
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.numbers import Numbers
    from graphviz_lstm.figures.views.strands.rivers import River
    from graphviz_lstm.gradients.shares.strands import By
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet

_PEN = Pen(
    LARGE_SIZE, lambda width: 10.0 * bundle_arrow(width), wide=True, head=lambda width: 3.5 * bundle_arrow(width)
)
_LINE = 13.5
# What rises and falls has its numbers below the frames, and words below these.
_BELOW_FRAME = -12.0


def strands_view(graph: Graph, paths: PathSet, by: By, *, most: float, steps_per_row: int | None = None) -> Scene:
    """Return the scene of the whole gradient as strands: each edge's flow by class of path and by sign.

    Parameters
    ----------
    graph
        Annotated with the flows from the source of `paths`; the middle of a long sequence may be left out.
    by
        What the classes are: see `gradients.strands.strands_of`.
    most, steps_per_row
        How the steps wrap into rows: as many in each as have room in that width, or so many.

    Raises
    ------
    InputError
        If the strands cannot be told by that, or there are to be no steps in a row.
    """
    bundles = bundles_of(graph, by)

    def whole(drawn: Drawn, words: Words, rows: Rows) -> Scene:
        above = drawn.layout.motif.height + drawn.layout.motif.attic
        scene, lost = _composed(
            drawn, words, rows, lambda it: heading(it, graph, paths, words.shown, above=above, most=most - 2 * PAD)
        )
        entries = legend_rows(graph, bundles, words.shown, scene, has_rows=bool(rows.cuts), lost=lost)
        title = f"flow of {derivative(graph)} by {bundles.by}"
        return finish(scene, graph, paths, title, entries, "", size=LARGE_SIZE, pad=PAD)

    return _fitted(graph, Words(graph, bundles, numbers_of(graph, bundles)), whole, most, steps_per_row)[0]


def strands_panel(
    graph: Graph, bundles: Bundles, numbers: Numbers, title: str, *, most: float, like: tuple[Rows, ...] = ()
) -> tuple[Scene, Rows]:
    """Return the scene of strands alone, one line of words over it: one of several that have a scale in common.

    With how its steps stand in rows.

    Parameters
    ----------
    bundles, numbers
        Of the graph, on the scale of all, and how all write their shares.
    most
        How wide it may be.
    like
        Those in whose rows its own begin, where that is given.
    """

    def panel(drawn: Drawn, words: Words, rows: Rows) -> Scene:
        left = min(place[0] for place in drawn.layout.places.values()) - BOX_WIDTH / 2
        line = Text(
            left,
            drawn.layout.motif.height + drawn.layout.motif.attic + 16.0,
            (Run(title),),
            TITLE_SIZE,
            "text",
            "start",
        )
        scene, _ = _composed(drawn, words, rows, lambda it: replace(it, texts=(*it.texts, line)))
        start, _, end, _ = bounds_of(scene)
        return replace(scene, left=start, right=end)

    return _fitted(graph, Words(graph, bundles, numbers), panel, most, None, like)


def _fitted(
    graph: Graph,
    words: Words,
    made: Callable[[Drawn, Words, Rows], Scene],
    most: float,
    steps_per_row: int | None,
    like: tuple[Rows, ...] = (),
) -> tuple[Scene, Rows]:
    """Return the scene in rows of as many steps as fit, and these."""
    drawn = _drawn(graph, words.bundles, words, NARROW if most <= widest("narrow") else COMPACT)
    left = min(drawn.layout.places[drawn.source][0] - BOX_WIDTH / 2, 0.0)
    return fitted(
        drawn.layout,
        Needs(most, -left, beyond_the_frame(drawn, words)),
        lambda rows: made(drawn, words, rows),
        steps_per_row=steps_per_row,
        target=graph.graph["target"],
        like=like,
    )


def _composed(drawn: Drawn, words: Words, rows: Rows, headed: Callable[[Scene], Scene]) -> tuple[Scene, int]:
    """Return the scene with a heading, without a legend, and how many numbers had no room."""
    graph, layout, bundles = drawn.graph, drawn.layout, words.bundles
    plan = make_plan(drawn)
    flowing, heads = _lines(plan, bundles, words)
    risers, falls = source_river(drawn, bundles, words.strand), loss_river(drawn, bundles, words.strand)
    heads += [
        head(edge, end, tip, bundle, words.edge(edge))
        for edge, (end, tip, bundle) in {**risers.heads, **falls.heads}.items()
    ]
    marks, told = brackets(plan, bundles, words.shown)
    # What is pale lies below, then the source's river; heads are drawn last.
    pale = [curve for curve in flowing if curve.tone == "pale"]
    lively = [curve for curve in flowing if curve.tone != "pale"]
    curves = [*pale, *marks, *risers.bars, *lively, *risers.strands, *falls.strands, *falls.bars, *heads]
    groups = [[move_text(text, rows) for text in group] for group in told]
    beside = _river_numbers(drawn, bundles, words, risers.places, entering=True)
    beside += _river_numbers(drawn, bundles, words, falls.places, entering=False)
    groups += [[move_text(text, rows, x) for text in group] for group, x in beside]
    scene = Scene(
        tuple(part for frame in frames_of(graph, layout) for part in move_frame(frame, rows, layout.places)),
        tuple(boxes_of(graph, layout, bundles, words, rows)),
        tuple(wrap_curves(curves, rows)),
        tuple(names_at_cuts(_ends(plan, bundles, risers), rows)),
    )
    return settle(headed(scene), groups)


def _drawn(graph: Graph, bundles: Bundles, words: Words, usual: Spacing) -> Drawn:
    """Return the edges that are drawn, how wide, and where the boxes stand: with room for the numbers of crossings."""
    source, whole = graph.graph["source"], around(graph)
    widths = {
        edge: bundles.of_edge[edge].width if edge in bundles.of_edge else HAIRLINE
        for edge in edges_drawn(whole, source, edges_on_paths(whole, source))
    }
    rough = Drawn(whole, make_layout(whole, source, spacing=usual), widths, source, _PEN)
    tall = tall_boxes(rough)
    rough = replace(rough, layout=make_layout(whole, source, spacing=usual, tall=tall))
    spacing = spacing_for(rough, bundles, words)
    buses = (river_height(bundles, rising(rough)), river_height(bundles, falling(rough)))
    close = replace(rough, layout=make_layout(whole, source, spacing=spacing, buses=buses, tall=tall))
    spacing = with_turns(close, columns_of(close, [edge for edge in rising(close) if edge in bundles.of_edge]))
    layout = make_layout(graph, source, spacing=spacing, buses=buses, tall=tall)
    kept = {edge: width for edge, width in widths.items() if edge in graph.edges}
    return Drawn(graph, layout, kept, source, _PEN)


def _lines(plan: Plan, bundles: Bundles, words: Words) -> tuple[list[Curve], list[Curve]]:
    """Return the lines within the steps and from one to the next, and their heads with their numbers."""
    drawn = plan.drawn
    flat = {*rising(drawn), *falling(drawn)}
    lines: list[Curve] = []
    heads: list[Curve] = []
    for edge in drawn.widths:
        bundle = bundles.of_edge.get(edge)
        if edge in flat and bundle is not None:
            continue
        route = route_of(plan, edge)
        if bundle is None:
            is_cut = bool(drawn.graph.edges[edge].get("cut"))
            tone, width = (CUT_TONE, CUT_WIDTH) if is_cut else ("pale", HAIRLINE)
            pattern: Pattern = "dotted" if is_cut else "solid"
            curve = line(edge, route.points, width, tone, pattern, words.pale(edge))
            lines.append(curve)
            ending = head(edge, route.points[-1], route.tip, Bundle((), width), curve.tooltip)
            heads.append(replace(ending, tone=tone))
            continue
        lines += along(edge, route.points, bundle, [words.strand(edge, strand) for strand in bundle.strands])
        heads.append(head(edge, route.points[-1], route.tip, bundle, words.edge(edge)))
        labels = _numbers_of(plan, edge, route, words)
        heads[-1] = replace(heads[-1], label=labels[0] if labels else None)
        heads += [replace(heads[-1], points=heads[-1].points, label=label) for label in labels[1:]]
    return lines, heads


def _numbers_of(plan: Plan, edge: Edge, route: Route, words: Words) -> list[Text]:
    """Return the numbers of an edge: of those within a step none, for what flows into a box flows out of it."""
    drawn = plan.drawn
    kind, texts = drawn.kind(edge), words.numbers(edge)
    if kind == "inner":
        return []
    if route.number is None:
        return []
    x, y = route.number
    anchor = route.anchor
    half = drawn.half(edge)
    if kind == "carousel":
        # Within the frame of the head's step, above the rail.
        x, anchor = drawn.frame_of(edge[1]) + 6.0, "start"
        return _beside(x, y, texts)
    if kind == "crossing":
        x = drawn.frame_of(edge[1]) - BESIDE_NUMBER
        return [
            Text(*rounded_point((x, y + k * _LINE)), (Run(text),), LARGE_SIZE, "text", "end")
            for k, text in enumerate(reversed(texts))
        ]
    if kind == "gap-in":
        x = drawn.place(edge[1])[0] - GAP_WIDTH / 2 - BESIDE_NUMBER
    if kind == "loss" and goes_ahead(drawn, edge):
        frame = drawn.frame_of(edge[0]) + drawn.layout.motif.width
        y = drawn.place(edge[0])[1] + half + drawn.above
        return [
            Text(*rounded_point((frame + 4.0, y + k * _LINE)), (Run(text),), LARGE_SIZE, "text", "start")
            for k, text in enumerate(reversed(texts))
        ]
    return [
        Text(*rounded_point((x, y + k * _LINE)), (Run(text),), LARGE_SIZE, "text", anchor)
        for k, text in enumerate(reversed(texts))
    ]


def _beside(x: float, y: float, texts: list[str]) -> list[Text]:
    placed = []
    for text in texts:
        placed.append(Text(*rounded_point((x, y)), (Run(text),), LARGE_SIZE, "text", "start"))
        x += text_width((Run(text),), LARGE_SIZE) + 6.0
    return placed


def _river_numbers(
    drawn: Drawn, bundles: Bundles, words: Words, places: Mapping[Edge, float], *, entering: bool
) -> list[tuple[list[Text], float]]:
    """Return the numbers of what rises or falls, and where it enters or exits, below the frames, each with its x."""
    texts: list[tuple[list[Text], float]] = []
    for edge, x in places.items():
        step = drawn.graph.nodes[edge[1] if entering else edge[0]]["step"]
        together = sum(drawn.graph.nodes[other[1 if entering else 0]]["step"] == step for other in places)
        if together > 1 and not any(map(is_gap, edge)):
            # Before its head, below the line.
            place = drawn.place(edge[1])
            at = (place[0] - BOX_WIDTH / 2 - BESIDE_NUMBER, place[1] - 8.0 - drawn.half(edge) - drawn.above)
            told = words.numbers(edge)
            lines = [
                Text(*rounded_point((at[0], at[1] - k * _LINE)), (Run(text),), LARGE_SIZE, "text", "end", number=True)
                for k, text in enumerate(told)
            ]
            texts.append((lines, x))
            continue
        left = x + bundles.of_edge[edge].width / 2 + BEHIND
        lines = [
            Text(left, 0.0, (Run(text),), LARGE_SIZE, "text", "start", number=True) for text in words.numbers(edge)
        ]
        if not any(map(is_gap, edge)):
            line = words.entry(step) if entering else words.exit(step)
            lines.append(Text(left, 0.0, line, WORD_SIZE, "quiet", "start"))
        heights = [_BELOW_FRAME - k * RIVER_LINE for k in range(len(lines))]
        spots = [rounded_point((left, height)) for height in heights]
        texts.append(([replace(text, x=at[0], y=at[1]) for text, at in zip(lines, spots, strict=True)], x))
    return texts


def _ends(plan: Plan, bundles: Bundles, risers: River) -> list[End]:
    """Return the lines that may be cut, each with what it is called there."""
    drawn = plan.drawn
    graph, layout = drawn.graph, drawn.layout
    ends = []
    flat = {*rising(drawn), *falling(drawn)}
    for edge in drawn.widths:
        if edge in flat:
            continue
        route = route_of(plan, edge)
        name: Line = (Run(GAP),) if is_gap(edge[0]) else label_of(graph.nodes[edge[0]])
        ends.append(End(name, route.points, drawn.half(edge), route.tip[0]))
    far = layout.places[graph.graph["target"]][0]
    if rising(drawn):
        name = label_of(graph.nodes[drawn.source])
        y = layout.bus - layout.bus_height / 2
        stop = max(layout.places[edge[1]][0] for edge in rising(drawn)) - BOX_WIDTH / 2 - 30.0
        half = widest_strand(bundles, rising(drawn)) / 2
        ends.append(End(name, _level(layout.places[drawn.source][0], stop, y), half, stop))
        # What rises into a step before the column of its head.
        ends += [
            End(name, _level(risers.places[edge], stop[0], stop[1]), drawn.half(edge), tip[0])
            for edge, (stop, tip, _) in risers.heads.items()
            if stop[1] == tip[1]
        ]
    if falling(drawn):
        y = layout.loss_bus - layout.loss_bus_height / 2
        start = min(layout.places[edge[0]][0] for edge in falling(drawn))
        half = widest_strand(bundles, falling(drawn)) / 2
        ends.append(End(name_to("to ", label_of(graph.nodes[graph.graph["target"]])), _level(start, far, y), half, far))
    return ends


def _level(start: float, stop: float, y: float) -> tuple[Point, ...]:
    third = (stop - start) / 3
    return ((start, y), (start + third, y), (stop - third, y), (stop, y))
