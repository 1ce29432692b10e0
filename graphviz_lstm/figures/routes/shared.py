"""Where lines that have a box's side or a bus in common run: in an order in which none crosses another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import gaps_of, is_gap, last_drawn
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.figures.routes.plan import Drawn, Edge

_PORT = 13.0
_ENTRY = 3.0
_TOP_ENTRY = 11.0
_RISE = 8.0
# Between lines along a bus, and beside an arrowhead at the loss, at least.
_BESIDE_LANE, _BESIDE_HEAD = 1.6, 0.4
# From one line that enters the loss to the next, at most, and how much of its width has no room for them.
_LOSS_PORT, _BESIDE_PORTS = 9.0, 14.0
# Below a number between two lines: this part of what room it leaves, and this much at least, if there is so much.
_NEARER, _AIR = 0.35, 0.72
_RISING = ("parameter", "input", "gap-rise")


def assign_ports(drawn: Drawn) -> dict[Edge, float]:
    """Return the x at which each bending edge enters the lower or upper side of its head.

    The nearer row enters further left: then no line crosses another of the same side.
    """
    sides: dict[tuple[str, bool], list[Edge]] = {}
    for edge in drawn.widths:
        tail, head = edge
        over_the_top = drawn.enters_from_above(edge)
        if over_the_top or (drawn.kind(edge) == "inner" and not drawn.is_straight(edge) and drawn.lane(edge) is None):
            from_above = over_the_top or drawn.place(tail)[1] > drawn.place(head)[1]
            sides.setdefault((head, from_above), []).append(edge)
    ports: dict[Edge, float] = {}
    for (head, from_above), edges in sides.items():
        x, y = drawn.place(head)
        edges.sort(key=lambda edge: (drawn.kind(edge) == "carousel", abs(drawn.place(edge[0])[1] - y)))
        # Room on the lower side of an output for the line that falls to the loss.
        falls = any(drawn.kind((head, after)) == "loss" for after in drawn.graph.succ[head])
        shift = -_PORT / 2 if falls and not from_above else 0.0
        places = drawn.spread(edges, _PORT, BOX_WIDTH - 16.0, heads=BOX_WIDTH - 16.0)
        if drawn.pen.wide:
            # A wide line at one end reaches as far aside as a thin one at the other.
            shift += (drawn.half(edges[0]) - drawn.half(edges[-1])) / 2
        if from_above:
            free = drawn.entered.upper.get(head, math.inf)
            shift = min(shift, free - drawn.beside(edges[-1]) - places[-1] / 2)
        ports |= {edge: x + shift + place - places[-1] / 2 for edge, place in zip(edges, places, strict=True)}
    return ports


def assign_exits(drawn: Drawn) -> dict[Edge, float]:
    """Return the height at which each edge leaves the right side of its tail, the highest goal on top."""
    leaving: dict[str, list[Edge]] = {}
    for edge in drawn.widths:
        if drawn.kind(edge) in ("inner", "crossing", "carousel", "gap-in"):
            leaving.setdefault(edge[0], []).append(edge)
    exits: dict[Edge, float] = {}
    for tail, edges in leaving.items():
        y = drawn.place(tail)[1]
        edges.sort(key=lambda edge: _goal(drawn, edge), reverse=True)
        apart = drawn.layout.motif.apart[drawn.graph.nodes[tail]["quantity"]]
        # Three of them fit, wherever they keep that far apart.
        room = max(BOX_HEIGHT - 8.0, 2.0 * apart)
        places = drawn.spread(edges, min(apart, room / max(len(edges) - 1, 1)), room, numbers=_free(drawn, edges))
        exits |= {edge: y + places[-1] / 2 - place for edge, place in zip(edges, places, strict=True)}
    return exits


def _free(drawn: Drawn, edges: Sequence[Edge]) -> list[float]:
    """Return how much room there has to be between lines that leave one box, from the top, for a number between two."""
    if not drawn.pen.air:
        return []
    height, _ = drawn.pen.digits
    # That of the lowest stands below it, those of a state elsewhere.
    numbered = (drawn.kind(edge) == "inner" and drawn.role(edge[0]) != "state" for edge in edges[1:-1])
    return [*(height + 2.0 * drawn.pen.air if its else 0.0 for its in numbered), *([0.0] if len(edges) > 1 else [])]


def assign_entries(drawn: Drawn, exits: Mapping[Edge, float]) -> dict[Edge, float]:
    """Return the height at which each crossing, and each line that runs before a column, enters its head's left side.

    One alone enters just above the middle, or at the height at which it comes; of several, the one that comes from the
    highest place is on top. Where a rail leads to the head too, they enter below it.
    """
    entering: dict[str, list[Edge]] = {}
    for edge in drawn.widths:
        if drawn.kind(edge) == "crossing" or drawn.lane(edge) is not None or _enters_back(drawn, edge):
            entering.setdefault(edge[1], []).append(edge)
    entries = {}
    for head, edges in entering.items():
        y = drawn.place(head)[1]
        rails = _rails(drawn, head)
        edges.sort(key=lambda edge: _comes_from(drawn, edge), reverse=True)
        # Below a rail, as far as that is wide.
        below = [exits[rail] - y - drawn.beside(rail) - drawn.beside(edges[0]) for rail in rails]
        under = min([-_ENTRY, *below])
        if len(edges) == 1:
            from_below = drawn.kind(edges[0]) == "inner" and drawn.place(edges[0][0])[1] < y
            entries[edges[0]] = y + (under if rails else -_ENTRY if from_below else _ENTRY)
            if not rails and drawn.kind(edges[0]) == "crossing" and drawn.is_straight(edges[0]):
                entries[edges[0]] = exits[edges[0]]
            continue
        top, room = (under, 9.0) if rails else (_TOP_ENTRY, 14.0)
        space = min(9.0, room / (len(edges) - 1))
        places = drawn.spread(edges, space, room, heads=math.inf)
        entries |= {edge: y + top - place for edge, place in zip(edges, places, strict=True)}
    return entries


def assign_rises(drawn: Drawn, entries: Mapping[Edge, float], buses: Iterable[Edge]) -> dict[Edge, float]:
    """Return the height at which each line from the source enters its head: below what enters there too."""
    lowest = {vertex: drawn.place(vertex)[1] + above for vertex, above in drawn.entered.left.items()}
    for edge, height in entries.items():
        lowest[edge[1]] = min(lowest.get(edge[1], height), height - drawn.beside(edge))
    return {
        edge: min(drawn.place(edge[1])[1] - _RISE, lowest.get(edge[1], math.inf) - drawn.beside(edge)) for edge in buses
    }


def _enters_back(drawn: Drawn, edge: Edge) -> bool:
    """Return whether a line that runs back in time enters the left side of its head."""
    return drawn.runs_back(edge) and not drawn.enters_from_above(edge)


def _rails(drawn: Drawn, head: str) -> list[Edge]:
    """Return the carousels that lead to a box along a rail."""
    return [
        edge
        for edge in ((tail, head) for tail in drawn.graph.pred[head])
        if edge in drawn.widths
        and drawn.kind(edge) == "carousel"
        and drawn.enters_rail(edge)
        and not drawn.runs_back(edge)
    ]


def _comes_from(drawn: Drawn, edge: Edge) -> tuple[int, float]:
    """Return what is on top at the left side of a head: lines from above it within its step, then the crossings."""
    height = drawn.place(edge[0])[1]
    if drawn.kind(edge) == "crossing":
        return (1, height)
    return (2, -height) if height > drawn.place(edge[1])[1] else (0, height)


def assign_storeys(drawn: Drawn) -> dict[Edge, tuple[int, int]]:
    """Return how high each edge runs that leads back in time: the one to the highest head lies lowest."""
    of_step: dict[int, list[Edge]] = {}
    for edge in drawn.widths:
        if drawn.runs_back(edge):
            of_step.setdefault(drawn.graph.nodes[edge[0]]["step"], []).append(edge)
    each = drawn.layout.motif.storeys
    storeys: dict[Edge, tuple[int, int]] = {}
    for step, edges in of_step.items():
        edges.sort(key=lambda edge: (drawn.place(edge[0])[1], drawn.place(edge[1])[1]), reverse=True)
        storeys |= {edge: (k, k + each * (step % 2)) for k, edge in enumerate(edges)}
    return storeys


def numbers_below(drawn: Drawn, exits: dict[Edge, float], entries: dict[Edge, float]) -> frozenset[Edge]:
    """Return the edges whose number stands below their line, since another line runs close above it."""
    leaving: dict[str, list[Edge]] = {}
    crossing: dict[str, list[Edge]] = {}
    for edge in drawn.widths:
        if drawn.kind(edge) == "inner":
            leaving.setdefault(edge[0], []).append(edge)
        elif drawn.kind(edge) == "crossing":
            crossing.setdefault(edge[1], []).append(edge)
    lowest = [min(edges, key=exits.__getitem__) for edges in leaving.values() if len(edges) > 1]
    lowest += [
        min(edges, key=entries.__getitem__) for head, edges in crossing.items() if len(edges) > 1 or _rails(drawn, head)
    ]
    return frozenset(lowest)


def numbers_between(drawn: Drawn, exits: dict[Edge, float]) -> dict[Edge, float]:
    """Return how far above its line the number of an edge stands that neither leaves a box on top nor at the bottom.

    Between the edges of its line and of the next one above, and nearer to its own.
    """
    leaving: dict[str, list[Edge]] = {}
    for edge in drawn.widths:
        if drawn.kind(edge) == "inner" and drawn.role(edge[0]) != "state":
            leaving.setdefault(edge[0], []).append(edge)
    between = {}
    height, low = drawn.pen.digits
    for edges in leaving.values():
        edges.sort(key=exits.__getitem__)
        for edge, above in list(pairwise(edges))[1:]:
            room = exits[above] - drawn.half(above) - exits[edge] - drawn.half(edge) - height
            under = max(_NEARER * room, min(_AIR, room / 2))
            between[edge] = drawn.half(edge) + under + low
    return between


def _goal(drawn: Drawn, edge: Edge) -> float:
    if drawn.runs_back(edge):
        # Over the frames.
        return drawn.layout.motif.height + drawn.place(edge[1])[1]
    if drawn.kind(edge) == "gap-in":
        return drawn.place(edge[0])[1] + (BOX_HEIGHT if drawn.role(edge[0]) == "state" else 0.0)
    return drawn.layout.motif.rail + BOX_HEIGHT if drawn.kind(edge) == "carousel" else drawn.place(edge[1])[1]


def assign_buses(drawn: Drawn) -> dict[Edge, float]:
    """Return the height at which each of the source's lines runs: side by side, the first to rise on top."""
    edges = [edge for edge in drawn.widths if edge[0] == drawn.source and drawn.kind(edge) in _RISING]
    edges.sort(key=lambda edge: (drawn.graph.nodes[edge[1]]["step"], -drawn.place(edge[1])[1]))
    room = drawn.layout.bus_height
    thickness = math.fsum(drawn.widths[edge] for edge in edges)
    space = max(0.0, min(3.0, (room - thickness) / max(len(edges) - 1, 1)))
    scale = min(1.0, room / thickness) if thickness else 1.0
    buses = {}
    top = drawn.layout.bus - (room - scale * thickness - space * (len(edges) - 1)) / 2
    for edge in edges:
        width = scale * drawn.widths[edge]
        buses[edge] = top - width / 2
        top -= width + space
    return buses


