"""The cells that layouts name: those of the library, and the one that PyTorch has beside them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from graphviz_lstm.cells.library import CELLS, cell as library_cell
from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.cells.shapes import sizes_of

if TYPE_CHECKING:
    from collections.abc import Hashable

    from graphviz_lstm.cells.cell import Cell

_PROJECTED = """
# Sak, Senior and Beaufays 2014: the output is a linear map of the hidden units. PyTorch has it as proj_size.
a[t] = f_A(W_A @ X[t] + U_A @ H[t-1] + b_A)
i[t] = f_i(W_i @ X[t] + U_i @ H[t-1] + b_i)
f[t] = f_f(W_f @ X[t] + U_f @ H[t-1] + b_f)
o[t] = f_o(W_o @ X[t] + U_o @ H[t-1] + b_o)
S[t] = a[t] * i[t] + f[t] * S[t-1]
h[t] = o[t] * f_S(S[t])
H[t] = P @ h[t]
"""


@cache
def cell_named(name: str) -> Cell:
    """Return the cell that a layout names.

    >>> cell_named("lstm-projected").parameters[-1], cell_named("gru").name
    ('P', 'gru')
    """
    if name == "lstm-projected" and name not in CELLS:
        return parse_cell(name, _PROJECTED, activations=CELLS["lstm"].activations)
    return library_cell(name)


@cache
def sizes_named(name: str) -> dict[str, tuple[Hashable, ...]]:
    """Return `sizes_of` the cell that a layout names: asked of every row of the table, for every file."""
    return dict(sizes_of(cell_named(name)))
