"""The question's equations, judged."""

from __future__ import annotations

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.claims import judge
from tests.examples import TYPICAL


@pytest.fixture(scope="module")
def verdicts():
    """Return the verdicts on the worked example, whose steps count from 0."""
    return judge(LSTM, "W_A", first_step=0)


def test_the_verdicts_are_those_of_the_question(verdicts) -> None:
    """Which lines are right; and the size of the mistakes that the design knows of."""
    words = [verdict.word for verdict in verdicts]
    assert words == ["right", "right", "in part", *["right"] * 4, *["wrong"] * 6]
    by_text = {verdict.written.text: verdict for verdict in verdicts}
    fixed = next(verdict for written, verdict in by_text.items() if "fixed input" in written)
    assert round(100 * fixed.mistake, 2) == 10.14
    for verdict in verdicts:
        assert (verdict.mistake == 0.0) == (verdict.right or "circular" in verdict.written.text)
        assert (verdict.difference.text == "0") == (verdict.difference.latex == "0") == verdict.right
    lacking = [verdict for verdict in verdicts if verdict.why.startswith("lacks the factor")]
    assert [verdict.corrected.text for verdict in lacking] == [
        "da_t/dW_A = f_A'(Z_A,t) * X_t + f_A'(Z_A,t) * U_A * dH_{t-1}/dW_A",
        "di_t/dW_A = f_i'(Z_i,t) * U_i * dH_{t-1}/dW_A",
        "df_t/dW_A = f_f'(Z_f,t) * U_f * dH_{t-1}/dW_A",
    ]


def test_a_difference_says_what_is_lacking(verdicts) -> None:
    """As text and in LaTeX, in the question's letters."""
    (forget,) = (verdict for verdict in verdicts if verdict.written.text.startswith("df_t/dW_A = U_f"))
    assert forget.difference.text == "-U_f*dH_{t-1}/dW_A*(f_f'(Z_f,t) - 1)"
    assert r"\frac{dH_{t-1}}{dW_{A}}" in forget.difference.latex
    assert r"f_{f}'" in forget.difference.latex


@pytest.mark.parametrize(("first_step", "before"), [(0, "-1"), (1, "0"), (7, "6")])
def test_the_recursion_ends_in_the_state_before_the_first_step(first_step: int, before: str) -> None:
    """Where steps count from 0 that is not H_0, whose derivative is not 0."""
    (circular,) = (v for v in judge(LSTM, "W_A", first_step=first_step) or () if "circular" in v.written.text)
    assert circular.corrected.text == f"dH_{before}/dW_A = 0, dS_{before}/dW_A = 0"
    assert circular.corrected.latex.startswith(rf"\frac{{dH_{{{before}}}}}{{dW_{{A}}}} = 0")


def test_other_gradients_are_not_the_question() -> None:
    """Another cell, another source: there is nothing to judge."""
    assert judge(LSTM, "U_A") is None
    assert all(judge(cell, cell.parameters[0]) is None for name, cell in TYPICAL.items() if name != "lstm")