def by_step(drawn: Drawn, edges: Iterable[Edge]) -> dict[int, list[Edge]]:
    """Return the lines that rise into each step, the highest head first: furthest left, so that none cross."""
    rising: dict[int, list[Edge]] = {}
    for edge in edges:
        rising.setdefault(drawn.graph.nodes[edge[1]]["step"], []).append(edge)
    for together in rising.values():
        together.sort(key=lambda edge: drawn.place(edge[1])[1], reverse=True)
    return rising


def assign_falls(drawn: Drawn) -> dict[Edge, tuple[float, float]]:
    """Return for each line to the loss the height of its run and the x at which it enters E: the first lowest."""
    edges = _falling(drawn)
    if not edges:
        return {}
    layout, x = drawn.layout, drawn.place(drawn.graph.graph["target"])[0]
    space = layout.loss_bus_height / len(edges)
    lanes = _apart([drawn.half(edge) + _BESIDE_LANE / 2 for edge in edges], space, layout.loss_bus_height - space)
    ports = _apart([_head(drawn, edge) for edge in edges], _port(len(edges)), layout.loss_width - _BESIDE_PORTS)
    lowest = layout.loss_bus - layout.loss_bus_height
    return {
        edge: (lowest + lane, x + ports[-1] / 2 - port) for edge, lane, port in zip(edges, lanes, ports, strict=True)
    }


