"""What a net gives, step by step: only to be held against what a framework's own module gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Number, Parameter, Quantity
from graphviz_lstm.cells.operations import operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.problem import Problem


def outputs_of(problem: Problem) -> Array:
    """Return what the net gives, (T, outputs), a row a step.

    >>> from graphviz_lstm.problems import load_problem
    >>> outputs_of(load_problem("gomez")).shape
    (2, 1)
    """
    steps: list[dict[str, Array]] = [
        {name: array[step] for name, array in problem.inputs.items()} for step in range(problem.steps)
    ]
    for run in problem.cell.runs:
        # What the first step of a run reads was given before it.
        before: Mapping[str, Array] = problem.initial
        for step in run.steps(problem.steps):
            for equation in run.equations:
                steps[step][equation.quantity] = _value(equation.expression, problem, steps[step], before)
            before = steps[step]
    return np.array([now[problem.cell.output] for now in steps])


def _value(expression: Expression, problem: Problem, now: Mapping[str, Array], before: Mapping[str, Array]) -> Array:
    if isinstance(expression, Number):
        return np.asarray(expression.value)
    if isinstance(expression, Parameter):
        return problem.parameters[expression.name]
    if isinstance(expression, Quantity):
        return (before if expression.lag else now)[expression.name]
    row = operation(expression.operation, problem.cell.activations)
    arguments = [_value(part, problem, now, before) for part in expression.arguments]
    # At one step an array has the axes of its rank and no others.
    ranks = {"ranks": tuple(each.ndim for each in arguments)} if row.ranked else {}
    value: Array = row.value(*arguments, **ranks)
    return value
