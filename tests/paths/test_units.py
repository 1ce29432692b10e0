"""Paths through single units: what is asked of them, and what cannot be."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Literal

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, example, given, strategies as st

from graphviz_lstm.cells import LSTM, parse_cell
from graphviz_lstm.errors import (
    InputError,
    NoPathError,
    NumberError,
    ShapeError,
    TooManyPathsError,
    UnknownNameError,
    UnknownVertexError,
)
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import PathSet, UnitPathSet, find_paths
from graphviz_lstm.paths.compiled.linear_map import dense_matrix
from graphviz_lstm.paths.units.memory import require_memory
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.laws.graphs import array_graphs, number_graphs, tolerance
from tests.paths.maps import Matrix, ToNumber, WeightMap, digraph


@pytest.fixture(scope="module")
def graph() -> nx.DiGraph[Any]:
    """Return three units over four steps."""
    return evaluate(random_example(LSTM, hidden=3, inputs=2, steps=4))


@pytest.fixture(scope="module")
def entry(graph: nx.DiGraph[Any]) -> UnitPathSet:
    return find_paths(graph, "W_A", TARGET, level="unit", element=(2, 1))


@pytest.fixture(scope="module")
def whole(graph: nx.DiGraph[Any]) -> UnitPathSet:
    return find_paths(graph, "W_A", TARGET, level="unit")


def test_paths_begin_at_the_entry_or_at_the_whole_source(entry: UnitPathSet, whole: UnitPathSet) -> None:
    assert {path.vertices[0] for path in entry.top(5)} == {"W_A[2,1]"}
    assert {path.vertices[0] for path in whole.top(5)} == {"W_A"}
    assert whole[0].contribution.shape == (3, 2)
    assert whole[0].quantities[0] == entry[0].quantities[0] == "W_A"
    assert str(whole.top(1)[0]).count("[") == len(whole.top(1)[0].vertices) - 2
    assert repr(entry).startswith("<UnitPathSet of ")


def test_a_source_can_be_passed_as_it_is_looked_at(entry: UnitPathSet, whole: UnitPathSet) -> None:
    for paths, names in ((entry, ("W_A", "W_A[2,1]", ("W_A", (2, 1)))), (whole, ("W_A",))):
        for name in names:
            assert paths.through(name).count == paths.count
            assert paths.avoiding(name).count == 0
    assert entry.through(TARGET).count == entry.count


def test_sets_that_were_restricted_are_sets_like_any_other(entry: UnitPathSet) -> None:
    some = entry.through("a_2[1]").avoiding("H_3").crossing("crossings")
    assert 0 < some.count < entry.count
    assert all("a_2[1]" in path.vertices and "H_3" not in path.quantities for path in some)
    assert [some.index(path) for path in some] == list(range(some.count))
    assert some.share == pytest.approx(sum(path.share for path in some))
    assert entry.avoiding("a_2[1]").through("a_2[1]").count == 0
    assert not entry.avoiding("a_2").through("a_2[1]")
    assert entry.avoiding(TARGET).count == 0
    assert entry.avoiding(TARGET).masses.mass == 0.0


def test_a_range_of_numbers_is_checked_at_the_call(entry: UnitPathSet) -> None:
    with pytest.raises(InputError, match=r"unusable range: 3 to 2"):
        entry.blocks(3, 2)
    with pytest.raises(InputError, match=r"unusable number: 1\.5 \(must be a whole number or a slice\)"):
        entry[1.5]  # type: ignore[call-overload]
    assert entry[np.int64(3)] == entry[3]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda paths: paths.through(("a_2", 3)),
            UnknownVertexError,
            "unknown unit: 3 of 'a_2', whose shape is (3,) (must be in (0..2))",
        ),
        (
            lambda paths: paths.through(("a_2", (0, 0))),
            UnknownVertexError,
            "unknown unit: (0, 0) of 'a_2', whose shape is (3,) (must be in (0..2))",
        ),
        (
            lambda paths: paths.through(("W_A", (0, 0))),
            UnknownVertexError,
            "unknown unit: (0, 0) of 'W_A' (the source begins at W_A[2,1])",
        ),
        (
            lambda paths: paths.avoiding(["a_2"]),
            InputError,
            "not a vertex: ['a_2'] (must be one vertex or unit at a time)",
        ),
        (lambda paths: paths.index("a_2"), InputError, "not a path: 'a_2' (must be one of these, such as paths[0])"),
        (
            lambda paths: paths.group_by("crossings", up_to=-1),
            InputError,
            "unusable up_to: -1 (must be a whole number of at least 0)",
        ),
        (lambda paths: paths.covering(2), InputError, "unusable part: 2 (must be between 0 and 1)"),
        (
            lambda paths: paths.sample(1, seed=0, by="size"),
            InputError,
            "unknown by: 'size' (must be one of 'count', 'contribution')",
        ),
        (
            lambda paths: paths.blocks(of="size"),
            InputError,
            "unknown of: 'size' (must be one of 'contribution', 'share')",
        ),
        (lambda paths: paths.avoiding(TARGET).sample(1, seed=0), NoPathError, "no path from 'W_A[2,1]' to 'E' to draw"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(entry: UnitPathSet, ask: Any, error: Any, message: str) -> None:
    with pytest.raises(error) as caught:
        ask(entry)
    assert str(caught.value) == message


def test_a_unit_that_is_not_there_is_named_with_what_is_near(entry: UnitPathSet) -> None:
    with pytest.raises(UnknownVertexError, match=r"unknown vertex or unit: 'a_2\[3\]' \(must be one of 'a_2"):
        entry.through("a_2[3]")


def test_levels_and_elements_that_do_not_exist_are_refused_at_the_call(graph: nx.DiGraph[Any]) -> None:
    with pytest.raises(InputError) as caught:
        find_paths(graph, "W_A", TARGET, level="neuron")  # type: ignore[call-overload]
    assert str(caught.value) == "unknown level: 'neuron' (must be one of 'quantity', 'unit')"
    with pytest.raises(ShapeError) as shape:
        find_paths(graph, "W_A", TARGET, level="unit", element=(3, 0))
    assert str(shape.value) == ("unknown element: (3, 0) of 'W_A', whose shape is (3, 2) (must be in (0..2, 0..1))")
    with pytest.raises(NumberError, match="has no attribute 'weight'"):
        find_paths(graph, "W_A", TARGET, level="unit", partial="weight")
    with pytest.raises(UnknownVertexError, match="unknown vertex: 'W_Z'"):
        find_paths(graph, "W_Z", TARGET, level="unit")
    with pytest.raises(ShapeError, match=r"target 'H_1' has shape \(3,\)"):
        find_paths(graph, "W_A", "H_1", level="unit")
    with pytest.raises(TooManyPathsError, match=r"are too many to list \(limit 10"):
        list(find_paths(graph, "W_A", TARGET, level="unit", limit=10))


def test_no_path_is_an_empty_set(graph: nx.DiGraph[Any]) -> None:
    apart = nx.DiGraph(graph)
    apart.add_node("apart")
    paths = find_paths(apart, "apart", TARGET, level="unit")
    assert (paths.count, paths.total, list(paths)) == (0, 0.0, [])
    assert paths.group_by("crossings") == {}
    itself = find_paths(apart, TARGET, TARGET, level="unit")
    assert (itself.count, itself.total, itself[0].contribution) == (1, 1.0, 1.0)


@given(number_graphs())
def test_of_numbers_both_levels_are_one(drawn: Any) -> None:
    """Parallel edges too."""
    plain, units = find_paths(*drawn), find_paths(*drawn, level="unit")
    assert [path.edges for path in units] == [path.edges for path in plain]
    np.testing.assert_allclose(units.contributions(), plain.contributions(), rtol=1e-12)
    np.testing.assert_allclose(units.total, plain.total, rtol=0, atol=tolerance(plain))
    np.testing.assert_allclose(units.absolute_total, plain.absolute_total, rtol=1e-12)
    assert [units.index(path) for path in units] == list(range(plain.count))
    if plain.total:
        assert [path.share for path in units.top(5)] == pytest.approx([path.share for path in plain.top(5)], rel=1e-9)
        assert [path.edges for path in units.at_least(0.3)] == [path.edges for path in plain.at_least(0.3)]


@given(array_graphs())
def test_maps_that_say_nothing_of_their_structure_are_read_entry_by_entry(drawn: Any) -> None:
    plain, units = find_paths(*drawn), find_paths(*drawn, level="unit")
    listed = list(units)
    atol = tolerance(plain) + 1e-12 * float(np.max(units.absolute_total))
    np.testing.assert_allclose(sum(path.contribution for path in listed), plain.total, rtol=0, atol=atol)
    np.testing.assert_allclose(sum(np.abs(path.contribution) for path in listed), units.absolute_total, rtol=1e-9)
    assert units.top(3).remainder.absolute is not None
    for path in plain:
        same = [unit.contribution for unit in listed if unit.quantities == path.vertices]
        np.testing.assert_allclose(sum(same), path.contribution, rtol=0, atol=atol)


@given(
    st.tuples(*[st.integers(-1074, -1050) | st.integers(-1074, 1000)] * 2),
    st.integers(-900, 900),
    st.lists(st.sampled_from([-3, -1, 1, 3]), min_size=5, max_size=5),
)
@example((-1072, 0), -72, [-1, -1, -3, -3, -3])
def test_partials_of_any_size_come_to_what_they_multiply_to(
    powers: tuple[int, int], whole: int, factors: list[int]
) -> None:
    """A sum is carried near 1, and that times the smallest number was nothing at all."""
    last = whole - sum(powers)
    assume(-1074 <= last <= 1000)
    first, second, third = (Fraction(2) ** power for power in (*powers, last))
    partials = [factors[0] * first, factors[1] * first], [factors[2] * second, factors[3] * second], factors[4] * third
    into, on, loss = partials
    chain = [
        ("W", "a", Matrix(np.array([[float(x)] for x in into]))),
        ("a", "b", Matrix(np.array([[float(x) for x in on]]))),
        ("b", "E", ToNumber(np.array([float(loss)]))),
    ]
    paths = find_paths(digraph(chain), "W", "E", level="unit")
    contributions = [x * y * loss for x, y in zip(into, on, strict=True)]
    size = float(sum(map(abs, contributions)))
    (group,) = paths.group_by(lambda _: 1).values()
    for total in (paths.total, group.contribution, sum(path.contribution for path in paths)):
        np.testing.assert_allclose(total, float(sum(contributions)), rtol=0, atol=1e-15 * size)
    if sum(contributions):
        shares = [float(each / sum(contributions)) for each in contributions]
        rel = 1e-12
        assert group.share == pytest.approx(1.0, rel=rel)
        assert group.positive == pytest.approx(sum(share for share in shares if share > 0), rel=rel)
        assert [path.share for path in paths] == pytest.approx(shares, rel=rel)


@pytest.mark.parametrize("level", ["quantity", "unit"])
@given(st.integers(-1074, -900), st.integers(1, 64), st.lists(st.sampled_from([-3, -1, 1, 3]), min_size=4, max_size=4))
def test_partials_out_of_the_source_keep_their_digits_along_the_direction(
    level: Literal["quantity", "unit"], power: int, entries: int, factors: list[int]
) -> None:
    """Along entries below 1, sums of numbers below the normal ones were rounded to few digits: 178 % of one sign."""
    tiny = np.ldexp(1.0, power)
    first, second = (np.full((2, entries), tiny * factor) for factor in factors[:2])
    chain = [
        ("W", "a", Matrix(first)),
        ("W", "b", Matrix(second)),
        ("a", "E", ToNumber(np.full(2, 2.0**1000 * factors[2]))),
        ("b", "E", ToNumber(np.full(2, 2.0**1000 * factors[3]))),
    ]
    sizes = [factors[0] * factors[2], factors[1] * factors[3]]
    assume(sum(sizes))
    paths = find_paths(digraph(chain), "W", "E", level=level)
    (group,) = paths.group_by(lambda _: 1).values()
    assert group.positive == pytest.approx(sum(size for size in sizes if size * sum(sizes) > 0) / sum(sizes), rel=1e-12)
    parts = [sum(path.share for path in paths if path.vertices[1].startswith(name)) for name in "ab"]
    assert parts == pytest.approx([size / sum(sizes) for size in sizes], rel=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e-250, 1e-150, 1.0, 1e150, 1e250])
def test_an_entry_of_a_group_is_its_own_whatever_the_size_of_others(size: float) -> None:
    """What an entry brings along the gradient's direction may be below every float64: it was 0 in the group."""
    chain = [
        ("W", "a", Matrix(np.array([[1.0, 0.0]]))),
        ("W", "b", Matrix(np.array([[0.0, size]]))),
        ("a", "E", ToNumber(np.array([0.25]))),
        ("b", "E", ToNumber(np.array([-0.5]))),
    ]
    (group,) = find_paths(digraph(chain), "W", "E", level="unit").group_by(lambda _: 1).values()
    np.testing.assert_allclose(group.contribution, [0.25, -0.5 * size], rtol=1e-13)
    assert group.share == pytest.approx(1.0)


