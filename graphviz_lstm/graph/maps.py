"""Linear maps: what an edge of an evaluated graph carries.

Each knows two verbs, for a batch (leading axes) at once: `push` a tangent from tail to head, `pull` an adjoint from
head to tail. `pull` is the transpose of `push`: <push(t), a> = <t, pull(a)>. Hidden size 1 is the case n = 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Shape = tuple[int, ...]


class LinearMap(Protocol):
    """A linear map from arrays of `tail_shape` to arrays of `head_shape`."""

    @property
    def tail_shape(self) -> Shape:
        """The shape of what is pushed."""
        ...

    @property
    def head_shape(self) -> Shape:
        """The shape of what is pulled."""
        ...

    def push(self, tangent: Array) -> Array:
        """Map tangents (*batch, *tail_shape) to tangents (*batch, *head_shape)."""
        ...

    def pull(self, adjoint: Array) -> Array:
        """Map adjoints (*batch, *head_shape) to adjoints (*batch, *tail_shape)."""
        ...

    def absolute(self) -> LinearMap:
        """Return the map with every entry's absolute value: what bounds rounding."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal:
    """v -> diagonal * v, entry by entry."""

    diagonal: Array

    @property
    def tail_shape(self) -> Shape:
        """The shape of the diagonal, (n,)."""
        return self.diagonal.shape

    head_shape = tail_shape

    def push(self, tangent: Array) -> Array:
        """(*batch, n) -> (*batch, n)."""
        return self.diagonal * tangent

    def pull(self, adjoint: Array) -> Array:
        """(*batch, n) -> (*batch, n)."""
        return self.diagonal * adjoint

    def absolute(self) -> Diagonal:
        """With absolute entries."""
        return Diagonal(np.abs(self.diagonal))


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """v -> matrix @ v."""

    matrix: Array

    @property
    def tail_shape(self) -> Shape:
        """(columns,)."""
        return self.matrix.shape[1:]

    @property
    def head_shape(self) -> Shape:
        """(rows,)."""
        return self.matrix.shape[:1]

    def push(self, tangent: Array) -> Array:
        """(*batch, columns) -> (*batch, rows)."""
        return tangent @ self.matrix.T

    def pull(self, adjoint: Array) -> Array:
        """(*batch, rows) -> (*batch, columns)."""
        return adjoint @ self.matrix

    def absolute(self) -> Matrix:
        """With absolute entries."""
        return Matrix(np.abs(self.matrix))


