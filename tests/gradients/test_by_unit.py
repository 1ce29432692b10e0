"""Shares by unit of entry and distance: those of the paths that the unit graph lists, one by one; they add up."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm import load_problem, load_weights
from graphviz_lstm.errors import InputError, UnknownNameError
from graphviz_lstm.gradients.shares.by_unit import top_through
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.problems import LossTerm
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example


def listed(study: Study) -> tuple[dict[tuple[str, int], float], dict[tuple[str, int], float]]:
    """Return the shares by unit of entry and distance of all paths and of those through no gate, each path visited."""
    whole: dict[tuple[str, int], float] = {}
    carousel: dict[tuple[str, int], float] = {}
    for path in study.unit_paths:
        records = [study.graph.edges[str(tail), str(head)] for tail, head in pairwise(path.quantities)]
        (entry,), (leaving,) = records[0]["entry"], records[-1]["exit"]
        # `a_3[1]` -> `a[1]`
        vertex = study.graph.nodes[str(path.quantities[1])]["name"]
        key = (
            str(path.vertices[1]).replace(f"_{vertex.step}", "").replace(f",{vertex.step}", ""),
            abs(leaving - entry),
        )
        whole[key] = whole.get(key, 0.0) + path.share
        if not sum(record["crossings"] for record in records):
            carousel[key] = carousel.get(key, 0.0) + path.share
    return whole, carousel


@given(
    cell=st.sampled_from(["lstm", "gru", "rnn", "mingru", "slstm"]),
    hidden=st.integers(1, 2),
    at=st.sampled_from(["every", "last"]),
    seed=st.integers(0, 1000),
    data=st.data(),
)
@settings(max_examples=10)
def test_each_number_is_the_sum_of_the_listed_paths(
    cell: str, hidden: int, at: str, seed: int, data: st.DataObject
) -> None:
    """Of every unit and distance, through all routes and along the carousel alone."""
    example = random_example(TYPICAL[cell], hidden=hidden, inputs=1, steps=3, at=at, seed=seed, scale=0.7)
    study = Study(example, data.draw(st.sampled_from(TYPICAL[cell].parameters)))
    by_unit = study.by_unit
    tight = 1e-11 * max(1.0, study.unit_paths.masses.mass or 0.0)
    for told, due in zip((by_unit.whole, by_unit.carousel), listed(study), strict=True):
        assert {unit for unit, _ in due} <= set(by_unit.names)
        for row, unit in enumerate(by_unit.names):
            for steps in range(told.shape[1]):
                assert told[row, steps] == pytest.approx(due.get((unit, steps), 0.0), abs=tight)


@given(
    cell=st.sampled_from(sorted(TYPICAL)),
    hidden=st.integers(1, 3),
    steps=st.integers(1, 6),
    seed=st.integers(0, 1000),
    data=st.data(),
)
@settings(max_examples=20)
def test_columns_add_up_to_the_triangles_distances_and_all_of_it_to_one(
    cell: str, hidden: int, steps: int, seed: int, data: st.DataObject
) -> None:
    """And so do those of the carousel, whatever the cell."""
    example = random_example(TYPICAL[cell], hidden=hidden, steps=steps, seed=seed, scale=0.7)
    study = Study(example, data.draw(st.sampled_from(TYPICAL[cell].parameters)))
    by_unit, triangle = study.by_unit, study.triangle
    tight = 1e-12 * max(1.0, study.unit_paths.masses.mass or 0.0)
    assert np.abs(by_unit.whole.sum(axis=0) - triangle.by_lag()).max() <= tight
    lags = [np.trace(triangle.carousel, lag) for lag in range(steps)]
    assert np.abs(by_unit.carousel.sum(axis=0) - lags).max() <= tight
    assert by_unit.whole.sum() == pytest.approx(1.0, abs=tight)
    assert np.abs(by_unit.routes["carousel"] + by_unit.routes["gates"] - by_unit.routes["all"]).max() <= tight


def test_units_of_a_direction_that_runs_backward_are_named_and_distances_counted_either_way() -> None:
    """Its paths exit before they enter; their distances are those of the triangle."""
    random = np.random.default_rng(3)
    net = load_weights(Path(__file__).parents[1] / "problems" / "weights" / "kept" / "both.weights.h5")
    problem = net.problem(random.normal(size=(4, 3)), random.normal(size=(4, 2)))
    for source, name in (("W_A^(1>)", "a^(1>)[0]"), ("W_A^(1<)", "a^(1<)[0]")):
        study = Study(problem, source)
        assert (study.by_unit.names, study.by_unit.earlier) == ((name,), True)
        assert study.by_unit.whole.sum(axis=0) == pytest.approx(study.triangle.by_lag(), abs=1e-12)


def test_of_the_trained_net_few_units_carry_the_carousel_as_far_back_as_the_marks() -> None:
    """Before training none does; the one entry of a source enters in the unit of its row."""
    after, before = Study("adding", "W_A").by_unit, Study("adding-untrained", "W_A").by_unit
    assert after.names == tuple(f"a[{k}]" for k in range(16))
    # As the page about it says: two units hold both marks.
    problem = load_problem("adding")
    marks = [problem.steps - step for step, (_, mark) in enumerate(problem.inputs["X"], start=1) if mark]
    first, second, third = after.largest[:3]
    assert after.names[first] == "a[7]"
    assert after.whole[[first, second]][:, marks].sum() > 0.9
    assert min(after.whole[row, steps] for row in (first, second) for steps in marks) > 0.1
    assert np.abs(after.whole[third]).sum() < 0.02
    far = {name: np.abs(each.carousel[:, 4:]).sum() for name, each in (("after", after), ("before", before))}
    assert far["after"] > far["before"]
    one = Study("adding", "W_A", element=(3, 0)).by_unit
    assert [name for row, name in enumerate(one.names) if one.whole[row].any()] == ["a[3]"]


def test_leading_paths_through_named_units_are_those_of_the_listed_ones() -> None:
    """Each unit is passed at some step; two of them by the same path."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, inputs=1, steps=3, seed=4, scale=0.8), "W_A")
    linear = linearize(study.problem)
    every = sorted(study.unit_paths, key=lambda path: (-abs(path.share), str(path)))
    for units in (["S[1]"], ["a[0]", "S[1]"], ["a[0]", "o[1]"]):
        due = [
            path.vertices
            for path in every
            if all(any(str(v) in {f"{u[0]}_{k}{u[1:]}" for k in (1, 2, 3)} for v in path.vertices) for u in units)
        ]
        assert [path.vertices for path in top_through(linear, study.unit_paths, units, 4)] == due[:4]
    for units, line in (
        (["Q[1]"], "unknown quantity of a unit: 'Q'"),
        (["S[7]"], r"unknown vertex or unit: 'S_1\[7\]'"),
        (["S[0]"] * 20, "too many ways: 20 units at 3 steps can be passed at 3,486,784,401 places"),
    ):
        with pytest.raises(InputError, match=line):
            top_through(linear, study.unit_paths, units, 4)


