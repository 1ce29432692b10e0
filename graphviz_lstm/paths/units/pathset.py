"""The set of all paths through single units: every edge is a number there, and every question has an exact answer."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property, partial as bind
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from graphviz_lstm.errors import InputError, UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.given import require_one_of
from graphviz_lstm.paths.checks import describe_indices, index_of
from graphviz_lstm.paths.choosing.choose import Chooser
from graphviz_lstm.paths.choosing.ranking import ExactRanking
from graphviz_lstm.paths.compiled.wide import narrow
from graphviz_lstm.paths.facts import masses_of
from graphviz_lstm.paths.grouping.groups import MOST_CLASSES, groups_of
from graphviz_lstm.paths.grouping.labels import edge_labels, require_countable
from graphviz_lstm.paths.listing.limits import LISTING_LIMIT, number_range
from graphviz_lstm.paths.questions import Questions
from graphviz_lstm.paths.restricting.automata import missing, passing
from graphviz_lstm.paths.restricting.product import restrict
from graphviz_lstm.paths.units.best import best_units_first, unfold
from graphviz_lstm.paths.units.compile import unit_name
from graphviz_lstm.paths.units.facts import UnitFacts
from graphviz_lstm.paths.units.order import iterate_units, rank_units, unrank_units
from graphviz_lstm.paths.units.path import UnitPath, make_unit_path
from graphviz_lstm.paths.units.sample import draw_units_by_size

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping

    from graphviz_lstm.paths.choosing.best_vectors import Budget
    from graphviz_lstm.paths.compiled.dag import Dag, Edge
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Shape, Value
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.paths.facts import Masses, Whole
    from graphviz_lstm.paths.grouping.groups import Group
    from graphviz_lstm.paths.listing.contributions import Of
    from graphviz_lstm.paths.listing.path import Path
    from graphviz_lstm.paths.restricting.automata import Automaton
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.sweeping.sweep import Progress
    from graphviz_lstm.paths.units.weights import Step, UnitWeights

_IN_A_BLOCK = 1 << 12


# No slots: what is known of the set is kept in the instance's dict.
@dataclass(frozen=True, eq=False, repr=False)
class UnitPathSet(Questions[UnitPath]):
    """All paths through single units, or some of them, none of them listed. Made by `find_paths(..., level="unit")`.

    It answers what a `PathSet` answers, and more: with every edge a number, signs, masses and the largest paths are
    exact however many there are. Nothing is spelled out: an edge acts on all units at once.

    Attributes
    ----------
    dag, shapes
        The graph between source and target, whose edges carry blocks; the shapes of its vertices.
    whole
        What shares are parts of.
    element
        The one entry of the source that is looked at; None where the source is whole.
    limit
        How many paths may be listed at once.
    known
        The shapes of all vertices of the graph, those off every path too: no path is through them.

    >>> from graphviz_lstm.paths.examples import diamond_units
    >>> paths = diamond_units()
    >>> paths, paths.count, paths.total
    (<UnitPathSet of 2 paths from 'x' to 'E'>, 2, 5.0)
    """

    path_type: ClassVar[type[Path]] = UnitPath

    dag: Dag
    shapes: Mapping[Hashable, Shape]
    whole: Whole
    element: tuple[int, ...] | None = None
    limit: int = LISTING_LIMIT
    known: Mapping[Hashable, Shape] = field(default_factory=dict)

    @cached_property
    def facts(self) -> UnitFacts:
        """What is known of the set as a whole."""
        return UnitFacts(self.dag, self.weights, self.whole)

    @property
    def weights(self) -> UnitWeights:
        """The blocks of its edges."""
        return cast("UnitWeights", self.dag.weights)

    @property
    def source(self) -> Hashable:
        """What the unit where every path begins is called: the source, or its one entry."""
        if not self.element:  # an entry of a number is the number
            return self.dag.source
        return f"{self.dag.source}[{','.join(map(str, self.element))}]"

    @property
    def masses(self) -> Masses:
        """The sums of the positive and of the negative shares: always known of units."""
        return masses_of(self.facts.sums, self.whole)

    @property
    def absolute_total(self) -> Value:
        """The sum of all |contributions|, entry by entry: what rounding errors are to be compared with."""
        return narrow(self.facts.absolute)

    def through(self, vertex: Hashable) -> UnitPathSet:
        """Return the set of the paths that pass a vertex (`"a_3"`), or one unit of it (`"a_3[7]"`, `("a_3", 7)`).

        Raises
        ------
        UnknownVertexError
            If there is no such vertex or unit in the graph; `avoiding` likewise. One that lies on no path is no error.
        """
        whole, unit = self._known(vertex)
        passed = self._restricted(passing(self.dag, whole))
        return passed if unit is None else _into(passed, whole, unit, avoid=False)

    def avoiding(self, vertex: Hashable) -> UnitPathSet:
        """Return the set of the paths that do not pass a vertex, or one unit of it."""
        whole, unit = self._known(vertex)
        if unit is None:
            return self._restricted(missing(self.dag, whole))
        return _into(self, whole, unit, avoid=True)

    def blocks(self, start: int = 0, stop: int | None = None, *, of: Of = "contribution") -> Iterator[FloatArray]:
        """Yield the contributions (or shares) of the paths `start` to `stop`, in order, some thousands at a time."""
        require_one_of("of", of, ("contribution", "share"))
        return self._blocks(*number_range(self.facts, start, stop), of)

    def contributions(self, *, of: Of = "contribution") -> FloatArray:
        """Return the contributions (or shares) of all paths as one array."""
        require_one_of("of", of, ("contribution", "share"))
        self._require_listable(self.count, "sum .blocks() instead")
        shape = self.weights.source_shape if of == "contribution" else ()
        found = list(self.blocks(of=of))
        return np.concatenate(found) if found else np.empty((0, *shape))

    def _chooser(self, budget: Budget) -> Chooser:
        del budget  # nothing is searched
        ranking = ExactRanking(
            bind(best_units_first, self.dag, self.weights, self.facts.counts),
            unfold,
            self.weights.product,
            self.whole,
            self.facts,
        )
        return Chooser(
            self.facts, ranking, lambda path: self._path(path.edges, path.contribution), self.weights.source_shape
        )

    def _path(self, steps: tuple[Step, ...], product: Wide | None = None) -> UnitPath:
        return make_unit_path(self.dag, self.weights, self.shapes, self.source, self.whole, steps, product)

    @property
    def _vertices(self) -> Collection[Hashable]:
        return self.shapes

    def _from(self, number: int) -> Iterator[UnitPath]:
        return map(self._path, iterate_units(self.dag, self.weights, self.facts.counts, number))

    def _numbered(self, number: int) -> UnitPath:
        return self._path(unrank_units(self.dag, self.weights, self.facts.counts, number))

    def _drawn(self, n: int, generator: random.Random, by: str) -> Iterator[UnitPath]:
        if by == "count":
            return (self._numbered(generator.randrange(self.count)) for _ in range(n))
        return map(self._path, draw_units_by_size(self.dag, self.weights, n, generator))

    def _grouped(
        self, label: str | Callable[[Edge], Label], up_to: int | None, progress: Progress | None
    ) -> dict[Label, Group]:
        labels = edge_labels(self.dag, label)
        if up_to is not None:
            require_countable(self.dag, labels)
        return groups_of(self.facts.by_label(labels, MOST_CLASSES, up_to, progress=progress), self.whole, {})

    def _blocks(self, start: int, stop: int, of: str) -> Iterator[FloatArray]:
        listed = islice(iterate_units(self.dag, self.weights, self.facts.counts, start), stop - start)
        products = map(self.weights.product, listed)
        while several := list(islice(products, _IN_A_BLOCK)):
            yield np.array([narrow(p if of == "contribution" else self.whole.share(p)) for p in several])

    def share_along(self, path: UnitPath) -> float:
        """Return the share that the path through the same units has here; 0 where this set has none.

        >>> from graphviz_lstm.paths.examples import diamond_units
        >>> paths = diamond_units()
        >>> paths.share_along(paths[0]), paths.through("y").share_along(paths.avoiding("y")[0])
        (1.2, 0.0)
        """
        steps = self._steps(path)
        return 0.0 if steps is None else float(narrow(self.whole.share_of_size(self.weights.size(steps))))

    def _rank(self, path: Path) -> int | None:
        steps = self._steps(path)
        return None if steps is None else rank_units(self.dag, self.weights, self.facts.counts, steps)

    def _steps(self, path: Path) -> list[Step] | None:
        """Return the edges and head units that a path of any set would have here; None where one is not there."""
        if not isinstance(path, UnitPath) or not self.dag.vertices or path.vertices[0] != self.source:
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
        return steps

    @cached_property
    def _units(self) -> dict[Hashable, tuple[Hashable, int]]:
        """What each unit is called -> the vertex, and its number among that vertex's units."""
        return _named({vertex: shape for vertex, shape in self.shapes.items() if vertex != self.dag.source})

    @cached_property
    def _units_apart(self) -> dict[Hashable, tuple[Hashable, int]]:
        """The same of the units of vertices that lie on no path."""
        apart = {vertex: shape for vertex, shape in self.known.items() if vertex not in self.shapes}
        return _named({vertex: shape for vertex, shape in apart.items() if vertex != self.dag.source})

    def _known(self, vertex: Hashable) -> tuple[Hashable, int | None]:
        """Return the vertex that is meant, and which of its units; None for all of them."""
        try:
            if vertex in self.shapes or vertex in self.known:
                return vertex, None
            if vertex == self.source:
                return self.dag.source, None
            if vertex in self._units:
                return self._units[vertex]
            if vertex in self._units_apart:
                return self._units_apart[vertex]
            if isinstance(vertex, tuple) and len(vertex) == 2 and (vertex[0] in self.shapes or vertex[0] in self.known):
                return self._unit_of(*vertex)
        except TypeError:
            raise InputError(f"not a vertex: {shorten(vertex)} (must be one vertex or unit at a time)") from None
        raise UnknownVertexError(describe_unknown("vertex or unit", vertex, [*self.shapes, *self._units, *self.known]))

    def _unit_of(self, vertex: Hashable, index: object) -> tuple[Hashable, int | None]:
        """Return which unit of a vertex an index means."""
        if vertex == self.dag.source:
            # There is but one: the source as it is looked at.
            if (self.element is not None and (index,) == self.element) or index == self.element:
                return vertex, None
            entry = "is whole" if self.element is None else f"begins at {self.source}"
            raise UnknownVertexError(f"unknown unit: {shorten(index)} of {shorten(vertex)} (the source {entry})")
        shape = self._shape(vertex)
        found = index_of(index, shape)
        if found is None:
            raise UnknownVertexError(
                f"unknown unit: {shorten(index)} of {shorten(vertex)}, whose shape is {shape} "
                f"(must be in {describe_indices(shape)})"
            )
        return vertex, int(np.ravel_multi_index(found, shape)) if shape else 0

    def _shape(self, vertex: Hashable) -> Shape:
        return self.shapes[vertex] if vertex in self.shapes else self.known[vertex]

    def _restricted(self, automaton: Automaton) -> UnitPathSet:
        return replace(self, dag=restrict(self.dag, automaton))


def _into(paths: UnitPathSet, vertex: Hashable, unit: int, *, avoid: bool) -> UnitPathSet:
    """Return the set without the edges into the other units of a vertex, or without those into this one."""
    dag, weights = paths.dag, paths.weights
    heads = np.full(math.prod(paths._shape(vertex)), avoid)  # noqa: SLF001 -- of the same room
    heads[unit] = not avoid
    blocks = tuple(
        block.into(heads) if dag.vertices[head] == vertex else block
        for block, head in zip(weights.blocks, dag.heads, strict=True)
    )
    return replace(paths, dag=replace(dag, weighted=cast("Weights", replace(weights, blocks=blocks))))


def _named(shapes: Mapping[Hashable, Shape]) -> dict[Hashable, tuple[Hashable, int]]:
    return {
        unit_name(vertex, unit, shape): (vertex, unit)
        for vertex, shape in shapes.items()
        for unit in range(math.prod(shape))
    }
