"""The table of algebras: what the one sweep means is a row here, never a new traversal.

A row says what stands at the target (`one`), how an edge acts on what stands at its head (`times`), and how what
comes back along several edges becomes one (`plus`). With numbers, it is a semiring [1]_ [2]_.

References
----------
.. [1] J. Goodman, "Semiring parsing", Computational Linguistics 25(4), 1999.
.. [2] M. Mohri, "Semiring frameworks and algorithms for shortest-distance problems", J. Automata, Languages and
   Combinatorics 7(3), 2002.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from graphviz_lstm.paths.compiled.wide import ZERO, Wide, add_up, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.paths.compiled.weights import Weights

# Of what cancels to less than 2 to the minus this the largest part stands for the whole; else what is left has its way.
_KEPT = 8

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


COUNT: Algebra[object, int] = Algebra(0, 1, lambda _, count: count, sum)
"""How many paths."""

LENGTH: Algebra[object, int] = Algebra(0, 0, lambda _, length: length + 1, max)
"""The number of edges of the longest path."""

HEAVIEST: Algebra[int, int] = Algebra(0, 0, lambda weight, heaviest: weight + heaviest, max)
"""The largest sum of weights along a path."""

LIGHTEST: Algebra[float, float] = Algebra(float("inf"), 0.0, lambda weight, lightest: weight + lightest, min)
"""The smallest sum of weights along a path."""

BEST: Algebra[float, float] = Algebra(float("-inf"), 0.0, lambda logarithm, best: logarithm + best, max)
"""The largest log |contribution|, of elements log |partial|."""


def contributions(weights: Weights, rounding: float = 0.0) -> Algebra[int, Wide]:
    """Return the algebra of the sum of the contributions; an element is the edge's index.

    Bauer's formula, which is the reverse sweep of automatic differentiation. What is no more than the part `rounding`
    of what it is a sum of is zero.
    """
    return Algebra(ZERO, widen(weights.one), weights.pull, partial(add_up, rounding=rounding))


def largest(weights: Weights) -> Algebra[int, Wide]:
    """Return the algebra of how large the ways on are; an element is the edge's index.

    Their sum, as of `contributions`, but never smaller than the largest of them, however much of them cancels: that of
    a vertex then says how large what passes it is, and not what is left of it.
    """

    def plus(ways: Sequence[Wide]) -> Wide:
        together, most = add_up(ways), max(ways, key=lambda way: way.exponent)
        if together.exponent + _KEPT < most.exponent:
            return most
        return Wide(together.mantissa, max(together.exponent, most.exponent))

    return Algebra(ZERO, widen(weights.one), weights.pull, plus)


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
