"""What no way on can exceed: by vertex, how large the contribution of a prefix can still become.

The size of a path is `|tangent of its prefix . adjoint of its suffix|`. What the best suffix can make of a tangent is
bounded twice, entry by entry (the sum over i of |tangent_i| times the largest |adjoint_i|, from absolute matrices) and
by norms (|tangent| times the product of spectral norms), and the lower of the two is used. At the target it is exact.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.paths.compiled.linear_map import dense_matrix
from graphviz_lstm.paths.compiled.wide import ZERO, Wide, multiply, scale, size_key, widen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap


class Ceiling(NamedTuple):
    """What no suffix from a vertex exceeds: `adjoint * 2**exponent` entry by entry, `norm` in the Euclidean norm."""

    adjoint: FloatArray
    exponent: int
    norm: Wide

    def over(self, tangent: Wide) -> Wide:
        """Return what no suffix makes more of `tangent`."""
        size = np.abs(tangent.mantissa).reshape(-1)
        by_entry = widen(float(size @ self.adjoint), tangent.exponent + self.exponent)
        by_norm = multiply(widen(math.sqrt(float(size @ size)), tangent.exponent), self.norm)
        return min(by_entry, by_norm, key=size_key)


def ceilings_of(dag: Dag) -> Mapping[int, Ceiling]:
    """Return the ceiling of every vertex but the source. Costs a dense matrix and its norm for every edge.

    Law: for every suffix from a vertex and every tangent there, `|tangent . adjoint| <= ceiling.over(tangent)`.
    """
    target = len(dag.vertices) - 1
    ceilings: dict[int, Ceiling] = {target: Ceiling(np.ones(1), 0, widen(1.0))}
    for vertex in reversed(range(1, target)):
        adjoints: list[Wide] = []
        norms: list[Wide] = [ZERO]
        for e in dag.leaving(vertex):
            dense = widen(dense_matrix(linear_of(dag, e)))
            below = ceilings[dag.heads[e]]
            adjoints.append(widen(below.adjoint @ np.abs(dense.mantissa), below.exponent + dense.exponent))
            norms.append(multiply(widen(float(np.linalg.norm(dense.mantissa, 2)), dense.exponent), below.norm))
        top = max(adjoint.exponent for adjoint in adjoints)
        largest = np.max([scale(np.asarray(mantissa), exponent - top) for mantissa, exponent in adjoints], axis=0)
        ceilings[vertex] = Ceiling(largest, top, max(norms, key=size_key))
    return ceilings


def linear_of(dag: Dag, e: int) -> LinearMap:
    """Return the partial of an edge of a graph whose partials are all linear maps."""
    linear = dag.weights.partials[e]
    if isinstance(linear, float | np.ndarray):
        raise TypeError("a graph of numbers is ranked exactly: it needs no search")
    return linear
