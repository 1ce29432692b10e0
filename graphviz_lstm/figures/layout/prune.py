"""What lies on a path from the source to the target, and a graph of that alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


def edges_on_paths(graph: Graph, source: str) -> set[tuple[str, str]]:
    """Return the edges that lie on a path from the source to the target."""
    between = _between(graph, source)
    return {(tail, head) for tail, head in graph.edges if tail in between and head in between}


def prune(graph: Graph) -> Graph:
    """Return an annotated graph without what lies on no path from the source; the whole is in `graph.graph["full"]`."""
    between = _between(graph, graph.graph["source"])
    kept: Graph = nx.DiGraph(**graph.graph, full=graph)
    kept.add_nodes_from((vertex, data) for vertex, data in graph.nodes.items() if vertex in between)
    kept.add_edges_from((u, v, data) for u, v, data in graph.edges(data=True) if u in between and v in between)
    return kept


def _between(graph: Graph, source: str) -> set[str]:
    target = graph.graph["target"]
    return (nx.descendants(graph, source) | {source}) & (nx.ancestors(graph, target) | {target})
