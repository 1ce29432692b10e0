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
    from graphviz_lstm.graph.recipe import Recipe


def equations_at(
    recipe: Recipe, leaves: Mapping[Reference, Array], *, straight: bool = False, followed: float | None = None
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
        How far the argument of a periodic function may go at the last two moves: if it goes further there is NaN, since
        that it comes back is not seen then. The leading axes are (moves, steps) here too.
    """
    kinked = recipe.kinked if straight else {}
    turning = frozenset() if followed is None else recipe.periodic
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
                k = instruction.target
                if k in kinked and _is_moved(recipe, slots, k):
                    slots[k] = _straight(slots[k], instruction.read(slots), kinked[k])
                if k in turning and _is_moved(recipe, slots, k):
                    (argument,) = instruction.read(slots)
                    beyond = np.abs(argument[-2:] - argument[0]) > followed
                    slots[k] = np.where(beyond.any(axis=0), np.nan, slots[k])
    return {quantity: np.asarray(slots[source]) for quantity, source in recipe.quantities.items()}


def _is_moved(recipe: Recipe, slots: list[Any], slot: int) -> bool:
    """Return whether what is in a slot is another at each move: what reads nothing that is moved lacks that axis."""
    return bool(np.ndim(slots[slot]) == recipe.ranks[slot] + 2)


def _straight(found: Array, read: Sequence[Array], derivatives: Sequence[Callable[..., Array]]) -> Array:
    """Return what an operation comes to, its kinks passed where the last two moves are both or one beyond them."""
    arguments = np.broadcast_arrays(*read)
    slopes = [np.asarray(derivative(*arguments)) for derivative in derivatives]
    beyond = np.any([(slope[-2:] != slope[0]).any(axis=0) for slope in slopes], axis=0)
    parts = [
        np.where(slope[0] == 0.0, 0.0, slope[0] * (moved - moved[0]))
        for slope, moved in zip(slopes, arguments, strict=True)
    ]
    return np.where(beyond, found[0] + np.sum(parts, axis=0), found)
