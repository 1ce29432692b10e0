"""Parts, angles and means of gradients of any size: a square of what is very large or small is no number.

Each is scaled by a power of two first, which rounds nothing. Their lengths are `notation.numbers.length`, their
directions `graph.sweeps.share_direction`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.numeric import scaled
from graphviz_lstm.graph.cancelling import settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.maps import Array


def part_of(array: Array, whole: Array) -> float:
    """Return how much of `whole` lies in `array`, along its own direction: array . whole / |whole|^2.

    Where what cancels leaves rounding alone, it is 0.

    >>> part_of(np.array([3e200, 0.0]), np.array([4e200, 0.0]))
    0.75
    """
    near, power = scaled(array)
    of, power_of = scaled(whole)
    along = settled(np.asarray(np.vdot(near, of)), np.asarray(np.vdot(np.abs(near), np.abs(of))))
    with np.errstate(over="ignore"):
        return float(np.ldexp(along / np.vdot(of, of), power - power_of))


def cosine_of(one: Array, other: Array) -> float | None:
    """Return the cosine of the angle between two arrays of one shape; None where one is zero.

    >>> round(cosine_of(np.array([1e200, 0.0]), np.array([1e-200, 1e-200])), 6), cosine_of(np.zeros(2), np.ones(2))
    (0.707107, None)
    """
    near, _ = scaled(one)
    beside, _ = scaled(other)
    lengths = float(np.linalg.norm(near)) * float(np.linalg.norm(beside))
    return max(-1.0, min(1.0, float(np.vdot(near, beside)) / lengths)) if lengths else None


def mean_of(arrays: Sequence[Array] | Array) -> Array:
    """Return the mean of arrays of one shape, entry by entry: each has all its digits, whatever stands beside it.

    >>> mean_of([np.array([1.6e308, 1e-20]), np.array([1.7e308, 3e-20])])
    array([1.65e+308, 2.00e-020])
    """
    powers = np.frexp(np.max(np.abs(arrays), axis=0))[1]
    return np.asarray(np.ldexp(np.mean(np.ldexp(arrays, -powers), axis=0), powers))
