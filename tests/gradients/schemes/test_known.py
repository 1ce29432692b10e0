"""Known results of others, at a small size; the page `docs/known.md` has them larger."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.graph import evaluate
from tests.examples import TYPICAL

sys.path.insert(0, str(Path(__file__).parents[3] / "docs" / "extensions"))

import known


@pytest.mark.parametrize("steps", [1, 7, 200])
def test_an_error_within_a_memory_cell_is_scaled_by_one(steps: int) -> None:
    """Equation 41 of 1997, whatever the number of steps."""
    assert np.abs(np.array(known.error_scale(steps)) - 1.0).max() <= 1e-15


def test_with_the_recurrent_weights_the_cuts_of_1997_get_worse() -> None:
    """The cosine falls from nearly one to nearly nothing."""
    found = [np.mean(known.cosines(scale, nets=2, units=16, steps=20)) for scale in (0.5, 2.0, 8.0)]
    assert found[0] > 0.9
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.6


MEANS = {0.5: 0.978, 1.0: 0.911, 2.0: 0.632, 4.0: 0.131, 8.0: 0.003}


@pytest.mark.slow
@pytest.mark.parametrize("scale", MEANS)
def test_the_means_that_the_page_shows_are_these(scale: float) -> None:
    """Of the twenty nets of 32 units over 50 steps, all of them computed anew."""
    assert round(float(np.mean(known.cosines(scale))), 3) == MEANS[scale]


def test_residual_paths_are_as_few_as_it_is_said() -> None:
    """0.4537 per cent."""
    assert round(known.residual_share(), 4) == 0.4537


def test_most_paths_of_an_lstm_cross_many_gates_and_most_of_the_mass_crosses_few() -> None:
    """By count the middle is at six of eight steps, by size at one."""
    rows = known.by_gates_crossed(8)
    assert sum(part for times, _, part, _ in rows if times >= 5) > 0.8
    assert sum(mass for times, _, _, mass in rows if times <= 2) > 0.8


def test_a_few_per_cent_of_the_paths_are_enough_if_they_are_the_largest() -> None:
    """And not if they are drawn at random."""
    mean, least, largest = known.some_of_the_paths(0.06, steps=4)
    assert largest > 0.99
    assert mean < 0.8
    assert least < 0.0


@pytest.mark.parametrize("name", ["artbp:0.3", "h-detach:0.25", "c-detach:0.6"])
def test_every_mask_with_its_probability_is_the_expectation(name: str) -> None:
    """Of a net of two units over four steps."""
    graph = evaluate(known.random_net(TYPICAL["lstm"], 2, 4, 5))
    mean, _ = known.expectation_over_masks(graph, name, "U_i")
    np.testing.assert_allclose(gradients_under(graph, scheme(name))["U_i"], mean, rtol=1e-11, atol=1e-14)
