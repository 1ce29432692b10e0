"""Both sweeps over a linearized problem: adjoints in reverse, tangents forward, and the flows where they meet.

The recursion is a loop over the steps; everything that is not recursive (what parameters and inputs get, flows) is done
for all steps at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.graph.careful import parts_near
from graphviz_lstm.graph.stepping import Moves, backward, pull_all, pull_at, pull_sum, push_all, push_at
from graphviz_lstm.graph.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphviz_lstm.graph.families import Family, StepFactor
    from graphviz_lstm.graph.linearized import Linearized, LossFamily
    from graphviz_lstm.graph.maps import Array, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Adjoints:
    """dE/d(everything).

    Attributes
    ----------
    quantities, inputs
        Name -> (steps, *shape).
    parameters, initial
        Name -> array.
    """

    quantities: Mapping[str, Array]
    inputs: Mapping[str, Array]
    parameters: Mapping[str, Array]
    initial: Mapping[str, Array]


@one_thread()
def adjoints_of(linear: Linearized) -> Adjoints:
    """Return the adjoint of every vertex, by one reverse sweep. Cost: O(T n^2)."""
    with np.errstate(all="ignore"):
        parts = parts_back(linear.families, linear.losses, linear.shapes, linear.problem.steps)
        return sum_of([collect(linear, _recur_back(linear, begun), power) for begun, power in parts])


def sum_of(parts: Sequence[Adjoints]) -> Adjoints:
    """Return the adjoints of a sum of losses, of those of its parts."""
    one, *others = parts
    for other in others:
        one = Adjoints(
            _added(one.quantities, other.quantities),
            _added(one.inputs, other.inputs),
            _added(one.parameters, other.parameters),
            _added(one.initial, other.initial),
        )
    return one


def _added(arrays: Mapping[str, Array], others: Mapping[str, Array]) -> Mapping[str, Array]:
    return {name: array + others[name] for name, array in arrays.items()}


def collect(linear: Linearized, quantities: Mapping[str, Array], power: int) -> Adjoints:
    """Return all adjoints, of those of the quantities: what does not recur is done for all steps at once.

    Parameters
    ----------
    quantities, power
        2 ** -power times what they are, see `parts_back`.
    """
    parameters = {name: np.zeros(linear.shapes[name]) for name in linear.problem.parameters}
    inputs = {name: np.zeros(array.shape) for name, array in linear.problem.inputs.items()}
    initial = {name: np.zeros(array.shape) for name, array in linear.problem.initial.items()}
    for head, families in linear.families.items():
        for family in families:
            name = family.tail.name
            if isinstance(family.tail, Parameter):
                parameters[name] = parameters[name] + pull_sum(family, quantities[head])
            elif name in inputs:
                inputs[name] += pull_all(family, quantities[head])
            elif family.lag:
                first = 0 if family.lag > 0 else len(quantities[head]) - 1
                for term in family.terms:
                    initial[name] = initial[name] + pull_at(term, first, quantities[head][first])
    return Adjoints(_times(quantities, power), _times(inputs, power), _times(parameters, power), _times(initial, power))


def _times(arrays: Mapping[str, Array], power: int) -> Mapping[str, Array]:
    """Return arrays times 2 ** power."""
    return {name: np.ldexp(array, power) for name, array in arrays.items()} if power else arrays


@one_thread()
def adjoints_from(linear: Linearized, exits: Mapping[str, Array]) -> Mapping[str, Array]:
    """Return the adjoints of the quantities, of what the losses alone give these: all of it, or one of its parts."""
    with np.errstate(all="ignore"):
        return _recur_back(linear, {name: array.copy() for name, array in exits.items()})


def _recur_back(linear: Linearized, adjoints: dict[str, Array]) -> dict[str, Array]:
    """Return the adjoints of the quantities, in the place of what the losses alone give these."""
    steps = linear.problem.steps
    readers: dict[str, list[tuple[Array, int, list[Moves]]]] = {name: [] for name in linear.families}
    for head, families in linear.families.items():
        for family in families:
            if isinstance(family.tail, Quantity) and family.tail.name in readers:
                readers[family.tail.name] += ((adjoints[head], family.lag, backward(term)) for term in family.terms)
    # The last run, and in it the last equation, first: an adjoint is complete before it is read.
    for run in reversed(linear.cell.runs):
        names = [equation.quantity for equation in reversed(run.equations)]
        plan = [(adjoints[name], readers[name]) for name in names if readers[name]]
        for step in reversed(run.steps(steps)):
            for own, reading in plan:
                total = own[step]
                for heads, lag, moves in reading:
                    after = step + lag
                    if 0 <= after < steps:
                        adjoint = heads[after]
                        for act, coefficient, moving in moves:
                            adjoint = act(adjoint, coefficient[after] if moving else coefficient)
                        total = total + adjoint
                own[step] = total
    return adjoints


def parts_back(
    quantities: Iterable[str], losses: Sequence[LossFamily], shapes: Mapping[str, Shape], rows: int
) -> Iterator[tuple[dict[str, Array], int]]:
    """Yield what the losses alone give the quantities, (rows, *shape), times 2 ** -power, and the power.

    Of ordinary losses that is all of it, and 0. Else it comes in parts: what reads none but the small ones has all its
    digits, too; see `graph.careful`.
    """
    adjoints = {name: np.zeros((rows, *shapes[name])) for name in quantities}
    for loss in losses:
        ones = np.ones(len(loss.rows))
        np.add.at(adjoints[loss.term.quantity], list(loss.rows), pull_all(loss.family, ones))
    return parts_near(adjoints)


@dataclass(frozen=True, slots=True, eq=False)
class Tangents:
    """d(everything)/d(source) along one direction.

    Attributes
    ----------
    quantities
        Quantity -> (steps, *shape).
    direction
        In the source's shape.
    """

    quantities: Mapping[str, Array]
    direction: Array


@one_thread()
def tangents_of(linear: Linearized, source: Parameter | Quantity, step: int | None, direction: Array) -> Tangents:
    """Return the tangents along a direction in one vertex, by one forward sweep.

    Parameters
    ----------
    source, step
        A parameter (no step), an input or a quantity at a step counted from 0, or a state at the step at which it is
        given: -1, or one behind the last.
    direction
        In its shape.
    """
    steps = linear.problem.steps
    with np.errstate(all="ignore"):
        tangents = {name: np.zeros((steps, *linear.shapes[name])) for name in linear.families}
        _push_source(linear, tangents, source, step, direction)
        for run in linear.cell.runs:
            reading: list[tuple[Array, list[tuple[Array, int, tuple[StepFactor, ...]]]]] = []
            for equation in run.equations:
                inner = [
                    (tangents[family.tail.name], family.lag, term)
                    for family in linear.families[equation.quantity]
                    if isinstance(family.tail, Quantity) and family.tail.name in tangents
                    for term in family.terms
                ]
                if inner:
                    reading.append((tangents[equation.quantity], inner))
            for k in run.steps(steps):
                for own, inner in reading:
                    total = own[k]
                    for tails, lag, term in inner:
                        if 0 <= k - lag < steps:
                            total = total + push_at(term, k, tails[k - lag])
                    own[k] = total
    return Tangents(tangents, direction)


def _push_source(
    linear: Linearized, tangents: dict[str, Array], source: Parameter | Quantity, step: int | None, direction: Array
) -> None:
    """Add what the source itself gives its readers."""
    steps = linear.problem.steps
    if isinstance(source, Quantity) and source.name in tangents and step is not None and 0 <= step < steps:
        tangents[source.name][step] = direction
        return
    for head, families in linear.families.items():
        for family in families:
            if family.tail.name != source.name:
                continue
            if isinstance(source, Parameter):
                everywhere = np.broadcast_to(direction, (steps, *direction.shape))
                tangents[head] += push_all(family, everywhere)
            elif step is not None and 0 <= step + family.lag < steps:
                for term in family.terms:
                    tangents[head][step + family.lag] += push_at(term, step + family.lag, direction)


@one_thread()
def flows_of(family: Family, tails: Array, heads: Array) -> Array:
    """Return the flow through each edge of a family: <tangent pushed, adjoint of the head>, (steps,).

    Parameters
    ----------
    tails, heads
        Tangents of the tail and adjoints of the head at each step of the family, (steps, *shape).
    """
    pushed = push_all(family, tails)
    return np.asarray((pushed * heads).reshape(len(heads), -1).sum(axis=1))
