"""The grid of one step: in which row, on which rail and in which column each quantity stands, by role and depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.unroll import Graph

_OWN = ("gate", "state", "output", "operation")
_FROM_THE_LEFT = ("crossing", "input", "parameter")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a quantity stands: in a row (the first on top, halves between two) or, a state, on a rail (0 is lowest)."""

    role: str
    column: int
    row: float | None = None
    rail: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """All quantities of a step, and the edges among them.

    Attributes
    ----------
    cells
        Quantity -> where it stands, in the order of the equations.
    edges
        (tail's quantity, head's quantity), within a step.
    rows, columns
        How many.
    carries_output
        Whether a carousel leads to an output: it needs a rail along the top, as each state does.
    """

    cells: dict[str, Cell]
    edges: tuple[tuple[str, str], ...]
    rows: int
    columns: int
    carries_output: bool


def make_grid(graph: Graph) -> Grid:
    """Return the grid of a graph's last step."""
    step = graph.graph["first_step"] + graph.graph["steps"] - 1
    names = {v: data["quantity"] for v, data in graph.nodes.items() if data["step"] == step and data["role"] in _OWN}
    role = {name: str(graph.nodes[vertex]["role"]) for vertex, name in names.items()}
    heads: dict[str, list[str]] = {
        name: [names[head] for head, edge in graph.succ[vertex].items() if edge["kind"] == "inner"]
        for vertex, name in names.items()
    }
    columns = _columns(role, heads, graph.graph["cell"].groups)
    entered = frozenset(
        name for vertex, name in names.items() if any(e["kind"] in _FROM_THE_LEFT for e in graph.pred[vertex].values())
    )
    rows, count = _rows(role, heads, columns, entered)
    rails = {name: k for k, name in enumerate(name for name in role if role[name] == "state")}
    carried = any(
        edge["kind"] == "carousel"
        for vertex, name in names.items()
        if role[name] == "output"
        for edge in graph.pred[vertex].values()
    )
    return Grid(
        cells={name: Cell(role[name], columns[name], rows.get(name), rails.get(name)) for name in role},
        edges=tuple((tail, head) for tail in role for head in heads[tail]),
        rows=count,
        columns=max(columns.values()) + 1,
        carries_output=carried,
    )


def _columns(role: dict[str, str], heads: dict[str, list[str]], groups: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return the column of each quantity: its depth, but for states of one depth, which stand side by side.

    The depth is the length of the longest path within the step that leads to it; `role` is in topological order. A
    group has the depth of the deepest of its own, and what reads it stands behind it; at one depth those of no group
    come first, then each group has a column.
    """
    depth = dict.fromkeys(role, 0)
    together = [[name for name in group if name in role] for group in groups]
    before: dict[str, int] = {}
    while before != depth:
        before = dict(depth)
        for name in role:
            for head in heads[name]:
                depth[head] = max(depth[head], depth[name] + 1)
        for group in together:
            depth |= dict.fromkeys(group, max((depth[name] for name in group), default=0))
    number = {name: k for k, group in enumerate(together, start=1) for name in group}
    beside: dict[tuple[int, int], int] = {}
    places = {}
    for name, level in depth.items():
        column = (level, number.get(name, 0))
        places[name] = (*column, 0)
        if role[name] == "state":
            places[name] = (*column, beside.get(column, 0))
            beside[column] = places[name][-1] + 1
    columns = {place: k for k, place in enumerate(sorted(set(places.values())))}
    return {name: columns[place] for name, place in places.items()}


def _rows(
    role: dict[str, str], heads: dict[str, list[str]], columns: dict[str, int], entered: frozenset[str]
) -> tuple[dict[str, float], int]:
    """Return the row of each quantity that is no state, and how many rows there are.

    Gates that feed a state stand nearest to the rail, the last one on top, so that their lines do not cross; those that
    feed the output alone stand below. Gates that gates read stand in the order of these. An argument shares the row of
    the one gate that reads it. The output, and what leads to it alone, stands at mid-height, where there is room;
    whatever is left has a row of its own.

    `entered` has what lines lead to that come along its row: from the step before, from the source.
    """
    gates = [name for name in role if role[name] == "gate"]
    feeding = [gate for gate in gates if any(role[head] == "state" for head in heads[gate])]
    order = _uncrossed([*reversed(feeding), *(gate for gate in gates if gate not in feeding)], heads)
    rows: dict[str, float] = {gate: float(k) for k, gate in enumerate(order)}
    taken = {(rows[gate], columns[gate]) for gate in order}
    alone, central = [], []
    for name, part in role.items():
        readers = heads[name]
        if part == "output" or (part == "operation" and [role[reader] for reader in readers] == ["output"]):
            central.append(name)
        elif part == "operation":
            place = (rows[readers[0]], columns[name]) if len(readers) == 1 and readers[0] in order else None
            if place is None or place in taken:
                alone.append(name)
            else:
                rows[name] = place[0]
                taken.add(place)
    while True:
        rows |= {name: float(len(order) + k) for k, name in enumerate(alone)}
        count = len(order) + len(alone)
        middle = (count - 1) / 2 if count else 0.0
        crowded = next(
            (name for name in central if not _has_room(name, middle, central, rows, heads, columns, entered)), None
        )
        if crowded is None:
            return rows | dict.fromkeys(central, middle), count
        central.remove(crowded)
        alone.append(crowded)


def _uncrossed(order: list[str], heads: dict[str, list[str]]) -> list[str]:
    """Return gates, the first on top, with those that one gate each reads in the order of these, in their own places.

    Lines bend into the gates of a column at one x: those of two gates, one up and one down, must not lie on each other.
    """
    place = {gate: k for k, gate in enumerate(order)}
    readers = {gate: {place[head] for head in heads[gate] if head in place} for gate in order}
    lone = {gate: min(places) for gate, places in readers.items() if len(places) == 1}
    moved = iter(sorted(lone, key=lone.__getitem__))
    return [next(moved) if gate in lone else gate for gate in order]


def _has_room(
    name: str,
    middle: float,
    central: list[str],
    rows: dict[str, float],
    heads: dict[str, list[str]],
    columns: dict[str, int],
    entered: frozenset[str],
) -> bool:
    """Return whether a quantity can stand at mid-height: on no other box, and on no line that passes in its row."""
    for other in central[: central.index(name)]:
        left, right = sorted((other, name), key=columns.__getitem__)
        if columns[left] == columns[right] or any(columns[head] > columns[right] for head in heads[left]):
            return False
    for other, row in rows.items():
        if abs(row - middle) >= 1.0:
            continue
        if columns[other] == columns[name]:
            return False
        passes = any(columns[head] > columns[name] for head in heads[other])
        # Lines of a row's own lie at its middle, those that come from the left up to half a box beside it.
        if columns[other] < columns[name] and (name in entered or (passes and abs(row - middle) < 0.5)):
            return False
    return True
