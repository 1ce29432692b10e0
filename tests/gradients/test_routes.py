"""A gradient by route: the classes are those of the listed paths, apart and together all of it, with both parts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.gradients.shares.before_after import before_after, require_one_net
from graphviz_lstm.gradients.shares.routes import MOST_TIMES, Route, Routes, routes_of, together
from graphviz_lstm.problems import load_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.routes import routes_in
from tests.examples import TYPICAL, random_example
from tests.reports.test_zero import opposites

CASES = Path(__file__).parents[1] / "cases"


def listed(paths, edges) -> dict[tuple[str, str, int], list[float]]:
    """Return class -> [net, positive, negative, count], path by path."""
    found: dict[tuple[str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for path in paths:
        marks = [edges[str(tail), str(head)] for tail, head in path.edges]
        gates = frozenset().union(*(mark["gates"] for mark in marks))
        times = min(sum(mark["crossings"] for mark in marks), MOST_TIMES)
        key = ("none", "gate", "several")[min(len(gates), 2)], next(iter(gates)) if len(gates) == 1 else "", times
        for k, part in enumerate((path.share, max(path.share, 0.0), min(path.share, 0.0), 1.0)):
            found[key][k] += part
    return found


@given(
    cell=st.sampled_from(["lstm", "gru", "rnn", "lstm-peephole", "slstm"]),
    hidden=st.sampled_from([1, 3]),
    steps=st.integers(1, 4),
    at=st.sampled_from(["every", "last"]),
    loss=st.sampled_from(["squared_error", "cross_entropy", "given"]),
    seed=st.integers(0, 1000),
    data=st.data(),
)
@settings(max_examples=40)
def test_routes_are_the_classes_of_the_listed_paths(
    cell: str, hidden: int, steps: int, at: str, loss: str, seed: int, data: st.DataObject
) -> None:
    """Net, positive part, negative part and number of paths; together they are the whole."""
    example = random_example(TYPICAL[cell], hidden=hidden, steps=steps, at=at, loss=loss, seed=seed, scale=0.8)
    study = Study(example, data.draw(st.sampled_from(TYPICAL[cell].parameters)))
    if study.is_zero or study.paths.count > 5_000:
        return
    routes = routes_of(study.paths)
    expected = listed(study.paths, study.graph.edges)
    mass = sum(up - down for _, up, down, _ in expected.values())
    tight = 1e-11 * max(1.0, mass)
    assert {row.key for row in routes.rows} == set(expected)
    for row in routes.rows:
        net, positive, negative, count = expected[row.key]
        assert (row.net, row.positive, row.negative) == pytest.approx((net, positive, negative), abs=tight)
        assert row.count == count
    assert routes.all.net == pytest.approx(1.0, abs=tight)
    assert routes.all.count == study.paths.count
    assert routes.crossing.net == pytest.approx(study.verdict.share, abs=tight)
    assert sum(part.net for part in routes.by_times().values()) == pytest.approx(1.0, abs=tight)
    of_units = routes_of(study.unit_paths)
    assert [row.key for row in of_units.rows] == [row.key for row in routes.rows]
    assert [row.net for row in of_units.rows] == pytest.approx([row.net for row in routes.rows], abs=tight)
    for row in of_units.rows:
        assert row.positive is not None
        assert row.negative is not None
        assert row.positive + row.negative == pytest.approx(row.net, abs=1e-11 * max(1.0, row.mass))


def test_sums_are_those_of_the_groups() -> None:
    """By gates and by crossings, and of few paths those of the worked example."""
    study = Study("gomez", "W_A", element=(0, 0))
    routes = routes_of(study.paths)
    gates = study.paths.group_by("gates")
    for row in routes.rows:
        assert row.net == pytest.approx(gates[frozenset({row.gate} if row.gate else ())].share)
    for times, group in study.paths.group_by("crossings").items():
        assert routes.by_times()[times].net == pytest.approx(group.share)
        assert routes.by_times()[times].positive == pytest.approx(group.positive)
    assert [row.name for row in routes.rows] == ["no gate", *(f"gate {gate}, once" for gate in "aifo")]
    assert routes.whole == pytest.approx(study.adjoints["W_A"][0, 0])
    assert sum(row.net for row in routes.contributions()) == pytest.approx(routes.whole)


def test_twelve_gates_are_few_classes_still() -> None:
    """A stack has a gate for each layer: classes grow with their number, not with that of their sets."""
    cell = "\n".join(f"g{k}[t] = tanh(W * x[t] + u{k} * h[t-1])" for k in range(12))
    from graphviz_lstm.cells import parse_cell
    from graphviz_lstm.problems import Example

    sums = " + ".join(f"g{k}[t]" for k in range(12))
    many = parse_cell("many", f"{cell}\nh[t] = {sums}")
    numbers = {"W": np.array([0.1]), **{f"u{k}": np.array([0.01 * (k + 1)]) for k in range(12)}}
    example = Example(cell=many, parameters=numbers, inputs=np.ones((40, 1)), targets=np.zeros((40, 1)))
    study = Study(example, "W")
    routes = routes_of(study.paths)
    assert routes.gates == tuple(f"g{k}" for k in range(12))
    assert len(routes.rows) <= 1 + 12 * MOST_TIMES + MOST_TIMES - 1
    assert routes.all.net == pytest.approx(1.0)
    assert routes.all.count == study.paths.count


@pytest.mark.parametrize("units", [1, 3])
def test_of_a_gradient_of_zero_contributions_are_told(units: int) -> None:
    """Both parts, which cancel."""
    study = opposites(units)
    routes = routes_in(study)
    assert routes.unit == "contribution"
    assert routes.rows == routes.contributions()
    sizes = [float(np.sum(path.contribution)) for path in study.paths]
    assert routes.all.positive == pytest.approx(sum(x for x in sizes if x > 0.0))
    assert routes.all.negative == pytest.approx(sum(x for x in sizes if x < 0.0))
    assert routes.all.net == pytest.approx(0.0)


def test_of_an_entry_of_zero_its_own_contributions_are_told() -> None:
    """Of many paths of vectors those of all entries were summed; and so they were in the strip of a graph."""
    problem = random_example(TYPICAL["lstm"], hidden=2, steps=7, seed=1).problem
    silent = replace(problem, inputs={"X": problem.inputs["X"] * np.array([1.0, 0.0])})
    study = Study(silent, "W_A", element=(0, 1))
    routes = routes_of(study.paths)
    assert (routes.unit, routes.signed) == ("contribution", False)
    assert {row.net for row in routes.rows} == {row.net for row in routes_of(study.unit_paths).rows} == {0.0}
    assert Study.of(study.graph, "W_A", element=(0, 1)).strip.by_crossings == study.strip.by_crossings


def test_what_cancels_beyond_the_range_is_refused_in_one_line() -> None:
    """Terms of 1e308 each: their sums by sign are infinite, and one plus the other was a traceback."""
    cell = parse_cell("twice", "S[t] = X[t] + W * X[t]\nH[t] = (2 - S[t]) + W * X[t]", output="H")
    problem = random_example(cell, inputs=1, steps=2, loss="given").problem
    losses = [replace(loss, targets=np.full(loss.targets.shape, 1e308)) for loss in problem.losses]
    inputs = {name: np.full(array.shape, 1.9) for name, array in problem.inputs.items()}
    with pytest.raises(NumberError, match="not a finite number: the paths of 'W' through no gate"):
        routes_in(Study(replace(problem, losses=losses, inputs=inputs), "W"))
    row = Route("none", "", 0, 2, 1.2e308, 1.2e308, 0.0)
    assert together([row, row]).net == np.inf


def test_where_signs_take_listing_too_many_paths_those_of_units_are_told() -> None:
    """And where these take too much memory the parts are not known: nets are."""
    study = Study(CASES / "adding-trained.json")
    assert not routes_of(study.paths).signed
    found = routes_in(study)
    assert (found.level, found.signed) == ("unit", True)
    small = Study(CASES / "adding-trained.json", memory=10.0)
    unknown = routes_in(small)
    assert (unknown.level, unknown.signed, unknown.all.positive) == ("quantity", False, None)
    assert [row.net for row in unknown.rows] == pytest.approx([row.net for row in found.rows], abs=1e-9)


@given(
    seed=st.integers(0, 1000), of=st.sampled_from(["contributions", "shares"]), element=st.sampled_from([None, (0, 1)])
)
@settings(max_examples=20)
def test_a_change_is_the_difference_of_what_each_is(seed: int, of, element) -> None:
    """For every class that either has; all of them make up each one's whole."""
    cell = TYPICAL["lstm"]
    studies = [
        Study(
            random_example(cell, hidden=2, steps=steps, seed=seed + steps), "W_i", element=(0, 1) if element else None
        )
        for steps in (2, 4)
    ]
    before, after = (routes_of(study.paths) for study in studies)
    found = before_after(before, after, of)
    assert {pair.before.key for pair in found.rows} == {row.key for row in (*before.rows, *after.rows)}
    for pair in found.rows:
        assert pair.before.key == pair.after.key
        assert pair.change == pair.after.net - pair.before.net
    wholes = [1.0, 1.0] if of == "shares" else [before.whole, after.whole]
    assert [found.all.before.net, found.all.after.net] == pytest.approx(wholes)
    assert found.along == (of == "contributions" and element is None)
    if element and of == "contributions":
        for study, pair in zip(studies, (found.all.before, found.all.after), strict=True):
            assert pair.net == pytest.approx(study.adjoints["W_i"][0, 1])


