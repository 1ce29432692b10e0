"""Both recursions of a cell's gradient, derived from its equations: nothing here is typed in.

Forward (real-time recurrent learning): the tangent of every quantity at t from the tangents at t and t - 1; it ends in
zeros at the initial state, so it is not circular. Reverse (backpropagation through time): the adjoint of every quantity
at t from those of its readers at t and t + 1; it ends in zeros behind the last step. Both are in Williams and Zipser,
"Gradient-based learning algorithms for recurrent networks and their computational complexity", 1995.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Parameter, Quantity, references
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.partials import Term


@dataclass(frozen=True, slots=True)
class Flow:
    """One term of a recursion: a local partial, and the quantity on its other side.

    Attributes
    ----------
    quantity, step
        Whose tangent or adjoint goes in; in a forward recursion `step` is None for the source itself.
    terms
        The terms of the local partial of the edge.
    at
        The step of its head, at which they stand.
    """

    quantity: str
    step: Moving | None
    terms: tuple[Term, ...]
    at: Moving


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a recursion: the tangent or adjoint of a quantity at `t` as a sum of terms."""

    quantity: str
    step: Moving
    terms: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Forward:
    """The tangents along one source; where the recursion ends, they are zero.

    Attributes
    ----------
    source
        A parameter.
    lines
        For every quantity that depends on the source, in the order in which they can be computed.
    states
        Quantities whose tangents at the step before are needed; before the first step these are 0.
    independent
        The quantities that do not depend on the source: their tangents are 0 at every step.
    """

    source: str
    lines: tuple[Line, ...]
    states: tuple[str, ...]
    independent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reverse:
    """The adjoints of every quantity, and what they give each parameter.

    Attributes
    ----------
    lines
        Adjoints at t, in the order in which they can be computed; those of `outputs` have dE/d(output) as well.
    outputs
        The quantities that a loss reads.
    parameters
        Parameter -> the terms that its readers at t give it; dE/d(parameter) is their sum over all steps.
    states
        Quantities that are read one step later; behind the last step these readers' adjoints are 0.
    """

    lines: tuple[Line, ...]
    outputs: tuple[str, ...]
    parameters: dict[str, tuple[Flow, ...]]
    states: tuple[str, ...]


def derive_forward(cell: Cell, source: str) -> Forward:
    """Return the forward recursion of d(.)/d(source).

    Raises
    ------
    UnknownNameError
        If `source` is not a parameter of the cell.
    InputError
        If no quantity depends on it.
    """
    if source not in cell.parameters:
        raise UnknownNameError(describe_unknown("parameter", source, cell.parameters))
    dependent = _dependents(cell, source)
    if not dependent:
        raise InputError(f"nothing depends on {source!r} in cell {cell.name!r}")
    lines = []
    states: dict[str, None] = {}
    for equation in cell.equations:
        if equation.quantity not in dependent:
            continue
        terms = []
        for reference in references(equation.expression):
            # A token is read, too, and has no derivative: it depends on nothing.
            if reference != Parameter(source) and reference.name not in dependent:
                continue
            partial = differentiate(equation.expression, reference, cell)
            if reference == Parameter(source):
                terms.append(Flow(source, None, partial, Moving()))
            elif isinstance(reference, Quantity):
                terms.append(Flow(reference.name, Moving(-reference.lag), partial, Moving()))
                if reference.lag:
                    states[reference.name] = None
        lines.append(Line(equation.quantity, Moving(), tuple(terms)))
    independent = tuple(e.quantity for e in cell.equations if e.quantity not in dependent)
    return Forward(source, tuple(lines), tuple(states), independent)


def derive_reverse(cell: Cell, outputs: Sequence[str] | None = None) -> Reverse:
    """Return the reverse recursion: adjoints, and what they give each parameter.

    `outputs` are the quantities that a loss reads, by default the cell's output.
    """
    readers: dict[str, list[Flow]] = {equation.quantity: [] for equation in cell.equations}
    parameters: dict[str, list[Flow]] = {name: [] for name in cell.parameters}
    for equation in cell.equations:
        for reference in references(equation.expression):
            if isinstance(reference, Quantity) and reference.name not in readers:
                continue
            terms = differentiate(equation.expression, reference, cell)
            if isinstance(reference, Parameter):
                parameters[reference.name].append(Flow(equation.quantity, Moving(), terms, Moving()))
            else:
                step = Moving(reference.lag)
                readers[reference.name].append(Flow(equation.quantity, step, terms, step))
    lines = tuple(
        Line(equation.quantity, Moving(), tuple(readers[equation.quantity])) for equation in reversed(cell.equations)
    )
    read = (cell.output,) if outputs is None else tuple(outputs)
    return Reverse(lines, read, {name: tuple(flows) for name, flows in parameters.items()}, cell.states)


def _dependents(cell: Cell, source: str) -> set[str]:
    """Return the quantities that depend on `source`, at its own step or later."""
    dependent: set[str] = set()
    while True:
        more = {
            equation.quantity
            for equation in cell.equations
            if any(
                reference == Parameter(source) or reference.name in dependent
                for reference in references(equation.expression)
            )
        }
        if more == dependent:
            return dependent
        dependent = more
