"""The paths that a study is asked for, and the graph that they are in: of a problem, or of what a scheme left of it."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from graphviz_lstm.errors import InputError, NoPathError
from graphviz_lstm.given import require_one_of, several
from graphviz_lstm.gradients.named import paths_in
from graphviz_lstm.gradients.pathsets import paths_of, unit_paths_of
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.evaluate import graph_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.losses import places_over
from graphviz_lstm.graph.sweeps import size_of_terms
from graphviz_lstm.notation.numbers import format_zero
from graphviz_lstm.paths.find import LEVELS
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems.arrays import whole_number
from graphviz_lstm.reports.question import Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, UnitPathSet

LevelName = Literal["quantity", "unit"]
Paths = TypeVar("Paths", bound="PathSet | UnitPathSet")


class AskedPaths(Question):
    """A question, and the paths from its source."""

    full: AskedPaths | None

    @cached_property
    def graph(self) -> Graph:
        """The unrolled graph with its numbers; under a scheme what is left of it: of one by loss see `graph.apart`."""
        return graph_of(self.linear) if self._given is None else self._given

    @property
    def named(self) -> Graph:
        """The graph that has every vertex and edge by the name that paths tell."""
        return self.graph if self.full is None else self.full.graph

    @cached_property
    def linear(self) -> Linearized:
        """The problem linearized at its numbers: all values and partials as arrays, the step as an axis."""
        return linearize(self.problem, detail=self.detail)

    @cached_property
    def paths(self) -> PathSet:
        """All paths from the source to E, none of them listed.

        Raises
        ------
        UnknownVertexError, ShapeError, NoPathError
            If there is no such source, no such element of it, or no path.
        """
        # Of a graph that is given, somebody may have changed the partials.
        if self._given is not None:
            return _some(paths_in(self.graph, self.source, element=self.element))
        return _some(paths_of(self.linear, self.source, element=self.element))

    @cached_property
    def unit_paths(self) -> UnitPathSet:
        """All paths through single units, such as `a_3[7]`, none of them listed: signs and masses are exact.

        Raises
        ------
        InputError
            If the entries of all edges would take more than `memory`; else as `paths`.
        """
        if self._given is not None:
            return _some(paths_in(self.graph, self.source, level="unit", element=self.element, memory=self.memory))
        return _some(unit_paths_of(self.linear, self.source, element=self.element, memory=self.memory))

    def at(self, level: LevelName) -> PathSet | UnitPathSet:
        """Return all paths at a level: `"quantity"` (`paths`) or `"unit"` (`unit_paths`).

        Raises
        ------
        UnknownNameError
            If there is no such level; else as these.
        """
        require_one_of("level", level, LEVELS)
        return self.unit_paths if level == "unit" else self.paths

    def among(
        self,
        *,
        through: Iterable[str] = (),
        avoiding: Iterable[str] = (),
        crossing: int | None = None,
        level: LevelName = "quantity",
    ) -> PathSet | UnitPathSet:
        """Return the paths that pass and avoid certain vertices, and cross so many gates; shares stay what they are.

        Raises
        ------
        UnknownVertexError, NoPathError
            If there is no such vertex (at the level of units, such as `a_3[7]`), or no such path.
        """
        found = self.at(level)
        for vertex in several("vertices", through):
            found = found.through(vertex)
        for vertex in several("vertices", avoiding):
            found = found.avoiding(vertex)
        return _some(found if crossing is None else found.crossing("crossings", times=crossing))

    def path(self, rank: int, *, level: LevelName = "quantity") -> Path:
        """Return the path with the `rank`-th largest |share|: 1 is the largest.

        Raises
        ------
        InputError
            If there are not so many.
        """
        paths, rank = self.at(level), whole_number("rank", rank)
        if not 1 <= rank <= paths.count:
            raise InputError(
                f"there is no path {describe_count(rank)} "
                f"(there are {describe_count(paths.count)} from {self.source} to {TARGET})"
            )
        return paths.top(rank)[rank - 1]

    def count(self, steps: int | None = None) -> int:
        """Return how many paths there are, or would be over `steps` steps; no number of the problem matters to it.

        Raises
        ------
        UnknownVertexError, NoPathError
            If there is no such source, or no path from it.
        """
        if self.full is not None and steps in (None, self.problem.steps):
            return self.paths.count
        self._require_full("paths over other steps are counted")
        problem = self.problem
        over = problem.steps if steps is None else whole_number("steps", steps, least=1)
        places, first = places_over(problem, over), problem.first_step
        count = count_paths(problem.cell, over, places, self.source, first_step=first, detail=self.detail)
        if not count:
            raise NoPathError(f"no path from {self.source!r} to {TARGET!r}")
        return count

    @property
    def is_zero(self) -> bool:
        """Whether the gradient, or the entry of it that is looked at, is zero: then there is nothing to share.

        Contributions are told in place of shares.

        >>> from graphviz_lstm.reports import Study
        >>> Study("gomez", "f_0").is_zero, Study("gomez", "W_A").is_zero
        (True, False)
        """
        return math.isnan(self.paths.share)

    @cached_property
    def cancelled(self) -> float:
        """How large the terms are that cancel, where the gradient is zero; 0 where each of them is zero, or it is not.

        >>> from graphviz_lstm.reports import Study
        >>> Study("gomez", "f_0").cancelled, Study("gomez", "W_A").cancelled
        (0.0, 0.0)
        """
        return size_of_terms(self.graph, self.source, self.element) if self.is_zero else 0.0

    @property
    def zero(self) -> str:
        """What a gradient of zero is called: zero, or zero to rounding, where terms cancel."""
        return format_zero(self.cancelled)

    def _require_full(self, what: str) -> None:
        if self.scheme is not None:
            raise InputError(f"{what} of the full gradient, and this is under {self.scheme.name!r}")


def _some(paths: Paths) -> Paths:
    """Return `paths`, which may not be none."""
    if not paths:
        raise NoPathError(f"no path from {paths.source!r} to {paths.target!r}")
    return paths
