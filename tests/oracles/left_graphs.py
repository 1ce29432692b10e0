"""What a scheme leaves, as it is said: of one by loss a whole graph for each, without the other losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.gradients.schemes.apply import apply
from graphviz_lstm.gradients.schemes.edge import edges_of, exits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.gradients.schemes import Scheme
    from graphviz_lstm.graph.unroll import Graph


def graphs_under(graph: Graph, scheme: Scheme, source: str | None = None) -> Iterator[Graph]:
    """Yield the graphs whose paths are together those that a scheme leaves: one, or one for each loss."""
    if scheme.per != "exit":
        yield apply(graph, scheme, source=source if scheme.per == "source" else None)
        return
    for step in exits_of(graph):
        found = graph.copy()
        for ends, edge in edges_of(graph, source, step).items():
            if scheme.rule(edge).drops or (edge.kind == "loss" and edge.tail.step != step):
                found.remove_edge(*ends)
        yield found
