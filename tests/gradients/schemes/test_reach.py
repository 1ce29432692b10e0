"""SnAp-n as cut edges, against real-time recurrent learning of our own with masks on its influence matrix."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.graph import evaluate
from tests.examples import TYPICAL, random_example


def _sigmoid(z):
    return 1.0 / (1.0 + anp.exp(-z))


def lstm_step(state, parameters, row):
    """(S, H) one step on; parameters by gate."""
    units = len(state) // 2
    s, h = state[:units], state[units:]
    z = {
        gate: anp.dot(parameters[f"W_{gate}"], row) + anp.dot(parameters[f"U_{gate}"], h) + parameters[f"b_{gate}"]
        for gate in "Aifo"
    }
    s = anp.tanh(z["A"]) * _sigmoid(z["i"]) + _sigmoid(z["f"]) * s
    return anp.concatenate([s, _sigmoid(z["o"]) * anp.tanh(s)])


def rnn_step(state, parameters, row):
    """H one step on."""
    return anp.tanh(anp.dot(parameters["W_H"], row) + anp.dot(parameters["U_H"], state) + parameters["b_H"])


def with_another(step, state, name, value, parameters, row):
    """The state one step on, as a function of one parameter."""
    return step(state, parameters | {name: value}, row)


def masked_rtrl(problem, step, names, n, *, by_unit=False):
    """Return parameter -> the gradient of an influence matrix that keeps what is reached within n steps.

    `by_unit`: instead, of every step's Jacobian that part is kept that leads from a unit to itself.
    """
    parameters = dict(problem.parameters)
    state = np.concatenate([problem.initial[name] for name in names])
    outputs = len(problem.initial["H"])
    rows = next(iter(problem.inputs.values()))
    (term,) = problem.losses
    found = {name: np.zeros(value.shape) for name, value in parameters.items()}
    influence = {name: np.zeros((len(state), value.size)) for name, value in parameters.items()}
    random, size = np.random.default_rng(1), len(state)
    pattern = None
    for row, target in zip(rows, term.targets, strict=True):
        d = jacobian(step, 0)(state, parameters, row)
        now = {
            name: jacobian(with_another, 3)(step, state, name, value, parameters, row).reshape(size, -1)
            for name, value in parameters.items()
        }
        if pattern is None:
            # Where an entry is reached by the structure, a random number in its place does not vanish.
            d_like = np.where(jacobian(step, 0)(random.normal(size=size), parameters, row) != 0.0, 1.0, 0.0)
            pattern = {}
            for name, array in now.items():
                reached = array != 0.0
                for _ in range(n - 1):
                    reached = reached | ((d_like @ reached.astype(float)) != 0.0)
                pattern[name] = reached
        if by_unit:
            same = np.equal.outer(np.arange(size) % outputs, np.arange(size) % outputs)
            d = d * same
        state = step(state, parameters, row)
        for name in parameters:
            influence[name] = now[name] + d @ influence[name]
            if not by_unit:
                influence[name] = influence[name] * pattern[name]
            error = np.zeros(size)
            error[-outputs:] = state[-outputs:] - target
            found[name] += (error @ influence[name]).reshape(found[name].shape)
    return found


CASES = {"lstm": (lstm_step, ("S", "H")), "rnn": (rnn_step, ("H",))}


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("cell", CASES)
def test_snap_is_recurrent_learning_with_a_mask(cell: str, n: int) -> None:
    """As published: an entry for each entry of the state and of the parameter."""
    problem = random_example(TYPICAL[cell], hidden=3, steps=5, seed=n).problem
    step, names = CASES[cell]
    expected = masked_rtrl(problem, step, names, n)
    for name, gradient in gradients_under(evaluate(problem), scheme(f"snap:{n}")).items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-11, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("cell", CASES)
def test_snap_by_unit_is_recurrent_learning_within_units(cell: str) -> None:
    """And for what reaches both states within a step it is what is published, but not for an output gate."""
    problem = random_example(TYPICAL[cell], hidden=3, steps=5, seed=2).problem
    step, names = CASES[cell]
    expected = masked_rtrl(problem, step, names, 1, by_unit=True)
    graph = evaluate(problem)
    found, published = (gradients_under(graph, scheme(name)) for name in ("snap-1-by-unit", "snap:1"))
    for name, gradient in found.items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-11, atol=1e-12, err_msg=name)
        same = np.allclose(gradient, published[name], rtol=1e-11, atol=1e-12)
        assert same == (not name.endswith("_o")), name
