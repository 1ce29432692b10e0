"""The lines of the cell view: found on a grid, so that none runs through a mark nor along another.

The search for one line is that of Lee (1961) [1]_ with costs for turns and for crossing another line. A line that finds
no way is drawn before those that stood in it, on a wider grid if need be.

References
----------
.. [1] C. Y. Lee, "An algorithm for path connections and its applications", IRE Trans. Electron. Comput. 10(3), 1961.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphviz_lstm.figures.views.cell.placing import Grid, Node

Spot = tuple[int, int]
Way = tuple[int, int]
Link = tuple["Node", "Node"]

_RIGHT, _LEFT, _UP, _DOWN = (1, 0), (-1, 0), (0, -1), (0, 1)
_WAYS = (_RIGHT, _LEFT, _UP, _DOWN)
_TURN, _CROSS, _NEAR, _BACK = 4, 5, 3, 4
# So far above an input only its own line runs, straight up: there is the frame's border. So far beside ends it is, too.
MARGIN = 3
_LEAD, _TRAIL = 1, 2
# From one column, and one row, to the next, in steps of the finest grid: at first, and how often that is widened.
_COLUMN, _ROW, _TRIES, _WIDENINGS = 6, 6, 12, 5


@dataclass(frozen=True, slots=True)
class Form:
    """Half of a thing's width and height in steps of the grid, and by which sides lines come in and go out."""

    half_width: int
    half_height: int
    entries: tuple[Way, ...]
    exits: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where things and lines are, in steps of the grid, y downwards.

    Attributes
    ----------
    centres
        Node -> its centre.
    lines
        Link -> the corners of its line, from where it leaves its tail, or the line to another head, to its head's side.
    left, right
        Where the ends on both sides stand.
    """

    centres: dict[Node, Spot]
    lines: dict[Link, tuple[Spot, ...]]
    left: int
    right: int


def wire(grid: Grid, forms: Mapping[Node, Form]) -> Wiring:
    """Return where the lines of a cell run.

    Raises
    ------
    InputError
        If no way is found for one of them.
    """
    order = _in_order(grid)
    for widening in range(_WIDENINGS):
        board = _Board(grid, forms, _COLUMN + widening, _ROW + widening)
        for _ in range(_TRIES):
            stuck = board.draw(order)
            if stuck is None:
                return Wiring(board.centres, board.lines, board.across(0), board.across(grid.columns - 1))
            order = [stuck, *(link for link in order if link != stuck)]
    tail, head = (str(name) for _, name in order[0])
    raise InputError(f"the cell is too tangled to draw: no way for the line from {tail} to {head}")


def _in_order(grid: Grid) -> list[Link]:
    """Return links: along rails and straight up or down; into layers, the longest first, that others part; others."""
    layers = {head for _, head in grid.links if grid.spots[head][1] == grid.floor}

    def place(link: Link) -> tuple[int, int]:
        (x, y), (u, v) = (grid.spots[node] for node in link)
        length = abs(x - u) + abs(y - v)
        if y == v and y < len(grid.rails):
            return (0, length)
        if x == u:
            return (1, length)
        return (2, -length) if link[1] in layers and y > v else (3, length)

    return sorted(grid.links, key=place)


@dataclass(slots=True)
class _Board:
    """The grid with what is drawn on it."""

    grid: Grid
    forms: Mapping[Node, Form]
    column: int
    row: int
    centres: dict[Node, Spot] = field(default_factory=dict)
    solid: dict[Spot, Node] = field(default_factory=dict)
    near: set[Spot] = field(default_factory=set)
    level: dict[Spot, Node] = field(default_factory=dict)
    upright: dict[Spot, Node] = field(default_factory=dict)
    trees: dict[Node, dict[Spot, set[Way]]] = field(default_factory=dict)
    ports: set[Spot] = field(default_factory=set)
    lines: dict[Link, tuple[Spot, ...]] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    lowest: int = 0
    inner: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.width, self.height = self.grid.columns * self.column + _LEAD + _TRAIL, self.grid.rows * self.row
        self.lowest = self.row // 2 + (self.grid.rows - 1) * self.row - MARGIN
        self.inner = (self.across(0) + MARGIN, self.across(self.grid.columns - 1) - MARGIN)
        for node, (column, row) in self.grid.spots.items():
            x, y = self.across(column), self.row // 2 + row * self.row
            self.centres[node] = (x, y)
            form = self.forms[node]
            for u in range(x - form.half_width, x + form.half_width + 1):
                for v in range(y - form.half_height, y + form.half_height + 1):
                    self.solid[u, v] = node
            for way in _WAYS:
                self.near |= {(u + way[0], v + way[1]) for u, v in self._side(node, way)}

    def across(self, column: int) -> int:
        """Return where a column stands; the ends on both sides stand apart, for what goes up and down there."""
        last = self.grid.columns - 1
        return self.column // 2 + column * self.column + (_LEAD if column else 0) + (_TRAIL if column == last else 0)

    def draw(self, order: Sequence[Link]) -> Link | None:
        """Draw all lines anew in that order; return the first one for which there is no way."""
        for used in (self.level, self.upright, self.trees, self.ports, self.lines):
            used.clear()
        for link in order:
            found = self._find(*link)
            if found is None:
                return link
            self._take(link, found)
        return None

    def _side(self, node: Node, way: Way) -> list[Spot]:
        """Return the places on a side of a thing at which a line may meet it, the middle first."""
        (x, y), form = self.centres[node], self.forms[node]
        if way[0]:
            return [(x + way[0] * form.half_width, y)]
        spread = max(form.half_width - 1, 0)
        across = sorted(range(-spread, spread + 1), key=abs)
        return [(x + k, y + way[1] * form.half_height) for k in across]

    def _starts(self, tail: Node) -> Iterator[tuple[Spot, Way, int]]:
        """Yield where a line may begin, and whither: at its tail, or off the line from there to another head."""
        if tail not in self.trees:
            for cost, way in enumerate(self.forms[tail].exits):
                for spot in self._side(tail, way):
                    if spot not in self.ports:
                        yield spot, way, 2 * cost + 6 * (spot[0] != self.centres[tail][0] and way[0] == 0)
            return
        for spot, ways in self.trees[tail].items():
            if len(ways) == 1 and spot not in self.solid:
                (way,) = ways
                if self.trees[tail].get((spot[0] - way[0], spot[1] - way[1])) != ways:
                    continue
                for turn in _WAYS:
                    if turn[0] * way[0] + turn[1] * way[1] == 0:
                        yield spot, turn, _TURN

    def _goals(self, head: Node) -> dict[Spot, tuple[Way, int]]:
        """Return where a line may end, the way that it comes, and what that costs."""
        return {
            spot: ((-way[0], -way[1]), 2 * cost + 6 * k)
            for cost, way in enumerate(self.forms[head].entries)
            for k, spot in enumerate(self._side(head, way))
            if spot not in self.ports
        }

    def _find(self, tail: Node, head: Node) -> list[Spot] | None:
        """Return the cheapest way from a thing to another, spot by spot: A* with the distance as a bound."""
        goals = self._goals(head)
        if not goals:
            return None

        def bound(spot: Spot) -> int:
            return min(abs(spot[0] - x) + abs(spot[1] - y) for x, y in goals)

        best: dict[tuple[Spot, Way], int] = {}
        before: dict[tuple[Spot, Way], tuple[Spot, Way] | None] = {}
        waiting: list[tuple[int, int, Spot, Way]] = []
        for spot, way, cost in self._starts(tail):
            if cost < best.get((spot, way), cost + 1):
                best[spot, way], before[spot, way] = cost, None
                heappush(waiting, (cost + bound(spot), cost, spot, way))
        while waiting:
            _, cost, spot, way = heappop(waiting)
            if cost > best[spot, way]:
                continue
            if spot in goals and goals[spot][0] == way and before[spot, way] is not None:
                return _back(before, (spot, way))
            for turn, after, extra in self._moves(tail, spot, way, goals, first=before[spot, way] is None):
                whole = cost + extra
                if whole < best.get((after, turn), whole + 1):
                    best[after, turn], before[after, turn] = whole, (spot, way)
                    heappush(waiting, (whole + bound(after), whole, after, turn))
        return None

    def _moves(
        self, tail: Node, spot: Spot, way: Way, goals: Mapping[Spot, tuple[Way, int]], *, first: bool
    ) -> Iterator[tuple[Way, Spot, int]]:
        """Yield how a line may go on from a spot that it has come to: the way, the next spot, what that costs."""
        # Where a line turns no other may pass.
        crossed = self._other(tail, self.level, spot) or self._other(tail, self.upright, spot)
        bend = _TURN + (_NEAR if spot in self.near else 0)
        for turn in (way,) if first or crossed else _WAYS:
            after = (spot[0] + turn[0], spot[1] + turn[1])
            if turn == (-way[0], -way[1]) or not self._is_within(tail, after, turn):
                continue
            step = self._step(tail, after, turn, goals)
            if step is not None:
                yield turn, after, step + (bend if turn != way else 0)

    def _is_within(self, tail: Node, after: Spot, turn: Way) -> bool:
        """Return whether a line may run there at all: not beyond the grid, nor along the border of the frame."""
        if not (0 <= after[0] < self.width and 0 <= after[1] < self.height):
            return False
        if after[1] > self.lowest and (turn[0] or tail[0] != "below"):
            return False
        return not turn[1] or self.inner[0] < after[0] < self.inner[1]

    def _step(self, tail: Node, after: Spot, turn: Way, goals: Mapping[Spot, tuple[Way, int]]) -> int | None:
        """Return what one step to a spot costs; None where something is in the way."""
        along, across = (self.level, self.upright) if turn[0] else (self.upright, self.level)
        if self._other(tail, along, after) or after in self.trees.get(tail, ()):
            return None
        # Beside the ends the last way up or down is left to whom it is the only one.
        outmost = bool(turn[1]) and after[0] in (self.inner[0] + 1, self.inner[1] - 1)
        cost = (_BACK if turn == _LEFT else 1) + (_NEAR if after in self.near or outmost else 0)
        if after in self.solid:
            way, extra = goals.get(after, (None, 0))
            return cost + extra if way == turn else None
        if self._other(tail, across, after):
            return None if self._bends(across[after], after) else cost + _CROSS
        return cost

    def _other(self, tail: Node, used: Mapping[Spot, Node], spot: Spot) -> bool:
        return used.get(spot, tail) != tail

    def _bends(self, tail: Node, spot: Spot) -> bool:
        """Return whether the line from a thing bends or branches at a spot."""
        return self.level.get(spot) == tail and self.upright.get(spot) == tail

    def _take(self, link: Link, spots: list[Spot]) -> None:
        tail, _ = link
        tree = self.trees.setdefault(tail, {})
        ways = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(spots)]
        branch = next(iter(tree.get(spots[0], ())), None)
        for k, spot in enumerate(spots):
            around = {ways[max(k - 1, 0)], ways[min(k, len(ways) - 1)]}
            tree[spot] = tree.get(spot, set()) | around
            for way in around:
                (self.level if way[0] else self.upright)[spot] = tail
        if branch is None:
            self.ports.add(spots[0])
        self.ports.add(spots[-1])
        corners = [spots[0]] if branch is None else [(spots[0][0] - branch[0], spots[0][1] - branch[1]), spots[0]]
        corners += [spot for spot, a, b in zip(spots[1:], ways, ways[1:], strict=False) if a != b]
        self.lines[link] = (*corners, spots[-1])


def _back(before: Mapping[tuple[Spot, Way], tuple[Spot, Way] | None], end: tuple[Spot, Way]) -> list[Spot]:
    spots = []
    at: tuple[Spot, Way] | None = end
    while at is not None:
        spots.append(at[0])
        at = before[at]
    return spots[::-1]
