"""A problem: a net, its numbers, and its loss terms. What is asked of a gradient is asked of one of these."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.library import require_cell
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.operations import loss
from graphviz_lstm.cells.shapes import KINDS, RULES, SizeBook
from graphviz_lstm.errors import InputError, NumberError, ShapeError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.frozen import Frozen
from graphviz_lstm.problems.arrays import (
    MOST_STEPS,
    array_of,
    arrays_of,
    freeze,
    step_number,
    text_of,
    texts_of,
    whole_number,
)
from graphviz_lstm.problems.counted import check_classes, check_entries, entries_of, is_classes, one_hot_rows
from graphviz_lstm.problems.tokens import check_tokens
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array


# Of what is missing so many are named.
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True, eq=False)
class LossTerm:
    """What E is the sum of: one kind of loss of one quantity, at some steps.

    Attributes
    ----------
    quantity
        What the loss reads.
    steps
        At which steps, by the numbers that they bear.
    targets
        (number of steps, *shape of the quantity), one for each of them; of `"cross_entropy"` also numbers of classes,
        one for each step, of which a problem makes rows.
    kind
        A row of the operations table: `"squared_error"` (half the square), `"cross_entropy"` (of the softmax),
        `"binary_cross_entropy"` (of the sigmoid) or `"given"` (the targets are dE/d(quantity)).
    weight
        What the loss is multiplied by.
    entries
        Which entries of a vector it reads, and of the targets, by their numbers from 0; all, if none is told.
    """

    quantity: str
    steps: tuple[int, ...]
    targets: Array
    kind: str = "squared_error"
    weight: float = 1.0
    entries: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check and freeze."""
        loss(self.kind)
        set_field = object.__setattr__
        where = f"the loss of {self.quantity!r}"
        if isinstance(self.steps, str) or not hasattr(self.steps, "__iter__"):
            raise InputError(f"not steps: {where} counts at {shorten(self.steps)} (must be such as [1, 2])")
        set_field(self, "steps", tuple(step_number(f"a step of {where}", step) for step in self.steps))
        set_field(self, "targets", array_of(f"targets of {self.quantity!r}", self.targets))
        weight = array_of(f"weight of the loss of {self.quantity!r}", self.weight)
        if weight.ndim:
            raise ShapeError(
                f"wrong shape: weight of the loss of {self.quantity!r} is {weight.shape}, must be a number"
            )
        set_field(self, "weight", float(weight))
        if not self.steps:
            raise InputError(f"no steps: the loss of {self.quantity!r} counts at none (must count at one at least)")
        if len(set(self.steps)) < len(self.steps):
            raise InputError(f"step given twice in the loss of {self.quantity!r}: {shorten(self.steps)}")
        set_field(self, "entries", entries_of(where, self.entries))
        rows = len(self.targets) if self.targets.ndim else 0
        if rows != len(self.steps):
            raise ShapeError(
                f"wrong number of rows: targets of {self.quantity!r} has {rows}, "
                f"must have {len(self.steps)}, one for each step at which the loss counts"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by way of the constructor: what arrives is read-only, too."""
        return (LossTerm, (self.quantity, self.steps, self.targets, self.kind, self.weight, self.entries))


@dataclass(frozen=True, slots=True, eq=False)
class Problem(Shown):
    """A net, bound to numbers, and what it is to be good at.

    Whatever numpy takes for an array of numbers is taken; each is copied, made float64 and read-only. T is the number
    of steps.

    Attributes
    ----------
    cell
        The equations of one step: of a cell, or of a net of several (`problems.net.stack`).
    parameters
        Name -> array.
    inputs
        Name -> (T, *shape), a row a step: one for each input that the equations read. Of a net without inputs, `steps`
        must be told.
    losses
        The terms whose sum is E.
    initial
        State -> what it is before the first step (of what runs backward: behind the last); zeros where it is not given.
    first_step
        The number that the first step bears.
    steps
        T: that of the inputs.
    name, about
        What it is called, and where it comes from.
    texts
        What is read at each step, for readers: a text each, such as the words of a sentence; or none.

    Raises
    ------
    ShapeError, NumberError, UnknownNameError, InputError
        If an array does not fit the equations, is not made of finite numbers, is missing or is not asked for; if a loss
        reads what is not there.
    """

    cell: Cell
    parameters: Mapping[str, Array]
    inputs: Mapping[str, Array]
    losses: Sequence[LossTerm]
    initial: Mapping[str, Array] = field(default_factory=dict)
    first_step: int = 1
    steps: int = 0
    name: str = "problem"
    about: str = ""
    texts: Sequence[str] = ()
    shapes: Mapping[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Copy, check and freeze the numbers."""
        require_cell(self.cell)
        set_field = object.__setattr__
        set_field(self, "first_step", step_number("first_step", self.first_step))
        set_field(self, "name", text_of("name", self.name))
        set_field(self, "about", text_of("about", self.about))
        cell, book = self.cell, SizeBook(self.cell)
        parameters = arrays_of("parameter", self.parameters, cell.parameters)
        _require_all("parameter", parameters, cell.parameters, cell)
        for name in cell.parameters:
            book.admit(name, parameters[name].shape, f"parameter {name!r}")
        inputs = arrays_of("input", self.inputs, cell.inputs)
        _require_all("input", inputs, cell.inputs, cell)
        steps = self._count_steps(inputs)
        for name in cell.inputs:
            book.admit(name, inputs[name].shape[1:], f"a row of {_rows(name, cell)}")
        check_tokens(cell, parameters, inputs)
        losses = [self._checked(term, book, steps) for term in _terms(self.losses)]
        initial = arrays_of("initial state", self.initial, cell.states)
        for name, array in initial.items():
            book.admit(name, array.shape, f"initial state {name!r}")
        for name in cell.states:
            if name not in initial:
                shape = book.shape(name)
                if shape is None:
                    raise NumberError(f"missing initial state: no other array tells the size of {name!r}; give it")
                initial[name] = freeze(np.zeros(shape))
        set_field(self, "parameters", Frozen({name: parameters[name] for name in cell.parameters}))
        set_field(self, "inputs", Frozen({name: inputs[name] for name in cell.inputs}))
        losses = [_with_rows(term, book.shape(term.quantity)) for term in losses]
        set_field(self, "losses", tuple(losses))
        set_field(self, "initial", Frozen({name: initial[name] for name in cell.states}))
        set_field(self, "steps", steps)
        set_field(self, "texts", texts_of(self.texts, steps))
        known = {name: book.shape(name) for name in cell.ranks}
        set_field(self, "shapes", Frozen({name: shape for name, shape in known.items() if shape is not None}))

    def _count_steps(self, inputs: Mapping[str, Array]) -> int:
        lengths = {name: len(array) if array.ndim else 0 for name, array in inputs.items()}
        if not lengths:
            return whole_number("steps", self.steps, least=1, most=MOST_STEPS)
        (first, steps), *others = lengths.items()
        if not steps:
            raise ShapeError(f"wrong shape: input {first!r} is {inputs[first].shape}, must be a row of numbers a step")
        for name, length in others:
            if length != steps:
                raise ShapeError(f"wrong number of rows: input {name!r} has {length}, must have {steps}, as {first!r}")
        due = whole_number("steps", self.steps, least=0)
        if due not in (0, steps):
            raise ShapeError(f"wrong number of rows: input {first!r} has {steps}, must have {shorten(due)}")
        return steps

    def _checked(self, term: LossTerm, book: SizeBook, steps: int) -> LossTerm:
        """Hold a loss against the net."""
        quantities = [equation.quantity for equation in self.cell.equations]
        if term.quantity not in quantities:
            raise UnknownNameError(f"{describe_unknown('quantity', term.quantity, quantities)} in a loss")
        rank = self.cell.ranks[term.quantity]
        rule = RULES[loss(term.kind).shape]
        if not rule.fits([rank, rank]):
            raise ShapeError(f"wrong loss: {term.kind!r} of {term.quantity!r}, which is {KINDS[rank]} ({rule.takes})")
        last = self.first_step + steps - 1
        for step in term.steps:
            if not self.first_step <= step <= last:
                steps_told = f"steps are {self.first_step} to {last}"
                raise InputError(f"no step {step}: the loss of {term.quantity!r} counts there ({steps_told})")
        if not is_classes(term.kind, term.targets, rank):
            book.admit(term.quantity, term.targets.shape[1:], f"a row of {_targets(term, self.cell)}")
        if term.entries and rank != 1:
            raise ShapeError(f"wrong entries: {term.quantity!r} is {KINDS[rank]} (the loss of a vector has entries)")
        return term

    @classmethod
    def from_torch(cls, module: Any, inputs: Any, targets: Any, **options: Any) -> Problem:
        """Return a live PyTorch module, one sequence and its targets as a problem.

        The module is `nn.LSTM`, `nn.GRU`, `nn.RNN` (of one direction or both) or a cell of these, or one that has such
        layers and at most an embedding below and a linear readout above. It is called once with the inputs, and what it
        gives must be what the net here gives.

        Parameters
        ----------
        module
            A `torch.nn.Module`, of float64 or float32; in training mode, one that drops nothing.
        inputs, targets
            As the module takes them, (T, inputs), of an embedding (T,), with a batch of one or without; and a row of
            targets for each step at which the loss counts, or of cross entropy the number of a class.
        **options
            `loss` and `at`, as an `Example` has them; `weight`, what the loss is multiplied by (E is a sum over steps:
            a mean has 1 / T); `ignore`, the class of steps that do not count; `state`, h_0 or (h_0, c_0); `readout`,
            the name of the linear layer; `name`.

        Raises
        ------
        WeightsError, InputError
            If the module has layers that are not known, or gives other numbers.
        """
        # By its name: weights become problems, so that room imports this one.
        room: Any = import_module("graphviz_lstm.problems.weights.torch")
        problem: Problem = room.problem_of_module(module, inputs, targets, **options)
        return problem

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by way of the constructor: what arrives is read-only, too."""
        numbers = (dict(self.parameters), dict(self.inputs), self.losses, dict(self.initial))
        return (Problem, (self.cell, *numbers, self.first_step, self.steps, self.name, self.about, self.texts))

    @property
    def output(self) -> str:
        """The quantity that the loss reads; of several, the first."""
        return self.losses[0].quantity

    @property
    def hidden(self) -> int:
        """How many entries the output has."""
        return prod(self.shapes.get(self.cell.output, ()))

    @property
    def scalar(self) -> bool:
        """Whether every quantity but the inputs has one entry: then every factor of a partial is a number."""
        return all(prod(self.shapes.get(e.quantity, ())) == 1 for e in self.cell.equations)

    @property
    def last_step(self) -> int:
        """The number that the last step bears."""
        return self.first_step + self.steps - 1

    def start(self, state: str) -> int:
        """Return the number of the step at which a state is given: before the first, or behind the last."""
        return self.cell.start(state, self.first_step, self.last_step)

    @property
    def turns(self) -> bool:
        """Whether something in the net runs backward in time."""
        return any(run.backward for run in self.cell.runs)

    @property
    def target_name(self) -> Name:
        """What a target is called: `y`, or what nothing else is called."""
        taken = {self.cell.name_of(key).base for key in self.cell.ranks}
        base = "y"
        while base in taken:
            base += "'"
        return Name(base)

    @property
    def problem(self) -> Problem:
        """Itself: so that whatever can be made a problem is asked in one way."""
        return self


def _terms(losses: Iterable[LossTerm]) -> tuple[LossTerm, ...]:
    """Return loss terms, one at least."""
    terms = (losses,) if isinstance(losses, LossTerm) else losses
    if isinstance(terms, str) or not hasattr(terms, "__iter__"):
        raise InputError(f"not loss terms: {shorten(losses)} (must be such as [LossTerm('H', [1], [[0.5]])])")
    terms = tuple(terms)
    for term in terms:
        if not isinstance(term, LossTerm):
            raise InputError(f"not a loss term: {shorten(term)} (must be a LossTerm)")
    if not terms:
        raise InputError("no losses: E is the sum of one at least")
    return terms


def _with_rows(term: LossTerm, shape: tuple[int, ...] | None) -> LossTerm:
    """Return a loss whose targets are numbers of classes with a row for each of them."""
    if shape is None:
        return term
    what = f"targets of {term.quantity!r}"
    check_entries(f"the loss of {term.quantity!r}", term.entries, shape)
    if not is_classes(term.kind, term.targets, len(shape)):
        return term
    check_classes(what, term.targets, term.entries)
    return replace(term, targets=one_hot_rows(what, term.targets, shape[0]))


def _require_all(what: str, given: Mapping[str, Array], names: Sequence[str], cell: Cell) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        few, more = ", ".join(map(repr, missing[:_MOST_NAMED])), len(missing) - _MOST_NAMED
        lack = "has no value" if len(missing) == 1 else "have no values"
        told = f"{what}{'s' if len(missing) > 1 else ''}: {few}{f' and {more} more' if more > 0 else ''}"
        raise NumberError(f"missing {told} of cell {cell.name!r} {lack}")


def _rows(name: str, cell: Cell) -> str:
    return "'inputs'" if len(cell.inputs) == 1 else f"input {name!r}"


def _targets(term: LossTerm, cell: Cell) -> str:
    return "'targets'" if term.quantity == cell.output else f"the targets of {term.quantity!r}"
