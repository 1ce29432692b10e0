"""An example: a cell and all the numbers that one gradient needs; read from a JSON file or made in Python."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.library import cell as library_cell
from graphviz_lstm.cells.losses import check_place, loss
from graphviz_lstm.cells.shapes import SizeBook
from graphviz_lstm.errors import (
    ExampleError,
    InputError,
    NumberError,
    ShapeError,
    UnknownNameError,
    describe_unknown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from graphviz_lstm.cells.cell import Cell

EXAMPLES = ("gomez",)
_REQUIRED = ("cell", "parameters", "inputs", "targets", "loss")
_OPTIONAL = ("initial", "first_step", "about", "activations")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A cell, bound to numbers.

    Whatever numpy takes for an array of numbers is taken; each is copied, made float64 and read-only. With n the
    hidden size, m the input size and T the steps:

    Attributes
    ----------
    cell
        The equations.
    parameters
        Name -> array: (n, m) for a matrix on an input, (n, n) for one on a state, (n,) for a bias.
    inputs
        (T, m), a row a step.
    targets
        (T, n), a row a step; where the loss counts at the last step only, one row (1, n) will do.
    initial
        State -> (n,), what it is before the first step; zeros where it is not given.
    loss, at
        A row of `LOSSES`, and `"every"` step or the `"last"`.
    first_step
        The number that the first step bears, 1 unless the source of the example counts otherwise.
    name, about
        What it is called, and where it comes from.

    Raises
    ------
    ShapeError, NumberError, UnknownNameError
        If an array does not fit the equations, is not made of finite numbers, is missing or is not asked for.
    """

    cell: Cell
    parameters: Mapping[str, NDArray[np.float64]]
    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    initial: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    loss: str = "squared_error"
    at: str = "every"
    first_step: int = 1
    name: str = "example"
    about: str = ""

    def __post_init__(self) -> None:
        """Copy, check and freeze the numbers."""
        loss(self.loss)
        check_place(self.at)
        if isinstance(self.first_step, bool) or not isinstance(self.first_step, int):
            raise NumberError(f"not a whole number: first_step is {self.first_step!r}")
        book = SizeBook(self.cell)
        if len(self.cell.inputs) != 1:
            raise InputError(
                f"cell {self.cell.name!r} reads {len(self.cell.inputs)} inputs; an example has exactly one"
            )
        parameters = _arrays("parameter", self.parameters, self.cell.parameters)
        for name in self.cell.parameters:
            if name not in parameters:
                raise NumberError(f"missing parameter: {name!r} of cell {self.cell.name!r} has no value")
            book.admit(name, parameters[name].shape, f"parameter {name!r}")
        inputs = _rows("inputs", self.inputs)
        book.admit(self.cell.inputs[0], inputs.shape[1:], "a row of 'inputs'")
        targets = _rows("targets", self.targets)
        book.admit(self.cell.output, targets.shape[1:], "a row of 'targets'")
        steps = len(inputs)
        if len(targets) != steps and not (self.at == "last" and len(targets) == 1):
            due = f"{steps} or 1" if self.at == "last" else f"{steps}"
            raise ShapeError(f"wrong number of rows: 'targets' has {len(targets)}, must have {due}, as 'inputs'")
        initial = _arrays("initial state", self.initial, self.cell.states)
        for name in self.cell.states:
            if name in initial:
                book.admit(name, initial[name].shape, f"initial state {name!r}")
        for name in self.cell.states:
            if name not in initial:
                shape = book.shape(name)
                if shape is None:
                    raise NumberError(f"missing initial state: no other array tells the size of {name!r}; give it")
                initial[name] = _freeze(np.zeros(shape))
        set_field = object.__setattr__
        set_field(self, "parameters", MappingProxyType({name: parameters[name] for name in self.cell.parameters}))
        set_field(self, "inputs", inputs)
        set_field(self, "targets", targets)
        set_field(self, "initial", MappingProxyType({name: initial[name] for name in self.cell.states}))

    @property
    def steps(self) -> int:
        """The number of steps, T."""
        return len(self.inputs)


