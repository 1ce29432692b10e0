"""Symbols against numbers: sympy's derivative of the whole loss, made a function, beside the adjoints of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from graphviz_lstm.cells.activations import activation
from graphviz_lstm.cells.expression import Application, vertex_name, walk
from graphviz_lstm.errors import CheckError, InputError, ShapeError
from graphviz_lstm.gradients.proof import entry
from graphviz_lstm.gradients.symbols import symbol, unroll_symbols
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.evaluate import given_values

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.graph.unroll import Graph

MOST_STEPS = 4
"""Symbols of more steps with everything put in are too large to be differentiated."""
_TOLERANCE = 1e-11


def check_symbols(graph: Graph, source: str) -> float:
    """Return how far sympy's dE/d(source), put in numbers, lies from the graph's adjoint, relative to the latter.

    Raises
    ------
    ShapeError
        If the example has more than one unit.
    InputError
        If it has more than four steps.
    EquationError
        If the loss cannot be derived in symbols.
    CheckError
        If they differ by more than rounding.
    """
    example = graph.graph["example"]
    if example.targets.shape[1] != 1:
        raise ShapeError(f"symbols are of one unit: the hidden size is {example.targets.shape[1]} (must be 1)")
    if example.steps > MOST_STEPS:
        raise InputError(f"too many steps for symbols: {example.steps} (at most {MOST_STEPS})")
    inputs = example.inputs.shape[1]
    unrolled = unroll_symbols(
        example.cell,
        example.steps,
        inputs=inputs,
        loss=example.loss,
        at=example.at,
    )
    shift = example.first_step - 1
    numbers: dict[Any, float] = {}
    for vertex, array in given_values(example).items():
        name = _renamed(vertex, graph, shift)
        value = unrolled.values[name]
        for k, number in enumerate(np.asarray(array).reshape(-1)):
            numbers[entry(value, k)] = float(number)
    for k, row in enumerate(example.targets):
        numbers[symbol(f"y_{k + 1 if len(example.targets) == example.steps else example.steps}")] = float(row[0])
    adjoint = np.asarray(graph.nodes[source]["adjoint"]).reshape(-1)
    loss, variables = unrolled.values[TARGET], list(numbers)
    found = []
    for k in range(len(adjoint)):
        derivative = sympy.diff(loss, entry(unrolled.values[_renamed(source, graph, shift)], k))
        function = sympy.lambdify(variables, derivative, [_functions(example.cell), "numpy"], cse=True)
        found.append(float(function(*numbers.values())))
    scale = float(np.max(np.abs(adjoint)))
    residual = float(np.max(np.abs(np.array(found) - adjoint))) / (scale or 1.0)
    if not residual <= _TOLERANCE:
        raise CheckError(f"symbols and numbers disagree on dE/d{source}: {found} and {adjoint.tolist()}")
    return residual


def _functions(cell: Cell) -> dict[str, Any]:
    """Return what the general functions of a cell are in numbers, by the names that they have in code."""
    used = {part.function for e in cell.equations for part in walk(e.expression) if isinstance(part, Application)}
    rows = {name: activation(cell.activations.get(name, name)) for name in used}
    values = {name: row.value for name, row in rows.items()}
    return values | {f"{name}_prime": row.derivative for name, row in rows.items()}


def _renamed(vertex: str, graph: Graph, shift: int) -> str:
    """Return the name that a vertex of `graph` has where steps are counted from 1."""
    data = graph.nodes[vertex]
    step = data["step"]
    return vertex_name(data["quantity"], None if step is None else step - shift)
