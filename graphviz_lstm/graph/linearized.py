"""A problem, linearized at its numbers: all values and all partials as arrays whose first axis is the step.

The same numbers as those of `evaluate`, without a graph: what a gradient costs is then a few operations on arrays for
each step. The sweeps here are the fast ones; those over a networkx graph (`graph/sweeps`) are their oracle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.errors import NumberError
from graphviz_lstm.given import require_one_of
from graphviz_lstm.graph.families import families_of
from graphviz_lstm.graph.forward import run
from graphviz_lstm.graph.losses import TARGET_KEY, compiled_loss
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.graph.threads import one_thread
from graphviz_lstm.graph.unroll import DETAILS
from graphviz_lstm.notation.names import text
from graphviz_lstm.notation.numbers import sum_exactly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.graph.families import Family
    from graphviz_lstm.graph.forward import Trace
    from graphviz_lstm.graph.maps import Array, Shape
    from graphviz_lstm.graph.unroll import Detail
    from graphviz_lstm.problems.problem import LossTerm, Problem


@dataclass(frozen=True, slots=True, eq=False)
class LossFamily:
    """One loss term: its value at each step at which it counts, and the edges from its quantity into E.

    Attributes
    ----------
    term
        The loss.
    rows
        The steps at which it counts, counted from 0.
    values
        (len(rows),).
    family
        The edges; their steps are the places in `rows`.
    """

    term: LossTerm
    rows: tuple[int, ...]
    values: Array
    family: Family


@dataclass(frozen=True, slots=True, eq=False)
class Linearized:
    """Values and partials of a problem.

    Attributes
    ----------
    problem, detail
        Of what, and how fine.
    cell
        The equations at that detail.
    trace
        The values.
    families
        Quantity -> the edges into it, a family for each reference of its equation.
    losses
        What E is the sum of.
    shapes
        Parameter, input or quantity -> the shape of its value at one step.
    """

    problem: Problem
    detail: Detail
    cell: Cell
    trace: Trace
    families: Mapping[str, tuple[Family, ...]]
    losses: tuple[LossFamily, ...]
    shapes: Mapping[str, Shape]

    @property
    def loss(self) -> float:
        """E; infinite where the sum leaves the range of a float64."""
        return _summed(self.losses)

    def values(self, quantity: str) -> Array:
        """Return the values of an input or a quantity at all steps, (steps, *shape)."""
        return self.trace.of(Quantity(quantity))


@one_thread()
def linearize(problem: Problem, *, detail: Detail = "gate") -> Linearized:
    """Return the values and partials of a problem. Cost: O(T n^2) for hidden size n, as arrays.

    Raises
    ------
    NumberError
        If a value is not finite: the line names the vertex.
    """
    require_one_of("detail", detail, DETAILS)
    recipe = recipe_of(problem.cell, detail)
    with np.errstate(all="ignore"):
        trace = run(recipe, problem.parameters, problem.inputs, problem.initial, problem.steps)
        shapes = shapes_of(trace, problem)
        losses = tuple(loss_of(term, trace, problem, rows_of(term, problem), term.targets) for term in problem.losses)
        families = families_of(trace, shapes)
    require_finite(trace, problem, losses)
    return Linearized(problem, detail, recipe.cell, trace, families, losses, shapes)


def shapes_of(trace: Trace, problem: Problem) -> dict[str, Shape]:
    """Return the shape of every parameter, input and quantity at one step."""
    found = {name: array.shape for name, array in problem.parameters.items()}
    found |= {name: array.shape[1:] for name, array in problem.inputs.items()}
    return found | {name: trace.of(Quantity(name)).shape[1:] for name in trace.recipe.quantities}


def rows_of(term: LossTerm, problem: Problem) -> tuple[int, ...]:
    """Return the steps at which a loss counts, counted from 0."""
    return tuple(step - problem.first_step for step in term.steps)


def loss_of(term: LossTerm, trace: Trace, problem: Problem, rows: tuple[int, ...], targets: Array) -> LossFamily:
    """Return what one loss came to, at the rows of the trace at which it counts; `targets` has one for each of them."""
    compiled = compiled_loss(term, problem)
    inputs = {term.quantity: trace.of(Quantity(term.quantity))[list(rows)], TARGET_KEY: targets}
    found = run(compiled, {}, inputs, {}, len(rows))
    output = compiled.cell.output
    shape = targets.shape[1:]
    shapes: dict[str, Shape] = {term.quantity: shape, TARGET_KEY: shape, output: ()}
    (family,) = (family for family in families_of(found, shapes)[output] if family.tail == Quantity(term.quantity))
    return LossFamily(term, rows, found.of(Quantity(output)), family)


def _summed(losses: Iterable[LossFamily]) -> float:
    """Return E, infinite where it leaves the range of a float64."""
    return sum_exactly([value for loss in losses for value in loss.values.tolist()])


def require_finite(trace: Trace, problem: Problem, losses: tuple[LossFamily, ...]) -> None:
    """Raise for the first vertex whose value is not finite, in the order in which they are computed."""
    first: tuple[int, int, str] | None = None
    for place, quantity in enumerate(trace.recipe.quantities):
        values = trace.of(Quantity(quantity))
        if not np.isfinite(values).all():
            step = int(np.argwhere(~np.isfinite(values.reshape(len(values), -1)).all(axis=1))[0, 0])
            found = (step, place, quantity)
            first = found if first is None else min(first, found)
    if first is not None:
        step, _, quantity = first
        name = text(trace.recipe.cell.name_of(quantity).at(problem.first_step + step))
        value = trace.of(Quantity(quantity))[step].tolist()
        raise NumberError(f"not a finite number: the value of vertex {name!r} is {value}")
    if not all(np.isfinite(loss.values).all() for loss in losses) or not math.isfinite(_summed(losses)):
        raise NumberError("not a finite number: the value of vertex 'E' is not")
