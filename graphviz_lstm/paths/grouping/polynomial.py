"""The generating function of how often paths pass marked edges."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.paths.compiled.wide import add_up, multiply, narrow, widen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Shape, Value
    from graphviz_lstm.paths.grouping.groups import Group


# As many as there can be groups, ten times over.
_MOST_COEFFICIENTS = 10**6


@dataclass(frozen=True, slots=True, eq=False)
class PathPolynomial:
    """The sum over all paths of contribution * z**(how often the path passes a marked edge).

    Attributes
    ----------
    coefficients
        By power, `(degree + 1, *source_shape)`: the sum of the contributions of the paths that pass so often.
    counts
        By power: how many paths these are.
    """

    coefficients: FloatArray
    counts: tuple[int, ...]

    @property
    def degree(self) -> int:
        """How often a path passes marked edges at most."""
        return len(self.counts) - 1

    def __call__(self, z: float) -> Value:
        """Return the value at `z`: the total at 1, what is left at 0 when the marked edges are cut.

        What leaves the range of a float64 is infinite; no number where infinite coefficients cancel.
        """
        with np.errstate(all="ignore"):
            value = np.asarray(np.polynomial.polynomial.polyval(z, self.coefficients))
        if not np.isfinite(value).all():
            # A sum on the way left the range; that of all may not.
            entries = self.coefficients.reshape(len(self.counts), -1).T.tolist()
            value = np.reshape([_value(entry, z) for entry in entries], value.shape)
        return value if value.ndim else float(value)


def _value(coefficients: Iterable[float], z: float) -> float:
    """Return the value of a polynomial of numbers, each of its terms with an exponent of its own."""
    number, power = widen(float(z)), widen(1.0)
    terms = []
    for coefficient in coefficients:
        if power.mantissa:
            terms.append(multiply(widen(coefficient), power))
        power = multiply(power, number)
    beyond = [mantissa for mantissa, _ in terms if not math.isfinite(mantissa)]
    return float(sum(beyond) if beyond else narrow(add_up(terms)))


def polynomial_of(groups: Mapping[int, Group], shape: Shape) -> PathPolynomial:
    """Return the polynomial whose coefficients are these groups.

    Raises
    ------
    InputError
        If it has more coefficients than can be written out.
    """
    degree = max(groups, default=0)
    if degree >= _MOST_COEFFICIENTS:
        raise InputError(
            f"a path counts {shorten(degree)} times: a polynomial of that degree is too long "
            f"(at most {_MOST_COEFFICIENTS - 1:,}; group_by tells only the powers that there are)"
        )
    coefficients = np.zeros((degree + 1, *shape))
    counts = [0] * (degree + 1)
    for power, part in groups.items():
        coefficients[power] = part.contribution
        counts[power] = part.count
    coefficients.setflags(write=False)
    return PathPolynomial(coefficients, tuple(counts))
