"""The set of all paths between two vertices: what can be asked of it, each answered by a room of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from graphviz_lstm.errors import InputError, NumberError, UnknownVertexError, describe_unknown
from graphviz_lstm.paths.choose import COMPARED, choose_at_least, choose_covering, choose_top
from graphviz_lstm.paths.group import group
from graphviz_lstm.paths.listing import Listing, whole_number
from graphviz_lstm.paths.marked import PathPolynomial, polynomial_of, weights_of
from graphviz_lstm.paths.restrict import counting, counting_from, missing, passing, restrict
from graphviz_lstm.paths.wide import Wide, multiply, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from graphviz_lstm.paths.algebra import Label
    from graphviz_lstm.paths.dag import Edge
    from graphviz_lstm.paths.group import Group
    from graphviz_lstm.paths.marked import Marks
    from graphviz_lstm.paths.restrict import Automaton
    from graphviz_lstm.paths.selection import Selection


@dataclass(frozen=True, eq=False, repr=False)
class PathSet(Listing):
    """All paths from a source to a target, or some of them, none of them listed yet. Made by `find_paths`.

    It reads the graph's partials when it is made, so that later changes to them do not matter to it. Nothing changes
    it: `through`, `avoiding` and `crossing` return another set, whose shares are still parts of the whole total.
    Every path has a number, its place in the order in which the graph lists the edges out of each vertex.
    """

    def top(self, k: int) -> Selection:
        """Return the `k` paths with the largest |share|, in that order, and the remainder.

        Where vertices are numbers the answer is exact and costs O(E + k * length * log degree) time and as much memory.
        In a graph of vectors it is a search under a bound; `Selection.proven` says whether it came to its end, and
        `Selection.bound` how large an omitted path could be. Paths of equal |share| are in the order of their numbers;
        which of them come in where `k` cuts between them is fixed, but not specified. Where the total is zero there
        are no shares: then |contribution| ranks (the sum of its entries).

        Raises
        ------
        InputError
            If `k` is not a whole number of at least 0.
        TooManyPathsError
            If `k` paths are more than can be listed.
        """
        wanted = min(whole_number("k", k), self.count)
        self.require_listable(wanted, "ask for a smaller k")
        return choose_top(self, wanted)

    def at_least(self, threshold: float, *, of: Literal["share", "contribution"] = "share") -> Selection:
        """Return all and only the paths whose |share| is `threshold` or more, the largest first, and the remainder.

        With `of="contribution"`, those whose |contribution| is: of an array, its entry at the element that shares are
        measured along, or else its length along the total gradient. Cost and memory as of `top`, by the paths found.

        Raises
        ------
        InputError
            If `threshold` is not a number of at least 0.
        NumberError
            If the total is zero, and shares are asked for.
        TooManyPathsError
            If more paths reach it than can be listed.
        """
        least = _at_least_zero("threshold", threshold)
        if of not in ("share", "contribution"):
            raise InputError(describe_unknown("of", of, ("share", "contribution")))
        scale = self.measure.scale
        if of == "contribution":
            floor = widen(least * float(np.linalg.norm(np.asarray(self.measure.direction))))
            return choose_at_least(self, floor)
        if math.isnan(float(scale.mantissa)):
            raise NumberError("there are no shares of a total of zero (ask of='contribution')")
        return choose_at_least(self, multiply(widen(least / abs(float(scale.mantissa))), Wide(0.5, 1 - scale.exponent)))

    def covering(self, part: float) -> Selection:
        """Return the fewest leading paths whose |shares| make up `part` of the sum of all |shares|.

        Where the limit stops it `Selection.proven` is false, and `Selection.covered` says how far it came.

        Raises
        ------
        InputError
            If `part` is not between 0 and 1.
        TooManyPathsError
            In a graph of more than 10,000 paths of vectors, where the sum of all |shares| takes listing.
        """
        if not 0.0 <= _at_least_zero("part", part) <= 1.0:
            raise InputError(f"unusable part: {part!r} (must be between 0 and 1)")
        return choose_covering(self, float(part))

    def through(self, vertex: Hashable) -> PathSet:
        """Return the set of the paths that pass `vertex`. Costs O(E); `share` of it is the flow of the vertex.

        Raises
        ------
        UnknownVertexError
            If it is not in the graph; `avoiding` likewise.
        """
        self._require_known(vertex)
        return self._restricted(passing(self.dag, vertex))

    def avoiding(self, vertex: Hashable) -> PathSet:
        """Return the set of the paths that do not pass `vertex`. Costs O(E)."""
        self._require_known(vertex)
        return self._restricted(missing(self.dag, vertex))

    def crossing(self, edges: Marks, *, times: int | Collection[int] | None = None) -> PathSet:
        """Return the set of the paths that pass `edges` so many times: at least once by default.

        Costs O(E * times) time and memory, once.

        Parameters
        ----------
        edges
            The name of an edge attribute (0 or 1, or how often the edge counts), a function of the edge, or the edges.
        times
            How often, or a range or set of such numbers.

        Raises
        ------
        InputError
            If an edge has no such attribute, or `edges` or `times` are not what they must be.
        """
        weights = weights_of(self.dag, edges, self.known)
        if times is None:
            return self._restricted(counting_from(weights, 1))
        allowed = frozenset([times] if isinstance(times, int) else times)
        for number in allowed:
            whole_number("times", number)
        return self._restricted(counting(weights, allowed))

    def _restricted(self, automaton: Automaton) -> PathSet:
        return replace(self, dag=restrict(self.dag, automaton), whole=self.measure)

    def group_by(self, label: str | Callable[[Edge], Label], *, up_to: int | None = None) -> dict[Label, Group]:
        """Return count, sums and shares of the paths by label, exactly, without listing them.

        A path's label is what its edges' labels add up to: numbers add, tuples and strings concatenate in the order of
        the path, frozensets unite. The empty path (source and target are one) has the label 0.

        Costs one sweep for each label that the paths can have; O(widest cut * labels) memory.

        Parameters
        ----------
        label
            The name of an edge attribute, or a function of the edge, `(tail, head)` or `(tail, head, key)`. The graphs
            of this package have `crossings` (how often), `gates` (which gates are crossed), `recurrence` (carousel
            alone, crossings alone, both, neither) and `entry` (the step at which a path enters).
        up_to
            Pool all labels above this number under `up_to + 1`; the labels must be whole numbers of at least 0.

        Raises
        ------
        InputError
            If an edge has no such attribute, or a label that does not add up with the others.
        TooManyPathsError
            If paths take more than 100,000 different labels.
        """
        few = not self.dag.scalar and self.count <= COMPARED
        return group(self.dag, self.measure, label, up_to, self if few or not self.dag.edges else None)

    def polynomial(self, edges: Marks) -> PathPolynomial:
        """Return the sum over the paths of contribution * z**(how often the path passes `edges`).

        At 1 it is the total, at 0 what is left when the edges are cut. Costs as `group_by`. `edges` as in `crossing`.
        """
        weights = dict(zip(self.dag.edges, weights_of(self.dag, edges, self.known), strict=True))
        return polynomial_of(self.group_by(weights.__getitem__), self.dag.source_shape)

    def _require_known(self, vertex: Hashable) -> None:
        if vertex not in self.known:
            raise UnknownVertexError(describe_unknown("vertex", vertex, self.known))


def _at_least_zero(name: str, number: float) -> float:
    if not isinstance(number, int | float) or not number >= 0.0:
        raise InputError(f"unusable {name}: {number!r} (must be a number of at least 0)")
    return float(number)
