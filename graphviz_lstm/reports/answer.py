"""The answer to the question, as data: how much of a gradient crosses the gates, and where it comes in.

Which edges cross, and which vertex they leave, is read off the graph: nothing here knows the name of a gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.graph import TARGET
from graphviz_lstm.paths import Group
from graphviz_lstm.problems.arrays import whole_number
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.gradients import Check
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, Selection
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.study import Study
    from graphviz_lstm.reports.verdict import Verdict

_MOST_LEADING = 8
MOST_CROSSINGS = 12
"""Paths that cross more often are told together."""


@dataclass(frozen=True, slots=True, eq=False)
class AdjointTerm:
    """One term of a vertex's adjoint: what an edge out of it brings back.

    Attributes
    ----------
    head
        Where the edge leads.
    crossing
        Whether it crosses into a gate.
    text
        The term in symbols: `U_A^T @ (f_A'(Z_A,1) * delta a_1)`.
    value
        The term in numbers, in the vertex's shape.
    """

    head: str
    crossing: bool
    text: str
    value: Array


@dataclass(frozen=True, slots=True, eq=False)
class Adjoint:
    """A vertex's adjoint, dE/d(vertex), as the sum over the edges out of it."""

    vertex: str
    terms: tuple[AdjointTerm, ...]
    value: Array


@dataclass(frozen=True, slots=True, eq=False)
class LocalRule:
    """What one step gives the source: the head's adjoint, and what the edge into it makes of that.

    Attributes
    ----------
    step
        The step.
    head
        The vertex that reads the source at this step.
    adjoint
        The head's adjoint as the sum over its readers: in the article's words, delta_a = delta_state * i * ...
    text
        What the edge gives the source, in symbols.
    contribution
        The same in numbers, in the source's shape.
    """

    step: int
    head: str
    adjoint: Adjoint
    text: str
    contribution: Array


@dataclass(frozen=True, slots=True, eq=False)
class Answer(Shown):
    """Everything that is said about dE/d(source) of one example.

    Attributes
    ----------
    study
        What it was computed from. Its parts are at hand by their names: `problem`, `graph` (annotated with the flows
        from the source), `paths`, `check`, `source`, `element`.
    crossing, straight
        The paths that cross a gate at least once, and those that never do.
    by_crossings
        Number of crossings -> the paths that cross so often; `MOST_CROSSINGS + 1` stands for all larger numbers.
    leading
        The leading paths that cross a gate, at most eight, the largest |share| first.
    rules
        The local rule, step by step.
    entering
        The adjoint through which the crossing paths come in: that of the vertex whose crossings carry most; None
        where nothing crosses.
    """

    study: Study
    crossing: Group
    straight: Group
    by_crossings: dict[int, Group]
    leading: tuple[Path, ...]
    rules: tuple[LocalRule, ...]
    entering: Adjoint | None

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.study.problem

    @property
    def graph(self) -> Graph:
        """The graph, annotated with the flows from the source; see `Study.carried` of a gradient that is zero."""
        return self.study.carried

    @property
    def paths(self) -> PathSet:
        """All paths."""
        return self.study.paths

    @property
    def check(self) -> Check:
        """The ways to the gradient, held together."""
        return self.study.check()

    def leading_paths(self, most: int) -> Selection:
        """Return the largest paths, as many as there are up to `most`."""
        return self.paths.top(min(self.paths.count, whole_number("most", most, least=0)))

    @property
    def is_zero(self) -> bool:
        """Whether the gradient is zero, so that there is nothing to share: contributions are told instead."""
        return self.study.is_zero

    @property
    def source(self) -> str:
        """Of what the derivative is taken."""
        return self.study.source

    @property
    def element(self) -> tuple[int, ...] | None:
        """The entry along which shares are measured; None: along the whole gradient."""
        return self.study.element

    @property
    def verdict(self) -> Verdict:
        """Whether the terms through the gates cancel."""
        return self.study.verdict

    @property
    def positive(self) -> float | None:
        """The sum of the positive shares of the crossing paths; see `Group`."""
        return self.crossing.positive

    @property
    def negative(self) -> float | None:
        """The sum of the negative shares of the crossing paths; see `Group`."""
        return self.crossing.negative


def answer_of(study: Study) -> Answer:
    """Return the answer to a study, once all ways to its gradient agree. See `Study.answer`."""
    graph, paths = study.carried, study.paths
    study.check()
    crossing = paths.crossing("crossings")
    by_crossings = paths.group_by("crossings", up_to=MOST_CROSSINGS)
    none = Group(0, 0, np.zeros(np.shape(paths.total)), 0.0, 0.0, 0.0)
    return Answer(
        study=study,
        # Once or more often: all of them are one group.
        crossing=next(iter(crossing.group_by("crossings", up_to=0).values()), none),
        straight=by_crossings.get(0, none),
        by_crossings=by_crossings,
        leading=crossing.top(_MOST_LEADING).paths,
        rules=tuple(_local_rules(study)),
        entering=_entering(study, graph),
    )


def adjoint_of(study: Study, vertex: str) -> Adjoint:
    """Return a vertex's adjoint as the sum over the edges out of it."""
    terms = tuple(
        AdjointTerm(
            head=head,
            crossing=edge["kind"] == "crossing",
            text=edge["symbol"].pulled("1" if head == TARGET else f"delta {head}"),
            value=value,
        )
        for head, edge, value in _pulled(study, vertex)
    )
    return Adjoint(vertex, terms, study.adjoints[vertex])


def _local_rules(study: Study) -> list[LocalRule]:
    rules = []
    for head, edge, contribution in _pulled(study, study.source):
        if head == TARGET:
            continue
        text = edge["symbol"].pulled(f"delta {head}")
        step = study.named.nodes[head]["step"]
        rules.append(LocalRule(step, head, adjoint_of(study, head), text, contribution))
    return rules


def _pulled(study: Study, vertex: str) -> Iterator[tuple[str, dict[str, Any], Array]]:
    """Yield the head of each edge out of a vertex that is left for some loss, the edge, and what it brings back."""
    for head, edge in study.swept.graph.succ[vertex].items():
        value = study.swept.pulled(vertex, head)
        if value is not None:
            yield head, edge, value


def carried_across(study: Study, annotated: Graph) -> dict[str, float]:
    """Return the vertices out of which something crosses into gates, and how much each does.

    Of a gradient of zero every one that lies on a path counts: nothing may be carried at all.
    """
    on_paths = {edge[:2] for edge in study.paths.dag.edges} if study.is_zero else set()
    carried: dict[str, float] = {}
    for tail, head, edge in annotated.edges(data=True):
        if edge["kind"] == "crossing" and (edge["flow"] or (tail, head) in on_paths):
            carried[tail] = carried.get(tail, 0.0) + abs(edge["flow"])
    return carried


def _entering(study: Study, annotated: Graph) -> Adjoint | None:
    """Return the adjoint of the vertex out of which most of the gradient crosses into gates."""
    carried = carried_across(study, annotated)
    return adjoint_of(study, max(carried, key=lambda vertex: carried[vertex])) if carried else None
