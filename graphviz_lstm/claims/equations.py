"""The question's own equations, as data: the LSTM in its notation, and what it claims of the tangents along W_A.

A tangent is a quantity whose key stands in `TANGENTS`: `d("H", 1)` is dH_{t-1}/dW_A.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells import LSTM
from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Apply, Expression, Number, Parameter, Quantity, add, multiply, negative
from graphviz_lstm.gradients.symbolic.tangents import tangent_key
from graphviz_lstm.notation import Writer, as_numbers

if TYPE_CHECKING:
    from graphviz_lstm.notation import Style

CELL = LSTM
SOURCE = "W_A"
ELEMENT = (0, 0)
"""Of which entry of it errors are told."""
OUTPUT, STATE, INPUT, CANDIDATE, ARGUMENT = "H", "S", "X", "a", "Z_A"
"""What the question calls the output, the state, the input, and what W_A is read by; and the argument of that."""
GATE, OUTPUT_GATE = "i", "o"
"""The gate that a is multiplied by, and that of the output."""

QUANTITIES = tuple(equation.quantity for equation in in_operations(CELL).equations)
TANGENTS = {tangent_key(quantity): (quantity, SOURCE) for quantity in QUANTITIES}


def d(quantity: str, lag: int = 0) -> Quantity:
    """Return the tangent of a quantity along the source."""
    return Quantity(tangent_key(quantity), lag)


def slope(function: str, quantity: str) -> Apply:
    """Return the derivative of a general function at a quantity: `f_o'(Z_o)`."""
    return Apply(function, (Quantity(quantity),), derivative=0)


def _through(gate: str) -> Expression:
    """Return U dH_{t-1}/dW_A of a gate."""
    return Apply("matmul", (Parameter(f"U_{gate}"), d(OUTPUT, 1)))


_OUTPUT_GATE = multiply(slope("f_o", "Z_o"), _through("o"))
_THROUGH_STATE = multiply(multiply(Quantity("o"), slope("f_S", "S")), d("S"))
_SQUASHED = Apply("f_S", (Quantity("S"),))

# What it is called, of which quantity it is the tangent, what the question writes for that, and why it is right or not:
# the product rules, and the three lines that lack a factor. For one unit X_t is dW_A/dW_A X_t.
CLAIMED: tuple[tuple[str, str, Expression, str], ...] = (
    (
        "the product rule on H_t",
        "H",
        add(multiply(d("o"), _SQUASHED), _THROUGH_STATE),
        "o_t and S_t both depend on W_A, and each has its term",
    ),
    (
        "the line of o_t",
        "o",
        _OUTPUT_GATE,
        "the chain rule through Z_o, whose only part that depends on W_A is the output of the step before",
    ),
    (
        "the expanded line of H_t",
        "H",
        add(multiply(_OUTPUT_GATE, _SQUASHED), _THROUGH_STATE),
        "the two lines above, one put into the other; the derivative of the step before is not zero, and need not be",
    ),
    (
        "the product rule on S_t",
        "S",
        add(
            multiply(d("a"), Quantity("i")),
            multiply(Quantity("a"), d("i")),
            multiply(d("S", 1), Quantity("f")),
            multiply(Quantity("S", 1), d("f")),
        ),
        "all four terms are there, and none is dropped",
    ),
    ("the line of a_t", "a", add(Quantity(INPUT), _through("A")), "lacks the factor f_A'(Z_A), of both terms"),
    ("the line of i_t", "i", _through("i"), "lacks the factor f_i'(Z_i)"),
    ("the line of f_t", "f", _through("f"), "lacks the factor f_f'(Z_f)"),
)

READ_AT_A: Expression = add(
    multiply(slope("f_A", "a"), Quantity(INPUT)),
    multiply(slope("f_A", "a"), _through("A")),
)
"""da_t/dW_A with f_A' taken at a in the place of Z_A: how tanh'(a) may be misread."""

RULE: tuple[Expression, ...] = (Quantity("i"), slope("f_A", ARGUMENT))
"""By what the rule of one step multiplies the adjoint of S_t."""

SQUARED: Expression = add(Number(1.0), negative(Apply("power", (Quantity(CANDIDATE), Number(2.0)))))
"""What f_A'(Z_A) is where f_A is tanh."""


def question(style: Style) -> Writer:
    """Return somebody who writes in the question's notation: one unit, tangents as quotients."""
    return Writer(as_numbers(style), CELL.names, CELL.activations, size=1, tangents=TANGENTS)
