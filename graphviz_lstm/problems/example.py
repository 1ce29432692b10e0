"""An example: the first edition's way to write a problem, of one cell with one input and one loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.library import require_cell
from graphviz_lstm.cells.operations import loss
from graphviz_lstm.errors import InputError, ShapeError
from graphviz_lstm.given import require_one_of
from graphviz_lstm.problems.arrays import rows_of, step_number
from graphviz_lstm.problems.problem import LossTerm, Problem
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array

PLACES = ("every", "last")


@dataclass(frozen=True, slots=True, eq=False)
class Example(Shown):
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
        require_one_of("place of the loss", self.at, PLACES)
        first_step = step_number("first_step", self.first_step)
        require_cell(self.cell)
        if len(self.cell.inputs) != 1:
            raise InputError(
                f"cell {self.cell.name!r} reads {len(self.cell.inputs)} inputs; an example has exactly one "
                "(a Problem has as many as there are)"
            )
        inputs, targets = rows_of("'inputs'", self.inputs), rows_of("'targets'", self.targets)
        steps = len(inputs)
        first = first_step if self.at == "every" else first_step + steps - 1
        counted = tuple(range(first, first_step + steps))
        problem = Problem(
            cell=self.cell,
            parameters=self.parameters,
            inputs={self.cell.inputs[0]: inputs},
            # Held against the equations before their number is held against the steps.
            losses=[
                LossTerm(self.cell.output, counted, _counted_rows(targets, len(counted), steps, self.at), self.loss)
            ],
            initial=self.initial,
            first_step=first_step,
            name=self.name,
            about=self.about,
        )
        set_field = object.__setattr__
        set_field(self, "parameters", problem.parameters)
        set_field(self, "inputs", inputs)
        set_field(self, "targets", targets)
        set_field(self, "initial", problem.initial)
        set_field(self, "first_step", first_step)
        set_field(self, "problem", problem)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by way of the constructor: what arrives is read-only, too."""
        numbers = (dict(self.parameters), self.inputs, self.targets, dict(self.initial))
        return (Example, (self.cell, *numbers, self.loss, self.at, self.first_step, self.name, self.about))

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
