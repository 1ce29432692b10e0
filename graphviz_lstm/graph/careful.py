"""Maps through which a vector far from 1 goes without a loss on the way.

Of 1e-200, times 1e-160 and then times 1e160, nothing is left: the second is below every float64. So it is brought near
1 before each map, by a power of two, and back at the end. That takes a look at each vector, and ordinary sweeps do
without it: they are far from nothing, neither what is carried nor what partials are made of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph.maps import Chain, Total

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from graphviz_lstm.graph.maps import Array, LinearMap

# Nearer to 1 than this, the product with a few ordinary partials neither vanishes nor leaves the range.
_NEAR = 1e-100
_STILL_NEAR = -math.frexp(_NEAR)[1]
# What is near 1, times a partial of 1e308, leaves the range, and times one of 1e-300 loses its digits, being less than
# `_LEAST`: it is made so much smaller or larger then.
_ROOM = 400
_LEAST = 2.0**-900
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
    """One map after another, each of a vector that is brought near 1."""

    def push(self, tangent: Array) -> Array:
        """Through all, from the right."""
        return _through([linear.push for linear in reversed(self.maps)], tangent)

    def pull(self, adjoint: Array) -> Array:
        """Through all, from the left."""
        return _through([linear.pull for linear in self.maps], adjoint)


def _through(verbs: Sequence[Callable[[Array], Array]], vector: Array, power: int = 0) -> Array:
    """Return what verbs make of a vector one after another, times a power of two; of far entries in parts."""
    if not verbs:
        return np.ldexp(vector, power) if power else vector
    found = []
    for part, far in parts_near({"": vector}):
        moved, further = _moved(verbs[0], part[""])
        found.append(_through(verbs[1:], moved, power + far + further))
    return np.asarray(sum(found[1:], found[0]))


def _moved(verb: Callable[[Array], Array], vector: Array) -> tuple[Array, int]:
    """Return what a verb makes of a vector near 1, times a power of two, and that power: 0 where nothing is lost."""
    with np.errstate(over="ignore", invalid="ignore"):
        moved = verb(vector)
        peak = np.abs(moved).max(initial=0.0)
        if _LEAST <= peak < math.inf or not np.isfinite(vector).all():
            return moved, 0
        power = -_ROOM if peak < _LEAST else _ROOM
        other = verb(np.ldexp(vector, -power))
    return (other, power) if np.isfinite(other).all() else (moved, 0)


def parts_near(vectors: Mapping[str, Array]) -> Iterator[tuple[dict[str, Array], int]]:
    """Yield vectors whose sum these are, each times 2 ** -power, and the power: entries that lie far apart in parts.

    Brought near 1 together, of an entry of 1e-200 beside one of 1e300 nothing would be left.

    >>> [(part["x"].tolist(), power) for part, power in parts_near({"x": np.array([2.0**900, 2.0**-600])})]
    [([4.374501449566024e+99, 0.0], 569), ([0.0, 0.5], -599)]
    """
    power = power_of_far(vectors.values())
    rest: dict[str, Array] = {}
    if power:
        limit = np.ldexp(max(np.abs(vector).max(initial=0.0) for vector in vectors.values()), -_APART)
        rest = {name: np.where(np.abs(vector) < limit, vector, 0.0) for name, vector in vectors.items()}
    yield {name: np.ldexp(vector - rest[name], -power) if power else vector for name, vector in vectors.items()}, power
    if any(small.any() for small in rest.values()):
        yield from parts_near(rest)


def sum_of_near(parts: Iterable[tuple[Array, int]]) -> Array:
    """Return the sum of arrays, each times 2 ** power."""
    return np.asarray(sum(np.ldexp(array, power) if power else array for array, power in parts))
