"""What a cell is: equations as data, a safe parser, the library of cells, and examples with numbers."""

from __future__ import annotations

from graphviz_lstm.cells.activations import ACTIVATIONS
from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.example import EXAMPLES, Example, load_example, parse_example
from graphviz_lstm.cells.library import CELLS, GRU, LSTM, RNN
from graphviz_lstm.cells.losses import LOSSES
from graphviz_lstm.cells.parse import parse_cell

__all__ = [
    "ACTIVATIONS",
    "CELLS",
    "EXAMPLES",
    "GRU",
    "LOSSES",
    "LSTM",
    "RNN",
    "Cell",
    "Equation",
    "Example",
    "load_example",
    "parse_cell",
    "parse_example",
]
