"""What a contribution is measured against: the total gradient, or one element of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from operator import index
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import ShapeError
from graphviz_lstm.paths.algebra import TOTAL
from graphviz_lstm.paths.linear import pull
from graphviz_lstm.paths.sweep import sweep
from graphviz_lstm.paths.wide import Wide, multiply, widen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.linear import Shape, Value


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A direction, and how long the total is along it.

    The share of a contribution is `<contribution, direction> * scale`: so the shares of all paths sum to 1.

    Attributes
    ----------
    total
        The sum of all contributions.
    direction
        In the source's shape. Along the total it is the total up to a power of two; along an element it is 1 there and
        0 elsewhere; for a plain number it is 1.
    scale
        1 / <total, direction>. NaN where that is 1 / 0: there is no share of nothing. `direction` is then all ones, so
        that paths can still be ranked: by |sum of the contribution's entries|.
    """

    total: Wide
    direction: Value
    scale: Wide

    def along(self, contribution: Value) -> float:
        """Return <contribution, direction>."""
        if isinstance(contribution, np.ndarray):
            return float(np.vdot(contribution, self.direction))
        return contribution * float(self.direction)

    def share(self, contribution: Wide) -> Wide:
        """Return the share of one contribution."""
        return multiply(widen(self.along(contribution.mantissa), contribution.exponent), self.scale)


def total_of(dag: Dag) -> Wide:
    """Return the sum of the contributions of all paths, in the source's shape."""
    total = sweep(dag, replace(TOTAL, one=widen(dag.one)), dag.partials)
    return total if dag.vertices or not dag.source_shape else widen(np.zeros(dag.source_shape))


def measure_by(dag: Dag, element: tuple[int, ...] | None) -> Measure:
    """Return the measure of the paths of `dag`: its total, or one element of it. Costs one sweep."""
    total = total_of(dag)
    mantissa = total.mantissa
    direction: Value = 1.0
    if isinstance(mantissa, np.ndarray):
        direction = mantissa
        if element is not None:
            direction = np.zeros(dag.source_shape)
            direction[element] = 1.0
    length = float(np.vdot(mantissa, direction))
    if length:
        return Measure(total, direction, widen(1.0 / length, -total.exponent))
    return Measure(total, np.ones(dag.source_shape) if dag.source_shape else 1.0, Wide(math.nan, 0))


def directed(dag: Dag, measure: Measure) -> list[float]:
    """Return the partials of a scalar `dag` as numbers: those out of the source taken along the measure's direction."""
    start = dag.leaving(0).stop if dag.edges else 0
    first = [measure.along(partial) for partial in dag.partials[:start]]  # type: ignore[arg-type]
    return first + [partial for partial in dag.partials[start:] if isinstance(partial, float)]


def contribution_of(dag: Dag, edges: Sequence[int]) -> Wide:
    """Return the product of the partials along one path, given by its edge indices."""
    product = widen(dag.one)
    for e in reversed(edges):
        product = widen(pull(dag.partials[e], product.mantissa), product.exponent)
    return product


def check_element(element: int | tuple[int, ...], shape: Shape, source: object) -> tuple[int, ...]:
    """Return `element` as a tuple of ints, or raise ShapeError if it is not one of an array of `shape`."""
    try:
        indices = tuple(index(i) for i in (element if isinstance(element, tuple | list) else (element,)))
    except TypeError:
        indices = ()
    if len(indices) != len(shape) or not all(0 <= i < n for i, n in zip(indices, shape, strict=True)):
        limits = ", ".join(f"0..{n - 1}" for n in shape)
        message = f"unknown element: {element!r} of {source!r}, whose shape is {shape} (must be in ({limits}))"
        raise ShapeError(message)
    return indices
