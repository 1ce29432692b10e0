"""Maps through which a vector far from 1 goes without a loss on the way.

Of 1e-200, times 1e-160 and then times 1e160, nothing is left: the second is below every float64. So it is brought near
1 first, by a power of two, and back at the end. That takes a look at each vector, and ordinary sweeps do without it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph.maps import Chain, Total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from graphviz_lstm.graph.maps import Array, LinearMap

# Nearer to 1 than this, the product with a few ordinary partials neither vanishes nor leaves the range.
_NEAR = 1e-100
_STILL_NEAR = -math.frexp(_NEAR)[1]
# Entries of a vector that lie further apart, in powers of two, are brought near 1 one after the other.
_APART = 500


def are_far(vectors: Iterable[Array]) -> bool:
    """Return whether an entry of some vectors is so far from 1 that a sweep may have lost something of it.

    >>> are_far([np.array([1.0, 0.0])]), are_far([np.ones(3), np.array([1e-150, 1.0])]), are_far([np.array([1e150])])
    (False, True, True)
    """
    sizes = np.abs(np.concatenate([vector.reshape(-1) for vector in vectors]))
    return bool(np.any((sizes > 1.0 / _NEAR) | ((sizes < _NEAR) & (sizes > 0.0))))


def power_of_far(vectors: Iterable[Array]) -> int:
    """Return the power of two that brings the largest entry near 1; 0 where it is there, or is no number that can be.

    What is large is left as large as is near: a partial of 1e-320 has few digits, and its product with 1 no more.

    >>> power_of_far([np.array([3.0, 1e-150])]), power_of_far([np.array([2.0**-500, 0.0])])
    (0, -499)
    >>> power_of_far([np.array([2.0**900])])
    569
    """
    peak = max((float(np.abs(vector).max(initial=0.0)) for vector in vectors), default=0.0)
    if _NEAR < peak < 1.0 / _NEAR or not 0.0 < peak < math.inf:
        return 0
    power = math.frexp(peak)[1]
    return power if power < 0 else power - _STILL_NEAR


def careful(linear: LinearMap) -> LinearMap:
    """Return the same map, by way of vectors near 1."""
    if isinstance(linear, Chain):
        return _Careful(linear.maps)
    return Total(tuple(map(careful, linear.maps))) if isinstance(linear, Total) else linear


@dataclass(frozen=True, slots=True, eq=False)
class _Careful(Chain):
    """One map after another, of a vector that is brought near 1."""

    def push(self, tangent: Array) -> Array:
        """Through all, from the right."""
        return _near(super(_Careful, self).push, tangent)

    def pull(self, adjoint: Array) -> Array:
        """Through all, from the left."""
        return _near(super(_Careful, self).pull, adjoint)


def _near(verb: Callable[[Array], Array], vector: Array) -> Array:
    """Return what a verb makes of a vector, of entries that lie far apart in parts."""
    power = power_of_far([vector])
    if not power:
        return verb(vector)
    # Brought near 1 together, of an entry of 1e-200 beside one of 1e300 nothing would be left.
    small = np.abs(vector) < np.ldexp(np.abs(vector).max(), -_APART)
    large = np.ldexp(verb(np.ldexp(np.where(small, 0.0, vector), -power)), power)
    rest = np.where(small, vector, 0.0)
    return np.asarray(large + _near(verb, rest) if rest.any() else large)
