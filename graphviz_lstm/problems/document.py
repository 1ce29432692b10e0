"""Version 2 of a problem's JSON: layers, a readout, named inputs, and loss terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.shapes import SizeBook
from graphviz_lstm.errors import ExampleError, ShapeError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import array_of, step_number, whole_number
from graphviz_lstm.problems.fields import cell_from, choose, expect, expected, rebound, text_at, within
from graphviz_lstm.problems.net import key_of, stack
from graphviz_lstm.problems.problem import LossTerm, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array

VERSION = 2
_REQUIRED = ("version", "layers", "losses")
_OPTIONAL = ("name", "about", "net", "readout", "inputs", "first_step", "steps")
_LAYER = ("activations", "parameters", "initial")
_LOSS = ("quantity", "layer", "kind", "steps", "weight")


def problem_from(data: dict[str, Any], name: str) -> Problem:
    """Return the problem that a JSON object of version 2 describes; `load_problem` says what is raised."""
    version = data["version"]
    if isinstance(version, bool) or version != VERSION:
        raise ExampleError(f"unknown version: {shorten(version)} (must be {VERSION}; the first form has none)")
    choose(data, "", required=_REQUIRED, optional=_OPTIONAL, whole="a problem")
    reading = _Reading(data)
    first_step = step_number("first_step", data.get("first_step", 1))
    inputs, steps = reading.inputs()
    return Problem(
        cell=reading.net,
        parameters=reading.parameters,
        inputs=inputs,
        losses=reading.losses(first_step, steps),
        initial=reading.initial,
        first_step=first_step,
        steps=steps,
        name=text_at(data, "name", "", name),
        about=text_at(data, "about", "", ""),
    )


@dataclass(slots=True)
class _Reading:
    """A document that is being read: the net, and the arrays that have been held against it.

    `Problem` holds them against it once more; here it is for messages, that name an array by its key in the document.
    """

    data: dict[str, Any]
    net: Cell = field(init=False)
    parameters: dict[str, Array] = field(init=False, default_factory=dict)
    initial: dict[str, Array] = field(init=False, default_factory=dict)
    _book: SizeBook = field(init=False)
    _several: bool = field(init=False)

    def __post_init__(self) -> None:
        """Read layers and readout."""
        given = expect(self.data, "layers", list)
        layers = [(f"layers[{k}]", expected(layer, dict, f"layers[{k}]")) for k, layer in enumerate(given)]
        cells = [_layer_cell(layer, where, k) for k, (where, layer) in enumerate(layers, start=1)]
        readout = None
        if "readout" in self.data:
            told = expect(self.data, "readout", dict)
            choose(told, "readout", required=("cell",), optional=("parameters",))
            readout = cell_from(told["cell"], "readout.cell", name="readout")
        self.net = stack(cells, readout, name=text_at(self.data, "net", "", "") or None)
        self._several = len(layers) > 1
        self._book = SizeBook(self.net)
        for number, (where, layer) in enumerate(layers, start=1):
            self._take(layer, where, "parameters", cells[number - 1].parameters, number if self._several else None)
        if readout is not None:
            self._take(self.data["readout"], "readout", "parameters", readout.parameters, None)
        for number, (where, layer) in enumerate(layers, start=1):
            self._take(layer, where, "initial", cells[number - 1].states, number if self._several else None)

    def _take(self, data: dict[str, Any], where: str, key: str, names: Sequence[str], layer: int | None) -> None:
        """Read the arrays of one layer or the readout; those of states may be missing."""
        place = within(where, key)
        arrays = expected(data.get(key, {}), dict, place)
        choose(arrays, place, required=names if key == "parameters" else (), optional=names)
        taken = self.parameters if key == "parameters" else self.initial
        for name, value in arrays.items():
            what = within(place, name)
            array = array_of(what, value)
            self._book.admit(key_of(name, layer), array.shape, what)
            taken[key_of(name, layer)] = array

    def inputs(self) -> tuple[dict[str, Array], int]:
        """Return the inputs by name, and the number of steps."""
        given = expected(self.data.get("inputs", {}), dict, "inputs")
        choose(given, "inputs", required=self.net.inputs)
        arrays = {name: array_of(f"inputs.{name}", value) for name, value in given.items()}
        lengths = {f"inputs.{name}": len(array) if array.ndim else 0 for name, array in arrays.items()}
        if "steps" in self.data:
            lengths = {"steps": whole_number("steps", self.data["steps"], least=1), **lengths}
        if not lengths:
            raise ExampleError("missing key: 'steps' (a net without inputs must be told how many)")
        (first, steps), *others = lengths.items()
        for what, length in [(first, steps), *others]:
            if length != steps or not length:
                due = f"{steps}, as {first}" if steps else "one a step"
                raise ExampleError(f"wrong number of rows: {what} has {length}, must have {due}")
        for name, array in arrays.items():
            self._book.admit(name, array.shape[1:], f"a row of inputs.{name}")
        return arrays, steps

    def losses(self, first_step: int, steps: int) -> list[LossTerm]:
        """Return the loss terms."""
        terms = []
        for k, value in enumerate(expect(self.data, "losses", list)):
            where = f"losses[{k}]"
            told = expected(value, dict, where)
            choose(told, where, required=("targets",), optional=_LOSS)
            counted = _steps(told.get("steps", "every"), f"{where}.steps", first_step, steps)
            quantity = self._quantity(told, where)
            targets = array_of(f"{where}.targets", told["targets"])
            rows = len(targets) if targets.ndim else 0
            if rows != len(counted):
                raise ExampleError(
                    f"wrong number of rows: {where}.targets has {rows}, must have {len(counted)}, one for each step"
                )
            self._book.admit(quantity, targets.shape[1:], f"a row of {where}.targets")
            kind = text_at(told, "kind", where, "squared_error")
            terms.append(LossTerm(quantity, counted, targets, kind, _weight(told, where)))
        return terms

    def _quantity(self, told: dict[str, Any], where: str) -> str:
        """Return the key of what a loss reads: of the layer that is told, else of the readout or the last layer."""
        if "quantity" not in told:
            if "layer" in told:
                raise ExampleError(
                    f"missing key: '{where}.quantity' (a 'layer' alone does not say what the loss reads)"
                )
            return self.net.output
        base, last = expect(told, "quantity", str, where), len(self.data["layers"])
        places = [None, last] if self._several else [None]
        if "layer" in told:
            layer = whole_number(f"{where}.layer", told["layer"], least=1, most=last)
            # In a net of one layer nothing bears a number.
            places = [layer if self._several else None]
        known = {e.quantity: self.net.name_of(e.quantity) for e in self.net.equations}
        for place in places:
            if key_of(base, place) in known:
                return key_of(base, place)
        bases = dict.fromkeys(name.base for name in known.values() if name.layer in places)
        raise UnknownNameError(f"{describe_unknown('quantity', base, bases)} in {where!r}")


def _layer_cell(layer: dict[str, Any], where: str, number: int) -> Cell:
    choose(layer, where, required=("cell",), optional=_LAYER)
    cell = cell_from(layer["cell"], f"{where}.cell", name=f"layer {number}")
    return rebound(cell, layer["activations"], f"{where}.activations") if "activations" in layer else cell


def _steps(value: object, where: str, first_step: int, steps: int) -> tuple[int, ...]:
    """Return the steps at which a loss counts."""
    every = tuple(range(first_step, first_step + steps))
    if isinstance(value, list):
        return tuple(step_number(f"{where}[{k}]", step) for k, step in enumerate(value))
    if value not in ("every", "last"):
        raise ExampleError(f"wrong value: {where!r} is {shorten(value)}, must be 'every', 'last' or a list of steps")
    return every if value == "every" else every[-1:]


def _weight(told: dict[str, Any], where: str) -> float:
    weight = array_of(f"{where}.weight", told.get("weight", 1.0))
    if weight.ndim:
        raise ShapeError(f"wrong shape: {where}.weight is {weight.shape}, must be a number")
    return float(weight)
