"""Laws of path sets over random graphs: of numbers, of arrays behind numbers, and of vectors throughout."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import given, strategies as st
from numpy.testing import assert_allclose

from graphviz_lstm.paths import find_paths
from tests.laws.graphs import array_graphs, graphs, labelled, number_graphs, tolerance


@given(number_graphs())
def test_listing_agrees_with_networkx_as_a_set(drawn: tuple[nx.Graph[Any], int, int]) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    if source == target:
        expected: list[Any] = [()]
    elif graph.is_multigraph():
        expected = [tuple(edges) for edges in nx.all_simple_edge_paths(graph, source, target)]
    else:
        expected = [tuple(nx.utils.pairwise(path)) for path in nx.all_simple_paths(graph, source, target)]
    listed = [path.edges for path in paths]
    assert len(set(listed)) == len(listed) == paths.count == len(paths)
    assert set(listed) == set(expected)


@given(graphs)
def test_a_path_s_vertices_are_the_ends_of_its_edges(drawn: tuple[nx.Graph[Any], int, int]) -> None:
    graph, source, target = drawn
    for path in find_paths(graph, source, target):
        assert path.vertices == (source, *(edge[1] for edge in path.edges))
        assert len(path.partials) == len(path.edges)


@given(number_graphs())
def test_a_contribution_is_the_product_of_the_partials(drawn: tuple[nx.Graph[Any], int, int]) -> None:
    graph, source, target = drawn
    for path in find_paths(graph, source, target):
        partials = [labelled(graph, edge, "partial") for edge in path.edges]
        assert list(path.partials) == partials
        assert_allclose(path.contribution, math.prod(partials), rtol=1e-14)


@given(graphs)
def test_contributions_sum_to_the_total_and_shares_to_one(drawn: tuple[nx.Graph[Any], int, int]) -> None:
    paths = find_paths(*drawn)
    listed = list(paths)
    atol = tolerance(paths)
    assert_allclose(sum(path.contribution for path in listed), paths.total, rtol=0, atol=atol)
    assert_allclose(sum(np.abs(path.contribution) for path in listed), paths.absolute_total, rtol=1e-12)
    if np.linalg.norm(paths.total) > 1e-3 * np.linalg.norm(paths.absolute_total):
        assert_allclose(sum(path.share for path in listed), 1.0, atol=1e-8)


@given(graphs, st.integers(0, 12))
def test_the_top_is_the_head_of_the_sorted_list(drawn: tuple[nx.Graph[Any], int, int], k: int) -> None:
    paths = find_paths(*drawn)
    top = paths.top(k)
    if np.any(paths.total):
        sizes = sorted((abs(path.share) for path in paths), reverse=True)
        assert_allclose([abs(path.share) for path in top], sizes[:k], rtol=1e-10, atol=1e-300)
    assert len({path.edges for path in top}) == len(top) == min(k, paths.count)
    assert top.proven


@given(graphs, st.integers(0, 12))
def test_shown_and_remainder_make_the_whole(drawn: tuple[nx.Graph[Any], int, int], k: int) -> None:
    paths = find_paths(*drawn)
    top = paths.top(k)
    assert len(top) + top.remainder.count == paths.count
    shown = sum(path.contribution for path in top)
    assert_allclose(shown + top.remainder.contribution, paths.total, rtol=0, atol=tolerance(paths))


@given(graphs)
def test_groups_are_what_listing_would_sort_into_them(drawn: tuple[nx.Graph[Any], int, int]) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    groups = paths.group_by("label")
    assert sum(group.count for group in groups.values()) == paths.count
    expected: dict[int, list[Any]] = {}
    for path in paths:
        expected.setdefault(sum(int(labelled(graph, edge, "label")) for edge in path.edges), []).append(
            path.contribution
        )
    assert list(groups) == sorted(expected)
    for label, contributions in expected.items():
        assert groups[label].count == len(contributions)
        assert_allclose(groups[label].contribution, sum(contributions), rtol=0, atol=tolerance(paths))


@given(array_graphs())
def test_the_total_is_the_derivative_that_pushing_finds(drawn: tuple[nx.DiGraph[Any], int, int]) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    total = np.asarray(paths.total)
    direction = np.cos(np.arange(total.size)).reshape(total.shape)
    tangents: dict[int, Any] = {source: direction}
    for vertex in range(1, target + 1):
        for tail in graph.pred[vertex]:
            partial = graph.edges[tail, vertex]["partial"]
            pushed = partial * tangents[tail] if isinstance(partial, float) else partial.push(tangents[tail])
            tangents[vertex] = tangents.get(vertex, 0.0) + pushed
        tangents.setdefault(vertex, np.zeros(total.shape[0]))
    assert_allclose(np.vdot(total, direction), tangents[target], rtol=0, atol=tolerance(paths) * total.size)


@given(array_graphs(), st.data())
def test_a_share_along_an_element_is_that_element_s_part(
    drawn: tuple[nx.DiGraph[Any], int, int], data: st.DataObject
) -> None:
    graph, source, target = drawn
    whole = find_paths(graph, source, target)
    total = np.asarray(whole.total)
    element = tuple(data.draw(st.integers(0, n - 1)) for n in total.shape)
    for path, one in zip(whole, find_paths(graph, source, target, element=element), strict=True):
        assert path == one
        assert_allclose(one.share, np.asarray(path.contribution)[element] / total[element], rtol=1e-9)
        assert_allclose(path.share, np.vdot(path.contribution, total) / np.vdot(total, total), rtol=1e-9, atol=1e-12)


@given(number_graphs(), st.integers(-100, 100))
def test_scaling_every_partial_into_the_void_changes_no_share(
    drawn: tuple[nx.Graph[Any], int, int], power: int
) -> None:
    graph, source, target = drawn
    levelled = graph.copy()
    # The unit of vertex v is scaled by 2**(power * v): every path's product then changes by the same factor.
    for tail, head, data in levelled.edges(data=True):
        data["partial"] = math.ldexp(data["partial"], power * (head - tail))
    shares = [path.share for path in find_paths(graph, source, target)]
    assert_allclose([path.share for path in find_paths(levelled, source, target)], shares, rtol=1e-12, atol=1e-12)
