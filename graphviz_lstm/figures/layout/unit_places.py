"""Where single units stand: one below the other in the place of their quantity, the motif as it is for quantities.

Every line leaves to the right, enters from the left, and goes up or down only between two columns, where no box
stands. So each row has a height of its own, and each rail.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout.grid import Grid, make_grid
from graphviz_lstm.figures.layout.motif import Motif, runs_back
from graphviz_lstm.figures.layout.places import Layout
from graphviz_lstm.figures.layout.spacing import ROOMY
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.unroll import Graph

UNIT_PITCH = BOX_HEIGHT + 10.0
GUTTER = 124.0
"""Between two columns: first straight on, then up or down, then straight on to the head."""
OVER = 8.0
"""From one line that runs over the rows to the next one."""
STEP_GAP = 132.0
"""Between the frames of two steps."""
_FIRST = 104.0
_ROW_GAP = 26.0
_HEADROOM = 42.0
_MARGIN = 16.0
_LOSS_GAP = 150.0
_SOURCE_GAP = 42.0
# Below the frames: the bus of the source, then that of the loss.
_BELOW = 26.0
_BUS = 30.0
_BETWEEN = 18.0
_FALL = 6.0


@dataclass(frozen=True, slots=True)
class _Rows:
    """The heights of a step: quantity -> middle of its units, and where lines over the rows and the rails begin."""

    middles: dict[str, float]
    over: float
    roof: float


def make_unit_layout(graph: Graph) -> Layout:
    """Return where every vertex of a graph of single units stands; the motif's places are those of the quantities."""
    whole: Graph = graph.graph["whole"]
    grid = make_grid(whole)
    source, target = graph.graph["source"], graph.graph["target"]
    units = {data["quantity"]: data["value"].size for data in whole.nodes.values() if data["quantity"] in grid.cells}
    rows = _rows(whole, grid, units)
    columns = [_FIRST + BOX_WIDTH / 2 + k * (BOX_WIDTH + GUTTER) for k in range(grid.columns)]
    motif = _motif(grid, rows, columns, storeys=_most_back(graph))
    first, steps = graph.graph["first_step"], graph.graph["steps"]
    origin = {first + k: k * motif.pitch for k in range(steps)}
    places: dict[str, Point] = {}
    number: dict[tuple[str, int], int] = {}
    for vertex, data in graph.nodes.items():
        quantity, step = data["quantity"], data["step"]
        if step not in origin or quantity not in motif.places:
            continue
        x, y = motif.places[quantity]
        k = number.setdefault((quantity, step), 0)
        number[quantity, step] += 1
        rise = 0.0 if vertex == source else ((units[quantity] - 1) / 2 - k) * UNIT_PITCH
        places[vertex] = (origin[step] + x, y + rise)
    role, step = graph.nodes[source]["role"], graph.nodes[source]["step"]
    bus_height = _BUS if role in ("parameter", "input") else 0.0
    if role == "parameter":
        places[source] = (-_SOURCE_GAP, -_BELOW - bus_height / 2)
    elif role == "input":
        places[source] = (origin[step] - STEP_GAP - BOX_WIDTH / 2, -_BELOW - bus_height / 2)
    elif role == "initial":
        # Of what runs backward it is given behind the last step: beyond the loss.
        behind = max(origin.values()) + motif.width + _LOSS_GAP + BOX_WIDTH + STEP_GAP + BOX_WIDTH / 2
        x = behind if step > max(origin) else -STEP_GAP - BOX_WIDTH / 2
        places[source] = (x, motif.places[graph.nodes[source]["quantity"]][1])
    lost = list(graph.pred[target])
    last = [places[tail][1] for tail in lost if graph.nodes[tail]["step"] == max(origin)]
    falls = len(lost) - len(last)
    height = (max(last) + min(last)) / 2 if last else motif.roof
    places[target] = (max(origin.values()) + motif.width + _LOSS_GAP + BOX_WIDTH / 2, height)
    loss_bus = -_BELOW - bus_height - (_BETWEEN if bus_height else 0.0)
    return Layout(motif, places, origin, -_BELOW, bus_height, loss_bus, _FALL * falls)


