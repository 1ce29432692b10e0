"""What a cell is: the table of operations, equations as data, a safe parser, the library of cells."""

from __future__ import annotations

from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.library import CELLS, GRU, LSTM, RNN
from graphviz_lstm.cells.names import Moving, Name
from graphviz_lstm.cells.operations import ACTIVATIONS, LOSSES, OPERATIONS, Operation
from graphviz_lstm.cells.parse import parse_cell

__all__ = [
    "ACTIVATIONS",
    "CELLS",
    "GRU",
    "LOSSES",
    "LSTM",
    "OPERATIONS",
    "RNN",
    "Cell",
    "Equation",
    "Moving",
    "Name",
    "Operation",
    "parse_cell",
]
