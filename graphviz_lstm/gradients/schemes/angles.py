"""How good a scheme is on other nets like this one: over fewer steps, and with its recurrent weights scaled."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, walk
from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients.schemes.compare import compare
from graphviz_lstm.graph.evaluate import evaluate
from graphviz_lstm.graph.losses import steps_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.problems import Problem

    Cosines = Mapping[float, Sequence[float]]
    """A number of steps, or a scale -> the cosine of each scheme; NaN where it is not defined."""

SCALES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""By what the recurrent weights are multiplied."""
_POINTS = 10


def cosines_by_steps(problem: Problem, schemes: Sequence[str | Scheme]) -> Cosines:
    """Return number of first steps -> the cosine of each scheme with the gradient, over all parameters together.

    Of more than ten steps some, evenly spread. A loss at every step counts at every one of them, one at the last step
    at their last.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such scheme, or it cannot be applied.

    Examples
    --------
    >>> from graphviz_lstm import load_problem
    >>> found = cosines_by_steps(load_problem("gomez"), ["lstm-1997", "spatial"])
    >>> {steps: [round(cosine, 4) for cosine in cosines] for steps, cosines in found.items()}
    {1.0: [1.0, 1.0], 2.0: [0.9998, 0.9669]}
    """
    numbers = np.unique(np.round(np.linspace(1, problem.steps, min(problem.steps, _POINTS))).astype(int)).tolist()
    found = {}
    for steps in numbers:
        shorter = first_steps(problem, steps)
        if shorter is not None:
            found[float(steps)] = _cosines(shorter, schemes)
    return found


def cosines_by_scale(problem: Problem, schemes: Sequence[str | Scheme]) -> Cosines:
    """Return what the recurrent weights are multiplied by -> the cosine of each scheme, as `cosines_by_steps`.

    Of a cell that has none it is empty.
    """
    names = recurrent_weights(problem.cell)
    found = {}
    for scale in SCALES if names else ():
        with np.errstate(over="ignore"):
            scaled = {name: value * scale if name in names else value for name, value in problem.parameters.items()}
        known = all(np.isfinite(value).all() for value in scaled.values())
        found[scale] = _cosines(replace(problem, parameters=scaled), schemes) if known else [math.nan] * len(schemes)
    return found


def recurrent_weights(cell: Cell) -> tuple[str, ...]:
    """Return the parameters that multiply the step before: matrices, or where there are none, what multiplies entries.

    >>> from graphviz_lstm.cells import CELLS
    >>> recurrent_weights(CELLS["lstm"]), recurrent_weights(CELLS["mingru"])
    (('U_A', 'U_i', 'U_f', 'U_o'), ())
    """
    for operations in (("matmul",), ("multiply", "dot")):
        found = [
            argument.name
            for equation in cell.equations
            for part in walk(equation.expression)
            if isinstance(part, Apply) and part.operation in operations and _reads_the_step_before(part)
            for argument in part.arguments
            if isinstance(argument, Parameter)
        ]
        if found:
            return tuple(name for name in cell.parameters if name in found)
    return ()


def _reads_the_step_before(part: Apply) -> bool:
    return any(isinstance(each, Quantity) and each.lag for each in walk(part))


def first_steps(problem: Problem, steps: int) -> Problem | None:
    """Return a problem over its first steps; None where no loss counts at any of them."""
    losses = []
    for term in problem.losses:
        counted = tuple(steps_over(problem, term, steps))
        if counted:
            last = term.steps == (problem.last_step,)
            rows = [0] if last else [term.steps.index(step) for step in counted]
            losses.append(replace(term, steps=counted, targets=term.targets[rows]))
    if not losses:
        return None
    inputs = {name: rows[:steps] for name, rows in problem.inputs.items()}
    return replace(problem, inputs=inputs, losses=losses, steps=steps, texts=problem.texts[:steps])


def _cosines(problem: Problem, schemes: Sequence[str | Scheme]) -> list[float]:
    try:
        return [each.distance.cosine for each in compare(evaluate(problem), schemes)]
    except NumberError:
        # With weights of another scale a net may leave the range of its numbers.
        return [math.nan] * len(schemes)
