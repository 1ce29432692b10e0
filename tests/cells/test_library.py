"""The cells of the library are what their papers and PyTorch compute; and a memory may be a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.graph import evaluate, reverse, reverse_absolute
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import random_example
from tests.oracles.autodiff import assert_agrees

if TYPE_CHECKING:
    from graphviz_lstm.problems import Example

HIDDEN, INPUTS, STEPS = 3, 2, 4
DETAILS = ("gate", "operation")


def problem(name: str) -> Example:
    """Return a random problem of a library cell."""
    return random_example(CELLS[name], hidden=HIDDEN, inputs=INPUTS, steps=STEPS, seed=5)


def assert_same(example: Example, outputs: Any, expected: dict[str, Any]) -> None:
    """Raise unless the outputs are those of the graph, and the gradients its adjoints, to 1e-12."""
    graph = evaluate(example)
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    ours = [graph.nodes[f"H_{t}"]["value"] for t in range(1, STEPS + 1)]
    assert np.allclose(ours, outputs, rtol=1e-13, atol=1e-15)
    assert expected.keys() == set(example.parameters)
    for name, gradient in expected.items():
        assert np.abs(adjoints[name] - gradient).max() <= 1e-12 * absolute[name].max(), name


def in_torch(kind: str, example: Example, gates: str, biases: tuple[str, str]) -> tuple[Any, dict[str, Any]]:
    """Return outputs and gradients of one of PyTorch's cells, its gates in the order in which it keeps them."""
    torch = pytest.importorskip("torch")
    cell = getattr(torch.nn, kind)(INPUTS, HIDDEN, dtype=torch.float64)
    kept = {"weight_ih": "W", "weight_hh": "U", "bias_ih": biases[0], "bias_hh": biases[1]}
    for own, letter in kept.items():
        parts = [example.parameters[f"{letter}_{gate}"] if letter else np.zeros(HIDDEN) for gate in gates]
        getattr(cell, own).data = torch.tensor(np.concatenate(parts))
    initial = [torch.tensor(example.initial[state])[None] for state in ("H", "S") if state in example.initial]
    state, outputs, loss = tuple(initial), [], 0
    for row, target in zip(example.inputs, example.targets, strict=True):
        state = cell(torch.tensor(row)[None], state if len(state) > 1 else state[0])
        state = state if isinstance(state, tuple) else (state,)
        outputs.append(state[0][0])
        loss = loss + ((state[0][0] - torch.tensor(target)) ** 2).sum() / 2
    loss.backward()
    gradients: dict[str, Any] = {}
    for own, letter in kept.items():
        if letter:
            parts = np.split(getattr(cell, own).grad.numpy(), len(gates))
            gradients |= {f"{letter}_{gate}": part for gate, part in zip(gates, parts, strict=True)}
    return torch.stack(outputs).detach().numpy(), gradients


def test_the_gru_with_its_reset_after_the_product_is_pytorchs() -> None:
    """Whose update keeps z of the old state, and whose r acts on U h + c."""
    example = problem("gru-reset-after")
    assert_same(example, *in_torch("GRUCell", example, "rzh", ("b", "c")))


def test_the_lstm_is_pytorchs() -> None:
    """One bias where PyTorch has two that are only ever added."""
    example = problem("lstm")
    assert_same(example, *in_torch("LSTMCell", example, "ifAo", ("b", "")))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def mingru(p: dict[str, Any], example: Example) -> list[Any]:
    """Feng et al. 2024: h = (1 - z) h' + z W x, the gate of x alone."""
    h, outputs = example.initial["H"], []
    for x in example.inputs:
        z = sigmoid(p["W_z"] @ x + p["b_z"])
        h = h + z * (p["W_h"] @ x + p["b_h"] - h)
        outputs.append(h)
    return outputs


def slstm(p: dict[str, Any], example: Example) -> list[Any]:
    """Beck et al. 2024 without the stabiliser: c and n as they are, which is what it must not change.

    The initial m is a scale of c and n: theirs are exp(m) times as large.
    """
    h, scale = example.initial["H"], anp.exp(example.initial["m"])
    c, n, outputs = scale * example.initial["c"], scale * example.initial["n"], []
    for x in example.inputs:
        z, i, f, o = (p[f"W_{k}"] @ x + p[f"R_{k}"] @ h + p[f"b_{k}"] for k in "zifo")
        c = sigmoid(f) * c + anp.exp(i) * anp.tanh(z)
        n = sigmoid(f) * n + anp.exp(i)
        h = sigmoid(o) * c / n
        outputs.append(h)
    return outputs


