"""Weights of a graph whose vertices, but for the source, are one number each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphviz_lstm.paths.compiled.weights import Ends, Prefixes
from graphviz_lstm.paths.compiled.wide import Wide, absolute, magnitude, multiply, shifted, widen

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Shape, Value
    from graphviz_lstm.paths.compiled.weights import Weights

# A product of mantissas is normalised when it is so small: it keeps all its digits.
_SMALL = 2.0**-500

Number: TypeAlias = "float | FloatArray"


@dataclass(frozen=True, slots=True, eq=False)
class NumberWeights:
    """Numbers by edge; only edges out of the source carry arrays, of the source's shape, where that is not `()`.

    Attributes
    ----------
    partials
        As the graph has them.
    wide
        The same, each with an exponent of its own: no product of two mantissas leaves the range of a float64.
    one, source_shape
        See `Weights`. `one` is an array only where source and target are one.
    """

    partials: tuple[Number, ...]
    wide: tuple[Wide, ...]
    one: Value
    source_shape: Shape

    def pull(self, e: int, adjoint: Wide) -> Wide:
        """Multiply."""
        return multiply(self.wide[e], adjoint)

    def product(self, edges: Sequence[int]) -> Wide:
        """Multiply mantissas, and add exponents up."""
        if not edges:
            return widen(self.one)
        mantissa: Value = 1.0
        exponent = 0
        for e in reversed(edges[1:]):
            number, power = self.wide[e]
            mantissa *= number
            exponent += power
            if -_SMALL < mantissa < _SMALL:
                mantissa, power = math.frexp(mantissa)
                exponent += power
        return multiply(self.wide[edges[0]], Wide(mantissa, exponent))

    def pull_batch(self, e: int, adjoints: FloatArray) -> FloatArray:
        """Multiply each; through an array, each becomes an array."""
        return _outer(adjoints, self.partials[e])

    def prefixes(self, unit: float) -> Prefixes:
        """Hold the product of a prefix: an array only where the source has more than one entry."""
        single = prod(self.source_shape) == 1
        numbers = [
            float(number.reshape(())) if single and isinstance(number, np.ndarray) else number
            for number in self.partials
        ]
        buffer = np.empty(0)

        def times(product: Number, ways: FloatArray) -> FloatArray:
            products = _outer(ways, product)
            return products.reshape(-1, *self.source_shape) if single else products

        def summed(product: Number, ways: FloatArray) -> Value:
            # Entry by entry of the source, in a buffer that stays in the cache.
            nonlocal buffer
            if len(buffer) < len(ways):
                buffer = np.empty(len(ways))
            out = buffer[: len(ways)]
            if not isinstance(product, np.ndarray):
                return float(np.add.reduce(np.multiply(product, ways, out)))
            sums = [float(np.add.reduce(np.multiply(entry, ways, out))) for entry in product.reshape(-1)]
            return np.reshape(sums, self.source_shape)

        return Prefixes(unit, lambda product, e: product * numbers[e], times, summed)

    def width(self, e: int) -> int:
        """One, but for the source."""
        return int(np.size(self.partials[e]))

    def along(self, direction: Value, leaving: int) -> NumberWeights:
        """Take the arrays out of the source along the direction."""
        first = [widen(_along(number.mantissa, direction), number.exponent) for number in self.wide[:leaving]]
        wide = (*first, *self.wide[leaving:])
        partials = (*(float(shifted(*number)) for number in first), *self.partials[leaving:])
        one = _along(self.one, direction) if isinstance(self.one, np.ndarray) else self.one
        return NumberWeights(partials, wide, one, ())

    def taken(self, edges: Sequence[int]) -> NumberWeights:
        """Pick them out."""
        return NumberWeights(
            tuple(self.partials[e] for e in edges), tuple(self.wide[e] for e in edges), self.one, self.source_shape
        )

    def rescaled(self, ends: Ends, potentials: Sequence[int | None]) -> tuple[NumberWeights, int]:
        """Rescale exactly; what leads only to zeros is zero, so that it cannot overflow on the way there."""
        numbers: list[Number] = []
        for (mantissa, exponent), (tail, head) in zip(self.wide, ends, strict=True):
            here, there = potentials[tail], potentials[head]
            if here is None or there is None:
                numbers.append(mantissa * 0.0)
            else:
                numbers.append(shifted(mantissa, exponent + there - here))
        # What was rescaled is multiplied as it is: it needs no exponents.
        rescaled = NumberWeights(tuple(numbers), (), self.one, self.source_shape)
        return rescaled, (potentials[0] or 0) - (potentials[-1] or 0)

    def factors(self) -> Sequence[Wide]:
        """Return them with exponents of their own."""
        return self.wide

    def magnitudes(self) -> Weights:
        """Return the absolute values."""
        wide = tuple(map(magnitude, self.wide))
        return NumberWeights(tuple(map(absolute, self.partials)), wide, absolute(self.one), self.source_shape)


def number_weights(numbers: Iterable[Number], one: Value, source_shape: Shape) -> NumberWeights:
    """Return the weights of these numbers, each taken apart into mantissa and exponent."""
    partials = tuple(numbers)
    return NumberWeights(partials, tuple(map(widen, partials)), one, source_shape)


def _along(value: Value, direction: Value) -> float:
    """Return <value, direction>."""
    if isinstance(value, np.ndarray):
        return float(np.vdot(value, direction))
    return value * float(direction)


def _outer(numbers: FloatArray, factor: Number) -> FloatArray:
    return np.multiply.outer(numbers, factor) if isinstance(factor, np.ndarray) else numbers * factor
