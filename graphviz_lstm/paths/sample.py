"""Paths drawn at random, each with replacement: evenly, or by how much they contribute."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.algebra import TOTAL
from graphviz_lstm.paths.measure import directed
from graphviz_lstm.paths.order import unrank
from graphviz_lstm.paths.sweep import sweep_all
from graphviz_lstm.paths.wide import narrow, size_key, widen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.linear import FloatArray
    from graphviz_lstm.paths.measure import Measure


def draw_evenly(dag: Dag, counts: Sequence[int], n: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths, each path equally likely: exactly so, however many there are."""
    generator = random.Random(seed)  # noqa: S311 -- no secret
    for _ in range(n):
        yield unrank(dag, counts, generator.randrange(counts[0]))


def draw_by_size(dag: Dag, measure: Measure, n: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths of a graph of numbers, each as likely as its |contribution| is large.

    At every vertex an edge is chosen by the sum of the |contributions| of all ways on along it: a product of
    conditional probabilities, so that no contribution is worked out.
    """
    generator = random.Random(seed)  # noqa: S311 -- no secret
    magnitudes = [abs(number) for number in directed(dag, measure)]
    sums = sweep_all(dag, TOTAL, magnitudes)
    target = len(dag.vertices) - 1
    chances: dict[int, list[float]] = {}
    for _ in range(n):
        vertex, edges = 0, []
        while vertex != target:
            leaving = dag.leaving(vertex)
            if vertex not in chances:
                ways = [
                    widen(magnitudes[e] * float(sums[dag.heads[e]].mantissa), sums[dag.heads[e]].exponent)
                    for e in leaving
                ]
                top = max(ways, key=size_key).exponent
                chances[vertex] = list(
                    accumulate(float(narrow(way._replace(exponent=way.exponent - top))) for way in ways)
                )
            edges.append(generator.choices(leaving, cum_weights=chances[vertex])[0])
            vertex = dag.heads[edges[-1]]
        yield tuple(edges)


def draw_from(dag: Dag, counts: Sequence[int], sizes: FloatArray, n: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths, each as likely as its entry of `sizes` is large."""
    chosen = np.random.default_rng(seed).choice(len(sizes), size=n, p=sizes / sizes.sum())
    for k in chosen.tolist():
        yield unrank(dag, counts, k)