def peephole(p: dict[str, Any], example: Example) -> list[Any]:
    """Gers, Schraudolph and Schmidhuber 2002: i and f look at the old cell, o at the new."""
    h, s, outputs = example.initial["H"], example.initial["S"], []
    for x in example.inputs:
        a, i, f, o = (p[f"W_{k}"] @ x + p[f"U_{k}"] @ h + p[f"b_{k}"] for k in "Aifo")
        s = anp.tanh(a) * sigmoid(i + p["p_i"] * s) + sigmoid(f + p["p_f"] * s) * s
        h = sigmoid(o + p["p_o"] * s) * anp.tanh(s)
        outputs.append(h)
    return outputs


@pytest.mark.parametrize(("name", "by_hand"), [("mingru", mingru), ("slstm", slstm), ("lstm-peephole", peephole)])
def test_a_cell_is_what_its_paper_says(name: str, by_hand: Any) -> None:
    """Written by hand, and differentiated by autograd."""
    example = problem(name)
    if name == "slstm":
        # A normaliser of random sign may come near zero.
        positive = {state: np.abs(value) for state, value in example.initial.items()}
        example = type(example)(example.cell, example.parameters, example.inputs, example.targets, positive)

    def loss(parameters: dict[str, Any]) -> Any:
        outputs = by_hand(parameters, example)
        return sum(anp.sum((h - y) ** 2) for h, y in zip(outputs, example.targets, strict=True)) / 2

    outputs = by_hand(dict(example.parameters), example)
    assert_same(example, outputs, grad(loss)({k: anp.array(v) for k, v in example.parameters.items()}))


def test_all_paths_through_the_stabiliser_of_the_slstm_sum_to_nothing() -> None:
    """It changes no output: the adjoint of m is zero at every step, though single paths are not."""
    graph = evaluate(problem("slstm"))
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    for t in range(1, STEPS + 1):
        assert np.abs(adjoints[f"m_{t}"]).max() <= 1e-13 * absolute[f"m_{t}"].max()


MATRIX_CELLS = {
    # xLSTM's matrix memory, its gates numbers.
    "mlstm": """
        q[t] = W_q @ X[t] + b_q
        k[t] = W_k @ X[t] / 2
        v[t] = W_v @ X[t] + b_v
        i[t] = exp(dot(w_i, X[t]) + b_i)
        f[t] = sigmoid(dot(w_f, X[t]) + b_f)
        C[t] = f[t] * C[t-1] + i[t] * outer(v[t], k[t])
        n[t] = f[t] * n[t-1] + i[t] * k[t]
        H[t] = C[t] @ q[t] / max(abs(dot(n[t], q[t])), 1)
    """,
    "products": """
        C[t] = tanh(A @ C[t-1] @ B) * 0.5 + outer(X[t], X[t])
        r[t] = X[t] @ C[t] + C[t-1] @ X[t]
        H[t] = transpose(C[t]) @ r[t] + dot(r[t], X[t]) * (b @ C[t])
    """,
    "numbers": """
        s[t] = dot(w, X[t]) * s[t-1] + b
        C[t] = s[t] - transpose(C[t-1]) / (1 + s[t] ** 2) + max(s[t], outer(X[t], X[t]))
        H[t] = min(C[t] @ X[t], s[t-1]) * sigmoid(s[t]) - (s[t] + c)
    """,
}


@pytest.mark.parametrize("name", MATRIX_CELLS)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("size", [1, 3])
def test_a_memory_may_be_a_matrix(name: str, detail: str, size: int) -> None:
    """Numbers, vectors and matrices in one cell: every gradient is autograd's."""
    text = MATRIX_CELLS[name]
    ranks = {"products": {"B": 2, "b": 1}, "numbers": {"s": 0, "b": 0, "c": 0}}.get(name)
    cell = parse_cell(name, text, output="H", ranks=ranks)
    random = np.random.default_rng(size)
    shape = {key: (size,) * rank for key, rank in cell.ranks.items()}
    terms = [
        LossTerm("H", (1, 2, 3), random.normal(size=(3, size))),
        LossTerm("C", (3,), random.normal(size=(1, size, size))),
    ]
    asked = Problem(
        cell,
        {key: random.normal(size=shape[key]) / size for key in cell.parameters},
        {"X": random.normal(size=(3, size))},
        terms,
        initial={key: random.normal(size=shape[key]) for key in cell.states},
    )
    assert_agrees(asked, text, detail=detail)
