"""A layer's arrays as the parameters of our cell: which layout of its framework fits, and then block by block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.library import cell as cell_named
from graphviz_lstm.errors import ShapeError, UnknownNameError, WeightsError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import freeze, require_finite
from graphviz_lstm.problems.weights.finding import is_recurrent, sizes_named

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from graphviz_lstm.errors import InputError
    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.layer import Direction
    from graphviz_lstm.problems.weights.entries import Entry, Weights
    from graphviz_lstm.problems.weights.finding import FoundLayer
    from graphviz_lstm.problems.weights.layouts import Layout, Stored


@dataclass(frozen=True, slots=True)
class Fit:
    """A layer and the layout that fits it.

    Attributes
    ----------
    layer, layout
        What fits what.
    sizes
        Parameter -> shape, of every parameter of the cell.
    backward
        The same of the layer that runs backward beside it; None where there is no such.
    """

    layer: FoundLayer
    layout: Layout
    sizes: Mapping[str, tuple[int, ...]]
    backward: Fit | None = None

    @property
    def directions(self) -> tuple[Fit, ...]:
        """The layer itself, and what runs backward beside it."""
        return (self,) if self.backward is None else (self, self.backward)

    @property
    def direction(self) -> Direction:
        """In which direction it runs, as a `Layer` has it."""
        return "forward" if self.backward is None else "both"

    @property
    def inputs(self) -> int:
        """How many numbers it reads at each step."""
        return self._axis("inputs")

    @property
    def outputs(self) -> int:
        """How many numbers it gives at each step: of both directions, those of one behind those of the other."""
        return len(self.directions) * self._axis("output")

    @property
    def units(self) -> int:
        """How many units each gate has."""
        first = next(stored for stored in self.layout.arrays if is_recurrent(stored, self.layout))
        return self.sizes[first.holds[0]][0]

    def _axis(self, of: str) -> int:
        cell = cell_named(self.layout.cell)
        known = sizes_named(self.layout.cell)
        (size,) = known[cell.inputs[0] if of == "inputs" else cell.output]
        return next(shape[known[name].index(size)] for name, shape in self.sizes.items() if size in known[name])


def fit(layer: FoundLayer, weights: Weights, cell: str | None) -> Fit:
    """Return the layout of a layer's framework that fits its keys and shapes.

    Parameters
    ----------
    cell
        The cell of ours that it must be, where keys and shapes leave that open.

    Raises
    ------
    UnknownNameError
        If no layout of the framework is of that cell.
    WeightsError, ShapeError
        If none fits, with what is wrong with the one that fits best; if several do; or if two directions differ.
    """
    found = _fit(layer, weights, cell)
    if layer.backward is None:
        return found
    backward = _fit(layer.backward, weights, cell)
    if (backward.layout, backward.sizes) != (found.layout, found.sizes):
        told = " and ".join(
            f"{each.layer.called} is {each.layout.module} of {each.units} units that reads {each.inputs} numbers"
            for each in (found, backward)
        )
        raise ShapeError(f"two directions that differ: {told} (must be alike) in {weights.where}")
    return replace(found, backward=backward)


def _fit(layer: FoundLayer, weights: Weights, cell: str | None) -> Fit:
    """Return the layout that fits one direction of a layer."""
    known_by = [each for each in layer.framework.layouts if set(layer.keys) & {s.key for s in _required(each)}]
    layouts = known_by or list(layer.framework.layouts)
    if cell is not None:
        known = list(dict.fromkeys(layout.cell for layout in layer.framework.layouts))
        if cell not in known:
            raise UnknownNameError(
                f"{describe_unknown('cell', cell, known)}: the layouts of {layer.framework.name} in {weights.where}"
            )
        layouts = [layout for layout in layouts if layout.cell == cell] or [
            layout for layout in layer.framework.layouts if layout.cell == cell
        ]
    told = weights.attributes.get(layer.prefix, {})
    # What a file tells of a layer, a layout must tell too: it would be another cell.
    layouts = [each for each in layouts if all(each.attributes.get(name) == value for name, value in told.items())]
    tried = [(layout, *_try(layer, layout, weights)) for layout in layouts]
    fitting = [Fit(layer, layout, sizes) for layout, faults, sizes in tried if not faults]
    if len(fitting) > 1:
        cells = ", ".join(shorten(each.layout.cell) for each in fitting)
        raise WeightsError(f"more than one cell fits {layer.called}: {cells} (name the cell) in {weights.where}")
    if fitting:
        return fitting[0]
    raise _told(layer, tried, weights)


def parameters_of(found: Fit, weights: Weights) -> dict[str, Array]:
    """Return the parameters of our cell, in its order.

    Raises
    ------
    NumberError, WeightsError
        As `Weights.array`.
    """
    parameters = {name: np.zeros(shape) for name, shape in found.sizes.items()}
    for stored in found.layout.arrays:
        if stored.key in found.layer.keys:
            array = weights.array(found.layer.keys[stored.key])
            for name, block in blocks_of(stored, array, matrices=len(found.sizes[stored.holds[0]]) == 2):
                with np.errstate(over="ignore"):  # of two biases, which is named below
                    parameters[name] = parameters[name] + block
    for name, array in parameters.items():
        require_finite(f"{name!r} of {found.layer.called}", array, f" in {weights.where}")
    return {name: freeze(array) for name, array in parameters.items()}


def blocks_of(stored: Stored, array: Array, *, matrices: bool) -> Iterator[tuple[str, Array]]:
    """Yield the parameters that stand in an array, each with its numbers.

    >>> from graphviz_lstm.problems.weights.layouts import Stored
    >>> packed = np.arange(8.0).reshape(2, 4)
    >>> kernel = Stored("kernel", ("W_i", "W_f"), transposed=True)
    >>> [(name, block.tolist()) for name, block in blocks_of(kernel, packed, matrices=True)]
    [('W_i', [[0.0, 4.0], [1.0, 5.0]]), ('W_f', [[2.0, 6.0], [3.0, 7.0]])]
    """
    if stored.leading:
        array = array[0]
    if stored.transposed:
        array = array.T
    rows = array if matrices else array.reshape(-1)
    yield from zip(stored.holds, np.split(rows, len(stored.holds)), strict=True)


def _required(layout: Layout) -> list[Stored]:
    return [stored for stored in layout.arrays if not stored.optional]


def _try(layer: FoundLayer, layout: Layout, weights: Weights) -> tuple[list[InputError], dict[str, tuple[int, ...]]]:
    """Return what is wrong with a layer as one of this layout, and the shapes of the cell's parameters."""
    rows = {stored.key: stored for stored in layout.arrays}
    faults: list[InputError] = [
        WeightsError(
            f"missing: {shorten(_full(layer, stored.key))} of a recurrent layer of {layer.framework.name}, beside "
            f"{', '.join(map(shorten, layer.keys.values()))} in {weights.where}"
        )
        for stored in _required(layout)
        if stored.key not in layer.keys
    ]
    faults += [
        WeightsError(
            f"one too many: {shorten(key)}, {weights.entries[key]}, is no part of {layer.framework.name}'s "
            f"{layout.module} in {weights.where}"
        )
        for ending, key in layer.keys.items()
        if ending not in rows
    ]
    if faults:
        return faults, {}
    known: dict[Hashable, tuple[int, str]] = {}
    sizes = sizes_named(layout.cell)
    # What is multiplied with the state has units on both axes: from it the units are known.
    for stored in sorted(layout.arrays, key=lambda each: not is_recurrent(each, layout)):
        if stored.key not in layer.keys:
            continue
        key = layer.keys[stored.key]
        fault = _learn(stored, weights.entries[key], sizes[stored.holds[0]], known, key)
        if fault:
            return [ShapeError(f"{fault}, as {layer.framework.name}'s {layout.module} in {weights.where}")], {}
    return [], {name: tuple(known[size][0] for size in sizes[name]) for name in cell_named(layout.cell).parameters}


