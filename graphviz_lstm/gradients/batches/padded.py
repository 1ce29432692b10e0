"""Sequences of different lengths in arrays of one length: a problem each, of the steps that are there.

What is padding is not read: it may be zeros, NaN or anything else. A step that is not there has no path through it, so
the gradient of the mean loss over the batch is that of the sequences by themselves, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import (
    GraphvizLstmError,
    InputError,
    NumberError,
    ShapeError,
    UnknownNameError,
    describe_unknown,
    shorten,
)
from graphviz_lstm.graph.losses import steps_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from graphviz_lstm.problems import LossTerm, Problem

    Rows = NDArray[Any]


def sequences_of(
    net: Problem,
    inputs: ArrayLike | Mapping[str, ArrayLike],
    targets: ArrayLike | Sequence[ArrayLike],
    *,
    lengths: ArrayLike | None = None,
    mask: ArrayLike | None = None,
    initial: Mapping[str, ArrayLike] | None = None,
) -> list[Problem]:
    """Return the problem of each sequence; see `Batch.padded`."""
    rows = _by_name("input", inputs, net.cell.inputs)
    batch, steps = _size(rows)
    first = {} if initial is None else _by_name("initial state", initial, net.cell.states)
    told = _targets(net, targets)
    for what, array in _described(rows, first, told):
        if not array.ndim or len(array) != batch:
            count = len(array) if array.ndim else "a number"
            raise ShapeError(f"wrong number of sequences: {what} has {count}, must have {batch}, as the inputs")
    made = []
    for number, length in enumerate(present_steps(lengths, mask, batch, steps)):
        try:
            losses = [
                _term(net, term, array[number], length, steps)
                for term, array in zip(net.losses, told, strict=True)
                if steps_over(net, term, length)
            ]
            problem = replace(
                net,
                inputs={name: array[number, :length] for name, array in rows.items()},
                losses=losses,
                initial=dict(net.initial) | {name: array[number] for name, array in first.items()},
                steps=length,
                texts=(),
                name=f"{net.name}, sequence {number + 1}",
            )
        except GraphvizLstmError as error:
            raise type(error)(f"{error}, in sequence {number + 1}") from None
        made.append(problem)
    return made


def _by_name(what: str, given: Any, names: Sequence[str]) -> dict[str, Rows]:
    """Return arrays by name; one array by itself is that of the only name there is."""
    if not isinstance(given, Mapping):
        if len(names) != 1:
            known = ", ".join(map(repr, names))
            raise InputError(f"not a mapping: {shorten(given)} (must be from each {what}, {known}, to its array)")
        given = {names[0]: given}
    for name in given:
        if name not in names:
            raise UnknownNameError(describe_unknown(what, name, names))
    return {name: _array(f"{what} {name!r}", value) for name, value in given.items()}


def _array(what: str, value: Any) -> Rows:
    try:
        return np.asarray(value)
    except ValueError:
        raise ShapeError(
            f"wrong shape: {what} has rows of different lengths (pad them, and tell lengths= or mask=)"
        ) from None


def _size(rows: Mapping[str, Rows]) -> tuple[int, int]:
    """Return how many sequences there are, and how many steps with the padding."""
    if not rows:
        raise InputError("no inputs: there is nothing to tell how many sequences there are (make a Problem of each)")
    for name, array in rows.items():
        if array.ndim < 2 or 0 in array.shape[:2]:
            raise ShapeError(f"wrong shape: input {name!r} is {array.shape}, must be (sequences, steps, ...)")
    return next(iter(rows.values())).shape[:2]


def _targets(net: Problem, targets: Any) -> list[Rows]:
    """Return the targets of each loss term."""
    if len(net.losses) == 1:
        return [_array("targets", targets)]
    several = list(targets) if isinstance(targets, list | tuple) else []
    if len(several) != len(net.losses):
        raise InputError(f"not targets: {shorten(targets)} (must be a list of {len(net.losses)} arrays, one a loss)")
    return [_array(f"targets {k + 1}", value) for k, value in enumerate(several)]


def _described(rows: Mapping[str, Rows], first: Mapping[str, Rows], told: Iterable[Rows]) -> Iterable[tuple[str, Rows]]:
    yield from ((f"input {name!r}", array) for name, array in rows.items())
    yield from ((f"initial state {name!r}", array) for name, array in first.items())
    yield from (("targets", array) for array in told)


def present_steps(lengths: Any, mask: Any, batch: int, steps: int) -> list[int]:
    """Return how many steps each sequence has, as lengths or a mask tell it; see `Batch.padded`."""
    if lengths is not None and mask is not None:
        raise InputError("both lengths and mask are given (one of them says it all)")
    if mask is not None:
        return _lengths_of(_array("mask", mask), batch, steps)
    if lengths is None:
        return [steps] * batch
    found = _array("lengths", lengths)
    if found.shape != (batch,) or found.dtype.kind not in "iu":
        raise InputError(f"unusable lengths: {shorten(lengths)} (must be {batch} whole numbers, one a sequence)")
    for number, length in enumerate(found.tolist(), start=1):
        if not 1 <= length <= steps:
            raise InputError(f"unusable length: {length} of sequence {number} (must be from 1 to {steps})")
    return [int(length) for length in found]


def _lengths_of(mask: Rows, batch: int, steps: int) -> list[int]:
    """Return the lengths that a mask tells, which is true of the steps that are there and false of those behind."""
    if mask.shape != (batch, steps) or mask.dtype.kind not in "biuf":
        raise ShapeError(f"wrong shape: mask is {mask.shape}, must be ({batch}, {steps}), true where a step is there")
    if not np.isin(mask, (0, 1)).all():
        raise NumberError(f"not a mask: {shorten(mask.tolist())} (must be true or false for each step)")
    there = mask.astype(bool)
    for number, row in enumerate(there, start=1):
        length = int(row.sum())
        if not row[:length].all():
            gap = int(np.argmin(row)) + 1
            raise InputError(
                f"unusable mask: sequence {number} has no step {gap}, but one behind it (only the end may be left out)"
            )
        if not length:
            raise InputError(f"unusable mask: sequence {number} has no step at all (must have one at least)")
    return [int(length) for length in there.sum(axis=1)]


def _term(net: Problem, term: LossTerm, rows: Rows, length: int, steps: int) -> LossTerm:
    """Return a loss term of one sequence: its targets at the steps at which it counts."""
    counted = tuple(steps_over(net, term, length))
    told = len(rows) if rows.ndim else 0
    if told == steps:
        chosen = rows[[step - net.first_step for step in counted]]
    elif told == len(counted) == 1:
        chosen = rows
    else:
        raise ShapeError(
            f"wrong number of rows: targets of {term.quantity!r} has {told}, must have {steps}, one for each step"
        )
    return replace(term, steps=counted, targets=chosen)
