"""Our gradients are those of a library that is not ours, whatever the cell, its sizes and its loss."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings, strategies as st

from graphviz_lstm.cells import LOSSES, parse_cell
from tests.examples import random_example
from tests.oracles.autodiff import assert_agrees

TEXTS = {
    "lstm": """
        a[t] = tanh(W_A @ X[t] + U_A @ H[t-1] + b_A)
        i[t] = sigmoid(W_i @ X[t] + U_i @ H[t-1] + b_i)
        f[t] = sigmoid(W_f @ X[t] + U_f @ H[t-1] + b_f)
        o[t] = sigmoid(W_o @ X[t] + U_o @ H[t-1] + b_o)
        S[t] = a[t] * i[t] + f[t] * S[t-1]
        H[t] = o[t] * tanh(S[t])
    """,
    "gru": """
        z[t] = sigmoid(W_z @ X[t] + U_z @ H[t-1] + b_z)
        r[t] = sigmoid(W_r @ X[t] + U_r @ H[t-1] + b_r)
        h[t] = tanh(W_h @ X[t] + U_h @ (r[t] * H[t-1]) + b_h)
        H[t] = z[t] * H[t-1] + (1 - z[t]) * h[t]
    """,
    "rnn": "H[t] = tanh(W_H @ X[t] + U_H @ H[t-1] + b_H)",
    # What no library cell has: one weight read twice, an input of the output's size, literals, other activations.
    "odd": """
        p[t] = sin(W @ X[t] - 2 * (W @ H[t-1])) * softplus(H[t-1] + b)
        H[t] = 0.5 * H[t-1] + tanh(-p[t] * p[t] + V @ (p[t] * (3 - X[t]))) - identity(p[t])
    """,
}


@pytest.mark.parametrize("name", TEXTS)
@given(
    hidden=st.integers(1, 5),
    inputs=st.integers(1, 4),
    steps=st.integers(1, 6),
    loss=st.sampled_from(list(LOSSES)),
    at=st.sampled_from(["every", "last"]),
    detail=st.sampled_from(["gate", "operation"]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_adjoints_agree_with_autograd(
    name: str, hidden: int, inputs: int, steps: int, loss: str, at: str, detail: str, seed: int
) -> None:
    """To 1e-12 of the absolute sum, for every parameter, every input and every initial state."""
    cell = parse_cell(name, TEXTS[name])
    example = random_example(
        cell, hidden=hidden, inputs=inputs, steps=steps, loss=loss, at=at, seed=seed, scale=hidden**-0.5
    )
    # The softmax of one number is 1, whatever the number: there is no gradient to compare.
    assume(loss != "cross_entropy" or example.targets.shape[1] > 1)
    assert_agrees(example.problem, TEXTS[name], detail=detail)
