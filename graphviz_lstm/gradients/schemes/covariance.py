"""How the entries of an adjoint and of a gradient vary together, each with an exponent of its own.

A variance is a square: of what is 1e200 or 1e-200 it is no float64. So each variable is one half of a power of two
away from a standard deviation of 1, and what leaves the range is only what is asked for in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphviz_lstm.graph.maps import Array

    Powers = NDArray[np.int64]

# Below every exponent that a product reaches; and what ldexp makes nothing of, whatever it is given.
_NONE, _NOTHING = -(1 << 30), -5000


class Covariance:
    """Of D random entries of an adjoint, and of P entries of a gradient with them: all certain, at first.

    Attributes
    ----------
    second
        Of the adjoint's entries, (D, D), times 2 ** (powers[i] + powers[j]).
    cross
        Of these with the gradient's, (D, P), times 2 ** (powers[i] + given_powers[j]).
    square
        The variances of the gradient's, (P,), times 4 ** given_powers[j].
    """

    def __init__(self, width: int, size: int) -> None:
        self.second, self.powers = np.zeros((width, width)), np.full(width, _NONE)
        self.square, self.given_powers = np.zeros(size), np.full(size, _NONE)
        self.cross = np.zeros((width, size))

    def give(self, gives: Array) -> None:
        """Add to the gradient what the adjoint gives it along (D, P), each entry of the adjoint a row.

        Var(g + q'l) = Var(g) + 2 q' Cov(l, g) + q' Cov(l) q.
        """
        (part,), powers = _scaled((gives, self.powers), least=self.given_powers)
        kept = np.ldexp(1.0, np.maximum(self.given_powers - powers, _NOTHING))
        moved = self.second @ part
        self.square = kept * kept * self.square + (part * (2.0 * kept * self.cross + moved)).sum(axis=0)
        self.cross, self.given_powers = kept * self.cross + moved, powers
        self._normalise()

    def move(self, mean: Array, by_chance: Array, differs: Array, variance: float) -> None:
        """Let the adjoint become that of the step before: along (D, D) in the mean, and (D, D) times what chance adds.

        With l' = (A + e R)' l + e r, where e has no mean and the variance v, and d = R'm + r of the mean m of l:
        Cov(l') = A' C A + v (R' C R + d d'), and of l' with the gradient A' Cov(l, g).
        """
        nowhere = np.zeros(1, dtype=np.int64)
        (a, r, d), self.powers = _scaled((mean, self.powers), (by_chance, self.powers), (differs[np.newaxis], nowhere))
        self.cross = a.T @ self.cross
        self.second = a.T @ self.second @ a + variance * (r.T @ self.second @ r + d.T @ d)
        self._normalise()

    def deviations(self) -> Array:
        """Return the standard deviation of each entry of the gradient; infinite where no float64 is as large."""
        with np.errstate(over="ignore"):
            return np.asarray(np.ldexp(np.sqrt(self.square), np.maximum(self.given_powers, _NOTHING)))

    def _normalise(self) -> None:
        """Bring every variance to about 1; what has none varies with nothing."""
        rows, self.powers = _normal(np.diagonal(self.second), self.powers)
        columns, self.given_powers = _normal(self.square, self.given_powers)
        self.second = self.second * rows * rows[:, np.newaxis]
        self.cross = self.cross * rows[:, np.newaxis] * columns
        self.square = self.square * columns * columns


def _normal(variances: Array, powers: Powers) -> tuple[Array, Powers]:
    """Return the factor of each variable that brings its variance to 1/2 .. 2, and its power then."""
    some = variances > 0.0
    shifts = np.where(some, np.frexp(variances)[1] // 2, 0)
    return np.where(some, np.ldexp(1.0, -shifts), 0.0), np.where(some, powers + shifts, _NONE)


def _scaled(*maps: tuple[Array, Powers], least: Powers | None = None) -> tuple[list[Array], Powers]:
    """Return maps of rows with powers times 2 ** (that of the row less that of the column), and those of the columns.

    The power of a column is the largest that comes to it, so that no entry is above 1.
    """
    parts = []
    for array, powers in maps:
        mantissas, shifts = np.frexp(array)
        parts.append((mantissas, np.where(array != 0.0, shifts + powers[:, np.newaxis], _NONE)))
    columns = np.concatenate([reach for _, reach in parts]).max(axis=0, initial=_NONE)
    if least is not None:
        columns = np.maximum(columns, least)
    return [np.ldexp(mantissas, np.maximum(reach - columns, _NOTHING)) for mantissas, reach in parts], columns
