"""Whether a cell is an LSTM, by its equations: what it and its letters are called does not matter."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.detail import is_function
from graphviz_lstm.cells.expression import Apply, Number, Quantity

if TYPE_CHECKING:
    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.expression import Expression

_FAMILY = ("lstm-1997", "lstm", "lstm-peephole")
_COMMUTE = ("add", "multiply")


def is_lstm(cell: Cell) -> bool:
    """Return whether the equations are those of the LSTM of 1997, with forget gates and peepholes or without.

    >>> [is_lstm(CELLS[name]) for name in ("lstm", "lstm-peephole", "gru", "rnn")]
    [True, True, False, False]
    """
    return form_of(cell) in _forms()


@cache
def _forms() -> frozenset[str]:
    return frozenset(form_of(CELLS[name]) for name in _FAMILY)


def form_of(cell: Cell) -> str:
    """Return a digest of a cell's equations without their names: the same of two cells that differ in names alone.

    It is made of what the output and each other state are, in terms of inputs, parameters and what other steps left.
    Summands and factors have no order, and one activation is like another. A quantity is followed once, so that the
    cost is that of reading the equations.
    """
    equations = {equation.quantity: equation.expression for equation in cell.equations}
    found: dict[str, str] = {}

    def quantity(name: str) -> str:
        if name not in found:
            found[name] = form(equations[name])
        return found[name]

    def form(part: Expression) -> str:
        match part:
            case Quantity(name, 0) if name in equations:
                return quantity(name)
            case Quantity(name, lag):
                return _digest("input" if name in cell.inputs else "output" if name == cell.output else "state", lag)
            case Number(value):
                return _digest("number", value)
            case Apply(operation, arguments):
                told = [form(argument) for argument in arguments]
                kind = "function" if is_function(part, cell) else operation
                return _digest(kind, *(sorted(told) if operation in _COMMUTE else told))
            case _:
                return _digest("parameter", cell.ranks[part.name])

    return _digest(quantity(cell.output), *sorted(quantity(state) for state in cell.states if state != cell.output))


def _digest(*parts: str | float) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
