"""Laws of the end from which a sweep by label begins: it costs less or more, and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from numpy.testing import assert_allclose

from graphviz_lstm.cells import LSTM
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.sweeping.direction import turned, turned_if_cheaper
from graphviz_lstm.paths.sweeping.from_source import costs_of
from tests.examples import random_example
from tests.laws.graphs import array_graphs, labelled, number_graphs, tolerance
from tests.paths.maps import ladder

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx

    from graphviz_lstm.paths import PathSet

Drawn = tuple[Any, int, int]

# What adds up along a path, and in which order.
KINDS: dict[str, Callable[[Any], Any]] = {
    "numbers": lambda label: label,
    "tuples": lambda label: (label,) * (label > 0),
    "strings": lambda label: "ab"[label % 2],
    "sets": lambda label: frozenset([label]),
}


@given(st.one_of(number_graphs(), array_graphs()), st.sampled_from(sorted(KINDS)), st.booleans())
def test_groups_are_the_same_from_both_ends(drawn: Drawn, kind: str, pooled: bool) -> None:  # noqa: FBT001
    graph = drawn[0]
    up_to = 1 if pooled and kind == "numbers" else None

    def label(edge: Any) -> Any:
        number = int(labelled(graph, edge, "label"))
        return KINDS[kind](abs(number) if pooled else number)

    found = []
    for from_source in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "graphviz_lstm.paths.sweeping.sums.turned_if_cheaper",
                lambda dag, *_, is_so=from_source: turned(dag) if is_so else None,
            )
            found.append(find_paths(*drawn).group_by(label, up_to=up_to))
    ours, theirs = found
    assert {name: group.count for name, group in ours.items()} == {name: group.count for name, group in theirs.items()}
    assert list(ours) == list(theirs)
    atol = tolerance(find_paths(*drawn))
    for name, group in ours.items():
        assert_allclose(group.contribution, theirs[name].contribution, rtol=0, atol=atol)
        assert group.positive == pytest.approx(theirs[name].positive, rel=1e-9, abs=1e-9, nan_ok=True)
        assert group.negative == pytest.approx(theirs[name].negative, rel=1e-9, abs=1e-9, nan_ok=True)


@given(number_graphs())
def test_turned_twice_is_the_graph_itself(drawn: Drawn) -> None:
    dag = find_paths(*drawn).dag
    if not dag.vertices:
        return
    once = turned(dag)
    again = turned(once.dag)
    assert again.dag.vertices == dag.vertices
    assert sorted(once.edges) == list(range(len(dag.edges)))
    assert {(once.edges[e], tail, head) for e, (tail, head) in zip(again.edges, again.dag.ends(), strict=True)} == {
        (e, tail, head) for e, (tail, head) in enumerate(dag.ends())
    }


def test_a_label_near_the_target_is_grouped_from_the_source() -> None:
    """And one near the source, or everywhere, from the target."""
    graph: nx.DiGraph[Any] = ladder(40)
    for name in range(30):
        graph.add_edge(40, ("last", name), partial=1.0)
        graph.add_edge(("last", name), "E", partial=1.0)
        graph.add_edge("first", ("begin", name), partial=1.0)
        graph.add_edge(("begin", name), 0, partial=1.0)
    paths = find_paths(graph, "first", "E")

    def cheaper(label: Callable[[Any], Any]) -> bool:
        return turned_if_cheaper(paths.dag, [label(edge) for edge in paths.dag.edges], None) is not None

    assert cheaper(lambda edge: (edge[0],) if edge[1] == "E" else ())
    assert not cheaper(lambda edge: (edge[1],) if edge[0] == "first" else ())
    assert not cheaper(lambda edge: int(isinstance(edge[1], tuple)))
    groups = paths.group_by(lambda edge: (edge[0],) if edge[1] == "E" else ())
    assert [group.count for group in groups.values()] == [30 * 2**40] * 30


def test_vectors_too_are_grouped_from_the_source_where_labels_sit_near_the_target_and_the_source_is_small() -> None:
    """From a state of a few entries tangents are few; from a matrix of thousands they are as many."""
    for units, inputs, source, turns in ((8, 4, "b_A", True), (8, 4, "W_A", True), (64, 64, "W_A", False)):
        net = evaluate(random_example(LSTM, hidden=units, inputs=inputs, steps=24, scale=units**-0.5))
        paths = find_paths(net, source, TARGET)

        def turned_by(label: str, paths: PathSet = paths) -> bool:
            labels = [attributes[label] for attributes in paths.dag.attributes]
            return turned_if_cheaper(paths.dag, labels, None, costs_of(paths.dag)) is not None

        assert turned_by("exit") == turns
        assert not turned_by("entry")
        assert not turned_by("crossings")


def test_progress_is_told_from_either_end_and_comes_to_the_whole() -> None:
    """Of edges; it never falls, and a set without an edge has nothing to tell."""
    net = evaluate(random_example(LSTM, hidden=3, steps=6))
    for level in ("quantity", "unit"):
        for label in ("exit", "entry"):
            told: list[tuple[int, int]] = []
            paths = find_paths(net, "b_A", TARGET, level=level)  # type: ignore[call-overload]
            paths.group_by(label, progress=lambda done, whole, told=told: told.append((done, whole)))
            assert told == sorted(told)
            assert told[-1] == (len(paths.dag.edges), len(paths.dag.edges))
    find_paths(net, TARGET, TARGET).group_by("exit", progress=lambda *_: pytest.fail("there is no edge"))
