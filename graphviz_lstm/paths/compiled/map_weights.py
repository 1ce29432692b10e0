"""Weights of a graph of vectors: any linear maps, known by their verbs alone."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.paths.compiled.linear_map import Column
from graphviz_lstm.paths.compiled.weights import Ends, Prefixes
from graphviz_lstm.paths.compiled.wide import Wide, scale, widen, widen_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap, Shape, Value

# Beyond this, a power of two is no factor of a float64.
_LARGEST_POWER = 1000
# By so many powers of two, and no more, vectors that are about one are larger.
_ABOUT_ONE = 64
# A map may have entries as large as can be where its power of two is below minus this.
_HUGE = 900
# Partials of nets are multiplied by no power of two that is larger.
_WILD = 300
# Of what comes out this small entries may have lost digits below the normal numbers: there is so much room above.
SMALL, ROOM = 2.0**-300, 900


@dataclass(frozen=True, slots=True, eq=False)
class MapWeights:
    """Linear maps by edge; the target is one number, of whatever shape.

    Attributes
    ----------
    partials
        As the graph has them; plain numbers between them are `Scaling`s.
    one, source_shape
        See `Weights`.
    powers
        By which power of two each is multiplied where batches are pushed and pulled; None for none.
    wild
        Whether one of these is so large that a vector may lose its digits on the way, and have a size again behind.
    """

    partials: tuple[LinearMap, ...]
    one: Value
    source_shape: Shape
    powers: tuple[int, ...] | None = None
    wild: bool = False

    def pull(self, e: int, adjoint: Wide) -> Wide:
        """Pull the mantissa."""
        return carry_wide(self.partials[e].pull, adjoint)

    def product(self, edges: Sequence[int]) -> Wide:
        """Pull the adjoint of the target all the way back."""
        adjoint = widen(self.one)
        for e in reversed(edges):
            adjoint = self.pull(e, adjoint)
        return adjoint

    def pull_batch(self, e: int, adjoints: FloatArray) -> FloatArray:
        """Pull them all at once."""
        return self._acted(self.partials[e].pull, e, adjoints, self.partials[e].head_shape)

    def push(self, e: int, tangent: FloatArray) -> FloatArray:
        """Return a tangent of edge `e`'s tail pushed on to its head."""
        return self._acted(self.partials[e].push, e, tangent, self.partials[e].tail_shape)

    def _acted(self, verb: Callable[[FloatArray], FloatArray], e: int, vectors: FloatArray, shape: Shape) -> FloatArray:
        """Return what a verb of edge `e` makes of vectors of this shape, times the edge's power of two.

        A map that makes them larger is made smaller after, one that makes them smaller before: so that they, which are
        at most about one, leave the range of a float64 neither here nor there. About one may be more: a map as large as
        can be has room for that. One that has come to be so small that it may have lost digits is no number any more.
        """
        if self.powers is None:
            return verb(vectors)
        power = self.powers[e]
        before = min(power, _LARGEST_POWER - 1) if power > 0 else -_ABOUT_ONE if power < -_HUGE else 0
        if self.wild:
            axes = tuple(range(vectors.ndim - len(shape), vectors.ndim))
            peaks = np.max(np.abs(vectors), axis=axes, keepdims=True, initial=0.0)
            vectors = np.where(peaks > SMALL, vectors, math.nan)
        return _times_power(verb(_times_power(vectors, before)), power - before)

    def prefixes(self, unit: float) -> Prefixes:
        """Hold the tangent of a prefix, if the source is a number; else its edges, to pull the ways on through."""

        def by_tangent(tangent: FloatArray, ways: FloatArray) -> FloatArray:
            return ways.reshape(len(ways), -1) @ tangent.reshape(-1)

        def by_edges(edges: Any, ways: FloatArray) -> FloatArray:
            while edges is not None:
                edges, e = edges
                ways = self.pull_batch(e, ways)
            return unit * ways

        if not self.source_shape:
            return Prefixes(
                np.asarray(unit),
                lambda tangent, e: self.push(e, tangent),
                by_tangent,
                lambda tangent, ways: float(by_tangent(tangent, ways).sum()),
            )
        # The edges as pairs of the last one and those before it: none is copied when a prefix grows.
        return Prefixes(
            None, lambda edges, e: (edges, e), by_edges, lambda edges, ways: by_edges(edges, ways).sum(axis=0)
        )

    def width(self, e: int) -> int:
        """As the map says."""
        return math.prod(self.partials[e].tail_shape)

    def along(self, direction: Value, leaving: int) -> MapWeights:
        """Push the direction along the edges out of the source: what it becomes is a column.

        Raises
        ------
        NumberError
            If it leaves the range of a float64, as a sum of entries near 1e308 does.
        """
        with np.errstate(all="ignore"):  # what is not finite is found
            columns = [np.asarray(linear.push(np.asarray(direction))) for linear in self.partials[:leaving]]
        if not all(np.isfinite(column).all() for column in columns):
            raise NumberError(
                "not a finite number: the entries of a partial by the source, summed (they are too large)"
            )
        return replace(self, partials=(*map(Column, columns), *self.partials[leaving:]), source_shape=())

    def taken(self, edges: Sequence[int]) -> MapWeights:
        """Pick them out."""
        return replace(self, partials=tuple(self.partials[e] for e in edges))

    def rescaled(self, ends: Ends, potentials: Sequence[int | None]) -> tuple[MapWeights, int]:
        """Rescale batches; where adjoints cancel to zero, by the largest potential of the vertices behind them."""
        carried = list(potentials)
        behind: list[int] = []
        # From the end, so that a head's potential is settled before its tail asks for it.
        for e, (tail, head) in reversed(list(enumerate(ends))):
            behind.append(carried[head] or 0)
            if e == 0 or ends[e - 1][0] != tail:
                if carried[tail] is None:
                    carried[tail] = max(behind)
                behind.clear()
        settled = [potential or 0 for potential in carried]
        powers = tuple(settled[head] - settled[tail] for tail, head in ends)
        wild = any(abs(power) > _WILD for power in powers)
        return replace(self, powers=powers, wild=wild), settled[0] - settled[-1]

    def factors(self) -> None:
        """Return None: a path's size is no product of its edges' sizes."""

    def magnitudes(self) -> None:
        """Return None: the sum of sizes takes listing."""


