"""Where the marks of a cell stand: rails on top, layers below, what joins lines under them; a grid of rows, columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Quantity

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.figures.views.cell.marks import Marks, Source

Node = tuple[str, str | int]
"""What stands on the grid: `("mark", 3)`, `("left", "S")`, `("below", "X")`, `("right", "S")`."""
Spot = tuple[int, int]
# The column of the right ends is this at least: there is room for the frame's title.
_LEAST = 3
# What stands among the layers or below them.
_LOW = ("layer", "join", "parameter")


@dataclass(frozen=True, slots=True)
class Grid:
    """Where everything stands.

    Attributes
    ----------
    spots
        Node -> column and row, the first row on top; the left ends are in column 0.
    links
        (from, to), as the lines run.
    rails
        The chain of marks on each rail, by its state.
    columns, rows
        How many.
    floor
        The row of the layers.
    """

    spots: dict[Node, Spot]
    links: tuple[tuple[Node, Node], ...]
    rails: dict[str, tuple[int, ...]]
    columns: int
    rows: int
    floor: int


def node_of(source: Source) -> Node:
    """Return what a line from a source begins at."""
    if isinstance(source, int):
        return ("mark", source)
    return ("left" if source.lag else "below", source.name)


def place(cell: Cell, marks: Marks) -> Grid:
    """Return where the marks of a cell stand, whatever the cell.

    What leads from a state to the same state of the next step entry by entry keeps to a rail on top. Layers stand in a
    row, in the order in which the rails read them; what they feed stands between, one row for each further operation.
    """
    placing = _Placing(marks, _rails(cell, marks))
    for name in cell.states:
        placing.begin(name)
    for chain in placing.rails.values():
        for mark in chain:
            placing.put(mark)
    for source in marks.ends.values():
        if isinstance(source, int):
            placing.put(source)
    placing.move_late()
    return placing.finish(cell)


def _rails(cell: Cell, marks: Marks) -> dict[str, tuple[int, ...]]:
    """Return state -> the marks that lead from it to itself entry by entry, the shortest way."""
    rails: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for name in cell.states:
        start, end = Quantity(name, 1), marks.values[name]
        ways: dict[Source, tuple[int, ...]] = {start: ()}
        for k, mark in enumerate(marks.marks):
            known = [ways[source] for source in mark.inputs if source in ways]
            if mark.kind == "entrywise" and known and k not in taken:
                ways[k] = (*min(known, key=len), k)
        if end in ways and (ways[end] or end == start):
            rails[name] = ways[end]
            taken |= set(ways[end])
    return rails


@dataclass(slots=True)
class _Placing:
    marks: Marks
    rails: dict[str, tuple[int, ...]]
    spots: dict[Node, Spot] = field(default_factory=dict)
    taken: set[Spot] = field(default_factory=set)
    used: int = 0
    joined: dict[int, int] = field(default_factory=dict)

    @property
    def rail_of(self) -> dict[int, int]:
        return {mark: row for row, chain in enumerate(self.rails.values()) for mark in chain}

    @property
    def between(self) -> int:
        """How many rows stand between the rails and the layers."""
        up = list(self._depths(after=False).values())
        down = [depth for mark, depth in self._depths(after=True).items() if not self._ends_at(mark)]
        return max(1, *up, *down) if up or down else 1

    @property
    def floor(self) -> int:
        """The row of the layers."""
        return len(self.rails) + self.between

    def _ends_at(self, mark: int) -> bool:
        return mark in self.marks.ends.values()

    def _depths(self, *, after: bool) -> dict[int, int]:
        """Return how many operations lie between a mark and the layers below it, or, `after`, the rails above it."""
        rail_of, behind = self.rail_of, set()
        for k, mark in enumerate(self.marks.marks):
            above = any(source in rail_of or source in behind for source in mark.inputs)
            if above and k not in rail_of and mark.kind not in _LOW:
                behind.add(k)
        depths: dict[int, int] = {}
        for k, mark in enumerate(self.marks.marks):
            if k in rail_of or mark.kind in _LOW or (k in behind) != after:
                continue
            depths[k] = 1 + max((depths.get(source, 0) for source in mark.inputs if isinstance(source, int)), default=0)
        return depths

    def row_of(self, k: int) -> int:
        """Return the row of a mark."""
        mark = self.marks.marks[k]
        if k in self.rail_of:
            return self.rail_of[k]
        if mark.kind in ("layer", "parameter"):
            return self.floor
        after = self._depths(after=True)
        if k in after:
            return self.floor if self._ends_at(k) else len(self.rails) - 1 + after[k]
        return self.floor - self._depths(after=False)[k]

    def begin(self, name: str) -> None:
        """Put the left end of a state: of a rail on it, of any other below the layers."""
        if name in self.rails:
            self.spots["left", name] = (0, list(self.rails).index(name))
        else:
            row = self.floor + 1 + sum(1 for other, _ in self.spots if other == "left") - self._begun_rails()
            self.spots["left", name] = (0, row)

    def _begun_rails(self) -> int:
        return sum(1 for side, name in self.spots if side == "left" and name in self.rails)

    def put(self, k: int) -> None:
        """Put a mark, and first all that it reads."""
        if ("mark", k) in self.spots:
            return
        mark = self.marks.marks[k]
        ordered = sorted(mark.inputs, key=lambda source: source in self.rail_of)
        for source in ordered:
            if isinstance(source, int) and self.marks.marks[source].kind != "join":
                self.put(source)
        if mark.kind in ("layer", "parameter"):
            for source in mark.inputs:
                if isinstance(source, int) and self.marks.marks[source].kind == "join":
                    self._join(source)
            self.used += 1
            self._set(k, (self.used, self.floor))
            return
        row = self.row_of(k)
        columns = [self.spots[node_of(source)][0] for source in mark.inputs if isinstance(source, int)]
        column = max([*columns, 1])
        while not self._is_open(k, (column, row)):
            column += 1
        self._set(k, (column, row))

    def _join(self, k: int) -> None:
        """Put what joins lines in a column of its own before its first layer, in the lowest row that is free there."""
        if ("mark", k) in self.spots:
            return
        for source in self.marks.marks[k].inputs:
            if isinstance(source, int):
                self.put(source)
        self.used += 1
        lefts = [row for (side, _), (_, row) in self.spots.items() if side == "left"]
        row = max([self.floor, *lefts]) + 1 + len(self.joined)
        if not self.joined:
            # On the line of the one state that stands below the layers, where there is one.
            lines = [self.spots[node_of(s)][1] for s in self.marks.marks[k].inputs if node_of(s)[0] == "left"]
            below = [line for line in lines if line > self.floor]
            row = below[0] if below else row
        self.joined[k] = row
        self._set(k, (self.used, row))

    def _set(self, k: int, spot: Spot) -> None:
        self.spots["mark", k] = spot
        self.taken.add(spot)
        self.used = max(self.used, spot[0])

    def _is_open(self, k: int, spot: Spot) -> bool:
        """Return whether a mark can stand there: free, and to the right of what it reads on the same row."""
        column, row = spot
        if spot in self.taken:
            return False
        for source in self.marks.marks[k].inputs:
            if not isinstance(source, int):
                continue
            at, line = self.spots["mark", source]
            beside_rail = source in self.rail_of and line != row
            if at == column and (line == row or beside_rail or self._is_blocked(column, line, row)):
                return False
        chain = next((chain for chain in self.rails.values() if k in chain), ())
        placed = [self.spots["mark", other][0] for other in chain if ("mark", other) in self.spots]
        return not placed or column > max(placed)

    def _is_blocked(self, column: int, one: int, other: int) -> bool:
        low, high = sorted((one, other))
        return any((column, row) in self.taken for row in range(low + 1, high))

    def move_late(self) -> None:
        """Move what one mark alone reads above or below it, where there is room."""
        readers: dict[int, list[int]] = {}
        for k, mark in enumerate(self.marks.marks):
            for source in mark.inputs:
                if isinstance(source, int):
                    readers.setdefault(source, []).append(k)
        for k in reversed(range(len(self.marks.marks))):
            mark, own = self.marks.marks[k], readers.get(k, [])
            if len(own) != 1 or mark.kind in _LOW or k in self.rail_of or self._ends_at(k):
                continue
            (column, row), (late, line) = self.spots["mark", k], self.spots["mark", own[0]]
            if late <= column or row == line or (late, row) in self.taken or self._is_blocked(late, row, line):
                continue
            self.taken.discard((column, row))
            self._set(k, (late, row))

    def finish(self, cell: Cell) -> Grid:
        """Put the ends to the right and below, and tell what leads where."""
        links: list[tuple[Node, Node]] = []
        for k, mark in enumerate(self.marks.marks):
            if ("mark", k) in self.spots:
                links += [(node_of(source), ("mark", k)) for source in mark.inputs]
        columns = self._columns_below(cell, links, self.spots)
        last = max(self.used + 1, _LEAST, *(column + 1 for column in columns.values()))
        for name, source in self.marks.ends.items():
            row = self.spots["left", name][1] if name in cell.states else self._row_of_end(source)
            self.spots["right", name] = (last, row)
            links.append((node_of(source), ("right", name)))
        bottom = max(row for _, row in self.spots.values()) + 1
        self.spots |= {("below", name): (column, bottom) for name, column in columns.items()}
        return Grid(self.spots, tuple(dict.fromkeys(links)), self.rails, last + 1, bottom + 1, self.floor)

    @staticmethod
    def _columns_below(cell: Cell, links: list[tuple[Node, Node]], spots: dict[Node, Spot]) -> dict[str, int]:
        """Return the column of each input: that of the first mark that reads it, where no other input stands."""
        columns: dict[str, int] = {}
        for name in cell.inputs:
            column = min((spots[head][0] for tail, head in links if tail == ("below", name)), default=1)
            while column in columns.values():
                column += 1
            columns[name] = column
        return columns

    def _row_of_end(self, source: Source) -> int:
        """Return the row in which a quantity leaves that is no state: its own, where nothing stands to the right."""
        taken = {row for (side, _), (_, row) in self.spots.items() if side in ("left", "right")}
        own = self.spots.get(node_of(source), (0, self.floor))
        clear = all(at[0] <= own[0] for at in self.spots.values() if at[1] == own[1] and at != own)
        if clear and own[1] not in taken:
            return own[1]
        return max(row for _, row in self.spots.values()) + 1
