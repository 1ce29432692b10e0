"""The k largest contributions of arrays: best first, under a bound that no way on can exceed.

The share of a path is `tangent of its prefix . adjoint of its suffix`. A prefix has its tangent; what the best suffix
can make of it is bounded twice, entry by entry (sum over i of |tangent_i| times the largest |adjoint_i|, from absolute
matrices) and by norms (|tangent| times the product of spectral norms), and the lower of the two is used. The bound is
exact at the target, so what comes first out of the queue there is the largest of all that is left.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from graphviz_lstm.paths.compiled.linear_map import dense_matrix
from graphviz_lstm.paths.compiled.wide import ZERO, Wide, largest_first, multiply, scale, size_key, widen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap


class Searched(NamedTuple):
    """The paths found, by their edge indices; no path left out is larger than `bound` along the direction."""

    paths: list[tuple[int, ...]]
    proven: bool
    bound: Wide


_Way: TypeAlias = tuple[Wide, tuple[int, ...], int, Wide]
"""A prefix under consideration: its bound, its edges, where it ends, its tangent there."""


class _Ceiling(NamedTuple):
    """What no suffix from a vertex exceeds: `adjoint * 2**exponent` entry by entry, `norm` in the Euclidean norm."""

    adjoint: FloatArray
    exponent: int
    norm: Wide

    def over(self, tangent: Wide) -> Wide:
        """Return what no suffix makes more of `tangent`."""
        size = np.abs(tangent.mantissa).reshape(-1)
        by_entry = widen(float(size @ self.adjoint), tangent.exponent + self.exponent)
        by_norm = multiply(widen(float(np.linalg.norm(size)), tangent.exponent), self.norm)
        return min(by_entry, by_norm, key=size_key)


def _ceilings(dag: Dag) -> Mapping[int, _Ceiling]:
    """Return the ceiling of every vertex but the source. Costs a dense matrix and its norm for every edge."""
    target = len(dag.vertices) - 1
    ceilings: dict[int, _Ceiling] = {target: _Ceiling(np.ones(1), 0, widen(1.0))}
    for vertex in reversed(range(1, target)):
        adjoints: list[Wide] = []
        norms: list[Wide] = [ZERO]
        for e in dag.leaving(vertex):
            dense = dense_matrix(_linear(dag, e))
            below = ceilings[dag.heads[e]]
            adjoints.append(widen(below.adjoint @ np.abs(dense), below.exponent))
            norms.append(multiply(widen(float(np.linalg.norm(dense, 2))), below.norm))
        top = max(adjoint.exponent for adjoint in adjoints)
        largest = np.max([scale(np.asarray(mantissa), exponent - top) for mantissa, exponent in adjoints], axis=0)
        ceilings[vertex] = _Ceiling(largest, top, max(norms, key=size_key))
    return ceilings


def _linear(dag: Dag, e: int) -> LinearMap:
    """Return the partial of an edge of a graph whose partials are all linear maps."""
    linear = dag.weights.partials[e]
    if isinstance(linear, float | np.ndarray):
        raise TypeError("a graph of numbers is ranked exactly: it needs no search")
    return linear


def search(dag: Dag, k: int, steps: int, floor: Wide = ZERO) -> Searched:
    """Return the `k` paths with the largest |contribution|, a number, or the best that `steps` steps can find.

    Prefixes that no way on brings to `floor` are left out; where the steps are used up above it, so are the others.

    Costs O(E) dense matrices to begin with, then one `push` for each edge tried; memory O(steps) tangents. Where the
    steps are used up, the most promising prefixes are completed greedily, and `bound` says how large an omitted path
    could be.
    """
    ceilings = _ceilings(dag)
    target = len(dag.vertices) - 1
    order = count()
    # Invariant: every path that is not in `found` begins with a prefix in the queue, whose bound it does not exceed.
    queue: list[tuple[tuple[int, float], int, _Way]] = []

    def extend(edges: tuple[int, ...], vertex: int, tangent: Wide) -> Iterator[_Way]:
        for e in dag.leaving(vertex):
            pushed = widen(_linear(dag, e).push(np.asarray(tangent.mantissa)), tangent.exponent)
            head = dag.heads[e]
            yield ceilings[head].over(pushed), (*edges, e), head, pushed

    def put(ways: Iterable[_Way]) -> None:
        for way in ways:
            heappush(queue, (largest_first(way[0]), next(order), way))

    put(extend((), 0, widen(1.0)))
    found: list[tuple[int, ...]] = []
    while queue and len(found) < k and steps > 0:
        if queue[0][0] > largest_first(floor):
            break
        steps -= 1
        _, edges, vertex, tangent = heappop(queue)[2]
        if vertex == target:
            found.append(edges)
        else:
            put(extend(edges, vertex, tangent))
    proven = len(found) == k or not queue or steps > 0
    while queue and len(found) < k and not proven and floor == ZERO:
        _, edges, vertex, tangent = heappop(queue)[2]
        while vertex != target:
            # The ways not taken go back into the queue: so it always covers every path that is left out.
            ways = sorted(extend(edges, vertex, tangent), key=lambda way: size_key(way[0]))
            _, edges, vertex, tangent = ways.pop()
            put(ways)
        found.append(edges)
    return Searched(found, proven, queue[0][2][0] if queue else ZERO)
