"""Long paths on one line: runs along the carousel and repeated steps are folded, by a rule that unfolds them again.

=============================  ================================================================================
written                        stands for
=============================  ================================================================================
`S_6 => S_12`                  `S_6 -> S_7 -> ... -> S_12`: along the carousel, the same vertex a step later each time
`(o_13 -> H_13) x 3`           `o_13 -> H_13 -> o_14 -> H_14 -> o_15 -> H_15`: the same, a step later each time; of
                               a single vertex three times at least
=============================  ================================================================================

Units fold with their vertex: `S_6[7] => S_12[7]`. Only where a line is still too long is its middle left out, and then
it says how many vertices: `... 23 vertices ...`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

    from graphviz_lstm.paths import Path

LINE = 88
"""How many characters a path may take where people read it."""
SHORT = 72
"""A path that takes no more than these is not folded where a width is told: it can be read as it is."""
_LONGEST_BLOCK = 6


@dataclass(frozen=True, slots=True)
class _Stop:
    """One vertex of a path: its text, and what it is but for its step (None: it has no step, or no name)."""

    text: str
    kind: tuple[str, str] | None = None
    step: int | None = None
    carousel: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """A stretch of a path, as it is written, and how many vertices it stands for."""

    text: str
    vertices: int


def fold(path: Path, graph: nx.Graph[Any] | None = None, *, width: int | None = None) -> str:
    """Return the path's vertices as one line, folded by this module's rule.

    Parameters
    ----------
    path
        At either level.
    graph
        The graph of a cell that it is of, which knows each vertex's quantity and step. Without it nothing is folded.
    width
        How many characters there may be: a path of at most `SHORT` is written out then, and what is too long even when
        it is folded is left out in the middle. By default all is folded, and nothing left out.

    Examples
    --------
    >>> from graphviz_lstm.reports import Study
    >>> study = Study("gomez", "W_A")
    >>> fold(study.path(4), study.graph)
    'W_A -> a_0 -> S_0 -> H_0 -> o_1 -> H_1 -> E'
    >>> fold(study.path(4), study.graph, width=40)
    'W_A -> a_0 -> ... 4 vertices ... -> E'
    """
    stops = _stops(path, graph)
    plain = " -> ".join(stop.text for stop in stops)
    if width is not None and len(plain) <= min(width, SHORT):
        return plain
    items = _items(stops)
    text = _joined(items)
    return text if width is None or len(text) <= width else _clipped(items, width)


def _stops(path: Path, graph: nx.Graph[Any] | None) -> list[_Stop]:
    nodes = getattr(path, "quantities", path.vertices)
    if graph is None or "cell" not in graph.graph:
        return [_Stop(str(vertex)) for vertex in path.vertices]
    stops = []
    for place, (vertex, node) in enumerate(zip(path.vertices, nodes, strict=True)):
        data = graph.nodes[node]
        text, step, quantity = str(vertex), data.get("step"), data.get("quantity")
        unit = text.removeprefix(str(node))
        along = place > 0 and graph.edges[nodes[place - 1], node]["kind"] == "carousel"
        kind = None if step is None or quantity is None else (str(quantity), unit)
        stops.append(_Stop(text, kind, step, along))
    return stops


def _items(stops: list[_Stop]) -> list[_Item]:
    """Return the stretches from the left, each folded as far as it goes."""
    items: list[_Item] = []
    place = 0
    while place < len(stops):
        run = _run_from(stops, place)
        length, times = _repeats_from(stops, place)
        if run >= 2:
            items.append(_Item(f"{stops[place].text} => {stops[place + run].text}", run + 1))
            place += run + 1
        elif times >= 2:
            block = " -> ".join(stop.text for stop in stops[place : place + length])
            items.append(_Item(f"({block}) x {times}", length * times))
            place += length * times
        else:
            items.append(_Item(stops[place].text, 1))
            place += 1
    return items


def _later(one: _Stop, other: _Stop, steps: int) -> bool:
    """Return whether the other is the same vertex so many steps later."""
    if one.kind is None or one.kind != other.kind or one.step is None or other.step is None:
        return False
    return other.step == one.step + steps


def _run_from(stops: list[_Stop], place: int) -> int:
    """Return how many edges the run along the carousel from a place has."""
    run = 0
    while place + run + 1 < len(stops):
        here, after = stops[place + run], stops[place + run + 1]
        if not (after.carousel and _later(here, after, 1)):
            break
        run += 1
    return run


def _repeats_from(stops: list[_Stop], place: int) -> tuple[int, int]:
    """Return the block from a place that covers most when it is repeated: its length and how often."""
    best = (1, 1)
    for length in range(1, _LONGEST_BLOCK + 1):
        times = 1
        while place + length * (times + 1) <= len(stops) and all(
            _later(stops[place + k], stops[place + length * times + k], times) for k in range(length)
        ):
            times += 1
        if times >= (2 if length > 1 else 3) and length * times > best[0] * best[1]:
            best = (length, times)
    # A block that holds a run of its own would be folded twice.
    if best[1] >= 2 and any(_run_from(stops, place + k) >= 2 for k in range(best[0])):
        return (1, 1)
    return best


def _joined(items: list[_Item]) -> str:
    return " -> ".join(item.text for item in items)


def _clipped(items: list[_Item], width: int) -> str:
    """Return the ends of a line that is too long: of both alike, one stretch of each at least."""
    front, back = 1, 1
    grown = True
    while grown and front + back < len(items):
        wider = [(front + 1, back), (front, back + 1)]
        fitting = [ends for ends in wider if len(_with_gap(items, *ends)) <= width]
        grown = bool(fitting)
        if fitting:
            # The end of which less is told, where both fit.
            front, back = fitting[0] if front <= back else fitting[-1]
    return _joined(items) if front + back >= len(items) else _with_gap(items, front, back)


def _with_gap(items: list[_Item], front: int, back: int) -> str:
    left_out = sum(item.vertices for item in items[front : len(items) - back])
    gap = f" -> ... {left_out} vertices ... -> " if left_out else " -> "
    return f"{_joined(items[:front])}{gap}{_joined(items[len(items) - back :])}"