def test_what_cannot_be_compared_is_told_in_one_line() -> None:
    """Which quantity, which function, which shape; and a gradient of zero that has no direction."""
    gomez = load_problem("gomez")
    gru, wide = (random_example(TYPICAL[name], hidden=2, steps=2).problem for name in ("gru", "lstm"))
    with pytest.raises(InputError, match=r"^not one net: only before there is a quantity 'a'$"):
        require_one_net(gomez, gru)
    with pytest.raises(InputError, match=r"^not one net: parameter '\w+' has shape \(1, 2\) before and \(2, 2\) after"):
        require_one_net(gomez, wide)
    peephole = random_example(TYPICAL["lstm-peephole"], hidden=1, steps=2).problem
    with pytest.raises(InputError, match=r"^not one net: quantity '\w' is computed in another way after$"):
        require_one_net(gomez, peephole)
    require_one_net(gomez, gomez)
    one, three = routes_in(opposites(1)), routes_in(opposites(3))
    other = routes_of(Study("gomez", "W_A").paths)
    with pytest.raises(NumberError, match=r"^zero gradient: before there is nothing to share \(take contributions\)$"):
        before_after(three, other, "shares")
    with pytest.raises(NumberError, match=r"^zero gradient: before there is no direction in which to measure 3 "):
        before_after(three, other)
    assert before_after(one, one).all.change == 0.0
    with pytest.raises(InputError, match=r"^unknown unit: 'both' \(must be one of 'contributions', 'shares'\)$"):
        before_after(other, other, "both")  # type: ignore[arg-type]


