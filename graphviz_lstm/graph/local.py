"""Every equation at values of its own: what it makes of moved parents, each held where it is told to be.

Not a forward pass: an equation reads the values that it is given, not what the other equations make of them. So one
equation's partials can be held against its own differences, at all steps at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.recipe import Instruction, Recipe

# Radians.
_FOLLOWED = 0.5


def equations_at(
    recipe: Recipe, leaves: Mapping[Reference, Array], *, straight: bool = False, followed: bool = False
) -> dict[str, Array]:
    """Return quantity -> the value of its equation's right side.

    Parameters
    ----------
    leaves
        A value for whatever the equations read, with leading axes as wanted (moves, steps).
    straight
        Whether a kink that lies nearer than both of the last moves go is passed as if it were none: the operation goes
        on as it does at the first move. The leading axes are (moves, steps) then.
    followed
        Whether there is NaN instead of what comes of a periodic function whose argument goes further than half a radian
        at one of the last two moves: that it comes back is not seen then. The leading axes are (moves, steps) here too.
    """
    kinked = recipe.kinked if straight else {}
    turning = recipe.turning if followed else frozenset()
    slots: list[Any] = [None] * len(recipe.ranks)
    for expression, slot in recipe.slots.items():
        if isinstance(expression, Number):
            slots[slot] = np.asarray(expression.value)
        elif expression in leaves:
            slots[slot] = leaves[expression]  # type: ignore[index]  # what is in it is a reference
    given = {slot for slot, value in enumerate(slots) if value is not None}
    with np.errstate(all="ignore"):
        for instruction in recipe.instructions:
            # What a quantity is, is given: only what its equation says of it is computed.
            if instruction.target not in given:
                instruction.fill(slots)
                if instruction.target in kinked:
                    slots[instruction.target] = _straight(instruction, slots, kinked[instruction.target], recipe.ranks)
                if instruction.target in turning:
                    slots[instruction.target] = _followed(instruction, slots, recipe.ranks)
    return {quantity: np.asarray(slots[source]) for quantity, source in recipe.quantities.items()}


def _straight(
    instruction: Instruction, slots: list[Any], derivatives: Sequence[Callable[..., Array]], ranks: Sequence[int]
) -> Array:
    """Return what an operation comes to, its kinks passed where the last two moves are both or one beyond them."""
    found = np.asarray(slots[instruction.target])
    if found.ndim < ranks[instruction.target] + 2:
        # Nothing that it reads is moved.
        return found
    arguments = np.broadcast_arrays(*instruction.read(slots))
    slopes = [np.asarray(derivative(*arguments)) for derivative in derivatives]
    beyond = np.any([(slope[-2:] != slope[0]).any(axis=0) for slope in slopes], axis=0)
    parts = [
        np.where(slope[0] == 0.0, 0.0, slope[0] * (moved - moved[0]))
        for slope, moved in zip(slopes, arguments, strict=True)
    ]
    return np.where(beyond, found[0] + np.sum(parts, axis=0), found)


def _followed(instruction: Instruction, slots: list[Any], ranks: Sequence[int]) -> Array:
    """Return what a periodic function comes to, where its argument is followed."""
    found = np.asarray(slots[instruction.target])
    if found.ndim < ranks[instruction.target] + 2:
        return found
    (argument,) = instruction.read(slots)
    return np.where((np.abs(argument[-2:] - argument[0]) > _FOLLOWED).any(axis=0), np.nan, found)
