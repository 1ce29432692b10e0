"""The triangle: shares by entry and exit are those of the paths, at both levels, and add up."""

from __future__ import annotations

import csv
import io
import json
from contextlib import nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.problems import Example, LossTerm, Problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.by_unit import UNIT_FORMATS, UnitsTold
from graphviz_lstm.reports.spread import TRIANGLE_FORMATS, triangle_json, triangle_text
from tests.examples import TYPICAL, random_example

if TYPE_CHECKING:
    from collections.abc import Callable


@given(
    cell=st.sampled_from(sorted(TYPICAL)),
    hidden=st.integers(1, 3),
    steps=st.integers(1, 5),
    at=st.sampled_from(["every", "last"]),
    seed=st.integers(0, 1000),
    data=st.data(),
)
@settings(max_examples=30)
def test_it_is_the_path_sets_groups_by_entry_and_exit_at_both_levels(
    cell: str, hidden: int, steps: int, at: str, seed: int, data: st.DataObject
) -> None:
    """Each share; rows and columns are the groups by entry, by exit; all of it is 1."""
    example = random_example(TYPICAL[cell], hidden=hidden, steps=steps, at=at, seed=seed, scale=0.7)
    source = data.draw(st.sampled_from(TYPICAL[cell].parameters))
    study = Study(example, source)
    triangle = study.triangle
    edges = study.graph.edges
    mass = study.unit_paths.masses.mass
    assert mass is not None
    tight = 1e-12 * max(1.0, mass)
    assert triangle.whole.sum() == pytest.approx(1.0, abs=tight)
    assert not np.tril(triangle.whole, -1).any()
    for paths in (study.paths, study.unit_paths):
        by_both = paths.group_by(
            lambda edge: edges[str(edge[0]), str(edge[1])]["entry"] + edges[str(edge[0]), str(edge[1])]["exit"]
        )
        told = np.zeros(triangle.whole.shape)
        for label, group in by_both.items():
            entry, leaving = label
            told[entry - triangle.first_step, leaving - triangle.first_step] = group.share
        assert np.abs(told - triangle.whole).max() <= tight
        for axis, label in ((1, "entry"), (0, "exit")):
            sums = triangle.whole.sum(axis=axis)
            for (step,), group in paths.group_by(label).items():
                assert group.share == pytest.approx(sums[step - triangle.first_step], abs=tight)
    assert np.abs(sum(triangle.routes.values()) - triangle.whole).max() <= tight
    assert triangle.carousel.sum() == pytest.approx(1.0 - study.verdict.share, abs=tight)
    assert triangle.by_lag().sum() == pytest.approx(1.0, abs=tight)


