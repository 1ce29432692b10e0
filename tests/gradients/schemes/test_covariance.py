"""A covariance that goes through random maps is that of all their outcomes, in whole fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from graphviz_lstm.gradients.schemes.covariance import Covariance

DROPPED, FACTOR = Fraction(3, 8), Fraction(5, 4)
EXPECTED = (1 - DROPPED) * FACTOR
VARIANCE = float(DROPPED * (1 - DROPPED) * FACTOR**2)


def _exact(array: Any) -> Any:
    return np.array([Fraction(float(x)) for x in np.ravel(array)], dtype=object).reshape(np.shape(array))


def _draws(steps: list[Any]) -> list[tuple[Fraction, Any]]:
    """Return each outcome of the gradient with its probability."""
    found = []
    for kept in product([False, True], repeat=len(steps)):
        probability, adjoint, gradient = Fraction(1), 0, 0
        for (certain, by_chance, offset, moved, gives), is_kept in zip(steps, kept, strict=True):
            factor = FACTOR if is_kept else Fraction(0)
            probability *= 1 - DROPPED if is_kept else DROPPED
            gradient = gradient + (adjoint @ gives if np.ndim(adjoint) else 0)
            before = adjoint if np.ndim(adjoint) else _exact(np.zeros(len(certain)))
            adjoint = before @ (certain + factor * by_chance) + offset + factor * moved
        found.append((probability, gradient))
    return found


@pytest.mark.parametrize("spread", [0, 150, 400])
@pytest.mark.parametrize("seed", range(5))
def test_the_deviation_is_that_of_all_outcomes(seed: int, spread: int) -> None:
    """Three entries and two that they give to, each of a size of its own: to rounding, with no square that is lost."""
    random = np.random.default_rng(seed)
    sizes, given = np.exp2(random.integers(-spread, spread + 1, 3)), np.exp2(random.integers(-spread, spread + 1, 2))
    steps = []
    for _ in range(5):
        maps = [random.normal(size=(3, 3)) * sizes / sizes[:, None] for _ in range(2)]
        offsets = [random.normal(size=3) * sizes for _ in range(2)]
        steps.append([*maps, *offsets, random.normal(size=(3, 2)) * given / sizes[:, None]])
    vary, mean = Covariance(3, 2), np.zeros(3)
    for certain, by_chance, offset, moved, gives in steps:
        vary.give(gives)
        differs = mean @ by_chance + moved
        vary.move(certain + float(EXPECTED) * by_chance, by_chance, differs, VARIANCE)
        mean = mean @ certain + offset + float(EXPECTED) * differs
    draws = _draws([[_exact(each) for each in step] for step in steps])
    expectation = sum(p * g for p, g in draws)
    variances = sum(p * (g - expectation) ** 2 for p, g in draws)
    for entry, exact in enumerate(variances):
        size = Fraction(float(given[entry])) ** 2
        assert vary.deviations()[entry] == pytest.approx(given[entry] * math.sqrt(exact / size), rel=1e-12)


def test_what_is_certain_does_not_vary() -> None:
    """Neither before anything is given, nor where chance adds nothing: zero, not rounding."""
    vary = Covariance(2, 1)
    assert vary.deviations().tolist() == [0.0]
    vary.move(np.full((2, 2), 1e300), np.zeros((2, 2)), np.zeros(2), VARIANCE)
    vary.give(np.full((2, 1), 1e300))
    assert vary.deviations().tolist() == [0.0]
    vary.move(np.eye(2), np.zeros((2, 2)), np.array([1e-300, 0.0]), VARIANCE)
    vary.give(np.array([[2.0], [5.0]]))
    assert vary.deviations()[0] == pytest.approx(2e-300 * math.sqrt(VARIANCE), rel=1e-14)


def test_what_is_larger_than_any_number_is_infinite() -> None:
    """A deviation of 1e310."""
    vary = Covariance(1, 1)
    vary.move(np.zeros((1, 1)), np.zeros((1, 1)), np.array([1e200]), 1.0)
    vary.give(np.array([[1e110]]))
    assert vary.deviations().tolist() == [math.inf]
