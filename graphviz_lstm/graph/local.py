"""Every equation at values of its own: what it makes of moved parents, each held where it is told to be.

Not a forward pass: an equation reads the values that it is given, not what the other equations make of them. So one
equation's partials can be held against its own differences, at all steps at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.recipe import Recipe


def equations_at(recipe: Recipe, leaves: Mapping[Reference, Array]) -> dict[str, Array]:
    """Return quantity -> the value of its equation's right side.

    Parameters
    ----------
    leaves
        A value for whatever the equations read, with leading axes as wanted (moves, steps).
    """
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
    return {quantity: np.asarray(slots[source]) for quantity, source in recipe.quantities.items()}
