"""Terms that cancel exactly: what is proved holds in numbers too, and what does not hold is not proved."""

from __future__ import annotations

import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import CheckError, UnknownNameError
from graphviz_lstm.gradients.symbolic.silent import prove_scale, prove_silent

SLSTM = CELLS["slstm"]
# The same without a state of sums: nothing divides what m has scaled out again.
BARE = """
m[t] = max(log_sigmoid(f * X[t]) + m[t-1], i * X[t])
c[t] = exp(log_sigmoid(f * X[t]) + m[t-1] - m[t]) * c[t-1] + exp(i * X[t] - m[t]) * z * X[t]
H[t] = tanh(c[t])
"""
# One without gates: a state divided by one of equal scale.
RATIO = """
k[t] = w * X[t]
c[t] = k[t] * X[t] + c[t-1]
n[t] = k[t] + n[t-1]
H[t] = c[t] / n[t]
"""


def test_the_stabiliser_of_an_slstm_is_silent() -> None:
    """Its delta is 0, and the deltas of the input gate sum to 0."""
    assert prove_silent(SLSTM, "m", states=("c", "n")).difference == "0"
    assert prove_scale(SLSTM, "i", states=("c", "n"), silent=("m",)).difference == "0"


@pytest.mark.parametrize("quantity", ["f", "i", "z", "o", "c", "n"])
def test_no_other_quantity_of_it_is(quantity: str) -> None:
    """Each leaves something."""
    with pytest.raises(CheckError, match=f"not proven: the deltas of '{quantity}' in cell 'slstm' leave "):
        prove_silent(SLSTM, quantity, states=("c", "n"))


def test_a_scale_that_only_one_state_has_or_that_another_gate_has_is_not_proved() -> None:
    """Both states are divided by one another; the forget gate scales what is old alone."""
    for quantity, states in (("i", ("c",)), ("f", ("c", "n")), ("o", ("c", "n"))):
        with pytest.raises(CheckError, match="not proven"):
            prove_scale(SLSTM, quantity, states=states, silent=("m",))


def test_without_the_normaliser_the_stabiliser_is_heard() -> None:
    """What makes it silent is the quotient."""
    with pytest.raises(CheckError, match="not proven: the deltas of 'm'"):
        prove_silent(parse_cell("bare", BARE), "m", states=("c",))


def test_a_quantity_that_scales_both_sides_of_a_quotient_is_no_bias() -> None:
    """It multiplies where the other adds: A rises by the quantity times its delta, not by the delta."""
    with pytest.raises(CheckError, match="not proven"):
        prove_scale(parse_cell("ratio", RATIO), "k", states=("c", "n"))


def test_what_a_cell_does_not_have_is_named() -> None:
    """With what it has."""
    with pytest.raises(UnknownNameError, match="'q'"):
        prove_silent(CELLS["lstm"], "q")
    with pytest.raises(UnknownNameError, match="'n'"):
        prove_scale(CELLS["lstm"], "i", states=("n",))
    with pytest.raises(CheckError, match="read one step later, by 'a'"):
        prove_scale(CELLS["lstm"], "H", states=("S",))
