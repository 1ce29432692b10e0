"""A claim beside what is derived: in symbols, in numbers on the worked example, and as both are written."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import sympy

from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, substitute
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims.equations import CELL, ELEMENT, INPUT, QUANTITIES, SOURCE, question
from graphviz_lstm.gradients.symbolic.symbols import partial_to_sympy, symbol, to_sympy
from graphviz_lstm.gradients.symbolic.tangents import run_forward, tangent_key
from graphviz_lstm.graph import evaluate
from graphviz_lstm.notation import LATEX, LINE, Formula
from graphviz_lstm.problems import load_example

if TYPE_CHECKING:
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.gradients.symbolic.recursions import Line
    from graphviz_lstm.gradients.symbolic.symbols import Key
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation import Style
    from graphviz_lstm.problems import Example

STEP = 1
"""The step at which lines are compared; they hold for any."""


def line_symbols() -> dict[Key, Any]:
    """Return a symbol for all that a line at step 1 speaks of, tangents too, each named as it reads at t."""
    writer = question(LINE)
    values: dict[Key, Any] = {(name, None): symbol(writer.name(name)) for name in CELL.parameters}
    for name in (*CELL.inputs, *QUANTITIES, *map(tangent_key, QUANTITIES)):
        for step in (STEP - 1, STEP):
            values[name, step] = symbol(writer.name(name, Moving(step - STEP)))
    return values


def formula_of(expression: Any, values: dict[Key, Any]) -> Formula:
    """Return what sympy made, as text and in LaTeX."""
    writer = question(LATEX)
    shown = {
        known: writer.name(name, None if step is None else Moving(step - STEP))
        for (name, step), known in values.items()
    }
    return Formula(str(expression), sympy.latex(expression, symbol_names=shown))


def in_symbols(claim: Expression, values: dict[Key, Any]) -> Any:
    """Return an expression of the question at step 1."""
    return to_sympy(claim, STEP, values, bound=CELL.activations)


def derived_line(line: Line, values: dict[Key, Any]) -> Any:
    """Return what a tangent is, as derived, at step 1."""
    total = sympy.Integer(0)
    for flow in line.terms:
        inner = 1 if flow.step is None else values[tangent_key(flow.quantity), STEP + flow.step.offset]
        total += partial_to_sympy(flow.terms, STEP, values, bound=CELL.activations) * inner
    return total


def mistake_of(
    *,
    replaced: dict[str, Expression] | None = None,
    fixed: frozenset[str] = frozenset(),
    only_last: bool = False,
) -> float:
    """Return the relative error of dE/dW_A[0,0] on the worked example."""
    example, graph, true = worked_example()
    # In numbers an entry of the source is moved, and X_t is what that brings.
    brought: dict[Expression, Expression] = {
        Quantity(INPUT): Apply("matmul", (Parameter(tangent_key(SOURCE)), Quantity(INPUT)))
    }
    lines = {quantity: substitute(claim, brought) for quantity, claim in (replaced or {}).items()}
    found = run_forward(example, SOURCE, ELEMENT, replaced=lines, fixed=fixed, only_last=only_last, graph=graph)
    return abs(found - true) / abs(true)


@cache
def worked_example() -> tuple[Example, Graph, float]:
    """Return the worked example, its graph with a vertex for each operation, and its dE/dW_A[0,0]."""
    example = load_example("gomez")
    graph = evaluate(example, detail="operation")
    return example, graph, run_forward(example, SOURCE, ELEMENT, graph=graph)


def tangent(style: Style, quantity: str, step: Moving | int | None = None) -> str:
    """Return d(quantity)/d(source) as it is written, at t if no step is told."""
    return question(style).tangent(quantity, Moving() if step is None else step, SOURCE)


def equation(style: Style, line: Line) -> str:
    """Return a line of the forward recursion as an equation, for one unit."""
    writer = question(style)
    terms: list[tuple[int, str]] = []
    for flow in line.terms:
        inner = "1" if flow.step is None else tangent(style, flow.quantity, flow.step)
        terms += writer.pushed(flow.terms, flow.at, inner)
    return f"{tangent(style, line.quantity)} = {writer.sum(terms)}"
