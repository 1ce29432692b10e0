"""`rflo` and `clip` by their definitions: recursions of our own in plain numpy, forward in time, that know of no graph.

Random feedback local online learning (Murray 2019): an eligibility trace that goes from step to step by the leak
alone, times the error that a random matrix brings to the units. Derivative clipping: the influence of each parameter on
each quantity, by the chain rule with every derivative between two quantities clipped, entry by entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.problems.net import stack
from tests.examples import TYPICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.graph.maps import Array

    Influence = dict[str, Array]
    Clipped = Callable[[Array], Array]

LEAKY = parse_cell(
    "leaky",
    """
    a[t] = tanh(U @ H[t-1] + W @ X[t] + b)
    H[t] = l * H[t-1] + g * a[t]
    """,
)
GATES = "Aifo"


def net(cell: str, units: int, steps: int, seed: int) -> Problem:
    """Return a random net with a readout of two, and a loss at every step."""
    random = np.random.default_rng(seed)
    stacked = stack([LEAKY if cell == "leaky" else TYPICAL["lstm"]], "Y[t] = V @ H[t]")
    shapes = {"V": (2, units), "U": (units, units), "W": (units, units)}
    parameters = {name: random.normal(size=shapes.get(name[0], (units,))) for name in stacked.parameters}
    return Problem(
        stacked,
        parameters,
        {"X": random.normal(size=(steps, units))},
        [LossTerm("Y", tuple(range(1, steps + 1)), random.normal(size=(steps, 2)), "squared_error")],
        {state: random.normal(size=units) for state in stacked.states},
        first_step=1,
    )


def _sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


def _steps(problem: Problem) -> Iterator[tuple[Array, Array]]:
    (term,) = problem.losses
    return zip(problem.inputs["X"], term.targets, strict=True)


def rflo_leaky(problem: Problem, seed: int) -> dict[str, Array]:
    """Return what Murray's rule gives each parameter of the leaky net."""
    p, h = problem.parameters, problem.initial["H"]
    feedback = _feedback(p["V"], seed)
    trace = {name: np.zeros(p[name].shape) for name in "UWblg"}
    found = {name: np.zeros(value.shape) for name, value in p.items()}
    for x, target in _steps(problem):
        a = np.tanh(p["U"] @ h + p["W"] @ x + p["b"])
        local = p["g"] * (1.0 - a * a)
        trace["U"] = p["l"][:, None] * trace["U"] + np.outer(local, h)
        trace["W"] = p["l"][:, None] * trace["W"] + np.outer(local, x)
        trace["b"] = p["l"] * trace["b"] + local
        trace["l"] = p["l"] * trace["l"] + h
        trace["g"] = p["l"] * trace["g"] + a
        h = p["l"] * h + p["g"] * a
        _learn(found, trace, p["V"] @ h - target, feedback, h)
    return found


def rflo_lstm(problem: Problem, seed: int) -> dict[str, Array]:
    """Return what the rule gives an LSTM, whose leak is its forget gate."""
    p, h, s = problem.parameters, problem.initial["H"], problem.initial["S"]
    feedback = _feedback(p["V"], seed)
    kept = {name: np.zeros(value.shape) for name, value in p.items() if name != "V"}
    found = {name: np.zeros(value.shape) for name, value in p.items()}
    for x, target in _steps(problem):
        z = {k: p[f"W_{k}"] @ x + p[f"U_{k}"] @ h + p[f"b_{k}"] for k in GATES}
        a, i, f, o = np.tanh(z["A"]), *(_sigmoid(z[k]) for k in "ifo")
        into_state = {"A": i * (1.0 - a * a), "i": a * i * (1.0 - i), "f": s * f * (1.0 - f)}
        s = a * i + f * s
        out, trace = o * (1.0 - np.tanh(s) ** 2), {}
        for k in GATES:
            for name, read in ((f"W_{k}", x), (f"U_{k}", h), (f"b_{k}", np.ones(1))):
                shape = p[name].shape
                if k == "o":
                    trace[name] = np.outer(np.tanh(s) * o * (1.0 - o), read).reshape(shape)
                else:
                    new = np.outer(into_state[k], read).reshape(shape)
                    kept[name] = (kept[name].T * f).T + new
                    trace[name] = (kept[name].T * out).T
        h = o * np.tanh(s)
        _learn(found, trace, p["V"] @ h - target, feedback, h)
    return found


def _feedback(readout: Array, seed: int) -> Array:
    """Return the random matrix that takes the place of the readout's: as long as that."""
    drawn = np.random.default_rng(seed).normal(size=readout.shape)
    return drawn * (np.linalg.norm(readout) / np.linalg.norm(drawn))


def _learn(found: dict[str, Array], trace: dict[str, Array], error: Array, feedback: Array, h: Array) -> None:
    brought = feedback.T @ error
    for name, array in trace.items():
        found[name] += (array.T * brought).T
    found["V"] += np.outer(error, h)


