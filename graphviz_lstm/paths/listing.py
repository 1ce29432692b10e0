"""Paths by their numbers: counted, summed, taken out, listed, drawn at random, as objects or as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from graphviz_lstm.errors import InputError, NoPathError, TooManyPathsError, describe_unknown
from graphviz_lstm.paths.algebra import COUNT, LENGTH, TOTAL
from graphviz_lstm.paths.blocks import Of, blocks, sum_up
from graphviz_lstm.paths.choose import frozen
from graphviz_lstm.paths.measure import measure_by, total_of
from graphviz_lstm.paths.order import rank, unrank
from graphviz_lstm.paths.path import Path
from graphviz_lstm.paths.places import vertex_rows
from graphviz_lstm.paths.records import Table
from graphviz_lstm.paths.sample import draw_by_size, draw_evenly, draw_from
from graphviz_lstm.paths.sweep import sweep, sweep_all
from graphviz_lstm.paths.walk import iterate, make_path
from graphviz_lstm.paths.wide import Wide, narrow, widen

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator

    from numpy.typing import NDArray

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.linear import FloatArray, Value
    from graphviz_lstm.paths.measure import Measure

LISTING_LIMIT = 10**7
"""How many paths are listed at most, unless `find_paths` is told otherwise."""

# Measured: one Path with its tuples, and each further edge of it.
_BYTES_PER_PATH, _BYTES_PER_EDGE = 450, 24
_SECONDS_PER_PATH = 1e-6


# No slots: a cached property needs the instance's dict.
@dataclass(frozen=True, eq=False, repr=False)
class Listing(Table):
    """Paths from a source to a target in an order, each with a number, none of them listed yet."""

    dag: Dag
    element: tuple[int, ...] | None
    limit: int = LISTING_LIMIT
    known: Collection[Hashable] = field(default=())
    whole: Measure | None = None

    @property
    def source(self) -> Hashable:
        """The vertex where every path begins."""
        return self.dag.source

    @property
    def target(self) -> Hashable:
        """The vertex where every path ends."""
        return self.dag.target

    @property
    def count(self) -> int:
        """The exact number of paths. Costs O(E) additions, of as many digits as it has."""
        return self._count

    @cached_property
    def _count(self) -> int:
        return sweep(self.dag, COUNT, self.dag.edges)

    @cached_property
    def _counts(self) -> list[int]:
        """How many paths lead on from each vertex: O(V) numbers of up to as many digits as `count` has."""
        return sweep_all(self.dag, COUNT, self.dag.edges)

    @cached_property
    def measure(self) -> Measure:
        """What shares are measured against: the total of all paths, before any were left out. Costs one sweep."""
        return self.whole or measure_by(self.dag, self.element)

    @cached_property
    def own_total(self) -> Wide:
        """The sum of all contributions, with an exponent of its own."""
        return total_of(self.dag) if self.whole else self.measure.total

    @property
    def total(self) -> Value:
        """The sum of all contributions, d(target)/d(source): a float, or an array in the source's shape."""
        return frozen(narrow(self.own_total))

    @property
    def share(self) -> float:
        """The sum of all shares: 1, but for a set that was restricted; NaN where the whole total is zero."""
        return float(narrow(self.measure.share(self.own_total)))

    @cached_property
    def own_absolute(self) -> Wide:
        """The sum of all |contributions|, entry by entry, with an exponent of its own. See `absolute_total`."""
        if self.dag.scalar:
            total = sweep(self.dag, TOTAL, self.dag.magnitudes()) if self.dag.edges else self.own_total
            return Wide(np.abs(total.mantissa) if self.dag.source_shape else abs(float(total.mantissa)), total.exponent)
        self.require_listable(self.count, "compare with .total instead")
        absolute = np.zeros(self.dag.source_shape)
        for path in self:
            absolute += np.abs(path.contribution)
        return widen(absolute)

    @property
    def absolute_total(self) -> Value:
        """The sum of all |contributions|, entry by entry: what rounding errors are to be compared with.

        One sweep where vertices are numbers. In a graph of vectors every path must be listed for it.

        Raises
        ------
        TooManyPathsError
            In a graph of vectors, if there are more paths than the limit.
        """
        return frozen(narrow(self.own_absolute))

    def __iter__(self) -> Iterator[Path]:
        """Yield every path, in the order of their numbers.

        Lazy, and so without a limit: the first path costs two sweeps, each further one O(1) operations on tuples, and
        memory is bounded whatever the count. `list(paths)` asks for the length first and is refused where that is.
        """
        return iterate(self.dag, self.measure)

    def __len__(self) -> int:
        """Return the number of paths, if they can be listed.

        `list`, `tuple` and `sorted` ask this before they begin: so it is here that they are refused.

        Raises
        ------
        TooManyPathsError
            If there are more than the limit. `count` always answers.
        """
        self.require_listable(self.count, "ask .count, .total, .top(k) or .group_by(label), or iterate lazily")
        return self.count

    def __bool__(self) -> bool:
        """Return whether there is any path."""
        return bool(self.dag.vertices)

    def __repr__(self) -> str:
        """Return what the set is of."""
        return f"<PathSet of {describe_count(self.count)} paths from {self.source!r} to {self.target!r}>"

    @overload
    def __getitem__(self, key: int) -> Path: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Path, ...]: ...
    def __getitem__(self, key: int | slice) -> Path | tuple[Path, ...]:
        """Return the path with this number, or those of a slice, without listing those before it.

        The number may have hundreds of digits. Costs O(length * degree) operations on numbers as long, after one sweep
        whose O(V) such numbers are kept.

        Raises
        ------
        IndexError
            If there is no such path.
        TooManyPathsError
            If a slice has more paths than can be listed.
        """
        if isinstance(key, slice):
            start, stop, step = key.indices(self.count)
            wanted = max(0, (stop - start + step - (1 if step > 0 else -1)) // step)
            self.require_listable(wanted, "ask for a shorter slice")
            if step == 1 and wanted:
                return tuple(path for _, path in zip(range(wanted), self._from(start), strict=False))
            return tuple(self[start + k * step] for k in range(wanted))
        k = index(key)
        if not -self.count <= k < self.count:
            raise IndexError(f"no path {describe_count(k)} (there are {describe_count(self.count)})")
        return make_path(self.dag, self.measure, unrank(self.dag, self._counts, k % self.count))

    def _from(self, start: int) -> Iterator[Path]:
        return iterate(self.dag, self.measure, unrank(self.dag, self._counts, start))

    def index(self, path: Path) -> int:
        """Return the number of a path: the inverse of `paths[k]`.

        Raises
        ------
        ValueError
            If it is not one of these paths.
        """
        number = self._rank(path)
        if number is None:
            raise ValueError(f"not one of these paths: {path}")
        return number

    def __contains__(self, path: object) -> bool:
        """Return whether `path` is one of these. Costs O(length * degree)."""
        return isinstance(path, Path) and self._rank(path) is not None

    def _rank(self, path: Path) -> int | None:
        return rank(self.dag, self._counts, path.edges) if path.vertices[0] == self.source else None

    def blocks(self, start: int = 0, stop: int | None = None, *, of: Of = "contribution") -> Iterator[FloatArray]:
        """Yield the contributions (or shares) of the paths `start` to `stop`, in order, in cache-sized arrays.

        Any range of numbers, so that a range is a shard; no limit. At most 65,536 paths at a time, 64 MiB of tables.
        What leaves the range of a float64 is 0 or infinite here; `paths[k].wide` has it whole.

        Raises
        ------
        InputError
            If `start` and `stop` are not a range of paths.
        """
        first, last = self._range(start, stop)
        return blocks(self.dag, self.measure, self._counts, first, last, of) if self else iter(())

    def contributions(self, *, of: Of = "contribution") -> FloatArray:
        """Return the contributions (or shares) of all paths as one array, `(count, *source_shape)`, in order.

        Raises
        ------
        TooManyPathsError
            If there are more paths than the limit; `blocks` has none.
        """
        self.require_listable(self.count, "sum .blocks() instead")
        shape = self.dag.source_shape if of == "contribution" else ()
        whole = np.empty((self.count, *shape))
        place = 0
        for block in self.blocks(of=of):
            whole[place : place + len(block)] = block
            place += len(block)
        return whole

    def summed(self, start: int = 0, stop: int | None = None) -> Value:
        """Return the sum of the contributions of the paths `start` to `stop`, each of them visited.

        What `total` is checked against: no limit, memory as of `blocks`. See `blocks` for the range.
        """
        first, last = self._range(start, stop)
        zero: Value = np.zeros(self.dag.source_shape) if self.dag.source_shape else 0.0
        return sum_up(self.dag, self.measure, self._counts, first, last) if self else zero

    def _range(self, start: int, stop: int | None) -> tuple[int, int]:
        last = self.count if stop is None else stop
        if not 0 <= start <= last <= self.count:
            raise InputError(f"unusable range: {start!r} to {last!r} (there are {describe_count(self.count)} paths)")
        return start, last

    @property
    def vertices(self) -> tuple[Hashable, ...]:
        """The names that the entries of `vertex_array` stand for."""
        return self.dag.vertices

    def vertex_array(self, start: int = 0, stop: int | None = None) -> NDArray[np.signedinteger[Any]]:
        """Return the vertices of the paths `start` to `stop`, a row each, as indices into `vertices`; -1 after the end.

        Raises
        ------
        TooManyPathsError
            If these are more paths than the limit.
        """
        first, last = self._range(start, stop)
        self.require_listable(last - first, "ask for a shorter range")
        return vertex_rows(self.dag, self._counts, first, last)

    def sample(self, n: int, *, seed: int, by: Literal["count", "contribution"] = "count") -> tuple[Path, ...]:
        """Return `n` paths drawn at random, with replacement.

        By count each path is equally likely; by contribution each is as likely as its |share| is large. Costs
        O(length * degree) for each, after one sweep; in a graph of vectors shares take working them all out.

        Raises
        ------
        InputError
            If `n` is not a whole number of at least 0, or `by` is neither.
        NoPathError
            If there is no path to draw.
        TooManyPathsError
            In a graph of vectors, by contribution, if there are more paths than the limit.
        """
        if by not in ("count", "contribution"):
            raise InputError(describe_unknown("by", by, ("count", "contribution")))
        if not self:
            raise NoPathError(f"no path from {self.source!r} to {self.target!r} to draw")
        wanted = whole_number("n", n)
        if by == "count" or not self.dag.edges:
            drawn = draw_evenly(self.dag, self._counts, wanted, seed)
        elif self.dag.scalar:
            drawn = draw_by_size(self.dag, self.measure, wanted, seed)
        else:
            drawn = draw_from(self.dag, self._counts, np.abs(self.contributions(of="share")), wanted, seed)
        return tuple(make_path(self.dag, self.measure, edges) for edges in drawn)

    def require_listable(self, count: int, instead: str) -> None:
        """Raise TooManyPathsError if `count` paths are more than the limit."""
        if count <= self.limit:
            return
        per_path = _BYTES_PER_PATH + _BYTES_PER_EDGE * sweep(self.dag, LENGTH, self.dag.edges)
        message = (
            f"{describe_count(count)} paths from {self.source!r} to {self.target!r} are too many to list "
            f"(limit {describe_count(self.limit)}; it would take about {_describe_seconds(count)} "
            f"and up to {describe_count(count * per_path // 10**9)} GB): {instead}, or raise limit="
        )
        raise TooManyPathsError(message)


def whole_number(name: str, number: object) -> int:
    """Return a whole number of at least 0."""
    try:
        whole = index(number)  # type: ignore[arg-type]
    except TypeError:
        whole = -1
    if whole < 0:
        raise InputError(f"unusable {name}: {number!r} (must be a whole number of at least 0)")
    return whole


def describe_count(count: int) -> str:
    """Return a count as text, of whatever size.

    >>> describe_count(878), describe_count(1234567), describe_count(4 * 10**5000)
    ('878', '1,234,567', '4.0e+5000')
    """
    if count < 10**12:
        return f"{count:,}"
    logarithm = math.log10(count)
    power = math.floor(logarithm)
    return f"{10.0 ** (logarithm - power):.1f}e+{power}"


def _describe_seconds(count: int) -> str:
    """Return how long it takes to list so many paths."""
    microseconds = round(_SECONDS_PER_PATH * 1e6) * count
    for unit, size in (("years", 31_557_600), ("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if microseconds >= size * 10**6 * 2:
            return f"{describe_count(microseconds // (size * 10**6))} {unit}"
    return f"{microseconds / 1e6:.0f} s"
