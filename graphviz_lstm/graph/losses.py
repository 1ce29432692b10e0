"""Loss terms as equations: each is compiled like a cell, so that its value and partial come from the one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.expression import Apply, Number, Quantity, multiply
from graphviz_lstm.cells.operations import loss
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.graph.partials import LocalPartial
from graphviz_lstm.graph.recipe import compile_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.cells.names import Name, Step
    from graphviz_lstm.graph.recipe import Recipe
    from graphviz_lstm.problems.problem import LossTerm, Problem

TARGET_KEY = "y*"
"""What a target is called within a loss's equation: no identifier, so no quantity of a user's."""
_OUTPUT = "L*"


@dataclass(frozen=True, slots=True)
class LossPlace:
    """A loss without its numbers: what it reads, of which kind it is, at which steps it counts; see `LossTerm`."""

    quantity: str
    kind: str
    steps: Sequence[int]
    weight: float = 1.0
    entries: tuple[int, ...] = ()


def place_of(term: LossTerm) -> LossPlace:
    """Return where a loss term counts."""
    return LossPlace(term.quantity, term.kind, term.steps, term.weight, term.entries)


def places_over(problem: Problem, steps: int) -> list[LossPlace]:
    """Return where the losses of a problem would count over another number of steps, see `steps_over`."""
    return [
        replace(place_of(term), steps=counted)
        for term in problem.losses
        if (counted := steps_over(problem, term, steps))
    ]


def steps_over(problem: Problem, term: LossTerm, steps: int) -> Sequence[int]:
    """Return at which steps a loss would count over another number of steps.

    A loss at every step counts at every one of them, one at the last step at their last; any other where it did, as far
    as they reach.
    """
    first, last = problem.first_step, problem.first_step + steps - 1
    if len(term.steps) == problem.steps:
        return range(first, last + 1)
    if term.steps == (problem.last_step,):
        return (last,)
    return tuple(step for step in term.steps if step <= last)


def loss_cell(place: LossPlace, cell: Cell, target: Name) -> Cell:
    """Return the loss as a cell whose inputs are the quantity and its target."""
    loss(place.kind)
    read = tuple(_entries(Quantity(name), place.entries) for name in (place.quantity, TARGET_KEY))
    value = Apply(place.kind, read)
    expression = value if place.weight == 1.0 else multiply(Number(place.weight), value)
    rank = cell.ranks[place.quantity]
    return Cell(
        f"loss of {place.quantity}",
        (Equation(_OUTPUT, expression),),
        {},
        _OUTPUT,
        names={place.quantity: cell.name_of(place.quantity), TARGET_KEY: target},
        ranks={place.quantity: rank, TARGET_KEY: rank},
    )


def _entries(whole: Quantity, entries: Sequence[int]) -> Expression:
    """Return what a loss reads of a quantity or its target: the entries that count, where not all do."""
    return Apply("entries", (whole, *(Number(float(k)) for k in entries))) if entries else whole


def loss_partial(places: Sequence[tuple[LossPlace, Cell]], step: Step) -> LocalPartial:
    """Return dE/d(quantity) at a step in symbols: the sum over the losses that read it there."""
    terms = tuple(
        term
        for place, cell in places
        for term in differentiate(cell.equations[0].expression, Quantity(place.quantity), cell)
    )
    return LocalPartial(terms, step, places[0][1].names)


def compiled_loss(term: LossTerm, problem: Problem) -> Recipe:
    """Return the recipe of a loss term."""
    return compile_cell(loss_cell(place_of(term), problem.cell, problem.target_name))
