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
    from graphviz_lstm.graph.recipe import Recipe, Stage

    Lagged = list[tuple[int, Quantity]]
    Taking = Callable[[Recipe, Stage, list[Any], Lagged, Mapping[str, Array], int], None]


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
    slots = _constants(recipe, parameters)
    lagged: dict[str, Lagged] = {name: [] for name in recipe.quantities}
    for expression, slot in recipe.slots.items():
        if isinstance(expression, Quantity) and expression.name in inputs:
            slots[slot] = inputs[expression.name]
        elif isinstance(expression, Quantity) and expression.lag:
            lagged[expression.name].append((slot, expression))
    for stage in recipe.stages:
        for instruction in stage.ahead:
            instruction.fill(slots)
            if instruction.target in recipe.held:
                value = np.asarray(slots[instruction.target])
                slots[instruction.target] = np.broadcast_to(value, (steps, *value.shape))
        own = [found for equation in stage.run.equations for found in lagged[equation.quantity]]
        (take or take_steps)(recipe, stage, slots, own, initial, steps)
    for instruction in recipe.after:
        instruction.fill(slots)
    return Trace(recipe, slots, steps)


def take_steps(
    recipe: Recipe, stage: Stage, slots: list[Any], lagged: Lagged, initial: Mapping[str, Array], steps: int
) -> None:
    """Run the instructions of each step of a stage, and put what they fill together with the step as first axis.

    `lagged` has the slots of what is read of its quantities at the step before, or at that after.
    """
    now = list(slots) + [None] * len(stage.program)
    views, held, carried = reading_of(recipe, stage, slots, lagged)
    for slot, reference in lagged:
        now[slot] = initial[reference.name]
    program, kept = stage.program, stage.kept
    stores: list[Any] = []
    for number, t in enumerate(stage.run.steps(steps)):
        for k, values in views:
            now[k] = values[t]
        if number:
            for slot, source in carried:
                now[slot] = now[source]
            for slot, values, lag in held:
                now[slot] = values[t - lag]
        for target, function, first, second in program:
            now[target] = function(now[first]) if second < 0 else function(now[first], now[second])
        if not number:
            stores = [(np.empty((steps, *np.shape(now[k]))), k) for k in kept]
        for store, k in stores:
            store[t] = now[k]
    for store, k in stores:
        slots[k] = store
    for slot, reference in lagged:
        whole = slots[recipe.slots[Quantity(reference.name)]]
        before = np.broadcast_to(initial[reference.name], (1, *whole.shape[1:]))
        slots[slot] = np.concatenate([before, whole[:-1]] if reference.lag > 0 else [whole[1:], before])


def reading_of(
    recipe: Recipe, stage: Stage, slots: list[Any], lagged: Lagged
) -> tuple[list[tuple[int, Any]], list[tuple[int, Any, int]], list[tuple[int, int]]]:
    """Return what a step reads that no step fills: slots with their values at all steps, and of a step before those.

    And what the step taken before has filled: each slot, and the slot that it is a step later.
    """
    read = {k for instruction in stage.steps for k in instruction.arguments}
    views = [(k, slots[k]) for k in sorted(read & stage.early - recipe.constant)]
    # An early quantity is known for all steps; what a step has filled is still there from the one taken before.
    # What stands against the direction of the run is nothing that it reads: its quantities are another run's by then.
    sources = [
        (slot, reference.lag, recipe.slots[Quantity(reference.name)])
        for slot, reference in lagged
        if (reference.lag < 0) == stage.run.backward
    ]
    held = [(slot, slots[source], lag) for slot, lag, source in sources if source in stage.early]
    carried = [(slot, source) for slot, _, source in sources if source not in stage.early]
    return views, held, carried


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
    start = _constants(recipe, parameters)
    references = [(slot, part) for part, slot in recipe.slots.items() if isinstance(part, Quantity)]
    inputs = [(slot, part.name) for slot, part in references if part.name in recipe.cell.inputs]
    lagged = [(slot, part) for slot, part in references if part.lag]
    own = {recipe.slots[Quantity(name)]: name for name in recipe.quantities}
    rows = [list(start) for _ in range(steps)]
    values: dict[tuple[str, int], Array] = {}
    for stage in recipe.stages:
        # In the order in which they were compiled: an instruction ahead reads nothing that a step fills.
        program = [*stage.ahead, *stage.steps]
        for t in stage.run.steps(steps):
            now = rows[t]
            for slot, name in inputs:
                now[slot] = given[name, t]
            for slot, reference in lagged:
                there = reference.name, t - reference.lag
                # What a later stage reads may not be there yet.
                now[slot] = values.get(there) if 0 <= there[1] < steps else initial[reference.name]
            for instruction in program:
                name_filled = own.get(instruction.target)
                if name_filled is not None and (name_filled, t) in given:
                    now[instruction.target] = given[name_filled, t]
                else:
                    instruction.fill(now)
                if name_filled is not None:
                    values[name_filled, t] = now[instruction.target]
    return values


def _constants(recipe: Recipe, parameters: Mapping[str, Array]) -> list[Any]:
    """Return the slots with those filled that are the same at every step."""
    slots: list[Any] = [None] * len(recipe.ranks)
    for expression, slot in recipe.slots.items():
        if isinstance(expression, Number):
            slots[slot] = np.asarray(expression.value)
        elif isinstance(expression, Parameter):
            slots[slot] = parameters[expression.name]
    return slots
