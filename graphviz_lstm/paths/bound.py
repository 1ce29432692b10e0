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

from graphviz_lstm.paths.linear import matrix
from graphviz_lstm.paths.wide import ZERO, Wide, multiply, scale, size_key, widen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.linear import FloatArray, LinearMap, Value


class Found(NamedTuple):
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


def _ceilings(dag: Dag) -> list[_Ceiling]:
    """Return the ceiling of every vertex but the source. Costs a dense matrix and its norm for every edge."""
    target = len(dag.vertices) - 1
    ceilings: dict[int, _Ceiling] = {target: _Ceiling(np.ones(1), 0, widen(1.0))}
    for vertex in reversed(range(1, target)):
        adjoints: list[Wide] = []
        norms: list[Wide] = [ZERO]
        for e in dag.leaving(vertex):
            dense = matrix(_linear(dag, e))
            below = ceilings[dag.heads[e]]
            adjoints.append(widen(below.adjoint @ np.abs(dense), below.exponent))
            norms.append(multiply(widen(float(np.linalg.norm(dense, 2))), below.norm))
        top = max(adjoint.exponent for adjoint in adjoints)
        largest = np.max([scale(np.asarray(mantissa), exponent - top) for mantissa, exponent in adjoints], axis=0)
        ceilings[vertex] = _Ceiling(largest, top, max(norms, key=size_key))
    return [ceilings[vertex] for vertex in range(1, target + 1)]


def _linear(dag: Dag, e: int) -> LinearMap:
    """Return the partial of an edge of a graph whose partials are all linear maps."""
    return dag.partials[e]  # type: ignore[return-value]


def search(dag: Dag, direction: Value, k: int, steps: int, floor: Wide = ZERO) -> Found:
    """Return the `k` paths with the largest |<contribution, direction>|, or the best that `steps` steps can find.

    Prefixes that no way on brings to `floor` are left out; where the steps are used up above it, so are the others.

    Costs O(E) dense matrices to begin with, then one `push` for each edge tried; memory O(steps) tangents. Where the
    steps are used up, the most promising prefixes are completed greedily, and `bound` says how large an omitted path
    could be.
    """
    ceilings = [None, *_ceilings(dag)]
    target = len(dag.vertices) - 1
    order = count()
    queue: list[tuple[tuple[int, float], int, tuple[int, ...], int, Wide]] = []

    def extend(edges: tuple[int, ...], vertex: int, tangent: Wide) -> Iterator[_Way]:
        for e in dag.leaving(vertex):
            pushed = widen(_linear(dag, e).push(np.asarray(tangent.mantissa)), tangent.exponent)
            head = dag.heads[e]
            yield ceilings[head].over(pushed), (*edges, e), head, pushed  # type: ignore[union-attr]

    def put(ways: Iterable[_Way]) -> None:
        for bound, longer, head, pushed in ways:
            exponent, mantissa = size_key(bound)
            heappush(queue, ((-exponent, -mantissa), next(order), longer, head, pushed))

    put(extend((), 0, widen(direction)))
    found: list[tuple[int, ...]] = []
    while queue and len(found) < k and steps > 0:
        if (-queue[0][0][0], -queue[0][0][1]) < size_key(floor):
            break
        steps -= 1
        _, _, edges, vertex, tangent = heappop(queue)
        if vertex == target:
            found.append(edges)
        else:
            put(extend(edges, vertex, tangent))
    proven = len(found) == k or not queue or steps > 0
    while queue and len(found) < k and not proven and floor == ZERO:
        _, _, edges, vertex, tangent = heappop(queue)
        while vertex != target:
            # The ways not taken go back into the queue: so it always covers every path that is left out.
            ways = sorted(extend(edges, vertex, tangent), key=lambda way: size_key(way[0]))
            _, edges, vertex, tangent = ways.pop()
            put(ways)
        found.append(edges)
    bound = Wide(-queue[0][0][1], -queue[0][0][0]) if queue else ZERO
    return Found(found, proven, bound)
