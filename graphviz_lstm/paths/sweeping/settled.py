"""Which entries of a total are rounding alone.

Let a be what a vertex's ways on sum to, and t what the ways to it do, with their signs. Rounding adds to the total, to
first order, at each vertex |t| times a part of the sum over the edges out of it of |partial| |a of the head|: a running
error analysis [1]_. It does not grow as the sum of all |contributions| does, along which nothing cancels.

References
----------
.. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.3.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths.compiled.map_weights import MapWeights, carry_wide
from graphviz_lstm.paths.compiled.wide import Wide, add_up, magnitude, multiply, narrow, scale, widen
from graphviz_lstm.paths.sweeping.algebra import contributions
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray
    from graphviz_lstm.paths.compiled.weights import Weights

# What is above this part of the terms that the edges out of the source bring is no rounding, and needs no look at it.
_FAR_BELOW = 1e-9
# Of more entries than so many a look would take too long.
_MOST_ENTRIES = 64


def settled(dag: Dag, total: Wide, absolute: Wide | None, longest: int) -> Wide:
    """Return a total with 0 for each entry that cannot be told from zero.

    Parameters
    ----------
    total, absolute
        The sum of the contributions, and that of their sizes; None in a graph of vectors.
    longest
        How many edges the longest path has.
    """
    if not dag.rounding or not dag.edges:
        return total
    factors = dag.weights.factors()
    if factors is None:
        return _settled_by_pushing(dag, total)
    # No path passes more vertices than that: so what is far above this needs no look at each of them.
    if absolute is None or not _within(total, absolute, dag.rounding * (longest + 1)).any():
        return total
    return _without(total, _within(total, _yardstick(dag, factors), dag.rounding))


def _without(total: Wide, lost: np.ndarray) -> Wide:
    """Return a total with 0 where it is lost."""
    return widen(np.where(lost, 0.0, total.mantissa), total.exponent)


def _settled_by_pushing(dag: Dag, total: Wide) -> Wide:
    """Return the same of a graph of vectors, whose maps know what they are without signs; else the total as it is.

    What is far below the terms that the edges out of the source bring is looked at, if it is no more than some entries.
    """
    weights = dag.weights
    if not knows_sizes(weights):
        return total
    ways_on = _ways_on(dag)
    near = add_up([magnitude(weights.pull(e, ways_on[dag.heads[e]])) for e in dag.leaving(0)])
    suspected = _within(total, near, _FAR_BELOW)
    places = np.flatnonzero(suspected)
    if not 0 < len(places) <= _MOST_ENTRIES:
        return total
    shape = np.shape(total.mantissa)
    yardstick = _yardstick_at(dag, ways_on, places)
    sizes = np.zeros(suspected.size)
    sizes[places] = yardstick.mantissa
    lost = _within(total, Wide(sizes.reshape(shape), yardstick.exponent), dag.rounding)
    return _without(total, lost & suspected)


def knows_sizes(weights: Weights) -> bool:
    """Return whether they are maps each of which knows what it is without signs."""
    return isinstance(weights, MapWeights) and all(hasattr(linear, "absolute") for linear in weights.partials)


def rounding_scale(dag: Dag) -> FloatArray:
    """Return by entry what the rounding of a total is relative to, of vectors whose maps know their sizes."""
    ways_on, shape = _ways_on(dag), dag.weights.source_shape
    sizes = [
        np.asarray(narrow(_yardstick_at(dag, ways_on, places)))
        for places in np.array_split(np.arange(prod(shape)), -(-prod(shape) // _MOST_ENTRIES))
    ]
    return np.concatenate(sizes).reshape(shape)


def _ways_on(dag: Dag) -> list[Wide]:
    """Return by vertex what its ways on sum to."""
    return sweep_all(dag, contributions(dag.weights, dag.rounding), range(len(dag.edges)))


def _yardstick_at(dag: Dag, ways_on: Sequence[Wide], places: NDArray[np.intp]) -> Wide:
    """Return the yardstick of some entries of a graph of vectors, by their numbers: each is pushed to the end."""
    maps: Sequence[Any] = dag.weights.partials
    shape = dag.weights.source_shape
    directions = np.zeros((len(places), prod(shape)))
    directions[range(len(places)), places] = 1.0
    ways_to: list[list[Wide]] = [[] for _ in dag.vertices]
    ways_to[0].append(widen(directions.reshape(len(places), *shape)))
    parts: list[Wide] = []
    for vertex in range(len(dag.vertices) - 1):
        here = add_up(ways_to[vertex])
        moved = np.abs(here.mantissa).reshape(len(places), -1)
        for e in dag.leaving(vertex):
            on = ways_on[dag.heads[e]]
            size = carry_wide(maps[e].absolute().pull, magnitude(on))
            parts.append(widen(moved @ np.reshape(size.mantissa, -1), here.exponent + size.exponent))
            ways_to[dag.heads[e]].append(carry_wide(maps[e].push, here))
    return add_up(parts)


def _within(total: Wide, size: Wide, part: float) -> np.ndarray:
    """Return where a total is not 0, and no more than a part of a size."""
    whole, most = np.abs(total.mantissa), part * np.asarray(size.mantissa)
    return np.asarray((whole > 0.0) & (scale(whole, total.exponent - size.exponent) <= most))


def _yardstick(dag: Dag, factors: Sequence[Wide]) -> Wide:
    """Return the sum over the vertices of |ways to it| times the sum over the edges out of it of |partial ways on|."""
    ways_on = _ways_on(dag)
    ways_to: list[list[Wide]] = [[] for _ in dag.vertices]
    parts: list[Wide] = []
    for vertex in range(len(dag.vertices) - 1):
        leaving = dag.leaving(vertex)
        sizes = [magnitude(multiply(factors[e], ways_on[dag.heads[e]])) for e in leaving]
        # Of the source's own sum there is no way to it; what leaves it has its shape.
        here = add_up(ways_to[vertex]) if vertex else widen(1.0)
        parts += [multiply(magnitude(here), size) for size in sizes]
        for e in leaving:
            ways_to[dag.heads[e]].append(multiply(here, factors[e]))
    return add_up(parts)
