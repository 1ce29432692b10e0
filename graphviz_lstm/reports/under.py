"""A study of what a scheme leaves of a gradient: the same question, asked of the graph without the edges it drops."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.schemes import compare, scheme as scheme_of
from graphviz_lstm.gradients.schemes.apply import apply
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.gradients import Check
    from graphviz_lstm.gradients.schemes import Comparison, Scheme
    from graphviz_lstm.graph.unroll import Graph

_SEVERAL = {
    "exit": "it drops other edges for each loss",
    "entry": "it drops other entries for each entry of a parameter",
}


class StudyUnder(Study):
    """One question to what a scheme leaves. Made by `Study.under`.

    Attributes
    ----------
    scheme
        The scheme.
    full
        The study of the full gradient.
    """

    scheme: Scheme
    full: Study

    @classmethod
    def leave(cls, full: Study, name: str | Scheme) -> StudyUnder:
        """Return the study of what a scheme leaves. See `Study.under`."""
        chosen = scheme_of(name)
        if chosen.per in _SEVERAL:
            raise InputError(
                f"no one graph is left by scheme {chosen.name!r}: {_SEVERAL[chosen.per]} (compare takes it)"
            )
        graph = apply(full.graph, chosen, source=full.source)
        graph.graph["scheme"] = chosen.name
        study = cls.of(graph, full.source, element=full.element, memory=full.memory)
        assert isinstance(study, cls)  # noqa: S101 -- `of` makes what it is called on
        vars(study).update(scheme=chosen, full=full)
        return study

    def about(self, source: str | None = None, *, element: int | Iterable[int] | None = None) -> StudyUnder:
        """Return the study of another source under the same scheme."""
        return type(self).leave(self.full.about(source, element=element), self.scheme)

    def __getstate__(self) -> dict[str, Any]:
        """Return the question, and of what it was asked."""
        return super().__getstate__() | {"scheme": self.scheme, "full": self.full}

    @property
    def suffix(self) -> str:  # type: ignore[override]
        """The scheme, in letters that a file may have."""
        return "-" + re.sub(r"[^A-Za-z0-9.]+", "-", self.scheme.name).strip("-")

    @property
    def derivative(self) -> str:
        """What is asked for, and under which scheme."""
        return f"{super().derivative} under {self.scheme.name}"

    def __repr__(self) -> str:
        """Return the question."""
        return f"{super().__repr__()[:-1]} under {self.scheme.name!r}>"

    def check(self) -> Check:
        """Return what the scheme leaves in ways that share little.

        Differences of the loss know the full gradient alone. So the equations' own differences are held against the
        partials of the full graph, which the scheme keeps or changes as its rule says, and the sweeps and the sum over
        the paths against each other on what is left.

        Raises
        ------
        CheckError
            If two of them disagree by more than rounding; else as `paths`.
        """
        return check(self.graph, self.source, paths=self.paths, full=self.full.graph)

    @cached_property
    def annotated(self) -> Graph:
        """The graph with the flows of what is left; what the scheme cuts is there too, marked, and nothing flows."""
        annotated = super().annotated
        for tail, head, data in self.full.graph.edges(data=True):
            if not annotated.has_edge(tail, head):
                annotated.add_edge(tail, head, **data, flow=0.0, cut=True)
        annotated.graph["swept"] = tuple(annotated.edges(data="partial"))
        return annotated

    def compare(self) -> Comparison:
        """Return what the scheme keeps of the gradient of every parameter, and which paths it drops."""
        (found,) = compare(self.full.graph, [self.scheme])
        return found

    def count(self, steps: int | None = None) -> int:
        """Return how many paths are left; over the problem's own steps.

        Raises
        ------
        InputError
            If other steps are asked for.
        """
        if steps not in (None, self.problem.steps):
            raise InputError(f"under a scheme paths are counted over the problem's own steps: {self.problem.steps}")
        return self.paths.count

    @property
    def triangle(self) -> NoReturn:
        """Refuse: the triangle is of the full gradient."""
        raise InputError(f"the triangle is of the full gradient, and this is under {self.scheme.name!r}")
