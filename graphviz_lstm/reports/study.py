"""A study: one question to one problem. What it takes to answer is computed when it is asked for, and kept.

Every door holds one. Load -> evaluate -> find -> annotate stands here and nowhere else, and so does each thing that a
question can lack: a source that is one, a path, as many paths as were asked for, a gradient.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from graphviz_lstm.errors import InputError, NoPathError, UnknownNameError, describe_unknown
from graphviz_lstm.gradients.pathsets import paths_of, unit_paths_of
from graphviz_lstm.graph import TARGET, annotate, reverse
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.evaluate import graph_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.losses import places_over
from graphviz_lstm.graph.sweeps import annotate_along, share_direction
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.find import LEVELS
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.question import Question

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.gradients import Check
    from graphviz_lstm.gradients.schemes import Comparison, Scheme
    from graphviz_lstm.gradients.strip import StripShares
    from graphviz_lstm.gradients.triangle import Triangle
    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, UnitPathSet
    from graphviz_lstm.reports.answer import Answer
    from graphviz_lstm.reports.approximations import Approximations
    from graphviz_lstm.reports.derivation import Derivation
    from graphviz_lstm.reports.verdict import Verdict

LevelName = Literal["quantity", "unit"]
Paths = TypeVar("Paths", bound="PathSet | UnitPathSet")


class Study(Question):
    """One question: dE/d(source) of a problem, path by path. Immutable; asking costs nothing until it is asked.

    Parameters
    ----------
    problem
        A built-in name, a JSON file, a `Problem`, or an `Example`.
    source
        The vertex that paths begin at; by default the cell's first parameter.
    element
        The index of one entry of the source, to look at its derivative alone.
    detail
        `"gate"`: a vertex for each quantity of the cell; `"operation"`: also for each activation's argument.
    memory
        How many bytes paths through single units may take; see `find_paths`.

    Raises
    ------
    UnknownNameError, ExampleError, InputError
        If there is no such problem or detail, or the source is the target itself.

    Examples
    --------
    >>> study = Study("gomez", "W_A", element=(0, 0))
    >>> print(study.path(1))
    +73.7 %  W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E
    >>> study.about("U_o").paths.count, study.count(steps=6)
    (6, 4214)
    """

    full: Study | None

    def about(self, source: str | None = None, *, element: int | Iterable[int] | None = None) -> Study:
        """Return the study of another source, or of another entry of it, on the same graph, under the same scheme."""
        if self.full is not None and self.scheme is not None:
            return self.full.about(source, element=element).under(self.scheme)
        return Study.of(self.graph, source, element=element, memory=self.memory)

    def under(self, scheme: str | Scheme) -> Study:
        """Return the study of what a scheme leaves: the same question on the graph without the edges that it drops.

        >>> left = Study("gomez", "W_A").under("lstm-1997")
        >>> left.paths.count, left.compare().dropped("W_A").count
        (3, 4)

        Raises
        ------
        UnknownNameError, InputError
            If there is no such scheme, or it leaves no one graph: it drops other edges for each loss.
        """
        from graphviz_lstm.gradients.schemes import scheme as scheme_of
        from graphviz_lstm.gradients.schemes.apply import left_by

        full, chosen = self.full or self, scheme_of(scheme)
        graph = left_by(full.graph, chosen, self.source)
        study = Study.of(graph, self.source, element=self.element, memory=self.memory)
        vars(study).update(scheme=chosen, full=full)
        return study

    def compare(self) -> Comparison:
        """Return what its scheme keeps of the gradient of every parameter, and which paths it drops."""
        from graphviz_lstm.gradients.schemes import compare

        (found,) = compare((self.full or self).graph, [self.scheme or "full"])
        return found

    @cached_property
    def graph(self) -> Graph:
        """The unrolled graph with its numbers."""
        return graph_of(self.linear) if self._given is None else self._given

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
            return _some(find_paths(self.graph, self.source, TARGET, element=self.element))
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
            whole = find_paths(self.graph, self.source, TARGET, level="unit", element=self.element, memory=self.memory)
            return _some(whole)
        return _some(unit_paths_of(self.linear, self.source, element=self.element, memory=self.memory))

    def at(self, level: LevelName) -> PathSet | UnitPathSet:
        """Return all paths at a level: `"quantity"` (`paths`) or `"unit"` (`unit_paths`).

        Raises
        ------
        UnknownNameError
            If there is no such level; else as these.
        """
        if level not in LEVELS:
            raise UnknownNameError(describe_unknown("level", level, LEVELS))
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
        for vertex in through:
            found = found.through(vertex)
        for vertex in avoiding:
            found = found.avoiding(vertex)
        return _some(found if crossing is None else found.crossing("crossings", times=crossing))

    def path(self, rank: int, *, level: LevelName = "quantity") -> Path:
        """Return the path with the `rank`-th largest |share|: 1 is the largest.

        Raises
        ------
        InputError
            If there are not so many.
        """
        paths = self.at(level)
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
        over = problem.steps if steps is None else steps
        places, first = places_over(problem, over), problem.first_step
        count = count_paths(problem.cell, over, places, self.source, first_step=first, detail=self.detail)
        if not count:
            raise NoPathError(f"no path from {self.source!r} to {TARGET!r}")
        return count

    @cached_property
    def annotated(self) -> Graph:
        """The graph with the flows: how much of the gradient goes through each vertex and edge.

        Raises
        ------
        NumberError
            If the gradient is zero; else as `paths`.
        """
        # Refuses a gradient of zero: summed over the paths it is exactly that, where a sweep may leave rounding.
        share_direction(self.source, np.asarray(self.paths.total), self.element)
        annotated = annotate(self.graph, self.source, element=self.element)
        if self.full is None:
            return annotated
        from graphviz_lstm.gradients.schemes.apply import mark_cut

        return mark_cut(annotated, self.full.graph)

    @property
    def is_zero(self) -> bool:
        """Whether the gradient, or the entry of it that is looked at, is zero: then there is nothing to share.

        Contributions are told in place of shares.

        >>> Study("gomez", "f_0").is_zero, Study("gomez", "W_A").is_zero
        (True, False)
        """
        return math.isnan(self.paths.share)

    @cached_property
    def carried(self) -> Graph:
        """The graph with what goes through each edge: flows; of a gradient of zero contributions, entries summed."""
        if not self.is_zero:
            return self.annotated
        direction = np.asarray(self.paths.facts.whole.direction)
        return annotate_along(self.graph, self.source, direction, element=self.element)

    @cached_property
    def adjoints(self) -> dict[str, Array]:
        """Vertex -> dE/d(vertex)."""
        return reverse(self.graph)

    def check(self) -> Check:
        """Return the gradient in ways that share little, after holding them together.

        Raises
        ------
        CheckError
            If two of them disagree by more than rounding; else as `paths`.
        """
        return self._checked

    @cached_property
    def _checked(self) -> Check:
        from graphviz_lstm.gradients import check

        full = None if self.full is None else self.full.graph
        return check(self.graph, self.source, paths=self.paths, full=full, scheme=self.scheme)

    @cached_property
    def answer(self) -> Answer:
        """What is said about the question: how much crosses the gates, whether it cancels, where it enters."""
        from graphviz_lstm.reports.answer import answer_of

        return answer_of(self)

    @cached_property
    def verdict(self) -> Verdict:
        """Whether the terms through the gates cancel: shares and masses at both levels, and the word for them.

        A gradient of zero has a verdict too: of contributions.

        >>> verdict = Study("gomez", "W_A", element=(0, 0)).verdict
        >>> verdict.word, round(100 * verdict.share, 2)
        ('no', 10.14)
        """
        from graphviz_lstm.reports.verdict import verdict_of

        return verdict_of(self)

    @cached_property
    def approximations(self) -> Approximations:
        """What the cuts of 1997 and windows of some steps keep of the gradient, those that drop some path from here.

        >>> [(each.scheme.name, each.kept, each.whole) for each in Study("gomez", "W_A").approximations.rows]
        [('lstm-1997', 3, 7), ('bptt:1', 2, 7)]
        """
        from graphviz_lstm.reports.approximations import approximations_of

        return approximations_of(self)

    @cached_property
    def strip(self) -> StripShares:
        """What the strip shows: shares by step of entry, by crossings, by gate; contributions of a gradient of zero."""
        from graphviz_lstm.figures.strip import shares_in
        from graphviz_lstm.gradients.strip import strip_shares

        # Of a graph that is given, somebody may have changed the partials.
        return shares_in(self.carried) if self._given is not None else strip_shares(self.linear, self.paths)

    @cached_property
    def triangle(self) -> Triangle:
        """The share of the gradient by the step where it enters and the step whose loss it reaches, by route: T x T.

        Of a gradient of zero contributions are told, as its `unit` says.

        >>> triangle = Study("gomez", "W_A", element=(0, 0)).triangle
        >>> [[round(100 * share, 1) for share in row] for row in triangle.whole.tolist()]
        [[-20.2, 83.9], [0.0, 36.3]]

        Raises
        ------
        InputError
            If the source is not a parameter: nothing else enters at more than one step.
        """
        from graphviz_lstm.cells.expression import Parameter
        from graphviz_lstm.gradients.triangle import triangle_of

        self._require_full("the triangle is")
        if self.is_zero:
            direction = np.asarray(self.paths.facts.whole.direction)
            return triangle_of(self.linear, Parameter(self.source), direction, unit="contribution")
        direction = share_direction(self.source, np.asarray(self.paths.total), self.element)
        return triangle_of(self.linear, Parameter(self.source), direction)

    def figure(self, view: str | None = None, *, path: Path | int | None = None, **options: Any) -> Figure:
        """Return a figure, not yet drawn.

        Parameters
        ----------
        view
            As in `draw`: `"flow"` by default, `"path"` where a path is put in focus. Where the gradient is zero there
            is nothing to share: `"flow"`, of contributions, and `"values"` can be drawn, and these whole.
        path
            A path, or the rank of one, for the view `"path"`.
        options
            Those of `draw`. With `detail="unit"` the paths are those through single units.

        Raises
        ------
        InputError
            If there is no such path, or the view does not put one in focus; else as `draw`.
        NumberError
            If the gradient is zero, and the view one of shares.
        """
        from graphviz_lstm.figures import draw
        from graphviz_lstm.figures.layout import require_few

        level: LevelName = "unit" if options.get("detail") == "unit" else "quantity"
        if level == "unit":
            require_few(self.graph, self.source)  # before their paths are compiled, which may take gigabytes
        chosen: Any = view or ("flow" if path is None else "path")
        if path is not None and chosen != "path":
            raise InputError(f"view {chosen!r} has no path in focus (leave out the path, or take view 'path')")
        if chosen in ("flow", "values") and self.is_zero:
            return draw(self.carried, view=chosen, paths=self.at(level), **{**options, "max_steps": None})
        focus = self.path(path, level=level) if isinstance(path, int) else path
        return draw(self.annotated, view=chosen, path=focus, paths=self.at(level), **options)

    def _require_full(self, what: str) -> None:
        if self.scheme is not None:
            raise InputError(f"{what} of the full gradient, and this is under {self.scheme.name!r}")

    def derivation(self, *, steps: int | None = None, proof: bool = False) -> Derivation:
        """Return the mathematics of the gradient, symbols and numbers side by side; see `derive`."""
        from graphviz_lstm.reports.derivation import derivation_of, parameter_of, shortened

        problem = shortened(self.problem, steps)
        return derivation_of(Study(problem, parameter_of(problem, self.source)), chosen=steps is not None, proof=proof)


def _some(paths: Paths) -> Paths:
    """Return `paths`, which may not be none."""
    if not paths:
        raise NoPathError(f"no path from {paths.source!r} to {paths.target!r}")
    return paths
