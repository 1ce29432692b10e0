"""The local partial of an equation, in symbols: one table of rules, the derivative of each kind of expression.

d(equation)/d(reference), with all other references held fixed, is a sum over the places at which the equation reads the
reference; each place gives a `Term`, a product of factors as in a product of matrices. For hidden size 1 every factor
is a number, and the order does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import (
    Application,
    Derivative,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Parameter,
    Product,
    Quantity,
    Reference,
    Step,
    Sum,
    format_expression,
    vertex_name,
)

if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["diagonal", "matrix", "right"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a term.

    `kind` says what its expression does to a perturbation d: `"diagonal"` multiplies entry by entry, `"matrix"` is the
    matrix from the left, `"right"` is the vector from the right (d is then a perturbation of the matrix itself).
    """

    kind: Kind
    expression: Expression


@dataclass(frozen=True, slots=True)
class Term:
    """A signed product of factors, the outermost first; no factors: the identity."""

    sign: int
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class LocalPartial:
    """d(head)/d(tail) in symbols: a sum of terms, at one step (that of the head)."""

    terms: tuple[Term, ...]
    step: Step

    def __str__(self) -> str:
        """As it reads: `f_A'(Z_A,1) * U_A`, `S_0`, `1`."""
        text = ""
        for term in self.terms:
            product = " * ".join(_bracketed(factor.expression, self.step) for factor in term.factors) or "1"
            if text:
                text += f" {'-' if term.sign < 0 else '+'} {product}"
            else:
                text = f"{'-' if term.sign < 0 else ''}{product}"
        return text

    def pulled(self, adjoint: str) -> str:
        """Return what the edge gives its tail of its head's `adjoint`: the transposed factors, the outermost first.

        `U_A^T @ (f_A'(Z_A,1) * adjoint)`: right for every hidden size, and a plain product where that is 1.
        """
        text = ""
        for term in self.terms:
            pulled = adjoint
            for factor in term.factors:
                shown = _bracketed(factor.expression, self.step)
                inner = f"({pulled})" if " " in pulled else pulled
                if factor.kind == "diagonal":
                    pulled = f"{shown} * {pulled}"
                elif factor.kind == "matrix":
                    pulled = f"{shown}^T @ {inner}"
                else:
                    pulled = f"{inner} @ {shown}^T"
            sign = "-" if term.sign < 0 else "+"
            text += f" {sign} {pulled}" if text else f"{'-' if term.sign < 0 else ''}{pulled}"
        return text


@dataclass(frozen=True, slots=True)
class LossPartial:
    """dE/d(output) in symbols: the loss's own text, `{H}` standing for the output and `{y}` for the target."""

    template: str
    output: str
    step: Step

    def __str__(self) -> str:
        """As it reads: `H_1 - y_1`."""
        return self.template.format(H=vertex_name(self.output, self.step), y=vertex_name("y", self.step))

    def pulled(self, adjoint: str) -> str:  # noqa: ARG002
        """Return what the loss gives the output: the partial itself, since dE/dE is 1."""
        return str(self)


def _bracketed(expression: Expression, step: Step) -> str:
    text = format_expression(expression, step)
    return f"({text})" if isinstance(expression, Sum | Negative | MatrixProduct) else text


def differentiate(expression: Expression, reference: Reference) -> tuple[Term, ...]:
    """Return d(expression)/d(reference), a term for each place at which `reference` is read.

    >>> from graphviz_lstm.cells import LSTM
    >>> hidden = LSTM.equations[5].expression
    >>> str(LocalPartial(differentiate(hidden, Quantity("S")), 1))
    "o_1 * f_S'(S_1)"
    """
    match expression:
        case Parameter() | Quantity():
            return (Term(1, ()),) if expression == reference else ()
        case Number():
            return ()
        case Negative(argument):
            return tuple(Term(-term.sign, term.factors) for term in differentiate(argument, reference))
        case Sum(terms):
            return tuple(found for term in terms for found in differentiate(term, reference))
        case Product(left, right):
            return _after("diagonal", right, differentiate(left, reference)) + _after(
                "diagonal", left, differentiate(right, reference)
            )
        case MatrixProduct(left, right):
            own = (Term(1, (Factor("right", right),)),) if left == reference else ()
            return own + _after("matrix", left, differentiate(right, reference))
        case Application(function, argument, name):
            return _after("diagonal", Derivative(function, argument, name), differentiate(argument, reference))
        case Derivative():
            raise TypeError(expression)


def _after(kind: Kind, expression: Expression, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    factor = Factor(kind, expression)
    return tuple(Term(term.sign, (factor, *term.factors)) for term in terms)
