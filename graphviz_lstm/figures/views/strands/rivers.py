"""The source's bus and the loss's: strands that part from a river step by step, and strands that join one.

A class of paths has one bed in each river, and runs in it in proportion to all that is still to part, or has joined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import gap_height, is_gap, left_of, right_of
from graphviz_lstm.figures.routes import bent, by_step, goes_ahead, straight
from graphviz_lstm.figures.theme import BOX_WIDTH, GAP_WIDTH, HAIRLINE, bundle_arrow
from graphviz_lstm.figures.views.strands.bundles import GAP as BETWEEN_STRANDS, Bundle, Bundles, Key, Strand
from graphviz_lstm.figures.views.strands.lines import casing, line, strand_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphviz_lstm.figures.routes import Drawn, Edge
    from graphviz_lstm.figures.scene import Curve, Point

_BETWEEN = 1.6
_TURN = 7.0
_CORNER = 10.0
_RISING = ("parameter", "input", "gap-rise")
# From the left side of a step's frame to the first of several lines that rise into it.
_FIRST = 9.0
# The same of one alone; where its head is no box of the first column, how far before that it rises.
_FIRST_ALONE, _BEFORE = 13.0, 26.0


@dataclass(slots=True)
class River:
    """What a river is drawn as, and where the numbers of what parts from it or joins it stand."""

    bars: list[Curve] = field(default_factory=list)
    strands: list[Curve] = field(default_factory=list)
    heads: dict[Edge, tuple[Point, Point, Bundle]] = field(default_factory=dict)
    places: dict[Edge, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bed:
    """Where the strands of one class and sign run: between two heights."""

    top: float
    bottom: float

    def middle(self, above: float, share_width: float, width: float) -> float:
        """Return the height of a strand that lies on `above` of what is below it, within the bed."""
        y = self.bottom + above + share_width / 2
        return min(max(y, self.bottom + width / 2), self.top - width / 2)


def rising(drawn: Drawn) -> list[Edge]:
    """Return the edges from a source that stands below the steps."""
    return [edge for edge in drawn.widths if edge[0] == drawn.source and drawn.kind(edge) in _RISING]


def falling(drawn: Drawn) -> list[Edge]:
    """Return the edges to the loss but for those that go straight ahead, from left to right."""
    edges = [edge for edge in drawn.widths if drawn.kind(edge) in ("loss", "gap-fall") and not goes_ahead(drawn, edge)]
    return sorted(edges, key=lambda edge: drawn.place(edge[0])[0])


def total_by_key(bundles: Bundles, edges: Iterable[Edge]) -> dict[Key, float]:
    """Return what flows along some edges together, by class and sign, in the strands' order."""
    shares: dict[Key, list[float]] = {key: [] for key in bundles.keys}
    for edge in edges:
        for strand in bundles.of_edge[edge].strands if edge in bundles.of_edge else ():
            shares[strand.key].append(strand.share)
    return {key: math.fsum(some) for key, some in shares.items() if some}


def river_height(bundles: Bundles, edges: Iterable[Edge]) -> float:
    """Return how much height a river needs."""
    widths = [bundles.width(share) for share in total_by_key(bundles, edges).values()]
    return math.fsum(widths) + _BETWEEN * max(len(widths) - 1, 0) + 2.0 if widths else 2.0


def widest_strand(bundles: Bundles, edges: Iterable[Edge]) -> float:
    """Return how wide a river's widest strand is where all of it flows."""
    return max(map(bundles.width, total_by_key(bundles, edges).values()), default=0.0)


def _beds(bundles: Bundles, totals: Mapping[Key, float], top: float) -> dict[Key, Bed]:
    beds, y = {}, top - 1.0
    for key, share in totals.items():
        width = bundles.width(share)
        beds[key] = Bed(y, y - width)
        y -= width + _BETWEEN
    return beds


