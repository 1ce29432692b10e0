"""What a cell is: the table of operations, equations as data, a safe parser, the library of cells."""

from __future__ import annotations

from graphviz_lstm.cells.about import About, Citation
from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.file import load_cell, read_cell
from graphviz_lstm.cells.library import CELLS, library_cell as _library_cell
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
    "About",
    "Cell",
    "Citation",
    "Equation",
    "Moving",
    "Name",
    "Operation",
    "load_cell",
    "parse_cell",
    "read_cell",
]

LSTM: Cell
GRU: Cell
RNN: Cell


def __getattr__(name: str) -> Cell:
    """Return the cells that have a name of their own, read when they are asked for."""
    return _library_cell(name, __name__)
