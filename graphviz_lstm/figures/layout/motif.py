"""The motif of one step: where each quantity of a cell stands, whatever the cell.

A column for each depth within the step, a row for each gate, the states on a rail along the top, the output at
mid-height. Roles and depths are all that is asked; the names are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.unroll import Graph

_GUTTER = 58.0
# Where several lines rise into one step, their numbers stand in the gutter too.
_WIDE_GUTTER = 112.0
_COLUMN = 120.0
# After a column that holds the rail's states only: no rows, so no port to keep free of.
_NARROW_COLUMN = 100.0
# Between boxes that a straight line joins, its number and its arrowhead side by side.
_STRAIGHT_COLUMN = 140.0
_ROW = 46.0
_RAIL = 58.0
FLOOR = 32.0
_HEADROOM = 40.0
_MARGIN = 18.0
_GAP = 98.0


@dataclass(frozen=True, slots=True)
class Motif:
    """Where the quantities of one step stand, relative to the lower left corner of its frame.

    Attributes
    ----------
    places
        Quantity -> centre of its box.
    rail
        The height of the rail along the top.
    width, height
        Of the frame.
    pitch
        From one frame's left side to the next one's.
    gutter
        From the frame's left side to the first column of boxes.
    """

    places: dict[str, Point]
    rail: float
    width: float
    height: float
    pitch: float
    gutter: float


def make_motif(graph: Graph, *, risers: int) -> Motif:
    """Return the motif of the graph's steps; `risers` lines rise into one step at most."""
    # Every quantity of the cell has its place, drawn or not.
    graph = graph.graph.get("full", graph)
    step = graph.graph["first_step"] + graph.graph["steps"] - 1
    vertices = [
        vertex
        for vertex, data in graph.nodes.items()
        if data["step"] == step and data["role"] in ("gate", "state", "output", "operation")
    ]
    inner = {v: [h for h, data in graph.succ[v].items() if data["kind"] == "inner"] for v in vertices}
    depth = _depths(vertices, inner)
    role = {vertex: graph.nodes[vertex]["role"] for vertex in vertices}
    output = next(vertex for vertex in vertices if role[vertex] == "output")
    rows = _rows(vertices, inner, role, output)
    heights = {vertex: FLOOR + _ROW * (len(rows) - 1 - k) for k, vertex in enumerate(rows)}
    middle = FLOOR + _ROW * (len(rows) - 1) / 2 if rows else FLOOR
    needs_rail = any(role[v] == "state" for v in vertices) or any(
        data["kind"] == "carousel" for _, _, data in graph.in_edges(output, data=True)
    )
    roof = FLOOR + _ROW * max(len(rows) - 1, 0)
    rail = roof + _RAIL if needs_rail else roof
    gutter = _WIDE_GUTTER if risers > 1 else _GUTTER
    columns = _columns(vertices, depth, role, gutter)
    places: dict[str, Point] = {}
    for vertex in vertices:
        quantity = graph.nodes[vertex]["quantity"]
        height = rail if role[vertex] == "state" else heights.get(vertex, middle)
        places[quantity] = (columns[depth[vertex]], height)
    _raise_states(graph, vertices, role, places)
    width = max(x for x, _ in places.values()) + BOX_WIDTH / 2 + _MARGIN
    top = max(rail, *(y for _, y in places.values()))
    return Motif(places, rail, width, top + _HEADROOM, width + _GAP, gutter)


def _depths(vertices: list[str], inner: dict[str, list[str]]) -> dict[str, int]:
    """Return for each vertex the length of the longest inner path to it; `vertices` are in topological order."""
    depth = dict.fromkeys(vertices, 0)
    for vertex in vertices:
        for head in inner[vertex]:
            depth[head] = max(depth[head], depth[vertex] + 1)
    return depth


def _rows(vertices: list[str], inner: dict[str, list[str]], role: dict[str, str], output: str) -> list[str]:
    """Return the gates from top to bottom; an argument shares the row of the one gate that reads it.

    Gates that feed a state stand nearest to the rail, the last one on top, so that their lines do not cross; those that
    feed the output alone stand below.
    """
    gates = [vertex for vertex in vertices if role[vertex] == "gate"]
    feeding = [gate for gate in gates if any(role[head] == "state" for head in inner[gate])]
    rows = [*reversed(feeding), *(gate for gate in gates if gate not in feeding)]
    shared = {vertex for vertex in vertices if role[vertex] == "operation" and _reader(vertex, inner) in rows}
    alone = [
        vertex
        for vertex in vertices
        if role[vertex] == "operation" and vertex not in shared and not _leads_to(vertex, output, inner)
    ]
    return rows + alone


def _reader(vertex: str, inner: dict[str, list[str]]) -> str | None:
    return inner[vertex][0] if len(inner[vertex]) == 1 else None


def _leads_to(vertex: str, output: str, inner: dict[str, list[str]]) -> bool:
    return inner[vertex] == [output]


def _columns(vertices: list[str], depth: dict[str, int], role: dict[str, str], gutter: float) -> list[float]:
    """Return the x of each depth."""
    columns = [gutter + BOX_WIDTH / 2]
    for level in range(max(depth.values())):
        roles = {role[vertex] for vertex in vertices if depth[vertex] == level}
        column = _STRAIGHT_COLUMN if "operation" in roles else _NARROW_COLUMN if roles == {"state"} else _COLUMN
        columns.append(columns[-1] + column)
    return columns


def _raise_states(graph: Graph, vertices: list[str], role: dict[str, str], places: dict[str, Point]) -> None:
    """Give each state beyond the first its own rail, above the others; put arguments into their gates' rows."""
    states = [graph.nodes[vertex]["quantity"] for vertex in vertices if role[vertex] == "state"]
    for k, quantity in enumerate(states):
        x, y = places[quantity]
        places[quantity] = (x, y + k * (BOX_HEIGHT + 14.0))
    for vertex in vertices:
        if role[vertex] != "operation":
            continue
        heads = [head for head, data in graph.succ[vertex].items() if data["kind"] == "inner"]
        if len(heads) == 1 and role[heads[0]] == "gate":
            quantity = graph.nodes[vertex]["quantity"]
            places[quantity] = (places[quantity][0], places[graph.nodes[heads[0]]["quantity"]][1])
