"""What lies on a path from the source to the target, and a graph of that alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.graph.between import between, without_cuts

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


def edges_on_paths(graph: Graph, source: str) -> set[tuple[str, str]]:
    """Return the edges that lie on a path from the source to the target; what is cut lies on none."""
    inside = _between(graph, source)
    return {
        (tail, head)
        for tail, head, edge in graph.edges(data=True)
        if tail in inside and head in inside and not edge.get("cut")
    }


def prune(graph: Graph) -> Graph:
    """Return an annotated graph without what lies on no path from the source; the whole is in `graph.graph["full"]`."""
    source = graph.graph["source"]
    inside, on_paths = _between(graph, source), edges_on_paths(graph, source)
    kept: Graph = nx.DiGraph(**graph.graph, full=graph)
    kept.add_nodes_from((vertex, data) for vertex, data in graph.nodes.items() if vertex in inside)
    kept.add_edges_from((u, v, data) for u, v, data in graph.edges(data=True) if (u, v) in on_paths)
    return kept


def _between(graph: Graph, source: str) -> set[str]:
    return between(without_cuts(graph), source, graph.graph["target"])
