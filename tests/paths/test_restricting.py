"""Automata and their products: the accepted paths, each once, in the order that they had."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st

from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.restricting.automata import Automaton, counting, counting_from
from graphviz_lstm.paths.restricting.marks import allowed_times, weights_of
from graphviz_lstm.paths.restricting.product import restrict
from tests.laws.graphs import number_graphs
from tests.paths.maps import digraph

Drawn = tuple[Any, int, int]


def accepts(automaton: Automaton, edges: list[int]) -> bool:
    """Return whether an automaton accepts a path, read edge by edge."""
    state: int | None = automaton.start
    for e in edges:
        state = automaton.step(state, e) if state is not None else None
    return state is not None and automaton.accepts(state)


@given(number_graphs(multi=False), st.lists(st.integers(0, 3), min_size=30, max_size=30), st.sets(st.integers(0, 6)))
def test_a_product_holds_just_what_the_automaton_accepts(drawn: Drawn, marks: list[int], allowed: set[int]) -> None:
    paths = find_paths(*drawn)
    weights = marks[: len(paths.dag.edges)]
    index = {edge: e for e, edge in enumerate(paths.dag.edges)}
    for automaton in (
        counting(weights, frozenset(allowed), 10**6),
        counting(weights, range(1, 10**12, 2), sum(weights)),
        counting(weights, range(10**12, 0, -2), sum(weights)),
        counting_from(weights, 2),
    ):
        restricted = PathSet(restrict(paths.dag, automaton))
        expected = [path for path in paths if accepts(automaton, [index[edge] for edge in path.edges])]
        assert list(restricted) == expected
        assert restricted.count == len(expected)


def test_times_are_told_apart() -> None:
    assert allowed_times(3) == {3}
    assert allowed_times(True) == {1}  # noqa: FBT003 -- as an index has it
    assert allowed_times([1, 2, 2]) == {1, 2}
    assert allowed_times(range(5)) == range(5)
    assert allowed_times(()) == frozenset()


def test_an_edge_may_count_more_than_once() -> None:
    graph = digraph([("a", "b", 1.0), ("b", "c", 1.0)])
    dag = find_paths(graph, "a", "c").dag
    assert weights_of(dag, {("a", "b")}, graph) == [1, 0]
    assert weights_of(dag, lambda edge: 5 * (edge[0] == "b"), graph) == [0, 5]
