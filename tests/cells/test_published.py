"""Every cell of the library is what its paper says: held against PyTorch by hand, which shares nothing with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.graph import evaluate, reverse, reverse_absolute
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import random_problem

SIZES, LENGTHS = (1, 2, 5), range(1, 7)


def assert_as_published(name: str, size: int, steps: int, *, seed: int, detail: Any = "gate") -> None:
    """Raise unless outputs and gradients are those of PyTorch, to 1e-12 of the sum of all |contributions|."""
    published = pytest.importorskip("tests.cells.published")
    # Where a function saturates, PyTorch's 1 - tanh^2 has fewer digits than ours: the weights are small.
    problem = random_problem(CELLS[name], hidden=size, inputs=3, steps=steps, seed=seed, scale=0.5 * size**-0.5)
    graph = evaluate(problem, detail=detail)
    outputs, gradients = published.in_torch(name, problem)
    for step, expected in enumerate(outputs, start=1):
        ours = graph.nodes[f"H_{step}"]["value"]
        assert np.abs(ours - expected).max() <= 1e-12 * max(np.abs(expected).max(), 1.0), step
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    assert gradients.keys() == {*CELLS[name].parameters, *CELLS[name].states}
    for key, expected in gradients.items():
        vertex = key if key in CELLS[name].parameters else f"{key}_0"
        if vertex not in graph:
            assert not expected.any()
            continue
        scale = max(float(absolute[vertex].max()), float(np.finfo(float).tiny))
        assert np.abs(adjoints[vertex] - expected).max() <= 1e-12 * scale, vertex


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_torchs_by_hand(name: str) -> None:
    """Two units and three steps, in both details; the law at all sizes is below."""
    assert_as_published(name, 2, 3, seed=5)
    assert_as_published(name, 2, 3, seed=6, detail="operation")


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("steps", LENGTHS)
def test_a_cell_is_torchs_by_hand_at_every_size_and_length(name: str, size: int, steps: int) -> None:
    """Over three draws of its numbers."""
    for seed in range(3):
        assert_as_published(name, size, steps, seed=seed)


def test_no_cell_of_the_library_is_without_its_paper_written_by_hand_in_torchs_words() -> None:
    """A new file in the library asks for a new function."""
    published = pytest.importorskip("tests.cells.published")
    assert sorted(published.PUBLISHED) == list(CELLS)


@pytest.mark.parametrize("name", ["lstm", "lstm-projected", "gru-reset-after", "rnn"])
@pytest.mark.parametrize("size", SIZES)
def test_a_layer_is_torchs_own(name: str, size: int) -> None:
    """By its outputs and its gradients, its gates in the order in which PyTorch keeps them."""
    torch = pytest.importorskip("torch")
    kinds = {"lstm": "LSTM", "lstm-projected": "LSTM", "gru-reset-after": "GRU", "rnn": "RNN"}
    gates = {"lstm": "ifAo", "lstm-projected": "ifAo", "gru-reset-after": "rzh", "rnn": "H"}[name]
    projected = {"proj_size": size} if name == "lstm-projected" else {}
    # Where its output is projected, PyTorch asks for more units than outputs.
    hidden = size + 1 if projected else size
    cell, random = CELLS[name], np.random.default_rng(size)
    shapes = {"W": (hidden, 3), "U": (hidden, size), "b": (hidden,), "c": (hidden,), "P": (size, hidden)}
    parameters = {key: random.normal(size=shapes[key[0]]) / size**0.5 for key in cell.parameters}
    initial = {key: random.normal(size=hidden if key == "S" else size) for key in cell.states}
    rows, targets = random.normal(size=(4, 3)), random.normal(size=(4, size))
    problem = Problem(cell, parameters, {"X": rows}, [LossTerm("H", (1, 2, 3, 4), targets)], initial)
    layer = getattr(torch.nn, kinds[name])(3, hidden, dtype=torch.float64, **projected)
    kept = {"weight_ih_l0": "W", "weight_hh_l0": "U", "bias_ih_l0": "b", "bias_hh_l0": "c"}
    for own, letter in kept.items():
        parts = [parameters.get(f"{letter}_{gate}", np.zeros(hidden)) for gate in gates]
        getattr(layer, own).data = torch.tensor(np.concatenate(parts))
    if projected:
        layer.weight_hr_l0.data = torch.tensor(parameters["P"])
    first = tuple(torch.tensor(initial[key])[None] for key in ("H", "S") if key in initial)
    outputs, _ = layer(torch.tensor(rows), first if len(first) > 1 else first[0])
    ((outputs - torch.tensor(targets)) ** 2).sum().div(2).backward()
    graph = evaluate(problem)
    assert np.allclose(
        [graph.nodes[f"H_{t}"]["value"] for t in range(1, 5)], outputs.detach().numpy(), rtol=1e-12, atol=1e-15
    )
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    for own, letter in kept.items():
        for gate, part in zip(gates, np.split(getattr(layer, own).grad.numpy(), len(gates)), strict=True):
            if (key := f"{letter}_{gate}") in parameters:
                assert np.abs(adjoints[key] - part).max() <= 1e-12 * absolute[key].max(), key
    if projected:
        assert np.abs(adjoints["P"] - layer.weight_hr_l0.grad.numpy()).max() <= 1e-12 * absolute["P"].max()
