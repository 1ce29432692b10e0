"""Rescaling by powers of two, so that products along a path stay in the range of a float64.

Give every vertex `v` a potential `p(v)` and replace each partial by `partial * 2**(p(head) - p(tail))`: then every
path's product changes by the same factor, `2**(p(target) - p(source))`, and not one bit of any mantissa is touched.
With p(v) the exponent of the sum of |contribution| over all ways on from `v`, no product of a prefix exceeds 2 and no
product of a suffix exceeds 1: nothing overflows, and whatever underflows ends so small that the caller can see it. In
automata theory this is weight pushing [1]_.

References
----------
.. [1] M. Mohri, "Weighted automata algorithms", in Handbook of Weighted Automata, 2009, section 7.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.paths.algebra import TOTAL
from graphviz_lstm.paths.sweep import sweep_all
from graphviz_lstm.paths.wide import scale, widen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.linear import FloatArray, LinearMap, Partial
    from graphviz_lstm.paths.wide import Wide

_LDEXP_SAFE = 1000


@dataclass(frozen=True, slots=True)
class _Rescaled:
    """A linear map times a power of two, for batches."""

    inner: LinearMap
    factor: float

    def pull(self, adjoint: FloatArray, /) -> FloatArray:
        return self.factor * self.inner.pull(adjoint)

    def push(self, tangent: FloatArray, /) -> FloatArray:
        return self.factor * self.inner.push(tangent)


class Gauge(NamedTuple):
    """Rescaled partials by edge, and the exponent that takes a path's product back: `product * 2**shift`."""

    partials: Sequence[float | FloatArray | _Rescaled]
    shift: int

    def push(self, e: int, tangent: FloatArray) -> FloatArray:
        """Return a tangent pushed on along edge `e`, which carries a linear map."""
        return self.partials[e].push(tangent)  # type: ignore[union-attr]

    def pull(self, e: int, adjoints: FloatArray) -> FloatArray:
        """Return a batch of adjoints pulled back along edge `e`."""
        partial = self.partials[e]
        if isinstance(partial, float):
            return partial * adjoints
        # Through an array, each number of the batch becomes an array.
        return np.multiply.outer(adjoints, partial) if isinstance(partial, np.ndarray) else partial.pull(adjoints)


def gauge_of(dag: Dag) -> Gauge:
    """Return the rescaled partials of `dag`, which has at least one edge. Costs one sweep."""
    if dag.scalar:
        sums = sweep_all(dag, TOTAL, dag.magnitudes())
        return _rescale(dag, [number.exponent if np.any(number.mantissa) else None for number in sums])
    adjoints = sweep_all(dag, replace(TOTAL, one=widen(dag.one)), dag.partials)
    return _rescale(dag, _carry(dag, adjoints))


def _carry(dag: Dag, adjoints: Sequence[Wide]) -> list[int | None]:
    """Return the exponents of adjoints; where one cancels to zero, the largest of the vertices behind it."""
    exponents: list[int] = [number.exponent for number in adjoints]
    for vertex in reversed(range(len(exponents) - 1)):
        if not np.any(adjoints[vertex].mantissa):
            exponents[vertex] = max(exponents[dag.heads[e]] for e in dag.leaving(vertex))
    return list(exponents)


def _rescale(dag: Dag, potentials: Sequence[int | None]) -> Gauge:
    """Return the partials for these potentials; None stands at a vertex from which every way on contributes zero."""
    partials: list[float | FloatArray | _Rescaled] = []
    for tail in range(len(dag.vertices) - 1):
        for e in dag.leaving(tail):
            partial: Partial = dag.partials[e]
            here, there = potentials[tail], potentials[dag.heads[e]]
            exponent = 0 if here is None or there is None else there - here
            if isinstance(partial, float):
                partials.append(0.0 if there is None else math.ldexp(partial, exponent))
            elif isinstance(partial, np.ndarray):
                partials.append(np.zeros_like(partial) if there is None else scale(partial, exponent))
            else:
                clipped = max(-_LDEXP_SAFE, min(_LDEXP_SAFE, exponent))
                partials.append(_Rescaled(partial, math.ldexp(1.0, clipped)))
    return Gauge(partials, (potentials[0] or 0) - (potentials[-1] or 0))
