"""What is taken: numbers of any type and length, generators, ranges without end, vertices that equal nothing."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.errors import NumberError
from graphviz_lstm.paths import find_paths
from tests.paths.maps import ToNumber, digraph, ladder


def marked() -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("a", "b", partial=np.float32(2.0), f=np.int64(1))
    graph.add_edge("b", "c", partial=np.int8(3), f=np.int64(1))
    graph.add_edge("a", "c", partial=-1.0, f=np.int64(0))
    return graph


def test_numpy_s_scalars_are_taken_where_python_s_are() -> None:
    paths = find_paths(marked(), "a", "c", limit=np.int64(100))  # type: ignore[arg-type]
    assert len(paths.top(np.int64(1))) == 1  # type: ignore[arg-type]
    assert len(paths.at_least(np.float32(0.5))) == 1  # type: ignore[arg-type]
    assert len(paths.covering(np.float32(0.5))) == 1  # type: ignore[arg-type]
    assert paths[np.int64(1)] == paths[1]  # type: ignore[call-overload]
    assert paths.crossing("f", times=np.int64(2)).count == 1  # type: ignore[arg-type]
    assert paths.crossing(lambda edge: np.int64(edge[0] == "a")).count == 2
    assert list(paths.group_by("f", up_to=np.int64(1))) == [0, 2]  # type: ignore[arg-type]
    assert all(type(label) is int for label in paths.group_by("f"))
    assert len(paths.sample(np.int64(2), seed=np.int64(1))) == 2  # type: ignore[arg-type]
    assert sum(map(len, paths.blocks(np.int64(1), np.int64(2)))) == 1  # type: ignore[arg-type]


def test_an_element_may_be_an_array_or_numpy_s_numbers() -> None:
    graph = digraph([("s", "t", ToNumber(np.array([[1.0, 2.0]])))])
    expected = find_paths(graph, "s", "t", element=(0, 1)).share
    for element in (np.array([0, 1]), (np.int64(0), np.int8(1)), [0, 1]):
        assert find_paths(graph, "s", "t", element=element).share == expected  # type: ignore[arg-type]


def test_a_threshold_of_any_size_is_compared_exactly() -> None:
    paths = find_paths(marked(), "a", "c")
    for threshold in (10**400, math.inf):
        assert len(paths.at_least(threshold)) == 0
    assert len(paths.top(10**400)) == 2
    huge = find_paths(digraph([("s", "a", 1e300), ("a", "t", 1e300)]), "s", "t")
    assert len(huge.at_least(10**400, of="contribution")) == 1
    assert len(huge.at_least(10**700, of="contribution")) == 0


def test_a_range_without_end_costs_what_the_longest_path_does() -> None:
    paths = find_paths(ladder(20), 0, 20)

    def side(edge: Any) -> int:
        return int(isinstance(edge[1], tuple))

    assert paths.crossing(side, times=range(2, 10**12)).count == 2**20 - 1 - 20
    assert paths.crossing(side, times=range(10**12, 1, -1)).count == 2**20 - 1 - 20
    assert paths.crossing(side, times=range(0, 10**12, 2)).count == 2**19
    assert paths.crossing(side, times=range(0)).count == 0
    assert paths.crossing(side, times={10**400}).count == 0


def test_edges_may_come_from_a_generator() -> None:
    paths = find_paths(marked(), "a", "c")
    edges = [("a", "b"), ("b", "c")]
    assert paths.crossing(edge for edge in edges).count == paths.crossing(edges).count == 1
    assert paths.polynomial(edge for edge in edges).counts == (1, 0, 1)


def test_a_sample_may_be_drawn_by_a_generator_which_goes_on() -> None:
    paths = find_paths(ladder(30), 0, 30)
    assert paths.sample(3, seed=np.random.default_rng(1)) == paths.sample(3, seed=np.random.default_rng(1))
    going_on = np.random.default_rng(1)
    assert paths.sample(3, seed=going_on) != paths.sample(3, seed=going_on)


def test_a_vertex_that_equals_nothing_is_still_itself() -> None:
    nan = math.nan
    graph = digraph([("s", nan, 2.0), (nan, "t", 3.0), ("s", "t", 1.0)])
    paths = find_paths(graph, "s", "t")
    assert paths.through(nan).total == 6.0
    assert paths.avoiding(nan).total == 1.0
    assert [paths.index(path) for path in paths] == [0, 1]


def test_a_graph_without_partials_is_counted_and_restricted() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")])
    paths = find_paths(graph, "a", "c")
    assert paths.count == len(paths) == 2
    assert repr(paths) == "<PathSet of 2 paths from 'a' to 'c'>"
    assert paths.through("b").count == paths.crossing([("a", "c")], times=0).count == 1
    assert [[paths.vertices[i] for i in row if i >= 0] for row in paths.vertex_array()] == [["a", "b", "c"], ["a", "c"]]
    assert not paths.through("b").avoiding("b")
    for ask in (lambda: paths.total, lambda: list(paths), lambda: paths.top(1), lambda: paths.group_by(lambda _: 1)):
        with pytest.raises(NumberError, match="edge 'a' -> 'b' has no attribute 'partial'"):
            ask()


def test_a_long_chain_takes_no_more_than_its_length() -> None:
    """Neither its tables nor its prefixes grow with the square."""
    graph = digraph([(i, i + 1, 1.0) for i in range(30_000)])
    paths = find_paths(graph, 0, 30_000)
    assert paths.vertex_array(0, 1).shape == (1, 30_001)
    assert len(next(iter(paths)).edges) == 30_000
