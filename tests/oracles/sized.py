"""Nets of any cell by the size of their numbers: ordinary ones, saturated ones, and such as no training ever leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.problems import LossTerm, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells import Cell

Size = Literal["ordinary", "saturated", "extreme"]
SIZES: tuple[Size, ...] = ("ordinary", "saturated", "extreme")
KINDS = ("squared_error", "cross_entropy", "binary_cross_entropy", "given")
# Of an extreme net's numbers so many decades from 1 at most, and so many of its arrays are.
_DECADES = 300
_FAR = 0.3


def sized_net(cell: str, size: Size, *, units: int, steps: int, seed: int) -> Problem:
    """Return a net of a cell of the library with weights of a size, and one to three losses, at some steps each."""
    return sized_batch(cell, size, units=units, lengths=[steps], seed=seed)[0]


def sized_batch(cell: str, size: Size, *, units: int, lengths: Sequence[int], seed: int) -> list[Problem]:
    """Return sequences of one such net: their inputs, states and losses are their own."""
    drawing = _Drawing(CELLS[cell], size, units, np.random.default_rng(seed))
    weights = drawing.weights()
    return [drawing.sequence(weights, steps) for steps in lengths]


class _Drawing:
    """One net as it is drawn."""

    def __init__(self, cell: Cell, size: Size, units: int, random: Any) -> None:
        self._cell, self._size, self._random = cell, size, random
        sizes = sizes_of(cell)
        of_input = sizes[cell.inputs[0]][0]
        inputs = int(random.integers(1, 3))
        self._shapes = {
            name: tuple(inputs if axis == of_input else units for axis in axes) for name, axes in sizes.items()
        }

    def weights(self) -> dict[str, Any]:
        """Draw the parameters."""
        scale = {"ordinary": 0.5, "saturated": float(self._random.uniform(10, 50)), "extreme": 1.0}[self._size]
        return {name: scale * self._numbers(self._shapes[name]) for name in self._cell.parameters}

    def sequence(self, weights: dict[str, Any], steps: int) -> Problem:
        """Draw all else of a sequence."""
        cell, shapes = self._cell, self._shapes
        initial = {name: self._numbers(shapes[name]) for name in cell.states}
        if "n" in initial:  # a normaliser, which is divided by
            initial["n"] = 1.0 + np.abs(initial["n"])
        inputs = {name: self._numbers((steps, *shapes[name])) for name in cell.inputs}
        losses = [self._loss(steps) for _ in range(self._random.integers(1, 4))]
        return Problem(cell, weights, inputs, losses, initial)

    def _numbers(self, shape: tuple[int, ...]) -> Any:
        """Return an array: of an extreme net now and then far from 1, all of it or each entry by itself."""
        numbers = self._random.normal(size=shape)
        if self._size != "extreme" or self._random.random() > _FAR:
            return numbers
        decades = self._random.uniform(-_DECADES, _DECADES, shape if self._random.random() < 0.5 else ())
        return numbers * 10.0**decades

    def _loss(self, steps: int) -> LossTerm:
        random, shape = self._random, self._shapes[self._cell.output]
        places = [k for k in range(steps) if random.random() < 0.7] or [steps - 1]
        kind = str(random.choice(KINDS))
        entries = tuple(np.flatnonzero(random.random(shape[0]) < 0.6).tolist()) if random.random() < 0.4 else ()
        targets = self._numbers((len(places), *shape))
        if kind == "cross_entropy":
            counted = np.zeros(shape)
            counted[list(entries) or slice(None)] = 1.0
            targets = random.uniform(0.1, 1.0, targets.shape) * counted
            targets = targets / targets.sum(axis=1, keepdims=True)
        elif kind == "binary_cross_entropy":
            targets = random.uniform(0.0, 1.0, targets.shape)
        weight = float(self._numbers(()))
        return LossTerm(self._cell.output, tuple(1 + k for k in places), targets, kind, weight, entries)
