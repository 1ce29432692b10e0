"""Cells of torchrecurrent, by what they give and every gradient. Collected where torchrecurrent is installed."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, read_cell
from graphviz_lstm.graph import evaluate, reverse, reverse_absolute
from tests.examples import random_problem

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell

torch = pytest.importorskip("torch")
theirs = pytest.importorskip("torchrecurrent")


class Kept(NamedTuple):
    """How they keep a cell: their class, its options, and for each array of theirs our parameters, one above another.

    Of two or three biases that add, the first is ours and the others are zero.
    """

    kind: str
    arrays: dict[str, tuple[str, ...]]
    states: tuple[str, ...]
    zero: tuple[str, ...] = ("bias_hh",)
    options: tuple[tuple[str, Any], ...] = ()
    text: tuple[str, str] | None = None
    """What is another in their text than in the paper's: a part of ours, and what it is with them."""


def _gates(names: str, recurrent: str = "U") -> dict[str, tuple[str, ...]]:
    """Return how gates are kept one above another."""
    letters = {"weight_ih": "W", "weight_hh": recurrent, "bias_ih": "b"}
    return {key: tuple(f"{letter}_{name}" for name in names) for key, letter in letters.items()}


KEPT = {
    "mgu": Kept("MGUCell", _gates("fh"), ("H",)),
    "indrnn": Kept(
        "IndRNNCell",
        {"weight_ih": ("W_H",), "vector_u": ("u_H",), "bias_ih": ("b_H",)},
        ("H",),
        options=(("nonlinearity", "relu"),),
    ),
    "ugrnn": Kept("UGRNNCell", _gates("cg"), ("H",)),
    "rnn-leaky": Kept("FastRNNCell", _gates("H"), ("H",), zero=("bias_hh", "alpha", "beta")),
    "lstm-1997": Kept("OriginalLSTMCell", _gates("iAo"), ("H", "S")),
    "lstm-peephole": Kept("PeepholeLSTMCell", _gates("ifAo") | {"weight_ph": ("p_i", "p_f", "p_o")}, ("H", "S")),
    "cornn": Kept(
        "coRNNCell",
        {"weight_ih": ("V",), "weight_hh": ("W",), "weight_ch": ("U",), "bias_ih": ("b",)},
        ("H", "z"),
        zero=("bias_hh", "bias_ch"),
    ),
    "lem": Kept(
        "LEMCell",
        {
            "weight_ih": ("V_e", "V_d", "V_z", "V_H"),
            "weight_hh": ("W_e", "W_d", "W_z"),
            "weight_ch": ("W_H",),
            "bias_ih": ("b_e", "b_d", "b_z", "b_H"),
        },
        ("H", "z"),
        zero=("bias_hh", "bias_ch"),
        text=("W_H @ z[t] +", "W_H @ z[t-1] +"),
    ),
}


def as_theirs(name: str) -> Cell:
    """Return our cell, or, where their text is another, our text with that one change."""
    kept = KEPT[name]
    if kept.text is None:
        return CELLS[name]
    ours = (files("graphviz_lstm.cells.library") / f"{name}.toml").read_text(encoding="utf-8")
    assert ours.count(kept.text[0]) == 1
    return read_cell(ours.replace(*kept.text))


@pytest.mark.parametrize("name", KEPT)
@pytest.mark.parametrize("size", [1, 4])
def test_a_cell_is_torchrecurrents(name: str, size: int) -> None:
    """To 1e-12 of the sum of all |contributions|."""
    cell, kept = as_theirs(name), KEPT[name]
    problem = random_problem(cell, hidden=size, inputs=3, steps=4, seed=size, scale=0.5 * size**-0.5)
    module = getattr(theirs, kept.kind)(3, size, dtype=torch.float64, **dict(kept.options))
    for key, names in kept.arrays.items():
        getattr(module, key).data = torch.tensor(np.concatenate([problem.parameters[each] for each in names]))
    for key in kept.zero:
        getattr(module, key).data.zero_()
    assert {*kept.arrays, *kept.zero} == {key for key, _ in module.named_parameters()}
    first = {key: torch.tensor(problem.initial[key], requires_grad=True) for key in kept.states}
    states = tuple(first.values()) if len(first) > 1 else first["H"]
    (term,) = problem.losses
    outputs, loss = [], torch.zeros((), dtype=torch.float64)
    for row, target in zip(problem.inputs["X"], term.targets, strict=True):
        states = module(torch.tensor(row), states)
        outputs.append(states[0] if len(first) > 1 else states)
        loss = loss + ((outputs[-1] - torch.tensor(target)) ** 2).sum() / 2
    loss.backward()
    graph = evaluate(problem)
    for step, output in enumerate(outputs, start=1):
        expected = output.detach().numpy()
        assert np.abs(graph.nodes[f"H_{step}"]["value"] - expected).max() <= 1e-12, step
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    gradients = {f"{key}_0": leaf.grad.numpy() for key, leaf in first.items()}
    for key, names in kept.arrays.items():
        gradients |= zip(names, np.split(getattr(module, key).grad.numpy(), len(names)), strict=True)
    assert {*cell.parameters} <= {*gradients}
    for key, expected in gradients.items():
        assert np.abs(adjoints[key] - expected).max() <= 1e-12 * absolute[key].max(), key


def test_what_is_said_to_differ_does() -> None:
    """The change of the text is no other way to write the same."""
    for name, kept in KEPT.items():
        assert (as_theirs(name).equations == CELLS[name].equations) == (kept.text is None)
