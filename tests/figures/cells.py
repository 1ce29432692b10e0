"""Cells that the library's three are not like: the geometry must hold for these too."""

from __future__ import annotations

from graphviz_lstm.cells import CELLS, parse_cell

PEEPHOLE = parse_cell(
    "lstm-peephole",
    """
    # i and f look at the state of the step before, o at that of this one.
    a[t] = tanh(W_A @ X[t] + U_A @ H[t-1] + b_A)
    i[t] = sigmoid(W_i @ X[t] + U_i @ H[t-1] + p_i * S[t-1] + b_i)
    f[t] = sigmoid(W_f @ X[t] + U_f @ H[t-1] + p_f * S[t-1] + b_f)
    S[t] = a[t] * i[t] + f[t] * S[t-1]
    o[t] = sigmoid(W_o @ X[t] + U_o @ H[t-1] + p_o * S[t] + b_o)
    H[t] = o[t] * tanh(S[t])
    """,
)

GRU_RESET_AFTER = parse_cell(
    "gru-reset-after",
    """
    z[t] = sigmoid(W_z @ X[t] + U_z @ H[t-1] + b_z)
    r[t] = sigmoid(W_r @ X[t] + U_r @ H[t-1] + b_r)
    h[t] = tanh(W_h @ X[t] + b_h + r[t] * (U_h @ H[t-1] + c_h))
    H[t] = z[t] * H[t-1] + (1 - z[t]) * h[t]
    """,
)

MINGRU = parse_cell(
    "mingru",
    """
    # No gate reads the state.
    z[t] = sigmoid(W_z @ X[t])
    g[t] = tanh(W_g @ X[t])
    H[t] = (1 - z[t]) * H[t-1] + z[t] * g[t]
    """,
)

SLSTM = parse_cell(
    "slstm",
    """
    # The shape of the xLSTM's scalar cell (state, normaliser, stabiliser) with the functions that the parser has.
    m[t] = tanh(W_f @ X[t] + R_f @ H[t-1] + b_f + m[t-1])
    i[t] = sigmoid(W_i @ X[t] + R_i @ H[t-1] + b_i - m[t])
    f[t] = sigmoid(W_f @ X[t] + R_f @ H[t-1] + b_f + m[t-1] - m[t])
    z[t] = tanh(W_z @ X[t] + R_z @ H[t-1] + b_z)
    o[t] = sigmoid(W_o @ X[t] + R_o @ H[t-1] + b_o)
    c[t] = f[t] * c[t-1] + i[t] * z[t]
    n[t] = f[t] * n[t-1] + i[t]
    H[t] = o[t] * tanh(c[t] - n[t])
    """,
)

STACK = parse_cell(
    "lstm-stack",
    """
    # Two layers: the second reads the output of the first at the same step.
    a[t] = tanh(W_a @ X[t] + U_a @ G[t-1])
    i[t] = sigmoid(W_i @ X[t] + U_i @ G[t-1])
    f[t] = sigmoid(W_f @ X[t] + U_f @ G[t-1])
    o[t] = sigmoid(W_o @ X[t] + U_o @ G[t-1])
    R[t] = a[t] * i[t] + f[t] * R[t-1]
    G[t] = o[t] * tanh(R[t])
    b[t] = tanh(V_b @ G[t] + Y_b @ H[t-1])
    j[t] = sigmoid(V_j @ G[t] + Y_j @ H[t-1])
    g[t] = sigmoid(V_g @ G[t] + Y_g @ H[t-1])
    p[t] = sigmoid(V_p @ G[t] + Y_p @ H[t-1])
    S[t] = b[t] * j[t] + g[t] * S[t-1]
    H[t] = p[t] * tanh(S[t])
    """,
)

SHAPES = {cell.name: cell for cell in (*CELLS.values(), PEEPHOLE, GRU_RESET_AFTER, MINGRU, SLSTM, STACK)}
