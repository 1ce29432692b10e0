"""Long sequences: the steps in the middle become one vertex, through which all flows of these steps go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from graphviz_lstm.cells.names import Name
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph.cancelling import ROUNDING
from graphviz_lstm.paths.compiled.wide import add_settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path

GAP = "\N{HORIZONTAL ELLIPSIS}"
"""The vertex that stands for hidden steps: no identifier, so that nothing in a cell can bear its name."""
_KEPT = 3


def is_gap(vertex: str) -> bool:
    """Return whether a vertex stands for hidden steps: the first such is one sign, the second two."""
    return set(vertex) == {GAP}


def gaps_of(graph: Graph) -> dict[str, range]:
    """Return the vertices that stand for hidden steps, and which these are, in order."""
    found: dict[str, range] = graph.graph.get("hidden", {})
    return found


def elide(graph: Graph, most: int | None, steps: Sequence[range] | None = None) -> Graph:
    """Return an annotated graph in which each stretch of hidden steps is one vertex; if none is hidden, as it is.

    Edges to and from what is hidden are added up. The whole graph is kept in `graph.graph["full"]`.

    Parameters
    ----------
    most
        If there are more steps the first three and the last three stay, unless the source itself stands in the middle.
    steps
        Which steps stay, in order, none next to another; then `most` says nothing.

    Raises
    ------
    InputError
        If there is no such step, or the source itself would be hidden.
    """
    first, last = graph.graph["first_step"], graph.graph["first_step"] + graph.graph["steps"] - 1
    own = graph.nodes[graph.graph["source"]]["step"]
    if steps is None:
        middle = range(first + _KEPT, last + 1 - _KEPT)
        return _without(graph, [middle]) if is_long(graph, most) and own not in middle else graph
    told = ",".join(f"{some[0]}..{some[-1]}" if len(some) > 1 else f"{some[0]}" for some in steps)
    if steps[0][0] < first or steps[-1][-1] > last:
        raise InputError(f"unusable steps: {told} (there are the steps {first}..{last})")
    hidden = [range(before, after) for before, after in _between(first, steps, last) if before < after]
    if any(own in some for some in hidden):
        raise InputError(f"unusable steps: {told} (step {own} must be one of them: the source stands in it)")
    return _without(graph, hidden) if hidden else graph


def is_long(graph: Graph, most: int | None) -> bool:
    """Return whether some steps of a graph are hidden, where at most so many are to be shown."""
    return most is not None and graph.graph["steps"] > max(most, 2 * _KEPT + 1)


def steps_passed(graph: Graph, paths: Iterable[Path], most: int) -> tuple[range, ...] | None:
    """Return which steps of a long sequence show where its paths run: those that they pass, as `elide` takes them.

    Of a path that passes many the first three and the last three; of paths that pass more than `most` together those
    of the first ones. None where they pass none.
    """
    first, last = graph.graph["first_step"], graph.graph["first_step"] + graph.graph["steps"] - 1
    kept = {graph.nodes[graph.graph["source"]]["step"]} - {None}
    for path in paths:
        steps = {graph.nodes[str(vertex)]["step"] for edge in path.edges for vertex in edge[:2] if str(vertex) in graph}
        passed = sorted(steps - {None})
        ends = {*passed[:_KEPT], *passed[-_KEPT:]}
        kept |= ends if len(kept | ends) <= most else set()
    # A box that stands for one step says less than the step.
    kept |= {step for step in range(first, last + 1) if {step - 1, step + 1} <= kept | {first - 1, last + 1}}
    found: list[range] = []
    for step in sorted(kept):
        if found and found[-1].stop == step:
            found[-1] = range(found[-1].start, step + 1)
        else:
            found.append(range(step, step + 1))
    return tuple(found) or None


def _between(first: int, steps: Sequence[range], last: int) -> list[tuple[int, int]]:
    return list(zip([first, *(some.stop for some in steps)], [*(some.start for some in steps), last + 1], strict=True))


def _without(graph: Graph, hidden: Sequence[range]) -> Graph:
    """Return the graph without these steps."""
    gaps = {GAP * (k + 1): some for k, some in enumerate(hidden)}
    shown: Graph = nx.DiGraph(**{"full": graph, **graph.graph}, hidden=gaps)
    target, source = graph.graph["target"], graph.graph["source"]
    for vertex, data in graph.nodes.items():
        name = _shown(graph, vertex, gaps)
        if name == vertex:
            shown.add_node(vertex, **data)
        elif name not in shown:
            nothing, step = np.zeros((0, 0)), gaps[name][0]
            shown.add_node(name, name=Name(name), quantity=name, step=step, role="gap", value=nothing, adjoint=nothing)
    flows: dict[tuple[str, str], list[float]] = {}
    for tail, head, edge in graph.edges(data=True):
        ends = _shown(graph, tail, gaps), _shown(graph, head, gaps)
        if not any(map(is_gap, ends)):
            shown.add_edge(*ends, **edge)
        elif ends[0] != ends[1]:
            kind = "gap-rise" if tail == source and edge["kind"] in ("parameter", "input") else "gap-in"
            if is_gap(ends[0]):
                kind = "gap-fall" if head == target else "gap-out"
            if not shown.has_edge(*ends):
                count = len(gaps[ends[0] if is_gap(ends[0]) else ends[1]])
                symbol = f"{count} step{'' if count == 1 else 's'}"
                shown.add_edge(*ends, kind=kind, flow=0.0, symbol=symbol, cut=True)
            flows.setdefault(ends, []).append(edge["flow"])
            # What stands for several edges is cut where all of them are.
            shown.edges[ends]["cut"] &= bool(edge.get("cut"))
    for ends, some in flows.items():
        shown.edges[ends]["flow"] = together(some)
    return shown


def together(flows: Sequence[float]) -> float:
    """Return the flow of several edges drawn as one: 0 where that is what rounding left of theirs, as of every sum.

    >>> together([0.3, -0.1, -0.2]), together([0.3, -0.1])
    (0.0, 0.19999999999999998)
    """
    return add_settled(flows, ROUNDING)


def edges_shown(graph: Graph, path: Path) -> list[tuple[str, str]]:
    """Return the edges of a path as the graph shows them: through the gap, where it passes hidden steps."""
    edges = [(str(edge[0]), str(edge[1])) for edge in path.edges]
    if "hidden" not in graph.graph:
        return edges
    full, hidden = graph.graph["full"], graph.graph["hidden"]
    missing = [edge for edge in edges if edge not in full.edges]
    mapped = [edge if edge in missing else tuple(_shown(full, vertex, hidden) for vertex in edge) for edge in edges]
    return [(tail, head) for tail, head in mapped if tail != head]


def edge_shown(graph: Graph, edge: tuple[str, str]) -> tuple[str, str] | None:
    """Return an edge of the whole graph as this one shows it; None where it lies within the hidden steps."""
    if "hidden" not in graph.graph:
        return edge
    tail, head = (_shown(graph.graph["full"], vertex, graph.graph["hidden"]) for vertex in edge)
    return (tail, head) if tail != head else None


def through_gap(graph: Graph, gap: str = GAP) -> float:
    """Return the flow through some hidden steps: all that enters them."""
    return together([edge["flow"] for _, _, edge in graph.in_edges(gap, data=True)])


def _shown(graph: Graph, vertex: str, gaps: Mapping[str, range]) -> str:
    step = graph.nodes[vertex]["step"]
    return vertex if step is None else next((gap for gap, hidden in gaps.items() if step in hidden), vertex)
