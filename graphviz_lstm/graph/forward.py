"""The forward pass: a recipe run over the steps of a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Number, Parameter, Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.recipe import Instruction, Recipe

    Taking = Callable[[Recipe, list[Any], list[tuple[int, str]], Mapping[str, Array], int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What a recipe came to.

    Attributes
    ----------
    recipe
        What was run.
    slots
        By slot: an array, with the step as its first axis unless the slot is constant.
    steps
        How many there are.
    """

    recipe: Recipe
    slots: list[Any]
    steps: int

    def of(self, expression: Expression) -> Array:
        """Return the values of an expression: with the step as first axis unless it depends on no step."""
        values: Array = self.slots[self.recipe.slots[expression]]
        return values


def run(
    recipe: Recipe,
    parameters: Mapping[str, Array],
    inputs: Mapping[str, Array],
    initial: Mapping[str, Array],
    steps: int,
    *,
    take: Taking | None = None,
) -> Trace:
    """Return all values of a recipe over so many steps.

    Parameters
    ----------
    parameters, initial
        Name -> array.
    inputs
        Name -> (steps, *shape).
    take
        What runs the instructions of the steps, in place of one step after another; see `take_steps`.
    """
    slots: list[Any] = [None] * len(recipe.ranks)
    lagged: list[tuple[int, str]] = []
    for expression, slot in recipe.slots.items():
        if isinstance(expression, Number):
            slots[slot] = np.asarray(expression.value)
        elif isinstance(expression, Parameter):
            slots[slot] = parameters[expression.name]
        elif isinstance(expression, Quantity) and expression.name in inputs:
            slots[slot] = inputs[expression.name]
        elif isinstance(expression, Quantity) and expression.lag:
            lagged.append((slot, expression.name))
    for instruction in recipe.ahead:
        instruction.fill(slots)
        if instruction.target in recipe.held:
            value = np.asarray(slots[instruction.target])
            slots[instruction.target] = np.broadcast_to(value, (steps, *value.shape))
    (take or take_steps)(recipe, slots, lagged, initial, steps)
    for instruction in recipe.after:
        instruction.fill(slots)
    return Trace(recipe, slots, steps)


def take_steps(
    recipe: Recipe, slots: list[Any], lagged: list[tuple[int, str]], initial: Mapping[str, Array], steps: int
) -> None:
    """Run the instructions of each step, and put what they fill together with the step as first axis."""
    now = list(slots) + [None] * len(recipe.program)
    views, held, carried = reading_of(recipe, slots, lagged)
    for slot, name in lagged:
        now[slot] = initial[name]
    program, kept = recipe.program, recipe.kept
    stores: list[Any] = []
    for t in range(steps):
        for k, values in views:
            now[k] = values[t]
        if t:
            for slot, source in carried:
                now[slot] = now[source]
            for slot, values in held:
                now[slot] = values[t - 1]
        for target, function, first, second in program:
            now[target] = function(now[first]) if second < 0 else function(now[first], now[second])
        if not t:
            stores = [(np.empty((steps, *np.shape(now[k]))), k) for k in kept]
        for store, k in stores:
            store[t] = now[k]
    for store, k in stores:
        slots[k] = store
    for slot, name in lagged:
        whole = slots[recipe.slots[Quantity(name)]]
        slots[slot] = np.concatenate([np.broadcast_to(initial[name], (1, *whole.shape[1:])), whole[:-1]])


def reading_of(
    recipe: Recipe, slots: list[Any], lagged: list[tuple[int, str]]
) -> tuple[list[tuple[int, Any]], list[tuple[int, Any]], list[tuple[int, int]]]:
    """Return what a step reads that no step fills: slots with their values at all steps, and of the step before those.

    And what the step before has filled: each slot, and the slot that it is a step later.
    """
    read = {k for instruction in recipe.steps for k in instruction.arguments}
    views = [(k, slots[k]) for k in sorted(read & recipe.early - recipe.constant)]
    # An early quantity is known for all steps; what a step has filled is still there from the one before.
    held = [(slot, slots[source]) for slot, source in _sources(recipe, lagged) if source in recipe.early]
    carried = [(slot, source) for slot, source in _sources(recipe, lagged) if source not in recipe.early]
    return views, held, carried


def _sources(recipe: Recipe, lagged: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return the slot of each reference to the step before, and the slot that it is a step later."""
    return [(slot, recipe.slots[Quantity(name)]) for slot, name in lagged]


def run_with(
    recipe: Recipe,
    parameters: Mapping[str, Array],
    initial: Mapping[str, Array],
    given: Mapping[tuple[str, int], Array],
    steps: int,
) -> dict[tuple[str, int], Array]:
    """Return quantity and step -> value, for a batch at once where something given has leading batch axes.

    The plain way, a step after another. `given` holds the inputs of each step, and takes the place of what an equation
    says where it holds a quantity. Steps are counted from 0.
    """
    now: list[Any] = [None] * len(recipe.ranks)
    lagged: list[tuple[int, Quantity]] = []
    inputs: list[tuple[int, str]] = []
    for expression, slot in recipe.slots.items():
        if isinstance(expression, Number):
            now[slot] = np.asarray(expression.value)
        elif isinstance(expression, Parameter):
            now[slot] = parameters[expression.name]
        elif isinstance(expression, Quantity) and expression.name in recipe.cell.inputs:
            inputs.append((slot, expression.name))
        elif isinstance(expression, Quantity) and expression.lag:
            lagged.append((slot, expression))
    own = {recipe.slots[Quantity(name)]: name for name in recipe.quantities}
    # In the order in which they were compiled: an instruction ahead reads nothing that a step fills.
    program: list[Instruction] = [*recipe.ahead, *recipe.steps]
    values: dict[tuple[str, int], Array] = {}
    for t in range(steps):
        for slot, name in inputs:
            now[slot] = given[name, t]
        for slot, reference in lagged:
            before = t - reference.lag
            now[slot] = values[reference.name, before] if before >= 0 else initial[reference.name]
        for instruction in program:
            name_filled = own.get(instruction.target)
            if name_filled is not None and (name_filled, t) in given:
                now[instruction.target] = given[name_filled, t]
            else:
                instruction.fill(now)
            if name_filled is not None:
                values[name_filled, t] = now[instruction.target]
    return values
