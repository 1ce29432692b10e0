"""Weights of a graph of vectors: any linear maps, known by their verbs alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.paths.compiled.linear_map import Column
from graphviz_lstm.paths.compiled.weights import Ends, Prefixes
from graphviz_lstm.paths.compiled.wide import Wide, scale, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap, Shape, Value

# Beyond this, a power of two is no factor of a float64.
_LARGEST_POWER = 1000
# By so many powers of two, and no more, vectors that are about one are larger.
_ABOUT_ONE = 64
# What comes out this much smaller may have lost digits below the normal numbers, and leaves so much room above.
_MUCH_SMALLER, _ROOM = 900, 600


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
    """

    partials: tuple[LinearMap, ...]
    one: Value
    source_shape: Shape
    powers: tuple[int, ...] | None = None

    def pull(self, e: int, adjoint: Wide) -> Wide:
        """Pull the mantissa."""
        return pull_wide(self.partials[e].pull, adjoint)

    def product(self, edges: Sequence[int]) -> Wide:
        """Pull the adjoint of the target all the way back."""
        adjoint = widen(self.one)
        for e in reversed(edges):
            adjoint = self.pull(e, adjoint)
        return adjoint

    def pull_batch(self, e: int, adjoints: FloatArray) -> FloatArray:
        """Pull them all at once."""
        return self._acted(self.partials[e].pull, e, adjoints)

    def push(self, e: int, tangent: FloatArray) -> FloatArray:
        """Return a tangent of edge `e`'s tail pushed on to its head."""
        return self._acted(self.partials[e].push, e, tangent)

    def _acted(self, verb: Callable[[FloatArray], FloatArray], e: int, vectors: FloatArray) -> FloatArray:
        """Return what a verb of edge `e` makes of vectors, times the edge's power of two.

        A map that makes them larger is made smaller after, one that makes them smaller before: so that they, which are
        at most about one, leave the range of a float64 neither here nor there. About one may be more: a map as large as
        can be has room for that.
        """
        if self.powers is None:
            return verb(vectors)
        before = min(max(self.powers[e], -_ABOUT_ONE), _LARGEST_POWER - 1)
        return _times_power(verb(_times_power(vectors, before)), self.powers[e] - before)

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
        return prod(self.partials[e].tail_shape)

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
        return replace(self, powers=powers), settled[0] - settled[-1]

    def factors(self) -> None:
        """Return None: a path's size is no product of its edges' sizes."""

    def magnitudes(self) -> None:
        """Return None: the sum of sizes takes listing."""


def pull_wide(pull: Callable[[FloatArray], FloatArray], adjoint: Wide) -> Wide:
    """Return an adjoint pulled along an edge; along partials below the normal numbers with all digits, too."""
    mantissa = np.asarray(adjoint.mantissa)
    found = widen(pull(mantissa), adjoint.exponent)
    if found.exponent > adjoint.exponent - _MUCH_SMALLER:
        return found
    with np.errstate(all="ignore"):
        larger = pull(np.ldexp(mantissa, _ROOM))
    # What cancels on its way to so little has left the range instead.
    return widen(larger, adjoint.exponent - _ROOM) if np.isfinite(larger).all() else found


def _times_power(values: FloatArray, power: int) -> FloatArray:
    """Return `values * 2**power`: by a multiplication, where the power is a float64."""
    if not power:
        return values
    return values * 2.0**power if -_LARGEST_POWER < power < _LARGEST_POWER else scale(values, power)
