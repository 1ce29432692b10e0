"""The set of all paths between two vertices: what can be asked of it, each answered by a room of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import index
from typing import TYPE_CHECKING, overload

import numpy as np

from graphviz_lstm.errors import InputError, TooManyPathsError
from graphviz_lstm.paths.algebra import COUNT, LENGTH, TOTAL
from graphviz_lstm.paths.best import best_first
from graphviz_lstm.paths.bound import search
from graphviz_lstm.paths.group import group
from graphviz_lstm.paths.measure import directed, measure_by
from graphviz_lstm.paths.path import Path
from graphviz_lstm.paths.sweep import sweep
from graphviz_lstm.paths.walk import iterate, make_path
from graphviz_lstm.paths.wide import Wide, add_up, multiply, narrow, size_key, widen

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths.algebra import Label
    from graphviz_lstm.paths.dag import Dag, Edge
    from graphviz_lstm.paths.group import Group
    from graphviz_lstm.paths.linear import Value
    from graphviz_lstm.paths.measure import Measure

LISTING_LIMIT = 10**7
"""How many paths are listed at most, unless `find_paths` is told otherwise."""

# Up to this many paths of arrays are simply all compared; beyond, the search has this many steps.
_COMPARED = 10_000
_SEARCH_STEPS = 200_000
# Measured: one Path with its tuples, and each further edge of it.
_BYTES_PER_PATH, _BYTES_PER_EDGE = 450, 24
_SECONDS_PER_PATH = 2e-6


@dataclass(frozen=True, slots=True, eq=False)
class Remainder:
    """All that was not shown: how many paths, the sum of their contributions, the sum of their shares."""

    count: int
    contribution: Value
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Selection(Sequence[Path]):
    """Some paths, the largest |share| first, and all that they leave out.

    Attributes
    ----------
    paths
        The paths shown.
    remainder
        The others, together: contributions shown + remainder = total, to rounding.
    proven
        Whether no path left out is larger than one shown. Always so where vertices are numbers.
    bound
        No path left out has a larger |share| than this.
    """

    paths: tuple[Path, ...]
    remainder: Remainder
    proven: bool
    bound: float

    def __len__(self) -> int:
        """Return how many are shown."""
        return len(self.paths)

    @overload
    def __getitem__(self, key: int) -> Path: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Path, ...]: ...
    def __getitem__(self, key: int | slice) -> Path | tuple[Path, ...]:
        """Return one of the paths shown, or some."""
        return self.paths[key]


# No slots: a cached property needs the instance's dict.
@dataclass(frozen=True, eq=False, repr=False)
class PathSet:
    """All paths from a source to a target, none of them listed yet. Made by `find_paths`.

    It reads the graph's partials when it is made, so that later changes to them do not matter to it.
    """

    dag: Dag
    element: tuple[int, ...] | None
    limit: int = LISTING_LIMIT

    @property
    def source(self) -> object:
        """The vertex where every path begins."""
        return self.dag.source

    @property
    def target(self) -> object:
        """The vertex where every path ends."""
        return self.dag.target

    @cached_property
    def count(self) -> int:
        """The exact number of paths. Costs O(E) additions, of as many digits as it has."""
        return sweep(self.dag, COUNT, self.dag.edges)

    @cached_property
    def measure(self) -> Measure:
        """What shares are measured against. Costs one sweep."""
        return measure_by(self.dag, self.element)

    @property
    def total(self) -> Value:
        """The sum of all contributions, d(target)/d(source): a float, or an array in the source's shape."""
        return _frozen(narrow(self.measure.total))

    @cached_property
    def absolute_total(self) -> Value:
        """The sum of all |contributions|, entry by entry: what rounding errors are to be compared with.

        One sweep where vertices are numbers. In a graph of arrays every path must be listed for it.

        Raises
        ------
        TooManyPathsError
            In a graph of arrays, if there are more paths than the limit.
        """
        if self.dag.scalar:
            total = sweep(self.dag, TOTAL, self.dag.magnitudes()) if self.dag.edges else self.measure.total
            return _frozen(np.abs(narrow(total)) if self.dag.source_shape else abs(float(narrow(total))))
        self._require_listable(self.count, "compare with .total instead")
        absolute = np.zeros(self.dag.source_shape)
        for path in self:
            absolute += np.abs(path.contribution)
        return _frozen(absolute)

    def __iter__(self) -> Iterator[Path]:
        """Yield every path, in the order in which the graph lists the edges out of each vertex.

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
        self._require_listable(self.count, "ask .count, .total, .top(k) or .group_by(label), or iterate lazily")
        return self.count

    def __bool__(self) -> bool:
        """Return whether there is any path."""
        return bool(self.dag.vertices)

    def __repr__(self) -> str:
        """Return what the set is of."""
        return f"<PathSet of {describe_count(self.count)} paths from {self.source!r} to {self.target!r}>"

    def top(self, k: int) -> Selection:
        """Return the `k` paths with the largest |share|, in that order, and the remainder.

        Where vertices are numbers the answer is exact and costs O(E + k * length * log degree). In a graph of arrays it
        is a search under a bound; `Selection.proven` says whether it came to its end. Paths of equal |share| are in
        listing order; which of them come in where `k` cuts between them is fixed, but not specified. Where the total
        is zero there are no shares: then |contribution| ranks (the sum of its entries).

        Raises
        ------
        InputError
            If `k` is not a whole number of at least 0.
        TooManyPathsError
            If `k` paths are more than can be listed.
        """
        try:
            wanted = min(index(k), self.count)
        except TypeError:
            wanted = -1
        if wanted < 0:
            message = f"unusable k: {k!r} (must be a whole number of at least 0)"
            raise InputError(message)
        self._require_listable(wanted, "ask for a smaller k")
        dag, measure = self.dag, self.measure
        proven, bound = True, widen(0.0)
        if dag.scalar:
            chosen = list(islice(best_first(dag, directed(dag, measure)), wanted))
        elif self.count <= _COMPARED:
            return self._select(sorted(self, key=_rank, reverse=True)[:wanted], None)
        else:
            chosen, proven, bound = search(dag, measure.direction, wanted, _SEARCH_STEPS)
        paths = [make_path(dag, measure, edges) for edges in chosen]
        order = sorted(range(len(paths)), key=lambda i: chosen[i])
        order.sort(key=lambda i: _rank(paths[i]), reverse=True)
        ceiling = None if proven else abs(float(narrow(multiply(bound, measure.scale))))
        return self._select([paths[i] for i in order], ceiling)

    def group_by(self, label: str | Callable[[Edge], Label]) -> dict[Label, Group]:
        """Return count, sum of contributions and share of the paths by label, exactly, without listing them.

        A path's label is what its edges' labels add up to: numbers add, tuples and strings concatenate in the order of
        the path, frozensets unite. The empty path (source and target are one) has the label 0.

        Costs one sweep for each label that the paths can have; O(widest cut * labels) memory.

        Parameters
        ----------
        label
            The name of an edge attribute, or a function of the edge, `(tail, head)` or `(tail, head, key)`.

        Raises
        ------
        InputError
            If an edge has no such attribute, or a label that does not add up with the others.
        TooManyPathsError
            If paths take more than 100,000 different labels.
        """
        return group(self.dag, self.measure, label)

    def _select(self, paths: Sequence[Path], bound: float | None) -> Selection:
        """Return these paths as a selection; by default what is left out is at most as large as the last of them."""
        count = self.count - len(paths)
        proven = bound is None
        if bound is None:
            bound = abs(paths[-1].share) if paths and count else math.inf if count else 0.0
        if not count:
            zero: Value = _frozen(np.zeros(self.dag.source_shape)) if self.dag.source_shape else 0.0
            return Selection(tuple(paths), Remainder(0, zero, 0.0), proven, bound)
        shown = [_wide(path) for path in paths]
        left = add_up([self.measure.total, *(Wide(-value.mantissa, value.exponent) for value, _ in shown)])
        share = float(narrow(self.measure.share(left)))
        return Selection(tuple(paths), Remainder(count, _frozen(narrow(left)), share), proven, bound)

    def _require_listable(self, count: int, instead: str) -> None:
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


def _wide(path: Path) -> tuple[Wide, Wide]:
    """Return contribution and share of a path with exponents of their own."""
    return path.wide or (widen(path.contribution), widen(path.share))


def _rank(path: Path) -> tuple[int, float]:
    """Return the key by which paths are ranked."""
    contribution, share = _wide(path)
    if math.isnan(float(share.mantissa)):
        share = widen(float(np.sum(contribution.mantissa)), contribution.exponent)
    return size_key(share)


def _frozen(value: Value) -> Value:
    """Return `value`, read-only if it is an array."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value


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
