"""What an edge carries: a linear map, of which a plain number is the smallest."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = tuple[int, ...]
Value: TypeAlias = float | FloatArray


class LinearMap(Protocol):
    """A local partial d(head)/d(tail), known by its two verbs, each for a batch (leading axes) at once.

    The one protocol between this room and whatever makes graphs: a class that has these four members fits, without
    importing anything. `pull` is the transpose of `push`: <push(t), a> = <t, pull(a)>.
    """

    @property
    def tail_shape(self) -> Shape:
        """Shape of the tail's value."""

    @property
    def head_shape(self) -> Shape:
        """Shape of the head's value."""

    def push(self, tangent: FloatArray, /) -> FloatArray:
        """Carry tangents forward: `(*batch, *tail_shape)` to `(*batch, *head_shape)`."""

    def pull(self, adjoint: FloatArray, /) -> FloatArray:
        """Carry adjoints back, the transpose: `(*batch, *head_shape)` to `(*batch, *tail_shape)`."""


Partial: TypeAlias = float | FloatArray | LinearMap
"""A compiled partial: a number, the gradient of one number by an array (out of the source), or any linear map."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """A plain number as a linear map: it scales, whatever the shape.

    `tail_shape` and `head_shape` have the same number of entries; they differ only between `()` and `(1,)`.
    """

    factor: float
    tail_shape: Shape
    head_shape: Shape

    @property
    def layout(self) -> str:
        """Each entry goes to its own."""
        return "diagonal"

    def push(self, tangent: FloatArray, /) -> FloatArray:
        """Scale `tangent`."""
        batch = tangent.shape[: tangent.ndim - len(self.tail_shape)]
        return self.factor * tangent.reshape(batch + self.head_shape)

    def pull(self, adjoint: FloatArray, /) -> FloatArray:
        """Scale `adjoint`."""
        batch = adjoint.shape[: adjoint.ndim - len(self.head_shape)]
        return self.factor * adjoint.reshape(batch + self.tail_shape)


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A number times an array: d(head)/d(number), how a head moves along one direction of the source."""

    tangent: FloatArray

    @property
    def tail_shape(self) -> Shape:
        """Of a number."""
        return ()

    @property
    def head_shape(self) -> Shape:
        """Of the array."""
        return self.tangent.shape

    def push(self, tangent: FloatArray, /) -> FloatArray:
        """Scale the array by each number."""
        return np.multiply.outer(tangent, self.tangent)

    def pull(self, adjoint: FloatArray, /) -> FloatArray:
        """Return the product of each adjoint with the array."""
        return np.asarray(np.tensordot(adjoint, self.tangent, axes=self.tangent.ndim))


def dense_matrix(linear: LinearMap) -> FloatArray:
    """Return `linear` as a matrix, `(head size, tail size)`.

    A map may say it by `dense()`; of any other it is pulled from one batch of unit adjoints.
    """
    if hasattr(linear, "dense"):
        return np.asarray(linear.dense())
    size = prod(linear.head_shape)
    units = np.eye(size).reshape(size, *linear.head_shape)
    return linear.pull(units).reshape(size, -1)
