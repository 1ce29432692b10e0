"""All contributions, many at once: a prefix's product times a table of the products of every way on.

The paths in their order fall into runs that share a prefix and go on from one vertex in every way. A vertex from which
few paths lead on has a table of their products; a run is then one multiplication of a table by the prefix's product: of
numbers by a number, or, in a graph of vectors, of suffix adjoints by a prefix tangent. A run stays in the cache.
"""

from __future__ import annotations

import math
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

import numpy as np

from graphviz_lstm.paths.gauge import gauge_of
from graphviz_lstm.paths.measure import directed
from graphviz_lstm.paths.tables import Tables, choose
from graphviz_lstm.paths.wide import Wide, multiply, narrow, scale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.gauge import Gauge
    from graphviz_lstm.paths.linear import FloatArray, Partial, Value
    from graphviz_lstm.paths.measure import Measure

Of: TypeAlias = Literal["contribution", "share"]

# 65,536 float64 are 512 KiB: a run and its table stay in the second-level cache.
RUN = 1 << 16
# All tables together: 64 MiB.
_ENTRIES_IN_ALL = 1 << 23


P = TypeVar("P")
# Beyond this, a power of two is not multiplied in but applied last, so that nothing is infinite on the way.
_FACTOR_SAFE = 900


def runs(
    dag: Dag, gauge: Gauge, counts: Sequence[int], start: int, stop: int, prefix: P, extend: Callable[[int, P], P]
) -> Iterator[tuple[P, FloatArray]]:
    """Yield the runs of the paths `start` to `stop`, in order: what stands for the prefix, and its table.

    `prefix` is what stands for the empty one at the source, and `extend` takes an edge to it.
    """
    tables = Tables(dag, gauge, choose(dag, counts, paths=RUN, entries=_ENTRIES_IN_ALL, in_all=_ENTRIES_IN_ALL))
    position = 0
    waiting: list[tuple[int, P]] = [(0, prefix)]
    while waiting and position < stop:
        vertex, before = waiting.pop()
        count = counts[vertex]
        if position + count <= start:
            position += count
        elif tables.has(vertex):
            low, high = max(start - position, 0), min(stop - position, count)
            yield before, tables[vertex][low:high]
            position += count
        else:
            # The last edge first: what is put down last is taken up first.
            waiting += [(dag.heads[e], extend(e, before)) for e in reversed(dag.leaving(vertex))]


def blocks(dag: Dag, measure: Measure, counts: Sequence[int], start: int, stop: int, of: Of) -> Iterator[FloatArray]:
    """Yield the contributions or shares of the paths `start` to `stop`, in order, at most `RUN` at a time."""
    if not dag.edges:
        whole = narrow(measure.total) if of == "contribution" else narrow(measure.share(measure.total))
        yield np.asarray(whole)[None][start:stop]
    elif dag.scalar and (of == "share" or prod(dag.source_shape) == 1):
        shape = () if of == "share" else dag.source_shape
        numbers = _shares(dag, measure) if of == "share" else _entry(dag, 0)
        for product, table in runs(dag, numbers.gauge, counts, start, stop, numbers.factor, numbers.extend):
            yield numbers.finish(product * table).reshape(-1, *shape)
    elif of == "share":
        yield from _tangents_times_adjoints(dag, measure, counts, start, stop)
    else:
        gauge = gauge_of(dag)
        empty: tuple[int, ...] = ()
        for edges, table in runs(dag, gauge, counts, start, stop, empty, lambda e, before: (*before, e)):
            products = table
            for e in reversed(edges):
                products = gauge.pull(e, products)
            yield scale(products, gauge.shift)


def sum_up(dag: Dag, measure: Measure, counts: Sequence[int], start: int, stop: int) -> Value:
    """Return the sum of the contributions of the paths `start` to `stop`, each of them worked out.

    Where vertices are numbers, entry by entry of the source, in a buffer that stays in the cache.
    """
    if not dag.edges or not dag.scalar:
        total = np.zeros(dag.source_shape)
        for block in blocks(dag, measure, counts, start, stop, "contribution"):
            total += block.sum(axis=0)
        return total if dag.source_shape else float(total)
    buffer = np.empty(RUN)
    entries = []
    for k in range(prod(dag.source_shape)):
        numbers = _entry(dag, k)
        sums = []
        for product, table in runs(dag, numbers.gauge, counts, start, stop, numbers.factor, numbers.extend):
            part = np.multiply(product, table, out=buffer[: len(table)])
            sums.append(float(np.add.reduce(part)))
        entries.append(float(numbers.finish(np.asarray(math.fsum(sums)))))
    return np.reshape(entries, dag.source_shape) if dag.source_shape else entries[0]


class _Numbers(NamedTuple):
    """Rescaled numbers on every edge; their products are `finish`ed to what is asked for."""

    gauge: Gauge
    factor: float
    exponent: int

    def extend(self, e: int, product: float) -> float:
        """Return the product of a prefix that is longer by edge `e`."""
        return product * self.gauge.partials[e]  # type: ignore[operator, return-value]

    def finish(self, products: FloatArray) -> FloatArray:
        """Return products with the power of two that was too large to be multiplied in."""
        return scale(products, self.exponent) if self.exponent else products


def _shares(dag: Dag, measure: Measure) -> _Numbers:
    return _numbers(dag, directed(dag, measure), measure.scale)


def _entry(dag: Dag, k: int) -> _Numbers:
    """Return the numbers whose products are one entry of the contributions."""
    partials = [
        float(partial.reshape(-1)[k]) if isinstance(partial, np.ndarray) else partial for partial in dag.partials
    ]
    return _numbers(dag, partials, Wide(1.0, 0))


def _numbers(dag: Dag, partials: Sequence[Partial], unit: Wide) -> _Numbers:
    gauge = gauge_of(replace(dag, partials=tuple(partials), source_shape=()))
    factor = multiply(unit, Wide(1.0, gauge.shift))
    if abs(factor.exponent) <= _FACTOR_SAFE:
        return _Numbers(gauge, float(narrow(factor)), 0)
    return _Numbers(gauge, float(factor.mantissa), factor.exponent)


def _tangents_times_adjoints(
    dag: Dag, measure: Measure, counts: Sequence[int], start: int, stop: int
) -> Iterator[FloatArray]:
    """Yield shares in a graph of vectors: each run is its suffix adjoints times the prefix's tangent."""
    gauge = gauge_of(dag)
    factor = multiply(measure.scale, Wide(1.0, gauge.shift))
    direction = np.asarray(measure.direction)
    for tangent, table in runs(dag, gauge, counts, start, stop, direction, gauge.push):
        shares = table.reshape(len(table), -1) @ tangent.reshape(-1)
        yield scale(shares * float(factor.mantissa), factor.exponent)
