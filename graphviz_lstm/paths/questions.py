"""What is asked of a set of paths, and answered alike whatever a path passes: whole vertices or single units."""

from __future__ import annotations

from dataclasses import fields
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast, overload

import numpy as np

from graphviz_lstm.errors import InputError, NoPathError, NumberError, shorten
from graphviz_lstm.given import as_whole, require_one_of
from graphviz_lstm.paths.checks import at_least_zero, whole_number
from graphviz_lstm.paths.choosing.best_vectors import Budget, require_budget
from graphviz_lstm.paths.choosing.choose import HasTotal, choose_at_least, choose_covering, choose_top
from graphviz_lstm.paths.choosing.sample import generator_of
from graphviz_lstm.paths.compiled.wide import Wide, magnitude, narrow, widen
from graphviz_lstm.paths.grouping.polynomial import PathPolynomial, polynomial_of
from graphviz_lstm.paths.listing.limits import Counted, describe_count, require_listable, require_room_for_paths
from graphviz_lstm.paths.listing.path import Path
from graphviz_lstm.paths.listing.table import Tabular
from graphviz_lstm.paths.restricting.automata import counting, counting_from
from graphviz_lstm.paths.restricting.marks import allowed_times, weights_of
from graphviz_lstm.paths.sweeping.algebra import HEAVIEST
from graphviz_lstm.paths.sweeping.sweep import sweep

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection, Hashable, Iterator
    from typing import Self

    from _typeshed import DataclassInstance
    from numpy.random import Generator

    from graphviz_lstm.paths.choosing.choose import Chooser
    from graphviz_lstm.paths.choosing.selection import Selection
    from graphviz_lstm.paths.compiled.dag import Dag, Edge
    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.grouping.groups import Group
    from graphviz_lstm.paths.restricting.automata import Automaton
    from graphviz_lstm.paths.restricting.marks import Marks
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.sweeping.sweep import Progress

_BUDGET = Budget()

P = TypeVar("P", bound=Path)


class Known(Counted, HasTotal, Protocol):
    """What is known of a set of paths as a whole."""


