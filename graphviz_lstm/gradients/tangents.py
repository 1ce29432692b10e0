"""The forward recursion in numbers, with lines of somebody's own in the place of derived ones: what a mistake costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import vertex_name
from graphviz_lstm.gradients.recursions import derive_forward
from graphviz_lstm.gradients.symbols import partial_to_sympy, to_sympy
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.partials import LocalPartial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells import Example
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.graph.unroll import Graph


def tangent_name(quantity: str) -> str:
    """Return the name of a quantity's tangent in the expressions of claims: `dH` of `H`."""
    return f"d{quantity}"


def run_forward(
    example: Example,
    source: str,
    column: int,
    *,
    replaced: Mapping[str, Expression] | None = None,
    fixed: frozenset[str] = frozenset(),
    only_last: bool = False,
) -> float:
    """Return dE/d(source)[0, column] by the forward recursion, for an example with one unit.

    Parameters
    ----------
    replaced
        Quantity -> what its tangent is claimed to be: an expression in quantities and tangents (`dH` at lag 1).
    fixed
        Quantities whose tangents of the step before are taken to be 0.
    only_last
        Leave out what the loss at earlier steps contributes.
    """
    graph = evaluate(example, detail="operation")
    values = _values(graph, column)
    activations = example.cell.activations
    recursion = derive_forward(example.cell, source)
    replaced = replaced or {}
    total = 0.0
    for quantity in [equation.quantity for equation in example.cell.equations]:
        values[vertex_name(tangent_name(quantity), example.first_step - 1)] = 0.0
    for step in range(example.first_step, example.first_step + example.steps):
        for quantity in fixed:
            values[vertex_name(tangent_name(quantity), step - 1)] = 0.0
        for line in recursion.lines:
            if line.quantity in replaced:
                tangent = to_sympy(replaced[line.quantity], step, values, activations)
            else:
                tangent = 0.0
                for flow in line.terms:
                    lag = 0 if flow.step is None else -flow.step.offset
                    inner = 1.0 if flow.step is None else values[vertex_name(tangent_name(flow.quantity), step - lag)]
                    partial = LocalPartial(flow.partial.terms, step)
                    tangent += partial_to_sympy(partial, values, activations) * inner
            values[vertex_name(tangent_name(line.quantity), step)] = float(tangent)
        output = vertex_name(example.cell.output, step)
        if graph.has_edge(output, TARGET) and not (only_last and step < example.first_step + example.steps - 1):
            slope = float(graph.edges[output, TARGET]["partial"].pull(np.ones(()))[0])
            total += slope * values[vertex_name(tangent_name(example.cell.output), step)]
    return total


def _values(graph: Graph, column: int) -> dict[str, float]:
    """Return every vertex's value as a number; of an input, the one that the source's entry is multiplied by."""
    values = {}
    for vertex, data in graph.nodes.items():
        entries = np.asarray(data["value"]).reshape(-1)
        values[vertex] = float(entries[column] if len(entries) > 1 else entries[0])
    return values
