"""What is known of one compiled DAG as a whole, each fact by one sweep: count, total, absolute, masses, shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths.checks import require_room
from graphviz_lstm.paths.compiled.wide import Wide, divide, logarithm_of, narrow, widen
from graphviz_lstm.paths.sweeping.algebra import COUNT, LENGTH, saturating
from graphviz_lstm.paths.sweeping.settled import settled
from graphviz_lstm.paths.sweeping.sums import sum_up, total_of
from graphviz_lstm.paths.sweeping.sweep import sweep, sweep_all
from graphviz_lstm.paths.sweeping.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Partial, Value
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.paths.sweeping.sums import Sums


# A path with a number below this is found by counts that stop there.
_FIRST = 2**64
# What is smaller than this may lose digits on its way, and is made larger by so many powers of two.
_SMALL, _ROOM = 2.0**-900, 600


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """What shares are parts of: the total gradient, or one element of it.

    The share of a contribution is `<contribution, direction> / length`: so the shares of all paths sum to 1.

    Attributes
    ----------
    total
        The sum of all contributions.
    direction
        In the source's shape. Along the total it is the total up to a power of two; along an element it is 1 there and
        0 elsewhere; for a plain number it is 1. Where the whole total is zero, it is all ones, so that paths can still
        be ranked: by |sum of the contribution's entries|.
    length
        <total, direction>. Where that is 0 there is nothing to share: every share is NaN.
    """

    total: Wide
    direction: Value
    length: Wide

    def along(self, contribution: Wide) -> Wide:
        """Return <contribution, direction>: what a contribution's size and sign are."""
        mantissa, exponent = contribution
        if isinstance(mantissa, np.ndarray):
            return widen(float(np.vdot(mantissa, self.direction)), exponent)
        return widen(mantissa * float(self.direction), exponent)

    def share(self, contribution: Wide) -> Wide:
        """Return the share of one contribution."""
        return self.share_of_size(self.along(contribution))

    def share_of_size(self, size: Wide) -> Wide:
        """Return the share of what is so large along the direction."""
        return divide(size, self.length)


@dataclass(frozen=True, slots=True)
class Masses:
    """The sums of the shares by sign: what they are together is the share, what they are apart the mass.

    Attributes
    ----------
    positive, negative
        The sum of the positive shares, and of the negative ones (with its sign). None where it is not known: in a graph
        of more than 10,000 paths of vectors, where a path's sign takes listing it. NaN where there is nothing to share.
    """

    positive: float | None
    negative: float | None

    @property
    def mass(self) -> float | None:
        """The sum of all |shares|."""
        return None if self.positive is None or self.negative is None else self.positive - self.negative

    @property
    def cancellation(self) -> float | None:
        """Which part of the mass cancels: 0 where all shares have one sign, 1 where nothing is left.

        None where the masses are not known, or both leave the range of a float64, or there is nothing to share.

        >>> Masses(0.75, -0.25).cancellation, Masses(1.0, 0.0).cancellation, Masses(None, None).cancellation
        (0.5, 0.0, None)
        """
        if self.positive is None or self.negative is None:
            return None
        # By halves: the sum of two sizes may leave the range of a float64.
        above, below = 0.5 * self.positive, 0.5 * self.negative
        left, mass = abs(above + below), above - below
        if math.isnan(left):
            return None
        return max(0.0, 1.0 - left / mass) if 0.0 < mass < math.inf else 0.0


