"""The table of algebras: what the one sweep means is a row here, never a new traversal.

A row says what stands at the target (`one`), how a partial acts on what stands at its head (`times`), and how what
comes back along several edges becomes one (`plus`). With numbers, it is a semiring [1]_ [2]_.

References
----------
.. [1] J. Goodman, "Semiring parsing", Computational Linguistics 25(4), 1999.
.. [2] M. Mohri, "Semiring frameworks and algorithms for shortest-distance problems", J. Automata, Languages and
   Combinatorics 7(3), 2002.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.linear import Partial, pull
from graphviz_lstm.paths.wide import ZERO, Wide, add_up, shifted, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from graphviz_lstm.paths.linear import Value

E = TypeVar("E")
V = TypeVar("V")
F = TypeVar("F")
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Algebra(Generic[E, V]):
    """One meaning of the sweep.

    Attributes
    ----------
    zero
        The value where there is no path.
    one
        The value at the target.
    times
        Of an edge's element and the value at its head, the value of going that way.
    plus
        Of at least one such value, the value at their tail.
    """

    zero: V
    one: V
    times: Callable[[E, V], V]
    plus: Callable[[Sequence[V]], V]


def _pull(partial: Partial, adjoint: Wide) -> Wide:
    return widen(pull(partial, adjoint.mantissa), adjoint.exponent)


COUNT: Algebra[object, int] = Algebra(0, 1, lambda _, count: count, sum)
"""How many paths."""

LENGTH: Algebra[object, int] = Algebra(0, 0, lambda _, length: length + 1, max)
"""The number of edges of the longest path."""

TOTAL: Algebra[Partial, Wide] = Algebra(ZERO, Wide(0.5, 1), _pull, add_up)
"""The sum of the contributions: Bauer's formula, which is the reverse sweep of automatic differentiation."""

BEST: Algebra[float, float] = Algebra(float("-inf"), 0.0, lambda logarithm, best: logarithm + best, max)
"""The largest log |contribution|, of elements log |partial|."""


class Sums(NamedTuple):
    """Everything that is told of a class of paths, where vertices are numbers; sums are times `2**exponent`."""

    number: int
    total: Value
    positive: float
    negative: float
    exponent: int


# Within this range nothing overflows or is lost when it is multiplied once more.
_SMALLEST, _LARGEST = 2.0**-300, 2.0**300


def _times_sums(element: tuple[Value, float], sums: Sums) -> Sums:
    partial, number = element
    count, total, positive, negative, exponent = sums
    if number < 0.0:
        positive, negative = -number * negative, -number * positive
    else:
        positive, negative = number * positive, number * negative
    total = partial * total
    if _SMALLEST < positive + negative < _LARGEST:
        return Sums(count, total, positive, negative, exponent)
    shift = math.frexp(positive + negative)[1]
    return Sums(
        count,
        shifted(total, -shift),
        math.ldexp(positive, -shift),
        math.ldexp(negative, -shift),
        exponent + shift,
    )


def _plus_sums(terms: Sequence[Sums]) -> Sums:
    if len(terms) == 1:
        return terms[0]
    counts, totals, positives, negatives, exponents = zip(*terms, strict=True)
    top = max(exponents)
    if min(exponents) < top:
        # Nothing sets no scale.
        top = max((term.exponent for term in terms if term.positive or term.negative), default=top)
        shifts = [exponent - top for exponent in exponents]
        totals, positives, negatives = (tuple(map(shifted, sums, shifts)) for sums in (totals, positives, negatives))
    total = math.fsum(totals) if isinstance(totals[0], float) else sum(totals[1:], totals[0])
    return Sums(sum(counts), total, math.fsum(positives), math.fsum(negatives), top)


SUMS: Algebra[tuple[Value, float], Sums] = Algebra(
    Sums(0, 0.0, 0.0, 0.0, 0), Sums(1, 1.0, 1.0, 0.0, 0), _times_sums, _plus_sums
)
"""Count, total, and the sums of what is positive and of what is negative along a direction, where nothing cancels.

An element is a partial, and the number that it is along the direction.
"""


def saturating(limit: int) -> Algebra[object, int]:
    """Return the algebra that counts up to `limit` and stays there: small numbers, whatever the graph."""
    return Algebra(0, 1, lambda _, count: count, lambda counts: min(sum(counts), limit))


def paired(left: Algebra[E, V], right: Algebra[F, W]) -> Algebra[tuple[E, F], tuple[V, W]]:
    """Return the algebra that asks two questions in one sweep."""
    return Algebra(
        (left.zero, right.zero),
        (left.one, right.one),
        lambda element, value: (left.times(element[0], value[0]), right.times(element[1], value[1])),
        lambda values: (left.plus([a for a, _ in values]), right.plus([b for _, b in values])),
    )


Label: TypeAlias = Any
"""A label that adds up along a path: a number, a tuple, a string (these concatenate) or a frozenset (a union)."""


class _Nothing:
    """The label of no edges at all, whatever kind of label the edges have."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing()


def join(label: Label, rest: Label, up_to: int | None = None) -> Label:
    """Return what two labels, one after the other, add up to; numbers above `up_to` are all `up_to + 1`."""
    if rest is not NOTHING:
        label = label | rest if isinstance(label, frozenset) else label + rest
    return label if up_to is None else min(label, up_to + 1)


def graded(inner: Algebra[E, V], most: int, up_to: int | None = None) -> Algebra[tuple[Label, E], Mapping[Hashable, V]]:
    """Return the algebra that asks a question by class: of the paths with each label apart.

    Raises
    ------
    TooManyPathsError
        From the sweep, where the paths from one vertex have more than `most` labels.
    """
    # Few labels meet few others, again and again.
    joined: dict[tuple[Label, Label], Label] = {}

    def times(element: tuple[Label, E], classes: Mapping[Hashable, V]) -> Mapping[Hashable, V]:
        label, partial = element
        grouped: dict[Hashable, V] = {}
        for rest, value in classes.items():
            pair = label, rest
            key = joined.get(pair, NOTHING)
            if key is NOTHING:
                if len(joined) > most:
                    joined.clear()
                key = joined[pair] = join(label, rest, up_to)
            moved = inner.times(partial, value)
            grouped[key] = inner.plus([grouped[key], moved]) if key in grouped else moved
        return grouped

    def plus(ways: Sequence[Mapping[Hashable, V]]) -> Mapping[Hashable, V]:
        if len(ways) == 1:
            return ways[0]
        grouped: dict[Hashable, list[V]] = {}
        for way in ways:
            for label, value in way.items():
                grouped.setdefault(label, []).append(value)
        if len(grouped) > most:
            message = f"the label takes more than {most:,} values (group by one that takes fewer)"
            raise TooManyPathsError(message)
        return {label: inner.plus(values) for label, values in grouped.items()}

    return Algebra({}, {NOTHING: inner.one}, times, plus)