class _Large:
    """The map by 1e200 [1, -1] and then 1e200: of the sum of both nothing is left, each is beyond every float64."""

    tail_shape, head_shape = (1,), (2,)

    def push(self, tangent: Any) -> Any:
        return 1e200 * (tangent * [1e200, -1e200])

    def pull(self, adjoint: Any) -> Any:
        return (adjoint @ [1e200, -1e200])[..., None] * 1e200


def test_a_partial_with_an_entry_out_of_range_is_refused_by_the_name_of_its_edge() -> None:
    """Though what it pulls ones to is a number: the sums of such paths were none."""
    chain = [("W", "a", Matrix(np.ones((1, 1)))), ("a", "b", _Large()), ("b", "E", ToNumber(np.ones(2)))]
    assert find_paths(digraph(chain), "W", "E").total.tolist() == [0.0]
    with pytest.raises(NumberError, match="partial of edge 'a' -> 'b' holds inf"):
        find_paths(digraph(chain), "W", "E", level="unit")


def test_only_entries_that_are_not_zero_are_edges_of_a_map_that_says_nothing() -> None:
    chain = [
        ("W", "a", WeightMap(np.array([1.0, 0.0]), np.ones(2))),
        ("a", "b", Matrix(np.array([[1.0, 0.0], [2.0, 3.0]]))),
        ("b", "E", ToNumber(np.ones(2))),
    ]
    paths = find_paths(digraph(chain), "W", "E", level="unit")
    assert [path.vertices for path in paths] == [("W", "a[0]", "b[0]", "E"), ("W", "a[0]", "b[1]", "E")]
    assert isinstance(find_paths(digraph(chain), "W", "E"), PathSet)


