"""Laws that hold whatever the size of the partials: against exact rational arithmetic, path by path."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.compiled.wide import Wide, narrow
from graphviz_lstm.paths.facts import Masses
from graphviz_lstm.paths.grouping.polynomial import PathPolynomial
from graphviz_lstm.paths.sweeping.algebra import contributions
from graphviz_lstm.paths.sweeping.sums import total_of
from graphviz_lstm.paths.sweeping.sweep import sweep
from tests.paths.maps import Matrix, ToNumber, digraph

Drawn = tuple[Any, int]

# Signed powers of ten times a few digits, all over the range, and zero.
numbers = st.one_of(
    st.just(0.0),
    st.builds(
        lambda sign, digits, power: sign * digits * 10.0**power,
        st.sampled_from([-1.0, 1.0]),
        st.floats(1.0, 9.0),
        st.integers(-300, 299),
    ),
)


@st.composite
def extreme_graphs(draw: st.DrawFn) -> Drawn:
    """Draw a DAG whose partials lie between 1e-300 and 1e300, from 0 to its last vertex."""
    size = draw(st.integers(2, 6))
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for head in range(1, size):
        for tail in range(head):
            if draw(st.integers(0, 3)):
                graph.add_edge(tail, head, partial=draw(numbers), label=draw(st.integers(0, 1)))
    return graph, size - 1


def exact(graph: nx.DiGraph[Any], path: Any) -> Fraction:
    """Return the product of the partials as a rational number."""
    return math.prod((Fraction(graph.edges[edge]["partial"]) for edge in path.edges), start=Fraction(1))


def is_close(found: float, expected: Fraction, scale: Fraction, tolerance: float = 1e-12) -> bool:
    """Return whether a float64 is a rational number to rounding, or is as infinite or zero as it must be."""
    if abs(expected) > Fraction(sys.float_info.max):
        return math.isinf(found) or abs(Fraction(found) - expected) <= scale * Fraction(tolerance)
    if math.isinf(found):  # rounded over the edge of the range
        return abs(expected) > Fraction(sys.float_info.max) * Fraction(1 - 1e-9)
    return abs(Fraction(found) - expected) <= scale * Fraction(tolerance) + Fraction(5e-324)


def as_fraction(number: Wide) -> Fraction:
    """Return a wide number as a rational one."""
    return Fraction(float(number.mantissa)) * Fraction(2) ** max(number.exponent, -(10**5))


@given(extreme_graphs())
def test_each_contribution_is_right_to_rounding_wherever_its_value_is_a_float64(drawn: Drawn) -> None:
    graph, target = drawn
    paths = find_paths(graph, 0, target)
    expected = [exact(graph, path) for path in paths]
    for path, array, product in zip(paths, paths.contributions(), expected, strict=True):
        assert is_close(float(path.contribution), product, abs(product))
        assert is_close(float(array), product, abs(product))
        assert as_fraction(path.wide[0] if path.wide else Wide(path.contribution, 0)) == 0 or product
    assert is_close(float(paths.summed()), sum(expected, Fraction(0)), sum(map(abs, expected), Fraction(0)))


@given(extreme_graphs())
def test_groups_masses_and_shares_are_those_of_exact_arithmetic(drawn: Drawn) -> None:
    graph, target = drawn
    paths = find_paths(graph, 0, target)
    products = [exact(graph, path) for path in paths]
    total, mass = sum(products, Fraction(0)), sum(map(abs, products), Fraction(0))
    assert is_close(float(paths.total), total, mass)
    if abs(total) < mass * Fraction(1e-6) or not mass:
        return  # what has cancelled to nothing has no digits left to be compared
    slack = mass / abs(total)
    labels = [sum(graph.edges[edge]["label"] for edge in path.edges) for path in paths]
    groups = paths.group_by("label")
    assert set(groups) == set(labels)
    for label, group in groups.items():
        shares = [product / total for product, own in zip(products, labels, strict=True) if own == label]
        assert group.positive is not None
        assert group.negative is not None
        assert is_close(group.share, sum(shares, Fraction(0)), slack)
        assert is_close(group.positive, sum((x for x in shares if x > 0), Fraction(0)), slack)
        assert is_close(group.negative, sum((x for x in shares if x < 0), Fraction(0)), slack)
    assert is_close(math.fsum(group.share for group in groups.values()), Fraction(1), slack)
    assert is_close(math.fsum(path.share for path in paths), Fraction(1), slack)
    masses = paths.masses
    assert masses.positive is not None
    assert masses.negative is not None
    assert is_close(masses.positive + masses.negative, Fraction(1), slack)
    assert is_close(masses.positive - masses.negative, slack, slack)


@given(extreme_graphs())
def test_a_total_without_exponents_is_that_of_the_sweep_which_gives_each_number_one(drawn: Drawn) -> None:
    """To the last bit: what is multiplied and added as it is loses nothing that a mantissa would have kept."""
    graph, target = drawn
    dag = find_paths(graph, 0, target).dag
    if dag.vertices:
        assert total_of(dag, dag.weights) == sweep(dag, contributions(dag.weights), range(len(dag.edges)))


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6))
def test_a_total_of_arrays_out_of_the_source_is_that_of_the_sweep(rows: list[tuple[float, float, float]]) -> None:
    """Entries of all sizes beside each other, behind numbers of all sizes."""
    edges: list[tuple[Any, Any, Any]] = [(k, "E", number) for k, (number, _, _) in enumerate(rows, start=1)]
    edges += [(0, k, ToNumber(np.array([a, b]))) for k, (_, a, b) in enumerate(rows, start=1)]
    dag = find_paths(digraph(edges), 0, "E").dag
    found = total_of(dag, dag.weights)
    plain = sweep(dag, contributions(dag.weights), range(len(dag.edges)))
    assert narrow(found).tolist() == pytest.approx(narrow(plain).tolist(), rel=1e-15, abs=0.0)
    along = find_paths(digraph(edges), 0, "E", element=1)
    for group in along.group_by(lambda _: 1).values():
        np.testing.assert_allclose(group.contribution, narrow(found), rtol=1e-14)


@given(extreme_graphs(), st.integers(0, 8))
def test_the_order_is_that_of_exact_arithmetic(drawn: Drawn, k: int) -> None:
    graph, target = drawn
    paths = find_paths(graph, 0, target)
    sizes = sorted((abs(exact(graph, path)) for path in paths), reverse=True)
    for path, size in zip(paths.top(k), sizes, strict=False):
        assert abs(abs(exact(graph, path)) - size) <= size * Fraction(1e-12)


@given(extreme_graphs())
def test_a_class_far_smaller_than_another_keeps_its_digits(drawn: Drawn) -> None:
    """By a label that tells every path apart: each is a class of one."""
    graph, target = drawn
    for edges, group in find_paths(graph, 0, target).group_by(lambda edge: (edge,)).items():
        assert group.count == 1
        product = math.prod((Fraction(graph.edges[edge]["partial"]) for edge in edges), start=Fraction(1))
        assert is_close(float(group.contribution), product, abs(product))


def test_what_underflows_on_the_way_is_not_lost() -> None:
    """The case in which a group's share was 0.0 and its path's 1.0, and its mirror image, which was infinite."""
    for partials in ([1e-300, 1e-80], [1e-80, 1e-300], [1e300, 1e80], [1e-300, 1e-300, 1e-300, 1e200]):
        graph = digraph([(i, i + 1, partial) for i, partial in enumerate(partials)])
        groups = find_paths(graph, 0, len(partials)).group_by(lambda _: 1)
        assert [group.share for group in groups.values()] == [1.0]


@pytest.mark.parametrize("partial", [0.6, -0.51, 1.9e-5, 7e12])
def test_sums_of_long_paths_keep_their_digits(partial: float) -> None:
    """Five thousand mantissas, one after another, leave any range."""
    steps = 5_000
    graph = digraph([(i, i + 1, partial) for i in range(steps)])
    graph.add_edge("end", "t", partial=2.0)
    graph.add_edge(steps, "end", partial=1.0)
    graph.add_edge(steps, "t", partial=-1.0)
    paths = find_paths(graph, 0, "t")
    groups = paths.group_by(lambda edge: int(edge[0] == "end"))
    assert [group.share for group in groups.values()] == [-1.0, 2.0]
    assert (paths.masses.positive, paths.masses.negative) == (2.0, -1.0)
    exponent = math.log2(abs(partial)) * steps
    assert paths.wide_total.exponent == pytest.approx(exponent, abs=2.0)


@pytest.mark.parametrize("partial", [0.6, -0.51, 1.9e-5, 7e12])
def test_classes_of_long_unit_paths_keep_their_digits(partial: float) -> None:
    """Of a thousand partials one after another, at the level of units; one class is as small beside the other."""
    steps = 1_000
    graph = digraph([(i, i + 1, partial) for i in range(steps)])
    graph.add_edge(steps, "end", partial=2.0)
    graph.add_edge("end", "t", partial=1.0)
    graph.add_edge(steps, "t", partial=-1.0)
    groups = find_paths(graph, 0, "t", level="unit").group_by(lambda edge: int("end" in edge))
    assert {label: group.share for label, group in groups.items()} == {0: -1.0, 2: 2.0}


def test_beside_a_path_beyond_the_range_a_short_one_keeps_its_digits() -> None:
    """All partials are larger than two: no product is small, but for the largest."""
    edges: list[Any] = [(k, k + 1, 28.0) for k in range(230)]
    paths = find_paths(digraph([*edges, (0, "m", 3.1), ("m", 230, 2.7)]), 0, 230)
    assert sorted(paths.contributions()) == [pytest.approx(3.1 * 2.7, rel=1e-15), math.inf]


def test_classes_of_units_far_apart_keep_their_digits_each() -> None:
    """Two units that two ways of very unequal size lead on: how often the small one is taken tells a class.

    The largest of all sums is always 1. So a class is lost unless it is scaled by its own.
    """
    steps = 12
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    for k in range(steps):
        graph.add_edge(k, k + 1, partial=Matrix(np.eye(2)), taken=0)
        graph.add_edge(k, k + 1, partial=Matrix(np.diag([1e-40, 3e-40])), taken=1)
    graph.add_edge(steps, "t", partial=ToNumber(np.array([1.0, 1.0])), taken=0)
    graph.add_edge("s", 0, partial=Matrix(np.array([[1e200], [1e200]])), taken=0)
    groups = find_paths(graph, "s", "t", level="unit").group_by("taken")
    found = {label: float(group.contribution.item()) for label, group in groups.items()}
    expected = {k: 1e200 * math.comb(steps, k) * (1e-40**k + 3e-40**k) for k in range(1, 6)}
    assert {k: found[k] for k in expected} == pytest.approx(expected, rel=1e-12, abs=0.0)
    assert found[12] == pytest.approx(float(Fraction(10) ** -280 * (1 + 3**12)), rel=1e-12, abs=0.0)


def test_a_product_within_the_range_is_no_zero_although_a_table_would_underflow() -> None:
    graph = digraph([("s", "a", 1e200), ("a", "t", 1e100), ("a", "b", 1e-250), ("b", "c", 1e-100), ("c", "t", -1e-45)])
    paths = find_paths(graph, "s", "t")
    expected = [1e300, -1e-195]
    np.testing.assert_allclose(paths.contributions(), expected, rtol=1e-14)
    np.testing.assert_allclose([path.contribution for path in paths], expected, rtol=1e-14)


def test_nothing_sets_no_scale() -> None:
    """A way that contributes zero has no size, however large its other partials."""
    edges = [("s", "a", 1e300), ("a", "b", 1e300), ("b", "c", 0.0), ("c", "t", 1e300), ("s", "t", 1e-300)]
    paths = find_paths(digraph(edges), "s", "t")
    assert paths.total == 1e-300
    assert paths.masses.positive == 1.0
    assert [group.share for group in paths.group_by(lambda _: 1).values()] == [1.0, 0.0]


def test_an_array_and_its_share_may_be_of_very_unequal_size() -> None:
    """Along the small entry of an array, sums neither borrow the large one's scale nor lose their own."""
    graph = digraph(
        [("s", "a", ToNumber(np.array([1e250, 1e-30]))), ("a", "t", 2.0), ("a", "b", -1.0), ("b", "t", 1.0)]
    )
    paths: PathSet = find_paths(graph, "s", "t", element=1)
    groups = paths.group_by(lambda edge: int(edge[1] == "b"))
    assert [group.share for group in groups.values()] == [2.0, -1.0]
    np.testing.assert_allclose(groups[0].contribution, [2e250, 2e-30], rtol=1e-14)


