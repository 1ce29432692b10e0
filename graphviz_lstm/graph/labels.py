"""What kind of edge leads from a reference to its equation's quantity, and what it adds to the labels of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.cells.detail import is_function
from graphviz_lstm.cells.expression import Parameter, Quantity, references, walk

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell, Equation
    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.graph.schema import EdgeKind


def kinds_of(cell: Cell) -> dict[str, dict[Reference, EdgeKind]]:
    """Return quantity -> reference in its equation -> the kind of the edge between them.

    A reference to a step before is a carousel where no function stands on the way round: where it leads, through sums
    and products alone, back to the quantity that it reads. Where it stands inside a function it is a crossing, and so
    it is where its equation only adds up what a later one of the same step puts into a function.

    >>> from graphviz_lstm.cells import CELLS, LSTM
    >>> from graphviz_lstm.cells.expression import Quantity
    >>> list(kinds_of(LSTM)["S"].values())
    ['inner', 'inner', 'inner', 'carousel']

    The input gate of an sLSTM is a sum, `i[t] = W_i @ X[t] + R_i @ H[t-1] + b_i`, of which others take `exp`.

    >>> kinds = kinds_of(CELLS["slstm"])
    >>> kinds["i"][Quantity("H", 1)], kinds["n"][Quantity("n", 1)]
    ('crossing', 'carousel')
    """
    inside = {equation.quantity: _inside(equation, cell) for equation in cell.equations}
    carried, entering = _linear(cell, inside)

    def kind(reference: Reference, head: str) -> EdgeKind:
        if isinstance(reference, Parameter):
            return "parameter"
        if reference.name in cell.inputs:
            return "input"
        if not reference.lag:
            return "inner"
        if reference in inside[head]:
            return "crossing"
        return "crossing" if head in entering and (reference.name, head) not in carried else "carousel"

    return {
        equation.quantity: {
            reference: kind(reference, equation.quantity) for reference in references(equation.expression)
        }
        for equation in cell.equations
    }


def _inside(equation: Equation, cell: Cell) -> set[Reference]:
    """Return what an equation reads inside a function."""
    if equation.inside:
        return set(references(equation.expression))
    return {
        reference
        for part in walk(equation.expression)
        if is_function(part, cell)
        for reference in references(part.arguments[0])
    }


def _linear(cell: Cell, inside: dict[str, set[Reference]]) -> tuple[set[tuple[str, str]], set[str]]:
    """Return the pairs (read, reader) on a circle without a function, and what goes into a function in its own step."""
    linear: nx.DiGraph[str] = nx.DiGraph()
    within: nx.DiGraph[str] = nx.DiGraph()
    entering: set[str] = set()
    for equation in cell.equations:
        within.add_node(equation.quantity)
        for reference in references(equation.expression):
            if not isinstance(reference, Quantity):
                continue
            if reference not in inside[equation.quantity]:
                linear.add_edge(reference.name, equation.quantity)
                if not reference.lag:
                    within.add_edge(equation.quantity, reference.name)
            elif not reference.lag:
                entering.add(reference.name)
    entering = entering.union(*(nx.descendants(within, name) for name in entering if name in within))
    circles = {name: k for k, names in enumerate(nx.strongly_connected_components(linear)) for name in names}
    return {(tail, head) for tail, head in linear.edges if circles[tail] == circles[head]}, entering


def labels_of(kind: EdgeKind, head: str) -> dict[str, object]:
    """Return what an edge adds to the labels of the paths along it; `head` is the quantity that the reader knows."""
    crosses = kind == "crossing"
    return {
        "kind": kind,
        "crossings": int(crosses),
        "gates": frozenset({head}) if crosses else frozenset(),
        "recurrence": frozenset({kind}) if kind in ("carousel", "crossing") else frozenset(),
    }