def test_a_matrix_is_what_unit_vectors_are_pulled_to(graph: nx.DiGraph[Any]) -> None:
    """Whatever a map says of itself by `dense`."""
    for _, _, linear in graph.edges(data="partial"):
        rows = int(np.prod(linear.head_shape))
        pulled = linear.pull(np.eye(rows).reshape(rows, *linear.head_shape)).reshape(rows, -1)
        np.testing.assert_allclose(dense_matrix(linear), pulled, rtol=1e-13)


def test_memory_that_would_not_fit_is_refused_before_it_is_taken(
    graph: nx.DiGraph[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a bound that is the same on every machine; the machine's own matters to whoever raises that."""
    monkeypatch.setattr("graphviz_lstm.paths.units.memory.physical_memory", lambda: 10)
    assert find_paths(graph, "W_A", TARGET, level="unit").count
    takes = "the unit graph from 'W_A' to 'E' takes 5.8 kB"
    for asked, bound in (
        (1_000, "at most 1.0 kB; memory= or --memory allows more"),
        (3e9, "this machine has 0.0 kB"),
    ):
        with pytest.raises(InputError) as caught:
            find_paths(graph, "W_A", TARGET, level="unit", memory=asked)
        assert str(caught.value) == f"{takes} ({bound}): ask at level='quantity', or of fewer steps"
    with pytest.raises(InputError, match=r"unusable memory: nan \(must be a number of at least 0\)"):
        find_paths(graph, "W_A", TARGET, level="unit", memory=math.nan)


def test_where_every_contribution_is_zero_none_can_be_drawn_by_it() -> None:
    """As at the level of quantities; by count they can."""
    cell = parse_cell("still", "a[t] = w * X[t]\nH[t] = relu(a[t])")
    problem = Problem(cell, {"w": [-1.0, -2.0]}, {"X": [[1.0, 1.0]]}, [LossTerm("H", (1,), [[3.0, 3.0]])])
    paths = find_paths(evaluate(problem), "w", TARGET, level="unit")
    assert len(paths.sample(3, seed=0)) == 3
    with pytest.raises(NumberError, match=r"^every contribution is zero: there is nothing to draw by"):
        paths.sample(1, seed=0, by="contribution")


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (1.0, "0.0 kB"),
        (999.0, "1.0 kB"),
        (99_940.0, "99.9 kB"),
        (99_990.0, "100.0 kB"),
        (100_000.0, "0.1 MB"),
        (99_940_000.0, "99.9 MB"),
        (100_000_000.0, "0.1 GB"),
        (1_234_500_000.0, "1.2 GB"),
    ],
)
def test_memory_is_told_in_the_unit_that_it_has_a_digit_in(most: float, told: str) -> None:
    """A million units before a million others: what they take is refused, whatever is allowed."""
    million: Any = SimpleNamespace(head_shape=(10**6,), tail_shape=(10**6,), layout="matrix")
    with pytest.raises(InputError, match=re.escape(f"takes 32,000.0 GB (at most {told};")):
        require_memory("W_A", "E", [million], most)


def test_a_vertex_off_every_path_is_on_none_at_either_level() -> None:
    """No error: nothing passes it, and all avoid it. One that is not in the graph is one, with what is near."""
    study = Study(random_example(LSTM, hidden=2, steps=3), "W_A")
    for spelled in (True, False):
        for level in ("quantity", "unit"):
            asked: Any = {"level": level}
            paths = find_paths(study.graph, "W_A", TARGET, **asked) if spelled else study.at(**asked)
            off = ["X_1", "b_f", "H_0"] + (["X_1[1]", "b_f[0]", ("b_f", 1), "f_1[1]"] if level == "unit" else [])
            for vertex in off:
                assert not paths.through(vertex)
                assert paths.through(vertex).count == 0
                assert paths.avoiding(vertex).count == paths.count
                assert paths.avoiding(vertex).total == pytest.approx(paths.total)
            for vertex in ("X_9", "b_f[2]", ("b_f", 2), ("Q", 0), "X_1[0,0]"):
                with pytest.raises(UnknownNameError, match="unknown "):
                    paths.through(vertex)
    with pytest.raises(NoPathError, match="no path from 'W_A' to 'E'"):
        study.among(through=["X_1[1]"], level="unit")
