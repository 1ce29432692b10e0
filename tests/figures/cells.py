"""Cells that the library's are not like: the geometry must hold for these too."""

from __future__ import annotations

from graphviz_lstm.cells import CELLS, parse_cell
from tests.examples import TYPICAL

CROWDED = parse_cell(
    "crowded",
    """
    # Two states on the rail, and a gate that reads itself and is read by two others.
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

LATE = parse_cell(
    "late",
    """
    # What is read two and three steps late: states that only keep others, and an output that reads one of them.
    s[t] = sigmoid(W @ X[t] + H[t-2]) * s[t-3] + V @ X[t]
    H[t] = tanh(s[t]) * s[t-1]
    """,
)

# Of the library one cell of each kind; rails that cross, an output that others keep, a gate beside an output's loop.
LIBRARY = (*TYPICAL.values(), *(CELLS[name] for name in ("lru", "cornn", "mgu")))
SHAPES = {cell.name: cell for cell in (*LIBRARY, CROWDED, STACK, LATE)}
