"""An edge as a block of the unit graph: the entries of its linear map, and how each algebra acts on all at once.

An entry that is zero by the map's structure (off the diagonal of a diagonal map) is no edge of the unit graph; one
that happens to be zero is an edge of weight zero, as in a graph of numbers. A map that does not say its structure has
an edge for each entry that is not zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths.compiled.linear_map import dense_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap

    BoolArray = NDArray[np.bool_]
    Counts = NDArray[np.object_]
    Units = NDArray[np.intp]


# No slots: what an algebra needs of a block is worked out once, and kept.
# Every float64 is below 2 ** this.
_LARGEST_EXPONENT = 1024


@dataclass(frozen=True, eq=False)
class Block:
    """The entries of one edge.

    Attributes
    ----------
    entries
        (heads, tails); of a diagonal, (n,).
    pattern
        Which entries are edges; None for all. Of a diagonal, (n,) too.
    """

    entries: FloatArray
    pattern: BoolArray | None = None

    @property
    def is_diagonal(self) -> bool:
        """Whether head k reads tail k alone."""
        return self.entries.ndim == 1

    @cached_property
    def positive(self) -> FloatArray:
        """The entries above zero, zeros elsewhere."""
        return np.maximum(self.entries, 0.0)

    @cached_property
    def negative(self) -> FloatArray:
        """The sizes of the entries below zero, zeros elsewhere."""
        return np.maximum(-self.entries, 0.0)

    @cached_property
    def logarithms(self) -> FloatArray:
        """Log |entry|; minus infinity of zero."""
        with np.errstate(divide="ignore"):
            return np.log(np.abs(self.entries))

    @cached_property
    def headroom(self) -> int | None:
        """By which power of two sums must lie below 1 before they meet these entries; None where they need no care.

        Sums between 2**-300 and 2**300 do not leave the range of a float64 with entries between these.
        """
        sizes = np.abs(self.entries[self.entries != 0.0])
        if not sizes.size or (sizes.min() > 2.0**-300 and sizes.max() < 2.0**300):
            return None
        # No more than must be: beside the largest sum that of another unit may be the smallest float64 there is.
        added = 1 if self.is_diagonal else (2 * len(self.entries)).bit_length()
        return max(0, math.frexp(float(sizes.max()))[1] + added - _LARGEST_EXPONENT)

    def pull(self, adjoint: FloatArray) -> FloatArray:
        """Return the sums over the heads: total of the ways on from each tail."""
        return self.entries * adjoint if self.is_diagonal else adjoint @ self.entries

    def pull_signed(self, sums: FloatArray) -> FloatArray:
        """Return (2, ..., tails) of (2, ..., heads): sums of what is positive, and of the sizes of what is negative.

        A positive entry keeps the signs, a negative one exchanges them: nothing cancels.
        """
        if self.is_diagonal:
            return self.positive * sums + self.negative * sums[::-1]
        return sums @ self.positive + sums[::-1] @ self.negative

    def count(self, counts: Counts) -> Counts:
        """Return how many ways lead on from each tail, exactly; of (..., heads), (..., tails)."""
        if self.is_diagonal:
            return np.asarray(counts if self.pattern is None else np.where(self.pattern, counts, 0))
        tails = self.entries.shape[1]
        if self.pattern is None:
            return np.repeat(counts.sum(axis=-1, keepdims=True), tails, axis=-1)
        ways = [counts[..., self.pattern[:, tail]].sum(axis=-1) for tail in range(tails)]
        return np.stack([np.asarray(way, dtype=object) for way in ways], axis=-1)

    def longest(self, lengths: NDArray[Any]) -> NDArray[Any]:
        """Return the length of the longest way on from each tail, -1 where there is none."""
        reached = np.where(lengths >= 0, lengths + 1, -1)
        if self.is_diagonal:
            return np.asarray(reached if self.pattern is None else np.where(self.pattern, reached, -1))
        if self.pattern is None:
            return np.full(self.entries.shape[1], reached.max())
        return np.asarray(np.where(self.pattern, reached[:, None], -1).max(axis=0))

    def best(self, best: FloatArray) -> FloatArray:
        """Return the largest log |product| of the ways on from each tail."""
        if self.is_diagonal:
            return self._masked(self.logarithms + best)
        return np.asarray(self._masked(self.logarithms + best[:, None]).max(axis=0))

    def _masked(self, logarithms: FloatArray) -> FloatArray:
        return np.asarray(logarithms if self.pattern is None else np.where(self.pattern, logarithms, -np.inf))

    def heads(self, tail: int) -> Units:
        """Return the head units to which edges lead from one tail unit, in order."""
        if self.is_diagonal:
            here = self.pattern is None or self.pattern[tail]
            return np.array([tail] if here else [], dtype=np.intp)
        if self.pattern is None:
            return np.arange(len(self.entries), dtype=np.intp)
        return np.flatnonzero(self.pattern[:, tail])

    def entry(self, head: int, tail: int) -> float:
        """Return one entry."""
        return float(self.entries[tail] if self.is_diagonal else self.entries[head, tail])

    def column(self, tail: int) -> FloatArray:
        """Return the entries at `heads(tail)`, in that order."""
        if self.is_diagonal:
            return np.asarray(self.entries[self.heads(tail)])
        return np.asarray(self.entries[self.heads(tail), tail])

    def into(self, heads: BoolArray) -> Block:
        """Return the edges into these head units alone."""
        if self.is_diagonal:
            pattern = heads if self.pattern is None else heads & self.pattern
            return Block(np.where(pattern, self.entries, 0.0), pattern)
        whole = np.ones(self.entries.shape, dtype=bool) if self.pattern is None else self.pattern
        pattern = whole & heads[:, None]
        return Block(np.where(pattern, self.entries, 0.0), pattern)

    def __getstate__(self) -> tuple[Any, ...]:
        """Return what travels: not what was worked out of it."""
        return self.entries, self.pattern

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        """Take up what travelled."""
        for name, value in zip(("entries", "pattern"), state, strict=True):
            object.__setattr__(self, name, value)


def block_of(linear: LinearMap) -> Block:
    """Return the entries of a map within the graph.

    A map may say its structure by `layout` (`"diagonal"`, `"full"` or `"other"`) and `pattern()`, a map whose entries
    are 1 where its own may be other than 0.
    """
    layout = getattr(linear, "layout", None)
    if layout == "diagonal":
        return Block(np.asarray(linear.push(np.ones(linear.tail_shape)), dtype=np.float64).reshape(-1))
    entries = dense_matrix(linear)
    if layout == "full":
        return Block(entries)
    structure = dense_matrix(linear.pattern()) if hasattr(linear, "pattern") else entries
    pattern = np.asarray(structure != 0)
    return Block(entries, None if pattern.all() else pattern)


def entering(linear: LinearMap, direction: FloatArray, *, whole_source: bool) -> Block:
    """Return the edges out of the source, which is one unit: what a head unit gets of the direction, (heads, 1).

    Where the source is whole, an edge leads to each head unit that reads any of it; else the direction is that of its
    one entry, and an edge leads to each that reads that.
    """
    entries = np.asarray(linear.push(direction), dtype=np.float64).reshape(-1, 1)
    pattern = _reached(linear, np.ones(linear.tail_shape) if whole_source else direction)
    return Block(entries, None if pattern.all() else pattern[:, None])


def _reached(linear: LinearMap, read: FloatArray) -> BoolArray:
    """Return to which head units edges lead from the tail units where `read` is not zero."""
    layout = getattr(linear, "layout", None)
    if layout == "full":
        return np.ones(math.prod(linear.head_shape), dtype=bool)
    if layout == "diagonal":
        return np.asarray(read.reshape(-1) != 0)
    if hasattr(linear, "pattern"):
        return np.asarray(np.reshape(linear.pattern().push(read), -1) != 0)
    return np.asarray((dense_matrix(linear)[:, read.reshape(-1) != 0] != 0).any(axis=1))