def source_river(drawn: Drawn, bundles: Bundles, told: Callable[[Edge, Strand], str]) -> River:
    """Return what leaves the source along its bus, and rises into the steps one after another."""
    river, edges = River(), rising(drawn)
    if not edges:
        return river
    totals = total_by_key(bundles, edges)
    beds = _beds(bundles, totals, drawn.layout.bus)
    left = dict(totals)
    begun = dict.fromkeys(totals, right_of(drawn.place(drawn.source)))
    columns = columns_of(drawn, edges)
    for edge in sorted(edges, key=columns.__getitem__):
        bundle = bundles.of_edge.get(edge)
        if bundle is None:
            continue
        x = columns[edge]
        corners, tip = _ascent(drawn, edge, x, 10.0 * bundle_arrow(bundle.width))
        river.places[edge] = x
        river.heads[edge] = (corners[-1], tip, bundle)
        upright, corner = [(x, drawn.layout.bus), *corners], max(_CORNER, bundle.width / 2)
        river.strands.append(casing(edge, bent(upright, [corner] * (len(upright) - 2)), bundle.width))
        if not bundle.strands:
            start = (_begun_at(begun, x), drawn.layout.bus - drawn.layout.bus_height / 2)
            river.strands.append(
                line(edge, bent([start, (x, start[1]), *corners], [_TURN] * (len(corners))), HAIRLINE, "quiet")
            )
        for strand, offset in zip(bundle.strands, bundle.offsets, strict=True):
            bed, own = beds[strand.key], bundles.scale * abs(strand.share)
            full = bundles.scale * abs(left[strand.key])
            at, y = x - offset, bed.middle(full - own, own, strand.width)
            river.bars += _bar(edge, bundles, strand.key, left[strand.key], (begun[strand.key], at - _TURN), bed)
            begun[strand.key] = at - _TURN
            left[strand.key] -= strand.share
            moved = [(at, corners[0][1] + offset), (corners[-1][0], corners[-1][1] + offset)]
            ends = moved if len(corners) > 1 else [(at, corners[0][1])]
            radii = [_TURN, max(corner + offset, 1.0)][: len(ends)]
            river.strands.append(
                casing(edge, [(at, y + _TURN), *straight((at, y + _TURN), (at, drawn.layout.bus))], strand.width)
            )
            points = bent([(at - _TURN, y), (at, y), *ends], radii)
            river.strands.append(strand_line(edge, points, strand, told(edge, strand)))
    return river


def loss_river(drawn: Drawn, bundles: Bundles, told: Callable[[Edge, Strand], str]) -> River:
    """Return what falls from the steps onto the loss's bus, joins there, and rises into the loss."""
    river = River()
    edges = [edge for edge in falling(drawn) if edge in bundles.of_edge]
    if not edges:
        return river
    totals = total_by_key(bundles, edges)
    beds = _beds(bundles, totals, drawn.layout.loss_bus)
    joined = dict.fromkeys(totals, 0.0)
    begun: dict[Key, float] = {}
    target = drawn.graph.graph["target"]
    last = _gathered(bundles, totals)
    place = drawn.place(target)
    tip = (place[0], drawn.bottom(target))
    end = (tip[0], tip[1] - 10.0 * bundle_arrow(last.width))
    for edge in edges:
        bundle, tail = bundles.of_edge[edge], drawn.place(edge[0])
        x, bottom = tail[0] + 11.0, drawn.bottom(edge[0])
        if is_gap(edge[0]):
            x, bottom = tail[0] + GAP_WIDTH * 0.3, tail[1] - gap_height(drawn.layout.motif) / 2
        river.places[edge] = x
        down = [(x, bottom), *straight((x, bottom), (x, drawn.layout.loss_bus))]
        river.strands.append(casing(edge, down, bundle.width))
        if not bundle.strands:
            # Nothing flows: a line as far as the next that joins, or into the river, or to the loss if there is none.
            level = drawn.layout.loss_bus - drawn.layout.loss_bus_height / 2
            after = [drawn.place(other[0])[0] + 11.0 for other in edges if bundles.of_edge[other].strands]
            goal = min((at for at in after if at > x), default=x + 2 * _TURN)
            corners = (
                [(x, bottom), (x, level), (goal, level)] if totals else [(x, bottom), (x, level), (tip[0], level), end]
            )
            river.strands.append(line(edge, bent(corners, [_TURN] * (len(corners) - 2)), HAIRLINE, "quiet"))
        for strand, offset in zip(bundle.strands, bundle.offsets, strict=True):
            bed, own = beds[strand.key], bundles.scale * abs(strand.share)
            at = x + offset
            if strand.key in begun:
                river.bars += _bar(edge, bundles, strand.key, joined[strand.key], (begun[strand.key], at + _TURN), bed)
            y = bed.middle(bundles.scale * abs(joined[strand.key]), own, strand.width)
            joined[strand.key] += strand.share
            begun[strand.key] = at + _TURN
            river.strands.append(
                casing(
                    edge,
                    [(at, drawn.layout.loss_bus), *straight((at, drawn.layout.loss_bus), (at, y + _TURN))],
                    strand.width,
                )
            )
            points = bent([(at, bottom), (at, y), (at + _TURN, y)], [_TURN])
            river.strands.append(strand_line(edge, points, strand, told(edge, strand)))
    corner = max(_CORNER, last.width / 2)
    for strand, offset in zip(last.strands, last.offsets, strict=True):
        bed, edge = beds[strand.key], (edges[-1][0], target)
        y = bed.middle(0.0, bundles.scale * abs(strand.share), strand.width)
        points = bent(
            [(begun[strand.key], y), (tip[0] - offset, y), (tip[0] - offset, end[1])], [max(corner - offset, 1.0)]
        )
        river.strands.append(strand_line(edge, points, strand, ""))
    river.heads[edges[-1][0], target] = (end, tip, last)
    return river