def clipped_influence(problem: Problem, cell: str, largest: float) -> dict[str, Array]:
    """Return the gradient by the influence of each parameter on each quantity, all derivatives clipped."""

    def clip(array: Array) -> Array:
        return np.minimum(np.maximum(array, -largest), largest)

    p = problem.parameters
    state = dict(problem.initial)
    influence = {name: {key: np.zeros((len(value), p[key].size)) for key in p} for name, value in state.items()}
    found = {name: np.zeros(value.shape) for name, value in p.items()}
    step = _clipped_leaky if cell == "leaky" else _clipped_lstm
    for x, target in _steps(problem):
        state, influence = step(p, state, influence, x, clip)
        error = p["V"] @ state["H"] - target
        for name, value in p.items():
            on_output = clip(p["V"]) @ influence["H"][name]
            if name == "V":
                on_output = on_output + np.kron(np.eye(len(error)), state["H"])
            found[name] += (error @ on_output).reshape(value.shape)
    return found


def _gate(
    p: dict[str, Array],
    names: tuple[str, str, str],
    slope: Array,
    reads: tuple[Array, Array],
    on_h: Influence,
    clip: Clipped,
) -> Influence:
    """Return the influence on tanh or sigmoid of `W @ x + U @ h + b`."""
    w, u, b = names
    found = {key: clip(slope[:, None] * p[u]) @ array for key, array in on_h.items()}
    for name, read in ((w, reads[0]), (u, reads[1])):
        found[name] = found[name] + np.kron(np.diag(slope), read)
    found[b] = found[b] + np.diag(slope)
    return found


def _weighed(*terms: tuple[Array, Influence], clip: Clipped) -> Influence:
    """Return what entrywise derivatives, clipped, make of influences."""
    return {key: sum(clip(weight)[:, None] * on[key] for weight, on in terms) for key in terms[0][1]}


def _clipped_leaky(p, state, influence, x, clip):
    h, on_h = state["H"], influence["H"]
    a = np.tanh(p["U"] @ h + p["W"] @ x + p["b"])
    on_a = _gate(p, ("W", "U", "b"), 1.0 - a * a, (x, h), on_h, clip)
    on = _weighed((p["l"], on_h), (p["g"], on_a), clip=clip)
    on["l"], on["g"] = on["l"] + np.diag(h), on["g"] + np.diag(a)
    return {"H": p["l"] * h + p["g"] * a}, {"H": on}


def _clipped_lstm(p, state, influence, x, clip):
    h, s, on_h, on_s = state["H"], state["S"], influence["H"], influence["S"]
    z = {k: p[f"W_{k}"] @ x + p[f"U_{k}"] @ h + p[f"b_{k}"] for k in GATES}
    g = {"A": np.tanh(z["A"])} | {k: _sigmoid(z[k]) for k in "ifo"}
    slopes = {"A": 1.0 - g["A"] ** 2} | {k: g[k] * (1.0 - g[k]) for k in "ifo"}
    on = {k: _gate(p, (f"W_{k}", f"U_{k}", f"b_{k}"), slopes[k], (x, h), on_h, clip) for k in GATES}
    on_s = _weighed((g["i"], on["A"]), (g["A"], on["i"]), (g["f"], on_s), (s, on["f"]), clip=clip)
    s = g["A"] * g["i"] + g["f"] * s
    on_h = _weighed((np.tanh(s), on["o"]), (g["o"] * (1.0 - np.tanh(s) ** 2), on_s), clip=clip)
    return {"H": g["o"] * np.tanh(s), "S": s}, {"H": on_h, "S": on_s}


def assert_same(problem: Problem, name: str, expected: dict[str, Array]) -> None:
    """Raise unless a scheme finds what is expected, to 1e-12 of the largest entry of all."""
    found = gradients_under(evaluate(problem), scheme(name))
    scale = max(float(np.abs(array).max()) for array in expected.values())
    assert set(found) == set(expected)
    for key, array in expected.items():
        assert np.abs(found[key] - array).max() <= 1e-12 * scale, (name, key)


NETS = {
    "cell": st.sampled_from(["leaky", "lstm"]),
    "units": st.integers(1, 4),
    "steps": st.integers(1, 6),
    "seed": st.integers(0, 2**32 - 1),
}


@given(**NETS, drawn=st.integers(0, 9))
@settings(max_examples=30)
def test_rflo_is_its_eligibility_trace_times_a_random_feedback(cell, units, steps, seed, drawn) -> None:
    problem = net(cell, units, steps, seed)
    expected = (rflo_leaky if cell == "leaky" else rflo_lstm)(problem, drawn)
    assert_same(problem, f"rflo:{drawn}", expected)


@given(**NETS, largest=st.sampled_from([0.05, 0.2, 0.5, 1.0, 100.0]))
@settings(max_examples=30)
def test_clip_is_the_influence_with_every_derivative_clipped(cell, units, steps, seed, largest) -> None:
    """With 100 nothing is clipped, and it is the gradient."""
    problem = net(cell, units, steps, seed)
    expected = clipped_influence(problem, cell, largest)
    assert_same(problem, f"clip:{largest}", expected)
    if largest == 100.0:
        assert_same(problem, "full", expected)


@pytest.mark.long
@given(**NETS, drawn=st.integers(0, 9), largest=st.sampled_from([0.05, 0.2, 0.5, 1.0, 100.0]))
@settings(max_examples=200)
def test_so_they_are_on_two_hundred_nets(cell, units, steps, seed, drawn, largest) -> None:
    test_rflo_is_its_eligibility_trace_times_a_random_feedback.hypothesis.inner_test(cell, units, steps, seed, drawn)
    test_clip_is_the_influence_with_every_derivative_clipped.hypothesis.inner_test(cell, units, steps, seed, largest)
