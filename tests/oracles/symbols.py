"""Symbols against numbers: sympy's derivative of the whole loss, made a function, beside the adjoints of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from graphviz_lstm.cells.expression import Apply, walk
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.errors import CheckError, InputError
from graphviz_lstm.gradients.symbolic.symbols import entry, general, problem_symbols
from graphviz_lstm.graph import TARGET, given_values, reverse

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.graph.unroll import Graph

MOST_STEPS = 4
"""Symbols of more steps with everything put in are too large to be differentiated."""
_TOLERANCE = 1e-11


def check_symbols(graph: Graph, source: str, *, concrete: bool = False) -> float:
    """Return how far sympy's dE/d(source), put in numbers, lies from the graph's adjoint, relative to the latter.

    With `concrete` functions, or with general ones whose values are put in only now.

    Raises
    ------
    EquationError
        If the problem has more than one unit, or no symbols.
    InputError
        If it has more than four steps.
    CheckError
        If they differ by more than rounding.
    """
    problem = graph.graph["problem"]
    if problem.steps > MOST_STEPS:
        raise InputError(f"too many steps for symbols: {problem.steps} (at most {MOST_STEPS})")
    unrolled = problem_symbols(graph, concrete=concrete)
    numbers: dict[Any, float] = {}
    for vertex, array in given_values(problem).items():
        for k, number in enumerate(np.asarray(array).reshape(-1)):
            numbers[entry(unrolled.values[vertex], k)] = float(number)
    for (loss, step), target in unrolled.targets.items():
        term = problem.losses[loss]
        numbers[target] = term.targets[term.steps.index(step)].item()
    adjoint = reverse(graph)[source].reshape(-1)
    loss_value, variables = unrolled.values[TARGET], list(numbers)
    found = []
    for k in range(len(adjoint)):
        derivative = sympy.diff(loss_value, entry(unrolled.values[source], k))
        function = sympy.lambdify(variables, derivative, [_functions(problem.cell), "numpy"], cse=True)
        found.append(float(function(*numbers.values())))
    scale = float(np.max(np.abs(adjoint)))
    residual = float(np.max(np.abs(np.array(found) - adjoint))) / (scale or 1.0)
    if not residual <= _TOLERANCE:
        raise CheckError(f"symbols and numbers disagree on dE/d{source}: {found} and {adjoint.tolist()}")
    return residual


def _functions(cell: Cell) -> dict[str, Any]:
    """Return what the functions of a cell, and their first derivatives, are in numbers, by their names in code."""
    found: dict[str, Any] = {}
    for equation in cell.equations:
        for part in walk(equation.expression):
            row = operation(part.operation, cell.activations) if isinstance(part, Apply) else None
            if not isinstance(part, Apply) or row is None or not row.derivatives:
                continue
            count = len(row.derivatives)
            found[general(part.operation, (0,) * count).__name__] = row.value
            for k, derivative in enumerate(row.derivatives):
                found[general(part.operation, tuple(int(k == j) for j in range(count))).__name__] = derivative
    return found
