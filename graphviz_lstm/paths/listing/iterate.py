"""Listing paths, lazily: prefixes one by one, and the suffixes below them from tables, many at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.compiled.wide import scale
from graphviz_lstm.paths.listing.alone import LARGEST, SMALLEST, Alone, Passed
from graphviz_lstm.paths.listing.contributions import LARGE_SHIFT, product_tables
from graphviz_lstm.paths.listing.path import Block, Path, Stretch
from graphviz_lstm.paths.listing.prefixes import Ways, runs, unchained
from graphviz_lstm.paths.listing.suffixes import SuffixTables, Tabled
from graphviz_lstm.paths.sweeping.algebra import LENGTH
from graphviz_lstm.paths.sweeping.rescaling import rescale
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import FloatArray
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.paths.facts import Facts, Whole
    from graphviz_lstm.paths.listing.prefixes import Chain

# A vertex has a table if this few paths lead on from it, and this few entries hold them.
_PATHS_IN_TABLE = 256
_ENTRIES_IN_TABLE = 1 << 13
_ENTRIES_IN_ALL = 1 << 20


def make_path(dag: Dag, whole: Whole, edges: Sequence[int], contribution: Callable[[], Wide] | None = None) -> Path:
    """Return the path that passes the edges with these indices. Costs O(length), when it is looked at.

    `contribution` tells its own, if it is known already to somebody: the product of the partials.
    """
    tells = partial(dag.weights.product, edges) if contribution is None else contribution
    return Path(Alone(Passed(dag, edges), tells, whole), 0)


def iterate(facts: Facts, start: Sequence[int] = ()) -> Iterator[Path]:
    """Yield every path, in the order of their edge indices, from the one with the edges `start` on.

    Costs O(1) amortised array operations per path and memory for the tables: about 10^6 entries, whatever the graph,
    and the current prefix.
    """
    dag = facts.dag
    if not dag.edges:
        yield from [make_path(dag, facts.whole, ()) for _ in dag.vertices]
        return
    lengths = sweep_all(dag, LENGTH, dag.edges)

    def width(vertex: int) -> int:
        return dag.weights.width(dag.first[vertex]) + lengths[vertex] + 1

    tabled = Tabled(dag, width, paths=_PATHS_IN_TABLE, entries=_ENTRIES_IN_TABLE, in_all=_ENTRIES_IN_ALL)
    listing = _Listing(facts, tabled)
    nothing: Chain = None
    for prefix, ways in runs(dag, tabled, nothing, lambda edges, e: (edges, e), start=start):
        yield from listing.paths(unchained(prefix), ways)


class _Listing:
    """The tables of one listing, and the paths that they make."""

    def __init__(self, facts: Facts, tabled: Tabled) -> None:
        self._dag, self._whole = facts.dag, facts.whole
        self._rescaled = rescale(facts.dag)
        self._products = product_tables(self._rescaled.dag, tabled)
        no_way: list[tuple[int, ...]] = [()]
        self._ways = SuffixTables(facts.dag, tabled, no_way, _gather_edges)
        self._stretches: dict[int, list[Stretch]] = {}

    def paths(self, prefix: Sequence[int], ways: Ways) -> Iterator[Path]:
        """Yield the paths that begin with `prefix` and go on in these ways."""
        vertex, low, high = ways
        with np.errstate(all="ignore"):
            products = self._products[vertex][low:high]
            for e in reversed(prefix):
                products = self._rescaled.dag.weights.pull_batch(e, products)
            contributions = scale(products, self._rescaled.shift)
            shares = self._shares(products)
        # Outside of this range an array of float64 has lost digits, or all: then the path is worked out by itself.
        plain = _in_range(products) & _in_range(contributions) & (_in_range(shares) | np.isnan(shares))
        if self._rescaled.shift > LARGE_SHIFT:
            # What is lost here of an entry would not be of the contribution.
            plain &= _in_range(products, every=True)
        contributions.setflags(write=False)
        values = list(contributions) if contributions.ndim > 1 else contributions.tolist()
        block = Block(
            _stretch(self._dag, prefix, first=True), self._stretched(vertex)[low:high], values, shares.tolist()
        )
        for place, good in enumerate(plain.tolist()):
            if good:
                yield Path(block, place)
            else:
                yield make_path(self._dag, self._whole, (*prefix, *self._ways[vertex][low + place]))

    def _shares(self, products: FloatArray) -> FloatArray:
        """Return the shares of rescaled products."""
        length, exponent = self._whole.length
        sizes = products.reshape(len(products), -1) @ np.reshape(self._whole.direction, -1)
        if not length:
            return np.full(len(products), np.nan)
        return scale(sizes / length, self._rescaled.shift - exponent)

    def _stretched(self, vertex: int) -> list[Stretch]:
        """Return every way on from `vertex`, in their order."""
        if vertex not in self._stretches:
            self._stretches[vertex] = [_stretch(self._dag, edges, first=False) for edges in self._ways[vertex]]
        return self._stretches[vertex]


def _gather_edges(_: int, below: list[tuple[int, list[tuple[int, ...]]]]) -> list[tuple[int, ...]]:
    return [(e, *rest) for e, ways in below for rest in ways]


def _stretch(dag: Dag, edges: Sequence[int], *, first: bool) -> Stretch:
    """Return the stretch along these edges; the `first` one of a path begins with the source."""
    passed = Passed(dag, edges)
    return Stretch(passed.vertices[0 if first else 1 :], passed.edges, passed.partials)


def _in_range(batch: FloatArray, *, every: bool = False) -> NDArray[np.bool_]:
    """Return, for each member of a batch, whether its largest entry, or each, is well inside the range of a float64."""
    sizes = np.abs(batch.reshape(len(batch), -1))
    peaks = np.max(sizes, axis=1)
    in_range: NDArray[np.bool_] = ((sizes.min(axis=1) if every else peaks) >= SMALLEST) & (peaks <= LARGEST)
    return in_range
