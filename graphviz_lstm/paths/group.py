"""Paths by class: count and sum of all paths that share a label, without listing one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.paths.algebra import COUNT, NOTHING, SUMS, TOTAL, Label, graded, join, paired
from graphviz_lstm.paths.dag import describe_edge
from graphviz_lstm.paths.measure import directed
from graphviz_lstm.paths.sweep import sweep
from graphviz_lstm.paths.wide import Wide, multiply, narrow, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from graphviz_lstm.paths.algebra import Algebra, Sums
    from graphviz_lstm.paths.dag import Dag, Edge
    from graphviz_lstm.paths.linear import Partial, Value
    from graphviz_lstm.paths.measure import Measure
    from graphviz_lstm.paths.path import Path

_MOST_CLASSES = 100_000


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The paths of one label.

    Attributes
    ----------
    label
        What their edges' labels add up to.
    count
        How many they are.
    contribution
        The sum of their contributions.
    share
        The sum of their shares.
    positive, negative
        The sums of their positive and of their negative shares. None in a graph of more than 10,000 paths of vectors:
        there a path's sign takes listing it.
    """

    label: Label
    count: int
    contribution: Value
    share: float
    positive: float | None
    negative: float | None

    @property
    def cancellation(self) -> float | None:
        """Which part of the |shares| cancels within the group: 0 where all have one sign, 1 where nothing is left."""
        if self.positive is None or self.negative is None:
            return None
        mass = self.positive - self.negative
        return max(0.0, 1.0 - abs(self.share) / mass) if mass else 0.0


def group(
    dag: Dag, measure: Measure, label: str | Callable[[Edge], Label], up_to: int | None, listed: Iterable[Path] | None
) -> dict[Label, Group]:
    """Return the groups by label, in the order of the labels where they have one. See `PathSet.group_by`.

    `listed` are all paths of a graph of vectors, if these are few enough to be listed for their signs.
    """
    labels = edge_labels(dag, label)
    if up_to is not None:
        _require_countable(dag, labels, up_to)
    masses = None if listed is None else _list_masses(dag, labels, up_to, listed)
    groups = {}
    classes = _classes(dag, measure, labels, up_to)
    for name in _ordered(list(classes)):
        count, total, sums = classes[name]
        positive, negative = None, None
        if sums is not None:
            positive, negative = _shares(sums, measure)
        elif masses is not None:
            positive, negative = masses[name]
        share = float(narrow(measure.share(total)))
        shown: Label = 0 if name is NOTHING else name
        groups[shown] = Group(shown, count, narrow(total), share, positive, negative)
    return groups


def _classes(
    dag: Dag, measure: Measure, labels: list[Label], up_to: int | None
) -> dict[Hashable, tuple[int, Wide, Sums | None]]:
    """Return by label the count, the sum of contributions, and, of numbers, the sums of <contribution, direction>."""
    counted: Algebra[tuple[object, Partial], tuple[int, Wide]] = paired(COUNT, replace(TOTAL, one=widen(dag.one)))
    questions = list(zip(dag.partials, dag.partials, strict=True))
    if not (dag.scalar and dag.edges):
        pairs = sweep(dag, graded(counted, _MOST_CLASSES, up_to), list(zip(labels, questions, strict=True)))
        return {label: (count, total, None) for label, (count, total) in pairs.items()}
    partials: list[tuple[Value, float]] = list(zip(dag.partials, directed(dag, measure), strict=True))  # type: ignore[arg-type]
    classes = sweep(dag, graded(SUMS, _MOST_CLASSES, up_to), list(zip(labels, partials, strict=True)))
    return {label: (sums.number, widen(sums.total, sums.exponent), sums) for label, sums in classes.items()}


def _shares(sums: Sums, measure: Measure) -> tuple[float, float]:
    """Return the sum of the positive shares and that of the negative ones."""
    parts = (Wide(sums.positive, sums.exponent), Wide(-sums.negative, sums.exponent))
    first, second = (float(narrow(multiply(part, measure.scale))) for part in parts)
    return (first, second) if first >= second else (second, first)


def _list_masses(
    dag: Dag, labels: list[Label], up_to: int | None, listed: Iterable[Path]
) -> dict[Label, tuple[float, float]]:
    """Return by label the sums of the positive and of the negative shares, path by path."""
    by_edge = dict(zip(dag.edges, labels, strict=True))
    masses: dict[Label, tuple[float, float]] = {}
    for path in listed:
        label: Label = NOTHING
        for edge in reversed(path.edges):
            label = join(by_edge[edge], label, up_to)
        positive, negative = masses.get(label, (0.0, 0.0))
        masses[label] = (positive + max(path.share, 0.0), negative + min(path.share, 0.0))
    return masses


def _require_countable(dag: Dag, labels: list[Label], up_to: int) -> None:
    """Raise where labels cannot be pooled: only whole numbers that never fall can."""
    if up_to < 0:
        raise InputError(f"unusable up_to: {up_to!r} (must be at least 0)")
    for edge, label in zip(dag.edges, labels, strict=True):
        if not isinstance(label, int) or label < 0:
            raise InputError(
                f"label of edge {describe_edge(edge)} is {label!r} (with up_to it must be a whole number of at least 0)"
            )


def _ordered(labels: list[Label]) -> list[Label]:
    """Return `labels` sorted, sets by size first; as they come, where they cannot be compared."""
    try:
        return sorted(labels, key=lambda x: (len(x), sorted(x)) if isinstance(x, frozenset) else x)
    except TypeError:
        return labels


def edge_labels(dag: Dag, label: str | Callable[[Edge], Label]) -> list[Label]:
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