@pytest.mark.parametrize("units", [["H[0]"], ["H[1]"], ["H[0]", "H[1]"], []])
def test_where_there_is_nothing_to_share_contributions_rank(units: list[str]) -> None:
    """What passes a unit at one step came before whatever passes it at the next, and some larger were left out."""
    problem = random_example(TYPICAL["rnn"], hidden=2, inputs=1, steps=3, seed=1).problem
    numbers = {"W_H": np.ones((2, 1)), "U_H": np.array([[0.5, 0.25], [0.25, 0.5]]), "b_H": np.zeros(2)}
    losses = [LossTerm("H", (1, 2, 3), np.array([[1.0, -1.0], [2.0, -2.0], [0.5, -0.5]]), kind="given")]
    study = Study(replace(problem, parameters=numbers, initial={"H": np.zeros(2)}, losses=losses), "X_1")
    assert study.is_zero
    sizes = [
        abs(float(np.sum(path.contribution)))
        for path in study.unit_paths
        if all({f"{unit[0]}_{k}{unit[1:]}" for k in (1, 2, 3)} & set(map(str, path.vertices)) for unit in units)
    ]
    found = [abs(float(np.sum(path.contribution))) for path in top_through(study.linear, study.unit_paths, units, 4)]
    assert found == pytest.approx(sorted(sizes, reverse=True)[:4])


def test_records_read_back_and_units_can_be_chosen() -> None:
    """Every digit; what is no unit, and what is no parameter, is refused."""
    by_unit = Study("adding", "W_A").by_unit
    rows = list(csv.DictReader(io.StringIO(by_unit.to_csv())))
    assert [float(row["share"]) for row in rows] == by_unit.whole.ravel().tolist()
    some = by_unit.of_units(["a[5]", "a[2]"])
    assert np.array_equal(some.whole, by_unit.whole[[5, 2]])
    with pytest.raises(UnknownNameError, match=r"unknown unit: 'a\[16\]' \(must be one of"):
        by_unit.of_units(["a[16]"])
    with pytest.raises(InputError, match="no shares by unit of 'X_1'"):
        _ = Study("adding", "X_1").by_unit
