"""Random graphs to try laws on: of numbers, of arrays behind numbers, and of vectors throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from tests.paths.maps import Matrix, ToNumber, WeightMap

if TYPE_CHECKING:
    from graphviz_lstm.paths import PathSet
    from graphviz_lstm.paths.compiled.dag import Edge

numbers = st.floats(-3.0, 3.0, allow_subnormal=False).map(lambda x: 0.0 if abs(x) < 1e-3 else x)


@st.composite
def number_graphs(draw: st.DrawFn, *, multi: bool | None = None) -> tuple[nx.Graph[Any], int, int]:
    """Draw a DAG (its vertices listed in any order), a source and a target."""
    multi = draw(st.booleans()) if multi is None else multi
    size = draw(st.integers(2, 8))
    graph: nx.Graph[Any] = nx.MultiDiGraph() if multi else nx.DiGraph()
    graph.add_nodes_from(draw(st.permutations(range(size))))
    pairs = [(tail, head) for head in range(size) for tail in range(head)]
    for tail, head in draw(st.lists(st.sampled_from(pairs), max_size=20, unique=not multi)):
        graph.add_edge(tail, head, partial=draw(numbers), label=draw(st.integers(-1, 2)))
    return graph, draw(st.integers(0, 2)) % size, draw(st.integers(size - 2, size - 1))


@st.composite
def array_graphs(draw: st.DrawFn) -> tuple[nx.DiGraph[Any], int, int]:
    """Draw a DAG of vectors (of one entry each, or of more) from a matrix to a number."""
    hidden, inputs, size = draw(st.sampled_from([1, 1, 2, 3])), draw(st.integers(1, 3)), draw(st.integers(3, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for head in range(1, size):
        for tail in range(head):
            if draw(st.booleans()):
                if tail == 0 and head == size - 1:
                    partial: Any = ToNumber(rng.normal(size=(hidden, inputs)))
                elif tail == 0:
                    partial = WeightMap(rng.normal(size=hidden), rng.normal(size=inputs))
                elif head == size - 1:
                    partial = ToNumber(rng.normal(size=hidden))
                else:
                    partial = draw(st.sampled_from([2.0, Matrix(rng.normal(size=(hidden, hidden)))]))
                graph.add_edge(tail, head, partial=partial, label=draw(st.integers(0, 2)))
    graph.add_edge(0, 1, partial=WeightMap(rng.normal(size=hidden), rng.normal(size=inputs)), label=0)
    graph.add_edge(1, size - 1, partial=ToNumber(rng.normal(size=hidden)), label=1)
    return graph, 0, size - 1


graphs = st.one_of(number_graphs(), array_graphs())


def labelled(graph: nx.Graph[Any], edge: Edge, name: str) -> float:
    """Return an attribute of an edge, of either kind of graph."""
    attribute: float = graph.get_edge_data(*edge)[name]
    return attribute


def tolerance(paths: PathSet) -> float:
    """Return what rounding may do: contributions cancel, so it is relative to the sum of their magnitudes."""
    return 1e-12 * float(np.max(paths.absolute_total)) + 1e-300
