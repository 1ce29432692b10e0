"""What kind of edge leads from a reference to its equation's quantity, and what it adds to the labels of paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells.detail import is_function
from graphviz_lstm.cells.expression import Parameter, references, walk

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell, Equation
    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.graph.schema import EdgeKind


def kinds_of(equation: Equation, cell: Cell) -> dict[Reference, EdgeKind]:
    """Return the kind of the edge from each reference of an equation.

    A reference to the step before is a crossing where it stands inside a function, and a carousel where it does not.

    >>> from graphviz_lstm.cells import LSTM
    >>> [kind for kind in kinds_of(LSTM.equations[4], LSTM).values()]
    ['inner', 'inner', 'inner', 'carousel']
    """
    inside = {
        reference
        for part in walk(equation.expression)
        if is_function(part, cell)
        for reference in references(part.arguments[0])
    }
    kinds: dict[Reference, EdgeKind] = {}
    for reference in references(equation.expression):
        if isinstance(reference, Parameter):
            kinds[reference] = "parameter"
        elif reference.name in cell.inputs:
            kinds[reference] = "input"
        elif reference.lag:
            kinds[reference] = "crossing" if equation.inside or reference in inside else "carousel"
        else:
            kinds[reference] = "inner"
    return kinds


def labels_of(kind: EdgeKind, head: str) -> dict[str, object]:
    """Return what an edge adds to the labels of the paths along it; `head` is the quantity that the reader knows."""
    crosses = kind == "crossing"
    return {
        "kind": kind,
        "crossings": int(crosses),
        "gates": frozenset({head}) if crosses else frozenset(),
        "recurrence": frozenset({kind}) if kind in ("carousel", "crossing") else frozenset(),
    }
