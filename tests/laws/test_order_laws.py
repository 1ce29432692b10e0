"""Laws of order: ties, thresholds and parts are what they are said to be, exactly."""

from __future__ import annotations

import math
import pickle
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.compiled.wide import decimal
from tests.laws.graphs import array_graphs, number_graphs
from tests.paths.maps import Matrix, ToNumber, digraph, ladder

Drawn = tuple[Any, int, int]

# Few numbers, so that paths of one size are many.
few = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 6.0])


@st.composite
def tied_graphs(draw: st.DrawFn) -> Drawn:
    """Draw a DAG of which many paths are of equal size, all of them exact."""
    size = draw(st.integers(2, 6))
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for head in range(1, size):
        for tail in range(head):
            if draw(st.booleans()):
                graph.add_edge(tail, head, partial=draw(few))
    return graph, 0, size - 1


@given(tied_graphs(), st.integers(0, 20))
def test_paths_of_equal_size_are_in_the_order_of_their_numbers(drawn: Drawn, k: int) -> None:
    paths = find_paths(*drawn)
    expected = sorted(paths, key=lambda path: -abs(path.contribution))  # sorted keeps the order of what is equal
    assert list(paths.top(k)) == expected[:k]
    assert list(paths.at_least(0.0, of="contribution")) == expected


def test_ties_are_in_order_where_logarithms_are_not() -> None:
    """The logarithms of 6 and a half add up to a little more than that of 3."""
    paths = find_paths(digraph([(0, 1, 6.0), (0, 2, 3.0), (1, 2, 0.5)]), 0, 2)
    assert [paths.index(path) for path in paths.top(2)] == [0, 1]
    assert [paths.index(path) for path in paths.top(1)] == [0]


def test_of_paths_that_nearly_tie_the_larger_is_the_top() -> None:
    """Within what logarithms can tell apart."""
    larger = math.nextafter(1.0, 2.0)
    graph = digraph([("s", "a", 0.1), ("a", "t", 10.0), ("s", "b", 0.1), ("b", "t", 10.0 * larger)])
    (best,) = find_paths(graph, "s", "t").top(1)
    assert "b" in best.vertices


def test_more_ties_than_can_be_listed_are_no_burden() -> None:
    paths = find_paths(ladder(200, 0.0), 0, 200)
    assert len(paths.top(3)) == 3


@given(st.one_of(number_graphs(), array_graphs()), st.data(), st.sampled_from(["share", "contribution"]))
def test_at_least_is_what_comparing_each_path_finds(drawn: Drawn, data: st.DataObject, of: str) -> None:
    """At the very shares of its paths too."""
    paths = find_paths(*drawn)
    if not paths or math.isnan(paths.share):
        return
    length = float(np.linalg.norm(np.asarray(paths.facts.whole.direction)))
    exact = [paths[k] for k in range(paths.count)]
    sizes = [
        abs(path.share)
        if of == "share"
        else abs(float(np.vdot(path.contribution, paths.facts.whole.direction))) / length
        for path in exact
    ]
    threshold = data.draw(st.sampled_from(sizes))
    found = {path.edges for path in paths.at_least(threshold, of=of)}  # type: ignore[arg-type]
    slack = 0.0 if of == "share" else 1e-15 * threshold  # a norm rounds otherwise than a product
    assert found >= {path.edges for path, size in zip(exact, sizes, strict=True) if size >= threshold + slack}
    assert found <= {path.edges for path, size in zip(exact, sizes, strict=True) if size >= threshold - slack}


@pytest.mark.parametrize("partial", [49.0, 0.1, 1e-200, -3.7])
def test_the_one_path_of_a_graph_has_a_share_of_one(partial: float) -> None:
    paths = find_paths(digraph([("s", "t", partial)]), "s", "t")
    assert [path.share for path in paths.at_least(1.0)] == [1.0]
    array = find_paths(digraph([("s", "t", ToNumber(np.array([partial, 0.3])))]), "s", "t")
    assert [path.share for path in array.at_least(1.0)] == [1.0]


@given(number_graphs())
def test_covering_all_takes_no_path_that_adds_nothing(drawn: Drawn) -> None:
    paths = find_paths(*drawn)
    if not any(path.contribution for path in paths):
        return
    found = paths.covering(1.0)
    assert found.proven
    assert all(path.contribution for path in found)
    assert found.covered == pytest.approx(1.0)


def test_vectors_are_in_order_too() -> None:
    """Two ways that are one and the same."""
    graph = digraph(
        [
            ("s", "a", Matrix(np.eye(2))),
            ("s", "b", Matrix(np.eye(2))),
            ("a", "t", ToNumber(np.ones(2))),
            ("b", "t", ToNumber(np.ones(2))),
        ]
    )
    paths = find_paths(graph, "s", "t")
    assert [paths.index(path) for path in paths.top(2)] == [0, 1]
    assert [path.share for path in paths.at_least(0.5)] == [0.5, 0.5]


@given(number_graphs())
def test_every_path_can_be_ranked_and_listing_is_the_oracle(drawn: Drawn) -> None:
    """The largest first, each once, down to those that are zero; and none is worked out before it is looked at."""
    paths = find_paths(*drawn)
    top = paths.top(paths.count)
    assert {path.edges for path in top} == {path.edges for path in paths}
    sizes = [abs(path.contribution) for path in top]
    assert sizes == sorted((abs(path.contribution) for path in paths), reverse=True)
    assert top.paths == tuple(top) == top[:]
    assert all(one is again for one, again in zip(top, top, strict=True))


def test_a_selection_travels_as_it_was_asked_for() -> None:
    top = find_paths(ladder(6), 0, 6).top(5)
    again = pickle.loads(pickle.dumps(top))  # noqa: S301 -- our own
    assert again.paths == top.paths
    assert again.remainder.contribution == top.remainder.contribution
    assert (again.proven, again.bound, again.covered) == (top.proven, top.bound, top.covered)


def test_of_a_total_of_zero_contributions_rank_and_bound() -> None:
    """There is nothing to share, and it is not said that a share is at most nothing."""
    paths = find_paths(
        digraph([("s", "a", 3.0), ("a", "t", 1.0), ("s", "b", -2.0), ("b", "t", 1.0), ("s", "t", -1.0)]), "s", "t"
    )
    top = paths.top(2)
    assert [path.contribution for path in top] == [3.0, -2.0]
    assert all(math.isnan(path.share) for path in top)
    assert top.bound == 2.0
    assert top.covered == pytest.approx(5 / 6)
    assert math.isnan(paths.share)


def test_what_leaves_the_range_of_a_float_is_infinite_and_whole_in_its_wide_form() -> None:
    paths = find_paths(digraph([("s", "a", 1e300), ("a", "t", -1e300)]), "s", "t")
    assert paths.total == -math.inf
    assert decimal(paths.wide_total) == (pytest.approx(-1.0), 600)
    assert paths.share == 1.0
