"""The gradient of a net of single numbers to fifty digits, by differences of its loss: it knows of no derivative.

Each float64 of the problem is taken for exactly what it is. A central difference errs by the square of its step, which
is 1e-60, so that what is left of it is below every digit that is asked for. At a kink it says what it says on average.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity
from graphviz_lstm.cells.operations import operation

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.problems.problem import Problem

DIGITS = 200
# What is below this part of the largest of the numbers that it is a difference of is zero.
ZERO = mpmath.mpf(10) ** -50
_STEP = mpmath.mpf(10) ** -60

# What rows of the table ask of sympy, in numbers.
_ROWS = SimpleNamespace(
    **{name: getattr(mpmath, name) for name in ("exp", "log", "sqrt", "tanh", "sin", "cos", "erf")},
    Add=lambda *terms: mpmath.fsum(terms),
    Max=max,
    Min=min,
    Abs=abs,
    Integer=mpmath.mpf,
)


def exact_gradient(problem: Problem, parameter: str) -> Any:
    """Return dE/d(parameter), the parameter being one number as everything is, to fifty digits."""
    with mpmath.workdps(DIGITS):
        ahead, behind = (_loss(problem, parameter, step) for step in (_STEP, -_STEP))
        slope = (ahead - behind) / (2 * _STEP)
        return slope if abs(slope) > ZERO * max(1, abs(ahead)) else mpmath.mpf(0)


def _loss(problem: Problem, moved: str, by: Any) -> Any:
    """Return E with one parameter moved."""
    parameters = {name: _number(value) + (by if name == moved else 0) for name, value in problem.parameters.items()}
    steps = range(problem.first_step, problem.first_step + problem.steps)
    found: dict[tuple[str, int], Any] = {
        (name, problem.first_step + k): _number(row)
        for name, rows in problem.inputs.items()
        for k, row in enumerate(rows)
    }
    found |= {(name, problem.start(name)): _number(value) for name, value in problem.initial.items()}
    for step in steps:
        for equation in problem.cell.equations:
            found[equation.quantity, step] = _value(equation.expression, problem.cell, parameters, found, step)
    return mpmath.fsum(
        operation(term.kind).sympy(_ROWS, found[term.quantity, step], _number(target))  # type: ignore[misc]
        for term in problem.losses
        for step, target in zip(term.steps, term.targets, strict=True)
    )


def _value(
    expression: Expression, cell: Cell, parameters: dict[str, Any], found: dict[tuple[str, int], Any], step: int
) -> Any:
    if isinstance(expression, Number):
        return mpmath.mpf(expression.value)
    if isinstance(expression, Parameter):
        return parameters[expression.name]
    if isinstance(expression, Quantity):
        return found[expression.name, step - expression.lag]
    assert isinstance(expression, Apply)
    row = operation(expression.operation, cell.activations)
    assert row.sympy is not None
    return row.sympy(_ROWS, *(_value(part, cell, parameters, found, step) for part in expression.arguments))


def _number(value: Any) -> Any:
    return mpmath.mpf(np.asarray(value).item())
