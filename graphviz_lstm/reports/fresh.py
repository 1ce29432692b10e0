"""A net as it is before training, of any cell: what is computed of a cell where nobody gave numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.problems import LossTerm, Problem

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell


def bound_of(hidden: int) -> float:
    """Return between which number and its negative the weights of so many units are drawn."""
    return float(hidden**-0.5)


def fresh_net(cell: Cell, *, hidden: int, steps: int, inputs: int = 2, seed: int = 0, last: bool = False) -> Problem:
    """Return a net whose weights are evenly drawn from +-1/sqrt(hidden), inputs and targets normal, first states zero.

    Parameters
    ----------
    inputs
        How many entries each input has.
    last
        Whether only the last step has a loss, not every one.
    """
    random = np.random.default_rng(seed)
    sizes = sizes_of(cell)
    of_inputs = {size for name in cell.inputs for size in sizes[name]}
    shapes = {name: tuple(inputs if size in of_inputs else hidden for size in sizes[name]) for name in sizes}
    bound = bound_of(hidden)
    parameters = {name: random.uniform(-bound, bound, size=shapes[name]) for name in cell.parameters}
    given = {name: random.normal(size=(steps, *shapes[name])) for name in cell.inputs}
    counted = (steps,) if last else tuple(range(1, steps + 1))
    return Problem(
        cell=cell,
        parameters=parameters,
        inputs=given,
        losses=[LossTerm(cell.output, counted, random.normal(size=(len(counted), *shapes[cell.output])))],
        initial={name: np.zeros(shapes[name]) for name in cell.states},
        steps=steps,
        name=f"fresh {cell.name}",
    )
