"""The forward recursion in numbers, with lines of somebody's own in the place of derived ones: what a mistake costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.symbolic.recursions import derive_forward
from graphviz_lstm.gradients.symbolic.values import evaluate_expression, push_terms
from graphviz_lstm.graph import TARGET, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.graph.evaluate import HasProblem
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


def tangent_key(quantity: str) -> str:
    """Return the key of a quantity's tangent in the expressions of claims: no identifier, so nobody's name."""
    return f"d({quantity})"


def run_forward(
    problem: HasProblem,
    source: str,
    element: Sequence[int],
    *,
    replaced: Mapping[str, Expression] | None = None,
    fixed: frozenset[str] = frozenset(),
    only_last: bool = False,
    graph: Graph | None = None,
) -> float:
    """Return dE/d(source)[element] by the forward recursion, for a problem of any size.

    Parameters
    ----------
    replaced
        Quantity -> what its tangent is claimed to be: an expression in quantities and tangents, these by their keys.
        The tangent of the source is among them.
    fixed
        Quantities whose tangents of the step before are taken to be 0.
    only_last
        Leave out what the losses at earlier steps contribute.
    graph
        The problem's evaluated graph with a vertex for each operation, where it is at hand.
    """
    graph = evaluate(problem, detail="operation") if graph is None else graph
    asked = graph.graph["problem"]
    recursion = derive_forward(asked.cell, source)
    replaced = replaced or {}
    nodes = graph.nodes
    values: dict[tuple[str, int | None], Array] = {
        (data["quantity"], data["step"]): data["value"] for _, data in nodes.items()
    }
    direction = np.zeros(asked.parameters[source].shape)
    direction[tuple(element)] = 1.0
    values[tangent_key(source), None] = direction
    for equation in asked.cell.equations:
        zero = np.zeros(values[equation.quantity, asked.first_step].shape)
        values[tangent_key(equation.quantity), asked.first_step - 1] = zero
    slopes = {
        (nodes[tail]["quantity"], nodes[tail]["step"]): edge["partial"] for tail, edge in graph.pred[TARGET].items()
    }
    total, bound = 0.0, asked.cell.activations
    for step in range(asked.first_step, asked.last_step + 1):
        for quantity in fixed:
            values[tangent_key(quantity), step - 1] = np.zeros_like(values[tangent_key(quantity), step - 1])
        for line in recursion.lines:
            own = values[line.quantity, step]
            if line.quantity in replaced:
                tangent = evaluate_expression(replaced[line.quantity], step, values, bound=bound)
            else:
                tangent = np.zeros(own.shape)
                for flow in line.terms:
                    when = None if flow.step is None else step + flow.step.offset
                    inner = values[tangent_key(flow.quantity), when]
                    tangent = tangent + push_terms(flow.terms, step, values, inner, bound=bound)
            values[tangent_key(line.quantity), step] = np.broadcast_to(tangent, own.shape)
            if (line.quantity, step) in slopes and not (only_last and step < asked.last_step):
                total += float(slopes[line.quantity, step].push(values[tangent_key(line.quantity), step]))
    return total
