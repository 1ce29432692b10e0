"""The cells that come with the package: three texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.errors import UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from graphviz_lstm.cells.cell import Cell

LSTM = parse_cell(
    "lstm",
    """
    # Hochreiter and Schmidhuber 1997 with the forget gate of Gers, Schmidhuber and Cummins 2000.
    a[t] = f_A(W_A @ X[t] + U_A @ H[t-1] + b_A)
    i[t] = f_i(W_i @ X[t] + U_i @ H[t-1] + b_i)
    f[t] = f_f(W_f @ X[t] + U_f @ H[t-1] + b_f)
    o[t] = f_o(W_o @ X[t] + U_o @ H[t-1] + b_o)
    S[t] = a[t] * i[t] + f[t] * S[t-1]
    H[t] = o[t] * f_S(S[t])
    """,
    activations={"f_A": "tanh", "f_i": "sigmoid", "f_f": "sigmoid", "f_o": "sigmoid", "f_S": "tanh"},
)

GRU = parse_cell(
    "gru",
    """
    # Cho et al. 2014, whose update gate z keeps the old state: H = z H' + (1 - z) h.
    z[t] = f_z(W_z @ X[t] + U_z @ H[t-1] + b_z)
    r[t] = f_r(W_r @ X[t] + U_r @ H[t-1] + b_r)
    h[t] = f_h(W_h @ X[t] + U_h @ (r[t] * H[t-1]) + b_h)
    H[t] = z[t] * H[t-1] + (1 - z[t]) * h[t]
    """,
    activations={"f_z": "sigmoid", "f_r": "sigmoid", "f_h": "tanh"},
)

RNN = parse_cell(
    "rnn",
    """
    # Elman 1990.
    H[t] = f_H(W_H @ X[t] + U_H @ H[t-1] + b_H)
    """,
    activations={"f_H": "tanh"},
)

CELLS: dict[str, Cell] = {cell.name: cell for cell in (LSTM, GRU, RNN)}


def cell(name: str) -> Cell:
    """Return the cell of that name; raise `UnknownNameError` with the choices where there is none."""
    if name not in CELLS:
        raise UnknownNameError(describe_unknown("cell", name, CELLS))
    return CELLS[name]