@dataclass(frozen=True, slots=True)
class BusRoom:
    """How much room lines that run side by side take: the heights of both buses, the width of the loss's box."""

    bus: float
    loss_bus: float
    loss_width: float


def room_of_buses(drawn: Drawn) -> BusRoom:
    """Return how much room the lines along the buses take, none touching another; the loss's box, their heads."""
    rising = [edge for edge in drawn.widths if edge[0] == drawn.source and drawn.kind(edge) in _RISING]
    bus = math.fsum(drawn.widths[edge] + _BESIDE_LANE for edge in rising)
    falling = _falling(drawn)
    if not falling:
        return BusRoom(bus, 0.0, BOX_WIDTH)
    space = drawn.layout.loss_bus_height / len(falling)
    lanes = _apart([drawn.half(edge) + _BESIDE_LANE / 2 for edge in falling], space)
    ports = _apart([_head(drawn, edge) for edge in falling], _port(len(falling)))
    return BusRoom(bus, lanes[-1] + space, ports[-1] + _BESIDE_PORTS)


def _apart(halves: Sequence[float], usual: float, room: float = math.inf) -> list[float]:
    """Return how far from the first of some things the others are: none nearer than they are wide, all within `room`.

    >>> _apart([1.0, 1.0, 3.0], 2.5), _apart([1.0, 1.0, 3.0], 2.0, 3.0)
    ([0.0, 2.5, 6.5], [0.0, 1.0, 3.0])
    """
    spaces = [max(usual, one + other) for one, other in pairwise(halves)]
    taken = math.fsum(spaces)
    scale = min(1.0, room / taken) if taken else 1.0
    return list(accumulate((scale * space for space in spaces), initial=0.0))


def _port(count: int) -> float:
    """Return how far apart so many lines enter the loss, if they are thin."""
    return min(_LOSS_PORT, (BOX_WIDTH - _BESIDE_PORTS) / max(count - 1, 1))


def _head(drawn: Drawn, edge: Edge) -> float:
    return drawn.pen.head(drawn.widths[edge]) + _BESIDE_HEAD


def _falling(drawn: Drawn) -> list[Edge]:
    """Return the lines to the loss along its bus, from left to right."""
    edges = [edge for edge in drawn.widths if drawn.kind(edge) in ("loss", "gap-fall") and not goes_ahead(drawn, edge)]
    return sorted(edges, key=lambda edge: drawn.place(edge[0])[0])


def goes_ahead(drawn: Drawn, edge: Edge) -> bool:
    """Return whether a line to the loss leaves the step that stands beside it: it goes straight ahead, others fall."""
    if is_gap(edge[0]):
        return False
    return bool(drawn.graph.nodes[edge[0]]["step"] == last_drawn(gaps_of(drawn.graph), drawn.layout.origin))
