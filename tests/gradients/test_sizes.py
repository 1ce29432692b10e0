"""Lengths, angles, means and all that is told of a batch, whatever the size of its gradients."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from graphviz_lstm.cells import LSTM, parse_cell
from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.gradients.batches.members import cosines_of
from graphviz_lstm.gradients.batches.over_training import over_training
from graphviz_lstm.gradients.sizes import cosine_of, mean_of, part_of
from graphviz_lstm.notation.numbers import length
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import random_example

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENTRIES = st.floats(-1.0, 1.0).filter(lambda x: x == 0.0 or abs(x) > 1e-3)
ARRAYS = hnp.arrays(float, (3, 2, 2), elements=ENTRIES)


@given(arrays=ARRAYS, power=st.integers(-900, 1000))
def test_a_power_of_two_changes_the_size_and_nothing_else(arrays: NDArray[np.float64], power: int) -> None:
    """Not a bit of it; and numpy's own functions say the same of ordinary sizes."""
    large = np.ldexp(arrays, power)
    assert_allclose(mean_of(arrays), arrays.mean(axis=0), rtol=1e-15, atol=1e-16)
    assert np.array_equal(mean_of(large), np.ldexp(mean_of(arrays), power))
    assert cosines_of(large) == cosines_of(arrays)
    for one, other, much in zip(arrays, arrays[::-1], large, strict=True):
        assert length(one) == pytest.approx(float(np.linalg.norm(one)), rel=1e-15)
        assert length(much) == math.ldexp(length(one), power)
        assert cosine_of(much, other) == cosine_of(one, other)
        if one.any():
            assert part_of(much, one) == math.ldexp(part_of(one, one), power)


@given(arrays=ARRAYS, powers=hnp.arrays(int, (2, 2), elements=st.integers(-900, 1000)))
def test_an_entry_of_a_mean_is_the_mean_of_that_entry(arrays: NDArray[np.float64], powers: NDArray[np.int_]) -> None:
    """Beside one of 1e300 another of 1e-20 had four digits left, and one of 1e-30 none."""
    assert np.array_equal(mean_of(np.ldexp(arrays, powers)), np.ldexp(mean_of(arrays), powers))


@given(arrays=ARRAYS, powers=st.tuples(*[st.integers(-500, 500)] * 3))
def test_the_angle_to_the_others_is_that_to_their_sum(arrays: NDArray[np.float64], powers: tuple[int, ...]) -> None:
    """Also where they are far smaller: of the sum of all without the largest nothing of them was left."""
    gradients = [np.ldexp(np.abs(array), power) for array, power in zip(arrays, powers, strict=True)]
    for k, cosine in enumerate(cosines_of(gradients)):
        others = np.sum([each for number, each in enumerate(gradients) if number != k], axis=0)
        assert cosine == (pytest.approx(cosine_of(gradients[k], others)) if others.any() else None)


@given(st.floats(0.01, 1.0), st.floats(0.01, 1.0), st.floats(0.01, 1.0), st.integers(-900, 900))
def test_what_lies_across_has_no_part(one: float, other: float, much: float, power: int) -> None:
    """What rounding leaves of the products that cancel is none."""
    across = np.ldexp(np.array([much * other, -much * one]), power)
    assert part_of(across, np.array([one, other])) == 0.0


def far(power: int) -> BatchStudy:
    """Return a batch whose targets lie so far away that of the values beside them nothing is left."""
    problems = []
    for seed in range(4):
        problem = random_example(LSTM, steps=3, seed=0).problem
        random = np.random.default_rng(seed)
        inputs = {name: random.normal(size=array.shape) for name, array in problem.inputs.items()}
        (loss,) = problem.losses
        targets = np.ldexp(np.ones_like(loss.targets), power)
        problems.append(replace(problem, inputs=inputs, losses=[LossTerm(loss.quantity, loss.steps, targets)]))
    return BatchStudy(Batch(problems), "W_A")


def test_a_batch_says_the_same_of_gradients_whose_squares_are_no_numbers() -> None:
    """Shares, angles and parts are those of gradients that are 2 ** 450 times smaller."""
    one, other = far(60), far(510)
    assert other.size == pytest.approx(math.ldexp(one.size, 450))
    assert_allclose(other.triangle.whole, one.triangle.whole, rtol=1e-12, atol=1e-14)
    for ours, theirs in zip(other.sequences, one.sequences, strict=True):
        assert ours.part == pytest.approx(theirs.part)
        assert ours.cosine == pytest.approx(theirs.cosine)
        assert ours.length == pytest.approx(math.ldexp(theirs.length, 450))


@pytest.mark.parametrize("left", [1.0, 0.5])
def test_terms_that_leave_the_range_only_together(left: float) -> None:
    """Their sizes sum to more than there are numbers; what is left of them is a number, or zero."""
    cell = parse_cell("c", "H[t] = w * X[t]", output="H")
    losses = [LossTerm("H", (1, 2), [[1.2e154], [-1.2e154 * left]])]
    problem = Problem(cell, {"w": [0.0]}, {"X": [[1.2e154], [1.2e154]]}, losses)
    (gradient,) = BatchStudy(Batch([problem, problem]), "w").gradients[:1]
    assert_allclose(gradient, [-1.44e308 * (1.0 - left)])


@pytest.mark.parametrize("element", [None, (0,)])
@pytest.mark.parametrize("size", [5e-324, 1e-310])
def test_a_gradient_that_is_too_small_to_have_parts_is_refused(size: float, element: tuple[int, ...] | None) -> None:
    """Of one that is no normal float64 a part of it is no number, or rounded to one digit.

    Over a training one entry of it was said to be zero.
    """
    cell = parse_cell("c", "H[t] = w * X[t]", output="H")
    problem = Problem(cell, {"w": [0.0]}, {"X": [[size]]}, [LossTerm("H", (1,), [[1.0]])])
    study = BatchStudy(Batch([problem, problem]), "w", element)
    for ask in (
        lambda: over_training([("now", 1, [problem])], "w", element),
        lambda: study.groups("lag"),
        lambda: study.groups("crossings"),
        lambda: study.triangle,
        lambda: study.top(1),
    ):
        with pytest.raises(NumberError, match=r"gradient out of range: dE/dw(\[0\])? is"):
            ask()
