"""Names, expressions and partials as LaTeX, in the question's own notation.

For hidden size 1 every factor is a number and stands beside the next. For larger ones a partial reads as a product of
matrices (a diagonal as `diag(...)`), and what an edge gives its tail as transposed factors, elementwise products and
outer products: the order is that of the multiplication.
"""

from __future__ import annotations

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
    Sum,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.expression import Step
    from graphviz_lstm.graph.partials import Factor, LocalPartial, LossPartial, Term

_SUM, _PRODUCT, _ATOM = range(3)


def latex_name(quantity: str, step: Step | None = None) -> str:
    r"""Return a quantity's name as it is typeset.

    >>> from graphviz_lstm.cells.expression import Moving
    >>> latex_name("S", Moving(-1)), latex_name("Z_A", 1), latex_name("W_A")
    ('S_{t-1}', 'Z_{A,1}', 'W_{A}')
    >>> latex_name("f_S(S)", 2), latex_name("E")
    ('f_{S}\\left(S_{2}\\right)', 'E')
    """
    if quantity.endswith(")"):
        function, _, argument = quantity[:-1].partition("(")
        return rf"{latex_name(function)}\left({latex_name(argument, step)}\right)"
    base, _, index = quantity.partition("_")
    when = "" if step is None else str(step).strip("{}")
    below = ",".join(part for part in (index, when) if part)
    base = base if len(base) == 1 else rf"\mathit{{{base}}}"
    return f"{base}_{{{below}}}" if below else base


def latex_expression(expression: Expression, step: Step, *, bound: Mapping[str, str] | None = None) -> str:
    r"""Return an expression as it reads at `step`; an activation's long argument by its name.

    `bound` maps general names to activations: derivatives are then written out, `1 - \tanh^2(...)`.
    """
    return _latex(expression, step, _SUM, bound or {})


def _latex(expression: Expression, step: Step, place: int, bound: Mapping[str, str]) -> str:
    match expression:
        case Number(value):
            text, binding = f"{value:g}", _ATOM if value >= 0 else _SUM
        case Parameter(name):
            text, binding = latex_name(name), _ATOM
        case Quantity(name, lag):
            text, binding = latex_name(name, step - lag), _ATOM
        case Negative(argument):
            text, binding = f"-{_latex(argument, step, _PRODUCT, bound)}", _SUM
        case Sum(terms):
            text, binding = _latex_sum(terms, step, bound), _SUM
        case Product(left, right):
            text = rf"{_latex(left, step, _PRODUCT, bound)} \odot {_latex(right, step, _PRODUCT, bound)}"
            binding = _PRODUCT
        case MatrixProduct(left, right):
            text, binding = rf"{latex_name(left.name)} {_latex(right, step, _ATOM, bound)}", _PRODUCT
        case Application(function, argument, name):
            text, binding = f"{_function(function)}{_argument(argument, name, step, bound)}", _ATOM
        case Derivative(function, argument, name):
            inner = _argument(argument, name, step, bound)
            if function in bound:
                text, binding = _BOUND_DERIVATIVES[bound[function]].replace("@", inner), _SUM
            else:
                text, binding = f"{_function(function)}'{inner}", _ATOM
    return rf"\left({text}\right)" if binding < place else text


def _function(name: str) -> str:
    """Return the name of a function: a general one as a name, a known one upright."""
    return latex_name(name) if "_" in name else rf"\operatorname{{{name}}}"


def _argument(argument: Expression, name: str | None, step: Step, bound: Mapping[str, str]) -> str:
    inner = latex_name(name, step) if name else _latex(argument, step, _SUM, bound)
    return rf"\left({inner}\right)"


def _latex_sum(terms: tuple[Expression, ...], step: Step, bound: Mapping[str, str]) -> str:
    text = _latex(terms[0], step, _SUM, bound)
    for term in terms[1:]:
        if isinstance(term, Negative):
            text += f" - {_latex(term.argument, step, _PRODUCT, bound)}"
        else:
            text += f" + {_latex(term, step, _PRODUCT, bound)}"
    return text