def _learn(
    stored: Stored, entry: Entry, sizes: tuple[Hashable, ...], known: dict[Hashable, tuple[int, str]], key: str
) -> str:
    """Hold an array's shape against the sizes that are known, and learn from it; return what is wrong."""
    blocks = len(stored.holds)
    shape = entry.shape
    if stored.leading:
        if shape[:1] != (1,):
            return f"wrong shape: {shorten(key)} is {entry}, must be (1, ...), of one direction"
        shape = shape[1:]
    if stored.transposed:
        shape = shape[::-1]
    if stored.rows > 1:
        if len(shape) != 2 or shape[0] != stored.rows:
            return f"wrong shape: {shorten(key)} is {entry}, must have {stored.rows} rows"
        shape = (stored.rows * shape[1],)
    if len(shape) != len(sizes) or 0 in shape:
        return f"wrong shape: {shorten(key)} is {entry}, must have {len(sizes)} axes, none of them empty"
    found = (shape[0] / blocks, *shape[1:])
    due = [known.get(size, (None, ""))[0] for size in sizes]
    # Both axes of a square matrix are one size.
    learnt: dict[Hashable, float] = {}
    wrong = any(learnt.setdefault(size, number) != number for size, number in zip(sizes, found, strict=True))
    wrong = wrong or found[0] != int(found[0])
    wrong = wrong or any(each not in (None, number) for each, number in zip(due, found, strict=True))
    if wrong:
        exchanged = " (rows and columns are exchanged)" if _exchanged(shape, due[0], blocks) else ""
        return f"wrong shape: {shorten(key)} is {entry}, must be {_due(stored, due, sizes)}{exchanged}"
    for size, number in learnt.items():
        known.setdefault(size, (int(number), key))
    return ""


