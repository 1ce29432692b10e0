"""Which paths are the largest, and what is known of all their sizes together: three ways to the same answers.

A path's size is |<contribution, direction>|. Where vertices are numbers it is a product along the path: the order is
found without listing, and sums of sizes are sweeps. A few paths of vectors are all listed and compared. Many are
searched under a bound, and sums of their sizes are not known. `ranking_of` is the one place that chooses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.choosing.best_numbers import BestFirst
from graphviz_lstm.paths.choosing.best_vectors import search
from graphviz_lstm.paths.choosing.lazily import Lazily
from graphviz_lstm.paths.compiled.wide import Wide, add_up, logarithm_of, magnitude, multiply, size_key, widen
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.paths.listing.prefixes import runs
from graphviz_lstm.paths.listing.suffixes import Tabled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from graphviz_lstm.paths.choosing.best_vectors import Budget
    from graphviz_lstm.paths.facts import Facts, Whole
    from graphviz_lstm.paths.sweeping.turns import Turns

# Up to this many paths of vectors are simply all compared; beyond, they are searched.
COMPARED = 10_000
# Logarithms order products to 1e-13 or so: those within the slack of each other are compared by their products, up to
# this many more than were asked for.
_SLACK = 1e-9
_MOST_TIED = 1_000


class Ranked:
    """A path by its edge indices (or whatever stands for them), and what tells its contribution of these."""

    __slots__ = ("_known", "_product", "edges")

    def __init__(self, edges: Any, product: Callable[[Any], Wide]) -> None:
        self.edges = edges
        self._product = product
        self._known: Wide | None = None

    @property
    def contribution(self) -> Wide:
        """Its contribution, worked out when it is first asked for."""
        if self._known is None:
            self._known = self._product(self.edges)
        return self._known


class Found(NamedTuple):
    """The paths found, the largest first, those of equal size by their numbers.

    Attributes
    ----------
    paths
        These paths.
    proven
        Whether they are just those that were asked for.
    bound
        No path left out is larger; None where they are ranked exactly, so that the last of them says it.
    """

    paths: Sequence[Ranked]
    proven: bool = True
    bound: Wide | None = None


class HasMass(Protocol):
    """What tells the sums of all paths' sizes."""

    @property
    def absolute(self) -> Wide | None:
        """The sum of all |contributions|, entry by entry; None where it is not known."""

    @property
    def mass(self) -> Wide | None:
        """The sum of all sizes; None where it is not known."""


class Ranking(HasMass, Protocol):
    """The paths of one set by their sizes."""

    def largest(self, k: int) -> Found:
        """Return the `k` largest, which exist."""

    def reaching(self, floor: Wide, reaches: Callable[[Wide], bool], most: int) -> Found:
        """Return those whose size `reaches` what was asked for, but no more than `most`; none below `floor` does."""

    def descending(self) -> Iterator[Ranked]:
        """Yield every path, the largest first.

        Raises
        ------
        TooManyPathsError
            If they can only be searched.
        """


def ranking_of(facts: Facts, budget: Budget) -> Ranking:
    """Return how the paths of one DAG are ranked; a search has a budget."""
    if facts.turns is not None:
        return _exact(facts, facts.turns)
    return _Compared(facts) if facts.count <= COMPARED else _Searched(facts, budget)


@dataclass(frozen=True, slots=True, eq=False)
class ExactRanking:
    """Of numbers: the order is found without listing.

    Attributes
    ----------
    descend
        Yields log |size| and what stands for a path, the largest first, those that agree to 1e-13 in any order.
    unfold
        Of what stands for a path there, its edges.
    product
        Of its edges, its contribution.
    whole
        What sizes are told by.
    sums
        What tells the sums of all, each a sweep or two: only what is left out needs them.
    """

    descend: Callable[[], Iterable[tuple[float, Any]]]
    unfold: Callable[[Any], Any]
    product: Callable[[Any], Wide]
    whole: Whole
    sums: HasMass

    @property
    def absolute(self) -> Wide | None:
        """The sum of all |contributions|, entry by entry."""
        return self.sums.absolute

    @property
    def mass(self) -> Wide | None:
        """The sum of all sizes."""
        return self.sums.mass

    def largest(self, k: int) -> Found:
        """Return the `k` largest, which exist."""
        leading: list[_Led] = []
        last = math.inf
        for logarithm, path in islice(self.descend(), k + _MOST_TIED):
            if len(leading) >= k and not logarithm >= last - _SLACK:
                break
            leading.append((logarithm, path))
            last = logarithm if len(leading) <= k else last
        return Found(self._in_order(leading, k))

    def reaching(self, floor: Wide, reaches: Callable[[Wide], bool], most: int) -> Found:
        """Return those whose size `reaches` what was asked for; those well above the floor do."""
        least = logarithm_of(floor)
        leading = takewhile(lambda led: led[0] >= least - _SLACK, self.descend())
        reached = (
            led for led in leading if led[0] > least + _SLACK or reaches(size_of(self.whole, self._ranked(led[1])))
        )
        found = list(islice(reached, most))
        return Found(self._in_order(found, len(found)))

    def descending(self) -> Iterator[Ranked]:
        """Yield every path, the largest first."""
        for _, path in self.descend():
            yield self._ranked(path)

    def _ranked(self, path: Any) -> Ranked:
        return Ranked(self.unfold(path), self.product)

    def _in_order(self, leading: Sequence[_Led], k: int) -> Sequence[Ranked]:
        """Return the first `k`: only those whose logarithms cannot tell them apart are looked at now."""
        order: list[Any] = [path for _, path in leading]
        looked_at: dict[int, Ranked] = {}
        start = 0
        for stop in range(1, len(leading) + 1):
            if stop < len(leading) and leading[stop][0] >= leading[stop - 1][0] - _SLACK:
                continue
            if stop - start > 1 and start < k:
                looked_at |= enumerate(_ordered(self.whole, map(self._ranked, order[start:stop])), start)
            start = stop
        return Lazily(min(k, len(order)), lambda place: looked_at.get(place) or self._ranked(order[place]))