class Questions(Tabular, Generic[P]):
    """The questions of a set of paths of the type `P`. A kind of set says how its own paths are found."""

    dag: Dag
    limit: int
    path_type: ClassVar[type[Path]]

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what travels to another process: the set, without what it has worked out."""
        return type(self), tuple(getattr(self, part.name) for part in fields(cast("DataclassInstance", self)))

    @property
    def facts(self) -> Known:
        """What is known of the set as a whole."""
        raise NotImplementedError

    @property
    def source(self) -> Hashable:
        """The vertex where every path begins."""
        raise NotImplementedError

    @property
    def target(self) -> Hashable:
        """The vertex where every path ends."""
        return self.dag.target

    @property
    def count(self) -> int:
        """The exact number of paths: `sum(1 for path in paths)`. Costs O(E) additions, of as many digits as it has."""
        return self.facts.count

    @property
    def total(self) -> Value:
        """The sum of all contributions, d(target)/d(source): a float, or an array in the source's shape.

        What leaves the range of a float64 is 0 or infinite; `wide_total` has it whole.
        """
        return narrow(self.facts.total)

    @property
    def wide_total(self) -> Wide:
        """The total as `mantissa * 2**exponent`, whatever its size."""
        return self.facts.total

    @property
    def share(self) -> float:
        """The sum of all shares: 1, but for a set that was restricted; NaN where the whole total is zero."""
        return float(narrow(self.facts.whole.share(self.facts.total)))

    def __iter__(self) -> Iterator[P]:
        """Yield every path, in the order of their numbers: path number 0, 1, 2, ...

        Lazy, and so without a limit: the first path costs two sweeps, each further one O(1) operations on tuples, and
        memory is bounded whatever the count. `list(paths)` asks for the length first and is refused where that is.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> [path.contribution for path in diamond()]
        [6.0, -1.0]
        """
        return self._from(0)

    def __len__(self) -> int:
        """Return the number of paths, if they can be listed.

        `list`, `tuple` and `sorted` ask this before they begin: so it is here that they are refused, by
        TooManyPathsError, if there are more than the limit. `count` always answers.
        """
        self._require_listable(self.count, "ask .count, .total, .top(k) or .group_by(label), or iterate lazily")
        return self.count

    def __bool__(self) -> bool:
        """Return whether there is any path."""
        return self.count > 0

    def __repr__(self) -> str:
        """Return what the set is of."""
        count = describe_count(self.count)
        return f"<{type(self).__name__} of {count} paths from {shorten(self.source)} to {shorten(self.target)}>"

    @overload
    def __getitem__(self, key: int) -> P: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[P, ...]: ...
    def __getitem__(self, key: int | slice) -> P | tuple[P, ...]:
        """Return `list(paths)[key]`, the path with this number or those of a slice, without listing those before it.

        The number may have hundreds of digits. Costs O(length * degree) operations on numbers as long, after one sweep
        whose O(V) such numbers are kept. IndexError is raised if there is no such path, TooManyPathsError if a slice
        has more than can be listed.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> print(diamond()[-1])
        -20.0 %  x -> E
        """
        if isinstance(key, slice):
            start, stop, step = key.indices(self.count)
            wanted = max(0, (stop - start + step - (1 if step > 0 else -1)) // step)
            self._require_listable(wanted, "ask for a shorter slice")
            if step == 1 and wanted:
                return tuple(islice(self._from(start), wanted))
            return tuple(self._numbered(start + k * step) for k in range(wanted))
        k = as_whole(key)
        if k is None:
            raise InputError(f"unusable number: {shorten(key)} (must be a whole number or a slice)")
        if not -self.count <= k < self.count:
            raise IndexError(f"no path {describe_count(k)} (there are {describe_count(self.count)})")
        return self._numbered(k % self.count)

    def index(self, path: P) -> int:
        """Return the number of a path: `paths[paths.index(path)] == path`. Costs O(length * degree).

        InputError, which is a ValueError too, is raised if it is not one of these paths.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> paths = diamond()
        >>> paths.index(paths[1])
        1
        """
        if not isinstance(path, self.path_type):
            raise InputError(f"not a path: {shorten(path)} (must be one of these, such as paths[0])")
        number = self._rank(path)
        if number is None:
            raise InputError(f"not one of these paths: {shorten(path)}")
        return number

    def __contains__(self, path: object) -> bool:
        """Return whether `path` is one of these. Costs O(length * degree)."""
        return isinstance(path, self.path_type) and self._rank(path) is not None

    def sample(self, n: int, *, seed: int | Generator, by: Literal["count", "contribution"] = "count") -> tuple[P, ...]:
        """Return `n` paths drawn at random, with replacement: the same ones each time for the same seed.

        By count each path is equally likely; by contribution each is as likely as its |share| is large. Costs
        O(length * degree) for each, after one sweep; in a graph of vectors shares take working them all out.

        `seed` is a whole number, or a `numpy.random.Generator`, from which one number is drawn. NoPathError is raised
        if there is no path to draw, NumberError by contribution, if all are zero, TooManyPathsError if `n` is above the
        limit or the paths are more than memory has room for, or in a graph of vectors, by contribution, if there are
        more than the limit.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> len(diamond().sample(3, seed=1))
        3
        """
        require_one_of("by", by, ("count", "contribution"))
        if not self:
            raise NoPathError(f"no path from {shorten(self.source)} to {shorten(self.target)} to draw")
        wanted = whole_number("n", n)
        self._require_listable(wanted, "draw fewer")
        require_room_for_paths(self.facts, wanted, "draw fewer at a time")
        return tuple(self._drawn(wanted, generator_of(seed), by))

    def top(self, k: int, *, budget: Budget | int = _BUDGET) -> Selection:
        """Return `sorted(paths, key=lambda path: -abs(path.share))[:k]`, and the remainder.

        Where vertices are numbers the answer is exact and costs O(E log degree + k log k) time and as much memory; a
        path costs O(length) more when it is looked at.
        In a graph of more than 10,000 paths of vectors it is a search under a bound, within a `budget` of steps, or
        `Budget(steps, seconds)`; `Selection.proven` says whether it came to its end, and `Selection.bound` how large an
        omitted path could be.

        Paths of equal |share| are in the order of their numbers, also where `k` cuts between them (of more than a
        thousand equal ones, or where they are searched, any may come in). Where the total is zero there is nothing to
        share: every share is NaN, and |contribution| ranks (the sum of its entries, or that at the element).

        InputError is raised if `k` is not a whole number of at least 0, TooManyPathsError if they are more than can be
        listed.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> best = diamond().top(1)
        >>> print(best[0], best.remainder.contribution, best.proven)
        +120 %  x -> y -> E -1.0 True
        """
        wanted = min(whole_number("k", k), self.count)
        self._require_listable(wanted, "ask for a smaller k")
        return choose_top(self._chooser(require_budget(budget)), wanted)

    def at_least(
        self,
        threshold: float,
        *,
        of: Literal["share", "contribution"] = "share",
        budget: Budget | int = _BUDGET,
    ) -> Selection:
        """Return all and only the paths with `abs(path.share) >= threshold`, the largest first, and the remainder.

        With `of="contribution"`, those whose |contribution| is: of an array, its entry at the element that shares are
        measured along, or else its length along the total gradient. Cost, memory and `budget` as of `top`.

        InputError is raised if `threshold` is not a number of at least 0, NumberError if shares are asked for of a
        total of zero, TooManyPathsError if more paths reach it than can be listed.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> print(*diamond().at_least(0.5))
        +120 %  x -> y -> E
        """
        least = at_least_zero("threshold", threshold)
        require_one_of("of", of, ("share", "contribution"))
        whole = self.facts.whole
        if of == "contribution":
            unit = widen(float(np.linalg.norm(np.asarray(whole.direction))))
        elif whole.length.mantissa:
            unit = magnitude(whole.length)
        else:
            raise NumberError("the total is zero, so there is nothing to share (ask of='contribution', or .top(k))")
        return choose_at_least(self._chooser(require_budget(budget)), least, unit, self.limit)

    def covering(self, part: float) -> Selection:
        """Return the fewest leading paths whose |shares| make up `part` of the sum of all |shares|, to 1e-12.

        Where the limit stops it `Selection.proven` is false, and `Selection.covered` says how far it came.

        InputError is raised if `part` is not between 0 and 1, TooManyPathsError in a graph of more than 10,000 paths of
        vectors, where the sum of all |shares| takes listing.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> len(diamond().covering(0.8)), len(diamond().covering(0.9))
        (1, 2)
        """
        asked = float(narrow(at_least_zero("part", part)))
        if asked > 1.0:
            raise InputError(f"unusable part: {shorten(part)} (must be between 0 and 1)")
        return choose_covering(self._chooser(_BUDGET), asked, self.limit)

    def crossing(self, edges: Marks, *, times: int | Collection[int] | None = None) -> Self:
        """Return the set of the paths whose edges' marks sum to one of `times`: to 1 or more by default.

        `edges` are the name of an edge attribute (0 or 1, or how often the edge counts), a function of the edge, or the
        edges themselves; `times` is a number, or a range or set of numbers. Costs O(E * times) time and memory, once;
        where `times` has no end, as if it ended with the longest path.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> diamond().crossing("up").count, diamond().crossing([("x", "E")], times=0).count
        (1, 1)
        """
        weights = weights_of(self.dag, edges, self._vertices)
        if times is None:
            return self._restricted(counting_from(weights, 1))
        return self._restricted(counting(weights, allowed_times(times), sweep(self.dag, HEAVIEST, weights)))

    def group_by(
        self,
        label: str | Callable[[Edge], Label],
        *,
        up_to: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[Label, Group]:
        """Return count, sums and shares of the paths by label, exactly, without listing them.

        A path's label is what its edges' labels add up to: numbers add, tuples and strings concatenate in the order of
        the path, frozensets unite. The empty path (source and target are one) has the label 0.

        `label` is the name of an edge attribute, or a function of the edge, `(tail, head)` or `(tail, head, key)`. With
        `up_to`, all labels above it are pooled under `up_to + 1`; they must be whole numbers of at least 0. Costs one
        sweep for each label that the paths can have; O(widest cut * labels) memory. It begins from the end where fewer
        labels are met: at the target, or, where labels sit near that, at the source.

        `progress` is told while it works: how many edges are done, and how many there are.

        InputError is raised if an edge has no such attribute, or a label that does not add up with the others,
        TooManyPathsError if paths take more than 100,000 different labels.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> {ups: (group.count, group.share) for ups, group in diamond().group_by("up").items()}
        {0: (1, -0.2), 1: (1, 1.2)}
        """
        most = None if up_to is None else whole_number("up_to", up_to)
        return self._grouped(label, most, progress)

    def polynomial(self, edges: Marks) -> PathPolynomial:
        """Return the sum over the paths of contribution * z**(how often the path passes `edges`).

        At 1 it is the total, at 0 what is left when the edges are cut. Costs as `group_by`. `edges` as in `crossing`.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> ups = diamond().polynomial("up")
        >>> ups(1.0), ups(0.0), ups.counts
        (5.0, -1.0, (1, 1))
        """
        weights = dict(zip(self.dag.edges, weights_of(self.dag, edges, self._vertices), strict=True))
        return polynomial_of(self.group_by(weights.__getitem__), self.dag.weights.source_shape)

    def _chooser(self, budget: Budget) -> Chooser:
        """Return how its paths are chosen from, within a budget where they are searched."""
        raise NotImplementedError

    @property
    def _vertices(self) -> Collection[Hashable]:
        """The vertices between which an edge may be named."""
        raise NotImplementedError

    def _from(self, number: int) -> Iterator[P]:
        """Yield the paths in order, from this number on."""
        raise NotImplementedError

    def _numbered(self, number: int) -> P:
        """Return the path with this number, which exists."""
        raise NotImplementedError

    def _rank(self, path: Path) -> int | None:
        """Return the number of a path of this type; None if it is not one of these."""
        raise NotImplementedError

    def _drawn(self, n: int, generator: random.Random, by: str) -> Iterator[P]:
        """Yield `n` paths drawn at random; there are paths."""
        raise NotImplementedError

    def _grouped(
        self, label: str | Callable[[Edge], Label], up_to: int | None, progress: Progress | None
    ) -> dict[Label, Group]:
        """Return the paths by label."""
        raise NotImplementedError

    def _restricted(self, automaton: Automaton) -> Self:
        """Return the set of the paths that an automaton accepts."""
        raise NotImplementedError

    def _require_listable(self, count: int, instead: str) -> None:
        require_listable(self.facts, count, self.limit, instead)
