"""Sequences taken together: the same values, partials and adjoints as those of each by itself, to rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.errors import GraphvizLstmError, NumberError
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.graph.gradients import adjoints_of, tangents_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import random_example
from tests.figures.cells import SHAPES
from tests.laws.cells import GENERAL, Drawn, bind, cells

MATRIX = parse_cell(
    "matrix memory",
    """
    k[t] = W_k @ X[t]
    v[t] = W_v @ X[t]
    q[t] = W_q @ X[t]
    c[t] = b                        # the same at every step
    f[t] = sigmoid(dot(w, X[t]))       # a number
    C[t] = f[t] * C[t-1] + outer(v[t], k[t])
    H[t] = tanh(C[t] @ q[t] + c[t-1] + f[t-1] * H[t-1])
    """,
)
CELLS = {**SHAPES, "matrix memory": MATRIX}


def sequences(problem: Problem, count: int, lengths: list[int] | None = None) -> list[Problem]:
    """Return problems with the net of one, and other inputs, targets and initial states."""
    rng = np.random.default_rng(count)
    made = []
    for k in range(count):
        steps = problem.steps if lengths is None else lengths[k]
        losses = [
            replace(term, steps=kept, targets=rng.normal(size=(len(kept), *term.targets.shape[1:])))
            for term in problem.losses
            if (kept := tuple(step for step in term.steps if step < problem.first_step + steps))
        ]
        inputs = {name: rng.normal(size=(steps, *rows.shape[1:])) for name, rows in problem.inputs.items()}
        initial = {name: rng.normal(size=value.shape) for name, value in problem.initial.items()}
        made.append(replace(problem, steps=steps, inputs=inputs, initial=initial, losses=losses))
    return made


def assert_same(found: object, expected: object) -> None:
    """Hold arrays against each other by the size of the largest entry: what led there may have been larger."""
    one, other = np.asarray(found), np.asarray(expected)
    assert one.shape == other.shape
    assert np.abs(one - other).max(initial=0.0) <= 1e-10 * max(1.0, np.abs(other).max(initial=0.0))


def assert_each_is_itself(problems: list[Problem]) -> None:
    """Hold each sequence against itself alone: values, loss, every map at every step, adjoints, tangents."""
    together = linearize_together(problems)
    for problem, linear, adjoints in zip(problems, together.sequences, together.adjoints(), strict=True):
        alone = linearize(problem)
        expected = adjoints_of(alone)
        assert linear.problem is problem
        assert_same(linear.loss, alone.loss)
        for name, families in alone.families.items():
            assert_same(linear.values(name), alone.values(name))
            for family, own in zip(linear.families[name], families, strict=True):
                for step in range(problem.steps):
                    assert_same(family.at(step).dense(), own.at(step).dense())
        for loss, own in zip(linear.losses, alone.losses, strict=True):
            assert loss.rows == own.rows
            for k in range(len(own.rows)):
                assert_same(loss.family.at(k).dense(), own.family.at(k).dense())
        for kind in ("quantities", "inputs", "parameters", "initial"):
            found, wanted = getattr(adjoints, kind), getattr(expected, kind)
            assert set(found) == set(wanted)
            for name in wanted:
                assert_same(found[name], wanted[name])
        for source in problem.cell.parameters[:1]:
            direction = np.ones(problem.parameters[source].shape)
            moved, own = (tangents_of(each, Parameter(source), None, direction) for each in (linear, alone))
            for name in own.quantities:
                assert_same(moved.quantities[name], own.quantities[name])


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
@pytest.mark.parametrize("count", [1, 2, 16])
@pytest.mark.parametrize("hidden", [1, 3])
def test_each_sequence_is_what_it_is_alone(cell, count: int, hidden: int) -> None:
    """Whatever the cell, and however many they are."""
    example = random_example(cell, hidden=hidden, inputs=hidden, steps=4, scale=0.5)
    assert_each_is_itself(sequences(example.problem, count))


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_sequences_of_different_lengths_are_taken_by_length(cell) -> None:
    """And come in their order."""
    problem = random_example(cell, hidden=2, inputs=2, steps=5, scale=0.5).problem
    lengths = [5, 2, 5, 1, 2, 3]
    problems = sequences(problem, len(lengths), lengths)
    assert_each_is_itself(problems)
    assert [rows.numbers for rows in linearize_together(problems).rows] == [(0, 2), (1, 4), (3,), (5,)]


@given(cells(), st.integers(1, 4), st.integers(0, 99))
def test_sequences_of_drawn_nets_are_what_they_are_alone(drawn: Drawn, count: int, seed: int) -> None:
    """Random equations."""
    try:
        problems = sequences(bind(drawn.text, GENERAL, steps=3, first_step=1, seed=seed), count)
        for problem in problems:
            linearize(problem)
    except GraphvizLstmError:
        return  # no cell, or a number too large
    assert_each_is_itself(problems)


def test_losses_at_other_steps_and_of_other_weights_are_kept_apart() -> None:
    """What is taken at once has the same losses at the same steps."""
    problem = random_example(SHAPES["lstm"], hidden=2, steps=4).problem
    late = [LossTerm("H", (problem.last_step,), np.ones((1, 2)))]
    heavy = [replace(term, weight=3.0) for term in problem.losses]
    several = [*problem.losses, LossTerm("S", (2, 4), np.ones((2, 2)), weight=0.5)]
    problems = [problem, *(replace(problem, losses=losses) for losses in (late, heavy, several, late))]
    assert_each_is_itself(problems)
    assert [rows.numbers for rows in linearize_together(problems).rows] == [(0,), (1, 4), (2,), (3,)]


def test_what_is_not_finite_is_said_of_the_first_sequence_that_has_it() -> None:
    """In the words that it has alone; the others are as they are."""
    cell = parse_cell("loud", "H[t] = H[t-1] * H[t-1] + W @ X[t]")
    problem = random_example(cell, hidden=2, steps=3).problem
    loud = replace(problem, inputs={"X": np.full(problem.inputs["X"].shape, 1e200)})
    with pytest.raises(NumberError) as alone:
        linearize(loud)
    with pytest.raises(NumberError) as together:
        linearize_together([problem, loud, problem])
    assert str(together.value) == str(alone.value)


def test_what_is_padding_has_no_part() -> None:
    """The gradient of a padded batch is the mean of those of its sequences."""
    net = random_example(SHAPES["gru"], hidden=2, steps=5, seed=2).problem
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(4, 5, 2)), rng.normal(size=(4, 5, 2))
    lengths = [5, 3, 3, 1]
    for k, length in enumerate(lengths):
        inputs[k, length:], targets[k, length:] = np.nan, np.nan
    batch = Batch.padded(net, inputs, targets, lengths=lengths)
    for name in net.cell.parameters:
        alone = [adjoints_of(linearize(problem)).parameters[name] for problem in batch.problems]
        assert_same(batch.gradient(name), np.mean(alone, axis=0))


def test_a_quantity_is_one_array_for_all_sequences() -> None:
    """What is told of a sequence is a view: nothing is copied."""
    problems = sequences(random_example(SHAPES["lstm"], hidden=2, steps=3).problem, 3)
    together = linearize_together(problems)
    (rows,) = together.rows
    whole = rows.trace.of(Quantity("S"))
    assert whole.shape == (9, 2)
    assert all(np.shares_memory(linear.values("S"), whole) for linear in together.sequences)
