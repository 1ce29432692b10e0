"""Rescaling by powers of two, so that products along a path stay in the range of a float64.

Give every vertex `v` a potential `p(v)` and replace each partial by `partial * 2**(p(head) - p(tail))`: then every
path's product changes by the same factor, `2**(p(target) - p(source))`, and not one bit of any mantissa is touched.
With p(v) the exponent of the sum of |contribution| over all ways on from `v`, no product of a prefix exceeds 2 and no
product of a suffix exceeds 1: nothing overflows, and whatever underflows ends so small that the caller can see it. In
automata theory this is weight pushing [1]_.

References
----------
.. [1] M. Mohri, "Weighted automata algorithms", in Handbook of Weighted Automata, 2009, section 7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from graphviz_lstm.paths.compiled.wide import ZERO
from graphviz_lstm.paths.sweeping.algebra import contributions, largest
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.dag import Dag


class Rescaled(NamedTuple):
    """A DAG whose products are float64, and the power of two that takes them back: `product * 2**shift`."""

    dag: Dag
    shift: int


def rescale(dag: Dag) -> Rescaled:
    """Return `dag`, which has at least one edge, rescaled. Costs one sweep.

    Of maps the adjoints stand in for the sums of |contribution|, which take listing; where these cancel, the largest of
    what they are sums of.
    """
    sized = dag.weights.magnitudes()
    sums = sweep_all(dag, contributions(sized) if sized else largest(dag.weights), range(len(dag.edges)))
    potentials = [None if number.exponent == ZERO.exponent else number.exponent for number in sums]
    weights, shift = dag.weights.rescaled(dag.ends(), potentials)
    return Rescaled(replace(dag, weighted=weights), shift)
