"""Families of edges: the partials of one reference in one equation, at all steps at once.

An unrolled graph has the same edge at every step; only its numbers differ. A family holds those numbers as arrays whose
first axis is the step, or without that axis where they are the same at every step (a weight). What can be done for all
steps at once is done so; one step's map is a view.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.graph.cancelling import Cancelled, is_lost, is_single
from graphviz_lstm.graph.labels import kinds_of
from graphviz_lstm.graph.making import add, compose, product_of, single
from graphviz_lstm.graph.stepping import push_term

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.cells.operation import Kind
    from graphviz_lstm.cells.partials import Term
    from graphviz_lstm.graph.forward import Trace
    from graphviz_lstm.graph.maps import Array, LinearMap, Shape
    from graphviz_lstm.graph.schema import EdgeKind

    FactorKind = Kind | Literal["spread"]


@dataclass(frozen=True, slots=True, eq=False)
class StepFactor:
    """One factor of a term at all steps.

    Attributes
    ----------
    kind
        As of `cells.partials.Factor`.
    coefficient
        (steps, *own shape) if `moving`, else (*own shape).
    moving
        Whether it differs from step to step.
    tail_shape, head_shape
        What it maps at one step.
    plain
        `"diagonal"` or `"matrix"` where it acts on vectors in that plain way, else empty.
    """

    kind: FactorKind
    coefficient: Array
    moving: bool
    tail_shape: Shape
    head_shape: Shape

    plain: Literal["diagonal", "matrix", ""] = field(init=False)

    def __post_init__(self) -> None:
        """Note whether it is one of the two kinds that nearly all factors are, which sweeps treat directly."""
        rank = self.coefficient.ndim - self.moving
        plain: Literal["diagonal", "matrix", ""] = ""
        if self.kind == "diagonal" and self.tail_shape == self.head_shape and rank in (0, len(self.head_shape)):
            plain = "diagonal" if rank or not self.moving or not self.head_shape else ""
        elif self.kind in ("matrix", "select") and rank == 2 and len(self.tail_shape) == 1:
            plain = "matrix"
        object.__setattr__(self, "plain", plain)

    def at(self, step: int) -> LinearMap:
        """Return the map at one step, counted from 0: a view."""
        coefficient = self.coefficient[step] if self.moving else self.coefficient
        return single(self.kind, coefficient, self.tail_shape, self.head_shape)

    def some(self, steps: slice) -> StepFactor:
        """Return the factor at some of its steps: a view."""
        if not self.moving:
            return self
        return StepFactor(self.kind, self.coefficient[steps], self.moving, self.tail_shape, self.head_shape)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """All edges from one reference into one equation's quantity.

    Attributes
    ----------
    head
        The quantity whose equation it is.
    tail
        What that equation reads.
    kind, gate
        The kind of its edges, and the quantity in whose equation they were written: the gate that a crossing crosses.
    terms
        One for each place at which it is read: factors, the outermost first.
    tail_shape, head_shape
        Of the values at both ends.
    lost
        Between single numbers, the sum of the sizes of the terms at each step at which these cancel to rounding, and 0
        at the others: (steps,), or one number where no term moves; None where none is lost. There all terms are 0.
    """

    head: str
    tail: Reference
    kind: EdgeKind
    gate: str
    terms: tuple[tuple[StepFactor, ...], ...]
    tail_shape: Shape
    head_shape: Shape
    lost: Array | None = None

    @property
    def lag(self) -> int:
        """How many steps before the head the tail stands."""
        return self.tail.lag if isinstance(self.tail, Quantity) else 0

    @property
    def of_parameter(self) -> bool:
        """Whether the tail is the same at every step."""
        return isinstance(self.tail, Parameter)

    def at(self, step: int) -> LinearMap:
        """Return the partial at one step, counted from 0."""
        if self.lost is not None and (size := float(self.lost[step] if self.lost.ndim else self.lost)):
            return Cancelled(size, self.tail_shape, self.head_shape)
        return add([compose([factor.at(step) for factor in term], self.tail_shape) for term in self.terms])

    def some(self, steps: slice) -> Family:
        """Return the edges at some of the steps: a view."""
        terms = tuple(tuple(factor.some(steps) for factor in term) for term in self.terms)
        lost = self.lost[steps] if self.lost is not None and self.lost.ndim else self.lost
        return replace(self, terms=terms, lost=lost)


def families_of(trace: Trace, shapes: Mapping[str, Shape]) -> dict[str, tuple[Family, ...]]:
    """Return quantity -> the families of edges into it.

    Parameters
    ----------
    trace
        What the recipe that has its equation came to.
    shapes
        Parameter, input or quantity -> the shape of its value at one step.
    """
    cell = trace.recipe.cell
    kinds = kinds_of(cell)
    return {
        equation.quantity: tuple(
            _summed(
                _settled(
                    Family(
                        head=equation.quantity,
                        tail=parent.reference,
                        kind=kinds[equation.quantity][parent.reference],
                        gate=equation.origin,
                        terms=tuple(
                            _term(term, trace, shapes[parent.reference.name], shapes[equation.quantity])
                            for term in parent.terms
                        ),
                        tail_shape=shapes[parent.reference.name],
                        head_shape=shapes[equation.quantity],
                    )
                )
            )
            for parent in trace.recipe.parents[equation.quantity]
            if parent.terms
        )
        for equation in cell.equations
    }


def _settled(family: Family) -> Family:
    """Return a family with 0 at each step at which its terms, between single numbers, cancel to rounding."""
    if len(family.terms) < 2 or not is_single(family.tail_shape, family.head_shape):
        return family
    moving = max((len(factor.coefficient) for term in family.terms for factor in term if factor.moving), default=0)
    ones = np.ones((moving or 1, *family.tail_shape))
    total = sum((push_term(term, ones) for term in family.terms), start=np.zeros(()))
    size = np.asarray(sum(push_term(_absolute(term), ones) for term in family.terms))
    lost = np.where(is_lost(total, size), size, 0.0).reshape(-1)
    if not lost.any():
        return family
    rank = len(family.head_shape)
    left = np.where(lost > 0.0, 0.0, 1.0)
    mask = StepFactor(
        "diagonal",
        left.reshape(-1, *(1,) * rank) if moving else left[0],
        bool(moving),
        family.head_shape,
        family.head_shape,
    )
    terms = tuple((mask, *term) for term in family.terms)
    return replace(family, terms=terms, lost=lost if moving else lost[0])


def _summed(family: Family) -> Family:
    """Return a family whose terms that are diagonals are one.

    A saturated GRU keeps `(1 - z) * H[t-1] + z * h` nearly where it was: by z that is `h - H[t-1]`, of which an adjoint
    times the one, less the same times the other, keeps fewer digits.
    """
    diagonals = [term for term in family.terms if all(factor.plain == "diagonal" for factor in term)]
    if len(diagonals) < 2:
        return family
    with np.errstate(all="ignore"):
        whole = sum(math.prod((factor.coefficient for factor in term), start=np.ones(())) for term in diagonals)
    moving = any(factor.moving for term in diagonals for factor in term)
    one = StepFactor("diagonal", np.asarray(whole), moving, family.tail_shape, family.head_shape)
    others = (term for term in family.terms if not any(term is diagonal for diagonal in diagonals))
    return replace(family, terms=((one,), *others))


def _absolute(term: tuple[StepFactor, ...]) -> tuple[StepFactor, ...]:
    return tuple(replace(factor, coefficient=np.abs(factor.coefficient)) for factor in term)


def _term(term: Term, trace: Trace, tail_shape: Shape, head_shape: Shape) -> tuple[StepFactor, ...]:
    """Return the factors of a term; built from the tail's end, where the shape is known."""
    built: list[StepFactor] = []
    shape = tail_shape
    for factor in reversed(term.factors):
        coefficient, moving = _coefficient(trace, factor.expression)
        own = coefficient.shape[1:] if moving else coefficient.shape
        after = shape_after(factor.kind, own, shape)
        if factor.kind in ("spread", "transpose"):
            # What is spread over an array takes its shape, and none of its numbers.
            coefficient, moving = np.ones(()), False
        built.append(StepFactor(factor.kind, coefficient, moving, shape, after))
        shape = after
    if shape != head_shape:
        built.append(StepFactor("spread", np.ones(()), moving=False, tail_shape=shape, head_shape=head_shape))
    if term.sign < 0:
        built.append(StepFactor("diagonal", np.array(-1.0), moving=False, tail_shape=head_shape, head_shape=head_shape))
    runs = [(kind, list(run)) for kind, run in groupby(built, key=lambda factor: factor.kind)]
    parts = (_folded(run, alone=len(runs) == 1) if kind == "diagonal" else run for kind, run in runs)
    return tuple(reversed([factor for part in parts for factor in part]))