@pytest.mark.parametrize(("turn", "word"), [(1, "before"), (-1, "after")])
def test_contributions_that_leave_the_range_are_told_and_shares_are_not(turn: int, word: str) -> None:
    """Which of both has them is said."""
    routes = routes_of(Study("gomez", "W_A").paths)
    large = replace(routes, whole=1e308, rows=tuple(row.times_as(9.0) for row in routes.rows))
    both = (large, routes)[::turn]
    with pytest.raises(
        NumberError, match=rf"^not a finite number: a contribution {word} leaves the range of a float64 "
    ):
        before_after(*both)
    assert before_after(*both, "shares").rows


def test_a_change_that_leaves_the_range_is_told() -> None:
    """Of 1.7e308 and -1.7e308: in CSV it was -inf."""
    before, after = (
        Routes("W", None, "quantity", "share", size, 1, (Route("none", "", 0, 1, 1.0, 1.0, 0.0),))
        for size in (1.7e308, -1.7e308)
    )
    with pytest.raises(NumberError, match=r"^not a finite number: contributions before and after together leave"):
        before_after(before, after)
    assert before_after(before, after, "shares").all.change == 0.0


def test_a_route_turned_round_keeps_its_parts_on_their_sides() -> None:
    """A negative whole makes what adds negative."""
    turned = Route("gate", "a", 1, 2, 0.5, 0.75, -0.25).times_as(-2.0)
    assert (turned.net, turned.positive, turned.negative) == (-1.0, 0.5, -1.5)