def _due(stored: Stored, due: list[int | None], sizes: tuple[Hashable, ...]) -> str:
    """Return what shape was due, in words where a number is not known."""
    blocks = len(stored.holds) // stored.rows
    first = "units" if due[0] is None else str(blocks * due[0])
    other = "units" if len(set(sizes)) == 1 else "inputs"
    axes = [f"{blocks} x units" if due[0] is None and blocks > 1 else first]
    axes += [other if number is None else str(number) for number in due[1:]]
    axes = axes[::-1] if stored.transposed else axes
    axes = [*(["1"] if stored.leading else []), *([str(stored.rows)] if stored.rows > 1 else []), *axes]
    return f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"


def _exchanged(shape: tuple[int, ...], units: int | None, blocks: int) -> bool:
    """Return whether rows and columns of a matrix would fit if they were exchanged."""
    if len(shape) != 2 or shape[0] == shape[1]:
        return False
    return shape[1] == blocks * (shape[0] if units is None else units)


def _full(layer: FoundLayer, ending: str) -> str:
    own = ending.replace("{k}", str(layer.number))
    own += layer.marked
    separator = "/" if "/" in "".join(layer.keys.values()) else "."
    return f"{layer.prefix}{separator}{own}" if layer.prefix else own


def _told(
    layer: FoundLayer, tried: list[tuple[Layout, list[InputError], dict[str, tuple[int, ...]]]], weights: Weights
) -> InputError:
    """Return the error of the layout that fits best: of which the most is there, and the fewest are too many."""
    if not tried:
        told = ", ".join(f"{name}={shorten(value)}" for name, value in weights.attributes.get(layer.prefix, {}).items())
        return WeightsError(f"no cell computes what {layer.called} does: {told} in {weights.where}")
    best = min(tried, key=lambda each: (not isinstance(each[1][0], ShapeError), len(each[1])))
    alike = [each for each in tried if isinstance(each[1][0], ShapeError)]
    if len(alike) > 1 and (gates := _gates(layer, [layout for layout, _, _ in alike], weights)):
        return gates
    return best[1][0]


def _gates(layer: FoundLayer, layouts: list[Layout], weights: Weights) -> InputError | None:
    """Return the error of a number of gates that no layout has; None where the number is right for one."""
    due: dict[int, str] = {}
    for layout in layouts:
        stored = next(each for each in layout.arrays if is_recurrent(each, layout))
        due.setdefault(len(stored.holds), layout.cell)
        key = layer.keys[stored.key]
        entry = weights.entries[key]
        shape = entry.shape[1:] if stored.leading else entry.shape
        shape = shape[::-1] if stored.transposed else shape
        if len(shape) == 2 and shape[1] and shape[0] == shape[1] * len(stored.holds):
            return None
    units = entry.shape[0] if stored.transposed else entry.shape[-1]
    told = ", ".join(f"{gates} x {units} for {cell}" for gates, cell in due.items())
    axis = "columns" if stored.transposed else "rows"
    return ShapeError(
        f"wrong number of gates: {shorten(key)} is {entry}, must have as many {axis} as {told} in {weights.where}"
    )
