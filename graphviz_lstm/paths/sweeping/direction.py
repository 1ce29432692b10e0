"""From which end a sweep by label costs less: classes are few where no label stands yet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from graphviz_lstm.paths.sweeping.algebra import Algebra
from graphviz_lstm.paths.sweeping.by_label import NOTHING, join
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.sweeping.by_label import Label

# Beyond so many classes at a vertex it is enough to know that they are many.
_MANY = 16
# A turn must be worth it: the other end is taken if the classes met there are fewer by this factor.
_WORTH = 2
# Where labels must lie on the whole, from 0 at the source to 1 at the target, for the other end to be thought of.
_BEHIND = 0.6


Costs: TypeAlias = tuple[Sequence[float], Sequence[float]]
"""What a class of paths costs along each edge: from the target, and from the source."""


class Turned(NamedTuple):
    """A DAG with every edge turned round, and which edge of the first one each of its edges is."""

    dag: Dag
    edges: list[int]


def turned(dag: Dag) -> Turned:
    """Return the DAG from the target to the source. Costs O(E)."""
    last = len(dag.vertices) - 1
    into: list[list[int]] = [[] for _ in dag.vertices]
    ends = dag.ends()
    for e, (_, head) in enumerate(ends):
        into[head].append(e)
    edges = [e for arriving in reversed(into) for e in arriving]
    first = [0]
    for arriving in reversed(into):
        first.append(first[-1] + len(arriving))
    heads = tuple(last - ends[e][0] for e in edges)
    return Turned(
        replace(
            dag,
            vertices=dag.vertices[::-1],
            edges=tuple(dag.edges[e] for e in edges),
            attributes=tuple(dag.attributes[e] for e in edges),
            first=tuple(first),
            heads=heads,
            weighted="it was turned round",
        ),
        edges,
    )


def turned_if_cheaper(
    dag: Dag, labels: Sequence[Label], up_to: int | None, costs: Costs | None = None
) -> Turned | None:
    """Return the DAG turned round, if paths are grouped by label at less cost from the source; None if not.

    Costs O(E) operations on small sets, and next to nothing where labels do not sit nearer to the target.

    `costs` are what a class costs along each edge, from the target and from the source; by default the same.
    """
    if not _near_target(dag, labels):
        return None
    other = turned(dag)
    here, there = costs or ([1.0] * len(labels),) * 2
    from_target = _cost(dag, labels, up_to, here, backwards=False)
    from_source = _cost(
        other.dag, [labels[e] for e in other.edges], up_to, [there[e] for e in other.edges], backwards=True
    )
    return other if from_source * _WORTH < from_target else None


def _near_target(dag: Dag, labels: Sequence[Label]) -> bool:
    """Return whether the edges that have a label (not 0, nor anything empty) lie behind the middle, on the whole."""
    middles = [tail + head for label, (tail, head) in zip(labels, dag.ends(), strict=True) if label]
    return bool(middles) and sum(middles) > _BEHIND * 2 * len(dag.vertices) * len(middles)


def _cost(dag: Dag, labels: Sequence[Label], up_to: int | None, costs: Sequence[float], *, backwards: bool) -> float:
    """Return what the classes that a sweep takes along edges cost, those of one vertex counted up to `_MANY`."""

    def times(label: Label, classes: frozenset[Label] | None) -> frozenset[Label] | None:
        if classes is None:
            return None
        return frozenset(join(rest, label, up_to) if backwards else join(label, rest, up_to) for rest in classes)

    def plus(ways: Sequence[frozenset[Label] | None]) -> frozenset[Label] | None:
        together: frozenset[Label] = frozenset()
        for way in ways:
            if way is None:
                return None
            together |= way
        return together if len(together) <= _MANY else None

    start: frozenset[Label] | None = frozenset([NOTHING])
    found = sweep_all(dag, Algebra(start, start, times, plus), labels)
    return math.fsum(
        cost * (_MANY if (at := found[head]) is None else len(at)) for cost, head in zip(costs, dag.heads, strict=True)
    )
