"""An example: the first edition's way to write a problem, of one cell with one input and one loss; also as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.library import CELLS, cell as library_cell
from graphviz_lstm.cells.operations import activation, loss
from graphviz_lstm.errors import (
    ExampleError,
    InputError,
    NumberError,
    ShapeError,
    UnknownNameError,
    describe_unknown,
    shorten,
)
from graphviz_lstm.frozen import Frozen
from graphviz_lstm.problems.arrays import rows_of
from graphviz_lstm.problems.problem import LossTerm, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.problems.arrays import Array

EXAMPLES = ("gomez",)
PLACES = ("every", "last")
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
        A kind of loss, and `"every"` step or the `"last"`.
    first_step
        The number that the first step bears, 1 unless the source of the example counts otherwise.
    name, about
        What it is called, and where it comes from.
    problem
        The same as a `Problem`: what everything else works on.

    Raises
    ------
    ShapeError, NumberError, UnknownNameError
        If an array does not fit the equations, is not made of finite numbers, is missing or is not asked for.
    """

    cell: Cell
    parameters: Mapping[str, Array]
    inputs: Array
    targets: Array
    initial: Mapping[str, Array] = field(default_factory=dict)
    loss: str = "squared_error"
    at: str = "every"
    first_step: int = 1
    name: str = "example"
    about: str = ""
    problem: Problem = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Copy, check and freeze the numbers."""
        loss(self.loss)
        if self.at not in PLACES:
            raise UnknownNameError(describe_unknown("place of the loss", self.at, PLACES))
        if isinstance(self.first_step, bool) or not isinstance(self.first_step, int):
            raise NumberError(f"not a whole number: first_step is {shorten(self.first_step)}")
        if not isinstance(self.cell, Cell):
            known = f", such as CELLS[{str(self.cell)!r}]" if str(self.cell) in CELLS else ""
            raise InputError(f"not a cell: {shorten(repr(self.cell))} (must be a Cell{known})")
        if len(self.cell.inputs) != 1:
            raise InputError(
                f"cell {self.cell.name!r} reads {len(self.cell.inputs)} inputs; an example has exactly one "
                "(a Problem has as many as there are)"
            )
        inputs, targets = rows_of("'inputs'", self.inputs), rows_of("'targets'", self.targets)
        steps = len(inputs)
        first = self.first_step if self.at == "every" else self.first_step + steps - 1
        counted = tuple(range(first, self.first_step + steps))
        problem = Problem(
            cell=self.cell,
            parameters=self.parameters,
            inputs={self.cell.inputs[0]: inputs},
            # Held against the equations before their number is held against the steps.
            losses=[
                LossTerm(self.cell.output, counted, _counted_rows(targets, len(counted), steps, self.at), self.loss)
            ],
            initial=self.initial,
            first_step=self.first_step,
            name=self.name,
            about=self.about,
        )
        set_field = object.__setattr__
        set_field(self, "parameters", problem.parameters)
        set_field(self, "inputs", inputs)
        set_field(self, "targets", targets)
        set_field(self, "initial", problem.initial)
        set_field(self, "problem", problem)

    @property
    def steps(self) -> int:
        """The number of steps, T."""
        return len(self.inputs)


def _counted_rows(targets: Array, counted: int, steps: int, at: str) -> Array:
    """Return the rows of the targets that count."""
    if len(targets) != steps and not (at == "last" and len(targets) == 1):
        due = f"{steps} or 1" if at == "last" else f"{steps}"
        raise ShapeError(f"wrong number of rows: 'targets' has {len(targets)}, must have {due}, as 'inputs'")
    return targets[-counted:]


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
        text = files("graphviz_lstm.problems").joinpath(f"{example}.json").read_text("utf-8")
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
    for general, concrete in activations.items():
        if general not in cell.activations:
            raise UnknownNameError(describe_unknown("general activation", general, cell.activations))
        activation(str(concrete))
    return replace(cell, activations=Frozen({**cell.activations, **activations}))


def _expect(data: dict[str, Any], key: str, kind: type, described: str) -> Any:
    if not isinstance(data[key], kind):
        raise ExampleError(f"wrong value: {key!r} is {shorten(repr(data[key]))}, must be {described}")
    return data[key]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ExampleError(f"key given twice: {key!r}")
        result[key] = value
    return result


def _refuse_constant(text: str) -> float:
    raise NumberError(f"not a finite number: {text}")
