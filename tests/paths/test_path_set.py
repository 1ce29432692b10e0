"""What a path set says of graphs small enough to know by heart, and of some too large to list."""

from __future__ import annotations

import itertools
import math
from typing import Any

import networkx as nx
import numpy as np
import pytest
from numpy.testing import assert_allclose

from graphviz_lstm.errors import InputError, TooManyPathsError
from graphviz_lstm.paths import find_paths
from tests.paths.maps import Matrix, ToNumber, WeightMap, digraph, ladder

DIAMOND = [("s", "a", 2.0), ("s", "b", -1.0), ("a", "t", 3.0), ("b", "t", 4.0), ("a", "b", 0.5), ("t", "beyond", 1.0)]


def assert_same(found: object, expected: object) -> None:
    """Raise unless two arrays are close, and of one shape (NumPy 1 does not ask for that)."""
    assert np.shape(found) == np.shape(expected)
    assert_allclose(found, expected)


def test_what_is_none_of_the_paths_is_not_in_them() -> None:
    """A path of another set, one that was left out, and what is no path at all."""
    paths = find_paths(digraph(DIAMOND), "s", "t")
    others = find_paths(digraph([("s", "c", 1.0), ("c", "t", 1.0)]), "s", "t")
    assert all(path in paths for path in paths)
    assert others[0] not in paths
    assert [path in paths.avoiding("b") for path in paths] == [True, False, False]
    assert not any(thing in paths for thing in ("s", None, ("s", "a", "t"), 0))


def test_the_diamond_has_three_paths_in_the_order_of_its_edges() -> None:
    paths = find_paths(digraph(DIAMOND), "s", "t")
    assert [path.vertices for path in paths] == [("s", "a", "t"), ("s", "a", "b", "t"), ("s", "b", "t")]
    assert next(iter(paths)).edges == (("s", "a"), ("a", "t"))
    assert list(paths)[1].partials == (2.0, 0.5, 4.0)
    assert [path.contribution for path in paths] == [6.0, 4.0, -4.0]
    assert (paths.count, len(paths), paths.total, paths.absolute_total) == (3, 3, 6.0, 14.0)
    assert_allclose([path.share for path in paths], [1.0, 2 / 3, -2 / 3])


def test_a_path_reads_as_one_line() -> None:
    graph = digraph([("W_A", "a_0", 0.737), ("a_0", "E", 1.0), ("W_A", "E", 0.263)])
    assert [str(path) for path in find_paths(graph, "W_A", "E")] == ["+73.7 %  W_A -> a_0 -> E", "+26.3 %  W_A -> E"]


def test_a_path_equals_another_over_the_same_edges() -> None:
    one, other = (list(find_paths(digraph(DIAMOND), "s", "t")) for _ in range(2))
    assert one == other
    assert len({*one, *other}) == 3


def test_parallel_edges_make_distinct_paths() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("s", "t", partial=2)
    graph.add_edge("s", "t", key="second", partial=3)
    paths = find_paths(graph, "s", "t")
    assert [path.edges for path in paths] == [(("s", "t", 0),), (("s", "t", "second"),)]
    assert paths.total == 5.0


def test_an_unreachable_target_gives_an_empty_set() -> None:
    paths = find_paths(digraph([("s", "a", 1.0), ("t", "a", 1.0)]), "s", "t")
    assert (paths.count, len(paths), paths.total, paths.absolute_total, list(paths)) == (0, 0, 0.0, 0.0, [])
    assert not paths
    assert paths.group_by("partial") == {}
    top = paths.top(5)
    assert (len(top), top.remainder.count, top.remainder.contribution, top.bound) == (0, 0, 0.0, 0.0)


def test_an_unreachable_target_of_an_array_gives_a_total_of_its_shape() -> None:
    graph = digraph([("W", "a", WeightMap(np.ones(1), np.ones(2))), ("b", "a", 1.0)])
    paths = find_paths(graph, "W", "b")
    assert_same(paths.total, np.zeros((1, 2)))
    assert_same(paths.absolute_total, np.zeros((1, 2)))


def test_none_of_the_paths_of_arrays_are_as_few_as_none_of_numbers() -> None:
    """Whatever is asked of them."""
    whole = find_paths(
        digraph([("W", "a", WeightMap(np.ones(1), np.ones(2))), ("a", "t", ToNumber(np.ones(1)))]), "W", "t"
    )
    for none in (whole.avoiding("a"), find_paths(digraph([("s", "a", 1.0)]), "s", "a").avoiding("a")):
        assert (none.count, list(none), list(none.top(4)), list(none.at_least(0.1))) == (0, [], [], [])
        assert (none.top(4).remainder.count, none.top(4).bound) == (0, 0.0)
        assert none.group_by("partial") == {}


