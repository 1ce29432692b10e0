"""The cells that come with the package: one text each."""

from __future__ import annotations

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown, shorten

_SIGMOIDS = {"f_i": "sigmoid", "f_f": "sigmoid", "f_o": "sigmoid"}

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
    activations={"f_A": "tanh", **_SIGMOIDS, "f_S": "tanh"},
)

LSTM_PEEPHOLE = parse_cell(
    "lstm-peephole",
    """
    # Gers, Schraudolph and Schmidhuber 2002: i and f read S of the step before, o reads S of this one.
    a[t] = f_A(W_A @ X[t] + U_A @ H[t-1] + b_A)
    i[t] = f_i(W_i @ X[t] + U_i @ H[t-1] + p_i * S[t-1] + b_i)
    f[t] = f_f(W_f @ X[t] + U_f @ H[t-1] + p_f * S[t-1] + b_f)
    S[t] = a[t] * i[t] + f[t] * S[t-1]
    o[t] = f_o(W_o @ X[t] + U_o @ H[t-1] + p_o * S[t] + b_o)
    H[t] = o[t] * f_S(S[t])
    """,
    activations={"f_A": "tanh", **_SIGMOIDS, "f_S": "tanh"},
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

GRU_RESET_AFTER = parse_cell(
    "gru-reset-after",
    """
    # What PyTorch and cuDNN compute: the reset gate acts after the product with U_h, which has a bias of its own.
    z[t] = f_z(W_z @ X[t] + b_z + U_z @ H[t-1] + c_z)
    r[t] = f_r(W_r @ X[t] + b_r + U_r @ H[t-1] + c_r)
    h[t] = f_h(W_h @ X[t] + b_h + r[t] * (U_h @ H[t-1] + c_h))
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

MINGRU = parse_cell(
    "mingru",
    """
    # Feng et al. 2024, Were RNNs all we needed?: no gate reads the state. In the log-space form f_h is their g.
    z[t] = f_z(W_z @ X[t] + b_z)
    h[t] = f_h(W_h @ X[t] + b_h)
    H[t] = (1 - z[t]) * H[t-1] + z[t] * h[t]
    """,
    activations={"f_z": "sigmoid", "f_h": "identity"},
)

SLSTM = parse_cell(
    "slstm",
    """
    # Beck et al. 2024, xLSTM: exponential input gate, normaliser n, and a stabiliser m that changes no output.
    z[t] = tanh(W_z @ X[t] + R_z @ H[t-1] + b_z)
    i[t] = W_i @ X[t] + R_i @ H[t-1] + b_i
    f[t] = W_f @ X[t] + R_f @ H[t-1] + b_f
    o[t] = sigmoid(W_o @ X[t] + R_o @ H[t-1] + b_o)
    m[t] = max(log_sigmoid(f[t]) + m[t-1], i[t])
    c[t] = exp(log_sigmoid(f[t]) + m[t-1] - m[t]) * c[t-1] + exp(i[t] - m[t]) * z[t]
    n[t] = exp(log_sigmoid(f[t]) + m[t-1] - m[t]) * n[t-1] + exp(i[t] - m[t])
    H[t] = o[t] * c[t] / n[t]
    """,
)

CELLS: dict[str, Cell] = {cell.name: cell for cell in (LSTM, LSTM_PEEPHOLE, GRU, GRU_RESET_AFTER, RNN, MINGRU, SLSTM)}


def cell(name: str) -> Cell:
    """Return the cell of that name; raise `UnknownNameError` with the choices where there is none."""
    if name not in CELLS:
        raise UnknownNameError(describe_unknown("cell", name, CELLS))
    return CELLS[name]


def require_cell(given: object) -> Cell:
    """Return what is given, if it is a cell; raise `InputError` with what would be one where it is not."""
    if isinstance(given, Cell):
        return given
    hint = f", such as CELLS[{given!r}]" if isinstance(given, str) and given in CELLS else ""
    raise InputError(f"not a cell: {shorten(given)} (must be a Cell{hint})")
