"""Numbers and maps are one interface: what a graph of numbers says, the same graph of 1 x 1 matrices says too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.testing import assert_allclose

from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.compiled.linear_map import Column, Scaling, dense_matrix
from graphviz_lstm.paths.compiled.map_weights import MapWeights
from graphviz_lstm.paths.sweeping.rescaling import rescale
from tests.laws.graphs import array_graphs, number_graphs, tolerance
from tests.paths.maps import digraph

Drawn = tuple[Any, int, int]


def as_maps(paths: PathSet) -> PathSet:
    """Return the same paths, with a linear map on every edge."""
    scalings = tuple(Scaling(float(partial), (), ()) for partial in paths.dag.weights.partials)  # type: ignore[arg-type]
    return PathSet(replace(paths.dag, weighted=MapWeights(scalings, 1.0, ())), known=paths.known)


@given(number_graphs(), st.integers(0, 5), st.integers(0, 7))
def test_numbers_and_maps_agree_on_everything(drawn: Drawn, k: int, vertex: int) -> None:
    numbers = find_paths(*drawn)
    if not numbers.dag.edges:
        return
    maps = as_maps(numbers)
    atol = tolerance(numbers)
    assert maps.count == numbers.count
    assert_allclose(maps.total, numbers.total, rtol=0, atol=atol)
    assert_allclose(maps.absolute_total, numbers.absolute_total, rtol=1e-12)
    assert_allclose(maps.contributions(), numbers.contributions(), rtol=1e-12)
    assert_allclose(maps.summed(), numbers.summed(), rtol=0, atol=atol)
    assert [path.contribution for path in maps] == [path.contribution for path in numbers]
    assert list(maps.top(k)) == list(numbers.top(k))
    assert maps.vertex_array().tolist() == numbers.vertex_array().tolist()
    if vertex in drawn[0]:
        assert list(maps.through(vertex)) == list(numbers.through(vertex))
    if not numbers.total or abs(float(numbers.total)) < 1e-3 * float(numbers.absolute_total):
        return
    assert_allclose(maps.contributions(of="share"), numbers.contributions(of="share"), rtol=1e-9, atol=1e-12)
    assert list(maps.covering(0.5)) == list(numbers.covering(0.5))
    ours, theirs = maps.group_by("label"), numbers.group_by("label")
    assert list(ours) == list(theirs)
    for label, group in ours.items():
        other = theirs[label]
        assert group.count == other.count
        assert_allclose(
            [group.share, group.positive, group.negative], [other.share, other.positive, other.negative], atol=1e-9
        )
    assert_allclose(
        [maps.masses.positive, maps.masses.negative], [numbers.masses.positive, numbers.masses.negative], atol=1e-9
    )


@given(st.one_of(number_graphs(), array_graphs()))
def test_along_a_direction_a_contribution_is_its_product_with_it(drawn: Drawn) -> None:
    paths = find_paths(*drawn)
    along = paths.facts.along
    assert along.weights.source_shape == ()
    for path, number in zip(paths, PathSet(along), strict=True):
        size = np.vdot(path.contribution, paths.facts.whole.direction)
        assert_allclose(number.contribution, size, rtol=1e-9, atol=1e-9 * float(np.max(paths.absolute_total)) + 1e-300)


@given(st.one_of(number_graphs(), array_graphs()))
def test_rescaling_changes_every_product_by_one_power_of_two(drawn: Drawn) -> None:
    """And no product of a whole path is large."""
    paths = find_paths(*drawn)
    if not paths.dag.edges:
        return
    rescaled, shift = rescale(paths.dag)
    prefixes = rescaled.weights.prefixes(1.0)
    for path in paths:
        edges = [k for k, edge in enumerate(paths.dag.edges) if edge in path.edges]
        prefix = prefixes.empty
        for e in edges:
            prefix = prefixes.extend(prefix, e)
        (product,) = prefixes.times(prefix, np.asarray(rescaled.weights.one)[None])
        assert_allclose(np.ldexp(product, shift), path.contribution, rtol=1e-9, atol=1e-300)
        if paths.dag.weights.factors() is not None:
            assert float(np.max(np.abs(product))) <= 2.0


@given(st.one_of(number_graphs(), array_graphs()), st.data())
def test_picked_weights_are_those_of_the_edges(drawn: Drawn, data: st.DataObject) -> None:
    weights = find_paths(*drawn).dag.weights
    if not weights.partials:
        return
    edges = data.draw(st.lists(st.integers(0, len(weights.partials) - 1), max_size=5))
    assert all(a is weights.partials[e] for a, e in zip(weights.taken(edges).partials, edges, strict=True))


def test_maps_that_cancel_at_a_vertex_still_list_their_paths() -> None:
    """The adjoint of b is zero: its potential is that of what lies behind it."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    matrix = Scaling(1e-200, (2,), (2,))
    graph.add_edge("a", "b", partial=matrix)
    for sign in (1.0, -1.0):
        graph.add_edge("b", "c", partial=Scaling(sign * 1e-200, (2,), (2,)))
    graph.add_edge("c", "t", partial=_ToSum())
    paths = find_paths(graph, "a", "t")
    assert paths.total.tolist() == [0.0, 0.0]  # type: ignore[union-attr]
    for path in paths:
        assert path.wide is not None
        assert path.wide[0].exponent == pytest.approx(-400 * np.log2(10), abs=2)


class _ToSum:
    """The sum of two entries."""

    tail_shape, head_shape = (2,), ()

    def push(self, tangent: Any) -> Any:
        return tangent.sum(axis=-1)

    def pull(self, adjoint: Any) -> Any:
        return np.multiply.outer(adjoint, np.ones(2))


def test_a_column_is_a_matrix_of_one_column() -> None:
    column = Column(np.array([1.0, 2.0, 3.0]))
    assert dense_matrix(column).tolist() == [[1.0], [2.0], [3.0]]
    assert column.push(np.array([1.0, -1.0])).tolist() == [[1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]]
    assert float(column.pull(np.array([1.0, 1.0, 1.0]))) == 6.0


def test_what_the_graph_changes_later_does_not_matter() -> None:
    graph = digraph([("s", "t", 2.0)])
    paths = find_paths(graph, "s", "t")
    graph.edges["s", "t"]["partial"] = 3.0
    assert paths.total == 2.0