def _most_back(graph: Graph) -> int:
    """Return how many lines lead from one step to the one before, at most."""
    leaving = Counter(graph.nodes[tail]["step"] for tail, head in graph.edges if runs_back(graph, (tail, head)))
    return max(leaving.values(), default=0)


def _motif(grid: Grid, rows: _Rows, columns: list[float], *, storeys: int) -> Motif:
    width = columns[-1] + BOX_WIDTH / 2 + _MARGIN
    return Motif(
        places={name: (columns[cell.column], rows.middles[name]) for name, cell in grid.cells.items()},
        tall=dict.fromkeys(grid.cells, BOX_HEIGHT),
        lanes={},
        lane_room=dict.fromkeys(grid.cells, 0.0),
        apart=dict.fromkeys(grid.cells, 0.0),
        open_below=frozenset(),
        rail=rows.over,
        roof=rows.roof,
        over=rows.over,
        width=width,
        height=rows.roof + _HEADROOM,
        pitch=width + STEP_GAP,
        gutter=_FIRST,
        spacing=ROOMY,
        storeys=storeys,
    )


def _rows(whole: Graph, grid: Grid, units: dict[str, int]) -> _Rows:
    """Return the heights: from below the rows, the lowest first, then the lines over them, then the rails."""
    alone = _alone(whole, grid)
    bands: dict[tuple[float, bool], list[str]] = {}
    for name, cell in grid.cells.items():
        if cell.row is not None and name not in alone:
            bands.setdefault((cell.row, _is_central(name, grid)), []).append(name)
    middles: dict[str, float] = {}
    y = ROOMY.floor - UNIT_PITCH / 2
    for band in sorted(bands, reverse=True):
        height = max(units[name] for name in bands[band]) * UNIT_PITCH
        middles |= dict.fromkeys(bands[band], y + height / 2)
        y += height + _ROW_GAP
    if bands:
        y -= _ROW_GAP
    middle = (ROOMY.floor - UNIT_PITCH / 2 + y) / 2
    for name in alone:
        # Where it is higher than all rows together it stands on the floor.
        own = units[name] * UNIT_PITCH
        middles[name] = max(middle, ROOMY.floor - UNIT_PITCH / 2 + own / 2)
        y = max(y, middles[name] + own / 2)
    over = y + OVER
    y = over + OVER * _count_over(whole, units) + OVER
    for name in (name for name, cell in grid.cells.items() if cell.rail is not None):
        own = units[name] * UNIT_PITCH
        middles[name] = y + own / 2
        y += own
    return _Rows(middles, over, y - UNIT_PITCH / 2)


def _count_over(whole: Graph, units: dict[str, int]) -> int:
    """Return how many lines run over the rows at most: those of the carousels that lead to no state."""
    heads = {
        whole.nodes[head]["quantity"]
        for _, head, edge in whole.edges(data=True)
        if edge["kind"] == "carousel" and whole.nodes[head]["role"] != "state"
    }
    return sum(units[head] for head in heads)


def _is_central(name: str, grid: Grid) -> bool:
    """Return whether a quantity stands at mid-height in the motif: it may lie between two rows, or on one."""
    readers = [head for tail, head in grid.edges if tail == name]
    role = grid.cells[name].role
    return role == "output" or (role == "operation" and [grid.cells[head].role for head in readers] == ["output"])


def _alone(whole: Graph, grid: Grid) -> list[str]:
    """Return the quantities that can stand at mid-height, whatever the rows are: no line passes, and none leads there.

    They stand alone in the last column, and all that they read is of their step, or comes over the rows.
    """
    last = grid.columns - 1
    inside = [name for name, cell in grid.cells.items() if cell.column == last]
    if not last or len(inside) != 1 or grid.cells[inside[0]].role != "output":
        return []
    kinds = {edge["kind"] for _, head, edge in whole.edges(data=True) if whole.nodes[head]["quantity"] == inside[0]}
    return inside if kinds <= {"inner", "carousel"} else []
