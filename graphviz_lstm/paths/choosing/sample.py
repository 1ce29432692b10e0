"""Paths drawn at random, each with replacement: evenly, or by how much they contribute."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, NumberError, shorten
from graphviz_lstm.given import as_whole
from graphviz_lstm.paths.compiled.wide import multiply, shifted
from graphviz_lstm.paths.facts import Facts
from graphviz_lstm.paths.listing.alone import LARGEST, SMALLEST
from graphviz_lstm.paths.listing.contributions import blocks
from graphviz_lstm.paths.listing.iterate import iterate
from graphviz_lstm.paths.listing.rank import unrank
from graphviz_lstm.paths.sweeping.algebra import contributions
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Value


def draw(facts: Facts, n: int, generator: random.Random, *, by: str) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths of a set that is not empty, by `"count"` or by `"contribution"`."""
    return _draw_evenly(facts, n, generator) if by == "count" else _draw_by_size(facts, n, generator)


def generator_of(seed: object) -> random.Random:
    """Return the generator of a seed: a whole number, or a generator of NumPy or of the standard library.

    Whole numbers of hundreds of digits are drawn from it, which only the standard library's can.
    """
    if isinstance(seed, random.Random):
        return seed
    if isinstance(seed, np.random.Generator):
        return random.Random(int(seed.integers(2**63)))  # noqa: S311 -- no secret
    number = as_whole(seed)
    if number is None:
        raise InputError(f"unusable seed: {shorten(seed)} (must be a whole number or a numpy.random.Generator)")
    return random.Random(number)  # noqa: S311 -- no secret


def _draw_evenly(facts: Facts, n: int, generator: random.Random) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths, each path equally likely: exactly so, however many there are."""
    for _ in range(n):
        number = generator.randrange(facts.count)
        yield unrank(facts.dag, facts.counts_for(number), number)


def _draw_by_size(facts: Facts, n: int, generator: random.Random) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths, each as likely as its |share| is large.

    Where vertices are numbers no contribution is worked out: at every vertex an edge is chosen by the sum of the sizes
    of all ways on along it, a product of conditional probabilities. In a graph of vectors all of them are.
    """
    weights = facts.along.weights.magnitudes()
    factors = None if weights is None else weights.factors()
    if weights is None or factors is None:
        yield from _draw_listed(facts, n, generator)
        return
    dag = facts.along
    sums = sweep_all(dag, contributions(weights), range(len(dag.edges)))
    _require_size(sums[0].mantissa)
    target = len(dag.vertices) - 1
    chances: dict[int, list[float]] = {}
    for _ in range(n):
        vertex = 0
        edges: list[int] = []
        while vertex != target:
            leaving = dag.leaving(vertex)
            if vertex not in chances:
                ways = [multiply(factors[e], sums[dag.heads[e]]) for e in leaving]
                top = max(way.exponent for way in ways)
                chances[vertex] = list(accumulate(float(shifted(way.mantissa, way.exponent - top)) for way in ways))
            edges.append(generator.choices(leaving, cum_weights=chances[vertex])[0])
            vertex = dag.heads[edges[-1]]
        yield tuple(edges)


def _draw_listed(facts: Facts, n: int, generator: random.Random) -> Iterator[tuple[int, ...]]:
    """Yield the edges of `n` paths, by the sizes of all of them."""
    sizes = _listed_sizes(Facts(facts.along))
    _require_size(float(sizes.sum()))
    cumulated = np.cumsum(sizes).tolist()
    for number in generator.choices(range(facts.count), cum_weights=cumulated, k=n):
        yield unrank(facts.dag, facts.counts_for(number), number)


def _listed_sizes(facts: Facts) -> FloatArray:
    """Return the sizes of all paths, times a power of two where they leave the range of a float64."""
    sizes: FloatArray = np.abs(np.concatenate(list(blocks(facts, 0, facts.count, "contribution"))))
    if SMALLEST <= sizes.max() <= LARGEST:
        return sizes
    wide = [path.numbers[0] for path in iterate(facts)]
    top = max(exponent for _, exponent in wide)
    return np.array([abs(float(shifted(mantissa, exponent - top))) for mantissa, exponent in wide])


def _require_size(mass: Value) -> None:
    """Raise NumberError where nothing contributes, so that nothing can be drawn by its contribution."""
    if not mass:
        raise NumberError("every contribution is zero: there is nothing to draw by (ask by='count')")
