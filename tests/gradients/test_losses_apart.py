"""Losses that lie far apart: shares are sums over the losses, whatever the size of each and of what it is read by."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, example, given, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.gradients.shares.by_unit import by_unit_of
from graphviz_lstm.gradients.shares.triangle import shares_by_lag, triangle_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.gradients.shares.strip import StripShares

STEPS = range(3)
CARRIED, CROSSED = Fraction(1, 2), Fraction(1, 4)

powers = st.integers(-1000, 1000)
gaps = st.one_of(st.integers(0, 60), st.integers(0, 1000))


def net(losses: Iterable[float], inputs: Iterable[float]) -> Problem:
    """Return a net of one unit that is linear where its inputs are above zero, and crosses into a gate all the same."""
    text = "a[t] = relu(V * H[t-1])\nH[t] = U * H[t-1] + a[t] + W * X[t]"
    numbers = {"U": [float(CARRIED)], "V": [float(CROSSED)], "W": [1.0]}
    steps = tuple(k + 1 for k in STEPS)
    terms = [LossTerm("H", steps, np.array(losses)[:, None], kind="given")]
    return Problem(parse_cell("c", text, output="H"), numbers, {"X": np.array(inputs)[:, None]}, terms)


class Told:
    """Contributions by entry, exit and crossings, exactly, and the sums that they go into."""

    def __init__(self, losses: list[float], inputs: list[float]) -> None:
        """Count the paths between two steps that cross so often."""
        self.all = {
            (entry, leaving, times): Fraction(inputs[entry])
            * Fraction(losses[leaving])
            * math.comb(leaving - entry, times)
            * CARRIED ** (leaving - entry - times)
            * CROSSED**times
            for entry, leaving in product(STEPS, STEPS)
            for times in range(leaving - entry + 1)
        }
        self.total = sum(self.all.values())
        self.size = sum(map(abs, self.all.values()))

    def require(self, found: float, **of: int) -> None:
        """Hold a share against the sum of those of one entry, exit, number of crossings or distance."""
        some = [
            number
            for (entry, leaving, times), number in self.all.items()
            if of.items() <= {"entry": entry, "exit": leaving, "times": times, "lag": leaving - entry}.items()
        ]
        self._require(found, sum(some), sum(map(abs, some)))

    def require_crossings(self, found: float) -> None:
        """Hold what goes over all crossings against their sum: a path counts as often as it crosses."""
        some = [times * number for (_, _, times), number in self.all.items()]
        self._require(found, sum(some), sum(map(abs, some)))

    def _require(self, found: float, contribution: Fraction, size: Fraction) -> None:
        # So far below the whole digits may be lost on the way, among the numbers below the normal ones.
        bound = max(abs(size / self.total) / 10**12, Fraction(1, 10**100))
        assert found == pytest.approx(float(contribution / self.total), rel=0.0, abs=float(bound))


def require_strip(told: Told, strip: StripShares, entries: Mapping[int, int]) -> None:
    """Hold a strip's shares against exact ones; of each number, which entry it is."""
    for step, entry in entries.items():
        told.require(strip.by_entry[step], entry=entry)
    for times, share in strip.by_crossings.items():
        told.require(share, times=int(times))
    told.require_crossings(strip.by_gate["a"])


@given(
    st.lists(powers, min_size=3, max_size=3),
    st.lists(gaps, min_size=3, max_size=3),
    st.integers(-300, 300),
    st.lists(st.sampled_from([1.0, -0.75, 0.625]), min_size=3, max_size=3),
)
@example([830, -830, -830], [0, 0, 0], 0, [1.0, 1.0, 1.0])
def test_shares_are_the_exact_sums_of_what_each_loss_gives(
    losses: list[int], apart: list[int], size: int, factors: list[float]
) -> None:
    """Of a loss of 1e-250 beside one of 1e250, read by an input of 1e250, nothing was left: 0 % where it is half."""
    # Inputs such that what enters anywhere is about as large, or smaller by what lies between.
    inputs = [max(-1000, min(1000, size - apart[k] - max(losses[k:]))) for k in STEPS]
    numbers = [math.ldexp(factor, power) for factor, power in zip(factors, losses, strict=True)]
    entering = [math.ldexp(1.0, power) for power in inputs]
    told = Told(numbers, entering)
    assume(abs(told.total) > told.size / 1000 and abs(math.frexp(float(told.total))[1]) < 950)
    study = Study(net(numbers, entering), "W")
    require_strip(told, study.strip, {k + 1: k for k in STEPS})
    for entry, leaving in product(STEPS, STEPS):
        told.require(float(study.triangle.whole[entry, leaving]), entry=entry, exit=leaving)
        told.require(float(study.triangle.carousel[entry, leaving]), entry=entry, exit=leaving, times=0)
    linear = linearize(study.problem)
    by_lag = shares_by_lag(linear, Parameter("W"), np.array([1.0 / float(told.total)]))
    for lag in STEPS:
        told.require(float(study.by_unit.whole[0, lag]), lag=lag)
        told.require(float(by_lag[lag]), lag=lag)


@pytest.mark.parametrize("decades", range(0, 601, 150))
@pytest.mark.parametrize("name", TYPICAL)
def test_what_a_small_loss_alone_depends_on_has_the_shares_that_it_has_without_the_large_one(
    name: str, decades: int
) -> None:
    """And along any direction the triangle has what each loss gives by itself, so many times as large."""
    problem = random_problem(TYPICAL[name], hidden=2, inputs=2, steps=3, seed=1)
    (term,) = (replace(loss, kind="given") for loss in problem.losses)
    sizes = np.array([10.0 ** (decades / 2), 0.0, 10.0 ** (-decades / 2)])
    together, *alone = (
        linearize(replace(problem, losses=[replace(term, targets=size[:, None] * term.targets)]))
        for size in (sizes, *np.diag(sizes.astype(bool).astype(float)))
    )
    source = TYPICAL[name].parameters[0]
    direction = np.ones(np.shape(problem.parameters[source]))
    expected = sum(
        size * triangle_of(linear, Parameter(source), direction).whole
        for size, linear in zip(sizes, alone, strict=True)
    )
    found = triangle_of(together, Parameter(source), direction)
    np.testing.assert_allclose(found.whole, expected, rtol=1e-12)
    # An exit each, so that all routes of what leaves there are those of the one loss.
    for route, shares in triangle_of(alone[2], Parameter(source), direction).routes.items():
        scale = np.abs(expected[:, 2]).max()
        np.testing.assert_allclose(found.routes[route][:, 2], sizes[2] * shares[:, 2], rtol=1e-12, atol=1e-15 * scale)
    by_unit = by_unit_of(together, Parameter(source), direction).whole
    np.testing.assert_allclose(by_unit.sum(axis=0), found.by_lag(), rtol=1e-12)
    for vertex in ("X_3", f"{problem.cell.output}_3"):
        ours, theirs = Study(together.problem, vertex).strip, Study(alone[2].problem, vertex).strip
        for own, other in zip(_told_in(ours), _told_in(theirs), strict=True):
            assert own == pytest.approx(other, rel=1e-12)


def _told_in(strip: StripShares) -> tuple[Mapping[object, float], ...]:
    return strip.by_entry, strip.by_crossings, strip.by_gate
