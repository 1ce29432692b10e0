"""Layers and readouts: one cell of several, every gradient as autograd has it."""

# ruff: noqa: E501 -- a case a line

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, GRU, LSTM, RNN, Cell, parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import evaluate, reverse, unroll
from graphviz_lstm.problems import LossTerm, Problem, stack
from graphviz_lstm.problems.layers import layers_of
from tests.oracles.autodiff import assert_agrees

READOUT = "Y[t] = V @ H[t] + c"
LEAKY = parse_cell("leaky", "H[t] = f_H(W @ X[t] + U @ H[t-1])", activations={"f_H": "sin"})
STEEP = parse_cell("steep", "H[t] = f_H(W @ X[t] + U @ H[t-1])", activations={"f_H": "tanh"})

# A net, and the same as one text with other names.
NETS: dict[str, tuple[Cell, str, dict[str, str]]] = {
    "two layers and a readout, one general name bound differently": (
        stack([LEAKY, STEEP], READOUT),
        "h[t] = sin(W_1 @ X[t] + U_1 @ h[t-1])\ng[t] = tanh(W_2 @ h[t] + U_2 @ g[t-1])\nY[t] = V @ g[t] + c",
        {"W_1": "W^(1)", "U_1": "U^(1)", "h": "H^(1)", "W_2": "W^(2)", "U_2": "U^(2)", "g": "H^(2)"},
    ),
    "one layer and a readout": (
        stack([LEAKY], "Y[t] = tanh(V @ H[t] + c)"),
        "H[t] = sin(W @ X[t] + U @ H[t-1])\nY[t] = tanh(V @ H[t] + c)",
        {},
    ),
    "three layers, no readout": (
        stack([STEEP, LEAKY, STEEP]),
        """h[t] = tanh(W_1 @ X[t] + U_1 @ h[t-1])
        g[t] = sin(W_2 @ h[t] + U_2 @ g[t-1])
        H[t] = tanh(W_3 @ g[t] + U_3 @ H[t-1])""",
        {f"{letter}_{k}": f"{letter}^({k})" for letter in "WU" for k in (1, 2, 3)}
        | {"h": "H^(1)", "g": "H^(2)", "H": "H^(3)"},
    ),
}


def bound(cell: Cell, keys: dict[str, str], seed: int = 0) -> Problem:
    """Return a problem whose numbers are the same for the net and for the text of other names."""
    random = np.random.default_rng(seed)

    def numbers(names: tuple[str, ...]) -> dict[str, Any]:
        order = sorted(names, key=lambda name: keys.get(name, name))
        return {name: random.normal(size=(2,) * cell.ranks[name]) for name in order}

    return Problem(
        cell=cell,
        parameters=numbers(cell.parameters),
        inputs={"X": random.normal(size=(3, 2))},
        losses=[LossTerm(cell.output, (1, 3), random.normal(size=(2, 2)))],
        initial=numbers(cell.states),
    )


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_a_net_is_what_one_text_of_other_names_is(name: str, detail: str) -> None:
    """The same gradients, which are autograd's of that text."""
    net, text, keys = NETS[name]
    text = "\n".join(map(str.strip, text.splitlines()))
    plain = bound(parse_cell("plain", text), keys)
    assert_agrees(plain, text, detail=detail)
    ours, theirs = reverse(evaluate(bound(net, {}), detail=detail)), reverse(evaluate(plain, detail=detail))
    for key in plain.cell.parameters:
        assert np.allclose(ours[keys.get(key, key)], theirs[key], rtol=1e-13)
    assert len(ours) == len(theirs)


def test_what_belongs_to_a_layer_says_so() -> None:
    """As data; a function within a product is of the layer of its argument."""
    graph = unroll(stack([RNN, LSTM], READOUT), 1, detail="operation")
    layers = {vertex: data["layer"] for vertex, data in graph.nodes.items()}
    assert layers["H^(1)_1"] == layers["Z_H^(1),1"] == layers["U_H^(1)"] == 1
    assert layers["f_S^(2)(S^(2)_1)"] == layers["S^(2)_0"] == 2
    assert layers["Y_1"] is layers["V"] is layers["X_1"] is None
    assert {data["layer"] for _, data in unroll(stack([LSTM], READOUT), 1).nodes.items()} == {None}


