"""Unrolling: a cell's equations, step after step, as one explicit graph. No number is needed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import networkx as nx

from graphviz_lstm.cells.expression import (
    Application,
    Parameter,
    Quantity,
    Reference,
    Step,
    references,
    vertex_name,
    walk,
)
from graphviz_lstm.cells.losses import check_place, loss as loss_row
from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown
from graphviz_lstm.graph.partials import LocalPartial, LossPartial, differentiate

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell, Equation
    from graphviz_lstm.graph.partials import Term

    Detail = Literal["gate", "operation"]
    Graph = nx.DiGraph[str]
    # What an equation reads, the attributes that all such edges have in common, and the terms of their partial.
    Parent = tuple[Reference, dict[str, object], tuple[Term, ...]]

DETAILS = ("gate", "operation")
TARGET = "E"


def unroll(
    cell: Cell,
    steps: int,
    *,
    loss: str = "squared_error",
    at: str = "every",
    first_step: int = 1,
    detail: Detail = "gate",
) -> Graph:
    """Return the computational graph of `cell` over `steps` steps, from its parameters to the loss E.

    Its vertices are strings, in topological order: the parameters (one vertex each, however many steps read it), the
    initial states, then step by step the input and the quantities, and E last. Which attributes they and the edges
    bear is told in `docs/architecture.md`.

    Parameters
    ----------
    cell
        The equations of one step.
    steps
        How many steps, at least 1.
    loss, at
        A row of `LOSSES`, counted at `"every"` step or at the `"last"`.
    first_step
        The number that the first step bears.
    detail
        `"gate"`: a vertex for each quantity that the cell names. `"operation"`: also for each activation's argument
        (`Z_A,1`) and for each activation within a product (`f_S(S_1)`).

    Raises
    ------
    InputError
        If `steps` is not a whole number of at least 1.
    UnknownNameError
        If `loss`, `at` or `detail` is not one of the choices.

    Examples
    --------
    >>> from graphviz_lstm.cells import RNN
    >>> graph = unroll(RNN, 2)
    >>> list(graph)
    ['W_H', 'U_H', 'b_H', 'H_0', 'X_1', 'H_1', 'X_2', 'H_2', 'E']
    >>> str(graph.edges["H_1", "H_2"]["symbol"])
    "f_H'(Z_H,2) * U_H"
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise InputError(f"wrong number of steps: {steps!r} (must be a whole number, at least 1)")
    if detail not in DETAILS:
        raise UnknownNameError(describe_unknown("detail", detail, DETAILS))
    row = loss_row(loss)
    check_place(at)
    unrolled = cell.in_operations() if detail == "operation" else cell
    graph: Graph = nx.DiGraph(
        cell=cell, steps=steps, first_step=first_step, detail=detail, loss=loss, at=at, target=TARGET
    )
    for name in cell.parameters:
        graph.add_node(name, quantity=name, step=None, role="parameter", expression=None)
    for name in cell.states:
        before = first_step - 1
        graph.add_node(vertex_name(name, before), quantity=name, step=before, role="initial", expression=None)
    roles = _roles(cell)
    edges = [(equation, _edges_into(equation, unrolled)) for equation in unrolled.equations]
    for step in range(first_step, first_step + steps):
        for name in cell.inputs:
            graph.add_node(vertex_name(name, step), quantity=name, step=step, role="input", expression=None)
        for equation, parents in edges:
            _add_vertex(graph, equation, parents, step, roles.get(equation.quantity, "operation"))
    _add_loss(graph, cell, row.partial_text)
    return graph


def _roles(cell: Cell) -> dict[str, str]:
    """Return what each quantity that the cell names is to its neighbours."""
    return {
        equation.quantity: "output"
        if equation.quantity == cell.output
        else "state"
        if equation.quantity in cell.states
        else "gate"
        for equation in cell.equations
    }


def _edges_into(equation: Equation, cell: Cell) -> list[Parent]:
    """Return for each reference of `equation` what its edges have in common: attributes, and the partial's terms."""
    inside = {
        reference
        for part in walk(equation.expression)
        if isinstance(part, Application)
        for reference in references(part.argument)
    }
    result: list[Parent] = []
    for reference in references(equation.expression):
        kind = "inner"
        if isinstance(reference, Parameter):
            kind = "parameter"
        elif reference.name in cell.inputs:
            kind = "input"
        elif reference.lag:
            kind = "crossing" if equation.inside or reference in inside else "carousel"
        labels = _labels(kind, equation.origin)
        result.append((reference, labels, differentiate(equation.expression, reference)))
    return result


def _labels(kind: str, head: str) -> dict[str, object]:
    """Return what an edge adds to the labels of the paths along it."""
    crosses = kind == "crossing"
    return {
        "kind": kind,
        "crossings": int(crosses),
        "gates": frozenset({head}) if crosses else frozenset(),
        "recurrence": frozenset({kind}) if kind in ("carousel", "crossing") else frozenset(),
    }


def _add_vertex(graph: Graph, equation: Equation, parents: list[Parent], step: int, role: str) -> None:
    head = vertex_name(equation.quantity, step)
    graph.add_node(head, quantity=equation.quantity, step=step, role=role, expression=equation.expression)
    for reference, labels, terms in parents:
        tail = tail_name(reference, step)
        entry = (step,) if graph.nodes[tail]["role"] in ("parameter", "input", "initial") else ()
        graph.add_edge(tail, head, **labels, entry=entry, symbol=LocalPartial(terms, step))


def _add_loss(graph: Graph, cell: Cell, partial_text: str) -> None:
    first, steps = graph.graph["first_step"], graph.graph["steps"]
    last = first + steps - 1
    graph.add_node(TARGET, quantity=TARGET, step=None, role="loss", expression=None)
    for step in range(first if graph.graph["at"] == "every" else last, last + 1):
        tail = vertex_name(cell.output, step)
        symbol = LossPartial(partial_text, cell.output, step)
        graph.add_edge(tail, TARGET, **_labels("loss", TARGET), entry=(), symbol=symbol)


def tail_name(reference: Reference, step: Step) -> str:
    """Return the vertex that an equation at `step` reads as `reference`."""
    if isinstance(reference, Quantity):
        return vertex_name(reference.name, step - reference.lag)
    return reference.name
