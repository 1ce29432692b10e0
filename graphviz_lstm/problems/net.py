"""Nets of several cells: layers on top of each other, and a readout of the last, as one cell.

What belongs to layer k of several is kept under a key that no identifier is, such as `H^(2)`; how it reads follows from
its `Name`, which knows the layer. A net of one layer has plain names, with a readout or without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, transform
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.parse import name_arguments, parse_cell
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells.cell import Equation
    from graphviz_lstm.cells.expression import Expression

_KINDS = ("a number", "a vector", "a matrix")


def key_of(base: str, layer: int | None) -> str:
    """Return the key of what is called `base` in a layer of several; that of a net of one layer is its name.

    >>> key_of("H", 2), key_of("H", None)
    ('H^(2)', 'H')
    """
    return base if layer is None else f"{base}^({layer})"


def stack(cells: Sequence[Cell], readout: str | Cell | None = None, *, name: str | None = None) -> Cell:
    """Return cells on top of each other as one cell.

    Parameters
    ----------
    cells
        The layers, the one that reads the net's inputs first. Every other reads one input: the output of the layer
        before, at the same step.
    readout
        Equations, as text or as a cell without states, whose inputs are named as quantities of the last layer:
        `"Y[t] = V @ H[t] + c"`. Its output is then the net's.
    name
        What the net is called; its layers' names joined by `+` where it is not told.

    Raises
    ------
    InputError
        If a layer reads another number of inputs, or what is stacked is no cell, or a net of layers already.
    UnknownNameError
        If the readout reads what is no quantity of the last layer.
    EquationError
        If two things would bear one name, or an equation of the readout cannot be read.

    Examples
    --------
    >>> from graphviz_lstm.cells import LSTM, RNN
    >>> net = stack([RNN, LSTM], "Y[t] = V @ H[t] + c")
    >>> net.inputs, net.states, net.output, net.parameters[-2:]
    (('X',), ('H^(1)', 'S^(2)', 'H^(2)'), 'Y', ('V', 'c'))
    """
    layers = _checked(cells)
    if len(layers) == 1 and readout is None:
        return layers[0] if name is None else replace(layers[0], name=name)
    building = _Net(several=len(layers) > 1)
    for number, cell in enumerate(layers, start=1):
        building.add_layer(cell, number)
    if readout is not None:
        building.add_readout(_readout(readout, layers[-1]), layers[-1], len(layers))
    return building.cell(net_name([cell.name for cell in layers], readout) if name is None else name)


def net_name(layers: Sequence[str], readout: object) -> str:
    """Return what a net is called unless it is told: after its layers.

    >>> net_name(["rnn", "lstm"], "Y[t] = V @ H[t]")
    'rnn+lstm+readout'
    """
    return "+".join([*layers, *(["readout"] if readout is not None else [])])


def _checked(cells: Sequence[Cell]) -> list[Cell]:
    if isinstance(cells, Cell | str) or not hasattr(cells, "__iter__"):
        raise InputError(f"not a list of cells: {shorten(cells)} (must be such as [LSTM, LSTM])")
    layers = list(cells)
    if not layers:
        raise InputError("no cells: a net has one layer at least")
    for number, cell in enumerate(layers, start=1):
        if not isinstance(cell, Cell):
            raise InputError(f"not a cell: layer {number} is {shorten(cell)} (must be a Cell, such as LSTM)")
        if any(called.layer is not None for called in cell.names.values()):
            raise InputError(
                f"cell {cell.name!r} as layer {number} is a net of layers already: stack its cells instead"
            )
        if number > 1 and len(cell.inputs) != 1:
            raise InputError(
                f"cell {cell.name!r} as layer {number} reads {len(cell.inputs)} inputs "
                f"(must read one, the output of layer {number - 1})"
            )
    return layers


def _readout(readout: str | Cell, last: Cell) -> Cell:
    """Return the readout as a cell whose inputs have the ranks of what they are named as."""
    if isinstance(readout, Cell):
        cell = readout
    elif isinstance(readout, str):
        cell = parse_cell("readout", readout)
        known = {name: last.ranks[name] for name in cell.inputs if name in last.ranks}
        cell = parse_cell("readout", readout, ranks=known)
    else:
        raise InputError(f"not a readout: {shorten(readout)} (must be equations as text, or a Cell)")
    if cell.states:
        raise InputError(f"the readout has states: {', '.join(map(repr, cell.states))} (a cell with states is a layer)")
    quantities = [equation.quantity for equation in last.equations]
    for name in cell.inputs:
        if name not in quantities:
            raise UnknownNameError(f"{describe_unknown('quantity', name, quantities)} in the readout")
    return cell


class _Net:
    """A net that is being stacked: its equations so far, and what each key is."""

    def __init__(self, *, several: bool) -> None:
        self._several = several
        self._equations: list[Equation] = []
        self._activations: dict[str, str] = {}
        self._names: dict[str, Name] = {}
        self._ranks: dict[str, int] = {}
        self._claims: dict[str, str] = {}
        self._output = ""

    def add_layer(self, cell: Cell, number: int) -> None:
        """Put a cell on top of what there is."""
        layer = number if self._several else None
        where = f"of layer {number}"
        if number > 1:
            renamed = dict.fromkeys(cell.inputs, self._output)
            self._require_ranks(cell, renamed, f"layer {number}")
        else:
            renamed = {name: self._claim(name, None, "input", where, cell.ranks[name]) for name in cell.inputs}
        self._add(cell, layer, where, renamed)
        self._output = key_of(cell.output, layer)

    def add_readout(self, cell: Cell, last: Cell, number: int) -> None:
        """Put equations that read the last layer on top of what there is."""
        layer = number if self._several else None
        renamed = {name: key_of(name, layer) for name in cell.inputs}
        self._require_ranks(cell, renamed, "the readout")
        for general, concrete in cell.activations.items():
            if self._activations.get(general, concrete) != concrete:
                own = self._activations[general]
                raise EquationError(
                    f"{general!r} is {own!r} in cell {last.name!r} and {concrete!r} in the readout (rename one)"
                )
        self._add(cell, None, "of the readout", renamed)
        self._output = cell.output

    def cell(self, name: str) -> Cell:
        """Return what was stacked."""
        equations = self._equations
        if not self._several:
            # Cell and readout are one text: its arguments are named as if it had been read as one.
            plain = [replace(e, expression=transform(e.expression, _without_name)) for e in equations]
            equations = name_arguments(plain, self._activations)
        return Cell(name, tuple(equations), self._activations, self._output, names=self._names, ranks=self._ranks)

    def _require_ranks(self, cell: Cell, renamed: Mapping[str, str], reader: str) -> None:
        for name, key in renamed.items():
            due, given = cell.ranks[name], self._ranks[key]
            if due != given:
                raise EquationError(f"{reader} reads {name!r} as {_KINDS[due]}, but {key!r} is {_KINDS[given]}")

    def _add(self, cell: Cell, layer: int | None, where: str, renamed: dict[str, str]) -> None:
        """Take the equations of a cell, `renamed` being what its inputs are called in the net."""
        for name in cell.parameters:
            renamed[name] = self._claim(name, layer, "parameter", where, cell.ranks[name])
        for equation in cell.equations:
            quantity = equation.quantity
            what = "state" if quantity in cell.states else "quantity"
            renamed[quantity] = self._claim(quantity, layer, what, where, cell.ranks[quantity])
        functions = {general: key_of(general, layer) for general in cell.activations}
        self._activations |= {functions[general]: concrete for general, concrete in cell.activations.items()}
        if layer is not None:
            self._names |= {key: Name(general, layer=layer) for general, key in functions.items()}

        def moved(part: Expression) -> Expression:
            if isinstance(part, Parameter | Quantity):
                return replace(part, name=renamed[part.name])
            if not isinstance(part, Apply):
                return part
            called = part.name
            if called is not None and self._several:
                called = self._claim(called, layer, "argument", where, None)
            return replace(part, operation=functions.get(part.operation, part.operation), name=called)

        for equation in cell.equations:
            quantity, origin = renamed[equation.quantity], renamed[equation.origin]
            expression = transform(equation.expression, moved)
            self._equations.append(replace(equation, quantity=quantity, expression=expression, origin=origin))

    def _claim(self, base: str, layer: int | None, what: str, where: str, rank: int | None) -> str:
        """Return the key of a name, which nothing else may bear."""
        key, claim = key_of(base, layer), f"{what} {base!r} {where}"
        if self._claims.setdefault(key, claim) != claim:
            raise EquationError(f"two things would be called {key!r}: {self._claims[key]} and {claim} (rename one)")
        if layer is not None:
            self._names[key] = Name(base, layer=layer)
        if rank is not None:
            self._ranks[key] = rank
        return key


def _without_name(part: Expression) -> Expression:
    return replace(part, name=None) if isinstance(part, Apply) else part