@pytest.mark.parametrize("cells", [[RNN, LSTM], [GRU, GRU], [CELLS["slstm"], RNN, CELLS["lstm-peephole"]], [LSTM]])
@pytest.mark.parametrize(
    "readout",
    [
        None,
        READOUT,
        "p[t] = tanh(A @ tanh(B @ H[t]) + H[t])\nY[t] = max(p[t], c) * c",
        "g[t] = tanh(D @ X[t])\nY[t] = V @ H[t] + g[t] * (B @ X[t])",
    ],
)
def test_a_net_taken_apart_and_stacked_again_is_that_net(cells: list[Cell], readout: str | None) -> None:
    """Name for name."""
    net = stack(cells, readout)
    layers, found, embedding, reads = layers_of(net)
    assert stack(layers, found, name=net.name) == net
    assert embedding is None
    assert not reads
    below = stack(cells, readout, embedding="e[t] = row(M, n[t])\nX[t] = sin(F @ e[t])")
    assert stack(*layers_of(below)[:2], embedding=layers_of(below).embedding, name=below.name) == below
    assert below.inputs == ("n",)
    if len(cells) > 1:
        assert [layer.cell.equations for layer in layers] == [cell.equations for cell in cells]
        assert (found is None) == (readout is None)


def test_a_single_cell_is_a_net() -> None:
    """Its own, unless it gets another name."""
    assert stack([LSTM]) is LSTM
    assert stack([LSTM], name="mine") == Cell("mine", LSTM.equations, LSTM.activations, "H")


TWO_INPUTS = parse_cell("two", "H[t] = X[t] + G[t]")
MATRIX = parse_cell("matrix", "H[t] = transpose(X[t]) @ b")
REFUSED: list[tuple[Any, Any, str]] = [
    ([RNN, LSTM], "Y[t] = X @ H[t]", "two things would be called 'X': input 'X' of layer 1 and parameter 'X' of the readout (rename one)"),
    ([RNN, LSTM], "X[t] = V @ H[t]", "two things would be called 'X': input 'X' of layer 1 and quantity 'X' of the readout (rename one)"),
    ([RNN], "Y[t] = W_H @ H[t]", "two things would be called 'W_H': parameter 'W_H' of layer 1 and parameter 'W_H' of the readout (rename one)"),
    ([RNN], "U_H[t] = V @ H[t]", "two things would be called 'U_H': parameter 'U_H' of layer 1 and quantity 'U_H' of the readout (rename one)"),
    ([LSTM], "a[t] = V @ H[t]", "two things would be called 'a': quantity 'a' of layer 1 and quantity 'a' of the readout (rename one)"),
    ([LSTM], "Y[t] = S @ H[t]", "two things would be called 'S': state 'S' of layer 1 and parameter 'S' of the readout (rename one)"),
    ([RNN], "Y[t] = V @ G[t]", "unknown quantity: 'G' (must be one of 'H', 'X') in the readout"),
    ([RNN], "Y[t] = V @ Y[t-1] + H[t]", "the readout has states: 'Y' (a cell with states is a layer)"),
    ([RNN], "Y[t] = transpose(H[t])", "'H' is used both as a matrix and as a vector in cell 'readout' (the one by the equation of 'Y', the other by its given rank), at column 18 of equation 1: Y[t] = transpose(H[t])"),
    ([RNN], 3, "not a readout: 3 (must be equations as text, or a Cell)"),
    (["lstm"], None, "not a cell: layer 1 is 'lstm' (must be a Cell, such as LSTM)"),
    ("lstm", None, "not a list of cells: 'lstm' (must be such as [LSTM, LSTM])"),
    (None, None, "not a list of cells: None (must be such as [LSTM, LSTM])"),
    ([], None, "no cells: a net has one layer at least"),
    ([RNN, stack([RNN, RNN])], None, "cell 'rnn+rnn' as layer 2 is a net of layers already: stack its cells instead"),
    ([RNN, TWO_INPUTS], None, "cell 'two' as layer 2 reads 2 inputs (must read one, the output of layer 1)"),
    ([RNN, MATRIX], None, "layer 2 reads 'X' as a matrix, but 'H^(1)' is a vector"),
    (
        [LEAKY],
        parse_cell("out", "Y[t] = f_H(H[t])", activations={"f_H": "tanh"}),
        "'f_H' is 'sin' in cell 'leaky' and 'tanh' in the readout (rename one)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "readout", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not_stack_is_refused_in_one_line(cells: Any, readout: Any, message: str) -> None:
    """The whole line, which names both where two collide."""
    with pytest.raises(InputError) as caught:
        stack(cells, readout)
    assert str(caught.value) == message


def test_constants_of_layers_are_their_own() -> None:
    """Two cells may call different numbers by one name: each keeps its own, and comes back with it."""
    slow, fast = (
        parse_cell(name, "H[t] = dt * tanh(W @ X[t] + U @ H[t-1])", constants={"dt": dt})
        for name, dt in (("slow", 0.1), ("fast", 1.0))
    )
    net = stack([slow, fast])
    assert dict(net.constants) == {"dt^(1)": 0.1, "dt^(2)": 1.0}
    layers, *_ = layers_of(net)
    assert [layer.cell.equations for layer in layers] == [slow.equations, fast.equations]
