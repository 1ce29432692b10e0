"""The worked example, held against what its article prints and against the design's own figures."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.graph import annotate, evaluate, reverse, unroll
from graphviz_lstm.problems import load_example

# As the article prints them.
PRINTED = {
    "a_0": 0.81775,
    "i_0": 0.96083,
    "f_0": 0.85195,
    "o_0": 0.81757,
    "S_0": 0.78572,
    "H_0": 0.53631,
    "a_1": 0.84980,
    "i_1": 0.98118,
    "f_1": 0.87030,
    "o_1": 0.84993,
    "S_1": 1.5176,
    "H_1": 0.77197,
}


def test_the_forward_pass_is_the_articles_to_its_printed_digits() -> None:
    """The article rounds each figure as it goes, so each is recomputed from the printed ones that it is made of."""
    graph = evaluate(load_example("gomez"))
    for step in (0, 1):
        for gate in "aifo":
            value = float(graph.nodes[f"{gate}_{step}"]["value"][0])
            # Its gates are printed to five decimals, cut or rounded.
            assert abs(value - PRINTED[f"{gate}_{step}"]) < 1e-5
        at = {gate: PRINTED[f"{gate}_{step}"] for gate in "aifo"}
        state = at["a"] * at["i"] + at["f"] * (PRINTED["S_0"] if step else 0.0)
        digits = 4 if step else 5
        assert round(state, digits) == PRINTED[f"S_{step}"]
        assert round(np.tanh(PRINTED[f"S_{step}"]) * at["o"], 5) == PRINTED[f"H_{step}"]


def test_the_gradient_is_the_designs() -> None:
    """dE/dW_A to 1e-15."""
    adjoints = reverse(evaluate(load_example("gomez")))
    expected = [-0.026716218482736347, -0.0922011319809542]
    assert np.abs(adjoints["W_A"][0] - expected).max() < 1e-15


@pytest.mark.parametrize(
    ("at", "counts"), [("every", [1, 7, 37, 182, 878, 4214]), ("last", [1, 6, 30, 145, 696, 3336])]
)
def test_the_unrolled_graph_has_as_many_paths_as_the_design_says(at: str, counts: list[int]) -> None:
    """Listed by networkx, for one to six steps."""
    for steps, count in enumerate(counts, start=1):
        graph = unroll(LSTM, steps, at=at)
        assert sum(1 for _ in nx.all_simple_paths(graph, "W_A", "E")) == count


def test_the_flows_are_those_of_the_sketch() -> None:
    """45 % along the carousel, 61 % in at the last step, four thin lines out of H_0."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    flows = {
        ("W_A", "a_0"): 39.0,
        ("W_A", "a_1"): 61.0,
        ("S_0", "S_1"): 45.1,
        ("S_0", "H_0"): -6.1,
        ("H_0", "E"): -12.3,
        ("H_0", "f_1"): 0.2,
        ("H_0", "i_1"): 0.3,
        ("H_0", "a_1"): 1.0,
        ("H_0", "o_1"): 4.7,
        ("H_1", "E"): 112.3,
    }
    for edge, percent in flows.items():
        assert round(100 * graph.edges[edge]["flow"], 1) == percent


def test_the_crossing_paths_are_a_tenth_of_the_first_element() -> None:
    """Of dE/dW_A[0,0] the four gates' crossings carry 10.14 % and the carousel 73.7 %."""
    graph = annotate(evaluate(load_example("gomez")), "W_A", element=(0, 0))
    crossings = sum(edge["flow"] for _, _, edge in graph.edges(data=True) if edge["kind"] == "crossing")
    assert round(100 * crossings, 2) == 10.14
    assert round(100 * graph.edges["S_0", "S_1"]["flow"], 1) == 73.7