# Activation -> its derivative, @ standing for its argument in brackets.
_BOUND_DERIVATIVES = {
    "tanh": r"1 - \tanh^2@",
    "sigmoid": r"\sigma@ - \sigma^2@",
    "identity": "1",
    "relu": r"\left[@ > 0\right]",
    "softplus": r"\sigma@",
    "sin": r"\cos@",
}


def latex_partial(partial: LocalPartial, *, size: int = 1, bound: Mapping[str, str] | None = None) -> str:
    r"""Return d(head)/d(tail): numbers side by side for size 1, else a product of matrices.

    What stands right of a matrix that is itself the tail, as X_t in W_A X_t, reads `(\cdot) X_t`.
    """
    return _signed([(term.sign, _term(term, partial.step, size, bound or {})) for term in partial.terms])


def _term(term: Term, step: Step, size: int, bound: Mapping[str, str]) -> str:
    shown = []
    for factor in term.factors:
        text = _latex(factor.expression, step, _PRODUCT if size > 1 else _ATOM, bound)
        if size > 1 and factor.kind == "diagonal":
            text = rf"\operatorname{{diag}}\left({_latex(factor.expression, step, _SUM, bound)}\right)"
        elif size > 1 and factor.kind == "right":
            text = rf"\left(\cdot\right) {text}"
        shown.append(text)
    return r"\, ".join(shown) or ("I" if size > 1 else "1")


def latex_loss(partial: LossPartial) -> str:
    r"""Return dE/d(output).

    >>> from graphviz_lstm.graph.partials import LossPartial
    >>> latex_loss(LossPartial("{H} - {y}", "H", 1))
    'H_{1} - y_{1}'
    """
    text = partial.template
    for word in ("softmax", "sum"):
        text = text.replace(word, rf"\operatorname{{{{{word}}}}}")
    names = {"H": latex_name(partial.output, partial.step), "y": latex_name("y", partial.step)}
    return text.replace("*", r"\,").format(**names)


def latex_pushed(
    partial: LocalPartial, tangent: str, *, size: int = 1, bound: Mapping[str, str] | None = None
) -> list[tuple[int, str]]:
    """Return what the edge makes of its tail's `tangent`, as signed terms."""
    return [
        (term.sign, _through(term.factors[::-1], partial.step, tangent, size, bound or {}, pull=False))
        for term in partial.terms
    ]


def latex_pulled(
    partial: LocalPartial, adjoint: str, *, size: int = 1, bound: Mapping[str, str] | None = None
) -> list[tuple[int, str]]:
    """Return what the edge gives its tail of its head's `adjoint`, as signed terms."""
    return [
        (term.sign, _through(term.factors, partial.step, adjoint, size, bound or {}, pull=True))
        for term in partial.terms
    ]


def _through(
    factors: tuple[Factor, ...], step: Step, moved: str, size: int, bound: Mapping[str, str], *, pull: bool
) -> str:
    """Return `moved` after it has gone through the factors, one after another."""
    text, is_product = moved, False
    for factor in factors:
        shown = _latex(factor.expression, step, _ATOM if size == 1 else _PRODUCT, bound)
        if size == 1:
            # Numbers: pulled in front, as they are multiplied.
            text = shown if text == "1" else rf"{shown}\, {text}"
            continue
        inner = rf"\left({text}\right)" if is_product else text
        if factor.kind == "diagonal":
            text = rf"{shown} \odot {text}"
        elif factor.kind == "matrix":
            text = rf"{shown}^{{\top}} {inner}" if pull else f"{shown} {inner}"
        else:
            text = rf"{inner} {shown}^{{\top}}" if pull else rf"{inner} {shown}"
        is_product = True
    return text


def latex_sum(terms: list[tuple[int, str]]) -> str:
    """Return signed terms as a sum; 0 if there are none."""
    return _signed(terms) or "0"


def _signed(terms: list[tuple[int, str]]) -> str:
    text = ""
    for sign, term in terms:
        text += f"{' - ' if sign < 0 else ' + '}{term}" if text else f"{'-' if sign < 0 else ''}{term}"
    return text
