"""The label of every edge, checked: what adds up along a path to the path's label."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.paths.compiled.dag import describe_edge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag, Edge
    from graphviz_lstm.paths.sweeping.by_label import Label


def edge_labels(dag: Dag, label: str | Callable[[Edge], Label]) -> list[Label]:
    """Return the label of every edge; raise where one has none, or one that does not add up with the others."""
    if not isinstance(label, str) and not callable(label):
        raise InputError(
            f"unusable label: {shorten(label)} (must be the name of an edge attribute, or a function of the edge)"
        )
    labels: list[Label] = []
    kinds: dict[type, int] = {}
    seen: set[type] = set()
    for e, (edge, attributes) in enumerate(zip(dag.edges, dag.attributes, strict=True)):
        if not isinstance(label, str):
            value = label(edge)
        elif label in attributes:
            value = attributes[label]
        else:
            raise InputError(describe_unknown(f"attribute of edge {describe_edge(edge)}", label, attributes))
        value = value.item() if isinstance(value, np.generic) else value
        labels.append(value)
        # Of a float it matters what it is.
        if type(value) not in seen or type(value) is float:
            kinds.setdefault(_kind(edge, value), e)
            seen.add(type(value))
    if len(kinds) > 1:
        (one, here), (other, there) = list(kinds.items())[:2]
        raise InputError(
            f"labels that do not add up: edge {describe_edge(dag.edges[here])} has a {one.__name__}, "
            f"edge {describe_edge(dag.edges[there])} a {other.__name__} (all must be of one kind)"
        )
    return labels


def require_countable(dag: Dag, labels: Sequence[Label]) -> None:
    """Raise InputError where labels cannot be pooled: only whole numbers that never fall can."""
    for edge, label in zip(dag.edges, labels, strict=True):
        if not isinstance(label, Integral) or label < 0:
            raise InputError(
                f"label of edge {describe_edge(edge)} is {shorten(label)} "
                "(with up_to it must be a whole number of at least 0)"
            )


def in_order(labels: list[Label]) -> list[Label]:
    """Return `labels` sorted, sets by size first; as they come, where they cannot be compared.

    >>> in_order([3, 1, 2]), [sorted(label) for label in in_order([frozenset("ab"), frozenset("c")])]
    ([1, 2, 3], [['c'], ['a', 'b']])
    """
    try:
        return sorted(labels, key=lambda x: (len(x), sorted(x)) if isinstance(x, frozenset) else x)
    except TypeError:
        return labels


def _kind(edge: Edge, value: object) -> type:
    """Return which kind of label `value` is: int stands for every finite number."""
    if isinstance(value, Integral) or (isinstance(value, Real) and math.isfinite(value)):
        return int
    for kind in (tuple, str, frozenset):
        if isinstance(value, kind):
            return kind
    raise InputError(
        f"label of edge {describe_edge(edge)} is {shorten(value)} "
        "(must be a finite number, a tuple, a string or a frozenset: what adds up along a path)"
    )