@dataclass(frozen=True, slots=True, eq=False)
class ProductWith:
    """W -> W @ vector: how a matrix-vector product depends on its matrix, of `rows` rows."""

    vector: Array
    rows: int

    @property
    def tail_shape(self) -> Shape:
        """(rows, entries of the vector)."""
        return (self.rows, *self.vector.shape)

    @property
    def head_shape(self) -> Shape:
        """(rows,)."""
        return (self.rows,)

    def push(self, tangent: Array) -> Array:
        """(*batch, rows, columns) -> (*batch, rows)."""
        return tangent @ self.vector

    def pull(self, adjoint: Array) -> Array:
        """(*batch, rows) -> (*batch, rows, columns): the outer product with the vector."""
        return adjoint[..., None] * self.vector

    def absolute(self) -> ProductWith:
        """With absolute entries."""
        return ProductWith(np.abs(self.vector), self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Functional:
    """v -> <gradient, v>, a number: how the loss depends on one output."""

    gradient: Array

    @property
    def tail_shape(self) -> Shape:
        """The shape of the gradient."""
        return self.gradient.shape

    @property
    def head_shape(self) -> Shape:
        """A number's."""
        return ()

    def push(self, tangent: Array) -> Array:
        """(*batch, n) -> (*batch,)."""
        return tangent @ self.gradient

    def pull(self, adjoint: Array) -> Array:
        """(*batch,) -> (*batch, n)."""
        return np.asarray(adjoint)[..., None] * self.gradient

    def absolute(self) -> Functional:
        """With absolute entries."""
        return Functional(np.abs(self.gradient))


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """One map after another; `maps` as in a product of matrices, the last one first applied."""

    maps: tuple[LinearMap, ...]

    @property
    def tail_shape(self) -> Shape:
        """What the first one applied takes."""
        return self.maps[-1].tail_shape

    @property
    def head_shape(self) -> Shape:
        """What the last one applied gives."""
        return self.maps[0].head_shape

    def push(self, tangent: Array) -> Array:
        """Through all, from the right."""
        for linear in reversed(self.maps):
            tangent = linear.push(tangent)
        return tangent

    def pull(self, adjoint: Array) -> Array:
        """Through all, from the left."""
        for linear in self.maps:
            adjoint = linear.pull(adjoint)
        return adjoint

    def absolute(self) -> Chain:
        """Of each: no less than that of the product."""
        return Chain(tuple(linear.absolute() for linear in self.maps))


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """The sum of maps: of a head that reads its tail in more than one place."""

    maps: tuple[LinearMap, ...]

    @property
    def tail_shape(self) -> Shape:
        """The same for all."""
        return self.maps[0].tail_shape

    @property
    def head_shape(self) -> Shape:
        """The same for all."""
        return self.maps[0].head_shape

    def push(self, tangent: Array) -> Array:
        """Add up what each gives."""
        return sum((linear.push(tangent) for linear in self.maps[1:]), self.maps[0].push(tangent))

    def pull(self, adjoint: Array) -> Array:
        """Add up what each gives."""
        return sum((linear.pull(adjoint) for linear in self.maps[1:]), self.maps[0].pull(adjoint))

    def absolute(self) -> Total:
        """Of each: no less than that of the sum."""
        return Total(tuple(linear.absolute() for linear in self.maps))


def compose(maps: list[LinearMap], shape: Shape) -> LinearMap:
    """Return the product of `maps`, neighbours that are diagonals folded into one; the identity on `shape` for none."""
    folded: list[LinearMap] = []
    for linear in maps:
        if isinstance(linear, Diagonal) and folded and isinstance(folded[-1], Diagonal):
            folded[-1] = Diagonal(folded[-1].diagonal * linear.diagonal)
        else:
            folded.append(linear)
    if not folded:
        return Diagonal(np.ones(shape))
    return folded[0] if len(folded) == 1 else Chain(tuple(folded))


def add(maps: list[LinearMap]) -> LinearMap:
    """Return the sum of `maps`, diagonals folded into one."""
    if all(isinstance(linear, Diagonal) for linear in maps):
        diagonals = [linear.diagonal for linear in maps if isinstance(linear, Diagonal)]
        return Diagonal(np.sum(diagonals, axis=0)) if len(maps) > 1 else maps[0]
    return maps[0] if len(maps) == 1 else Total(tuple(maps))


def pull_together(maps: Sequence[LinearMap], adjoints: Sequence[Array]) -> Array:
    """Return the sum of each map's pull of its own adjoint, `maps` having one tail.

    A matrix that is read at every step gets an outer product from each: together they are one product of matrices.
    """
    last = [linear.maps[-1] if isinstance(linear, Chain) else linear for linear in maps]
    vectors = [linear.vector for linear in last if isinstance(linear, ProductWith)]
    if len(maps) == 1 or len(vectors) < len(maps):
        return sum(
            (linear.pull(adjoint) for linear, adjoint in zip(maps[1:], adjoints[1:], strict=True)),
            maps[0].pull(adjoints[0]),
        )
    pulled = []
    for linear, adjoint in zip(maps, adjoints, strict=True):
        before = linear.maps[:-1] if isinstance(linear, Chain) else ()
        pulled.append(Chain(before).pull(adjoint))
    return np.stack(pulled).T @ np.stack(vectors)


def as_matrix(linear: LinearMap) -> Array:
    """Return the (head entries, tail entries) matrix of `linear`, both flattened in C order; for looking at."""
    columns = prod(linear.tail_shape)
    basis = np.eye(columns).reshape(columns, *linear.tail_shape)
    return linear.push(basis).reshape(columns, -1).T
