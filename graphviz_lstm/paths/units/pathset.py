"""The set of all paths through single units: every edge is a number there, and every question has an exact answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial as bind
from operator import index
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from graphviz_lstm.errors import InputError, NoPathError, NumberError, UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.paths.checks import at_least_zero, require_one_of, whole_number
from graphviz_lstm.paths.choosing.choose import Chooser, choose_at_least, choose_covering, choose_top
from graphviz_lstm.paths.choosing.ranking import ExactRanking
from graphviz_lstm.paths.choosing.sample import generator_of
from graphviz_lstm.paths.compiled.wide import Wide, magnitude, narrow, widen
from graphviz_lstm.paths.facts import Masses, Whole, masses_of
from graphviz_lstm.paths.grouping.groups import groups_of
from graphviz_lstm.paths.grouping.labels import edge_labels, require_countable
from graphviz_lstm.paths.grouping.polynomial import PathPolynomial, polynomial_of
from graphviz_lstm.paths.listing.limits import LISTING_LIMIT, describe_count, require_listable
from graphviz_lstm.paths.listing.table import Tabular
from graphviz_lstm.paths.restricting.automata import counting, counting_from, missing, passing
from graphviz_lstm.paths.restricting.marks import allowed_times, weights_of
from graphviz_lstm.paths.restricting.product import restrict
from graphviz_lstm.paths.sweeping.algebra import HEAVIEST
from graphviz_lstm.paths.sweeping.sweep import sweep
from graphviz_lstm.paths.units.best import best_units_first
from graphviz_lstm.paths.units.compile import in_units, unit_name
from graphviz_lstm.paths.units.facts import UnitFacts
from graphviz_lstm.paths.units.order import iterate_units, rank_units, unrank_units
from graphviz_lstm.paths.units.path import UnitPath, make_unit_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping

    from numpy.random import Generator

    from graphviz_lstm.paths.choosing.selection import Selection
    from graphviz_lstm.paths.compiled.dag import Dag, Edge
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Shape, Value
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.paths.grouping.groups import Group
    from graphviz_lstm.paths.restricting.automata import Automaton
    from graphviz_lstm.paths.restricting.marks import Marks
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.units.weights import Step, UnitWeights

_MOST_CLASSES = 100_000
_IN_A_BLOCK = 1 << 12


# No slots: what is known of the set is kept in the instance's dict.
@dataclass(frozen=True, eq=False, repr=False)
class UnitPathSet(Tabular):
    """All paths through single units, or some of them, none of them listed. Made by `find_paths(..., level="unit")`.

    It answers what a `PathSet` answers, and more: with every edge a number, signs, masses and the largest paths are
    exact however many there are. Nothing is spelled out: an edge acts on all units at once.

    Attributes
    ----------
    dag, weights, shapes
        The graph of vectors between source and target, the blocks of its edges, the shapes of its vertices.
    whole
        What shares are parts of.
    element
        The one entry of the source that is looked at; None where the source is whole.
    limit
        How many paths may be listed at once.
    """

    dag: Dag
    weights: UnitWeights
    shapes: Mapping[Hashable, Shape]
    whole: Whole
    element: tuple[int, ...] | None = None
    limit: int = LISTING_LIMIT

    @cached_property
    def facts(self) -> UnitFacts:
        """What is known of the set as a whole."""
        return UnitFacts(self.dag, self.weights, self.whole)

    @property
    def source(self) -> Hashable:
        """What the unit where every path begins is called: the source, or its one entry."""
        if self.element is None:
            return self.dag.source
        return f"{self.dag.source}[{','.join(map(str, self.element))}]"

    @property
    def target(self) -> Hashable:
        """The vertex where every path ends."""
        return self.dag.target

    @property
    def count(self) -> int:
        """The exact number of paths. Costs a sweep over the blocks' structure."""
        return self.facts.count

    @property
    def total(self) -> Value:
        """The sum of all contributions: the derivative by the source, or by its one entry."""
        return narrow(self.facts.total)

    @property
    def share(self) -> float:
        """The sum of all shares: 1, but for a set that was restricted; NaN where the whole total is zero."""
        return float(narrow(self.whole.share(self.facts.total)))

    @property
    def masses(self) -> Masses:
        """The sums of the positive and of the negative shares: always known of units."""
        return masses_of(self.facts.sums, self.whole)

    @property
    def absolute_total(self) -> Value:
        """The sum of all |contributions| along the direction of shares: what rounding errors are to be compared with."""
        return narrow(self.facts.mass)

    def __iter__(self) -> Iterator[UnitPath]:
        """Yield every path, in the order of their numbers; lazy, and so without a limit."""
        return map(self._path, iterate_units(self.dag, self.weights, self.facts.counts))

    def __len__(self) -> int:
        """Return the number of paths, if they can be listed; `count` always answers."""
        self._require_listable(self.count, "ask .count, .total, .top(k) or .group_by(label), or iterate lazily")
        return self.count

    def __bool__(self) -> bool:
        """Return whether there is any path."""
        return self.count > 0

    def __repr__(self) -> str:
        """Return what the set is of."""
        count = describe_count(self.count)
        return f"<UnitPathSet of {count} paths from {shorten(self.source)} to {shorten(self.target)}>"

    def __getitem__(self, key: int | slice) -> UnitPath | tuple[UnitPath, ...]:
        """Return `list(paths)[key]`, without listing those before it.

        Raises
        ------
        IndexError
            If there is no such path.
        TooManyPathsError
            If a slice has more paths than can be listed.
        """
        if isinstance(key, slice):
            numbers = range(*key.indices(self.count))
            self._require_listable(len(numbers), "ask for a shorter slice")
            return tuple(self[k] for k in numbers)  # type: ignore[misc]  # of a number, a path
        k = index(key)
        if not -self.count <= k < self.count:
            raise IndexError(f"no path {describe_count(k)} (there are {describe_count(self.count)})")
        return self._path(unrank_units(self.dag, self.weights, self.facts.counts, k % self.count))

    def index(self, path: UnitPath) -> int:
        """Return the number of a path: `paths[paths.index(path)] == path`.

        Raises
        ------
        InputError
            If it is not one of these paths. It is a ValueError too.
        """
        number = self._rank(path) if isinstance(path, UnitPath) else None
        if number is None:
            raise InputError(f"not one of these paths: {shorten(path)}")
        return number

    def __contains__(self, path: object) -> bool:
        """Return whether `path` is one of these."""
        return isinstance(path, UnitPath) and self._rank(path) is not None

    def top(self, k: int) -> Selection:
        """Return the `k` paths with the largest |share|, and the remainder: proven, always."""
        wanted = min(whole_number("k", k), self.count)
        self._require_listable(wanted, "ask for a smaller k")
        return choose_top(self._chooser, wanted)

    def at_least(self, threshold: float, *, of: Literal["share", "contribution"] = "share") -> Selection:
        """Return all and only the paths with `abs(path.share) >= threshold`, the largest first, and the remainder.

        With `of="contribution"`, those whose |contribution| along the direction of shares is.

        Raises
        ------
        InputError
            If `threshold` is not a number of at least 0, or `of` is neither.
        NumberError
            If the total is zero, and shares are asked for.
        TooManyPathsError
            If more paths reach it than can be listed.
        """
        least = at_least_zero("threshold", threshold)
        require_one_of("of", of, ("share", "contribution"))
        unit = widen(float(np.linalg.norm(np.asarray(self.whole.direction))))
        if of == "share":
            if not self.whole.length.mantissa:
                raise NumberError("there are no shares of a total of zero (ask of='contribution')")
            unit = magnitude(self.whole.length)
        return choose_at_least(self._chooser, least, unit, self.limit)

    def covering(self, part: float) -> Selection:
        """Return the fewest leading paths whose |shares| make up `part` of the sum of all |shares|."""
        asked = float(narrow(at_least_zero("part", part)))
        if asked > 1.0:
            raise InputError(f"unusable part: {shorten(part)} (must be between 0 and 1)")
        return choose_covering(self._chooser, asked, self.limit)

    def through(self, vertex: Hashable) -> UnitPathSet:
        """Return the set of the paths that pass a vertex, whole (`"a_3"`), or one unit of it (`"a_3[7]"`, `("a_3", 7)`).

        Raises
        ------
        UnknownVertexError
            If there is no such vertex or unit on any path; `avoiding` likewise.
        """
        whole, unit = self._known(vertex)
        passed = self._restricted(passing(self.dag, whole))
        return passed if unit is None else passed._into(whole, unit, avoid=False)

    def avoiding(self, vertex: Hashable) -> UnitPathSet:
        """Return the set of the paths that do not pass a vertex, or one unit of it."""
        whole, unit = self._known(vertex)
        if unit is None or whole == self.dag.source:
            return self._restricted(missing(self.dag, whole))
        return self._into(whole, unit, avoid=True)

    def crossing(self, edges: Marks, *, times: int | Collection[int] | None = None) -> UnitPathSet:
        """Return the set of the paths that pass `edges` so many times, at least once by default; see `PathSet`."""
        weights = weights_of(self.dag, edges, self.shapes)
        if times is None:
            return self._restricted(counting_from(weights, 1))
        heaviest = sweep(self.dag, HEAVIEST, weights) if self.dag.edges else 0
        return self._restricted(counting(weights, allowed_times(times), heaviest))

    def group_by(self, label: str | Callable[[Edge], Label], *, up_to: int | None = None) -> dict[Label, Group]:
        """Return count, sums, shares and masses of the paths by label, exactly; labels are those of whole edges.

        See `PathSet.group_by`.
        """
        labels = edge_labels(self.dag, label)
        if up_to is not None:
            require_countable(self.dag, labels)
        return groups_of(self.facts.by_label(labels, _MOST_CLASSES, up_to), self.whole, {})

    def polynomial(self, edges: Marks) -> PathPolynomial:
        """Return the sum over the paths of contribution * z**(how often the path passes `edges`)."""
        weights = dict(zip(self.dag.edges, weights_of(self.dag, edges, self.shapes), strict=True))
        return polynomial_of(self.group_by(weights.__getitem__), self.weights.source_shape)

    def sample(
        self, n: int, *, seed: int | Generator, by: Literal["count", "contribution"] = "count"
    ) -> tuple[UnitPath, ...]:
        """Return `n` paths drawn at random, with replacement: each equally likely, or as likely as its |share| is large.

        Raises
        ------
        NoPathError
            If there is no path to draw.
        """
        from graphviz_lstm.paths.units.sample import draw_units_by_size

        require_one_of("by", by, ("count", "contribution"))
        if not self:
            raise NoPathError(f"no path from {shorten(self.source)} to {shorten(self.target)} to draw")
        wanted, generator = whole_number("n", n), generator_of(seed)
        self._require_listable(wanted, "draw fewer")
        if by == "count":
            return tuple(self[generator.randrange(self.count)] for _ in range(wanted))  # type: ignore[misc]
        return tuple(map(self._path, draw_units_by_size(self.dag, self.weights, wanted, generator)))

    def blocks(
        self, start: int = 0, stop: int | None = None, *, of: Literal["contribution", "share"] = "contribution"
    ) -> Iterator[FloatArray]:
        """Yield the contributions (or shares) of the paths `start` to `stop`, in order, some thousands at a time."""
        last = self.count if stop is None else stop
        if not 0 <= start <= last <= self.count:
            raise InputError(f"unusable range: {start!r} to {last!r} (there are {describe_count(self.count)} paths)")
        values: list[Any] = []
        for _, steps in zip(range(start, last), iterate_units(self.dag, self.weights, self.facts.counts, start), strict=False):
            product = self.weights.product(steps)
            values.append(narrow(product) if of == "contribution" else narrow(self.whole.share(product)))
            if len(values) == _IN_A_BLOCK:
                yield np.array(values)
                values = []
        if values:
            yield np.array(values)

    def contributions(self, *, of: Literal["contribution", "share"] = "contribution") -> FloatArray:
        """Return the contributions (or shares) of all paths as one array."""
        self._require_listable(self.count, "sum .blocks() instead")
        shape = self.weights.source_shape if of == "contribution" else ()
        found = list(self.blocks(of=of))
        return np.concatenate(found) if found else np.empty((0, *shape))

    @property
    def _chooser(self) -> Chooser:
        ranking = ExactRanking(
            bind(best_units_first, self.dag, self.weights, self.facts.counts),
            self.weights.product,
            self.whole,
            None if self.weights.source_shape else self.facts.mass,
            self.facts.mass,
        )
        return Chooser(self.facts, ranking, self._path, self.weights.source_shape)

    def _path(self, steps: tuple[Step, ...], product: Wide | None = None) -> UnitPath:
        return make_unit_path(self.dag, self.weights, self.shapes, self.source, self.whole, steps, product)

    def _rank(self, path: UnitPath) -> int | None:
        """Return the number of the path that passes these vertices along these edges."""
        if not self.dag.vertices or path.vertices[0] != self.source:
            return None
        steps: list[Step] = []
        vertex = 0
        for edge, whole in zip(path.edges, path.quantities[1:], strict=True):
            found = [
                e
                for e in self.dag.leaving(vertex)
                if self.dag.edges[e][1] == whole and self.dag.edges[e][2:] == edge[2:]
            ]
            unit = self._units.get(edge[1], (None, None))[1]
            if not found or unit is None:
                return None
            steps.append((found[0], unit))
            vertex = self.dag.heads[found[0]]
        return rank_units(self.dag, self.weights, self.facts.counts, steps)

    @cached_property
    def _units(self) -> dict[Hashable, tuple[Hashable, int]]:
        """What each unit is called -> the vertex, and its number among that vertex's units."""
        return {
            unit_name(vertex, unit, self.shapes[vertex]): (vertex, unit)
            for vertex in dict.fromkeys(self.dag.vertices[1:])
            for unit in range(int(np.prod(self.shapes[vertex])))
        }

    def _known(self, vertex: Hashable) -> tuple[Hashable, int | None]:
        """Return the vertex that is meant, and which of its units; None for all of them."""
        if isinstance(vertex, tuple) and len(vertex) == 2 and vertex not in self.shapes and vertex[0] in self.shapes:
            name = vertex[0]
            try:
                unit = np.ravel_multi_index(np.atleast_1d(vertex[1]), self.shapes[name] or (1,))
            except (ValueError, TypeError):
                raise UnknownVertexError(
                    f"unknown unit: {shorten(vertex[1])} of {shorten(name)} (must be an index into {self.shapes[name]})"
                ) from None
            return name, int(unit)
        try:
            if vertex in self.shapes:
                return vertex, None
            if vertex == self.source:
                return self.dag.source, None
            if vertex in self._units:
                return self._units[vertex]
        except TypeError:
            raise InputError(f"not a vertex: {shorten(vertex)} (must be one vertex or unit at a time)") from None
        raise UnknownVertexError(describe_unknown("vertex or unit", vertex, [*self.shapes, *self._units]))

    def _into(self, vertex: Hashable, unit: int, *, avoid: bool) -> UnitPathSet:
        """Return the set without the edges into the other units of a vertex, or without those into this one."""
        if vertex == self.dag.source:
            return self
        size = int(np.prod(self.shapes[vertex]))
        heads = np.full(size, avoid)
        heads[unit] = not avoid
        blocks = tuple(
            block.into(heads) if self.dag.vertices[head] == vertex else block
            for block, head in zip(self.weights.blocks, self.dag.heads, strict=True)
        )
        weights = replace(self.weights, blocks=blocks)
        return replace(self, weights=weights, dag=replace(self.dag, weighted=cast("Weights", weights)))

    def _restricted(self, automaton: Automaton) -> UnitPathSet:
        dag = restrict(self.dag, automaton)
        return replace(self, dag=dag, weights=cast("UnitWeights", dag.weighted))

    def _require_listable(self, count: int, instead: str) -> None:
        require_listable(self.facts, count, self.limit, instead)
