"""What is rounding alone is zero: of rational partials, each rounded once, against exact sums."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.compiled.wide import narrow, widen
from graphviz_lstm.paths.facts import Facts
from graphviz_lstm.paths.sweeping.settled import settled
from tests.paths.maps import ToNumber

ROUNDING = 16 * 2.0**-52
thirds = st.builds(Fraction, st.integers(-30, 30), st.sampled_from([3, 7, 10, 11]))


@st.composite
def rational_graphs(draw: st.DrawFn) -> tuple[nx.DiGraph[Any], int, Fraction]:
    """Draw a DAG of rounded partials, its last vertex, and the exact sum of its contributions from 0 to there.

    The last edge out of 0 is often such that they sum to zero.
    """
    size = draw(st.integers(3, 6))
    exact: dict[tuple[int, int], Fraction] = {}
    for head in range(1, size):
        for tail in range(head):
            exact[tail, head] = draw(thirds)
    ways = [Fraction(0)] * size
    ways[-1] = Fraction(1)
    for tail in reversed(range(1, size - 1)):
        ways[tail] = sum((exact[tail, head] * ways[head] for head in range(tail + 1, size)), Fraction(0))
    if draw(st.booleans()):
        exact[0, size - 1] = -sum((exact[0, head] * ways[head] for head in range(1, size - 1)), Fraction(0))
    total = sum((exact[0, head] * ways[head] for head in range(1, size)), Fraction(0))
    graph: nx.DiGraph[Any] = nx.DiGraph(rounding=ROUNDING)
    graph.add_nodes_from(range(size))
    graph.add_edges_from((*edge, {"partial": float(partial)}) for edge, partial in exact.items())
    return graph, size - 1, total


@given(rational_graphs())
def test_a_total_is_zero_where_the_exact_one_is_and_told_where_it_can_be(
    drawn: tuple[nx.DiGraph[Any], int, Fraction],
) -> None:
    """From both sides: no rounding is told, and nothing that is far above it is lost."""
    graph, target, exact = drawn
    for level in ("quantity", "unit"):
        paths: Any = find_paths(graph, 0, target, level=level)  # type: ignore[call-overload]
        size = float(paths.absolute_total)
        if exact == 0:
            assert paths.total == 0.0
        elif abs(exact) > Fraction(size) * Fraction(ROUNDING) * (target + 1):
            assert abs(Fraction(float(paths.total)) - exact) <= Fraction(size) * Fraction(ROUNDING) * (target + 1)
            assert paths.total != 0.0


def test_each_entry_of_a_source_is_judged_by_itself() -> None:
    """Of an array the entry that cancels is zero, the others are what they are."""
    graph: nx.DiGraph[Any] = nx.DiGraph(rounding=ROUNDING)
    for middle, sign in (("y", 1.0), ("z", -1.0)):
        graph.add_edge("x", middle, partial=ToNumber(np.array([0.1, 0.7])))
        graph.add_edge(middle, "E", partial=sign * (1.0 if middle == "y" else 1.0 + 2.0**-51))
    graph.add_edge("x", "E", partial=ToNumber(np.array([0.0, 1.0])))
    paths = find_paths(graph, "x", "E")
    assert np.asarray(paths.total).tolist() == [0.0, pytest.approx(1.0)]
    assert np.isnan(find_paths(graph, "x", "E", element=0).share)
    assert find_paths(graph, "x", "E", element=1).share == pytest.approx(1.0)


def test_of_exact_partials_and_of_maps_a_total_stays_what_it_is() -> None:
    """Nothing is known of rounding there."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edge("x", "E", partial=1e-300)
    facts = Facts(find_paths(graph, "x", "E").dag)
    tiny = widen(1e-300)
    assert narrow(settled(facts.dag, tiny, widen(1.0), 1)) == 1e-300
    assert narrow(settled(facts.dag, tiny, None, 1)) == 1e-300
