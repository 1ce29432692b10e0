"""The algebras of the table on blocks: the same questions, of all units of a vertex at once.

A value is an array with a unit on its last axis; an element is a `Block`. The algebras on numbers are their oracle.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths.compiled.map_weights import carry_wide
from graphviz_lstm.paths.compiled.wide import Wide, add_up, widen
from graphviz_lstm.paths.sweeping.algebra import Algebra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.linear_map import FloatArray
    from graphviz_lstm.paths.units.blocks import Block
    from graphviz_lstm.paths.units.weights import Puller


def _added(values: Sequence[NDArray[Any]]) -> NDArray[Any]:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _largest(values: Sequence[FloatArray]) -> FloatArray:
    return np.asarray(np.maximum.reduce(list(values)))


COUNT: Algebra[Block, NDArray[np.object_]] = Algebra(
    np.array([0], dtype=object), np.array([1], dtype=object), lambda block, counts: block.count(counts), _added
)
"""How many paths lead on from each unit."""

LENGTH: Algebra[Block, NDArray[Any]] = Algebra(
    np.array([0]), np.array([0]), lambda block, lengths: block.longest(lengths), _largest
)
"""The number of edges of the longest path on from each unit."""

SIGNED: Algebra[Block, Wide] = Algebra(
    widen(np.zeros((2, 1))),
    widen(np.array([[1.0], [0.0]])),
    lambda block, sums: carry_wide(block.pull_signed, sums),
    add_up,
)
"""The sums of what is positive, and of the sizes of what is negative."""


def totals(rounding: float) -> Algebra[Puller, Wide]:
    """Return the algebra of the sum of the contributions, at the source in its own shape; see `contributions`."""
    return Algebra(
        widen(np.zeros(1)),
        widen(np.ones(1)),
        carry_wide,
        partial(add_up, rounding=rounding),
    )


BEST: Algebra[Block, FloatArray] = Algebra(
    np.array([-np.inf]), np.zeros(1), lambda block, best: block.best(best), _largest
)
"""The largest log |contribution| of the ways on from each unit."""
