"""Cells of several units in symbols: each value an array of them, and the partial of each edge a matrix.

What one unit is told by a number is told here by arrays: so a proof says that the products of matrices along the paths
sum to the derivative, entry by entry, transposes and outer products among them.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.gradients.symbolic.symbols import Unrolled, symbol, to_sympy
from graphviz_lstm.gradients.symbolic.values import PUSHED
from graphviz_lstm.graph import TARGET, unroll
from graphviz_lstm.graph.losses import TARGET_KEY, LossPlace, loss_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.partials import Term
    from graphviz_lstm.gradients.symbolic.symbols import Key

    Shape = tuple[int, ...]


def unroll_units(cell: Cell, steps: int, units: int, *, inputs: int = 1) -> Unrolled:
    """Return a cell of so many units in symbols, unrolled, with half the squared error of its output at every step.

    Every axis is as long as there are units, but for those that inputs alone have: these have `inputs` entries.
    Partials are matrices, (head entries, tail entries), arrays flattened in C order.

    Raises
    ------
    EquationError
        If an operation has no symbols: what joins vectors, or picks a row.

    Examples
    --------
    >>> from graphviz_lstm.cells import parse_cell
    >>> unrolled = unroll_units(parse_cell("c", "H[t] = U @ H[t-1]"), 1, 2)
    >>> unrolled.values["H_1"].tolist()
    [H_0[0]*U[0,0] + H_0[1]*U[0,1], H_0[0]*U[1,0] + H_0[1]*U[1,1]]
    >>> unrolled.partials["U", "H_1"].tolist()
    [[H_0[0], H_0[1], 0, 0], [0, 0, H_0[0], H_0[1]]]
    """
    graph = unroll(cell, steps)
    shapes = _shapes(cell, units, inputs)
    symbols: dict[Key, Any] = {}
    found = Unrolled(graph, {}, {}, {})
    for vertex, data in graph.nodes.items():
        if vertex == TARGET:
            continue
        key, shape = (data["quantity"], data["step"]), shapes[data["quantity"]]
        if data["expression"] is None:
            symbols[key] = _symbols(vertex, shape)
        else:
            symbols[key] = to_sympy(data["expression"], data["step"], symbols, bound=cell.activations)
            for tail, edge in graph.pred[vertex].items():
                of_tail = shapes[graph.nodes[tail]["quantity"]]
                partial = _matrix(edge["symbol"].terms, data["step"], symbols, of_tail, cell)
                found.partials[tail, vertex] = np.broadcast_to(partial, (prod(shape), prod(of_tail)))
        found.values[vertex] = symbols[key]
    _add_loss(found, cell, symbols, shapes)
    return found


def _add_loss(unrolled: Unrolled, cell: Cell, symbols: Mapping[Key, Any], shapes: Mapping[str, Shape]) -> None:
    """Add E, and the partials of the edges into it."""
    graph, total = unrolled.graph, sympy.Integer(0)
    place = LossPlace(cell.output, "squared_error", ())
    loss = loss_cell(place, cell, Name(TARGET_KEY))
    expression = loss.equations[0].expression
    terms = differentiate(expression, Quantity(cell.output), loss)
    for vertex in graph.pred[TARGET]:
        step = graph.nodes[vertex]["step"]
        shape = shapes[cell.output]
        target = _symbols(f"{TARGET_KEY}_{step}", shape)
        values: dict[Key, Any] = {(cell.output, step): symbols[cell.output, step], (TARGET_KEY, step): target}
        unrolled.targets[0, step] = target
        unrolled.partials[vertex, TARGET] = _matrix(terms, step, values, shape, loss)
        total = total + to_sympy(expression, step, values)
    unrolled.values[TARGET] = total


def _symbols(name: str, shape: Shape) -> Any:
    """Return an array of symbols; of no axes, a symbol."""
    if not shape:
        return symbol(name)
    array = np.empty(shape, dtype=object)
    for index in np.ndindex(shape):
        array[index] = symbol(f"{name}[{','.join(map(str, index))}]")
    return array


def _shapes(cell: Cell, units: int, inputs: int) -> dict[str, Shape]:
    sizes = sizes_of(cell)
    quantities = {axis for equation in cell.equations for axis in sizes[equation.quantity]}
    of_input = {axis for name in cell.inputs for axis in sizes[name]} - quantities
    return {name: tuple(inputs if axis in of_input else units for axis in axes) for name, axes in sizes.items()}


def _matrix(terms: Sequence[Term], step: int, values: Mapping[Key, Any], tail: Shape, cell: Cell) -> Any:
    """Return a partial as a matrix: what it makes of each entry of its tail alone."""
    columns = []
    for k in range(prod(tail)):
        tangent = np.zeros(prod(tail), dtype=object)
        tangent[k] = sympy.Integer(1)
        total: Any = sympy.Integer(0)
        for term in terms:
            moved: Any = tangent.reshape(tail)
            for factor in reversed(term.factors):
                coefficient: Any = np.ones((), dtype=object)
                if factor.expression is not None:
                    found = to_sympy(factor.expression, step, values, bound=cell.activations)
                    coefficient = np.asarray(found, dtype=object)
                moved = np.asarray(PUSHED[factor.kind](coefficient, moved), dtype=object)
            total = total + term.sign * moved
        columns.append(np.reshape(np.asarray(total, dtype=object), -1))
    return np.stack(columns, axis=1)
