"""The set of all paths between two vertices: what can be asked of it, each answered by a room of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from graphviz_lstm.errors import UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.paths.choosing.choose import chooser_of
from graphviz_lstm.paths.choosing.ranking import COMPARED
from graphviz_lstm.paths.choosing.sample import draw
from graphviz_lstm.paths.compiled.wide import ZERO, add_up, magnitude, narrow, widen
from graphviz_lstm.paths.facts import Facts, Masses, masses_of
from graphviz_lstm.paths.grouping.groups import group
from graphviz_lstm.paths.listing.arrays import Arrays
from graphviz_lstm.paths.listing.iterate import iterate, make_path
from graphviz_lstm.paths.listing.limits import LISTING_LIMIT
from graphviz_lstm.paths.listing.path import Path
from graphviz_lstm.paths.listing.rank import rank, unrank
from graphviz_lstm.paths.questions import Questions
from graphviz_lstm.paths.restricting.automata import missing, passing
from graphviz_lstm.paths.restricting.product import restrict

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Collection, Hashable, Iterator

    from graphviz_lstm.paths.choosing.best_vectors import Budget
    from graphviz_lstm.paths.choosing.choose import Chooser
    from graphviz_lstm.paths.compiled.dag import Dag, Edge
    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.grouping.groups import Group
    from graphviz_lstm.paths.restricting.automata import Automaton
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.sweeping.sweep import Progress


# No slots: what is known of the set is kept in the instance's dict.
@dataclass(frozen=True, eq=False, repr=False)
class PathSet(Questions[Path], Arrays):
    """All paths from a source to a target, or some of them, none of them listed yet. Made by `find_paths`.

    It reads the graph's partials when it is made, so that later changes to them do not matter to it. Nothing changes
    it: `through`, `avoiding` and `crossing` return another set, whose shares are still parts of the whole total.
    Every path has a number, its place in the order in which the graph lists the edges out of each vertex.

    >>> from graphviz_lstm.paths.examples import diamond
    >>> paths = diamond()
    >>> paths, paths.count, paths.total
    (<PathSet of 2 paths from 'x' to 'E'>, 2, 5.0)
    """

    path_type: ClassVar[type[Path]] = Path

    dag: Dag
    element: tuple[int, ...] | None = None
    limit: int = LISTING_LIMIT
    known: Collection[Hashable] = field(default=())
    of: Facts | None = None

    @cached_property
    def facts(self) -> Facts:
        """What is known of the set as a whole."""
        return Facts(self.dag, self.element, self.of)

    @property
    def source(self) -> Hashable:
        """The vertex where every path begins."""
        return self.dag.source

    @property
    def absolute_total(self) -> Value:
        """The sum of all |contributions|, entry by entry: what rounding errors are to be compared with.

        One sweep where vertices are numbers. In a graph of vectors every path must be listed for it: TooManyPathsError
        is raised there, if they are more than the limit.
        """
        if self.facts.absolute is not None:
            return narrow(self.facts.absolute)
        self._require_listable(self.count, "compare with .total instead")
        sizes = (magnitude(path.numbers[0]) for path in self)
        return narrow(add_up([widen(np.zeros(self.dag.weights.source_shape)), *sizes]))

    @property
    def masses(self) -> Masses:
        """The sums of the positive and of the negative shares: together they are `share`, and apart they do not cancel.

        One sweep where vertices are numbers. In a graph of vectors a path's sign takes listing it: unknown there, if
        the paths are more than 10,000.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> diamond().masses
        Masses(positive=1.2, negative=-0.2)
        """
        known = masses_of(self.facts.sums, self.facts.whole)
        if known.positive is not None or self.count > COMPARED:
            return known
        shares = [path.numbers[1] for path in self]
        above, below = ([ZERO, *(x for x in shares if (x.mantissa < 0.0) == negative)] for negative in (False, True))
        return Masses(float(narrow(add_up(above))), float(narrow(add_up(below))))

    def through(self, vertex: Hashable) -> PathSet:
        """Return the set of the paths with `vertex in path.vertices`. Costs O(E); its `share` is the vertex's flow.

        UnknownVertexError is raised if it is not in the graph; by `avoiding` likewise.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> diamond().through("y").total
        6.0
        """
        return self._restricted(passing(self.dag, self._known(vertex)))

    def avoiding(self, vertex: Hashable) -> PathSet:
        """Return the set of the paths with `vertex not in path.vertices`. Costs O(E).

        >>> from graphviz_lstm.paths.examples import diamond
        >>> diamond().avoiding("y").total
        -1.0
        """
        return self._restricted(missing(self.dag, self._known(vertex)))

    def _chooser(self, budget: Budget) -> Chooser:
        return chooser_of(self.facts, budget)

    @property
    def _vertices(self) -> Collection[Hashable]:
        return self.known

    def _from(self, number: int) -> Iterator[Path]:
        return iterate(self.facts, self._edges_of(number) if number else ())

    def _numbered(self, number: int) -> Path:
        return make_path(self.dag, self.facts.whole, self._edges_of(number))

    def _drawn(self, n: int, generator: random.Random, by: str) -> Iterator[Path]:
        if by == "contribution" and self.facts.mass is None:
            self._require_listable(self.count, "draw by='count'")
        return (make_path(self.dag, self.facts.whole, edges) for edges in draw(self.facts, n, generator, by=by))

    def _grouped(
        self, label: str | Callable[[Edge], Label], up_to: int | None, progress: Progress | None
    ) -> dict[Label, Group]:
        return group(self.facts, label, up_to, self if self.count <= COMPARED else None, progress)

    def _restricted(self, automaton: Automaton) -> PathSet:
        return replace(self, dag=restrict(self.dag, automaton), of=self.of or self.facts)

    def _known(self, vertex: Hashable) -> Hashable:
        try:
            if vertex in self.known:
                return vertex
        except TypeError:
            raise UnknownVertexError(
                f"unknown vertex: {shorten(vertex)} (must be one vertex: for several, ask again of what comes back)"
            ) from None
        raise UnknownVertexError(describe_unknown("vertex", vertex, self.known))

    def _edges_of(self, number: int) -> tuple[int, ...]:
        return unrank(self.dag, self.facts.counts_for(number), number)

    def _rank(self, path: Path) -> int | None:
        return rank(self.dag, self.facts.counts, path.edges) if path.vertices[0] == self.source else None
