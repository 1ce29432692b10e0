"""Laws of ranking numbers: sorting all paths is the oracle of finding the largest one after another."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.choosing.best_numbers import BestFirst
from graphviz_lstm.paths.sweeping.turns import Turns
from tests.laws.graphs import number_graphs
from tests.paths.maps import ladder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.sweeping.turns import Ahead

Drawn = tuple[Any, int, int]


def logarithms(dag: Dag) -> list[float]:
    """Return log |factor| by edge."""
    return [math.log(abs(number)) if number else -math.inf for number in map(float, dag.weights.partials)]  # type: ignore[arg-type]


def edges_of_all(dag: Dag, vertex: int) -> Iterator[tuple[int, ...]]:
    """Yield the edges of every way on from a vertex, the plain way."""
    if vertex == len(dag.vertices) - 1:
        yield ()
    for e in dag.leaving(vertex):
        yield from ((e, *rest) for rest in edges_of_all(dag, dag.heads[e]))


def turns_in(heap: Ahead | None) -> Iterator[tuple[float, int]]:
    """Yield all turns in a heap; none is cheaper than the cheapest above it."""
    if heap is None:
        return
    yield from heap.turns
    for below in (heap.left, heap.right):
        assert below is None or below.turns[0] >= heap.turns[0]
        yield from turns_in(below)


@given(number_graphs(), st.data())
def test_the_largest_first_are_all_paths_sorted(drawn: Drawn, data: st.DataObject) -> None:
    """In whatever order they are looked at."""
    dag = find_paths(*drawn).dag
    if not dag.edges:
        return
    sizes = logarithms(dag)
    best = BestFirst(dag, Turns(dag, sizes))
    found = list(best)
    looked_at = data.draw(st.permutations(range(len(found))))
    edges = {rank: best.edges(rank) for rank in looked_at}
    expected = sorted((sum(sizes[e] for e in way) for way in edges_of_all(dag, 0)), reverse=True)
    assert [rank for _, rank in found] == list(range(len(expected)))
    assert [size for size, _ in found] == pytest.approx(expected)
    assert [sum(sizes[e] for e in edges[rank]) for rank in range(len(found))] == pytest.approx(expected)
    assert sorted(edges.values()) == sorted(edges_of_all(dag, 0))


@given(number_graphs())
def test_the_turns_ahead_are_all_edges_off_the_best_way(drawn: Drawn) -> None:
    """Each costs what it loses, and none gains."""
    dag = find_paths(*drawn).dag
    if not dag.edges:
        return
    sizes = logarithms(dag)
    turns = Turns(dag, sizes)
    for vertex in range(len(dag.vertices)):
        heap = turns.ahead(vertex)
        way = turns.best_way(vertex)
        passed = [vertex, *(dag.heads[e] for e in way)]
        beside = [e for at in passed for e in dag.leaving(at) if e not in way]
        assert sorted(e for _, e in turns_in(heap)) == sorted(beside)
        assert all(cost >= 0.0 for cost, _ in turns_in(heap))


def test_a_path_that_is_ranked_costs_no_more_where_paths_are_long() -> None:
    """Of 2**20,000 paths the first thousand, without one step for each of their vertices."""
    paths = find_paths(ladder(20_000), 0, 20_000)
    best = BestFirst(paths.facts.along, Turns(paths.facts.along, logarithms(paths.dag)))
    assert len(list(islice(best, 1_000))) == 1_000
    # The best way is by every side; each of these leaves out one.
    assert len(best.edges(999)) == 40_000 - 1