def test_where_vectors_cancel_what_lies_behind_sets_the_scale() -> None:
    """The two ways on from `c` leave nothing, so that it has no scale of its own; each is far beyond the range."""
    edges: list[Any] = [("s", "c", Matrix(np.diag([1e-250, 2e-250])))]
    for k, sign in enumerate((1.0, -1.0)):
        edges += [("c", f"d{k}", Matrix(sign * np.eye(2))), (f"d{k}", f"e{k}", Matrix(1e200 * np.eye(2)))]
        edges += [(f"e{k}", f"f{k}", Matrix(1e200 * np.eye(2))), (f"f{k}", "t", ToNumber(np.ones(2)))]
    paths = find_paths(digraph(edges), "s", "t")
    assert not np.any(paths.total)
    for k, group in paths.group_by(lambda edge: int(edge[1] == "d1")).items():
        np.testing.assert_allclose(group.contribution, (-1) ** int(k) * np.array([1e150, 2e150]), rtol=1e-12)
    np.testing.assert_allclose(paths.contributions(), [[1e150, 2e150], [-1e150, -2e150]], rtol=1e-12)


rungs_that_cancel = st.lists(
    st.tuples(st.integers(-900, 900), st.sampled_from([0.0, 2.0**-52, 0.5]), st.integers(-1070, 0)),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("level", ["quantity", "unit"])
@pytest.mark.parametrize("size", [1e-320, 1e-317, 1e-310])
def test_partials_below_the_normal_numbers_keep_all_digits(size: float, level: Any) -> None:
    """A last partial of 5e-324 times what comes before it: half of it was zero, and what came after stayed zero."""
    random = np.random.default_rng(5)
    for _ in range(20):
        steps = [random.normal(size=(2, 2)) for _ in range(3)]
        last = size * random.normal(size=2)
        edges: list[tuple[str, str, Any]] = [("W", "a", Matrix(steps[0])), ("a", "b", Matrix(steps[1]))]
        edges += [("a", "c", Matrix(steps[2])), ("b", "E", ToNumber(last)), ("c", "E", ToNumber(last))]
        paths = find_paths(digraph(edges), "W", "E", level=level)
        larger = [edge if edge[1] != "E" else (*edge[:2], ToNumber(np.ldexp(last, 1000))) for edge in edges]
        expected = find_paths(digraph(larger), "W", "E", level=level)
        for path, other in zip(paths, expected, strict=True):
            exact = np.ldexp(np.asarray(other.contribution), -1000)
            assert np.abs(np.asarray(path.contribution) - exact).max() <= 5e-324
        # Units are summed in tables of plain numbers: a rounding for each that is added.
        apart = np.abs(np.asarray(paths.total) - np.ldexp(np.asarray(expected.total), -1000)).max()
        assert apart <= (5e-324 if level == "quantity" else paths.count * 5e-324)


@settings(max_examples=50)
@given(rungs_that_cancel)
def test_vectors_that_cancel_are_told_apart_however_little_is_left(rungs: list[tuple[int, float, int]]) -> None:
    """Of each vertex two ways on cancel, all of them or nearly or half, and a third one is as small as it likes."""
    told_apart(rungs)


@pytest.mark.long
@settings(max_examples=2000)
@given(rungs_that_cancel)
def test_so_are_two_thousand_others(rungs: list[tuple[int, float, int]]) -> None:
    told_apart(rungs)


def told_apart(rungs: list[tuple[int, float, int]]) -> None:
    """Raise unless each path and their sums are what they are alone."""
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    edges: list[tuple[Any, Any, Any]] = [("w", 0, Matrix(np.array([[1.0, 2.0], [0.5, -1.0]])))]
    for k, (power, left, least) in enumerate(rungs):
        back = -power if k % 2 else power
        edges += [(k, (k, "way"), Matrix(swap)), ((k, "way"), k + 1, Matrix(2.0**back * swap))]
        edges.append((k, k + 1, Matrix((left - 1.0) * 2.0**back * np.eye(2))))
        edges.append((k, "E", ToNumber(2.0**least * np.array([1.0, -1.0]))))
    edges.append((len(rungs), "E", ToNumber(np.array([1.0, 1.0]))))
    paths = find_paths(digraph(edges), "w", "E")
    alone = np.array([path.contribution for path in paths])
    np.testing.assert_allclose(paths.contributions(), alone, rtol=1e-12, atol=1e-320)
    if np.abs(alone).max() < 1e300:
        shares = np.array([path.share for path in paths])
        np.testing.assert_allclose(paths.contributions(of="share"), shares, rtol=1e-9, atol=1e-320)
        np.testing.assert_allclose(paths.summed(), alone.sum(axis=0), atol=1e-12 * np.abs(alone).sum(axis=0).max())


@given(extreme_graphs())
def test_groups_of_units_are_those_of_quantities_where_each_is_one_number(drawn: Drawn) -> None:
    """Sums met an entry of 1e307 as they were, and left the range."""
    graph, target = drawn
    paths, units = find_paths(graph, 0, target), find_paths(graph, 0, target, level="unit")
    groups, others = paths.group_by("label"), units.group_by("label")
    assert set(groups) == set(others)
    for label, group in groups.items():
        assert others[label].count == group.count
        assert others[label].contribution == pytest.approx(group.contribution, rel=1e-9, abs=1e-300) or math.isclose(
            abs(float(others[label].contribution) - float(group.contribution)), 0.0, abs_tol=_slack(paths)
        )


def _slack(paths: PathSet) -> float:
    """Return what rounding may make of a sum of contributions."""
    return 1e-9 * float(np.sum(np.asarray(paths.absolute_total)))


@pytest.mark.parametrize("size", [1e150, 1e154, 1.3e154])
def test_paths_that_cancel_to_next_to_nothing_are_told_by_shares_however_large(size: float) -> None:
    """Of shares near 1e308 each is a number, and their sum is none: it was an OverflowError, of vectors too."""
    signs = {1: 1.0, 2: -1.0, 3: 1.0, 4: -1.0}
    edges = [*((0, k, size) for k in signs), *((k, "E", sign * size) for k, sign in signs.items()), (0, "E", 1.0)]
    paths = find_paths(digraph(edges), 0, "E")
    top = paths.top(4)
    assert (top.remainder.count, top.remainder.share, top.covered) == (1, 1.0, 1.0)
    maps = [(t, h, ToNumber(np.array([x, 0.0])) if h == "E" else Matrix(np.eye(2) * x)) for t, h, x in edges]
    of_vectors = find_paths(digraph([("W", 0, Matrix(np.eye(2))), *maps]), "W", "E")
    assert of_vectors.top(4).remainder.is_noise
    for each in (paths, of_vectors):
        assert each.masses.positive == pytest.approx(2.0 * size * size)
        assert each.masses.cancellation == (1.0 if math.isfinite(2.0 * size * size) else None)


@given(st.integers(1, 5), st.integers(0, 5))
def test_of_nothing_whatever_is_shown_is_all_of_it(count: int, k: int) -> None:
    """It was as many times all of it as there were paths."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    for _ in range(count):
        graph.add_edge(0, 1, partial=0.0)
    assert find_paths(graph, 0, 1).top(k).covered == 1.0


@given(st.lists(numbers, min_size=1, max_size=6), numbers)
def test_a_polynomial_has_the_value_of_exact_arithmetic(coefficients: list[float], z: float) -> None:
    """Where a sum or a power on the way leaves the range of a float64, too: that was a warning, and infinite."""
    terms = [Fraction(coefficient) * Fraction(z) ** power for power, coefficient in enumerate(coefficients)]
    of_numbers = PathPolynomial(np.array(coefficients), (1,) * len(coefficients))
    of_arrays = PathPolynomial(np.array([coefficients, [0.0] * len(coefficients)]).T, (1,) * len(coefficients))
    for found in (of_numbers(z), of_arrays(z)[0]):
        scale = sum(map(abs, terms), Fraction(0))
        if scale < Fraction(sys.float_info.max) or scale == abs(sum(terms)):
            assert is_close(float(found), sum(terms, Fraction(0)), scale)


sizes = st.floats(min_value=2.0**-1000)


@given(sizes, sizes)
def test_what_cancels_is_a_part_of_the_mass_also_where_that_leaves_the_range(above: float, below: float) -> None:
    """Of 1.7e308 and -0.7e308 all cancelled, and of two infinite sums nothing."""
    cancellation = Masses(above, -below).cancellation
    if math.inf in (above, below):
        assert cancellation == (None if above == below else 0.0)
    else:
        left = abs(Fraction(above) - Fraction(below)) / (Fraction(above) + Fraction(below))
        assert cancellation == pytest.approx(float(1 - left), abs=1e-12)


@pytest.mark.parametrize(("size", "others"), [(1e-150, [1e200]), (1e150, [-2e150, 1e-200]), (1e-9, [1.0])])
def test_what_cancels_in_a_group_is_told_where_its_shares_leave_the_range(size: float, others: list[float]) -> None:
    """Of shares that are zero or infinite it was 0."""
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    for label, partials in enumerate(([3.0 * size, -size], others)):
        for partial in partials:
            graph.add_edge(0, 1, partial=partial, label=label)
    assert find_paths(graph, 0, 1).group_by("label")[0].cancellation == pytest.approx(0.5)
