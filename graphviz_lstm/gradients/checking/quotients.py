"""Difference quotients, extrapolated, each with an estimate of its error: the oracle that knows nothing of derivatives.

A function is evaluated at +h and -h for a row of falling h, and the central quotients are extrapolated to h = 0
(Richardson's scheme; that the best entry of the table is taken is C. J. F. Ridders, "Accurate computation of F'(x) and
F'(x) F''(x)", Advances in Engineering Software 4(2), 1982). Where a function has a kink at the point itself,
central quotients agree with one another and with nothing else: then the two one-sided quotients differ by what does not
fall with h, and that is part of the estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array

LEVELS = 9
"""How many steps, each half of the one before."""
LARGEST_STEP = 2.0**-6
"""The first of them, for what moves by 1."""
STEPS: Array = np.ldexp(LARGEST_STEP, -np.arange(LEVELS))
FOLLOWED = 0.5
"""What no step moves by more is followed: a periodic function is seen to come back."""
# An estimate is the difference of two entries of a table; what it estimates may be some times larger.
_CAUTION = 10.0
ROUNDINGS = 16.0
"""How many roundings of its own size a value of the function may have been through."""
# Below this, what a function says is 0 or has lost its digits.
_UNDERFLOW = float(np.finfo(np.float64).tiny / np.finfo(np.float64).eps)
# One-sided quotients that differ by so large a part of the quotient are those of a kink at the point itself.
_KINK = 1e-3
_EPSILON = float(np.finfo(np.float64).eps)


def moves() -> Array:
    """Return by how much a direction is multiplied for each evaluation: 0, then +h and -h level by level."""
    return np.concatenate([[0.0], np.stack([STEPS, -STEPS], axis=1).reshape(-1)])


def derivative(values: Array, *, size: Array | float = 0.0, smooth: bool = True) -> tuple[Array, Array]:
    """Return the derivative along the direction, and a bound that its error is not likely to exceed.

    Parameters
    ----------
    values
        (2 LEVELS + 1, ...): the function at each of `moves()`.
    size
        How large the numbers are of which the function is made, where these cancel: what its rounding is measured by.
    smooth
        Whether the function has no kinks. If it may have, all steps must agree: each may cross one that others do not.
    """
    at, pairs = values[0], values[1:].reshape(LEVELS, 2, *values.shape[1:])
    above, below = pairs[:, 0], pairs[:, 1]
    heights = STEPS.reshape(-1, *(1,) * at.ndim)
    with np.errstate(all="ignore"):
        largest = np.maximum(np.abs(values).max(axis=0), size)
        noise = ROUNDINGS * _EPSILON * largest / heights
        found, error = _extrapolated((above - below) / (2.0 * heights), noise, 2 if smooth else LEVELS)
        bends = np.abs((above + below - 2.0 * at) / (2.0 * heights))
        # Of the smallest steps, and of more than one: at one of them what a kink adds may be 0.
        kink = np.abs(2.0 * bends[1:] - bends[:-1])[-3:].max(axis=0)
        # At a kink of a kink a derivative may lie anywhere: nothing is told of it.
        at_kink = (kink > _KINK * (np.abs(found) + bends.max(axis=0))) & (kink > noise[-1])
    bound = _CAUTION * error + 2.0 * kink + _UNDERFLOW
    # What is not a number at some step tells nothing.
    told = np.isfinite(bound) & np.isfinite(found) & ~(at_kink & (not smooth))
    return found, np.where(told, bound, np.inf)


def _extrapolated(quotients: Array, noise: Array, agreeing: int) -> tuple[Array, Array]:
    """Return the best of the extrapolated quotients and an estimate of its error, entry by entry.

    Twice extrapolated, from three steps: further would let a kink that only the largest steps cross reach the smallest.
    It is as good as it agrees with the once extrapolated one, and no better than the rounding of the function allows,
    which grows as the step falls.
    """
    once = quotients[1:] + (quotients[1:] - quotients[:-1]) / 3.0
    twice = once[1:] + (once[1:] - once[:-1]) / 15.0
    estimates = np.abs(twice - once[1:]) + noise[2:]
    best = np.expand_dims(np.argmin(np.where(np.isnan(estimates), np.inf, estimates), axis=0), 0)
    found = np.take_along_axis(twice, best, axis=0)[0]
    # Where a kink lies between the steps that agreed and the smallest ones, these say something else.
    spread = (np.abs(once[-agreeing:] - found) - 4.0 * noise[-agreeing:][-len(once) :]).max(axis=0)
    return found, np.take_along_axis(estimates, best, axis=0)[0] + np.maximum(spread, 0.0)
