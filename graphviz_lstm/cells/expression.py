"""Expressions as data: what stands on the right of a cell's equation.

Four kinds of plain, frozen records. What an expression means (its value, its partials, its shape, its text, its
symbols) is told by the table in `cells/operations`: a new meaning is a new column, a new operation a new row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, or a constant of the cell by its name; it fits every shape, and nothing is derived by it."""

    value: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array that is the same at every step: a weight, a bias."""

    name: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """An array that every step has: an input, or what an equation defines.

    `lag` 1 is the step before, -1 that after.
    """

    name: str
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation, applied to its arguments.

    Attributes
    ----------
    operation
        The name of a row of `OPERATIONS`, or a general name that a cell binds to one: `f_A`.
    arguments
        As many as the row says.
    name
        What the first argument is called where it is too long to write out: `Z_A` inside `f_A`.
    derivative
        None for the operation itself; else the number of the argument with regard to which it is derived. Such a part
        stands in partials, never in equations.
    """

    operation: str
    arguments: tuple[Expression, ...]
    name: str | None = None
    derivative: int | None = None


Expression = Number | Parameter | Quantity | Apply
Reference = Parameter | Quantity


def add(*terms: Expression) -> Expression:
    """Return the sum of terms, sums among them opened; of one term, the term."""
    flat: list[Expression] = []
    for term in terms:
        flat += term.arguments if isinstance(term, Apply) and term.operation == "add" else (term,)
    return flat[0] if len(flat) == 1 else Apply("add", tuple(flat))


def negative(argument: Expression) -> Apply:
    """Return minus the argument."""
    return Apply("negative", (argument,))


def multiply(left: Expression, right: Expression) -> Apply:
    """Return the elementwise product."""
    return Apply("multiply", (left, right))


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield `expression` and all that it is made of, from left to right, the whole before its parts."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Apply):
            waiting.extend(reversed(part.arguments))


def depth(expression: Expression) -> int:
    """Return how many operations stand within each other: 0 for a name or a number.

    >>> depth(add(Number(1.0), negative(Parameter("b"))))
    2
    """
    deepest, level = 0, [expression]
    while level := [part for whole in level if isinstance(whole, Apply) for part in whole.arguments]:
        deepest += 1
    return deepest


def references(expression: Expression) -> tuple[Reference, ...]:
    """Return the parameters and quantities that `expression` reads, each once, in reading order."""
    return tuple(dict.fromkeys(part for part in walk(expression) if isinstance(part, Parameter | Quantity)))


def transform(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """Return `expression` with each part replaced by what `change` makes of it, the parts of a whole before the whole.

    >>> transform(negative(Parameter("b")), lambda part: Number(2.0) if isinstance(part, Parameter) else part)
    Apply(operation='negative', arguments=(Number(value=2.0, name=''),), name=None, derivative=None)
    """
    if isinstance(expression, Apply):
        expression = replace(expression, arguments=tuple(transform(part, change) for part in expression.arguments))
    return change(expression)


def substitute(expression: Expression, replacements: Mapping[Expression, Expression]) -> Expression:
    """Return `expression` with every part that is a key of `replacements` replaced, the largest parts first."""
    if expression in replacements:
        return replacements[expression]
    if isinstance(expression, Apply):
        return replace(expression, arguments=tuple(substitute(part, replacements) for part in expression.arguments))
    return expression
