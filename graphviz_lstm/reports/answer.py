"""The answer to the question, as data: how much of a gradient crosses the gates, and where it comes in.

Which edges cross, and which vertex they leave, is read off the graph: nothing here knows the name of a gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import NoPathError
from graphviz_lstm.gradients import check
from graphviz_lstm.graph import TARGET, annotate
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from graphviz_lstm.cells import Example
    from graphviz_lstm.gradients import Check
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet

_MOST_LEADING = 8
MOST_CROSSINGS = 12
"""Paths that cross more often are told together."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the paths, together."""

    count: int
    contribution: Array
    share: float


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
        The term in symbols: `U_A^T @ (f_A'(Z_A,1) * adj(a_1))`.
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
class Answer:
    """Everything that is said about dE/d(source) of one example.

    Attributes
    ----------
    example, graph, paths, check
        What it was computed from: the graph is annotated with the flows from the source.
    source, element
        Of what the derivative is taken; shares are along the whole gradient, or along the one element.
    crossing, straight
        The paths that cross a gate at least once, and those that never do.
    by_crossings
        Number of crossings -> the paths that cross so often; `MOST_CROSSINGS + 1` stands for all larger numbers.
    positive, negative
        The sums of the positive and of the negative shares of the crossing paths; None in a graph of more than 10,000
        such paths of vectors.
    leading
        The leading paths that cross a gate, at most eight, the largest |share| first.
    rules
        The local rule, step by step.
    entering
        The adjoint through which the crossing paths come in: that of the vertex whose crossings carry most; None
        where nothing crosses.
    """

    example: Example
    graph: Graph
    paths: PathSet
    check: Check
    source: str
    element: tuple[int, ...] | None
    crossing: Part
    straight: Part
    by_crossings: dict[int, Part]
    positive: float | None
    negative: float | None
    leading: tuple[Path, ...]
    rules: tuple[LocalRule, ...]
    entering: Adjoint | None


def explain(graph: Graph, source: str, *, element: tuple[int, ...] | None = None) -> Answer:
    """Return the answer for dE/d(source) on an evaluated graph.

    Raises
    ------
    UnknownVertexError, NoPathError, InputError, NumberError
        If there is no such source, no path from it, no such element of it, or its gradient is zero.
    CheckError
        If the four ways to the gradient disagree.
    """
    paths = find_paths(graph, source, TARGET, element=element)
    if not paths:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    annotated = annotate(graph, source, element=element)
    crossing, straight = paths.crossing("crossings"), paths.crossing("crossings", times=0)
    # All of one label, so that there is one group, or none.
    signs = list(crossing.group_by(lambda _: 0).values())
    return Answer(
        example=graph.graph["example"],
        graph=annotated,
        paths=paths,
        check=check(graph, source, paths=paths),
        source=source,
        element=element,
        crossing=_part(crossing),
        straight=_part(straight),
        by_crossings={
            int(crossings): Part(group.count, np.asarray(group.contribution), group.share)
            for crossings, group in paths.group_by("crossings", up_to=MOST_CROSSINGS).items()
        },
        positive=signs[0].positive if signs else 0.0,
        negative=signs[0].negative if signs else 0.0,
        leading=crossing.top(_MOST_LEADING).paths,
        rules=tuple(_local_rules(annotated, source)),
        entering=_entering(annotated),
    )


def crossings_of(graph: Graph, path: Path) -> int:
    """Return how often `path` crosses into a gate."""
    return sum(graph.edges[str(edge[0]), str(edge[1])]["crossings"] for edge in path.edges)


def _part(paths: PathSet) -> Part:
    return Part(paths.count, np.asarray(paths.total), paths.share)


def adjoint_of(graph: Graph, vertex: str) -> Adjoint:
    """Return a vertex's adjoint as the sum over the edges out of it."""
    terms = tuple(
        AdjointTerm(
            head=head,
            crossing=edge["kind"] == "crossing",
            text=edge["symbol"].pulled(f"adj({head})"),
            value=edge["partial"].pull(graph.nodes[head]["adjoint"]),
        )
        for head, edge in graph.succ[vertex].items()
    )
    return Adjoint(vertex, terms, graph.nodes[vertex]["adjoint"])


def _local_rules(graph: Graph, source: str) -> list[LocalRule]:
    rules = []
    for head, edge in graph.succ[source].items():
        if head == TARGET:
            continue
        attributes = graph.nodes[head]
        contribution = edge["partial"].pull(attributes["adjoint"])
        text = edge["symbol"].pulled(f"adj({head})")
        rules.append(LocalRule(attributes["step"], head, adjoint_of(graph, head), text, contribution))
    return rules


def _entering(graph: Graph) -> Adjoint | None:
    """Return the adjoint of the vertex out of which most of the gradient crosses into gates."""
    carried: dict[str, float] = {}
    for tail, _, edge in graph.edges(data=True):
        if edge["kind"] == "crossing" and edge["flow"]:
            carried[tail] = carried.get(tail, 0.0) + abs(edge["flow"])
    return adjoint_of(graph, max(carried, key=lambda vertex: carried[vertex])) if carried else None
