"""How a family's partials act: at one step, or at all steps at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from graphviz_lstm.graph.making import letters_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.graph.families import Family, StepFactor
    from graphviz_lstm.graph.maps import Array


Moves: TypeAlias = "tuple[Callable[[Array, Any], Array], Any, bool]"
"""How one factor acts on an adjoint or a tangent, its coefficient, and whether that has one at each step."""


def backward(term: tuple[StepFactor, ...]) -> list[Moves]:
    """Return what a term does to a head's adjoint, factor by factor, as a loop over steps runs it."""
    return [_backward(factor) for factor in term]


def _backward(factor: StepFactor) -> Moves:
    if factor.plain == "diagonal":
        return np.multiply, factor.coefficient, factor.moving
    if factor.plain == "matrix":
        return np.dot, factor.coefficient, factor.moving
    steps = len(factor.coefficient) if factor.moving else 1
    maps = [factor.at(k) for k in range(steps)]
    return (lambda adjoint, linear: linear.pull(adjoint)), maps if factor.moving else maps[0], factor.moving


def pull_at(term: tuple[StepFactor, ...], step: int, adjoint: Array) -> Array:
    """Return what a term gives its tail of the head's adjoint at one step."""
    for factor in term:
        coefficient = factor.coefficient[step] if factor.moving else factor.coefficient
        if factor.plain == "diagonal":
            adjoint = coefficient * adjoint
        elif factor.plain == "matrix":
            adjoint = adjoint @ coefficient
        else:
            adjoint = factor.at(step).pull(adjoint)
    return adjoint


def push_at(term: tuple[StepFactor, ...], step: int, tangent: Array) -> Array:
    """Return what a term makes of the tail's tangent at one step."""
    for factor in reversed(term):
        coefficient = factor.coefficient[step] if factor.moving else factor.coefficient
        if factor.plain == "diagonal":
            tangent = coefficient * tangent
        elif factor.plain == "matrix":
            tangent = coefficient @ tangent
        else:
            tangent = factor.at(step).push(tangent)
    return tangent


def pull_all(family: Family, adjoints: Array) -> Array:
    """Return what a family gives its tail at every step, (steps, *tail shape), of (steps, *head shape)."""
    total = np.zeros((len(adjoints), *family.tail_shape))
    for term in family.terms:
        pulled = adjoints
        for factor in term:
            pulled = _pull_steps(factor, pulled)
        total = total + pulled
    return total


def pull_rows(term: tuple[StepFactor, ...], rows: slice, adjoints: Array) -> Array:
    """Return what a term gives its tail at some steps at once, of the head's adjoints there."""
    for factor in term:
        adjoints = _pull_steps(factor.some(rows), adjoints)
    return adjoints


def push_all(family: Family, tangents: Array) -> Array:
    """Return what a family makes of (steps, *tail shape): (steps, *head shape)."""
    total = np.zeros((len(tangents), *family.head_shape))
    for term in family.terms:
        total = total + push_term(term, tangents)
    return total


def push_term(term: tuple[StepFactor, ...], tangents: Array) -> Array:
    """Return what a term makes of (steps, *tail shape)."""
    for factor in reversed(term):
        tangents = _push_steps(factor, tangents)
    return tangents


def pull_sum(family: Family, adjoints: Array) -> Array:
    """Return the sum over all steps of what a family gives its tail: one product of matrices for a weight."""
    total = np.zeros(family.tail_shape)
    for term in family.terms:
        pulled = adjoints
        for factor in term[:-1]:
            pulled = _pull_steps(factor, pulled)
        total = total + (_pull_summed(term[-1], pulled) if term else pulled.sum(axis=0))
    return total


def _pull_steps(factor: StepFactor, adjoints: Array) -> Array:
    if factor.plain == "diagonal":
        return factor.coefficient * adjoints
    if factor.plain == "matrix" and not factor.moving:
        return adjoints @ factor.coefficient
    own, tail, head = _letters(factor)
    pulled: Array = np.einsum(f"{own},s{head}->s{tail}", factor.coefficient, adjoints)
    return pulled


def _push_steps(factor: StepFactor, tangents: Array) -> Array:
    if factor.plain == "diagonal":
        return factor.coefficient * tangents
    if factor.plain == "matrix" and not factor.moving:
        return tangents @ factor.coefficient.T
    own, tail, head = _letters(factor)
    kept = "".join(letter for letter in head if letter in own + tail)
    pushed: Array = np.einsum(f"{own},s{tail}->s{kept}", factor.coefficient, tangents)
    if kept == head:
        return pushed
    sizes = [n if letter in kept else 1 for letter, n in zip(head, factor.head_shape, strict=True)]
    return np.broadcast_to(pushed.reshape(len(pushed), *sizes), (len(pushed), *factor.head_shape))


def _pull_summed(factor: StepFactor, adjoints: Array) -> Array:
    if factor.kind == "right" and factor.moving and factor.coefficient.ndim == 2 and adjoints.ndim == 2:
        return adjoints.T @ factor.coefficient
    own, tail, head = _letters(factor)
    pulled: Array = np.einsum(f"{own},s{head}->{tail}", factor.coefficient, adjoints)
    return pulled


def _letters(factor: StepFactor) -> tuple[str, str, str]:
    """Return the index letters, with the step's for what has one."""
    rank = factor.coefficient.ndim - factor.moving
    own, tail, head = letters_of(factor.kind, rank, len(factor.tail_shape), len(factor.head_shape))
    return (f"s{own}" if factor.moving else own), tail, head
