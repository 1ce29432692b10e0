"""Each scheme is what automatic differentiation finds that stops at the same places."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import LossTerm, Problem, load_problem
from graphviz_lstm.problems.net import stack
from tests.examples import TYPICAL, random_example
from tests.oracles.stopped import gradients_stopped
from tests.oracles.test_autodiff import TEXTS

PEEPHOLE = """
    a[t] = tanh(W_A @ X[t] + U_A @ H[t-1] + b_A)
    i[t] = sigmoid(W_i @ X[t] + U_i @ H[t-1] + p_i * S[t-1] + b_i)
    f[t] = sigmoid(W_f @ X[t] + U_f @ H[t-1] + p_f * S[t-1] + b_f)
    S[t] = a[t] * i[t] + f[t] * S[t-1]
    o[t] = sigmoid(W_o @ X[t] + U_o @ H[t-1] + p_o * S[t] + b_o)
    H[t] = o[t] * tanh(S[t])
"""
CELL_TEXTS = {name: TEXTS[name] for name in ("lstm", "gru", "rnn")} | {"lstm-peephole": PEEPHOLE}
NAMES = [
    "full", "lstm-1997", "e-prop", "fixed-input", "spatial", "bptt:1", "bptt:2", "bptt:3:2", "chunked-bptt:2",
    "snap-1-by-unit", "one-layer-rtrl", "h-detach:0.25", "c-detach:0.5", "artbp:0.3", "cut *[t-1] -> *[t]",
    "scale 0.5 *[t-1] -> *[t]",
]  # fmt: skip


def layered(text: str, layers: int) -> str:
    """Return the text of so many layers of a cell, and a readout."""
    found = []
    for k in range(1, layers + 1):
        below = "X" if k == 1 else f"H_L{k - 1}"
        found.append(
            re.sub(r"\b([A-Za-z]\w*)\b(?!\()", lambda m: _name(m[1], k, below, layers), text)  # noqa: B023
        )
    return "\n".join([*found, f"Y[t] = V @ H_L{layers}[t]" if layers > 1 else "Y[t] = V @ H[t]"])


def _name(word: str, layer: int, below: str, layers: int) -> str:
    if word == "t":
        return word
    if word == "X":
        return below
    return f"{word}_L{layer}" if layers > 1 else word


def net(name: str, layers: int, units: int, steps: int, seed: int) -> tuple[Problem, str]:
    """Return a random net of some layers with a readout, and its text."""
    text = CELL_TEXTS[name]
    cell = stack([parse_cell(name, text)] * layers, "Y[t] = V @ H[t]")
    random = np.random.default_rng(seed)
    example = random_example(parse_cell(name, text), hidden=units, inputs=units, steps=steps, seed=seed)
    shapes = {key: value.shape for key, value in example.parameters.items()}
    parameters = {key: random.normal(size=shapes[key.partition("^")[0]]) for key in cell.parameters if key != "V"}
    return Problem(
        cell,
        parameters | {"V": random.normal(size=(2, units))},
        {"X": random.normal(size=(steps, units))},
        [LossTerm("Y", tuple(range(1, steps + 1)), random.normal(size=(steps, 2)), "squared_error")],
        {state: random.normal(size=units) for state in cell.states},
        first_step=1,
    ), layered(text, layers)


def assert_same(problem: Problem, text: str, name: str) -> None:
    """Raise unless the gradients under a scheme are the stopped ones, to 1e-12 of the largest of all."""
    found, expected = gradients_under(evaluate(problem), scheme(name)), gradients_stopped(problem, text, scheme(name))
    scale = max(
        float(np.abs(gradient).max()) for gradient in gradients_under(evaluate(problem), scheme("full")).values()
    )
    for parameter, gradient in found.items():
        assert np.abs(gradient - expected[parameter]).max() <= 1e-12 * max(scale, 1.0), (name, parameter)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cell", CELL_TEXTS)
def test_a_scheme_is_what_stopped_differentiation_finds(cell: str, name: str) -> None:
    """Of one layer without a readout."""
    for seed in range(2):
        problem = random_example(parse_cell(cell, CELL_TEXTS[cell]), hidden=1 + seed, steps=4, seed=seed).problem
        assert_same(problem, CELL_TEXTS[cell], name)


@pytest.mark.long
@given(
    name=st.sampled_from([*NAMES, "scale -2 *[t-1] -> *[t]"]),
    cell=st.sampled_from(list(CELL_TEXTS)),
    layers=st.integers(1, 3),
    units=st.integers(1, 3),
    steps=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=200)
def test_so_it_is_on_two_hundred_nets_of_one_to_three_layers(name, cell, layers, units, steps, seed) -> None:
    """With a readout."""
    if "*" in name and steps == 1:
        steps = 2
    problem, text = net(cell, layers, units, steps, seed)
    assert_same(problem, text, name)


def test_the_cuts_of_1997_on_gomez() -> None:
    """The numbers that the design was made with."""
    graph = evaluate(load_problem("gomez"))
    found, full = gradients_under(graph, scheme("lstm-1997")), gradients_under(graph, scheme("full"))
    assert found["W_A"].reshape(-1).tolist() == pytest.approx([-0.02400683861458104, -0.08678237224464358], rel=1e-14)
    one, other = (np.concatenate([g.reshape(-1) for g in each.values()]) for each in (found, full))
    assert round(float(np.linalg.norm(one - other) / np.linalg.norm(other)), 6) == 0.038929
    assert round(float(one @ other / np.linalg.norm(one) / np.linalg.norm(other)), 6) == 0.999783


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_window_of_all_steps_drops_nothing(steps: int) -> None:
    """And chunks of all steps neither."""
    graph = evaluate(random_example(TYPICAL["gru"], hidden=2, steps=steps, seed=3))
    full = gradients_under(graph, scheme("full"))
    for name in (f"bptt:{steps}", f"bptt:{steps + 5}", f"chunked-bptt:{steps}", f"snap:{steps + 2}", "h-detach:0"):
        for parameter, gradient in gradients_under(graph, scheme(name)).items():
            np.testing.assert_allclose(gradient, full[parameter], rtol=1e-12, atol=1e-12, err_msg=name)
