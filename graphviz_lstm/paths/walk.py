"""Listing paths, lazily: prefixes one by one, and the suffixes below them from tables, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.algebra import LENGTH, saturating
from graphviz_lstm.paths.gauge import gauge_of
from graphviz_lstm.paths.measure import contribution_of
from graphviz_lstm.paths.path import Block, Path, Stretch
from graphviz_lstm.paths.sweep import sweep_all
from graphviz_lstm.paths.tables import Tables, choose
from graphviz_lstm.paths.wide import Wide, multiply, narrow, scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.gauge import Gauge
    from graphviz_lstm.paths.linear import FloatArray, Value
    from graphviz_lstm.paths.measure import Measure

# A vertex has a table if this few paths lead on from it, and this few entries hold them.
_PATHS_IN_TABLE = 256
_ENTRIES_IN_TABLE = 1 << 13
_ENTRIES_IN_ALL = 1 << 20
# Contributions and shares outside of this range are recomputed with exponents of their own.
_SMALLEST, _LARGEST = 2.0**-900, 2.0**900
_EMPTY = Stretch((), (), ())


def make_path(dag: Dag, measure: Measure, edges: Sequence[int]) -> Path:
    """Return the path that passes the edges with these indices. Costs O(length)."""
    contribution = contribution_of(dag, edges)
    share = measure.share(contribution)
    value, part = narrow(contribution), float(narrow(share))
    plain = _is_plain(value, contribution.mantissa) and _is_plain(part, share.mantissa)
    wide = None if plain else (contribution, share)
    return Path(Block(stretch(dag, edges, first=True), (_EMPTY,), (_read_only(value),), (part,), wide), 0)


def stretch(dag: Dag, edges: Sequence[int], *, first: bool) -> Stretch:
    """Return the stretch along these edges; the `first` one of a path begins with the source."""
    start = (dag.vertices[0],) if first else ()
    return Stretch(
        (*start, *(dag.vertices[dag.heads[e]] for e in edges)),
        tuple(dag.edges[e] for e in edges),
        tuple(dag.partials[e] for e in edges),
    )


def _is_plain(value: Value, mantissa: Value) -> bool:
    """Return whether `value` is as good as the wide number with this mantissa."""
    peak = float(np.max(np.abs(value), initial=0.0))
    return _SMALLEST <= peak <= _LARGEST or np.isnan(peak) or not np.any(mantissa)


def _in_range(batch: FloatArray) -> NDArray[np.bool_]:
    """Return, for each member of a batch, whether its largest entry is well inside the range of a float64."""
    peaks = np.max(np.abs(batch.reshape(len(batch), -1)), axis=1)
    in_range: NDArray[np.bool_] = (peaks >= _SMALLEST) & (peaks <= _LARGEST)
    return in_range


def _read_only(value: Value) -> Value:
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value


def iterate(dag: Dag, measure: Measure, start: Sequence[int] = ()) -> Iterator[Path]:
    """Yield every path, in the order of their edge indices, from the one with the edges `start` on.

    Costs O(1) amortised array operations per path and memory for the tables: about 10^6 entries, whatever the graph,
    and the current prefix.
    """
    if not dag.edges:
        yield from [make_path(dag, measure, ()) for _ in dag.vertices]
        return
    counts = sweep_all(dag, saturating(_PATHS_IN_TABLE + 1), dag.edges)
    lengths = sweep_all(dag, LENGTH, dag.edges)
    chosen = choose(
        dag, counts, paths=_PATHS_IN_TABLE, entries=_ENTRIES_IN_TABLE, in_all=_ENTRIES_IN_ALL, lengths=lengths
    )
    gauge = gauge_of(dag)
    tables, ways = Tables(dag, gauge, chosen), _Ways(dag, chosen)
    prefix: list[int] = []
    pending: list[Iterator[int]] = []
    vertex = 0
    while True:
        skip = 0
        if tables.has(vertex):
            if start:
                skip, start = ways[vertex].index(tuple(start[len(prefix) :])), ()
            yield from _block(dag, measure, gauge, prefix, tables[vertex][skip:], ways, vertex, skip)
        else:
            leaving = dag.leaving(vertex)
            pending.append(iter(range(start[len(prefix)], leaving.stop) if start else leaving))
            prefix.append(-1)
        while pending:
            e = next(pending[-1], None)
            if e is not None:
                prefix[-1] = e
                vertex = dag.heads[e]
                break
            pending.pop()
            prefix.pop()
        else:
            return


def _block(
    dag: Dag,
    measure: Measure,
    gauge: Gauge,
    prefix: Sequence[int],
    products: FloatArray,
    ways: _Ways,
    vertex: int,
    skip: int,
) -> Iterator[Path]:
    """Yield the paths that begin with `prefix` and go on from `vertex`, but for the first `skip` of them."""
    with np.errstate(all="ignore"):
        for e in reversed(prefix):
            products = gauge.pull(e, products)
        contributions = scale(products, gauge.shift)
        per_unit = float(narrow(multiply(measure.scale, Wide(1.0, gauge.shift))))
        shares = products.reshape(len(products), -1) @ np.reshape(measure.direction, -1) * per_unit
    # Outside of this range an array of float64 has lost digits, or all: then the path is worked out by itself.
    plain = (_in_range(products) & _in_range(contributions) & (_in_range(shares) | np.isnan(shares))).tolist()
    contributions.setflags(write=False)
    values = contributions if dag.source_shape else contributions.tolist()
    block = Block(stretch(dag, prefix, first=True), ways.stretches(vertex)[skip:], list(values), shares.tolist())
    for place, good in enumerate(plain):
        yield Path(block, place) if good else make_path(dag, measure, (*prefix, *ways[vertex][skip + place]))


class _Ways:
    """The edges of every way on from the chosen vertices, and the same as stretches of paths; made when first read."""

    def __init__(self, dag: Dag, chosen: Sequence[bool]) -> None:
        self._dag, self._chosen = dag, chosen
        self._made = len(dag.vertices) - 1
        self._edges: dict[int, list[tuple[int, ...]]] = {self._made: [()]}
        self._stretches: dict[int, list[Stretch]] = {}

    def __getitem__(self, vertex: int) -> list[tuple[int, ...]]:
        """Return the edge indices of every way on from `vertex`, in their order."""
        while self._made > vertex:
            self._made -= 1
            if self._chosen[self._made]:
                leaving = self._dag.leaving(self._made)
                self._edges[self._made] = [(e, *rest) for e in leaving for rest in self._edges[self._dag.heads[e]]]
        return self._edges[vertex]

    def stretches(self, vertex: int) -> list[Stretch]:
        """Return every way on from `vertex`, in their order."""
        if vertex not in self._stretches:
            self._stretches[vertex] = [stretch(self._dag, edges, first=False) for edges in self[vertex]]
        return self._stretches[vertex]
