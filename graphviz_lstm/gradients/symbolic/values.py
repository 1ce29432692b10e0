"""Expressions and partials in numbers, read off the operations table: also those that no cell's equations have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Number, Parameter, Quantity
from graphviz_lstm.cells.operations import operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.cells.partials import Factor, Term
    from graphviz_lstm.graph.maps import Array

    Values = Mapping[tuple[str, int | None], Array]
    """A parameter or quantity and its step -> an array."""


def evaluate_expression(
    expression: Expression, step: int, values: Values, *, bound: Mapping[str, str] | None = None
) -> Array:
    """Return an expression at a step in numbers; `bound` maps general names to activations.

    >>> from graphviz_lstm.cells.expression import Apply
    >>> float(evaluate_expression(Apply("tanh", (Quantity("H", 1),)), 2, {("H", 1): np.array(0.0)}))
    0.0
    """
    if isinstance(expression, Number):
        return np.asarray(expression.value)
    if isinstance(expression, Parameter):
        return values[expression.name, None]
    if isinstance(expression, Quantity):
        return values[expression.name, step - expression.lag]
    arguments = [evaluate_expression(part, step, values, bound=bound) for part in expression.arguments]
    row = operation(expression.operation, bound)
    ranks = tuple(argument.ndim for argument in arguments)
    if row.shape == "entrywise":
        arguments = [_with_axes(argument, max(ranks)) for argument in arguments]
    if expression.derivative is not None:
        return np.asarray(row.derivatives[expression.derivative](*arguments))
    return np.asarray(row.value(*arguments, ranks=ranks) if row.ranked else row.value(*arguments))


def push_terms(
    terms: Sequence[Term],
    step: int,
    values: Values,
    tangent: Array,
    *,
    bound: Mapping[str, str] | None = None,
) -> Array:
    """Return what a partial, written out as terms, makes of its tail's tangent."""
    total: Array = np.zeros(())
    for term in terms:
        moved = tangent
        for factor in reversed(term.factors):
            moved = _moved(factor, step, values, moved, bound)
        total = total + term.sign * moved
    return total


def _moved(factor: Factor, step: int, values: Values, tangent: Array, bound: Mapping[str, str] | None) -> Array:
    coefficient = np.ones(())
    if factor.expression is not None:
        coefficient = evaluate_expression(factor.expression, step, values, bound=bound)
    return np.asarray(PUSHED[factor.kind](coefficient, tangent))


def _beside(coefficient: Array, tangent: Array) -> Array:
    rank = max(coefficient.ndim, tangent.ndim)
    return _with_axes(coefficient, rank) * _with_axes(tangent, rank)


def _with_axes(array: Array, rank: int) -> Array:
    """Return an array with as many axes, of length 1, behind its own: so it stands beside one of that rank."""
    return array.reshape(array.shape + (1,) * (rank - array.ndim)) if array.ndim else array


# What each kind of factor does to a tangent, see `cells.operations.Partial`.
PUSHED: dict[str, Callable[[Array, Array], Array]] = {
    "diagonal": _beside,
    "matrix": lambda coefficient, tangent: coefficient @ tangent,
    "select": lambda coefficient, tangent: coefficient @ tangent,
    "right": lambda coefficient, tangent: tangent @ coefficient,
    "inner": lambda coefficient, tangent: np.asarray(np.sum(coefficient * tangent)),
    "outer-left": lambda coefficient, tangent: np.multiply.outer(tangent, coefficient),
    "outer-right": np.multiply.outer,
    "transpose": lambda _, tangent: tangent.T,
    "spread": lambda coefficient, tangent: np.broadcast_to(tangent, coefficient.shape),
}
