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

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.linear import Partial, pull
from graphviz_lstm.paths.wide import ZERO, Wide, add_up, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

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


def join(label: Label, rest: Label) -> Label:
    """Return what two labels, one after the other, add up to."""
    if rest is NOTHING:
        return label
    return label | rest if isinstance(label, frozenset) else label + rest


def graded(inner: Algebra[E, V], most: int) -> Algebra[tuple[Label, E], dict[Hashable, V]]:
    """Return the algebra that asks a question by class: of the paths with each label apart.

    Raises
    ------
    TooManyPathsError
        From the sweep, where the paths from one vertex have more than `most` labels.
    """

    def times(element: tuple[Label, E], classes: dict[Hashable, V]) -> dict[Hashable, V]:
        label, partial = element
        grouped: dict[Hashable, list[V]] = {}
        for rest, value in classes.items():
            grouped.setdefault(join(label, rest), []).append(inner.times(partial, value))
        return {key: inner.plus(values) for key, values in grouped.items()}

    def plus(ways: Sequence[dict[Hashable, V]]) -> dict[Hashable, V]:
        grouped: dict[Hashable, list[V]] = {}
        for way in ways:
            for label, value in way.items():
                grouped.setdefault(label, []).append(value)
        if len(grouped) > most:
            message = f"the label takes more than {most:,} values (group by one that takes fewer)"
            raise TooManyPathsError(message)
        return {label: inner.plus(values) for label, values in grouped.items()}

    return Algebra({}, {NOTHING: inner.one}, times, plus)
