"""Linear maps: what an edge of an evaluated graph carries.

Each knows two verbs, for a batch (leading axes) at once: `push` a tangent from tail to head, `pull` an adjoint from
head to tail. `pull` is the transpose of `push`: <push(t), a> = <t, pull(a)>. Hidden size 1 is the case n = 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from graphviz_lstm.cells.numeric import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Layout = Literal["diagonal", "full", "other"]
    Shape = tuple[int, ...]


class LinearMap(Protocol):
    """A linear map from arrays of `tail_shape` to arrays of `head_shape`, whose structure tells its entries."""

    __slots__ = ()

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

    @property
    def layout(self) -> Layout:
        """Where entries may be other than 0: on the diagonal alone, everywhere, or as `pattern` says."""
        ...

    def changed(self, change: Callable[[Array], Array]) -> LinearMap:
        """Return the map with `change` done to all numbers that it is made of."""
        ...

    def dense(self) -> Array:
        """Return the (head entries, tail entries) matrix, both flattened in C order."""
        rows = math.prod(self.head_shape)
        return self.pull(np.eye(rows).reshape(rows, *self.head_shape)).reshape(rows, -1)

    def absolute(self) -> LinearMap:
        """Return the map with every entry's absolute value: what bounds rounding."""
        return self.changed(np.abs)

    def pattern(self) -> LinearMap:
        """Return the map whose entries are 1 or more where this one's may be other than 0, by its structure."""
        return self.changed(np.ones_like)


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal(LinearMap):
    """v -> diagonal * v, entry by entry."""

    diagonal: Array

    @property
    def tail_shape(self) -> Shape:
        """The shape of the diagonal."""
        return self.diagonal.shape

    head_shape = tail_shape

    def push(self, tangent: Array) -> Array:
        """(*batch, *shape) -> (*batch, *shape)."""
        return self.diagonal * tangent

    def pull(self, adjoint: Array) -> Array:
        """(*batch, *shape) -> (*batch, *shape)."""
        return self.diagonal * adjoint

    def dense(self) -> Array:
        """(entries, entries), zeros off the diagonal."""
        return np.diag(np.reshape(self.diagonal, -1))

    def changed(self, change: Callable[[Array], Array]) -> Diagonal:
        """With other numbers."""
        return Diagonal(change(self.diagonal))

    @property
    def layout(self) -> Layout:
        """Diagonal."""
        return "diagonal"


@dataclass(frozen=True, slots=True, eq=False)
class Matrix(LinearMap):
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

    def dense(self) -> Array:
        """(rows, columns), itself."""
        return self.matrix

    def changed(self, change: Callable[[Array], Array]) -> Matrix:
        """With other numbers."""
        return Matrix(change(self.matrix))

    @property
    def layout(self) -> Layout:
        """Full."""
        return "full"


@dataclass(frozen=True, slots=True, eq=False)
class ProductWith(LinearMap):
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

    def changed(self, change: Callable[[Array], Array]) -> ProductWith:
        """With other numbers."""
        return ProductWith(change(self.vector), self.rows)

    @property
    def layout(self) -> Layout:
        """Other."""
        return "other"


@dataclass(frozen=True, slots=True, eq=False)
class Functional(LinearMap):
    """v -> the sum of gradient * v, a number: how the loss depends on one output."""

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
        """(*batch, *shape) -> (*batch,)."""
        if self.gradient.ndim == 1:
            return tangent @ self.gradient
        return np.asarray((tangent * self.gradient).sum(axis=tuple(range(-self.gradient.ndim, 0))))

    def pull(self, adjoint: Array) -> Array:
        """(*batch,) -> (*batch, *shape)."""
        adjoint = np.asarray(adjoint)
        return adjoint.reshape((*adjoint.shape, *(1,) * self.gradient.ndim)) * self.gradient

    def changed(self, change: Callable[[Array], Array]) -> Functional:
        """With other numbers."""
        return Functional(change(self.gradient))

    @property
    def layout(self) -> Layout:
        """Full."""
        return "full"


