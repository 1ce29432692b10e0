"""Sequences of one length that share a net: linearized and swept at once, with the sequence as an axis behind the step.

Row `step * width + k` of an array is sequence `k` of `width` at that step. What is done for all steps at once is done
for all rows at once; what recurs takes the rows of one step together, so that a product of a matrix and a vector is one
of two matrices. What is told of a sequence are views of these arrays; `linearize` and `adjoints_of` are their oracle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.graph.families import families_of
from graphviz_lstm.graph.forward import Trace, reading_of, run
from graphviz_lstm.graph.gradients import collect, parts_back, sum_of
from graphviz_lstm.graph.linearized import Linearized, LossFamily, loss_of, require_finite, rows_of, shapes_of
from graphviz_lstm.graph.losses import place_of
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.graph.stepping import pull_rows
from graphviz_lstm.graph.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from graphviz_lstm.graph.families import Family
    from graphviz_lstm.graph.forward import Lagged
    from graphviz_lstm.graph.gradients import Adjoints
    from graphviz_lstm.graph.maps import Array, Shape
    from graphviz_lstm.graph.recipe import Recipe, Stage
    from graphviz_lstm.problems.problem import Problem


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Sequences of one length, the rows of each step behind those of the step before.

    Attributes
    ----------
    numbers
        Which of all sequences they are.
    trace, families, losses, shapes
        As of `Linearized`, with a row for each step of each sequence in the place of a step.
    """

    numbers: tuple[int, ...]
    trace: Trace
    families: Mapping[str, tuple[Family, ...]]
    losses: tuple[LossFamily, ...]
    shapes: Mapping[str, Shape]

    @property
    def width(self) -> int:
        """How many sequences there are."""
        return len(self.numbers)

    def of(self, place: int) -> slice:
        """Return the rows of the sequence in this place."""
        return slice(place, None, self.width)


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Sequences that share a net.

    Attributes
    ----------
    sequences
        Each by itself, in the order in which they were given: views of the rows.
    rows
        Those of one length together.
    """

    sequences: tuple[Linearized, ...]
    rows: tuple[Rows, ...]

    @one_thread()
    def adjoints(self) -> list[Adjoints]:
        """Return the adjoints of each sequence, those of one length by one reverse sweep."""
        found: dict[int, list[Adjoints]] = {k: [] for k in range(len(self.sequences))}
        with np.errstate(all="ignore"):
            for rows in self.rows:
                for begun, power in parts_back(rows.families, rows.losses, rows.shapes, rows.trace.steps):
                    quantities = _recur_back(rows, begun)
                    for place, number in enumerate(rows.numbers):
                        own = {name: array[rows.of(place)] for name, array in quantities.items()}
                        found[number].append(collect(self.sequences[number], own, power))
        return [sum_of(parts) for parts in found.values()]


@one_thread()
def linearize_together(problems: Sequence[Problem]) -> Together:
    """Return the values and partials of problems that share one net and its parameters; see `linearize`.

    Those of one length, whose losses count at the same steps, are taken at once.

    Raises
    ------
    NumberError
        If a value of a sequence is not finite: the line names the vertex, of the first such sequence.

    Examples
    --------
    >>> from graphviz_lstm.problems import load_example
    >>> problem = load_example("gomez").problem
    >>> together = linearize_together([problem, problem])
    >>> len(together.sequences), [rows.width for rows in together.rows]
    (2, [2])
    """
    alike: dict[Hashable, list[int]] = {}
    for k, problem in enumerate(problems):
        alike.setdefault(_kind(problem), []).append(k)
    rows = tuple(_linearized([problems[k] for k in numbers], tuple(numbers)) for numbers in alike.values())
    parts = {
        number: _sequence(these, problems[number], place)
        for these in rows
        for place, number in enumerate(these.numbers)
    }
    sequences = tuple(parts[k] for k in range(len(problems)))
    for linear in sequences:
        require_finite(linear.trace, linear.problem, linear.losses)
    return Together(sequences, rows)


def _kind(problem: Problem) -> Hashable:
    """Return what the sequences have in common that are taken at once."""
    losses = tuple(place_of(term) for term in problem.losses)
    return problem.steps, problem.first_step, losses


def _linearized(problems: Sequence[Problem], numbers: tuple[int, ...]) -> Rows:
    """Return the rows of sequences of one length."""
    first, width = problems[0], len(problems)
    recipe = recipe_of(first.cell, "gate")
    inputs = {name: _as_rows(problem.inputs[name] for problem in problems) for name in first.inputs}
    initial = {name: np.stack([problem.initial[name] for problem in problems]) for name in first.initial}
    with np.errstate(all="ignore"):
        take = partial(_take_steps, width=width)
        trace = run(recipe, first.parameters, inputs, initial, first.steps * width, take=take)
        shapes = shapes_of(trace, first)
        losses = []
        for k, term in enumerate(first.losses):
            counted = tuple(row * width + place for row in rows_of(term, first) for place in range(width))
            targets = _as_rows(problem.losses[k].targets for problem in problems)
            losses.append(loss_of(term, trace, first, counted, targets))
        families = families_of(trace, shapes)
    return Rows(numbers, trace, families, tuple(losses), shapes)


def _as_rows(arrays: Iterable[Array]) -> Array:
    """Return (steps, *shape) of each sequence as rows."""
    stacked = np.stack(list(arrays), axis=1)
    return stacked.reshape(-1, *stacked.shape[2:])


def _take_steps(
    recipe: Recipe,
    stage: Stage,
    slots: list[Any],
    lagged: Lagged,
    initial: Mapping[str, Array],
    rows: int,
    *,
    width: int,
) -> None:
    """Run the instructions of each step for all its rows; see `forward.take_steps`. `initial` has a row a sequence."""
    now = list(slots)
    views, held, carried = reading_of(recipe, stage, slots, lagged)
    for slot, reference in lagged:
        now[slot] = initial[reference.name]
    stores: list[Any] = []
    for number, step in enumerate(stage.run.steps(rows // width)):
        here = slice(step * width, step * width + width)
        for k, values in views:
            now[k] = values[here]
        if number:
            # All are read before one is put: what was carried may be carried on.
            moved = [(slot, now[source]) for slot, source in carried] + [
                (slot, values[(step - lag) * width : (step - lag + 1) * width]) for slot, values, lag in held
            ]
            for slot, value in moved:
                now[slot] = value
        for instruction in stage.steps:
            instruction.fill(now)
        if not number:
            stores = [(np.empty((rows, *np.shape(now[k])[1:])), k) for k in stage.kept]
        for store, k in stores:
            store[here] = now[k]
    for store, k in stores:
        slots[k] = store
    for slot, reference in lagged:
        whole = slots[recipe.slots[Quantity(reference.name)]]
        before = np.broadcast_to(initial[reference.name], (width, *whole.shape[1:]))
        slots[slot] = np.concatenate([before, whole[:-width]] if reference.lag > 0 else [whole[width:], before])


def _sequence(rows: Rows, problem: Problem, place: int) -> Linearized:
    """Return one sequence by itself."""
    own, constant = rows.of(place), rows.trace.recipe.constant
    slots = [values if k in constant or values is None else values[own] for k, values in enumerate(rows.trace.slots)]
    trace = Trace(rows.trace.recipe, slots, problem.steps)
    families = {head: tuple(family.some(own) for family in found) for head, found in rows.families.items()}
    losses = tuple(
        LossFamily(term, rows_of(term, problem), loss.values[own], loss.family.some(own))
        for term, loss in zip(problem.losses, rows.losses, strict=True)
    )
    return Linearized(problem, "gate", trace.recipe.cell, trace, families, losses, rows.shapes)


def _recur_back(rows: Rows, adjoints: dict[str, Array]) -> dict[str, Array]:
    """Return the adjoints of the quantities, (rows, *shape), in the place of what the losses alone give these.

    One step after another, all its rows at once.
    """
    width, count = rows.width, rows.trace.steps
    readers: dict[str, list[tuple[Array, Family]]] = {name: [] for name in rows.families}
    for head, families in rows.families.items():
        for family in families:
            if isinstance(family.tail, Quantity) and family.tail.name in readers:
                readers[family.tail.name].append((adjoints[head], family))
    # The last run, and in it the last equation, first: an adjoint is complete before it is read.
    for own_run in reversed(rows.trace.recipe.cell.runs):
        names = [equation.quantity for equation in reversed(own_run.equations)]
        plan = [(adjoints[name], readers[name]) for name in names if readers[name]]
        for step in reversed(own_run.steps(count // width)):
            start = step * width
            for own, reading in plan:
                total = own[start : start + width]
                for heads, family in reading:
                    first = start + family.lag * width
                    if 0 <= first < count:
                        after = slice(first, first + width)
                        for term in family.terms:
                            total = total + pull_rows(term, after, heads[after])
                own[start : start + width] = total
    return adjoints