def _coefficient(trace: Trace, expression: object) -> tuple[Array, bool]:
    if expression is None:
        return np.ones(()), False
    slot = trace.recipe.slots[expression]  # type: ignore[index]
    array: Array = np.asarray(trace.slots[slot])
    return array, slot not in trace.recipe.constant


def _folded(run: list[StepFactor], *, alone: bool) -> list[StepFactor]:
    """Return diagonals, the tail's end first, as one; or as they are, if others may bring them into range."""
    if len(run) == 1:
        return run
    rank = len(run[-1].head_shape)
    whole, is_told = product_of([_aligned(factor, rank) for factor in run])
    if not (alone or is_told):
        return run
    moving = any(factor.moving for factor in run)
    return [StepFactor("diagonal", whole, moving, run[0].tail_shape, run[-1].head_shape)]


def _aligned(factor: StepFactor, rank: int) -> Array:
    """Return a diagonal's coefficient, a number at each step as an array of `rank` axes at each step.

    Else the steps of a number would stand beside the entries of an array.
    """
    lacking = rank - (factor.coefficient.ndim - factor.moving)
    if not factor.moving or not lacking:
        return factor.coefficient
    return factor.coefficient.reshape(*factor.coefficient.shape, *(1,) * lacking)


def shape_after(kind: str, own: Shape, tail: Shape) -> Shape:
    """Return the shape of what a factor with a coefficient of shape `own` makes of an array of shape `tail`."""
    if kind in ("diagonal", "spread"):
        return own if len(own) > len(tail) else tail
    if kind in ("matrix", "select"):
        return (*own[:-1], *tail[1:])
    if kind == "right":
        return (*tail[:-1], *own[1:])
    if kind == "inner":
        return ()
    return {"outer-left": (*tail, *own), "outer-right": (*own, *tail), "transpose": tail[::-1]}[kind]
