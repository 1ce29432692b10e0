"""The question that a study is asked: a problem, a source, an entry of it, at which detail. It never changes."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError
from graphviz_lstm.given import index_given, require_one_of
from graphviz_lstm.graph import problem_of
from graphviz_lstm.graph.unroll import DETAILS
from graphviz_lstm.paths.units.memory import MOST_BYTES
from graphviz_lstm.problems import load_problem
from graphviz_lstm.reports.arrays import describe_source
from graphviz_lstm.reports.source import source_of
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from graphviz_lstm.gradients.schemes import Scheme
    from graphviz_lstm.graph.evaluate import HasProblem
    from graphviz_lstm.graph.unroll import Detail, Graph
    from graphviz_lstm.problems import Problem

# What is asked; all else is computed from it.
_ASKED = ("problem", "source", "element", "detail", "memory", "scheme", "full", "_given")


class Question(Shown):
    """What a `Study` is asked. Immutable; asking costs nothing until something is asked of it."""

    problem: Problem
    source: str
    element: tuple[int, ...] | None
    detail: Detail
    memory: float
    scheme: Scheme | None
    full: Question | None
    _given: Graph | None

    def __init__(
        self,
        problem: str | FilePath | HasProblem,
        source: str | None = None,
        *,
        element: int | Iterable[int] | None = None,
        detail: Detail = "gate",
        memory: float = MOST_BYTES,
    ) -> None:
        """Take the question; nothing is computed."""
        require_one_of("detail", detail, DETAILS)
        loaded = load_problem(problem) if isinstance(problem, str | FilePath) else problem_of(problem)
        asked = {"problem": loaded, "source": source_of(loaded, source), "element": index_given(element)}
        vars(self).update(asked, detail=detail, memory=memory, scheme=None, full=None, _given=None)

    @classmethod
    def of(
        cls,
        graph: Graph,
        source: str | None = None,
        *,
        element: int | Iterable[int] | None = None,
        memory: float = MOST_BYTES,
    ) -> Self:
        """Return a study of a graph that is evaluated already.

        Raises
        ------
        InputError
            If it is not one of this package's evaluated graphs.
        """
        if "problem" not in getattr(graph, "graph", {}):
            raise InputError("not an evaluated graph (evaluate(problem) makes one; find_paths takes any other)")
        study = cls(graph.graph["problem"], source, element=element, detail=graph.graph["detail"], memory=memory)
        vars(study)["_given"] = graph
        return study

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: what was computed for one question is no answer to another."""
        raise AttributeError(f"a study does not change: cannot set {name!r} (.about(source) gives another study)")

    def __getstate__(self) -> dict[str, Any]:
        """Return the question alone: the answers are computed anew where they are wanted."""
        return {name: vars(self)[name] for name in _ASKED}

    def __repr__(self) -> str:
        """Return the question."""
        entry = "" if self.element is None else str(list(self.element))
        under = "" if self.scheme is None else f" under {self.scheme.name!r}"
        return f"<Study of dE/d{self.source}{entry}, {self.problem.name!r}{under}>"

    @property
    def derivative(self) -> str:
        """What is asked for, in words: `dE/dW_A[0,0]`, and under which scheme."""
        under = "" if self.scheme is None else f" under {self.scheme.name}"
        return describe_source(self.source, self.element) + under

    @property
    def suffix(self) -> str:
        """What the names of files about it end with, before the dot: the scheme, in letters that a file may have."""
        return "" if self.scheme is None else "-" + re.sub(r"[^A-Za-z0-9.]+", "-", self.scheme.name).strip("-")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of the problem's cell, each of which can be a source."""
        return self.problem.cell.parameters
