"""The table of operations: what each means, told once, in one row.

A row says an operation's value, its partials, its shape rule, how it is written as text and in LaTeX, what it is in
sympy, and where the formula is from. Everything that gives expressions a meaning (the parser, shapes, the recipe of a
cell, differentiation, notation, symbols) reads this table: a new operation is a new row, and nothing else.

Arrays may have leading axes (steps, a batch); an operation acts on the last ones, as many as its arguments' ranks.
Derivatives keep their relative precision where a function saturates: 1 - tanh(z)^2 has none left beyond |z| = 19.

Kinks. Where a function has no derivative one value is chosen and used everywhere: relu at 0 has 0, abs at 0 has 0, and
of two equal arguments of max and min the first has 1 and the second 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells import numeric as num
from graphviz_lstm.cells.expression import Apply, Expression, Number, multiply
from graphviz_lstm.cells.losses import LOSS_ROWS
from graphviz_lstm.cells.operation import ATOM, FACTOR, PRODUCT, SUM, Operation, Partial, Writing, entrywise
from graphviz_lstm.cells.selecting import SELECTING
from graphviz_lstm.errors import UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ACTIVATIONS",
    "ATOM",
    "FACTOR",
    "LOSSES",
    "OPERATIONS",
    "PRODUCT",
    "SUM",
    "Operation",
    "Partial",
    "Writing",
    "activation",
    "entrywise",
    "functions",
    "loss",
    "operation",
]


def _power_coefficient(whole: Apply) -> Expression:
    """Return n x^(n - 1), written as simply as it can be."""
    base, exponent = whole.arguments
    if not isinstance(exponent, Number):  # the parser and `Cell` admit no other
        raise TypeError(exponent)
    n = exponent.value
    if n in (0.0, 1.0):
        return Number(n)
    rest = base if n == 2.0 else Apply("power", (base, Number(n - 1.0)))
    return multiply(exponent, rest)


_RULES = "product, quotient and chain rule: DLMF 1.4(iii)"
_HYPERBOLIC = "DLMF 4.34"
_TRIGONOMETRIC = "DLMF 4.20"
_EXPONENTIAL = "DLMF 4.7"
_MATRICES = "M. Giles, Collected matrix derivative results for forward and reverse mode AD, 2008, section 2.2"

_ROWS = (
    Operation(
        "add",
        (1, None),
        num.total,
        (Partial("diagonal", None),),
        lambda sp, *terms: sp.Add(*terms),
        _RULES,
        text=Writing(" + ", SUM, (SUM, PRODUCT)),
        latex=Writing(" + ", SUM, (SUM, PRODUCT)),
        operator="Add",
    ),
    Operation(
        "negative",
        (1, 1),
        lambda x: -x,
        (Partial("diagonal", None, sign=-1),),
        lambda _, x: -x,
        _RULES,
        text=Writing("-{0}", SUM, (FACTOR,)),
        latex=Writing("-{0}", SUM, (PRODUCT,)),
        operator="USub",
    ),
    Operation(
        "multiply",
        (2, 2),
        lambda x, y: x * y,
        (
            Partial("diagonal", lambda whole: whole.arguments[1]),
            Partial("diagonal", lambda whole: whole.arguments[0]),
        ),
        lambda _, x, y: x * y,
        _RULES,
        text=Writing("{0} * {1}", PRODUCT, (PRODUCT, FACTOR)),
        latex=Writing(r"{0} \odot {1}", PRODUCT, (PRODUCT, FACTOR)),
        operator="Mult",
    ),
    Operation(
        "divide",
        (2, 2),
        lambda x, y: x / y,
        (
            Partial("diagonal", lambda whole: Apply("divide", (Number(1.0), whole.arguments[1]))),
            Partial("diagonal", lambda whole: Apply("over_square", whole.arguments), sign=-1),
        ),
        lambda _, x, y: x / y,
        _RULES,
        text=Writing("{0} / {1}", PRODUCT, (PRODUCT, FACTOR)),
        latex=Writing(r"\frac{{{0}}}{{{1}}}", FACTOR, (SUM, SUM)),
        operator="Div",
    ),
    Operation(
        "power",
        (2, 2),
        num.power,
        (Partial("diagonal", _power_coefficient),),
        lambda _, x, n: x**n,
        _RULES,
        text=Writing("{0}**{1}", FACTOR, (ATOM, ATOM)),
        latex=Writing("{0}^{{{1}}}", FACTOR, (ATOM, SUM)),
        operator="Pow",
    ),
    Operation(
        "matmul",
        (2, 2),
        num.matmul,
        (
            Partial("right", lambda whole: whole.arguments[1]),
            Partial("matrix", lambda whole: whole.arguments[0]),
        ),
        lambda _, x, y: x * y,
        _MATRICES,
        shape="product",
        ranked=True,
        text=Writing("{0} @ {1}", PRODUCT, (FACTOR, ATOM)),
        latex=Writing("{0} {1}", PRODUCT, (FACTOR, ATOM)),
        operator="MatMult",
    ),
    Operation(
        "dot",
        (2, 2),
        num.dot,
        (
            Partial("inner", lambda whole: whole.arguments[1]),
            Partial("inner", lambda whole: whole.arguments[0]),
        ),
        lambda _, x, y: x * y,
        _MATRICES,
        shape="inner",
        latex=Writing(r"{0}^{{\top}} {1}", PRODUCT, (ATOM, ATOM)),
    ),
    Operation(
        "norm",
        (1, 1),
        num.norm,
        (Partial("inner", lambda whole: Apply("divide", (*whole.arguments, whole))),),
        lambda sp, x: sp.sqrt(x**2),
        f"the root of the sum of the squares; {_RULES}",
        shape="inner",
        smooth=False,
        latex=Writing(r"\left\|{0}\right\|", ATOM, (SUM,)),
    ),
    Operation(
        "outer",
        (2, 2),
        num.outer,
        (
            Partial("outer-left", lambda whole: whole.arguments[1]),
            Partial("outer-right", lambda whole: whole.arguments[0]),
        ),
        lambda _, x, y: x * y,
        _MATRICES,
        shape="outer",
        latex=Writing(r"{0} {1}^{{\top}}", PRODUCT, (FACTOR, ATOM)),
    ),
    Operation(
        "transpose",
        (1, 1),
        lambda x: x.swapaxes(-1, -2),
        (Partial("transpose", None),),
        lambda _, x: x,
        _MATRICES,
        shape="transpose",
        latex=Writing(r"{0}^{{\top}}", FACTOR, (ATOM,)),
    ),
    *SELECTING,
    # What stands in partials alone; in an equation they would need partials of their own.
    Operation(
        "over_square",
        (2, 2),
        num.over_square,
        (),
        lambda _, x, y: x / y**2,
        _RULES,
        text=Writing("{0} / {1}**2", PRODUCT, (PRODUCT, ATOM)),
        latex=Writing(r"\frac{{{0}}}{{{1}^{{2}}}}", FACTOR, (SUM, ATOM)),
    ),
    Operation(
        "softmax",
        (1, 1),
        num.softmax,
        (),
        lambda sp, _: sp.Integer(1),
        "J. Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990",
        shape="same",
    ),
    Operation(
        "logistic",
        (1, 1),
        num.sigmoid,
        (),
        lambda sp, z: sp.exp(z) / (1 + sp.exp(z)),
        f"1 / (1 + exp(-z)); {_RULES}",
        shape="same",
        text=Writing("sigmoid({0})", ATOM, (SUM,)),
        latex=Writing(r"\sigma\left({0}\right)", ATOM, (SUM,)),
    ),
    Operation("sum", (1, 1), num.entries_sum, (), lambda _, x: x, _RULES, shape="reduced", ranked=True),
    # Functions of one argument.
    entrywise(
        "tanh",
        num.tanh,
        num.tanh_derivative,
        sympy=lambda sp, z: sp.tanh(z),
        source=_HYPERBOLIC,
        derived=("1 - tanh^2@", r"1 - \tanh^2@"),
    ),
    entrywise(
        "sigmoid",
        num.sigmoid,
        num.sigmoid_derivative,
        sympy=lambda sp, z: 1 / (1 + sp.exp(-z)),
        source=f"1 / (1 + exp(-z)); {_RULES}",
        derived=("sigma@ - sigma^2@", r"\sigma@ - \sigma^2@"),
    ),
    entrywise("identity", num.identity, num.ones_like, sympy=lambda _, z: z, source="the identity", derived=("1", "1")),
    entrywise(
        "relu",
        num.relu,
        num.relu_derivative,
        sympy=lambda sp, z: sp.Max(z, 0),
        source="V. Nair and G. Hinton, Rectified linear units improve restricted Boltzmann machines, 2010",
        derived=("[@ > 0]", r"\left[@ > 0\right]"),
        smooth=False,
    ),
    entrywise(
        "softplus",
        num.softplus,
        num.sigmoid,
        sympy=lambda sp, z: sp.log(1 + sp.exp(z)),
        source="C. Dugas et al., Incorporating second-order functional knowledge, 2001",
        derived=("sigma@", r"\sigma@"),
    ),
    entrywise(
        "log_sigmoid",
        num.log_sigmoid,
        lambda z: num.sigmoid(-z),
        sympy=lambda sp, z: -sp.log(1 + sp.exp(-z)),
        source=f"the logarithm of sigmoid; {_RULES}",
        derived=("1 - sigma@", r"1 - \sigma@"),
    ),
    entrywise(
        "gelu",
        num.gelu,
        num.gelu_derivative,
        sympy=lambda sp, z: z * (1 + sp.erf(z / sp.sqrt(2))) / 2,
        source="D. Hendrycks and K. Gimpel, Gaussian error linear units, 2016: z Phi(z), exactly",
        derived=("Phi@ + @ * phi@", r"\Phi@ + @\, \varphi@"),
    ),
    entrywise(
        "silu",
        num.silu,
        num.silu_derivative,
        sympy=lambda sp, z: z / (1 + sp.exp(-z)),
        source="S. Elfwing, E. Uchibe and K. Doya, Sigmoid-weighted linear units, 2018",
        derived=("sigma@ + @ * sigma'@", r"\sigma@ + @\, \sigma'@"),
    ),
    entrywise(
        "sin",
        num.sin,
        num.cos,
        sympy=lambda sp, z: sp.sin(z),
        source=_TRIGONOMETRIC,
        derived=("cos@", r"\cos@"),
        periodic=True,
    ),
    entrywise(
        "cos",
        num.cos,
        lambda z: -num.sin(z),
        sympy=lambda sp, z: sp.cos(z),
        source=_TRIGONOMETRIC,
        derived=("-sin@", r"-\sin@"),
        periodic=True,
    ),
    entrywise("exp", num.exp, num.exp, sympy=lambda sp, z: sp.exp(z), source=_EXPONENTIAL, derived=("exp@", r"\exp@")),
    entrywise(
        "log",
        num.log,
        lambda z: 1.0 / z,
        sympy=lambda sp, z: sp.log(z),
        source=_EXPONENTIAL,
        derived=("1 / @", r"@^{-1}"),
    ),
    entrywise(
        "sqrt",
        num.sqrt,
        lambda z: 0.5 / num.sqrt(z),
        sympy=lambda sp, z: sp.sqrt(z),
        source=_EXPONENTIAL,
        derived=("1 / (2 * sqrt@)", r"\tfrac{1}{2} @^{-1/2}"),
        latex=Writing(r"\sqrt{{{0}}}", ATOM, (SUM,)),
    ),
    entrywise(
        "abs",
        num.absolute,
        num.sign,
        sympy=lambda sp, z: sp.Abs(z),
        source="the sign, and 0 at 0",
        derived=("sgn@", r"\operatorname{sgn}@"),
        latex=Writing(r"\left|{0}\right|", ATOM, (SUM,)),
        smooth=False,
    ),
    # Of two.
    entrywise(
        "max",
        num.maximum,
        num.first_is_largest,
        num.second_is_largest,
        sympy=lambda sp, x, y: sp.Max(x, y),
        source="1 for the larger argument; at a tie for the first",
        smooth=False,
    ),
    entrywise(
        "min",
        num.minimum,
        num.first_is_smallest,
        num.second_is_smallest,
        sympy=lambda sp, x, y: sp.Min(x, y),
        source="1 for the smaller argument; at a tie for the first",
        smooth=False,
    ),
    *LOSS_ROWS,
)

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}
ACTIVATIONS: dict[str, Operation] = {row.name: row for row in _ROWS if row.is_activation}
"""The rows that a general name can be bound to."""
LOSSES: dict[str, Operation] = {row.name: row for row in _ROWS if row.loss}
"""The rows that are losses."""


def operation(name: str, bound: Mapping[str, str] | None = None) -> Operation:
    """Return the row of an operation, or of what a general name is bound to; raise `UnknownNameError` for none."""
    concrete = bound.get(name, name) if bound else name
    if concrete not in OPERATIONS:
        raise UnknownNameError(describe_unknown("operation", concrete, OPERATIONS))
    return OPERATIONS[concrete]


def functions() -> list[str]:
    """Return what can be called in an equation: every row that has partials, is no loss, and has no operator."""
    rows = [row for row in OPERATIONS.values() if row.partials and row.spoken]
    return [row.name for row in rows if not row.loss and row.operator is None]


def activation(name: str) -> Operation:
    """Return the row of an activation; raise `UnknownNameError` with the choices where there is none."""
    if not isinstance(name, str) or name not in OPERATIONS or not OPERATIONS[name].is_activation:
        raise UnknownNameError(describe_unknown("activation", name, ACTIVATIONS))
    return OPERATIONS[name]


def loss(kind: str) -> Operation:
    """Return the row of a loss; raise `UnknownNameError` with the choices where there is none."""
    if not isinstance(kind, str) or kind not in OPERATIONS or not OPERATIONS[kind].loss:
        raise UnknownNameError(describe_unknown("loss", kind, LOSSES))
    return OPERATIONS[kind]
