"""What every rule may ask: which edges are drawn, where the boxes stand, where lines meet them and run together."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import runs_back
from graphviz_lstm.figures.theme import BOX_HEIGHT, NUMBER_SIZE, arrow_size, head_half

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.scene import Anchor, Point
    from graphviz_lstm.graph.unroll import Graph

Edge = tuple[str, str]
_ARROW = 10.0
# Between wide lines that run side by side.
_BESIDE = 2.0
# A digit is so high, and reaches so far below the middle of its line, as parts of its size.
_DIGITS, _BELOW = 0.73, 0.35
BESIDE = -13.0
"""Numbers beside what rises and falls stand at this height, below the frames."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How large numbers are, how long and how far to a side a head of a line of some width, whether lines may be wide.

    Where they may, those that meet at the side of a box keep as far apart as they are wide. A number between two of
    them has so much `air` above and below it, where it has any.
    """

    number_size: float = NUMBER_SIZE
    arrow: Callable[[float], float] = lambda width: _ARROW * arrow_size(width) + width / 2
    wide: bool = False
    head: Callable[[float], float] = lambda width: head_half(width, arrow_size(width)) + 0.2
    air: float = 0.0

    @property
    def above(self) -> float:
        """How far above or below its line a number stands, beyond half the line's width."""
        return self.number_size * 0.62 + 1.5

    @property
    def digits(self) -> tuple[float, float]:
        """How high digits are, and how much of that is below the middle of their line."""
        return (self.number_size * _DIGITS, self.number_size * _BELOW)


LINES = Pen()
"""One line for an edge."""


@dataclass(frozen=True, slots=True)
class Route:
    """The curve of an edge without its arrowhead, the tip of that, and where the number stands, if there is room."""

    points: tuple[Point, ...]
    tip: Point
    number: Point | None
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Entered:
    """What of the sides of boxes is taken by lines that are routed elsewhere.

    Attributes
    ----------
    left
        Vertex -> how far above its middle its left side is taken: what rises from the source enters below.
    upper
        Vertex -> how far to the right of its middle its upper side is: what else enters there does so left of it.
    """

    left: Mapping[str, float] = field(default_factory=dict)
    upper: Mapping[str, float] = field(default_factory=dict)


