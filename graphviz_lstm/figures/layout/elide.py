"""Long sequences: the steps in the middle become one vertex, through which all flows of these steps go."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from graphviz_lstm.cells.names import Name

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path

GAP = "\N{HORIZONTAL ELLIPSIS}"
"""The vertex that stands for hidden steps: no identifier, so that nothing in a cell can bear its name."""
_KEPT = 3


def elide(graph: Graph, most: int | None) -> Graph:
    """Return an annotated graph whose middle is one vertex, if it has more than `most` steps; else as it is.

    The first three and the last three steps stay. Edges to and from what is hidden are added up. The whole graph is
    kept in `graph.graph["full"]`. Where the source itself stands in the middle nothing is hidden.
    """
    first, steps = graph.graph["first_step"], graph.graph["steps"]
    hidden = range(first + _KEPT, first + steps - _KEPT)
    own = graph.nodes[graph.graph["source"]]["step"]
    if most is None or steps <= max(most, 2 * _KEPT + 1) or own in hidden:
        return graph
    shown: Graph = nx.DiGraph(**{"full": graph, **graph.graph}, hidden=hidden)
    target, source = graph.graph["target"], graph.graph["source"]
    for vertex, data in graph.nodes.items():
        if data["step"] not in hidden:
            shown.add_node(vertex, **data)
        elif GAP not in shown:
            nothing = np.zeros((0, 0))
            shown.add_node(
                GAP, name=Name(GAP), quantity=GAP, step=hidden[0], role="gap", value=nothing, adjoint=nothing
            )
    for tail, head, edge in graph.edges(data=True):
        ends = _shown(graph, tail, hidden), _shown(graph, head, hidden)
        if GAP not in ends:
            shown.add_edge(*ends, **edge)
        elif ends[0] != ends[1]:
            kind = "gap-rise" if tail == source and edge["kind"] in ("parameter", "input") else "gap-in"
            if ends[0] == GAP:
                kind = "gap-fall" if head == target else "gap-out"
            if not shown.has_edge(*ends):
                shown.add_edge(*ends, kind=kind, flow=0.0, symbol=f"{len(hidden)} steps", cut=True)
            shown.edges[ends]["flow"] += edge["flow"]
            # What stands for several edges is cut where all of them are.
            shown.edges[ends]["cut"] &= bool(edge.get("cut"))
    return shown


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


def through_gap(graph: Graph) -> float:
    """Return the flow through the hidden steps: all that enters them."""
    return math.fsum(edge["flow"] for _, _, edge in graph.in_edges(GAP, data=True))


def _shown(graph: Graph, vertex: str, hidden: range) -> str:
    return GAP if graph.nodes[vertex]["step"] in hidden else vertex
