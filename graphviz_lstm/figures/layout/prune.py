"""What lies on a path from the source to the target, and a graph of that alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.figures.layout.elide import edge_shown
from graphviz_lstm.graph.apart import edges_left
from graphviz_lstm.graph.between import between, without_cuts

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


def edges_on_paths(graph: Graph, source: str) -> set[tuple[str, str]]:
    """Return the edges that lie on a path from the source to the target; what is cut lies on none.

    Where the flows are added up from a graph that was taken apart, the paths are that one's.
    """
    left = edges_left(graph.graph.get("full", graph))
    if left is not None:
        return {shown for edge in left if (shown := edge_shown(graph, edge)) is not None}
    inside = between(without_cuts(graph), source, graph.graph["target"])
    return {
        (tail, head)
        for tail, head, edge in graph.edges(data=True)
        if tail in inside and head in inside and not edge.get("cut")
    }


def prune(graph: Graph) -> Graph:
    """Return an annotated graph without what lies on no path from the source.

    The whole is in `graph.graph["full"]`; `graph.graph["around"]` is the graph as it is given, with hidden steps.
    """
    source = graph.graph["source"]
    on_paths = edges_on_paths(graph, source)
    inside = {vertex for edge in on_paths for vertex in edge} | {source, graph.graph["target"]}
    kept: Graph = nx.DiGraph(**{"full": graph, **graph.graph}, around=graph)
    kept.add_nodes_from((vertex, data) for vertex, data in graph.nodes.items() if vertex in inside)
    kept.add_edges_from((u, v, data) for u, v, data in graph.edges(data=True) if (u, v) in on_paths)
    return kept


def around(graph: Graph) -> Graph:
    """Return the graph that the room of a figure is reckoned for: with what is left out, where that is not drawn."""
    whole: Graph = graph.graph.get("around", graph)
    return whole