@dataclass(frozen=True, slots=True, eq=False)
class Contraction(LinearMap):
    """v -> einsum of a coefficient with v: every other product of matrices and vectors, and numbers that spread.

    Attributes
    ----------
    spec
        Three words of index letters, those of the coefficient, the tail and the head: `("jk", "ij", "ik")` is
        W -> W @ coefficient.
    coefficient
        An array.
    tail_shape, head_shape
        As of every map.
    """

    spec: tuple[str, str, str]
    coefficient: Array
    tail_shape: Shape
    head_shape: Shape

    def push(self, tangent: Array) -> Array:
        """(*batch, *tail_shape) -> (*batch, *head_shape)."""
        own, tail, head = self.spec
        return self._spread(np.einsum(f"{own},...{tail}->...{self._summed(head)}", self.coefficient, tangent), head)

    def pull(self, adjoint: Array) -> Array:
        """(*batch, *head_shape) -> (*batch, *tail_shape)."""
        own, tail, head = self.spec
        pulled: Array = np.einsum(f"{own},...{head}->...{tail}", self.coefficient, adjoint)
        return pulled

    def _summed(self, head: str) -> str:
        """Return those of the head's letters that the coefficient or the tail has."""
        return "".join(letter for letter in head if letter in self.spec[0] + self.spec[1])

    def _spread(self, pushed: Array, head: str) -> Array:
        """Return what was pushed, along all axes of the head: a number is the same everywhere."""
        if self._summed(head) == head:
            return pushed
        batch = pushed.shape[: pushed.ndim - len(self._summed(head))]
        kept = [n if letter in self._summed(head) else 1 for letter, n in zip(head, self.head_shape, strict=True)]
        return np.broadcast_to(pushed.reshape(*batch, *kept), (*batch, *self.head_shape))

    def changed(self, change: Callable[[Array], Array]) -> Contraction:
        """With other numbers."""
        return Contraction(self.spec, change(self.coefficient), self.tail_shape, self.head_shape)

    @property
    def layout(self) -> Layout:
        """Other."""
        return "other"


@dataclass(frozen=True, slots=True, eq=False)
class Selection(Contraction):
    """A contraction whose zeros are its structure: what picks entries. There is no edge of units where it has one."""

    def changed(self, change: Callable[[Array], Array]) -> Selection:
        """With other numbers where it has one."""
        numbers = np.where(self.coefficient != 0.0, change(self.coefficient), 0.0)
        return Selection(self.spec, numbers, self.tail_shape, self.head_shape)


@dataclass(frozen=True, slots=True, eq=False)
class Chain(LinearMap):
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

    def dense(self) -> Array:
        """(head entries, tail entries), the product of the matrices, whatever comes out on the way."""
        matrices = [*map(_column_or_matrix, self.maps[:-1]), self.maps[-1].dense()]
        with np.errstate(all="ignore"):
            product = _product(matrices)
            if not _is_far(product):
                return product
            # Each near 1, and all that was left out at the end: what leaves the range may come back, and 0 is 0.
            near, powers = zip(*map(scaled, matrices), strict=True)
            return np.asarray(np.ldexp(_product(near), sum(powers)))

    def changed(self, change: Callable[[Array], Array]) -> Chain:
        """With other numbers."""
        return Chain(tuple(linear.changed(change) for linear in self.maps))

    @property
    def layout(self) -> Layout:
        """Full, where one of them is and the others are diagonal."""
        layouts = [linear.layout for linear in self.maps]
        return "full" if layouts.count("full") == 1 and "other" not in layouts else "other"


def _column_or_matrix(linear: LinearMap) -> Array:
    """Return a map's matrix; of a diagonal a column, which scales rows."""
    return np.reshape(linear.diagonal, (-1, 1)) if isinstance(linear, Diagonal) else linear.dense()


def _product(matrices: Sequence[Array]) -> Array:
    """Return the product of matrices; a column before others scales the rows of what follows."""
    product = matrices[-1]
    for matrix in reversed(matrices[:-1]):
        product = matrix * product if matrix.shape == (len(product), 1) else matrix @ product
    return product


def _is_far(product: Array) -> bool:
    """Return whether something may have been lost on the way to a product."""
    peak = float(np.abs(product).max(initial=0.0))
    return not 1e-100 < peak < 1e100


@dataclass(frozen=True, slots=True, eq=False)
class Total(LinearMap):
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

    def dense(self) -> Array:
        """(head entries, tail entries), the sum of the matrices."""
        return np.asarray(np.sum([linear.dense() for linear in self.maps], axis=0))

    def changed(self, change: Callable[[Array], Array]) -> Total:
        """With other numbers."""
        return Total(tuple(linear.changed(change) for linear in self.maps))

    @property
    def layout(self) -> Layout:
        """Full, where one of them is; diagonal, where all are."""
        layouts = {linear.layout for linear in self.maps}
        return "full" if "full" in layouts else "diagonal" if layouts == {"diagonal"} else "other"


def as_matrix(linear: LinearMap) -> Array:
    """Return the (head entries, tail entries) matrix of `linear`, both flattened in C order; for looking at."""
    columns = math.prod(linear.tail_shape)
    basis = np.eye(columns).reshape(columns, *linear.tail_shape)
    return linear.push(basis).reshape(columns, -1).T