def test_source_and_target_in_one_are_one_empty_path() -> None:
    paths = find_paths(digraph(DIAMOND), "a", "a")
    (path,) = paths
    assert (path.vertices, path.edges, path.partials, path.contribution, path.share) == (("a",), (), (), 1.0, 1.0)
    assert (paths.count, paths.total, paths.absolute_total, path.contribution, path.share) == (1, 1.0, 1.0, 1.0, 1.0)
    assert list(paths.top(1)) == [path]
    assert paths.group_by("partial")[0].count == 1


def test_source_and_target_in_one_keep_the_shape_of_one_number() -> None:
    graph = digraph([("s", "a", Matrix(np.array([[2.0]]))), ("a", "t", ToNumber(np.array([3.0])))])
    assert_same(find_paths(graph, "a", "a").total, np.ones(1))
    assert_same(next(iter(find_paths(graph, "a", "a", element=0))).contribution, np.ones(1))


def test_numbers_of_any_kind_are_numbers() -> None:
    graph = digraph([(0, 1, np.float64(2.0)), (1, 2, True), (2, 3, np.array(3)), (3, 4, np.int64(-1))])
    assert find_paths(graph, 0, 4).total == -6.0


def test_zero_partials_make_paths_that_count_but_add_nothing() -> None:
    graph = digraph([("s", "a", 0.0), ("a", "t", 5.0), ("s", "t", 2.0), ("s", "b", 0.0), ("b", "t", 0.0)])
    paths = find_paths(graph, "s", "t")
    assert [path.contribution for path in paths] == [0.0, 2.0, 0.0]
    assert [path.share for path in paths.top(3)] == [1.0, 0.0, 0.0]
    assert str(next(iter(paths))) == "0 %  s -> a -> t"


def test_a_total_of_zero_has_no_shares_but_still_a_rank() -> None:
    paths = find_paths(digraph([("s", "a", 1.0), ("a", "t", 1.0), ("s", "b", -2.0), ("b", "t", 0.5)]), "s", "t")
    assert paths.total == 0.0
    assert all(math.isnan(path.share) for path in paths)
    assert str(next(iter(paths))) == "no share  s -> a -> t"
    only = find_paths(
        digraph([("s", "a", 1.0), ("a", "t", 2.0), ("s", "t", -2.0), ("s", "b", 0.0), ("b", "t", 0.0)]), "s", "t"
    )
    assert [abs(float(path.contribution)) for path in only.top(3)] == [2.0, 2.0, 0.0]


def test_top_is_the_head_of_the_sorted_list_and_the_remainder_is_the_rest() -> None:
    paths = find_paths(ladder(6), 0, 6)
    ranked = sorted(paths, key=lambda path: -abs(path.share))
    top = paths.top(10)
    assert_allclose([path.share for path in top], [path.share for path in ranked[:10]])
    assert top.remainder.count == 64 - 10
    assert_allclose(sum(path.contribution for path in top) + top.remainder.contribution, paths.total)
    assert_allclose(sum(path.share for path in top) + top.remainder.share, 1.0)
    assert top.proven
    assert top[0] == ranked[0]
    assert top[:2] == top.paths[:2]
    assert paths.top(1000).remainder.count == 0
    assert paths.top(1000).remainder.contribution == 0.0
    assert len(paths.top(0)) == 0
    assert paths.top(0).remainder.count == 64


@pytest.mark.parametrize("k", [-1, 1.5, None, "3"])
def test_top_of_no_such_number_is_refused(k: object) -> None:
    with pytest.raises(InputError, match="unusable k"):
        find_paths(digraph(DIAMOND), "s", "t").top(k)  # type: ignore[arg-type]


def test_a_set_too_large_to_list_still_answers() -> None:
    paths = find_paths(ladder(200), 0, 200)
    assert paths.count == 2**200
    assert_allclose(paths.total, (0.5 / 3 - 0.5) ** 200)
    assert_allclose(paths.absolute_total, (0.5 / 3 + 0.5) ** 200)
    assert len(list(itertools.islice(paths, 1000))) == 1000
    assert_allclose(
        np.array([path.contribution for path in paths.top(3)]), [0.5**200, -(0.5**200) / 3, -(0.5**200) / 3]
    )
    assert repr(paths) == "<PathSet of 1.6e+60 paths from 0 to 200>"