def load_example(example: str | Path) -> Example:
    """Return a built-in example by its name, or the one in a JSON file by its path.

    Raises
    ------
    UnknownNameError
        If `example` is neither a built-in name nor an existing file.
    ExampleError, InputError
        If the file cannot be read or does not fit; the line names the file.
    """
    if str(example) in EXAMPLES:
        text = files("graphviz_lstm.cells").joinpath(f"{example}.json").read_text("utf-8")
        return parse_example(text, name=str(example))
    path = Path(example)
    if not path.suffix and not path.exists():
        raise UnknownNameError(f"{describe_unknown('example', str(example), EXAMPLES)}, or a JSON file's path")
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ExampleError(f"cannot read example file {str(path)!r}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ExampleError(f"cannot read example file {str(path)!r}: not UTF-8 text at byte {error.start}") from None
    try:
        return parse_example(text, name=path.stem)
    except InputError as error:
        raise type(error)(f"{error} in example file {str(path)!r}") from None


def parse_example(text: str, *, name: str = "example") -> Example:
    """Return the example that `text`, a JSON object, describes. See `load_example` for what is raised."""
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ExampleError(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ExampleError("not an example: nested too deeply") from None
    if not isinstance(data, dict):
        raise ExampleError(f"not an example: must be a JSON object, is a {type(data).__name__}")
    for key in data:
        if key not in _REQUIRED + _OPTIONAL:
            raise UnknownNameError(describe_unknown("key", key, _REQUIRED + _OPTIONAL))
    for key in _REQUIRED:
        if key not in data:
            raise ExampleError(f"missing key: {key!r} (an example has {', '.join(map(repr, _REQUIRED))})")
    cell = library_cell(_expect(data, "cell", str, "a name"))
    if "activations" in data:
        cell = _bind(cell, _expect(data, "activations", dict, "an object"))
    told = _expect(data, "loss", dict, "an object")
    for key in told:
        if key not in ("kind", "at"):
            raise UnknownNameError(describe_unknown("key of 'loss'", key, ("kind", "at")))
    return Example(
        cell=cell,
        parameters=_expect(data, "parameters", dict, "an object"),
        inputs=_expect(data, "inputs", list, "an array"),
        targets=_expect(data, "targets", list, "an array"),
        initial=_expect(data, "initial", dict, "an object") if "initial" in data else {},
        loss=str(told.get("kind", "squared_error")),
        at=str(told.get("at", "every")),
        first_step=data.get("first_step", 1),
        name=name,
        about=str(data.get("about", "")),
    )


def _bind(cell: Cell, activations: dict[str, Any]) -> Cell:
    from graphviz_lstm.cells.activations import activation

    for general, concrete in activations.items():
        if general not in cell.activations:
            raise UnknownNameError(describe_unknown("general activation", general, cell.activations))
        activation(str(concrete))
    return replace(cell, activations={**cell.activations, **activations})


def _expect(data: dict[str, Any], key: str, kind: type, described: str) -> Any:
    if not isinstance(data[key], kind):
        raise ExampleError(f"wrong value: {key!r} is {_short(data[key])}, must be {described}")
    return data[key]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ExampleError(f"key given twice: {key!r}")
        result[key] = value
    return result


def _refuse_constant(text: str) -> float:
    raise NumberError(f"not a finite number: {text}")


def _arrays(what: str, given: Mapping[str, ArrayLike], known: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    for name in given:
        if name not in known:
            raise UnknownNameError(describe_unknown(what, name, known))
    return {name: _array(f"{what} {name!r}", value) for name, value in given.items()}


def _rows(what: str, value: ArrayLike) -> NDArray[np.float64]:
    array = _array(repr(what), value)
    if array.ndim != 2 or 0 in array.shape:
        raise ShapeError(f"wrong shape: {what!r} is {array.shape}, must be (steps, size), a row of numbers a step")
    return array


def _array(what: str, value: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.array(value)
    except (ValueError, OverflowError):
        raise ShapeError(f"wrong shape: {what} has rows of different lengths") from None
    if array.dtype.kind not in "iuf":
        raise NumberError(f"not numbers: {what} is {_short(value)}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(array))[0].tolist()
        raise NumberError(f"not a finite number: {what} has {array[tuple(where)]} at {where}")
    return _freeze(array)


def _freeze(array: NDArray[np.float64]) -> NDArray[np.float64]:
    array.setflags(write=False)
    return array