def carry_wide(verb: Callable[[FloatArray], FloatArray], vector: Wide) -> Wide:
    """Return a vector pulled or pushed along an edge, wherever in the range of a float64 the edge's partials lie.

    Along partials below the normal numbers it has all digits, and where a sum of products with the largest numbers
    leaves the range it is that of smaller ones.
    """
    mantissa, exponent = np.asarray(vector.mantissa), vector.exponent
    with np.errstate(over="ignore", invalid="ignore"):
        carried = np.asarray(verb(mantissa))
    peak = float(np.abs(carried).max(initial=0.0))
    if SMALL < peak < math.inf or not mantissa.any():
        return _widened(carried, peak, exponent)
    room = room_for(peak)
    with np.errstate(all="ignore"):
        again = np.asarray(verb(np.ldexp(mantissa, room)))
    # What cancels on its way to so little has left the range instead.
    if not np.isfinite(again).all():
        return _widened(carried, peak, exponent)
    return widen(again if again.ndim else float(again), exponent - room)


def room_for(peak: float) -> int:
    """Return the power of two by which vectors are larger that come out so small, or as none that can be told."""
    return ROOM if peak <= SMALL else -_ABOUT_ONE


def _widened(value: FloatArray, peak: float, exponent: int) -> Wide:
    return widen_by(value, peak, exponent) if value.ndim else widen(float(value), exponent)


def _times_power(values: FloatArray, power: int) -> FloatArray:
    """Return `values * 2**power`: by a multiplication, where the power is a float64."""
    if not power:
        return values
    return values * 2.0**power if -_LARGEST_POWER < power < _LARGEST_POWER else scale(values, power)
