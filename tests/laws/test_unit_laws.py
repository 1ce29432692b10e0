"""Laws of paths through single units: the unit graph that is never spelled out is the one that is."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.testing import assert_allclose

from graphviz_lstm.graph import reverse
from tests.laws.nets import Net, few_paths, listed_exactly, nets

# Of products in an order of their own, relative to the sum of all sizes.
CLOSE = 1e-9


@given(nets())
def test_count_total_and_masses_are_those_of_the_graph_spelled_out(net: Net) -> None:
    units, spelled = net.units, net.spelled
    assert units.count == spelled.count
    mass = _mass(net)
    assert_allclose(units.total, spelled.total, rtol=0, atol=CLOSE * np.max(spelled.absolute_total, initial=0.0))
    assert_allclose(units.total, _gradient(net), rtol=0, atol=CLOSE * np.max(spelled.absolute_total, initial=0.0))
    assert_allclose(_pair(units.masses), _pair(spelled.masses), rtol=CLOSE, atol=CLOSE * mass)
    assert units.facts.longest == spelled.facts.longest


@given(nets())
def test_groups_are_those_of_the_graph_spelled_out(net: Net) -> None:
    mass = _mass(net)
    for label in ("crossings", "gates", "entry", "exit"):
        ours, theirs = net.units.group_by(label), net.spelled.group_by(label)
        assert {name: group.count for name, group in ours.items()} == {n: group.count for n, group in theirs.items()}
        for name, group in ours.items():
            assert_allclose(group.share, theirs[name].share, rtol=0, atol=CLOSE * mass)
            assert_allclose(_pair(group), _pair(theirs[name]), rtol=CLOSE, atol=CLOSE * mass)
    pooled = net.units.group_by("crossings", up_to=1)
    assert sum(group.count for group in pooled.values()) == net.units.count
    assert set(pooled) <= {0, 1, 2}


@given(nets())
def test_powers_of_crossings_are_groups_by_crossings(net: Net) -> None:
    ours, theirs = net.units.polynomial("crossings"), net.spelled.polynomial("crossings")
    assert ours.counts == theirs.counts
    atol = CLOSE * float(np.max(net.spelled.absolute_total, initial=0.0))
    assert_allclose(ours.coefficients, theirs.coefficients, rtol=0, atol=atol)
    assert_allclose(ours(1.0), net.units.total, rtol=0, atol=atol)


@given(nets(), st.integers(0, 60))
def test_the_top_is_the_top_of_the_graph_spelled_out(net: Net, k: int) -> None:
    ours, theirs = net.units.top(k), net.spelled.top(k)
    assert ours.proven
    assert_allclose([abs(p.share) for p in ours], [abs(p.share) for p in theirs], rtol=CLOSE, atol=1e-300)
    assert len({path.edges for path in ours}) == len(ours) == min(k, net.units.count)
    assert len(ours) + ours.remainder.count == net.units.count
    assert ours.bound == pytest.approx(theirs.bound, rel=CLOSE)


@given(nets())
def test_a_path_and_its_number_are_inverse_in_the_order_of_the_graph_spelled_out(net: Net) -> None:
    units = net.units
    for k in (k for k in (0, 1, units.count // 3, units.count // 2, units.count - 1) if 0 <= k < units.count):
        path = units[k]
        assert units.index(path) == k
        assert path == units[k - units.count]
        assert path.vertices == net.spelled[k].vertices
        assert path in units
    with pytest.raises(IndexError):
        units[units.count]


@given(nets(), st.data())
def test_through_and_avoiding_a_vertex_or_one_unit_of_it_are_all(net: Net, data: st.DataObject) -> None:
    units = net.units
    inside = [v for v in units.shapes if v not in (net.source, "E")]
    if not inside:
        return
    vertex = data.draw(st.sampled_from(inside))
    index = tuple(data.draw(st.integers(0, n - 1)) for n in units.shapes[vertex])
    name = f"{vertex}[{','.join(map(str, index))}]"
    mass = _mass(net)
    for asked in (vertex, name, (vertex, index)):
        through, avoiding = units.through(asked), units.avoiding(asked)
        assert through.count + avoiding.count == units.count
        assert_allclose(through.share + avoiding.share, units.share, rtol=0, atol=CLOSE * mass)
    one = net.spelled.through(name) if name in net.spelled.known else None
    assert units.through(name).count == (one.count if one else 0)
    if one:
        assert_allclose(_pair(units.through(name).masses), _pair(one.masses), rtol=CLOSE, atol=CLOSE * mass)
        assert_allclose(_pair(units.avoiding(name).masses), _pair(net.spelled.avoiding(name).masses), rtol=CLOSE)
    assert sum(units.through((vertex, i)).count for i in np.ndindex(units.shapes[vertex])) == (
        units.through(vertex).count
    )


@given(nets(), st.sampled_from([None, 0, 1, {0, 2}, range(2, 100)]))
def test_crossing_is_that_of_the_graph_spelled_out(net: Net, times: Any) -> None:
    ours, theirs = (paths.crossing("crossings", times=times) for paths in (net.units, net.spelled))
    assert ours.count == theirs.count
    assert_allclose(_pair(ours.masses), _pair(theirs.masses), rtol=CLOSE, atol=CLOSE * _mass(net))
    if ours.count:
        assert ours.index(ours[ours.count // 2]) == ours.count // 2
    assert [abs(path.share) for path in ours.top(5)] == pytest.approx([abs(path.share) for path in theirs.top(5)])


@given(few_paths())
def test_what_is_listed_is_what_rational_numbers_say(net: Net) -> None:
    """Contributions, masses, top, groups: by brute force, rounded once."""
    exact = listed_exactly(net)
    units = net.units
    assert [path.vertices for path in units] == [vertices for vertices, _ in exact]
    contributions = units.contributions()
    assert len(contributions) == len(exact)
    for path, given_, (_, contribution) in zip(units, contributions, exact, strict=True):
        assert_allclose(given_, np.array(contribution, dtype=np.float64), rtol=1e-13, atol=1e-300)
        assert_allclose(path.contribution, given_, rtol=0, atol=0)
    if not exact or not np.any(np.array(sum(c for _, c in exact), dtype=np.float64)):
        return
    total = sum(contribution for _, contribution in exact)
    length = np.sum(total * total)
    if abs(float(length)) < 1e-6 * float(np.max(units.absolute_total)) ** 2:
        return  # what shares are parts of is rounded away
    shares = [np.sum(contribution * total) / length for _, contribution in exact]
    mass = float(sum(map(abs, shares)))
    assert units.masses.positive == pytest.approx(float(sum(s for s in shares if s > 0)), rel=1e-8, abs=1e-8 * mass)
    assert units.masses.negative == pytest.approx(float(sum(s for s in shares if s < 0)), rel=1e-8, abs=1e-8 * mass)
    largest = sorted(map(abs, shares), reverse=True)
    assert [abs(p.share) for p in units.top(10)] == pytest.approx([float(s) for s in largest[:10]], rel=1e-8)
    covering = units.covering(0.5)
    assert float(sum(largest[: len(covering)])) >= 0.5 * mass * (1 - 1e-9)
    assert float(sum(largest[: len(covering) - 1])) <= 0.5 * mass * (1 + 1e-9)
    threshold = float(largest[len(largest) // 2])
    reached = len(units.at_least(threshold * (1 - 1e-7)))
    assert sum(float(s) >= threshold for s in largest) <= reached
    assert reached <= sum(float(s) >= threshold * (1 - 2e-7) for s in largest)


@given(few_paths(steps=3))
def test_unit_paths_of_the_same_quantities_sum_to_the_path_of_these(net: Net) -> None:
    sums: dict[Any, Any] = {}
    number: Counter[Any] = Counter()
    for path in net.units:
        sums[path.quantities] = sums.get(path.quantities, 0.0) + np.asarray(path.contribution)
        number[path.quantities] += 1
    for path in net.quantities:
        whole = np.asarray(path.contribution)
        expected = whole if net.element is None else whole[net.element]
        atol = CLOSE * float(np.max(net.units.absolute_total, initial=0.0)) + CLOSE * np.max(np.abs(expected))
        assert_allclose(sums.pop(path.vertices, np.zeros_like(expected)), expected, rtol=CLOSE, atol=atol)
    assert not sums
    assert sum(number.values()) == net.units.count


@given(few_paths(), st.data())
def test_any_range_of_numbers_is_a_shard(net: Net, data: st.DataObject) -> None:
    units = net.units
    start = data.draw(st.integers(0, units.count))
    stop = data.draw(st.integers(start, units.count))
    for of in ("contribution", "share"):
        whole = units.contributions(of=of)  # type: ignore[arg-type]
        blocks = list(units.blocks(start, stop, of=of))  # type: ignore[arg-type]
        part = np.concatenate(blocks) if blocks else whole[:0]
        np.testing.assert_array_equal(part, whole[start:stop])
    key = data.draw(st.slices(units.count + 1))
    assert [path.edges for path in units[key]] == [path.edges for path in list(units)[key]]


@given(few_paths(), st.sampled_from(["count", "contribution"]))
def test_what_is_drawn_is_of_the_set_and_the_same_for_the_same_seed(net: Net, by: Any) -> None:
    if not net.units or (by == "contribution" and not net.units.masses.mass):
        return
    drawn = net.units.sample(5, seed=7, by=by)
    assert all(path in net.units for path in drawn)
    assert [path.edges for path in drawn] == [path.edges for path in net.units.sample(5, seed=7, by=by)]
    if by == "contribution":
        assert all(np.any(path.contribution) for path in drawn)


@given(nets(units=3, steps=3))
def test_a_set_and_its_paths_travel(net: Net) -> None:
    there = pickle.loads(pickle.dumps(net.units))  # noqa: S301 -- our own
    assert there.count == net.units.count
    np.testing.assert_array_equal(there.total, net.units.total)
    for path in net.units.top(3):
        again = pickle.loads(pickle.dumps(path))  # noqa: S301 -- our own
        assert again == path
        assert again.quantities == path.quantities
        assert again in there


@pytest.mark.long
@settings(max_examples=200)
@given(nets(), few_paths(steps=3), st.data())
def test_two_hundred_nets_keep_every_law(net: Net, small: Net, data: st.DataObject) -> None:
    for law in (
        test_count_total_and_masses_are_those_of_the_graph_spelled_out,
        test_groups_are_those_of_the_graph_spelled_out,
        test_powers_of_crossings_are_groups_by_crossings,
        test_a_path_and_its_number_are_inverse_in_the_order_of_the_graph_spelled_out,
    ):
        _inner(law)(net)
    _inner(test_the_top_is_the_top_of_the_graph_spelled_out)(net, 50)
    _inner(test_crossing_is_that_of_the_graph_spelled_out)(net, {0, 2})
    _inner(test_through_and_avoiding_a_vertex_or_one_unit_of_it_are_all)(net, data)
    _inner(test_what_is_listed_is_what_rational_numbers_say)(small)
    _inner(test_unit_paths_of_the_same_quantities_sum_to_the_path_of_these)(small)


def _inner(law: Any) -> Any:
    return law.hypothesis.inner_test


def _pair(masses: Any) -> tuple[float, float]:
    return masses.positive, masses.negative


def _mass(net: Net) -> float:
    return net.spelled.masses.mass or 0.0


def _gradient(net: Net) -> Any:
    gradient = (
        np.asarray(reverse(net.graph)[net.source])
        if net.units
        else np.zeros(net.graph.nodes[net.source]["value"].shape)
    )
    return gradient if net.element is None else gradient[net.element]
