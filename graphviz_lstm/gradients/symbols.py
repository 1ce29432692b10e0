"""Expressions as sympy has them, hidden size 1: the loss with everything put in, and every edge's partial.

A general activation `f_A` is an undefined function whose derivative is another one, `f_A'`. Symbols are real. With
several inputs, X_t is a column of symbols, and what is multiplied by it a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from graphviz_lstm.cells.activations import activation
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
    vertex_name,
)
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.errors import EquationError
from graphviz_lstm.gradients.latex import latex_name
from graphviz_lstm.graph import TARGET, unroll
from graphviz_lstm.graph.unroll import tail_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.graph.partials import LocalPartial
    from graphviz_lstm.graph.unroll import Graph

# Loss -> its value at one step, of an output and a target.
_LOSSES: dict[str, Any] = {
    "squared_error": lambda h, y: (h - y) ** 2 / 2,
    "given": lambda h, y: y * h,
}


@cache
def general(name: str, order: int = 0) -> Any:
    """Return a function of which nothing is known but its derivative: another such function, with one more prime."""

    def fdiff(self: Any, argindex: int = 1) -> Any:  # noqa: ARG001 -- sympy's own signature; there is one argument
        return general(name, order + 1)(self.args[0])

    def latex(self: Any, printer: Any) -> str:
        return rf"{latex_name(name)}{chr(39) * order}\left({printer.doprint(self.args[0])}\right)"

    methods = {"fdiff": fdiff, "nargs": 1, "_latex": latex}
    return type(f"{name}{'_prime' * order}", (sympy.Function,), methods)


def symbol(name: str) -> Any:
    """Return the real symbol of that name."""
    return sympy.Symbol(name, real=True)


def to_sympy(
    expression: Expression, step: int, values: Mapping[str, Any], activations: Mapping[str, str] | None = None
) -> Any:
    """Return an expression at a step, a reference as what `values` says of its vertex.

    An activation's argument that has a name (`Z_A`) is what `values` says of that, if it does.

    Parameters
    ----------
    activations
        General name -> activation, where all values are numbers and the result is to be one; by default they stay
        general.
    """
    match expression:
        case Number(value):
            return sympy.nsimplify(value)
        case Parameter() | Quantity():
            return values[tail_name(expression, step)]
        case Negative(argument):
            return -to_sympy(argument, step, values, activations)
        case Sum(terms):
            return sympy.Add(*(to_sympy(term, step, values, activations) for term in terms))
        case Product(left, right) | MatrixProduct(left, right):
            product = to_sympy(left, step, values, activations) * to_sympy(right, step, values, activations)
            # A row times a column is a number.
            return product[0, 0] if getattr(product, "shape", None) == (1, 1) else product
        case Application(function, argument, name) | Derivative(function, argument, name):
            known = vertex_name(name, step) if name else ""
            z = values[known] if known in values else to_sympy(argument, step, values, activations)
            return _apply(function, z, activations, derived=isinstance(expression, Derivative))


def _apply(function: str, argument: Any, activations: Mapping[str, str] | None, *, derived: bool) -> Any:
    if activations is None:
        return general(function, int(derived))(argument)
    row = activation(activations.get(function, function))
    return float((row.derivative if derived else row.value)(np.asarray(float(argument))))


def partial_to_sympy(
    partial: LocalPartial, values: Mapping[str, Any], activations: Mapping[str, str] | None = None
) -> Any:
    """Return a local partial at its step, a vertex as what `values` says of it."""
    assert isinstance(partial.step, int)  # noqa: S101 -- a moving step has no values
    total = sympy.Integer(0)
    for term in partial.terms:
        product = sympy.Integer(term.sign)
        for factor in term.factors:
            product = product * to_sympy(factor.expression, partial.step, values, activations)
        total = product if total == 0 else total + product
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Unrolled:
    """A cell over a few steps, with one unit, in symbols.

    Attributes
    ----------
    graph
        The unrolled graph.
    values
        Vertex -> its value with everything put in: in parameters, inputs, initial states and targets alone.
    partials
        Edge -> its local partial, everything put in; a column on an edge from a row of parameters.
    """

    graph: Graph
    values: dict[str, Any]
    partials: dict[tuple[str, str], Any]


def unroll_symbols(
    cell: Cell,
    steps: int,
    *,
    inputs: int = 1,
    loss: str = "squared_error",
    at: str = "every",
) -> Unrolled:
    """Return a cell in symbols, unrolled, with one unit and so many inputs.

    Raises
    ------
    EquationError
        If the loss has no symbols for one unit.
    """
    if loss not in _LOSSES:
        raise EquationError(
            f"loss {loss!r} cannot be derived for one unit (must be one of {', '.join(map(repr, _LOSSES))})"
        )
    graph = unroll(cell, steps, loss=loss, at=at)
    sizes = sizes_of(cell)
    of_input = {sizes[name][0] for name in cell.inputs}
    values: dict[str, Any] = {}
    partials: dict[tuple[str, str], Any] = {}
    for vertex, data in graph.nodes.items():
        if vertex == TARGET:
            outputs = {tail: symbol(vertex_name("y", graph.nodes[tail]["step"])) for tail in graph.pred[vertex]}
            values[vertex] = sympy.Add(*(_LOSSES[loss](values[tail], target) for tail, target in outputs.items()))
            for tail, target in outputs.items():
                h = sympy.Dummy("h")
                partials[tail, vertex] = sympy.diff(_LOSSES[loss](h, target), h).subs(h, values[tail])
        elif data["expression"] is None:
            last = sizes[data["quantity"]][-1]
            values[vertex] = symbol(vertex)
            if inputs > 1 and last in of_input:
                entries = [symbol(f"{vertex}[{k}]") for k in range(inputs)]
                is_row = len(sizes[data["quantity"]]) > 1
                values[vertex] = sympy.Matrix([entries] if is_row else entries)
        else:
            values[vertex] = to_sympy(data["expression"], data["step"], values)
            for tail, edge in graph.pred[vertex].items():
                partials[tail, vertex] = partial_to_sympy(edge["symbol"], values)
    return Unrolled(graph, values, partials)