def test_each_gate_has_the_paths_whose_crossings_are_all_into_it() -> None:
    """As the path set groups them."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=4, seed=3), "U_i", element=(0, 1))
    triangle = study.triangle
    groups = study.paths.group_by("gates")
    for gate, shares in triangle.gates.items():
        assert shares.sum() == pytest.approx(groups[frozenset({gate})].share, rel=1e-9)
    mixed = sum(group.share for gates, group in groups.items() if len(gates) > 1)
    assert triangle.mixed.sum() == pytest.approx(mixed, rel=1e-9)
    crossing = sum(group.share for gates, group in groups.items() if gates)
    assert triangle.crossing.sum() == pytest.approx(crossing, rel=1e-9)
    np.testing.assert_allclose(triangle.crossing, sum(triangle.gates.values()) + triangle.mixed, atol=1e-12)


def test_two_loss_terms_of_different_steps_are_told_apart() -> None:
    """One counts at step 1, another, of another weight, at steps 1 and 3."""
    problem = random_example(TYPICAL["gru"], hidden=2, steps=3, seed=5).problem
    output = TYPICAL["gru"].output
    losses = (
        LossTerm(output, (1,), np.ones((1, 2)), weight=2.0),
        LossTerm(output, (1, 3), np.zeros((2, 2)), weight=0.5),
    )
    twice = Problem(problem.cell, problem.parameters, problem.inputs, losses, problem.initial)
    study = Study(twice, "W_z")
    exits = study.paths.group_by("exit")
    for step in (1, 3):
        assert study.triangle.whole.sum(axis=0)[step - 1] == pytest.approx(exits[step,].share, rel=1e-9)
    assert not study.triangle.whole[:, 1].any()


def test_records_csv_and_json_read_back_to_the_array() -> None:
    """Every digit; a data frame has the same columns."""
    study = Study("gomez", "W_A", element=(0, 0))
    triangle = study.triangle
    rows = list(csv.DictReader(io.StringIO(triangle.to_csv())))
    assert [(row["entry"], row["exit"]) for row in rows] == [("0", "0"), ("0", "1"), ("1", "1")]
    assert [float(row["share"]) for row in rows] == [triangle.whole[0, 0], triangle.whole[0, 1], triangle.whole[1, 1]]
    content = json.loads(triangle_json(study))
    assert np.array_equal(content["share"], triangle.whole)
    assert np.array_equal(content["routes"]["gate o"], triangle.gates["o"])
    pandas = pytest.importorskip("pandas")
    frame = triangle.to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(rows[0])
    assert frame["share"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("steps", [1, 2, 7, 50])
def test_the_text_fits_a_terminal_whatever_the_number_of_steps(steps: int) -> None:
    """A hundred columns, of which a table takes eighty and folds, and fifty lines; the last sum is all of it."""
    study = Study(random_example(TYPICAL["lstm"], steps=steps, seed=2, scale=0.5))
    lines = triangle_text(study).splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 50
    assert sum(line.split()[:1] == ["all"] and "+100 %" in line for line in lines) == 2


def test_what_enters_at_one_step_is_refused() -> None:
    """In one line."""
    with pytest.raises(InputError, match=r"no triangle of 'X_1': only a parameter enters at more than one step"):
        _ = Study("gomez", "X_1").triangle


@pytest.mark.parametrize("element", [None, (0,)])
def test_of_a_gradient_of_zero_contributions_are_told(element: tuple[int, ...] | None) -> None:
    """Entries summed, or of the one that is looked at; by entry and exit those of the listed paths."""
    study = short_of_something(element)
    triangle = study.triangle
    assert triangle.unit == "contribution"
    edges = study.graph.edges
    told = np.zeros((2, 2))
    for path in study.paths:
        steps = [edges[edge]["entry"] + edges[edge]["exit"] for edge in path.edges]
        entry, leaving = sum(steps, ())
        amount = np.asarray(path.contribution)
        told[entry - 1, leaving - 1] += float(amount.sum() if element is None else amount[element])
    assert np.abs(told).max() > 0.1
    assert np.abs(told - triangle.whole).max() <= 1e-12
    assert list(triangle.records()[0])[:3] == ["entry", "exit", "contribution"]
    assert "contribution" in json.loads(triangle_json(study))
    text = triangle_text(study)
    assert text.startswith("The gradient is zero: there is nothing to share, and contributions are told instead.")
    assert "%" not in text


LINE = "H[t] = U * H[t-1] + W * X[t]"


def net(text: str, numbers: dict[str, float], inputs: list[float], losses: list[float]) -> Study:
    """Return a study of a net of one unit, of which the losses are given as their derivatives."""
    cell = parse_cell("c", text, output="H")
    steps = tuple(range(1, len(inputs) + 1))
    terms = [LossTerm("H", steps, np.array(losses)[:, None], kind="given")]
    return Study(Problem(cell, {key: [x] for key, x in numbers.items()}, {"X": np.array(inputs)[:, None]}, terms), "W")


@pytest.mark.parametrize("size", [1e306, 4e307, 9e307, 1.7e308])
@pytest.mark.parametrize(
    "study",
    [
        lambda size: net(LINE, {"U": 0.0, "W": 0.5}, [1.0, -1.0, 1.0, -1.0], [size] * 4),
        lambda size: net(LINE, {"U": 1.0, "W": 0.5}, [0.5, 0.5, -1.0], [0.0, 0.0, size]),
        # Along the carousel alone it leaves the range, and through the gate as much comes back.
        lambda size: net(
            "a[t] = tanh(V * H[t-1])\nH[t] = U * H[t-1] + B * a[t] + W * X[t]",
            {"U": size**0.65, "V": size**0.65, "B": -1.0, "W": 1.0},
            [1e-290, 0.0, 0.0, 1.0],
            [0.0, 0.0, 0.0, 1.0],
        ),
    ],
    ids=["each", "together", "one route"],
)
def test_what_cannot_be_added_up_is_refused(study: Callable[[float], Study], size: float) -> None:
    """Contributions that are numbers, with sums or routes that are none: that was a warning of NumPy, or inf."""
    asked = study(size)
    for tell in (*TRIANGLE_FORMATS.values(), *(partial(_of_units, tell) for tell in UNIT_FORMATS.values())):
        may = suppress(NumberError) if size > 1e307 or asked.problem.parameters["U"] > 1.0 else nullcontext()
        with may:
            assert "inf" not in tell(asked)


@pytest.mark.parametrize("powers", [(-660, -500, 500), (660, 500, -500), (-400, 900, -900), (500, -900, 800)], ids=str)
@pytest.mark.parametrize("carried", [0.0, 0.5])
def test_what_is_measured_in_other_units_has_the_same_shares(powers: tuple[int, int, int], carried: float) -> None:
    """Of losses of 1e-200 times weights of 1e-150 nothing was left, whatever the inputs are; else it was refused."""

    def measured(loss: int, weight: int, inputs: int) -> Study:
        numbers = {"U": carried, "W": 0.5, "B": 2.0**weight}
        losses = [2.0**loss, -(2.0**loss)]
        return net("S[t] = U * S[t-1] + W * X[t]\nH[t] = B * S[t]", numbers, [2.0**inputs] * 2, losses)

    ours, theirs = measured(0, 0, 0), measured(*powers)
    # Of a gradient of zero contributions, which are as much larger.
    power = 0 if carried else sum(powers)
    assert ours.is_zero == theirs.is_zero == (not carried)
    for of in (
        lambda study: study.triangle.whole,
        lambda study: study.by_unit.whole,
        lambda study: list(study.strip.by_entry.values()),
        lambda study: list(study.strip.by_crossings.values()),
    ):
        assert np.array_equal(of(theirs), np.ldexp(of(ours), power))


def _of_units(tell: Callable[[UnitsTold], str], study: Study) -> str:
    return tell(UnitsTold(study))


def short_of_something(element: tuple[int, ...] | None) -> Study:
    """Return a study whose gradient is zero since what two losses give cancels."""
    cell = parse_cell("line", "h[t] = W * x[t]")
    example = Example(
        cell=cell,
        parameters={"W": np.ones(2)},
        inputs=np.array([[1.0, 2.0], [1.0, 2.0]]),
        targets=np.array([[0.5, 1.0], [1.5, 3.0]]),
    )
    return Study(example, "W", element=element)
