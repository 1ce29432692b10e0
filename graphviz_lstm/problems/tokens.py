"""Tokens: inputs that pick a row of a matrix, as an embedding does. They are numbers of rows, counted from 0."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, walk
from graphviz_lstm.errors import NumberError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array


def token_inputs(cell: Cell) -> dict[str, tuple[str, ...]]:
    """Return the inputs that pick rows, and the parameters whose rows each of them picks.

    >>> from graphviz_lstm.cells import parse_cell
    >>> token_inputs(parse_cell("embedding", "X[t] = row(W_X, k[t])"))
    {'k': ('W_X',)}
    """
    found: dict[str, tuple[str, ...]] = {}
    for equation in cell.equations:
        for part in walk(equation.expression):
            if isinstance(part, Apply) and part.operation == "row":
                matrix, number = part.arguments
                if isinstance(number, Quantity):
                    rows = (matrix.name,) if isinstance(matrix, Parameter) else ()
                    found[number.name] = (*found.get(number.name, ()), *rows)
    return found


def tokens_beside(cell: Cell) -> str:
    """Return what tokens are called that a cell's inputs are made of: `k`, or what the cell does not call a thing.

    >>> from graphviz_lstm.cells import CELLS
    >>> tokens_beside(CELLS["lstm"]), tokens_beside(CELLS["mlstm"])
    ('k', 'token')
    """
    names = chain(("k", "token"), (f"token{number}" for number in count(2)))
    return next(name for name in names if name not in cell.ranks)


def check_tokens(cell: Cell, parameters: Mapping[str, Array], inputs: Mapping[str, Array]) -> None:
    """Raise NumberError for the first token that is no row of what it picks a row of."""
    for name, matrices in token_inputs(cell).items():
        tokens = inputs[name]
        whole = np.rint(tokens) == tokens
        rows, matrix = min((len(parameters[one]), one) for one in matrices) if matrices else (None, "")
        fits = whole & (tokens >= 0) & (tokens < (np.inf if rows is None else rows))
        if not fits.all():
            step = int(np.argwhere(~fits)[0, 0])
            token = float(tokens[step])
            due = f"from 0 to {rows - 1}: {matrix!r} has {rows} rows" if rows is not None else "from 0 on"
            told = int(token) if token.is_integer() else token
            raise NumberError(f"no such token: input {name!r} has {told} at [{step}] (must be a whole number {due})")
