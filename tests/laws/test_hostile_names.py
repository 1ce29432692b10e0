"""Whatever things are called: a gradient is right, or the names are refused in one line that says which and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import evaluate
from tests.laws.cells import GENERAL, Drawn, bind, cells
from tests.oracles.autodiff import assert_agrees

if TYPE_CHECKING:
    from graphviz_lstm.problems import Problem

DETAILS = ("gate", "operation")


def in_order(problem: Problem, text: str) -> str:
    """Return the lines of a text in the order in which they can be computed."""
    lines = {line.partition("[")[0]: line for line in text.splitlines()}
    return "\n".join(lines[equation.quantity] for equation in problem.cell.equations)


CLASH = Drawn("S[t] = S_0 * S[t-1]", ("S",))
ASKED = {
    "drawn": cells(),
    "detail": st.sampled_from(DETAILS),
    "first_step": st.integers(0, 1),
    "steps": st.integers(2, 3),
    "seed": st.integers(0, 2**32 - 1),
}


def refused_or_right(drawn: Drawn, detail: str, first_step: int, steps: int, seed: int) -> None:
    """Raise unless a cell is refused in one line, or its gradients are autograd's to 1e-12 of the absolute sum."""
    refusal = None
    try:
        problem = bind(drawn.text, GENERAL, steps=steps, first_step=first_step, seed=seed)
        evaluate(problem, detail=detail)
    except InputError as error:
        refusal = str(error)
    if refusal is not None:
        assert refusal
        assert "\n" not in refusal
        return
    assert_agrees(problem, in_order(problem, drawn.text), detail=detail)


@given(**ASKED)
@example(drawn=CLASH, detail="gate", first_step=1, steps=2, seed=0)
@example(drawn=CLASH, detail="gate", first_step=0, steps=2, seed=0)
@settings(max_examples=60, deadline=None)
def test_a_cell_of_any_names_is_refused_in_one_line_or_differentiated_rightly(**asked: Any) -> None:
    """For every parameter, input and initial state."""
    refused_or_right(**asked)


@pytest.mark.long
@given(**ASKED)
@settings(max_examples=500, deadline=None)
def test_so_are_five_hundred_others(**asked: Any) -> None:
    """The same."""
    refused_or_right(**asked)


REFUSED = {
    "S[t] = S_0 * S[t-1]": "two vertices would be called 'S_0': parameter 'S_0' and the initial state of 'S' at step 0",
    "a[t] = X[t]\nH[t] = a_1 * a[t]": "two vertices would be called 'a_1': parameter 'a_1' and quantity 'a' at step 1",
    "H[t] = X_2 * X[t]": "two vertices would be called 'X_2': parameter 'X_2' and input 'X' at step 2",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
@pytest.mark.parametrize("detail", DETAILS)
def test_two_things_of_one_name_are_refused_by_a_line_that_names_both(text: str, message: str, detail: str) -> None:
    """One number cannot stand for both."""
    with pytest.raises(InputError) as caught:
        evaluate(bind(text, GENERAL, steps=2, first_step=1, seed=0), detail=detail)
    assert str(caught.value) == f"{message} in cell 'drawn' (rename one)"


HARMLESS = [
    "gap[t] = tanh(y[t] + gap[t-1])",  # an elision's name, and a target's
    "y[t] = y_9 * tanh(y[t-1])",  # a function of a lagged quantity
    "H[t] = tanh(b) * H[t-1]",  # of a parameter
    "H[t] = tanh(b) * tanh(H[t-1]) + tanh(b) * X[t]",  # the same function of the same thing twice
    "g[t] = tanh(H[t-1])\nH[t] = tanh(g[t]) * tanh(g[t-1]) + X[t]",  # at two lags
    "g[t] = b\nH[t] = g[t] * H[t-1]",  # an alias of a parameter
    "h[t] = H[t-1]\nH[t] = h[t] * X[t] + h[t-1]",  # of a lagged quantity
    "h[t] = X[t]\nH[t] = h[t-1] * h[t]",  # of an input
    "g[t] = tanh(W @ X[t])\nh[t] = tanh(W @ X[t])\nH[t] = g[t] * h[t] * H[t-1]",  # two equal right sides
    "tanh[t] = tanh(tanh[t-1] + max)\nH[t] = max(tanh[t], max) * sigmoid(tanh[t-1])",  # names of functions
    "Z_tanh[t] = tanh(W @ X[t]) * H[t-1]\nH[t] = tanh(Z_tanh[t] + f_S) * f_S(f_S)",  # names of arguments
    "Z_tanh[t] = tanh(W @ X[t]) * Z_tanh[t-1]",  # which the argument would be called, were it not taken
    "H[t] = f_A(W @ X[t] + Z_A) * H[t-1]",
    "größe[t] = tanh(größe[t-1] + ξ_1)\nH_t[t] = größe[t] * H_t[t-1]",
    "H[t] = 0.5 * H[t-1] + 1",
    "k[t] = 2\nH[t] = k[t] * H[t-1] + k[t-1] * b",  # a number that every step has, and the step before has another
    "H[t] = max(H[t-1], H[t-1]) + X[t]",
]


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("first_step", [0, 1])
def test_names_that_hide_nothing_are_taken(text: str, detail: str, first_step: int) -> None:
    """None of them is refused, and every gradient is autograd's."""
    assert_agrees(bind(text, GENERAL, steps=3, first_step=first_step, seed=1), text, detail=detail)
