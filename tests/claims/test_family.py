"""What is an LSTM is seen by its equations: other names, another order and other activations change nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.claims import is_lstm
from graphviz_lstm.claims.family import form_of

LSTMS = ("lstm-1997", "lstm", "lstm-peephole")
OWN = """
z[t] = W2 @ x[t] + V2 @ h[t-1] + b2
h[t] = u[t] * tanh(c[t])
c[t] = k[t] * c[t-1] + g[t] * j[t]
g[t] = tanh(b1 + V @ h[t-1] + W @ x[t])
j[t] = sigmoid(z[t])
k[t] = sigmoid(W3 @ x[t] + V3 @ h[t-1] + b3)
u[t] = sigmoid(W4 @ x[t] + V4 @ h[t-1] + b4)
"""


@pytest.mark.parametrize("name", CELLS)
def test_of_the_library_three_cells_are_lstms(name: str) -> None:
    """Those that the citation of the cuts of 1997 names; in a box for each operation, too."""
    assert is_lstm(CELLS[name]) == (name in LSTMS)
    assert is_lstm(in_operations(CELLS[name])) == (name in LSTMS)


def test_names_order_and_activations_do_not_matter() -> None:
    """But where a letter stands does: a gate that reads no output of the step before is none."""
    own = parse_cell("own", OWN, output="h")
    assert is_lstm(own)
    assert form_of(own) == form_of(CELLS["lstm"])
    assert is_lstm(replace(CELLS["lstm"], activations=CELLS["lstm"].activations | {"f_A": "relu"}))
    assert not is_lstm(parse_cell("other", OWN.replace(" + V3 @ h[t-1]", ""), output="h"))
    assert not is_lstm(parse_cell("other", OWN.replace("tanh(c[t])", "tanh(c[t-1])"), output="h"))


def test_a_cell_whose_quantities_are_read_many_times_is_read_once() -> None:
    """Followed at every place, sixty equations that each read the one before eight times would never end."""
    lines = ["q0[t] = tanh(W @ x[t] + V @ h[t-1])"]
    lines += [f"q{k}[t] = {' + '.join([f'q{k - 1}[t]'] * 8)}" for k in range(1, 60)]
    assert not is_lstm(parse_cell("deep", "\n".join([*lines, "h[t] = tanh(q59[t])"]), output="h"))
