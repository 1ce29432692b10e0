"""A cell compiled once: a list of instructions in place of expressions, applied at each step.

Every distinct part of the equations and of their partials has a slot; an instruction fills one slot from others. What
depends on no state is computed for all steps at once, the step as an axis; the rest step by step; and what only the
partials need, again for all steps at once. Of a cell of several runs each is a stage: what an earlier stage has found
is known for all steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity
from graphviz_lstm.cells.numeric import matmul_of_one
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.cells.partials import partials_of
from graphviz_lstm.cells.shapes import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.expression import Expression, Reference
    from graphviz_lstm.cells.operation import Operation
    from graphviz_lstm.cells.order import Run
    from graphviz_lstm.cells.partials import Term


@dataclass(frozen=True, slots=True, eq=False)
class Instruction:
    """Fill slot `target` with `function` of the slots `arguments`.

    `spread` says how many axes each argument lacks: a number beside an array gets as many axes of length 1. `name` is
    the operation's, with the ranks of its arguments.
    """

    target: int
    function: Callable[..., Any]
    arguments: tuple[int, ...]
    spread: tuple[int, ...]
    name: tuple[str, tuple[int, ...]] = ("", ())

    def fill(self, slots: list[Any]) -> None:
        """Compute it."""
        slots[self.target] = self.function(*self.read(slots))

    def read(self, slots: list[Any]) -> list[Any]:
        """Return the arguments."""
        if not any(self.spread):
            return [slots[k] for k in self.arguments]
        return [
            slots[k].reshape(slots[k].shape + (1,) * lacking) if lacking and np.ndim(slots[k]) else slots[k]
            for k, lacking in zip(self.arguments, self.spread, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Parent:
    """What an equation reads, and the terms of its partial with regard to that."""

    reference: Reference
    terms: tuple[Term, ...]


Steps = tuple[tuple[int, "Callable[..., Any]", int, int], ...]


@dataclass(slots=True, eq=False)
class Stage:
    """One run of the cell, compiled.

    Attributes
    ----------
    run
        Which run.
    ahead, steps
        Instructions for all steps at once before the others, and for each step.
    early
        Slots that are known before a step of it is taken.
    kept
        What one step fills of what is needed later.
    program
        One step as a loop runs it; see `_program`.
    """

    run: Run
    ahead: list[Instruction] = field(default_factory=list)
    steps: list[Instruction] = field(default_factory=list)
    early: frozenset[int] = frozenset()
    kept: tuple[int, ...] = ()
    program: Steps = ()


@dataclass(slots=True, eq=False)
class Recipe:
    """The compiled cell.

    Attributes
    ----------
    cell
        What was compiled.
    slots
        Expression -> slot.
    ranks
        Rank of what is in each slot.
    stages
        The runs, in the order in which they are computed.
    after
        Instructions for all steps at once at the end.
    quantities
        Quantity -> the slot of its equation's right side.
    parents
        Quantity -> what its equation reads.
    """

    cell: Cell
    slots: dict[Expression, int] = field(default_factory=dict)
    ranks: list[int] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    after: list[Instruction] = field(default_factory=list)
    quantities: dict[str, int] = field(default_factory=dict)
    parents: dict[str, tuple[Parent, ...]] = field(default_factory=dict)
    # Slots without a step axis; slots that are known already; quantities that hold one value throughout; quantities of
    # the stages that are compiled.
    constant: set[int] = field(default_factory=set)
    early: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)
    done: set[str] = field(default_factory=set)

    @property
    def instructions(self) -> list[Instruction]:
        """What fills the quantities, in an order in which it can be computed."""
        return [instruction for stage in self.stages for instruction in (*stage.ahead, *stage.steps)]

    @property
    def smooth(self) -> bool:
        """Whether every operation of the equations has a derivative everywhere."""
        return all(row.smooth for row in self._applied().values())

    @property
    def kinked(self) -> dict[int, tuple[Callable[..., Any], ...]]:
        """Slot -> the derivatives of the operation that fills it, of each that has a kink where they change."""
        rows = self._applied()
        return {slot: row.derivatives for slot, row in rows.items() if not row.smooth and row.derivatives}

    @property
    def periodic(self) -> frozenset[int]:
        """The slots that are filled by periodic operations."""
        return frozenset(slot for slot, row in self._applied().items() if row.periodic)

    def _applied(self) -> dict[int, Operation]:
        applied = {slot: part for part, slot in self.slots.items() if isinstance(part, Apply)}
        return {slot: operation(part.operation, self.cell.activations) for slot, part in applied.items()}


@lru_cache(maxsize=64)
def compile_cell(cell: Cell) -> Recipe:
    """Return the recipe of a cell: its equations, and the coefficients of all their partials."""
    recipe = Recipe(cell)
    for run in cell.runs:
        _add_stage(recipe, run)
    for equation in cell.equations:
        parents = []
        for reference, terms in partials_of(equation.expression, cell).items():
            for term in terms:
                for factor in term.factors:
                    if factor.expression is not None:
                        _compile(recipe, factor.expression, recipe.after, recipe.after)
            parents.append(Parent(reference, terms))
        recipe.parents[equation.quantity] = tuple(parents)
    for number, stage in enumerate(recipe.stages):
        stage.kept = _kept(recipe, stage, recipe.stages[number + 1 :])
        stage.program = _program(recipe, stage)
    return recipe


def _add_stage(recipe: Recipe, run: Run) -> None:
    """Compile the equations of one run."""
    stage = Stage(run)
    recipe.stages.append(stage)
    for equation in run.equations:
        recipe.quantities[equation.quantity] = _compile(recipe, equation.expression, stage.ahead, stage.steps)
        # Whoever reads the quantity within the step reads this slot.
        own = _compile(recipe, Quantity(equation.quantity), stage.ahead, stage.steps)
        source = recipe.quantities[equation.quantity]
        early = source in recipe.early
        copy = Instruction(own, lambda value: value, (source,), (0,))
        (stage.ahead if early else stage.steps).append(copy)
        if early:
            recipe.early.add(own)
        if source in recipe.constant:
            recipe.held.add(own)
    stage.early = frozenset(recipe.early)
    recipe.early |= {instruction.target for instruction in stage.steps}
    recipe.done |= {equation.quantity for equation in run.equations}
    recipe.early |= {
        slot for part, slot in recipe.slots.items() if isinstance(part, Quantity) and part.name in recipe.done
    }


def _kept(recipe: Recipe, stage: Stage, later: list[Stage]) -> tuple[int, ...]:
    """Return the slots that a step fills and that are read when all steps are done: quantities and coefficients."""
    filled = {instruction.target for instruction in stage.steps}
    read = {k for instruction in recipe.after for k in instruction.arguments}
    read |= {k for other in later for instruction in (*other.ahead, *other.steps) for k in instruction.arguments}
    read |= {recipe.slots[Quantity(name)] for name in recipe.quantities}
    read |= {
        recipe.slots[factor.expression]
        for parents in recipe.parents.values()
        for parent in parents
        for term in parent.terms
        for factor in term.factors
        if factor.expression is not None
    }
    return tuple(sorted(filled & read))


def _program(recipe: Recipe, stage: Stage) -> Steps:
    """Return the instructions of one step as a loop runs them: target, function, one argument or two (else -1).

    A sum of many is a sum of two, again and again; what it comes to on the way has a place beyond the slots.
    """
    program: list[tuple[int, Callable[..., Any], int, int]] = []
    beyond = len(recipe.ranks)
    for instruction in stage.steps:
        first, *others = instruction.arguments
        name, _ = instruction.name
        function = np.add if name == "add" else _ONE_STEP.get(instruction.name, instruction.function)
        if not others:
            program.append((instruction.target, function, first, -1))
        for k, other in enumerate(others):
            last = k == len(others) - 1
            target = instruction.target if last else beyond
            program.append((target, function, first, other))
            first = target
            beyond += not last
    return tuple(program)


# Of arrays without leading axes, the same as in the table, by the shortest way.
_ONE_STEP: dict[tuple[str, tuple[int, ...]], Callable[..., Any]] = {
    ("matmul", (2, 1)): matmul_of_one,
    ("matmul", (1, 2)): matmul_of_one,
    ("multiply", (1, 1)): np.multiply,
}


def _compile(recipe: Recipe, expression: Expression, ahead: list[Instruction], stepwise: list[Instruction]) -> int:
    """Return the slot of an expression, after the instructions that fill it: ahead where all that it reads is known."""
    known = recipe.slots.get(expression)
    if known is not None:
        return known
    if not isinstance(expression, Apply):
        return _leaf(recipe, expression)
    arguments = tuple(_compile(recipe, part, ahead, stepwise) for part in expression.arguments)
    row = operation(expression.operation, recipe.cell.activations)
    ranks = tuple(recipe.ranks[k] for k in arguments)
    rank = RULES[row.shape].result(ranks)
    value = row.value if expression.derivative is None else row.derivatives[expression.derivative]
    function = _with_ranks(value, ranks) if row.ranked else value
    top = max(ranks)
    spread = tuple(top - r if row.shape == "entrywise" else 0 for r in ranks)
    slot = _new(recipe, expression, rank or 0)
    name = (row.name, ranks) if expression.derivative is None else ("", ())
    instruction = Instruction(slot, function, arguments, spread, name)
    if all(k in recipe.early for k in arguments):
        recipe.early.add(slot)
        ahead.append(instruction)
    else:
        stepwise.append(instruction)
    if all(k in recipe.constant for k in arguments):
        recipe.constant.add(slot)
    return slot


def _leaf(recipe: Recipe, expression: Number | Parameter | Quantity) -> int:
    if isinstance(expression, Number):
        slot = _new(recipe, expression, 0)
        recipe.constant.add(slot)
        recipe.early.add(slot)
        return slot
    slot = _new(recipe, expression, recipe.cell.ranks[expression.name])
    if isinstance(expression, Parameter):
        recipe.constant.add(slot)
        recipe.early.add(slot)
    elif expression.name in recipe.cell.inputs or expression.name in recipe.done:
        recipe.early.add(slot)
    return slot


def _new(recipe: Recipe, expression: Expression, rank: int) -> int:
    slot = len(recipe.ranks)
    recipe.slots[expression] = slot
    recipe.ranks.append(rank)
    return slot


def _with_ranks(value: Callable[..., Any], ranks: tuple[int, ...]) -> Callable[..., Any]:
    return lambda *arrays: value(*arrays, ranks=ranks)


def recipe_of(cell: Cell, detail: str) -> Recipe:
    """Return the recipe of a net at a detail; it is kept for the next time."""
    return compile_cell(in_operations(cell) if detail == "operation" else cell)
