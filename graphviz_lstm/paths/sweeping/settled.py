"""Which entries of a total are rounding alone, where every vertex but the source is one number.

Let a be what a vertex's ways on sum to, and t what the ways to it do, with their signs. Rounding adds to the total, to
first order, at each vertex |t| times a part of the sum over the edges out of it of |partial| |a of the head|: a running
error analysis [1]_. It does not grow as the sum of all |contributions| does, along which nothing cancels.

References
----------
.. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.compiled.wide import Wide, add_up, magnitude, multiply, scale, widen
from graphviz_lstm.paths.sweeping.algebra import contributions
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.dag import Dag


def settled(dag: Dag, total: Wide, absolute: Wide | None, longest: int) -> Wide:
    """Return a total with 0 for each entry that cannot be told from zero.

    Parameters
    ----------
    total, absolute
        The sum of the contributions, and that of their sizes.
    longest
        How many edges the longest path has.
    """
    factors = dag.weights.factors() if dag.rounding and dag.edges else None
    if factors is None or absolute is None:
        return total
    # No path passes more vertices than that: so what is far above this needs no look at each of them.
    if not _within(total, absolute, dag.rounding * (longest + 1)).any():
        return total
    lost = _within(total, _yardstick(dag, factors), dag.rounding)
    mantissa = total.mantissa
    left = np.where(lost, 0.0, mantissa) if isinstance(mantissa, np.ndarray) else mantissa * (not lost)
    return widen(left, total.exponent)


def _within(total: Wide, size: Wide, part: float) -> np.ndarray:
    """Return where a total is not 0, and no more than a part of a size."""
    whole, most = np.abs(total.mantissa), part * np.asarray(size.mantissa)
    return np.asarray((whole > 0.0) & (scale(whole, total.exponent - size.exponent) <= most))


def _yardstick(dag: Dag, factors: Sequence[Wide]) -> Wide:
    """Return the sum over the vertices of |ways to it| times the sum over the edges out of it of |partial ways on|."""
    ways_on = sweep_all(dag, contributions(dag.weights, dag.rounding), range(len(dag.edges)))
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
