"""Expressions as data: what stands on the right of a cell's equation, and how it reads at a step.

Seven kinds of plain, frozen records. What an expression means (its value, its derivative, its symbols) is a function
elsewhere that matches on them: a new meaning is a new function, never a new method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; it fits every shape."""

    value: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """A weight matrix or a bias vector: the same at every step."""

    name: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A vector that every step has: an input, or what an equation defines. `lag` 1 is the step before."""

    name: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus its argument."""

    argument: Expression


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of two or more terms."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """The elementwise product."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class MatrixProduct:
    """A parameter that is a matrix, applied to a vector."""

    left: Parameter
    right: Expression


@dataclass(frozen=True, slots=True)
class Application:
    """An activation, applied to each entry of its argument.

    `argument_name` is what the argument is called where it is too long to write out: `Z_A` inside `f_A`.
    """

    function: str
    argument: Expression
    argument_name: str | None = None


@dataclass(frozen=True, slots=True)
class Derivative:
    """The derivative of an activation, at each entry of its argument. It stands in partials, never in equations."""

    function: str
    argument: Expression
    argument_name: str | None = None


Expression = Number | Parameter | Quantity | Negative | Sum | Product | MatrixProduct | Application | Derivative
Reference = Parameter | Quantity


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions of which `expression` is made, from left to right."""
    match expression:
        case Sum(terms):
            return terms
        case Product(left, right) | MatrixProduct(left, right):
            return (left, right)
        case Negative(argument) | Application(argument=argument) | Derivative(argument=argument):
            return (argument,)
        case _:
            return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield `expression` and all that it is made of, from left to right, the whole before its parts."""
    yield expression
    for child in children(expression):
        yield from walk(child)


def references(expression: Expression) -> tuple[Reference, ...]:
    """Return the parameters and quantities that `expression` reads, each once, in reading order."""
    return tuple(dict.fromkeys(part for part in walk(expression) if isinstance(part, Parameter | Quantity)))


def substitute(expression: Expression, replacements: dict[Expression, Expression]) -> Expression:
    """Return `expression` with every part that is a key of `replacements` replaced, the largest parts first."""
    if expression in replacements:
        return replacements[expression]
    match expression:
        case Sum(terms):
            return Sum(tuple(substitute(term, replacements) for term in terms))
        case Product(left, right):
            return Product(substitute(left, replacements), substitute(right, replacements))
        case MatrixProduct(left, right):
            return MatrixProduct(left, substitute(right, replacements))
        case Negative(argument):
            return Negative(substitute(argument, replacements))
        case Application(function, argument, name):
            return Application(function, substitute(argument, replacements), name)
        case Derivative(function, argument, name):
            return Derivative(function, substitute(argument, replacements), name)
        case _:
            return expression


@dataclass(frozen=True, slots=True)
class Moving:
    """The step `t`, or one so many after it: where an equation is told for every step at once.

    >>> vertex_name("S", Moving()), vertex_name("Z_A", Moving(1)), Moving() - 1
    ('S_t', 'Z_A,{t+1}', Moving(offset=-1))
    """

    offset: int = 0

    def __sub__(self, lag: int) -> Moving:
        """Return the step `lag` steps before."""
        return Moving(self.offset - lag)

    def __str__(self) -> str:
        """Return it as an index reads: `t`, `{t-1}`."""
        return f"{{t{self.offset:+d}}}" if self.offset else "t"


Step = int | Moving


def vertex_name(quantity: str, step: Step | None) -> str:
    """Return the name of the vertex that is `quantity` at `step`.

    A quantity that has an index already takes the step as a second one; one that is a function of another hands the
    step on to it.

    >>> vertex_name("a", 1), vertex_name("H", -1), vertex_name("W_A", None)
    ('a_1', 'H_-1', 'W_A')
    >>> vertex_name("Z_A", 1), vertex_name("f_S(S)", 1)
    ('Z_A,1', 'f_S(S_1)')
    """
    if step is None:
        return quantity
    if quantity.endswith(")"):
        function, _, argument = quantity[:-1].partition("(")
        return f"{function}({vertex_name(argument, step)})"
    return f"{quantity}{',' if '_' in quantity else '_'}{step}"


# How tightly each kind binds, for brackets: a part that binds less tightly than its place demands is bracketed.
_SUM, _PRODUCT, _ATOM = range(3)


def format_expression(expression: Expression, step: Step) -> str:
    """Return `expression` as it reads at `step`, an activation's long argument by its name.

    >>> format_expression(Product(Derivative("f_A", Sum((Quantity("X"), Quantity("H", 1))), "Z_A"), Quantity("i")), 2)
    "f_A'(Z_A,2) * i_2"
    """
    return _format(expression, step, _SUM)


def _format(expression: Expression, step: Step, place: int) -> str:
    match expression:
        case Number(value):
            text, binding = f"{value:g}", _ATOM if value >= 0 else _SUM
        case Parameter(name):
            text, binding = name, _ATOM
        case Quantity(name, lag):
            text, binding = vertex_name(name, step - lag), _ATOM
        case Negative(argument):
            text, binding = f"-{_format(argument, step, _PRODUCT)}", _SUM
        case Sum(terms):
            text, binding = _format_sum(terms, step), _SUM
        case Product(left, right):
            text = f"{_format(left, step, _PRODUCT)} * {_format(right, step, _PRODUCT)}"
            binding = _PRODUCT
        case MatrixProduct(left, right):
            text, binding = f"{left.name} @ {_format(right, step, _ATOM)}", _PRODUCT
        case Application(function, argument, argument_name) | Derivative(function, argument, argument_name):
            mark = "'" if isinstance(expression, Derivative) else ""
            inner = vertex_name(argument_name, step) if argument_name else _format(argument, step, _SUM)
            text, binding = f"{function}{mark}({inner})", _ATOM
    return f"({text})" if binding < place else text


def _format_sum(terms: tuple[Expression, ...], step: Step) -> str:
    text = _format(terms[0], step, _SUM)
    for term in terms[1:]:
        if isinstance(term, Negative):
            text += f" - {_format(term.argument, step, _PRODUCT)}"
        else:
            text += f" + {_format(term, step, _PRODUCT)}"
    return text
