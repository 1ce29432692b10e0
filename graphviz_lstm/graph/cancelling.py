"""What cannot be told from zero: a sum that is no more than the rounding of what it is a sum of.

Each number that a sum is made of has been through some roundings of its own. If they cancel, what is left is made of
these roundings alone: the next machine finds another number, of another sign. By the equations it may be zero, as where
a unit's key is divided by its own length, or some number that small: float64 does not say. It is taken for zero, and
said to be zero to rounding.

Judged is each sum by itself, where it is made: the terms of an edge between two single numbers, the edges out of a
vertex. So nothing grows with the length of a sequence, as the sum over the paths of |contribution| does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph.maps import LinearMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.graph.maps import Array, Layout, Shape

ROUNDING = 16.0 * float(np.finfo(np.float64).eps)
"""Which part of all that it is a sum of a number must exceed to be told from zero: sixteen roundings of each term."""


# What is above this part of its terms is no rounding, however many there were on the way, and needs no look at it.
_FAR_BELOW = 1e-9


def is_lost(total: Array, size: Array) -> Array:
    """Return where a sum cannot be told from zero; `size` is the sum of the terms' sizes.

    What left the range of a float64 is not told from anything, and is found elsewhere.
    """
    return np.asarray((np.abs(total) <= ROUNDING * size) & np.isfinite(size))


def is_suspected(total: Array, size: Array) -> Array:
    """Return where a sum is not zero, and so small a part of its last terms that it may be what rounding left."""
    return np.asarray((total != 0.0) & (np.abs(total) <= _FAR_BELOW * size))


def settled(total: Array, size: Array) -> Array:
    """Return a sum with 0 for each entry that cannot be told from zero; `size` is the sum of the terms' sizes.

    >>> parts = np.array([[0.3, 1.0], [-0.1, 2.0], [-0.2, 3.0]])
    >>> settled(parts.sum(axis=0), np.abs(parts).sum(axis=0)).tolist()
    [0.0, 6.0]
    """
    lost = is_lost(total, size)
    return np.where(lost, 0.0, total) if lost.any() else total


@dataclass(frozen=True, slots=True, eq=False)
class Single(LinearMap):
    """A number between two arrays of one entry each, whatever their axes."""

    number: Array
    tail_shape: Shape
    head_shape: Shape

    def push(self, tangent: Array) -> Array:
        """(*batch, *tail_shape) -> (*batch, *head_shape)."""
        return _shaped(self.number * np.asarray(tangent), self.tail_shape, self.head_shape)

    def pull(self, adjoint: Array) -> Array:
        """(*batch, *head_shape) -> (*batch, *tail_shape)."""
        return _shaped(self.number * np.asarray(adjoint), self.head_shape, self.tail_shape)

    def changed(self, change: Callable[[Array], Array]) -> LinearMap:
        """With another number."""
        return Single(change(self.number), self.tail_shape, self.head_shape)

    @property
    def layout(self) -> Layout:
        """Full."""
        return "full"


@dataclass(frozen=True, slots=True, eq=False)
class Cancelled(LinearMap):
    """0: between two single numbers, a sum of terms of which nothing is left but rounding.

    >>> linear = Cancelled(0.5, (1,), (1, 1))
    >>> linear.push(np.ones(1)).tolist(), linear.absolute().push(np.ones(1)).tolist()
    ([[0.0]], [[0.5]])

    Attributes
    ----------
    size
        The sum of the sizes of the terms.
    tail_shape, head_shape
        As of every map.
    """

    size: float
    tail_shape: Shape
    head_shape: Shape

    def push(self, tangent: Array) -> Array:
        """Return zeros, (*batch, *head_shape)."""
        return self._as(0.0).push(tangent)

    def pull(self, adjoint: Array) -> Array:
        """Return zeros, (*batch, *tail_shape)."""
        return self._as(0.0).pull(adjoint)

    def changed(self, change: Callable[[Array], Array]) -> LinearMap:
        """With another number in the place of 0."""
        return self._as(change(np.zeros(())))

    def absolute(self) -> LinearMap:
        """Return what the terms are without their signs: what bounds rounding."""
        return self._as(self.size)

    @property
    def layout(self) -> Layout:
        """Full."""
        return "full"

    def _as(self, number: Array | float) -> Single:
        return Single(np.asarray(number), self.tail_shape, self.head_shape)


def _shaped(values: Array, before: Shape, after: Shape) -> Array:
    """Return (*batch, *before) as (*batch, *after), both of one entry."""
    return values.reshape((*values.shape[: values.ndim - len(before)], *after))


def is_single(*shapes: Shape) -> bool:
    """Return whether arrays of these shapes have one entry each.

    >>> is_single((), (1, 1)), is_single((1,), (2,))
    (True, False)
    """
    return all(prod(shape) == 1 for shape in shapes)
