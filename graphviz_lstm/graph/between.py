"""What lies between two vertices, and a graph without the edges that a scheme cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Hashable


def without_cuts(graph: nx.DiGraph[Any]) -> nx.DiGraph[Any]:
    """Return a view of a graph without the edges that are marked as cut; where none is, the graph itself."""
    cut = [(tail, head) for tail, head, edge in graph.edges(data=True) if edge.get("cut")]
    left: nx.DiGraph[Any] = nx.restricted_view(graph, [], cut) if cut else graph  # type: ignore[assignment]  # its kind
    return left


def between(graph: nx.Graph[Any], source: Hashable, target: Hashable) -> set[Any]:
    """Return the vertices on the paths from `source` to `target`, and these two.

    >>> sorted(between(nx.DiGraph([(0, 1), (1, 2), (0, 3), (4, 2)]), 0, 2))
    [0, 1, 2]
    """
    return (nx.descendants(graph, source) | {source}) & (nx.ancestors(graph, target) | {target})
