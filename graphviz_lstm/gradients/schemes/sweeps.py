"""Reverse sweeps whose results add up: of one graph, or under a scheme by loss of one graph for each loss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.schemes.gradient import parts_by_exit
from graphviz_lstm.graph import reverse
from graphviz_lstm.graph.sweeps import require_finite_adjoints

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes import Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


# No slots: a cached property needs the instance's dict.
@dataclass(frozen=True, eq=False)
class Sweeps:
    """The graphs, each with what its reverse sweep found; no two share a path to E.

    Attributes
    ----------
    graph
        That has every vertex and edge.
    parts
        What was swept, and vertex -> dE/d(vertex) in it.
    """

    graph: Graph
    parts: tuple[tuple[Graph, dict[str, Array]], ...]

    @cached_property
    def adjoints(self) -> dict[str, Array]:
        """Vertex -> dE/d(vertex), over all parts; a NumberError where they leave the range of a float64 together."""
        if len(self.parts) == 1 and self.parts[0][0] is self.graph:
            return self.parts[0][1]
        found = {vertex: np.zeros(data["value"].shape) for vertex, data in self.graph.nodes.items()}
        with np.errstate(over="ignore"):
            for _, adjoints in self.parts:
                for vertex, adjoint in adjoints.items():
                    found[vertex] = found[vertex] + adjoint
        return require_finite_adjoints(found)

    def pulled(self, tail: str, head: str) -> Array | None:
        """Return what an edge brings back to its tail, over all parts; None where no part has it."""
        terms = [
            part.edges[tail, head]["partial"].pull(adjoints[head])
            for part, adjoints in self.parts
            if part.has_edge(tail, head)
        ]
        return sum(terms[1:], start=terms[0]) if terms else None


def sweeps_of(graph: Graph, full: Graph, scheme: Scheme | None) -> Sweeps:
    """Return the sweeps over a graph, which may be what a scheme left of the full one.

    Raises
    ------
    NumberError, GraphError
        If an adjoint is not finite, or the graph has no numbers.
    """
    if scheme is None or scheme.per != "exit":
        return Sweeps(graph, ((graph, reverse(graph)),))
    return Sweeps(full, tuple((part, reverse(part)) for part in parts_by_exit(full, scheme)))
