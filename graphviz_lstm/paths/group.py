"""Paths by class: count and sum of all paths that share a label, without listing one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.paths.algebra import COUNT, NOTHING, TOTAL, Label, graded, paired
from graphviz_lstm.paths.dag import describe_edge
from graphviz_lstm.paths.sweep import sweep
from graphviz_lstm.paths.wide import narrow, widen

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths.dag import Dag, Edge
    from graphviz_lstm.paths.linear import Value
    from graphviz_lstm.paths.measure import Measure

_MOST_CLASSES = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The paths of one label: how many, the sum of their contributions, the sum of their shares."""

    label: Label
    count: int
    contribution: Value
    share: float


def group(dag: Dag, measure: Measure, label: str | Callable[[Edge], Label]) -> dict[Label, Group]:
    """Return the groups by label, in the order of the labels where they have one. See `PathSet.group_by`."""
    elements = list(zip(_labels(dag, label), zip(dag.partials, dag.partials, strict=True), strict=True))
    inner = paired(COUNT, replace(TOTAL, one=widen(dag.one)))
    classes = sweep(dag, graded(inner, _MOST_CLASSES), elements)
    groups = {}
    for name in _ordered(list(classes)):
        count, total = classes[name]
        shown: Label = 0 if name is NOTHING else name
        groups[shown] = Group(shown, count, narrow(total), float(narrow(measure.share(total))))
    return groups


def _ordered(labels: list[Label]) -> list[Label]:
    """Return `labels` sorted, sets by size first; as they come, where they cannot be compared."""
    try:
        return sorted(labels, key=lambda x: (len(x), sorted(x)) if isinstance(x, frozenset) else x)
    except TypeError:
        return labels


def _labels(dag: Dag, label: str | Callable[[Edge], Label]) -> list[Label]:
    """Return the label of every edge; raise where one has none, or one that does not add up with the others."""
    labels: list[Label] = []
    kinds: dict[type, int] = {}
    for e, (edge, attributes) in enumerate(zip(dag.edges, dag.attributes, strict=True)):
        if not isinstance(label, str):
            value = label(edge)
        elif label in attributes:
            value = attributes[label]
        else:
            raise InputError(describe_unknown(f"attribute of edge {describe_edge(edge)}", label, attributes))
        kinds.setdefault(_kind(edge, value), e)
        labels.append(value)
    if len(kinds) > 1:
        (one, here), (other, there) = list(kinds.items())[:2]
        message = (
            f"labels that do not add up: edge {describe_edge(dag.edges[here])} has a {one.__name__}, "
            f"edge {describe_edge(dag.edges[there])} a {other.__name__} (all must be of one kind)"
        )
        raise InputError(message)
    return labels


def _kind(edge: Edge, value: object) -> type:
    """Return which kind of label `value` is: int stands for every finite number."""
    if isinstance(value, int | float) and math.isfinite(value):
        return int
    for kind in (tuple, str, frozenset):
        if isinstance(value, kind):
            return kind
    message = (
        f"label of edge {describe_edge(edge)} is {value!r} "
        "(must be a finite number, a tuple, a string or a frozenset: what adds up along a path)"
    )
    raise InputError(message)