# No slots: a cached property needs the instance's dict.
@dataclass(frozen=True, eq=False)
class Facts:
    """The facts of one DAG, each worked out when it is first asked for, and kept.

    Attributes
    ----------
    dag
        The DAG.
    element
        Which entry of the source shares are measured along; None for the total.
    of
        The facts of all paths, where the DAG holds only some of them: shares are parts of their whole.
    """

    dag: Dag
    element: tuple[int, ...] | None = None
    of: Facts | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what travels to another process: what the facts are of, and not what was worked out."""
        return Facts, (self.dag, self.element, self.of)

    @cached_property
    def count(self) -> int:
        """How many paths there are, exactly. Costs O(E) additions, of as many digits as it has."""
        return sweep(self.dag, COUNT, self.dag.edges)

    @cached_property
    def counts(self) -> list[int]:
        """How many paths lead on from each vertex: O(V) numbers of up to as many digits as `count` has.

        Raises
        ------
        TooManyPathsError
            If these are more than the memory of the machine.
        """
        # On the way to the target counts fall from that of the source to 1: of half its digits on the whole.
        needed = len(self.dag.vertices) * self.count.bit_length() // 16
        require_room(needed, "the counts of the paths on from each vertex", "ask of paths with numbers below 2**64")
        return sweep_all(self.dag, COUNT, self.dag.edges)

    @cached_property
    def first_counts(self) -> list[int]:
        """The same, but none is more than 2**64: numbers of a few bytes."""
        return sweep_all(self.dag, saturating(_FIRST), self.dag.edges)

    def counts_for(self, number: int) -> list[int]:
        """Return counts by which the path with this number is found: the exact ones only where it takes them."""
        return self.first_counts if number < _FIRST else self.counts

    @cached_property
    def longest(self) -> int:
        """How many edges the longest path has."""
        return sweep(self.dag, LENGTH, self.dag.edges)

    @cached_property
    def whole(self) -> Whole:
        """What shares are parts of: the total of all paths, before any were left out."""
        if self.of:
            return self.of.whole
        leaving = self.dag.weights.partials[: len(self.dag.leaving(0))] if self.dag.edges else ()
        return _whole_of(self.settled(_sum(self.dag, self.dag.weights)), self.element, leaving)

    def settled(self, total: Wide) -> Wide:
        """Return a sum of the contributions, 0 where it is rounding alone, if the DAG's partials are rounded."""
        return settled(self.dag, total, self.absolute, self.longest) if self.dag.rounding else total

    @cached_property
    def total(self) -> Wide:
        """The sum of the contributions."""
        return _sum(self.dag, self.dag.weights) if self.of else self.whole.total

    @cached_property
    def along(self) -> Dag:
        """The same DAG along the direction of shares: its contributions are the paths' sizes, with their signs."""
        return self.dag.along(self.whole.direction)

    @cached_property
    def absolute(self) -> Wide | None:
        """The sum of all |contributions|, entry by entry; None where it takes listing."""
        return _absolute(self.dag)

    @cached_property
    def mass(self) -> Wide | None:
        """The sum of all |sizes|; None where it takes listing."""
        return _absolute(self.along)

    @cached_property
    def turns(self) -> Turns | None:
        """The best ways on along the direction, and the turns off them; None for maps."""
        factors = self.along.weights.factors()
        return None if factors is None else Turns(self.along, list(map(logarithm_of, factors)))

    @cached_property
    def sums(self) -> Sums:
        """Count, total, and the sums of sizes by sign."""
        return sum_up(self.dag, self.along)


def _sum(dag: Dag, weights: Weights) -> Wide:
    """Return the sum of the contributions of all paths, in the source's shape."""
    if not dag.vertices:
        return widen(np.zeros(weights.source_shape) if weights.source_shape else 0.0)
    return total_of(dag, weights)


def _absolute(dag: Dag) -> Wide | None:
    weights = dag.weights.magnitudes()
    return None if weights is None else _sum(dag, weights)


def direction_of(vector: FloatArray, leaving: Sequence[Partial] = ()) -> FloatArray:
    """Return the vector times a power of two, such that what it is pushed to stays in range and keeps its digits.

    A sum of products with two entries of 1e308 leaves the range where the vector's own entries are near 1; where all
    entries of the maps that are `leaving` the source are near 1e-308, products with entries below 1 lose their digits.

    >>> direction_of(np.array([0.5, -0.75])).tolist()
    [0.0625, -0.09375]
    """
    # A quarter: an edge may be the sum of some maps.
    direction = np.asarray(np.ldexp(vector, -2 - math.frexp(float(np.sum(np.abs(vector))))[1]))
    larger, maps = np.ldexp(direction, _ROOM), [linear for linear in leaving if hasattr(linear, "push")]
    with np.errstate(all="ignore"):  # of what is not finite nothing is below
        reached = [np.max(np.abs(linear.push(direction))) for linear in maps]
        is_small = bool(reached) and max(reached) < _SMALL
        # What is small behind a map may be large within it.
        return larger if is_small and all(np.isfinite(linear.push(larger)).all() for linear in maps) else direction


def _whole_of(total: Wide, element: tuple[int, ...] | None, leaving: Sequence[Partial]) -> Whole:
    """Return the whole along a total, or along one element of it."""
    mantissa = total.mantissa
    direction: Value = 1.0
    if isinstance(mantissa, np.ndarray):
        direction = direction_of(mantissa, leaving)
        if element is not None:
            direction = np.zeros(mantissa.shape)
            direction[element] = 1.0
    length = float(np.vdot(mantissa, direction))
    if length:
        return Whole(total, direction, widen(length, total.exponent))
    if element is not None and isinstance(direction, np.ndarray):
        return Whole(total, direction, widen(0.0))
    ones: Value = np.ones(mantissa.shape) if isinstance(mantissa, np.ndarray) else 1.0
    return Whole(total, ones, widen(0.0))


def masses_of(sums: Sums, whole: Whole) -> Masses:
    """Return the sums of the positive and of the negative shares, where these are known."""
    if sums.positive is None or sums.negative is None:
        return Masses(None, None)
    ahead = float(narrow(whole.share_of_size(sums.positive)))
    against = 0.0 - float(narrow(whole.share_of_size(sums.negative)))
    # Of a total below zero, what is positive takes away.
    return Masses(ahead, against) if ahead >= against else Masses(against, ahead)
