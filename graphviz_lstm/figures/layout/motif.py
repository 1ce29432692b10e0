"""The motif of one step: where each quantity of a cell stands, whatever the cell.

A column for each depth within the step, a row for each gate, a rail along the top for each state, the output at
mid-height. Roles and depths are all that is asked; the names are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout.grid import Cell, Grid, make_grid
from graphviz_lstm.figures.layout.spacing import ROOMY, Spacing
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.unroll import Graph

_APART, _WIDE_APART = 9.0, 14.0
# Before a column that lines run down to, beside it: their arrowheads.
_BEFORE_BOX = 18.0
# Between two columns where a step may be parted, at least.
_JOINT = 8.0


BACK_FIRST, BACK_EACH = 14.0, 11.0
"""Lines that run back in time lie this high over the frames: the lowest, and each of the others over the one before."""


@dataclass(frozen=True, slots=True)
class Motif:
    """Where the quantities of one step stand, relative to the lower left corner of its frame.

    Attributes
    ----------
    places
        Quantity -> centre of its box.
    tall
        Quantity -> height of its box.
    lanes
        (tail's quantity, head's quantity) -> the x at which a line runs up or down before its head's column, where
        another box stands in its way within that column.
    lane_room
        Quantity -> how much of the room to the left of its box lanes take.
    apart
        Quantity -> how far apart the lines run that leave its box to the right, where there is room.
    open_below
        The quantities to whose left side a line can rise straight from below.
    rail, roof
        The heights of the lowest and of the highest rail along the top.
    over
        The height at which a carousel runs that leads to an output: over all rails of states.
    width, height
        Of the frame.
    pitch
        From one frame's left side to the next one's.
    gutter
        From the frame's left side to the first column of boxes.
    spacing
        The distances that it was made with.
    storeys
        How many lines run back in time from a step to the one before.
    joints
        The right side of each column of boxes that there is room behind, and of how many quantities lines lead on
        from there: every line runs level just behind it.
    """

    places: dict[str, Point]
    tall: dict[str, float]
    lanes: dict[tuple[str, str], float]
    lane_room: dict[str, float]
    apart: dict[str, float]
    open_below: frozenset[str]
    rail: float
    roof: float
    over: float
    width: float
    height: float
    pitch: float
    gutter: float
    spacing: Spacing
    storeys: int = 0
    joints: tuple[tuple[float, int], ...] = ()

    @property
    def attic(self) -> float:
        """How much room there is above the frame for the lines that run back in time, those of two steps apart."""
        return BACK_FIRST + BACK_EACH * 2 * self.storeys if self.storeys else 0.0


def make_motif(
    graph: Graph,
    *,
    risers: int,
    leads_on: bool = True,
    spacing: Spacing = ROOMY,
    tall: Mapping[str, float] | None = None,
) -> Motif:
    """Return the motif of the graph's steps: `risers` lines rise into one step at most, others lead on to the next.

    `tall` has the heights of the boxes that have to be higher than usual, by quantity: rows and rails make room.
    """
    # Every quantity of the cell has its place, drawn or not.
    grid = make_grid(graph.graph.get("full", graph))
    apart = {name: _apart(name, grid) for name in grid.cells}
    row = spacing.high_row if _WIDE_APART in apart.values() else spacing.row
    boxes = dict.fromkeys(grid.cells, BOX_HEIGHT) | dict(tall or {})
    rows, rails = _levels(grid, row, boxes, spacing)
    highest = rows[0] if rows else spacing.floor
    carried = grid.carries_output and leads_on
    rail = rails[0] if rails else highest + spacing.rail if carried else highest
    over = max(boxes.values()) / 2 - BOX_HEIGHT / 2 + rails[-1] + spacing.rails if rails and carried else rail
    heights = {name: _height(cell, rows, rails, spacing) for name, cell in grid.cells.items()}
    lanes = _lanes(grid, heights, boxes)
    gutter = spacing.wide_gutter if risers > 1 else spacing.gutter
    columns, room = _columns(grid, lanes, heights, gutter, spacing)
    places = {name: (columns[cell.column], heights[name]) for name, cell in grid.cells.items()}
    width = max(columns) + BOX_WIDTH / 2 + spacing.margin
    roof = max(over, *heights.values())
    ceiling = max(over, *(height + (boxes[name] - BOX_HEIGHT) / 2 for name, height in heights.items()))
    return Motif(
        places=places,
        tall=boxes,
        lanes={
            edge: columns[column] - BOX_WIDTH / 2 - _BEFORE_BOX - spacing.lane * (len(edges) - 1 - k)
            for column, edges in lanes.items()
            for k, edge in enumerate(edges)
        },
        apart=apart,
        lane_room={name: room[cell.column] for name, cell in grid.cells.items()},
        open_below=frozenset(name for name in grid.cells if _is_open(name, grid, heights, lanes)),
        rail=rail,
        roof=roof,
        over=over,
        width=width,
        height=ceiling + spacing.headroom,
        pitch=width + spacing.gap,
        gutter=gutter,
        spacing=spacing,
        storeys=_storeys(graph.graph.get("full", graph)),
        joints=_joints(grid, columns),
    )


def _joints(grid: Grid, columns: list[float]) -> tuple[tuple[float, int], ...]:
    joints = []
    for level, (x, following) in enumerate(pairwise(columns)):
        if following - x < BOX_WIDTH + _JOINT:
            continue
        leading = {tail for tail, head in grid.edges if grid.cells[tail].column <= level < grid.cells[head].column}
        joints.append((x + BOX_WIDTH / 2, len(leading)))
    return tuple(joints)


def _storeys(graph: Graph) -> int:
    """Return how many lines lead from a step to the one before: over the frames, one over another."""
    nodes = graph.nodes
    back = {
        (nodes[tail]["quantity"], nodes[head]["quantity"])
        for tail, head in graph.edges
        if runs_back(graph, (tail, head)) and nodes[tail]["role"] != "initial"
    }
    return len(back)


def runs_back(graph: Graph, edge: tuple[str, str]) -> bool:
    """Return whether an edge leads from a step to one before it."""
    first, second = (graph.nodes[vertex]["step"] for vertex in edge)
    return first is not None and second is not None and first > second


def _levels(grid: Grid, row: float, boxes: Mapping[str, float], spacing: Spacing) -> tuple[list[float], list[float]]:
    """Return the height of each row, from the top, and of each rail, from the lowest: as high boxes leave them room."""
    over = {name: max(boxes[name] - BOX_HEIGHT, 0.0) for name in grid.cells}
    in_rows = {k: _highest(over, grid, row=float(k)) for k in range(grid.rows)}
    rows: list[float] = []
    for k in reversed(range(grid.rows)):
        if not rows:
            rows = [spacing.floor + in_rows[k] / 2]
            continue
        # What stands between two rows has the lines of both beside it.
        between = _highest(over, grid, row=k + 0.5)
        # A line from one of them bends into it: it has to be longer than its arrowhead, as from row to row.
        apart = 2 * row if any(_is_halfway(tail, head, grid, k) for tail, head in grid.edges) else row
        rows.insert(0, rows[0] + apart + max((in_rows[k] + in_rows[k + 1]) / 2, between))
    states = [name for name, cell in grid.cells.items() if cell.rail is not None]
    below = rows[0] + in_rows[0] / 2 if rows else spacing.floor
    rails: list[float] = []
    for name in sorted(states, key=lambda name: grid.cells[name].rail or 0):
        rails.append(below + (spacing.rails if rails else spacing.rail) + over[name] / 2)
        below = rails[-1] + over[name] / 2
    return rows, rails


def _is_halfway(tail: str, head: str, grid: Grid, row: int) -> bool:
    """Return whether a head stands between a row and the next one, and its tail in one of these two."""
    return grid.cells[head].row == row + 0.5 and grid.cells[tail].row in (row, row + 1)


def _highest(over: Mapping[str, float], grid: Grid, *, row: float) -> float:
    return max((over[name] for name, cell in grid.cells.items() if cell.row == row), default=0.0)


def _height(cell: Cell, rows: list[float], rails: list[float], spacing: Spacing) -> float:
    if cell.rail is not None:
        return rails[cell.rail]
    if not rows or cell.row is None:
        return spacing.floor
    above = int(cell.row)
    return rows[above] if above == cell.row else (rows[above] + rows[above + 1]) / 2


def _apart(name: str, grid: Grid) -> float:
    leaving = sum(tail == name for tail, _ in grid.edges)
    return _WIDE_APART if leaving > 2 and grid.cells[name].rail is None else _APART


def _lanes(grid: Grid, heights: dict[str, float], boxes: Mapping[str, float]) -> dict[int, list[tuple[str, str]]]:
    """Return column -> the edges that run up or down before it, from left to right: the nearer the head, the earlier.

    A line bends into its head from above or below, unless another box of the head's column stands between.
    """
    lanes: dict[int, list[tuple[str, str]]] = {}
    for tail, head in grid.edges:
        low, high = sorted((heights[tail], heights[head]))
        column = grid.cells[head].column
        between = any(
            cell.column == column and name != head and low - boxes[name] / 2 < heights[name] < high + boxes[name] / 2
            for name, cell in grid.cells.items()
        )
        if between and high - low >= 1.0:
            lanes.setdefault(column, []).append((tail, head))
    for edges in lanes.values():
        edges.sort(key=lambda edge: abs(heights[edge[0]] - heights[edge[1]]))
    return lanes


def _columns(
    grid: Grid,
    lanes: dict[int, list[tuple[str, str]]],
    heights: dict[str, float],
    gutter: float,
    spacing: Spacing,
) -> tuple[list[float], dict[int, float]]:
    """Return the x of each column, and how much of the room before it is for lanes."""
    columns, room = [gutter + BOX_WIDTH / 2], {0: 0.0}
    for level in range(grid.columns - 1):
        roles = {cell.role for cell in grid.cells.values() if cell.column == level}
        climbs = any(
            grid.cells[tail].column == level and grid.cells[head].rail is not None for tail, head in grid.edges
        )
        narrow = roles == {"state"} and not climbs
        # Lines that lead on to the next column have to be longer than their arrowheads.
        ahead = any(
            grid.cells[tail].column == level and grid.cells[head].rail is None and grid.cells[head].column == level + 1
            for tail, head in grid.edges
        )
        straight = any(grid.cells[tail].column == level and heights[tail] == heights[head] for tail, head in grid.edges)
        usual = spacing.climbing_column if climbs and not ahead else spacing.column if straight else spacing.bent_column
        wanted = spacing.straight_column if "operation" in roles else spacing.narrow_column if narrow else usual
        taken = spacing.lane * (len(lanes[level + 1]) - 1) + _BEFORE_BOX if level + 1 in lanes else 0.0
        wide = max(wanted, BOX_WIDTH + spacing.number + taken) if taken else wanted
        columns.append(columns[-1] + wide)
        room[level + 1] = taken
    return columns, room


def _is_open(name: str, grid: Grid, heights: dict[str, float], lanes: dict[int, list[tuple[str, str]]]) -> bool:
    column = grid.cells[name].column
    return not column or (
        column not in lanes
        and not any(cell.column == column - 1 and heights[other] < heights[name] for other, cell in grid.cells.items())
    )
