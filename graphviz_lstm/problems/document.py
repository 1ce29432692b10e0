"""Version 2 of a problem's JSON: layers, an embedding, a readout, named inputs, and loss terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.cells.shapes import SizeBook
from graphviz_lstm.errors import ExampleError, ShapeError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import MOST_STEPS, array_of, step_number, whole_number, within
from graphviz_lstm.problems.counted import is_classes, parts_of, row_of_mask, scale_of
from graphviz_lstm.problems.fields import cell_from, choose, expect, expected, rebound, text_at
from graphviz_lstm.problems.layer import ADDED, BACKWARD, DIRECTIONS, FORWARD, Layer, require_direction
from graphviz_lstm.problems.net import is_numbered, key_of, stack
from graphviz_lstm.problems.problem import LossTerm, Problem
from graphviz_lstm.problems.tokens import tokens_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.layer import Direction

VERSION = 2
_REQUIRED = ("version", "layers", "losses")
_OPTIONAL = ("name", "about", "net", "embedding", "readout", "inputs", "first_step", "steps", "texts")
_LAYER = ("activations", "parameters", "initial", "direction", "residual", "backward")
_LOSS = ("quantity", "layer", "direction", "kind", "steps", "weight", "ignore", "mask", "reduction")


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
        texts=expected(data.get("texts", []), list, "texts"),
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
    _numbered: bool = field(init=False)

    def __post_init__(self) -> None:
        """Read layers and readout."""
        self.net, layers, beside = _parts_of(self.data)
        told = [(f"layers[{k}]", layer) for k, layer in enumerate(self.data["layers"])]
        self._numbered = is_numbered(layers)
        self._book = SizeBook(self.net)
        for key in ("parameters", "initial"):
            if key == "parameters" and "embedding" in beside:
                self._take(self.data["embedding"], "embedding", key, beside["embedding"].parameters, None)
            for number, ((where, data), layer) in enumerate(zip(told, layers, strict=True), start=1):
                names = layer.cell.parameters if key == "parameters" else layer.cell.states
                # The other direction's numbers stand under a key of their own.
                sources = [(data, where), (data.get("backward", {}), within(where, "backward"))]
                for part, (numbers, place) in zip(layer.parts, sources, strict=False):
                    self._take(numbers, place, key, names, number if self._numbered else None, part)
            if key == "parameters" and "readout" in beside:
                self._take(self.data["readout"], "readout", key, beside["readout"].parameters, None)

    def _take(
        self, data: dict[str, Any], where: str, key: str, names: Sequence[str], layer: int | None, part: str = ""
    ) -> None:
        """Read the arrays of one cell of a layer, of the embedding or the readout; those of states may be missing."""
        place = within(where, key)
        arrays = expected(data.get(key, {}), dict, place)
        choose(arrays, place, required=names if key == "parameters" else (), optional=names)
        taken = self.parameters if key == "parameters" else self.initial
        for name, value in arrays.items():
            what = within(place, name)
            array = array_of(what, value)
            self._book.admit(key_of(name, layer, part), array.shape, what)
            taken[key_of(name, layer, part)] = array

    def inputs(self) -> tuple[dict[str, Array], int]:
        """Return the inputs by name, and the number of steps."""
        given = expected(self.data.get("inputs", {}), dict, "inputs")
        choose(given, "inputs", required=self.net.inputs)
        arrays = {name: array_of(f"inputs.{name}", value) for name, value in given.items()}
        lengths = {f"inputs.{name}": len(array) if array.ndim else 0 for name, array in arrays.items()}
        if "steps" in self.data:
            lengths = {"steps": whole_number("steps", self.data["steps"], least=1, most=MOST_STEPS), **lengths}
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
            kind = text_at(told, "kind", where, "squared_error")
            targets = array_of(f"{where}.targets", told["targets"])
            rows = len(targets) if targets.ndim else 0
            if rows != len(counted):
                raise ExampleError(
                    f"wrong number of rows: {where}.targets has {rows}, must have {len(counted)}, one for each step"
                )
            if not is_classes(kind, targets, self.net.ranks[quantity]):
                self._book.admit(quantity, targets.shape[1:], f"a row of {where}.targets")
            terms += self._parts(told, where, kind, quantity, counted, targets)
        return terms

    def _parts(
        self, told: dict[str, Any], where: str, kind: str, quantity: str, counted: Sequence[int], targets: Array
    ) -> list[LossTerm]:
        """Return a loss as terms: one, or where entries are masked one for each choice of entries."""
        ignore, mask = told.get("ignore"), told.get("mask")
        parts = parts_of(counted, targets, ignore=ignore, mask=mask, where=where)
        if row_of_mask(mask):
            self._book.admit(quantity, row_of_mask(mask), f"a row of {where}.mask")
        steps = sum(len(part.steps) for part in parts)
        weight = _weight(told, where) * scale_of(told.get("reduction", "sum"), steps, f"{where}.reduction")
        return [LossTerm(quantity, part.steps, part.targets, kind, weight, part.entries) for part in parts]

    def _quantity(self, told: dict[str, Any], where: str) -> str:
        """Return the key of what a loss reads: of the layer that is told, else of the readout or the last layer."""
        if "quantity" not in told:
            for key in ("layer", "direction"):
                if key in told:
                    raise ExampleError(
                        f"missing key: '{where}.quantity' (a {key!r} alone does not say what the loss reads)"
                    )
            return self.net.output
        base, last = expect(told, "quantity", str, where), len(self.data["layers"])
        places: list[int | None] = [None, last] if self._numbered else [None]
        if "layer" in told:
            layer = whole_number(f"{where}.layer", told["layer"], least=1, most=last)
            # In a net of one forward layer nothing bears a number.
            places = [layer if self._numbered else None]
        # What a layer puts out, unless one of its cells, or what is joined before anything is added, is told.
        parts: tuple[str, ...] = (ADDED, "", BACKWARD)
        if "direction" in told:
            parts = {"forward": (FORWARD, ""), "backward": (BACKWARD,), "both": ("",)}[
                _direction(told, where, DIRECTIONS)
            ]
        known = {e.quantity: self.net.name_of(e.quantity) for e in self.net.equations}
        for place in places:
            for part in parts:
                if key_of(base, place, part) in known:
                    return key_of(base, place, part)
        bases = dict.fromkeys(name.base for name in known.values() if name.layer in places and name.part in parts)
        raise UnknownNameError(f"{describe_unknown('quantity', base, bases)} in {where!r}")


def net_of(data: dict[str, Any]) -> tuple[Cell, list[Layer]]:
    """Return the net that a document describes, and its layers."""
    return _parts_of(data)[:2]


def _parts_of(data: dict[str, Any]) -> tuple[Cell, list[Layer], dict[str, Cell]]:
    """Return the net, its layers, and the cells of embedding and readout."""
    given = expect(data, "layers", list)
    layers = [_layer(expected(layer, dict, f"layers[{k}]"), f"layers[{k}]", k + 1) for k, layer in enumerate(given)]
    first = layers[0].cell if layers else None
    beside: dict[str, Cell] = {what: _beside(data, what, first) for what in ("embedding", "readout") if what in data}
    name = text_at(data, "net", "", "") or None
    reads = expected(data["readout"].get("reads", {}), dict, "readout.reads") if "readout" in data else None
    net = stack(layers, beside.get("readout"), embedding=beside.get("embedding"), reads=reads, name=name)
    return net, layers, beside


def _beside(data: dict[str, Any], what: str, first: Cell | None) -> Cell:
    """Return the cell of the embedding or the readout."""
    told = expect(data, what, dict)
    required, optional = (("cell",), ("parameters", "reads")) if what == "readout" else ((), ("cell", "parameters"))
    choose(told, what, required=required, optional=optional)
    if "cell" not in told:
        if first is None or len(first.inputs) != 1:
            number = len(first.inputs) if first else 0
            raise ExampleError(f"missing key: '{what}.cell' (the first layer reads {number} inputs)")
        (name,) = first.inputs
        return parse_cell(what, f"{name}[t] = row(W_{name}, {tokens_beside(first)}[t])")
    return cell_from(told["cell"], f"{what}.cell", name=what)


def _layer(data: dict[str, Any], where: str, number: int) -> Layer:
    choose(data, where, required=("cell",), optional=_LAYER)
    cell = cell_from(data["cell"], f"{where}.cell", name=f"layer {number}")
    if "activations" in data:
        cell = rebound(cell, data["activations"], f"{where}.activations")
    direction = _direction(data, where, DIRECTIONS)
    if "backward" in data:
        if direction != "both":
            raise ExampleError(f"unused key: '{where}.backward' (a layer has it whose 'direction' is 'both')")
        choose(expect(data, "backward", dict, where), f"{where}.backward", optional=("parameters", "initial"))
    residual = data.get("residual", False)
    if not isinstance(residual, bool):
        raise ExampleError(f"wrong value: '{where}.residual' is {shorten(residual)}, must be true or false")
    return Layer(cell, direction, residual)


def _direction(data: dict[str, Any], where: str, known: Sequence[str]) -> Direction:
    told = data.get("direction", "forward")
    if told not in known:
        raise UnknownNameError(f"{describe_unknown('direction', told, known)} in {within(where, 'direction')!r}")
    return require_direction(told)


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
