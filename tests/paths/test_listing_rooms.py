"""The one traversal and the one kind of table: every path once, in order, from any path on, whatever is tabled."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.listing.prefixes import runs, unchained
from graphviz_lstm.paths.listing.rank import unrank
from graphviz_lstm.paths.listing.suffixes import SuffixTables, Tabled
from tests.laws.graphs import number_graphs

Drawn = tuple[Any, int, int]


@given(number_graphs(), st.integers(0, 6), st.integers(0, 40), st.data())
def test_runs_are_all_paths_in_order_whatever_has_a_table(
    drawn: Drawn, ways_a_table: int, entries: int, data: st.DataObject
) -> None:
    paths = find_paths(*drawn)
    dag = paths.dag
    if not dag.edges:
        return
    everything = sorted(unrank(dag, paths.facts.counts, k) for k in range(paths.count))
    assert everything == [unrank(dag, paths.facts.counts, k) for k in range(paths.count)]
    tabled = Tabled(dag, lambda _: 1, paths=ways_a_table, entries=entries, in_all=entries)
    no_way: list[tuple[int, ...]] = [()]
    tables = SuffixTables(dag, tabled, no_way, lambda _, below: [(e, *way) for e, ways in below for way in ways])
    start = data.draw(st.integers(0, paths.count - 1))
    wanted = data.draw(st.integers(0, paths.count))
    found = [
        (*unchained(prefix), *way)
        for prefix, (vertex, low, high) in runs(
            dag, tabled, None, lambda edges, e: (edges, e), start=everything[start] if start else (), wanted=wanted
        )
        for way in tables[vertex][low:high]
    ]
    assert found == everything[start : start + wanted]


@given(number_graphs(), st.integers(0, 30))
def test_tables_take_no_more_than_they_may(drawn: Drawn, in_all: int) -> None:
    dag = find_paths(*drawn).dag
    if not dag.edges:
        return
    tabled = Tabled(dag, lambda _: 3, paths=5, entries=9, in_all=in_all)
    chosen = [vertex for vertex in range(len(dag.vertices) - 1) if vertex in tabled]
    assert sum(3 * tabled.ways[vertex] for vertex in chosen) <= in_all
    assert all(tabled.ways[vertex] <= 3 for vertex in chosen)
    assert 0 not in chosen