_Led: TypeAlias = tuple[float, Any]
"""log |size|, and what stands for a path."""


def _exact(facts: Facts, turns: Turns) -> ExactRanking:
    best = BestFirst(facts.along, turns)
    return ExactRanking(lambda: best, best.edges, facts.dag.weights.product, facts.whole, facts)


class _Compared:
    """Of vectors, all listed."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    @cached_property
    def _all(self) -> list[Ranked]:
        return _by_size(self._facts, _all_edges(self._facts))

    @property
    def absolute(self) -> Wide:
        return add_up([magnitude(path.contribution) for path in self._all])

    @property
    def mass(self) -> Wide:
        return add_up([size_of(self._facts.whole, path) for path in self._all])

    def largest(self, k: int) -> Found:
        return Found(self._all[:k])

    def reaching(self, floor: Wide, reaches: Callable[[Wide], bool], most: int) -> Found:
        del floor  # all are looked at
        return Found([path for path in self._all if reaches(size_of(self._facts.whole, path))][:most])

    def descending(self) -> Iterator[Ranked]:
        return iter(self._all)


class _Searched:
    """Of vectors, too many to list."""

    absolute: Wide | None = None
    mass: Wide | None = None

    def __init__(self, facts: Facts, budget: Budget) -> None:
        self._facts, self._budget = facts, budget

    def largest(self, k: int) -> Found:
        paths, proven, bound = search(self._facts.along, k, self._budget)
        return Found(_by_size(self._facts, paths), proven, bound)

    def reaching(self, floor: Wide, reaches: Callable[[Wide], bool], most: int) -> Found:
        # Bounds are known to 1e-13 or so: a few paths just below the floor are looked at too.
        slack = multiply(floor, widen(1.0 - _SLACK))
        paths, proven, bound = search(self._facts.along, most, self._budget, slack)
        reached = [path for path in _by_size(self._facts, paths) if reaches(size_of(self._facts.whole, path))]
        return Found(reached, proven, bound)

    def descending(self) -> Iterator[Ranked]:
        raise TooManyPathsError(
            f"the sum of the |shares| of {describe_count(self._facts.count)} paths of vectors takes listing them "
            f"(at most {COMPARED:,}): ask .top(k), whose bound says what is left out, or .group_by(label)"
        )


def size_of(whole: Whole, path: Ranked) -> Wide:
    """Return a path's size."""
    return magnitude(whole.along(path.contribution))


def _by_size(facts: Facts, paths: Iterable[tuple[int, ...]]) -> list[Ranked]:
    """Return paths by their edge indices in the order of a ranking."""
    product = facts.dag.weights.product
    return _ordered(facts.whole, (Ranked(edges, product) for edges in paths))


def _ordered(whole: Whole, paths: Iterable[Ranked]) -> list[Ranked]:
    """Return paths by their sizes, the largest first; those of equal ones by their numbers, as their edges sort."""
    by_number = sorted(paths, key=lambda path: path.edges)
    return sorted(by_number, key=lambda path: size_key(size_of(whole, path)), reverse=True)


def _all_edges(facts: Facts) -> Iterator[tuple[int, ...]]:
    """Yield the edge indices of every path."""
    if not facts.count:
        return
    nowhere = Tabled(facts.dag, lambda _: 1, paths=0, entries=0, in_all=0)
    empty: tuple[int, ...] = ()
    for edges, _ in runs(facts.dag, nowhere, empty, lambda before, e: (*before, e)):
        yield edges
