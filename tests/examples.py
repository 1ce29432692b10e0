"""Random examples of any cell: the numbers that the laws are tried on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.problems import Example, LossTerm, Problem

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell

TYPICAL = {name: CELLS[name] for name in ("lstm", "lstm-peephole", "gru", "gru-reset-after", "rnn", "mingru", "slstm")}
"""One cell of each kind: laws that ask what not every net has, such as a gradient that is not zero, are tried on these.

`tests/cells` and `tests/laws` try all cells of the library.
"""


def random_example(
    cell: Cell,
    *,
    hidden: int = 1,
    inputs: int = 2,
    steps: int = 3,
    loss: str = "squared_error",
    at: str = "every",
    seed: int = 0,
    scale: float = 1.0,
) -> Example:
    """Return `cell` bound to normal numbers: sizes of one kind for the inputs, of another for all the rest."""
    random = np.random.default_rng(seed)
    sizes = sizes_of(cell)
    of_input = sizes[cell.inputs[0]][0]
    shapes = {name: tuple(inputs if size == of_input else hidden for size in sizes[name]) for name in sizes}
    targets = random.normal(size=(steps, *shapes[cell.output]))
    if loss == "cross_entropy":
        targets = np.exp(targets) / np.exp(targets).sum(axis=1, keepdims=True)
    return Example(
        cell=cell,
        parameters={name: scale * random.normal(size=shapes[name]) for name in cell.parameters},
        inputs=random.normal(size=(steps, *shapes[cell.inputs[0]])),
        targets=targets,
        initial={name: random.normal(size=shapes[name]) for name in cell.states},
        loss=loss,
        at=at,
    )


def random_problem(
    cell: Cell, *, hidden: int = 1, inputs: int = 2, steps: int = 3, seed: int = 0, scale: float = 1.0
) -> Problem:
    """Return `cell` bound to normal numbers, whatever its output is; a normaliser starts above zero."""
    random = np.random.default_rng(seed)
    sizes = sizes_of(cell)
    of_input = sizes[cell.inputs[0]][0]
    shapes = {name: tuple(inputs if size == of_input else hidden for size in sizes[name]) for name in sizes}
    initial = {name: random.normal(size=shapes[name]) for name in cell.states}
    if "n" in initial:
        initial["n"] = 1.0 + np.abs(initial["n"])
    targets = random.normal(size=(steps, *shapes[cell.output]))
    return Problem(
        cell=cell,
        parameters={name: scale * random.normal(size=shapes[name]) for name in cell.parameters},
        inputs={cell.inputs[0]: random.normal(size=(steps, *shapes[cell.inputs[0]]))},
        losses=[LossTerm(cell.output, tuple(range(1, steps + 1)), targets)],
        initial=initial,
    )


def random_sequences(
    cell: str = "lstm", *, lengths: tuple[int, ...] = (3, 3, 3), hidden: int = 2, seed: int = 0
) -> list[Example]:
    """Return sequences of one net whose inputs, targets and lengths differ."""
    one = random_example(TYPICAL[cell], hidden=hidden, steps=max(lengths), seed=seed, scale=0.8)
    random = np.random.default_rng(seed + 1)
    return [
        replace(
            one,
            inputs=random.normal(size=(length, one.inputs.shape[1])),
            targets=random.normal(size=(length, one.targets.shape[1])),
        )
        for length in lengths
    ]