def _gathered(bundles: Bundles, totals: Mapping[Key, float]) -> Bundle:
    """Return the bundle of a whole river."""
    strands = tuple(
        Strand(key, share, round(bundles.width(share), 2), bundles.tone(key), "dashed" if key[1] < 0 else "solid")
        for key, share in totals.items()
    )
    width = math.fsum(strand.width for strand in strands) + BETWEEN_STRANDS * max(len(strands) - 1, 0)
    return Bundle(strands, width or HAIRLINE)


def _bar(edge: Edge, bundles: Bundles, key: Key, share: float, between: tuple[float, float], bed: Bed) -> list[Curve]:
    """Return a stretch of a river, in which `share` flows."""
    if between[1] - between[0] < 0.01:
        return []
    width = bundles.width(share)
    y = bed.middle(0.0, bundles.scale * abs(share), width)
    points = [(between[0], y), *straight((between[0], y), (between[1], y))]
    return [line(edge, points, width, bundles.tone(key), "dashed" if key[1] < 0 else "solid")]


def columns_of(drawn: Drawn, edges: list[Edge]) -> dict[Edge, float]:
    """Return the x at which each of the source's lines rises: the higher its head, the further left."""
    columns: dict[Edge, float] = {}
    motif = drawn.layout.motif
    hidden = [edge for edge in edges if is_gap(edge[1])]
    columns |= {edge: drawn.place(edge[1])[0] - GAP_WIDTH * 0.44 for edge in hidden}
    for step, together in by_step(drawn, [edge for edge in edges if edge not in hidden]).items():
        x = drawn.layout.origin[step] + _FIRST
        for edge in together:
            half = drawn.half(edge)
            if len(together) == 1:
                is_first = drawn.place(edge[1])[0] - drawn.layout.origin[step] < motif.gutter + BOX_WIDTH
                is_open = drawn.graph.nodes[edge[1]]["quantity"] in motif.open_below
                before = left_of(drawn.place(edge[1])) if is_open else drawn.layout.origin[step] + motif.gutter
                room = max(_BEFORE, room_to_turn(drawn, edge))
                columns[edge] = before - room if not is_first else drawn.layout.origin[step] + _FIRST_ALONE
            else:
                columns[edge] = x + half
                x += 2 * half + 3.0
    return columns


def room_to_turn(drawn: Drawn, edge: Edge) -> float:
    """Return how far before the box that it enters a line has to turn: half its width, and the length of its head."""
    return drawn.half(edge) + drawn.arrow(edge)


def _ascent(drawn: Drawn, edge: Edge, x: float, arrow: float) -> tuple[list[Point], Point]:
    """Return the corners of the way up, without that on the bus, and the tip of the head."""
    place = drawn.place(edge[1])
    if is_gap(edge[1]):
        tip = (x, place[1] - gap_height(drawn.layout.motif) / 2)
        return [(x, tip[1] - arrow)], tip
    y = place[1] - 8.0
    tip = (left_of(place), y)
    return [(x, y), (tip[0] - arrow, y)], tip


def _begun_at(begun: Mapping[Key, float], x: float) -> float:
    """Return where a line of nothing leaves the river."""
    return min(x - _TURN, max(begun.values(), default=x - _TURN))