NOTHING_ELSE = Entered()


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The edges that are drawn, how thick each is, and where the boxes stand that they join.

    Attributes
    ----------
    widths
        Edge -> width of its line: the edges that are drawn.
    entered
        Where what is drawn besides enters boxes.
    """

    graph: Graph
    layout: Layout
    widths: Mapping[Edge, float]
    source: str
    pen: Pen = LINES
    entered: Entered = NOTHING_ELSE

    @property
    def above(self) -> float:
        """How far above or below its line a number stands, beyond half the line's width."""
        return self.pen.above

    def kind(self, edge: Edge) -> str:
        """Return what an edge is to the cell; what leads from one rail to another one runs as a crossing does."""
        kind: str = self.graph.edges[edge]["kind"]
        changes_rail = kind == "carousel" and self.enters_rail(edge) and not self.is_straight(edge)
        return "crossing" if changes_rail else kind

    def place(self, vertex: str) -> Point:
        """Return the centre of a box."""
        return self.layout.places[vertex]

    def height(self, vertex: str) -> float:
        """Return the height of a box."""
        return self.layout.motif.tall.get(self.graph.nodes[vertex]["quantity"], BOX_HEIGHT)

    def top(self, vertex: str) -> float:
        """Return the height of the upper side of a box."""
        return self.place(vertex)[1] + self.height(vertex) / 2

    def bottom(self, vertex: str) -> float:
        """Return the height of the lower side of a box."""
        return self.place(vertex)[1] - self.height(vertex) / 2

    def role(self, vertex: str) -> str:
        """Return what a vertex is to the cell."""
        role: str = self.graph.nodes[vertex]["role"]
        return role

    def half(self, edge: Edge) -> float:
        """Return half the width of an edge's line."""
        return self.widths[edge] / 2

    def arrow(self, edge: Edge) -> float:
        """Return the length of an edge's arrowhead."""
        return self.pen.arrow(self.widths[edge])

    def beside(self, edge: Edge) -> float:
        """Return how far what enters a box beside an edge keeps from the middle of it: where boxes grow, its head."""
        width = self.widths[edge]
        return self.pen.head(width) if self.pen.wide else width / 2 + _BESIDE / 2

    def spread(
        self, edges: Sequence[Edge], space: float, room: float, *, heads: float = 0.0, numbers: Sequence[float] = ()
    ) -> list[float]:
        """Return how far from the first of some lines the others run, side by side: `space` apart, or as they are wide.

        All together within `room`, as far as their widths allow: then nearer to each other, but none on another. Their
        heads, where they have these, keep apart too if they can within `heads`. `numbers` says how much room there is
        to be between one and the next.
        """
        if not self.pen.wide:
            return [k * space for k in range(len(edges))]
        close = [self.half(one) + self.half(other) + _BESIDE for one, other in pairwise(edges)]
        headed = [self.beside(one) + self.beside(other) for one, other in pairwise(edges)]
        if math.fsum(headed) <= heads:
            close = list(map(max, close, headed))
        if numbers:
            pairs = zip(pairwise(edges), numbers, close, strict=True)
            close = [max(own, self.half(one) + self.half(other) + free) for (one, other), free, own in pairs]
        spaces = [max(space, apart) for apart in close]
        least, most = math.fsum(close), math.fsum(spaces)
        part = 1.0 if most <= room else max(room - least, 0.0) / (most - least) if most > least else 0.0
        nearer = (one + part * (other - one) for one, other in zip(close, spaces, strict=True))
        return list(accumulate(nearer, initial=0.0))

    def quantities(self, edge: Edge) -> tuple[str, str]:
        """Return which of the cell's quantities an edge joins."""
        tail, head = (self.graph.nodes[vertex]["quantity"] for vertex in edge)
        return (tail, head)

    def frame_of(self, vertex: str) -> float:
        """Return the x of the left side of the frame in which one of the cell's quantities stands."""
        return self.place(vertex)[0] - self.layout.motif.places[self.graph.nodes[vertex]["quantity"]][0]

    def lane(self, edge: Edge) -> float | None:
        """Return the x at which a line within a step runs up or down before its head's column, where it has to."""
        if self.kind(edge) != "inner":
            return None
        x = self.layout.motif.lanes.get(self.quantities(edge))
        return None if x is None else self.frame_of(edge[1]) + x

    def is_straight(self, edge: Edge) -> bool:
        """Return whether both ends stand at one height."""
        return abs(self.place(edge[0])[1] - self.place(edge[1])[1]) < 1.0

    def runs_back(self, edge: Edge) -> bool:
        """Return whether an edge leads from a step to one before it."""
        return runs_back(self.graph, edge)

    def enters_from_above(self, edge: Edge) -> bool:
        """Return whether a carousel leads to what stands on no rail: it comes over the top."""
        return self.kind(edge) == "carousel" and not self.enters_rail(edge)

    def enters_rail(self, edge: Edge) -> bool:
        """Return whether the head stands on the rail."""
        return self.role(edge[1]) == "state"


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is drawn, and what lines share: the sides of boxes, the buses.

    Attributes
    ----------
    ports
        Edge -> the x at which it enters the upper or lower side of its head.
    exits
        Edge -> the height at which it leaves the right side of its tail.
    entries
        Edge -> the height at which it enters the left side of its head, for what bends or runs before it.
    rises
        Edge from the source that rises into a step -> the height at which it enters its head, below all others.
    below
        The edges whose number stands below their line: another line runs close above it.
    between
        The edges above whose line there is room for a number and no more: another line runs as close above it.
    buses
        Edge from the source -> the height at which it runs along the bus.
    rising
        Step -> the source's edges into it, from left to right.
    falls
        Edge to the loss -> the height of its run, and the x at which it enters the loss.
    storeys
        Edge that runs back in time -> how many others of its step lie between its line and the boxes, and how many
        between it and the frames: lines of a step and those of the next one lie over each other.
    """

    drawn: Drawn
    ports: dict[Edge, float]
    exits: dict[Edge, float]
    entries: dict[Edge, float]
    rises: dict[Edge, float]
    below: frozenset[Edge]
    between: dict[Edge, float]
    buses: dict[Edge, float]
    rising: dict[int, list[Edge]]
    falls: dict[Edge, tuple[float, float]]
    storeys: dict[Edge, tuple[int, int]]

    def number_height(self, edge: Edge, line: float) -> float:
        """Return the height of a number beside a line that runs at the height `line`."""
        if edge in self.between:
            return line + self.between[edge]
        away = self.drawn.half(edge) + self.drawn.above
        return line - away if edge in self.below else line + away
