"""What lies between two vertices is what lies on a path; what is cut lies on none."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, strategies as st

from graphviz_lstm.graph.between import between, without_cuts

EDGES = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(1, 7)).filter(lambda edge: edge[0] < edge[1]), st.booleans(), max_size=16
)


@given(EDGES)
def test_what_lies_between_is_what_lies_on_a_path_of_edges_that_are_not_cut(cuts: dict[tuple[int, int], bool]) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from((0, 7))
    graph.add_edges_from((*edge, {"cut": True} if cut else {}) for edge, cut in cuts.items())
    left = without_cuts(graph)
    assert set(left.edges) == {edge for edge, cut in cuts.items() if not cut}
    on_paths = {vertex for path in nx.all_simple_paths(left, 0, 7) for vertex in path}
    assert between(left, 0, 7) >= on_paths
    assert between(left, 0, 7) - {0, 7} == on_paths - {0, 7}
    assert (left is graph) == (not any(cuts.values()))
