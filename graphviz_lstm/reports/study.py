"""A study: one question to one problem. What it takes to answer is computed when it is asked for, and kept.

Every door holds one. Load -> evaluate -> find -> annotate stands here and in `asked`, and nowhere else, and so does
each thing that a question can lack: a source that is one, a path, as many paths as were asked for, a gradient.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import annotate
from graphviz_lstm.graph.sweeps import annotate_along, share_direction
from graphviz_lstm.reports.asked import AskedPaths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.gradients import Check
    from graphviz_lstm.gradients.schemes import Comparison, Scheme
    from graphviz_lstm.gradients.schemes.sweeps import Sweeps
    from graphviz_lstm.gradients.shares.by_unit import ByUnit
    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.gradients.shares.strip import StripShares
    from graphviz_lstm.gradients.shares.triangle import Triangle
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path
    from graphviz_lstm.reports.answer import Answer
    from graphviz_lstm.reports.approximations import Approximations
    from graphviz_lstm.reports.asked import LevelName
    from graphviz_lstm.reports.derivation import Derivation
    from graphviz_lstm.reports.verdict import Verdict


class Study(AskedPaths):
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
            If there is no such scheme, or it drops other entries for each entry of the source and none is looked at.
        """
        from graphviz_lstm.gradients.schemes import scheme as scheme_of
        from graphviz_lstm.gradients.schemes.left import left_by

        full, chosen = self.full or self, scheme_of(scheme)
        graph = left_by(full.graph, chosen, self.source, element=self.element)
        study = Study.of(graph, self.source, element=self.element, memory=self.memory)
        vars(study).update(scheme=chosen, full=full)
        return study

    def compare(self) -> Comparison:
        """Return what its scheme keeps of the gradient of every parameter, and which paths it drops."""
        from graphviz_lstm.gradients.schemes import compare

        return compare((self.full or self).graph, [self.scheme or "full"])[0]

    @cached_property
    def annotated(self) -> Graph:
        """The graph with the flows: how much of the gradient goes through each vertex and edge.

        Raises
        ------
        NumberError
            If the gradient is zero; else as `paths`.
        """
        # Refuses a gradient of zero: summed over the paths it is exactly that, where a sweep may leave rounding.
        self._along()
        return self._drawn(annotate(self.graph, self.source, element=self.element))

    @cached_property
    def carried(self) -> Graph:
        """The graph with what goes through each edge: flows; of a gradient of zero contributions, entries summed."""
        if not self.is_zero:
            return self.annotated
        direction = np.asarray(self.paths.facts.whole.direction)
        return self._drawn(annotate_along(self.graph, self.source, direction, element=self.element))

    def _drawn(self, annotated: Graph) -> Graph:
        """Return the graph with its flows as it is drawn: with what a scheme cuts."""
        if self.full is None or self.scheme is None:
            return annotated
        from graphviz_lstm.gradients.schemes.left import drawn_whole

        return drawn_whole(annotated, self.full.graph, self.scheme)

    @cached_property
    def swept(self) -> Sweeps:
        """The reverse sweeps whose results add up: one, or under a scheme by loss one for each."""
        from graphviz_lstm.gradients.schemes.sweeps import sweeps_of

        return sweeps_of(self.graph, self.named, self.scheme)

    @cached_property
    def adjoints(self) -> dict[str, Array]:
        """Vertex -> dE/d(vertex); of the source 0 where the sum over the paths is zero."""
        found = self.swept.adjoints
        own = found[self.source]
        return found | {self.source: np.zeros_like(own)} if own.any() and not np.any(self.paths.total) else found

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
        return check(self.graph, self.source, paths=self.paths, full=full, scheme=self.scheme, entry=self.element)

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
        from graphviz_lstm.gradients.shares.strip import strip_shares

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
        from graphviz_lstm.gradients.shares.triangle import triangle_of

        self._require_full("the triangle is")
        direction, unit = self._measured
        return triangle_of(self.linear, Parameter(self.source), direction, unit=unit)

    @cached_property
    def by_unit(self) -> ByUnit:
        """Which units carry the gradient, and how far: its share by the unit where it enters and the steps to the loss.

        Of a gradient of zero contributions are told, as its `unit` says.

        >>> by_unit = Study("adding", "W_A").by_unit
        >>> by_unit.names[by_unit.largest[0]], round(float(by_unit.whole.sum()), 9)
        ('a[7]', 1.0)

        Raises
        ------
        InputError
            If the source is not a parameter: nothing else enters at more than one step.
        """
        from graphviz_lstm.cells.expression import Parameter
        from graphviz_lstm.gradients.shares.by_unit import by_unit_of

        self._require_full("shares by unit are")
        direction, unit = self._measured
        return by_unit_of(self.linear, Parameter(self.source), direction, unit=unit)

    @property
    def _measured(self) -> tuple[Array, Unit]:
        """Along which direction sweeps measure, and what they say: shares, or contributions of a gradient of zero."""
        if self.is_zero:
            return np.asarray(self.paths.facts.whole.direction), "contribution"
        return self._along(), "share"

    def _along(self) -> Array:
        """Return the direction of shares, see `share_direction`; of what only paths can tell there is none either."""
        return share_direction(self.source, np.asarray(self.paths.total), self.element, is_zero=self.is_zero)

    def figure(self, view: str | None = None, *, path: Path | int | str | None = None, **options: Any) -> Figure:
        """Return a figure, not yet drawn.

        Parameters
        ----------
        view
            As in `draw`: `"flow"` by default, `"path"` where a path is put in focus. Where the gradient is zero there
            is nothing to share: `"flow"`, of contributions, and `"values"` can be drawn, and these whole.
        path
            A path, its rank or its vertices, for the view `"path"`; `through` and `avoiding` too put one in focus.
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
        from graphviz_lstm.figures.options import require_known
        from graphviz_lstm.reports.cell_figure import cell_figure

        if view is not None:
            require_known({"view": view})
        if view == "cell":
            return cell_figure(self, path=path, **options)
        level: LevelName = "unit" if options.get("detail") == "unit" else "quantity"
        if level == "unit":
            require_few(self.named, self.source)  # before their paths are compiled, which may take gigabytes
        focused = path is not None or options.get("through") or options.get("avoiding")
        chosen: Any = ("path" if focused else "flow") if view is None else view
        if path is not None and chosen != "path":
            raise InputError(f"view {chosen!r} has no path in focus (leave out the path, or take view 'path')")
        if chosen in ("flow", "values") and self.is_zero:
            return draw(self.carried, view=chosen, paths=self.at(level), **{**options, "max_steps": None})
        return draw(self.annotated, view=chosen, path=path, paths=self.at(level), **options)

    def derivation(self, *, steps: int | None = None, proof: bool = False, units: int = 1) -> Derivation:
        """Return the mathematics of the gradient, symbols and numbers side by side; see `derive`."""
        from graphviz_lstm.reports.derivation import derivation_of, parameter_of, shortened

        problem = shortened(self.problem, steps)
        study = Study(problem, parameter_of(problem, self.source))
        return derivation_of(study, chosen=steps is not None, proof=proof, units=units)