@pytest.mark.parametrize("listing", [list, tuple, sorted, len, lambda paths: paths.top(10**8)])
def test_listing_too_many_is_refused_at_once_with_the_number_and_what_to_do(listing: object) -> None:
    paths = find_paths(ladder(200), 0, 200)
    with pytest.raises(TooManyPathsError, match=r"1\.6e\+60|100,000,000"):
        listing(paths)  # type: ignore[operator]


def test_the_limit_can_be_set() -> None:
    graph = ladder(4)
    with pytest.raises(TooManyPathsError, match="16 paths from 0 to 4 are too many to list \\(limit 15"):
        list(find_paths(graph, 0, 4, limit=15))
    assert len(list(find_paths(graph, 0, 4, limit=16))) == 16
    assert len(list(iter(find_paths(graph, 0, 4, limit=15)))) == 16


def test_groups_add_labels_up_along_the_path() -> None:
    graph = digraph(DIAMOND)
    nx.set_edge_attributes(
        graph, {("s", "a"): 0, ("a", "t"): 0, ("a", "b"): 1, ("b", "t"): 0, ("s", "b"): 2}, "crossings"
    )
    paths = find_paths(graph, "s", "t")
    groups = paths.group_by("crossings")
    assert [(g.label, g.count, g.contribution) for g in groups.values()] == [(0, 1, 6.0), (1, 1, 4.0), (2, 1, -4.0)]
    assert_allclose(groups[2].share, -2 / 3)
    lengths = paths.group_by(lambda _: 1)
    assert {label: (g.count, g.contribution) for label, g in lengths.items()} == {2: (2, 2.0), 3: (1, 4.0)}
    words = paths.group_by(lambda edge: (edge[0],))
    assert list(words) == [("s", "a"), ("s", "a", "b"), ("s", "b")]
    sets = paths.group_by(lambda edge: frozenset({"b"} & {edge[1]}))
    assert {label: g.count for label, g in sets.items()} == {frozenset(): 1, frozenset({"b"}): 2}


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("crossing", "unknown attribute of edge 's' -> 'a': 'crossing'"),
        (lambda edge: [edge], "label of edge 's' -> 'a' is"),
        (lambda _: math.nan, "label of edge 's' -> 'a' is nan"),
        (lambda edge: 1 if edge[0] == "s" else (1,), "has a int, edge 'a' -> 't' a tuple"),
    ],
)
def test_labels_that_do_not_add_up_are_refused(label: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_paths(digraph(DIAMOND), "s", "t").group_by(label)  # type: ignore[arg-type]


def test_labels_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphviz_lstm.paths.grouping.groups.MOST_CLASSES", 1000)
    with pytest.raises(TooManyPathsError, match="more than 1,000 values"):
        find_paths(ladder(20), 0, 20).group_by(lambda edge: (str(edge),))


def test_a_long_chain_is_no_deep_recursion() -> None:
    graph = digraph([(i, i + 1, 1.0) for i in range(20_000)])
    paths = find_paths(graph, 0, 20_000)
    (path,) = paths
    assert len(path.edges) == 20_000
    assert paths.top(1)[0] == path


def test_contributions_beyond_a_float_keep_their_shares_and_their_digits() -> None:
    graph = digraph([(i, i + 1, 0.1) for i in range(400)] + [(0, "b", 0.1), ("b", 400, 1e-300)])
    graph.add_edge("b", "c", partial=1e-200)
    graph.add_edge("c", 400, partial=-1e-200)
    paths = find_paths(graph, 0, 400)
    first = next(path for path in paths if "c" in path.vertices)
    assert first.contribution == 0.0
    assert first.wide is not None
    assert str(first) == "-1.00e-98 %  0 -> b -> c -> 400"
    long = find_paths(ladder(1000, 0.01), 0, 1000)
    assert long.total == 0.0
    assert_allclose(next(iter(long)).share, (-0.01 / (0.01 / 3 - 0.01)) ** 1000, rtol=1e-10)
    shares = [path.share for path in itertools.islice(long, 300)]
    assert all(shares)


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_arrays_that_are_small_or_large_as_a_whole_are_summed_as_they_are(size: float) -> None:
    """Every path visited, from the first or a later one on: the power of two that all have is put back at the end."""
    edges: list[tuple[Any, ...]] = [("s", k, ToNumber(size * np.array([1.0, k]))) for k in (1, 2, 3)]
    paths = find_paths(digraph([*edges, *((k, "t", size) for k in (1, 2, 3))]), "s", "t")
    assert_allclose(paths.summed(), size * size * np.array([3.0, 6.0]), rtol=1e-15)
    assert_allclose(paths.summed(1, 3), paths.contributions()[1:].sum(axis=0), rtol=1e-15)


@pytest.mark.parametrize(
    ("first", "last"),
    [(1e300, 1e300), (Matrix(1e300 * np.array([[1.0, 2.0], [3.0, 1.0]])), ToNumber(np.full(2, 1e300)))],
)
def test_nothing_is_infinitely_large(first: Any, last: Any) -> None:
    """Not what is beyond a float64 either."""
    paths = find_paths(digraph([(a, b, p) for k in "ab" for a, b, p in (("s", k, first), (k, "t", last))]), "s", "t")
    assert len(paths.at_least(1e308, of="contribution")) == 2
    assert len(paths.at_least(math.inf, of="contribution")) == 0


def test_partials_of_very_unequal_size_do_not_lose_each_other() -> None:
    graph = digraph(
        [
            ("s", "a", 1e200),
            ("a", "t", 1e100),
            ("s", "b", 1e-200),
            ("b", "t", 1.0),
            ("s", "c", 1e-200),
            ("c", "t", 1e-200),
        ]
    )
    contributions = [path.contribution for path in find_paths(graph, "s", "t")]
    assert_allclose(np.array(contributions), [1e300, 1e-200, 0.0])
    huge = find_paths(digraph([("s", "a", 1e200), ("a", "t", -1e200)]), "s", "t")
    assert huge.total == -math.inf
    assert str(next(iter(huge))) == "+100 %  s -> a -> t"
    assert next(iter(huge)).share == 1.0


def test_an_array_source_with_one_hidden_unit_gives_arrays_from_numbers() -> None:
    graph = digraph(
        [
            ("W", "a", WeightMap(np.array([0.5]), np.array([1.0, 2.0]))),
            ("W", "b", WeightMap(np.array([-0.25]), np.array([0.5, 3.0]))),
            ("a", "b", Matrix(np.array([[4.0]]))),
            ("a", "E", ToNumber(np.array([1.0]))),
            ("b", "E", ToNumber(np.array([2.0]))),
        ]
    )
    paths = find_paths(graph, "W", "E")
    expected = [[[2.0 * 4 * 0.5, 2.0 * 4 * 1.0]], [[0.5, 1.0]], [[-0.25, -1.5]]]
    assert_allclose(np.array([path.contribution for path in paths]), np.array(expected))
    total = np.sum(expected, axis=0)
    assert_same(paths.total, total)
    assert_same(paths.absolute_total, np.abs(expected).sum(axis=0))
    assert_allclose([path.share for path in paths], [np.vdot(c, total) / np.vdot(total, total) for c in expected])
    along = find_paths(graph, "W", "E", element=(0, 1))
    assert_allclose([path.share for path in along], [8.0 / 7.5, 1.0 / 7.5, -1.5 / 7.5])
    first = next(iter(paths))
    assert isinstance(first.partials[0], np.ndarray)
    assert first.partials[1:] == (4.0, 2.0)
    for array in (first.contribution, first.partials[0], paths.total, paths.absolute_total):
        assert isinstance(array, np.ndarray)
        assert not array.flags.writeable
    top = along.top(1)
    assert_allclose(top[0].contribution + top.remainder.contribution, total)
    groups = paths.group_by(lambda _: 1)
    assert_allclose(groups[3].contribution, expected[0])


def test_a_number_between_maps_keeps_the_shape() -> None:
    graph = digraph(
        [("s", "a", Matrix(np.array([[1.0, 2.0], [3.0, 4.0]]))), ("a", "b", 2.0), ("b", "E", ToNumber(np.ones(2)))]
    )
    paths = find_paths(graph, "s", "E")
    assert_allclose(paths.total, [8.0, 12.0])
    assert_allclose(next(iter(paths)).contribution, [8.0, 12.0])


def test_a_search_that_runs_out_of_steps_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    edges = [(0, 1, Matrix(rng.normal(size=(2, 3))))]
    edges += [(i, i + 1, Matrix(rng.normal(size=(2, 2)))) for i in range(1, 15)]
    edges += [(i, i + 2, Matrix(rng.normal(size=(2, 2)))) for i in range(1, 14)]
    graph = digraph([*edges, (15, "E", ToNumber(rng.normal(size=2)))])
    paths = find_paths(graph, 0, "E")
    listed = paths.top(5)
    monkeypatch.setattr("graphviz_lstm.paths.choosing.ranking.COMPARED", 0)
    searched = paths.top(5)
    assert searched.proven
    assert searched.paths == listed.paths
    hurried = paths.top(5, budget=3)
    assert not hurried.proven
    assert len(hurried) == 5
    left_out = max(abs(path.share) for path in paths if path not in hurried.paths)
    assert hurried.bound >= left_out
