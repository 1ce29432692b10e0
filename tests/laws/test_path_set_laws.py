"""Laws of what can be asked of a path set: numbers, slices, thresholds, restrictions, groups, arrays, samples."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.testing import assert_allclose

from graphviz_lstm.paths import find_paths
from tests.laws.graphs import array_graphs, graphs, number_graphs, tolerance

Drawn = tuple[Any, int, int]


@given(graphs)
def test_a_path_and_its_number_are_inverse(drawn: Drawn) -> None:
    paths = find_paths(*drawn)
    assert [paths[k] for k in range(paths.count)] == list(paths)
    for k, path in enumerate(paths):
        assert paths.index(path) == k
        assert paths[k - paths.count] == path
        assert path in paths
    with pytest.raises(IndexError):
        paths[paths.count]
    with pytest.raises(IndexError):
        paths[-paths.count - 1]


@given(graphs, st.data())
def test_a_slice_is_a_slice_of_the_list(drawn: Drawn, data: st.DataObject) -> None:
    paths = find_paths(*drawn)
    whole = list(paths)
    key = data.draw(st.slices(len(whole) + 1))
    sliced = paths[key]
    assert list(sliced) == whole[key]
    assert [path.share for path in sliced] == pytest.approx([path.share for path in whole[key]], nan_ok=True, rel=1e-9)


@given(graphs, st.floats(0.0, 2.0), st.sampled_from(["share", "contribution"]))
def test_at_least_returns_all_and_only_what_reaches_the_threshold(drawn: Drawn, threshold: float, of: str) -> None:
    paths = find_paths(*drawn)
    if not np.any(paths.total):
        return
    found = paths.at_least(threshold, of=of)  # type: ignore[arg-type]
    length = float(np.linalg.norm(np.asarray(paths.total)))
    sizes = {path.edges: abs(path.share) * (1.0 if of == "share" else length) for path in paths}
    assert found.proven
    for path in found:
        assert sizes[path.edges] >= threshold * (1 - 1e-9)
    left_out = set(sizes) - {path.edges for path in found}
    assert all(sizes[edges] <= threshold * (1 + 1e-9) for edges in left_out)
    assert len(found) + found.remainder.count == paths.count
    shown = sum((path.contribution for path in found), np.zeros(np.shape(paths.total)))
    assert_allclose(shown + found.remainder.contribution, paths.total, rtol=0, atol=tolerance(paths))
    absolute = sum((np.abs(path.contribution) for path in found), np.zeros(np.shape(paths.total)))
    assert found.remainder.absolute is not None
    assert_allclose(absolute + found.remainder.absolute, paths.absolute_total, rtol=0, atol=tolerance(paths))


@given(graphs, st.floats(0.0, 1.0))
def test_covering_takes_the_fewest_that_reach_the_part(drawn: Drawn, part: float) -> None:
    paths = find_paths(*drawn)
    if not np.any(paths.total):
        return
    found = paths.covering(part)
    sizes = sorted((abs(path.share) for path in paths), reverse=True)
    mass = math.fsum(sizes)
    assert found.proven
    assert found.covered is not None
    assert found.covered >= part - 1e-9
    assert math.fsum(sizes[: len(found)]) >= mass * (part - 1e-9)
    if len(found) > 1:
        assert math.fsum(sizes[: len(found) - 1]) <= mass * (part + 1e-9)


@given(graphs, st.integers(0, 7))
def test_through_and_avoiding_are_all(drawn: Drawn, vertex: int) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    if vertex not in graph:
        return
    through, avoiding = paths.through(vertex), paths.avoiding(vertex)
    assert {path.edges for path in through} == {path.edges for path in paths if vertex in path.vertices}
    assert {path.edges for path in avoiding} == {path.edges for path in paths if vertex not in path.vertices}
    assert through.count + avoiding.count == paths.count
    assert_allclose(np.asarray(through.total) + np.asarray(avoiding.total), paths.total, rtol=0, atol=tolerance(paths))
    if np.linalg.norm(paths.total) > 1e-3 * np.linalg.norm(paths.absolute_total):
        assert_allclose(through.share + avoiding.share, 1.0, atol=1e-8)
        assert_allclose(sum(path.share for path in through), through.share, atol=1e-8)


@given(graphs, st.sets(st.integers(0, 3)), st.integers(0, 7))
def test_crossing_counts_the_marked_edges(drawn: Drawn, times: set[int], head: int) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    marked = {path.edges: sum(edge[1] >= head for edge in path.edges) for path in paths}

    def chosen(edge: Any) -> int:
        return int(edge[1] >= head)

    crossing = paths.crossing(chosen, times=times)
    assert {path.edges for path in crossing} == {edges for edges, count in marked.items() if count in times}
    assert {path.edges for path in paths.crossing(chosen)} == {edges for edges, count in marked.items() if count}
    edges = [edge for edge in graph.edges if edge[1] >= head]
    assert paths.crossing(edges).count == paths.crossing(chosen).count
    # A set that was restricted is a path set like any other.
    assert [crossing[k] for k in range(crossing.count)] == list(crossing)
    assert [crossing.index(path) for path in crossing] == list(range(crossing.count))
    assert sum(group.count for group in crossing.group_by(chosen).values()) == crossing.count
    assert set(crossing.group_by(chosen)) <= times | {0}


@given(graphs)
def test_the_polynomial_at_one_is_the_total_and_at_zero_what_is_left_of_a_cut(drawn: Drawn) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    edges = list(graph.edges(keys=True) if graph.is_multigraph() else graph.edges)[::2]
    polynomial = paths.polynomial(edges)
    atol = tolerance(paths)
    assert_allclose(polynomial(1.0), paths.total, rtol=0, atol=atol)
    assert sum(polynomial.counts) == paths.count
    assert_allclose(polynomial(0.0), paths.crossing(edges, times=0).total, rtol=0, atol=atol)
    scaled = graph.copy()
    if all(isinstance(data["partial"], float) for *_, data in graph.edges(data=True)):
        for edge in edges:
            scaled.edges[edge]["partial"] *= 0.5
        assert_allclose(polynomial(0.5), find_paths(scaled, source, target).total, rtol=0, atol=atol)


@given(graphs, st.integers(0, 4))
def test_groups_have_the_masses_of_their_paths(drawn: Drawn, up_to: int) -> None:
    graph, source, target = drawn
    paths = find_paths(graph, source, target)
    if not np.linalg.norm(paths.total) > 1e-3 * np.linalg.norm(paths.absolute_total):
        return

    def weight(edge: Any) -> int:
        return int(edge[0] % 2)

    groups = paths.group_by(weight, up_to=up_to)
    by_label: dict[int, list[float]] = {}
    for path in paths:
        by_label.setdefault(min(sum(map(weight, path.edges)), up_to + 1), []).append(path.share)
    assert {label: group.count for label, group in groups.items()} == {k: len(v) for k, v in by_label.items()}
    scale = sum(abs(share) for shares in by_label.values() for share in shares)
    for label, shares in by_label.items():
        group = groups[label]
        assert group.positive is not None
        assert group.negative is not None
        assert_allclose(group.share, sum(shares), atol=1e-9 * scale)
        assert_allclose(group.positive, sum(x for x in shares if x > 0), atol=1e-9 * scale)
        assert_allclose(group.negative, sum(x for x in shares if x < 0), atol=1e-9 * scale)
        assert group.cancellation is not None
        assert -1e-9 <= group.cancellation <= 1.0 + 1e-9


@given(graphs, st.data(), st.sampled_from(["contribution", "share"]))
def test_blocks_of_any_range_are_the_contributions_in_order(drawn: Drawn, data: st.DataObject, of: str) -> None:
    paths = find_paths(*drawn)
    if not np.any(paths.total) and of == "share":
        return
    expected = np.array([path.contribution if of == "contribution" else path.share for path in paths])
    whole = paths.contributions(of=of)  # type: ignore[arg-type]
    atol = 1e-9 * float(np.max(np.abs(expected), initial=0.0)) + 1e-300
    assert len(whole) == paths.count
    if paths.count:
        assert_allclose(whole, expected, rtol=0, atol=atol)
    start = data.draw(st.integers(0, paths.count))
    stop = data.draw(st.integers(start, paths.count))
    pieces = [piece for piece in paths.blocks(start, stop, of=of) if len(piece)]  # type: ignore[arg-type]
    assert sum(map(len, pieces)) == stop - start
    if pieces:
        assert_allclose(np.concatenate(pieces), expected[start:stop], rtol=0, atol=atol)


@given(graphs, st.data())
def test_ranges_summed_one_by_one_are_the_total(drawn: Drawn, data: st.DataObject) -> None:
    paths = find_paths(*drawn)
    cuts = sorted({0, paths.count, *data.draw(st.lists(st.integers(0, paths.count), max_size=4))})
    total = sum((np.asarray(paths.summed(a, b)) for a, b in pairwise(cuts)), np.zeros(np.shape(paths.total)))
    assert_allclose(total, paths.total, rtol=0, atol=tolerance(paths))


@given(graphs, st.data())
def test_the_vertex_array_is_the_vertices(drawn: Drawn, data: st.DataObject) -> None:
    paths = find_paths(*drawn)
    start = data.draw(st.integers(0, paths.count))
    rows = paths.vertex_array(start)
    expected = [path.vertices for path in paths][start:]
    assert [tuple(paths.vertices[i] for i in row if i >= 0) for row in rows.tolist()] == expected


@given(graphs, st.integers(0, 2**32))
def test_a_sample_is_of_the_set_and_repeats_with_its_seed(drawn: Drawn, seed: int) -> None:
    paths = find_paths(*drawn)
    if not paths or not np.any(paths.total):
        return
    for by in ("count", "contribution"):
        sample = paths.sample(5, seed=seed, by=by)  # type: ignore[arg-type]
        assert sample == paths.sample(5, seed=seed, by=by)  # type: ignore[arg-type]
        assert len(sample) == 5
        assert all(path in paths for path in sample)
        if by == "contribution":
            assert all(path.share for path in sample)


@pytest.mark.parametrize("by", ["count", "contribution"])
def test_a_large_sample_has_the_frequencies_that_it_promises(by: str) -> None:
    """Three paths of |contribution| 6, 3, 1: within five standard deviations."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for tail, head, partial in (("x", "y", 3.0), ("y", "E", -2.0), ("x", "z", 3.0), ("z", "E", 1.0), ("x", "E", 1.0)):
        graph.add_edge(tail, head, partial=partial)
    paths = find_paths(graph, "x", "E")
    n = 20_000
    counts = Counter(path.edges for path in paths.sample(n, seed=1, by=by))  # type: ignore[arg-type]
    for path in paths:
        p = 1 / 3 if by == "count" else abs(float(path.contribution)) / 10
        assert abs(counts[path.edges] - n * p) < 5 * math.sqrt(n * p * (1 - p))


@given(graphs)
def test_records_tell_each_path(drawn: Drawn) -> None:
    paths = find_paths(*drawn)
    records = list(paths.records())
    assert [record["path"] for record in records] == [path.vertices for path in paths]
    assert [record["rank"] for record in records] == list(range(1, paths.count + 1))
    assert paths.to_csv().count("\n") == (paths.count + 1 if paths.count else 0)
    frame = paths.to_dataframe()
    assert len(frame) == paths.count
    keys = ["keys"] if any(path.edges and len(path.edges[0]) == 3 for path in paths) else []
    assert list(frame.columns) == ["rank", "share", "contribution", "length", *keys, "path"]
    assert all(list(record) == list(frame.columns) for record in json.loads(paths.to_json()) if paths.count)


@given(number_graphs(), array_graphs())
def test_a_restricted_set_keeps_the_shares_of_the_whole(numbers: Drawn, arrays: Drawn) -> None:
    for drawn in (numbers, arrays):
        paths = find_paths(*drawn)
        shares = {path.edges: path.share for path in paths}
        for vertex in list(drawn[0])[:4]:
            for path in paths.avoiding(vertex):
                assert path.share == pytest.approx(shares[path.edges], nan_ok=True, rel=1e-9)
