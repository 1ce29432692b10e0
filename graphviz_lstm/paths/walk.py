"""Listing paths, lazily: prefixes one by one, and the suffixes below them from tables, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.paths.algebra import LENGTH, saturating
from graphviz_lstm.paths.gauge import gauge_of
from graphviz_lstm.paths.measure import contribution_of
from graphviz_lstm.paths.path import Path
from graphviz_lstm.paths.sweep import sweep_all
from graphviz_lstm.paths.wide import Wide, multiply, narrow, scale

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.dag import Dag, Edge
    from graphviz_lstm.paths.gauge import Gauge
    from graphviz_lstm.paths.linear import FloatArray, Partial, Value
    from graphviz_lstm.paths.measure import Measure

# A vertex has a table if this few paths lead on from it, and this few entries hold them.
_PATHS_IN_TABLE = 256
_ENTRIES_IN_TABLE = 1 << 13
_ENTRIES_IN_ALL = 1 << 20
# Contributions and shares outside of this range are recomputed with exponents of their own.
_SMALLEST, _LARGEST = 2.0**-900, 2.0**900


class _Table(NamedTuple):
    """All paths from one vertex to the target, in order; their partials' products as a batch."""

    vertices: list[tuple[Hashable, ...]]
    edges: list[tuple[Edge, ...]]
    partials: list[tuple[Partial, ...]]
    indices: list[tuple[int, ...]]
    adjoints: FloatArray


def make_path(dag: Dag, measure: Measure, edges: Sequence[int]) -> Path:
    """Return the path that passes the edges with these indices. Costs O(length)."""
    contribution = contribution_of(dag, edges)
    share = measure.share(contribution)
    value, part = narrow(contribution), float(narrow(share))
    plain = _is_plain(value, contribution.mantissa) and _is_plain(part, share.mantissa)
    return Path(
        (dag.vertices[0], *(dag.vertices[dag.heads[e]] for e in edges)),
        tuple(dag.edges[e] for e in edges),
        tuple(dag.partials[e] for e in edges),
        _read_only(value),
        part,
        None if plain else (contribution, share),
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


def iterate(dag: Dag, measure: Measure) -> Iterator[Path]:
    """Yield every path, in the order of their edge indices.

    Costs O(1) amortised array operations per path and memory for the tables: about 10^6 entries, whatever the graph,
    and the current prefix.
    """
    if not dag.edges:
        yield from [make_path(dag, measure, ()) for _ in dag.vertices]
        return
    tables = _Tables(dag)
    prefix: list[int] = []
    pending = [iter(dag.leaving(0))]
    while pending:
        e = next(pending[-1], None)
        if e is None:
            pending.pop()
            if prefix:
                prefix.pop()
            continue
        head = dag.heads[e]
        prefix.append(e)
        if tables.has(head):
            yield from _block(dag, measure, tables.gauge, prefix, tables[head])
            prefix.pop()
        else:
            pending.append(iter(dag.leaving(head)))


def _block(dag: Dag, measure: Measure, gauge: Gauge, prefix: Sequence[int], table: _Table) -> Iterator[Path]:
    """Yield the paths that begin with `prefix` and go on as `table` says."""
    products = table.adjoints
    with np.errstate(all="ignore"):
        for e in reversed(prefix):
            products = gauge.pull(e, products)
        contributions = scale(products, gauge.shift)
        per_unit = float(narrow(multiply(measure.scale, Wide(1.0, gauge.shift))))
        shares = products.reshape(len(table.edges), -1) @ np.reshape(measure.direction, -1) * per_unit
    # Outside of this range an array of float64 has lost digits, or all: then the path is worked out by itself.
    plain = (_in_range(products) & _in_range(contributions) & (_in_range(shares) | np.isnan(shares))).tolist()
    contributions.setflags(write=False)
    values = contributions if dag.source_shape else contributions.tolist()
    parts = shares.tolist()
    vertices = (dag.vertices[0], *(dag.vertices[dag.heads[e]] for e in prefix))
    edges = tuple(dag.edges[e] for e in prefix)
    partials = tuple(dag.partials[e] for e in prefix)
    for i, indices in enumerate(table.indices):
        if plain[i]:
            yield Path(
                vertices + table.vertices[i],
                edges + table.edges[i],
                partials + table.partials[i],
                values[i],
                parts[i],
            )
        else:
            yield make_path(dag, measure, (*prefix, *indices))


class _Tables:
    """The tables, made when they are first read and kept."""

    def __init__(self, dag: Dag) -> None:
        """Choose the vertices that have a table: as many, from the target upwards, as the memory allows."""
        self._dag = dag
        self.gauge = gauge_of(dag)
        counts = sweep_all(dag, saturating(_PATHS_IN_TABLE + 1), dag.edges)
        lengths = sweep_all(dag, LENGTH, dag.edges)
        left = _ENTRIES_IN_ALL
        self._chosen = [False] * len(dag.vertices)
        self._tables: dict[int, _Table] = {}
        self._made = len(dag.vertices) - 1
        for vertex in range(self._made, 0, -1):
            shape = () if dag.scalar or vertex == self._made else dag.partials[dag.first[vertex]].tail_shape  # type: ignore[union-attr]
            entries = counts[vertex] * (lengths[vertex] + 1 + int(np.prod(shape)))
            if vertex == self._made or (
                counts[vertex] <= _PATHS_IN_TABLE
                and entries <= min(_ENTRIES_IN_TABLE, left)
                and all(self._chosen[dag.heads[e]] for e in dag.leaving(vertex))
            ):
                self._chosen[vertex] = True
                left -= entries
        self._tables[self._made] = _Table([()], [()], [()], [()], np.asarray(dag.one)[None])

    def has(self, vertex: int) -> bool:
        """Return whether `vertex` has a table."""
        return self._chosen[vertex]

    def __getitem__(self, vertex: int) -> _Table:
        """Return the table of `vertex`, after those of all vertices that come later."""
        while self._made > vertex:
            self._made -= 1
            if self._chosen[self._made]:
                self._tables[self._made] = self._make(self._made)
        return self._tables[vertex]

    def _make(self, vertex: int) -> _Table:
        """Return the table of one vertex from those of its heads."""
        dag = self._dag
        table = _Table([], [], [], [], np.empty(0))
        adjoints: list[FloatArray] = []
        for e in dag.leaving(vertex):
            head, partial, edge = dag.heads[e], dag.partials[e], dag.edges[e]
            below = self._tables[head]
            table.vertices.extend([(dag.vertices[head], *rest) for rest in below.vertices])
            table.edges.extend([(edge, *rest) for rest in below.edges])
            table.partials.extend([(partial, *rest) for rest in below.partials])
            table.indices.extend([(e, *rest) for rest in below.indices])
            with np.errstate(all="ignore"):
                adjoints.append(self.gauge.pull(e, below.adjoints))
        return table._replace(adjoints=np.concatenate(adjoints))
