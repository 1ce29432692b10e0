"""All contributions, many at once: a prefix's product times a table of the products of every way on.

The paths in their order fall into runs that share a prefix and go on from one vertex in every way. A vertex from which
few paths lead on has a table of their products; a run is then one multiplication of a table by the prefix's product: of
numbers by a number, or, in a graph of vectors, of suffix adjoints by a prefix tangent. A run stays in the cache.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from graphviz_lstm.paths.compiled.wide import Wide, add_up, narrow, scale, shifted, widen
from graphviz_lstm.paths.listing.prefixes import runs
from graphviz_lstm.paths.listing.rank import unrank
from graphviz_lstm.paths.listing.suffixes import SuffixTables, Tabled
from graphviz_lstm.paths.listing.wide_contributions import are_lost, is_lossy, wide_blocks, wide_map_blocks
from graphviz_lstm.paths.sweeping.rescaling import rescale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Value
    from graphviz_lstm.paths.compiled.weights import Prefixes
    from graphviz_lstm.paths.facts import Facts

Of: TypeAlias = Literal["contribution", "share"]

# 65,536 float64 are 512 KiB: a run and its table stay in the second-level cache.
RUN = 1 << 16
# All tables together: 64 MiB.
_ENTRIES_IN_ALL = 1 << 23
# Beyond this, a power of two is not multiplied in but applied last, so that nothing is infinite on the way.
_FACTOR_SAFE = 900
_ONE = Wide(0.5, 1)
LARGE_SHIFT = 64
"""Of paths that are rescaled by a larger power of two, entries far below the largest may be lost: one looks at them."""
# Above this, numbers are added a power of two smaller: no more than `RUN` of them.
_LARGE, _HEADROOM = 1e300, 64


def blocks(facts: Facts, start: int, stop: int, of: Of) -> Iterator[FloatArray]:
    """Yield the contributions or shares of the paths `start` to `stop`, in order, at most `RUN` at a time."""
    dag, unit = (facts.dag, _ONE) if of == "contribution" else (facts.along, facts.whole.share_of_size(_ONE))
    if not dag.edges:
        one = widen(dag.weights.one)
        yield np.asarray(narrow(Wide(one.mantissa * unit.mantissa, one.exponent + unit.exponent)))[None][start:stop]
        return
    first = unrank(dag, facts.counts_for(start), start) if start else ()
    rescaled, shift = rescale(dag)
    factor = Wide(unit.mantissa, unit.exponent + shift)
    with np.errstate(all="ignore"):  # what is beyond the range of a float64 is 0 or infinite: as promised
        if is_lossy(dag, shift, factor.exponent):
            yield from wide_blocks(dag, _tabled(dag), unit, first, stop - start)
            return
        done = start
        for block in _plain_blocks(rescaled, factor, first, stop - start):
            done += len(block)
            yield block
        if done < stop:
            first = unrank(dag, facts.counts_for(done), done) if done else ()
            yield from wide_map_blocks(dag, _tabled(dag), unit, first, stop - done)


def _plain_blocks(rescaled: Dag, factor: Wide, first: Sequence[int], wanted: int) -> Iterator[FloatArray]:
    """Yield products times `factor`; of maps up to where some would lose digits."""
    prefixes, power = _prefixes(rescaled, factor)
    # Of numbers it is known before whether any would.
    of_maps, size = rescaled.weights.factors() is None, factor.exponent - power
    for prefix, ways in _table_runs(rescaled, prefixes, first, wanted):
        block = prefixes.times(prefix, ways)
        if of_maps and are_lost(block, size, left=power):
            return
        block = scale(block, power) if power else block
        # Plus nothing: a zero has no sign.
        block += 0.0
        yield block


def sum_each(facts: Facts, start: int, stop: int) -> Value:
    """Return the sum of the contributions of the paths `start` to `stop`, each of them worked out."""
    dag, power = facts.dag, 0
    sums: list[Value] = []
    if dag.edges:
        rescaled, shift = rescale(dag)
        with np.errstate(all="ignore"):
            of_maps = dag.weights.factors() is None
            if not (is_lossy(dag, shift, shift) or (of_maps and shift > LARGE_SHIFT)):
                prefixes, power = _prefixes(rescaled, Wide(0.5, 1 + shift))
                first = unrank(dag, facts.counts_for(start), start) if start else ()
                runs_of = _table_runs(rescaled, prefixes, first, stop - start)
                sums = [prefixes.summed(prefix, ways) for prefix, ways in runs_of]
            # Of maps some may be none that can be told.
            if not sums or (of_maps and not all(np.isfinite(part).all() for part in sums)):
                parts = [_sum_of(block) for block in blocks(facts, start, stop, "contribution")]
                return _narrowed(parts) if parts else narrow(widen(np.zeros(dag.weights.source_shape)))
    elif start < stop:
        sums = [narrow(widen(dag.weights.one))]
    shape = dag.weights.source_shape
    if not shape:
        return shifted(math.fsum(map(float, sums)), power)
    whole = np.asarray(sums, dtype=np.float64).reshape(-1, *shape).sum(axis=0)
    return scale(whole, power) if power else whole


def _sum_of(block: FloatArray) -> Wide:
    """Return the sum of contributions of any size, entry by entry where each is an array."""
    power = _HEADROOM if np.abs(block).max(initial=0.0) > _LARGE else 0
    total = scale(block, -power).sum(axis=0)
    return widen(total if total.ndim else float(total), power)


def _narrowed(parts: Sequence[Wide]) -> Value:
    """Return the sum as float64: infinite if a part is, NaN if such parts are of either sign."""
    if all(np.isfinite(part.mantissa).all() for part in parts):
        return narrow(add_up(parts))
    return sum((narrow(part) for part in parts[1:]), start=narrow(parts[0]))


def _prefixes(rescaled: Dag, factor: Wide) -> tuple[Prefixes, int]:
    """Return how products times `factor` come about, and the power of two that is too large to be multiplied in."""
    plain = abs(factor.exponent) <= _FACTOR_SAFE
    number, power = (float(narrow(factor)), 0) if plain else (float(factor.mantissa), factor.exponent)
    return rescaled.weights.prefixes(number), power


def _table_runs(
    rescaled: Dag, prefixes: Prefixes, start: Sequence[int], wanted: int
) -> Iterator[tuple[Any, FloatArray]]:
    """Yield what stands for each prefix, and the table of its ways on."""
    tabled = _tabled(rescaled)
    tables = product_tables(rescaled, tabled)
    for prefix, (vertex, low, high) in runs(
        rescaled, tabled, prefixes.empty, prefixes.extend, start=start, wanted=wanted
    ):
        yield prefix, tables[vertex][low:high]


def _tabled(dag: Dag) -> Tabled:
    """Return which vertices have tables of products."""

    def width(vertex: int) -> int:
        return dag.weights.width(dag.first[vertex])

    return Tabled(dag, width, paths=RUN, entries=_ENTRIES_IN_ALL, in_all=_ENTRIES_IN_ALL)


def product_tables(rescaled: Dag, tabled: Tabled) -> SuffixTables[FloatArray]:
    """Return the products of every way on, by vertex: a batch of adjoints in the order of the ways."""
    weights = rescaled.weights

    def gather(_: int, below: list[tuple[int, FloatArray]]) -> FloatArray:
        return np.concatenate([weights.pull_batch(e, ways) for e, ways in below])

    return SuffixTables(rescaled, tabled, np.asarray(weights.one, dtype=np.float64)[None], gather)
