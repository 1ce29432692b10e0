"""How each edge runs from box to box, and where its number stands: one rule for each kind of edge.

No rule asks for a name. Lines within a step leave to the right and bend up or down into their head; crossings fan out
of the right side of their tail into the gap before the next step; the carousel keeps to the rail; the source's lines
run side by side along a bus and rise one after another; the lines to the loss fall onto a bus of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.figures.bends import rounded, s_bend
from graphviz_lstm.figures.layout import bottom_of, gap_height, left_of, right_of, top_of
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH, GAP_WIDTH, NUMBER_SIZE, arrow_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.scene import Anchor, Point
    from graphviz_lstm.graph.unroll import Graph

Edge = tuple[str, str]
_RISING = ("parameter", "input", "gap-rise")
_ARROW = 10.0
_PORT = 13.0
# A number stands so far above or below its line, beyond half the line's width.
_ABOVE = NUMBER_SIZE * 0.62 + 1.5
_RISER = 7.0
# Numbers beside what rises and falls stand at this height, below the frames.
_BESIDE = -13.0


@dataclass(frozen=True, slots=True)
class Route:
    """The curve of an edge without its arrowhead, the tip of that, and where the number stands."""

    points: tuple[Point, ...]
    tip: Point
    number: Point
    anchor: Anchor


def route_all(graph: Graph, layout: Layout, widths: Mapping[Edge, float], source: str) -> dict[Edge, Route]:
    """Return the route of every edge of `widths`, which lists the edges that are drawn and how thick each is."""
    return _Router(graph, layout, widths, source).routes()


class _Router:
    def __init__(self, graph: Graph, layout: Layout, widths: Mapping[Edge, float], source: str) -> None:
        self._graph = graph
        self._layout = layout
        self._places = layout.places
        self._widths = widths
        self._source = source
        self._ports = self._assign_ports()
        self._exits = self._assign_exits()
        self._buses = self._assign_buses()
        self._rising = self._by_step(self._buses)
        self._falls = self._assign_falls()

    def routes(self) -> dict[Edge, Route]:
        rules = {
            "inner": self._bend,
            "carousel": self._carousel,
            "crossing": self._fan,
            "loss": self._fall,
            "parameter": self._rise,
            "input": self._rise,
            "gap-in": self._into_gap,
            "gap-out": self._out_of_gap,
            "gap-rise": self._rise,
            "gap-fall": self._fall,
        }
        return {edge: rules[self._kind(edge)](edge) for edge in self._widths}

    def _kind(self, edge: Edge) -> str:
        kind: str = self._graph.edges[edge]["kind"]
        return kind

    def _arrow(self, edge: Edge) -> float:
        width = self._widths[edge]
        return _ARROW * arrow_size(width) + width / 2

    # Where lines meet boxes

    def _is_straight(self, edge: Edge) -> bool:
        return abs(self._places[edge[0]][1] - self._places[edge[1]][1]) < 1.0

    def _assign_ports(self) -> dict[Edge, float]:
        """Return the x at which each bending edge enters the lower or upper side of its head.

        The nearer row enters further left: then no line crosses another of the same side.
        """
        sides: dict[tuple[str, bool], list[Edge]] = {}
        for edge in self._widths:
            tail, head = edge
            over_the_top = self._kind(edge) == "carousel" and not self._on_rail(edge)
            if over_the_top or (self._kind(edge) == "inner" and not self._is_straight(edge)):
                from_above = over_the_top or self._places[tail][1] > self._places[head][1]
                sides.setdefault((head, from_above), []).append(edge)
        ports = {}
        for (head, from_above), edges in sides.items():
            x, y = self._places[head]
            edges.sort(key=lambda edge: (self._kind(edge) == "carousel", abs(self._places[edge[0]][1] - y)))
            # Room on the lower side of an output for the line that falls to the loss.
            falls = any(self._kind((head, after)) == "loss" for after in self._graph.succ[head])
            shift = -_PORT / 2 if falls and not from_above else 0.0
            for k, edge in enumerate(edges):
                ports[edge] = x + shift + (k - (len(edges) - 1) / 2) * _PORT
        return ports

    def _assign_exits(self) -> dict[Edge, float]:
        """Return the height at which each edge leaves the right side of its tail, the highest goal on top."""
        leaving: dict[str, list[Edge]] = {}
        for edge in self._widths:
            if self._kind(edge) in ("inner", "crossing", "carousel", "gap-in"):
                leaving.setdefault(edge[0], []).append(edge)
        exits = {}
        for tail, edges in leaving.items():
            y = self._places[tail][1]
            edges.sort(key=self._goal, reverse=True)
            space = min(9.0, (BOX_HEIGHT - 8.0) / max(len(edges) - 1, 1))
            for k, edge in enumerate(edges):
                exits[edge] = y - (k - (len(edges) - 1) / 2) * space
        return exits

    def _goal(self, edge: Edge) -> float:
        if self._kind(edge) == "gap-in":
            return self._places[edge[0]][1] + (BOX_HEIGHT if self._graph.nodes[edge[0]]["role"] == "state" else 0.0)
        return self._layout.motif.rail + BOX_HEIGHT if self._kind(edge) == "carousel" else self._places[edge[1]][1]

    def _on_rail(self, edge: Edge) -> bool:
        return bool(self._graph.nodes[edge[1]]["role"] == "state")

    # Within a step, and from one to the next

    def _bend(self, edge: Edge) -> Route:
        tail, head = self._places[edge[0]], self._places[edge[1]]
        start = (right_of(tail), self._exits[edge])
        half = self._widths[edge] / 2
        if self._is_straight(edge):
            end = (left_of(head), start[1])
            points, tip = rounded([start, end], arrow=self._arrow(edge))
            middle = (start[0] + end[0] - self._arrow(edge)) / 2
            return Route(points, tip, (middle, start[1] + half + _ABOVE), "middle")
        port = self._ports[edge]
        up = head[1] > tail[1]
        end = (port, bottom_of(head) if up else top_of(head))
        points, tip = rounded([start, (port, start[1]), end], arrow=self._arrow(edge))
        if self._graph.nodes[edge[0]]["role"] == "state":
            # The rail's number stands above; this one beside the fall.
            return Route(points, tip, (port - half - 4.0, (start[1] + top_of(head)) / 2), "end")
        return Route(points, tip, (start[0] + 4.0, start[1] + half + _ABOVE), "start")

    def _carousel(self, edge: Edge) -> Route:
        tail, head = self._places[edge[0]], self._places[edge[1]]
        half = self._widths[edge] / 2
        start = (right_of(tail), self._exits[edge])
        middle = head[0] - self._layout.motif.places[self._graph.nodes[edge[1]]["quantity"]][0]
        middle -= (self._layout.motif.pitch - self._layout.motif.width) / 2
        if self._on_rail(edge):
            points, tip = rounded([start, (left_of(head), start[1])], arrow=self._arrow(edge))
            return Route(points, tip, (middle, start[1] + half + _ABOVE), "middle")
        # Over the top: up beside the box, along the rail, and down into the next step's.
        rail, port, beside = self._layout.motif.rail, self._ports[edge], start[0] + 11.0
        corners = [start, (beside, start[1]), (beside, rail), (port, rail), (port, top_of(head))]
        points, tip = rounded(corners, arrow=self._arrow(edge))
        return Route(points, tip, (middle, rail + half + _ABOVE), "middle")

    def _fan(self, edge: Edge) -> Route:
        tail, head = self._places[edge[0]], self._places[edge[1]]
        half = self._widths[edge] / 2
        frame = head[0] - self._layout.motif.places[self._graph.nodes[edge[1]]["quantity"]][0]
        gap = self._layout.motif.pitch - self._layout.motif.width
        end = (left_of(head), self._exits[edge] if self._is_straight(edge) else head[1] + 3.0)
        turn = frame - gap + 30.0
        points, tip = s_bend((right_of(tail), self._exits[edge]), turn, end, arrow=self._arrow(edge))
        return Route(points, tip, (turn + 1.0, end[1] + half + _ABOVE), "start")

    def _into_gap(self, edge: Edge) -> Route:
        tail, gap = self._places[edge[0]], self._places[edge[1]]
        start, end = (right_of(tail), self._exits[edge]), (gap[0] - GAP_WIDTH / 2, self._exits[edge])
        points, tip = rounded([start, end], arrow=self._arrow(edge))
        return Route(points, tip, (end[0] - 16.0, end[1] + self._widths[edge] / 2 + _ABOVE), "end")

    def _out_of_gap(self, edge: Edge) -> Route:
        gap, head = self._places[edge[0]], self._places[edge[1]]
        rail, right = self._layout.motif.rail, gap[0] + GAP_WIDTH / 2
        over = self._graph.nodes[edge[1]]["role"] == "output" and rail > head[1] + 1.0
        height = rail if over or self._on_rail(edge) else head[1] + 3.0
        end = (head[0] + 20.0, top_of(head)) if over else (left_of(head), height)
        corners = [(right, height), (end[0], height), end] if over else [(right, height), end]
        points, tip = rounded(corners, arrow=self._arrow(edge))
        return Route(points, tip, (right + 5.0, height + self._widths[edge] / 2 + _ABOVE), "start")

    # Along the buses

    def _assign_buses(self) -> dict[Edge, float]:
        """Return the height at which each of the source's lines runs: side by side, the first to rise on top."""
        edges = [edge for edge in self._widths if edge[0] == self._source and self._kind(edge) in _RISING]
        edges.sort(key=lambda edge: (self._graph.nodes[edge[1]]["step"], -self._places[edge[1]][1]))
        room = self._layout.bus_height
        thickness = sum(self._widths[edge] for edge in edges)
        space = max(0.0, min(3.0, (room - thickness) / max(len(edges) - 1, 1)))
        scale = min(1.0, room / thickness) if thickness else 1.0
        buses = {}
        top = self._layout.bus - (room - scale * thickness - space * (len(edges) - 1)) / 2
        for edge in edges:
            width = scale * self._widths[edge]
            buses[edge] = top - width / 2
            top -= width + space
        return buses

    def _by_step(self, edges: Iterable[Edge]) -> dict[int, list[Edge]]:
        """Return the lines that rise into each step, the highest head first: furthest left, so that none cross."""
        rising: dict[int, list[Edge]] = {}
        for edge in edges:
            rising.setdefault(self._graph.nodes[edge[1]]["step"], []).append(edge)
        for together in rising.values():
            together.sort(key=lambda edge: self._places[edge[1]][1], reverse=True)
        return rising

    def _rise(self, edge: Edge) -> Route:
        source, head = self._places[edge[0]], self._places[edge[1]]
        half = self._widths[edge] / 2
        bus = self._buses[edge]
        if self._kind(edge) == "gap-rise":
            x = head[0] - GAP_WIDTH * 0.38
            corners = [(right_of(source), bus), (x, bus), (x, head[1] - gap_height(self._layout.motif) / 2)]
            points, tip = rounded(corners, arrow=self._arrow(edge))
            return Route(points, tip, (x + half + 4.0, _BESIDE), "start")
        step = self._graph.nodes[edge[1]]["step"]
        together = self._rising[step]
        frame = self._layout.origin[step]
        entry = head[1] - 8.0
        end = (left_of(head), entry)
        if len(together) == 1:
            x = left_of(head) - 26.0
            # Where the head falls to the loss itself, the room is on the other side.
            number, anchor = (x + half + 4.0, _BESIDE), "start"
            if self._graph.nodes[edge[1]]["role"] == "output":
                number, anchor = (x - half - 4.0, _BESIDE), "end"
        else:
            x = frame + 12.0 + _RISER * together.index(edge)
            number, anchor = (
                ((frame + 12.0 + _RISER * len(together) + left_of(head)) / 2, entry - half - _ABOVE),
                "middle",
            )
        points, tip = rounded([(right_of(source), bus), (x, bus), (x, entry), end], arrow=self._arrow(edge))
        return Route(points, tip, number, anchor)  # type: ignore[arg-type]

    def _assign_falls(self) -> dict[Edge, tuple[float, float]]:
        """Return for each line to the loss the height of its run and the x at which it enters E: the first lowest."""
        edges = [edge for edge in self._widths if self._kind(edge) in ("loss", "gap-fall")]
        edges = [edge for edge in edges if not self._is_last(edge)]
        edges.sort(key=lambda edge: self._places[edge[0]][0])
        count = len(edges)
        room = self._layout.loss_bus_height
        space = room / count if count else 0.0
        port = min(9.0, (BOX_WIDTH - 14.0) / max(count - 1, 1))
        x = self._places[self._graph.graph["target"]][0]
        return {
            edge: (self._layout.loss_bus - room + k * space, x + ((count - 1) / 2 - k) * port)
            for k, edge in enumerate(edges)
        }

    def _is_last(self, edge: Edge) -> bool:
        first, steps = self._graph.graph["first_step"], self._graph.graph["steps"]
        return bool(self._graph.nodes[edge[0]]["step"] == first + steps - 1)

    def _fall(self, edge: Edge) -> Route:
        tail, head = self._places[edge[0]], self._places[edge[1]]
        half = self._widths[edge] / 2
        if self._is_last(edge):
            start, end = (right_of(tail), tail[1]), (left_of(head), head[1])
            points, tip = rounded([start, end], arrow=self._arrow(edge))
            frame = tail[0] - self._layout.motif.places[self._graph.nodes[edge[0]]["quantity"]][0]
            middle = (frame + self._layout.motif.width + end[0] - self._arrow(edge)) / 2
            return Route(points, tip, (middle, start[1] + half + _ABOVE), "middle")
        run, port = self._falls[edge]
        x, bottom = tail[0] + 11.0, bottom_of(tail)
        if self._kind(edge) == "gap-fall":
            x, bottom = tail[0] + GAP_WIDTH * 0.3, tail[1] - gap_height(self._layout.motif) / 2
        corners = [(x, bottom), (x, run), (port, run), (port, bottom_of(head))]
        points, tip = rounded(corners, arrow=self._arrow(edge))
        return Route(points, tip, (x + half + 4.0, _BESIDE), "start")
