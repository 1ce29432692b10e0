"""Evaluated graphs in other programs' formats."""

from __future__ import annotations

import json
from dataclasses import replace
from inspect import signature

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.cells import LSTM, RNN, parse_cell
from graphviz_lstm.errors import GraphError
from graphviz_lstm.graph import annotate, as_matrix, evaluate, unroll
from graphviz_lstm.graph.export import to_graphml, to_node_link
from graphviz_lstm.problems import LossTerm, Problem, load_example, stack
from tests.examples import TYPICAL, random_example
from tests.laws.cells import bind

GRAPHS = {
    "gomez": lambda: evaluate(load_example("gomez")),
    "operations": lambda: evaluate(random_example(TYPICAL["lstm-peephole"], hidden=2), detail="operation"),
    "annotated": lambda: annotate(evaluate(random_example(TYPICAL["gru"], hidden=2)), "W_z", element=(1, 0)),
    "unrolled": lambda: unroll(LSTM, 3),
    "layers": lambda: unroll(stack([RNN, LSTM], "Y[t] = V @ H[t]"), 2),
    "unicode": lambda: evaluate(bind("größe[t] = tanh(größe[t-1] + ξ_1)", {}, steps=2, first_step=1, seed=0)),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_node_link_json_is_read_by_networkx(name: str) -> None:
    """The same vertices and edges, in the same order, with their values and matrices."""
    graph = GRAPHS[name]()
    text = json.dumps(to_node_link(graph), allow_nan=False)
    # "links" is the default before networkx 3.4, which has no such argument.
    told = {"edges": "links"} if "edges" in signature(nx.node_link_graph).parameters else {}
    read = nx.node_link_graph(json.loads(text), **told)
    assert type(read) is nx.DiGraph
    assert list(read) == list(graph)
    assert list(read.edges) == list(graph.edges)
    for vertex, data in graph.nodes.items():
        assert read.nodes[vertex]["name"] == vertex
        assert (read.nodes[vertex]["step"], read.nodes[vertex]["role"]) == (data["step"], data["role"])
        if "value" in data:
            assert np.array_equal(read.nodes[vertex]["value"], data["value"])
    for tail, head, data in graph.edges(data=True):
        edge = read.edges[tail, head]
        assert edge["symbol"] == str(data["symbol"])
        assert edge["gates"] == sorted(data["gates"])
        if "partial" in data:
            assert np.array_equal(edge["partial"], as_matrix(data["partial"]))
        if "flow" in data:
            assert edge["flow"] == data["flow"]
    assert read.graph["target"] == "E"


@pytest.mark.parametrize("name", GRAPHS)
def test_graphml_is_read_by_networkx(name: str) -> None:
    """Lists come back as JSON text; what is None does not come back."""
    graph = GRAPHS[name]()
    read = nx.parse_graphml(to_graphml(graph))
    assert type(read) is nx.DiGraph
    assert list(read) == list(graph)
    assert set(read.edges) == set(graph.edges)
    for vertex, data in graph.nodes.items():
        assert read.nodes[vertex].get("step") == data["step"]
        if "value" in data:
            assert np.array_equal(json.loads(str(read.nodes[vertex]["value"])), data["value"])
    for tail, head, data in graph.edges(data=True):
        assert read.edges[tail, head]["kind"] == data["kind"]
        if "partial" in data:
            assert np.array_equal(json.loads(read.edges[tail, head]["partial"]), as_matrix(data["partial"]))


def test_a_large_map_is_told_by_its_shape_and_norm() -> None:
    """Its Frobenius norm, whichever side is longer."""
    graph = evaluate(random_example(LSTM, hidden=4, inputs=3))
    links = {(link["source"], link["target"]): link["partial"] for link in to_node_link(graph, largest=8)["links"]}
    summarised = 0
    for tail, head, linear in graph.edges(data="partial"):
        dense = as_matrix(linear)
        if dense.size > 8:
            told = links[tail, head]
            assert told["shape"] == list(dense.shape)
            assert told["norm"] == pytest.approx(np.linalg.norm(dense), rel=1e-13)
            summarised += 1
        else:
            assert links[tail, head] == dense.tolist()
    assert summarised


@pytest.mark.parametrize("power", [-1000, -600, 0, 600, 1000])
def test_the_norm_of_a_large_map_has_the_size_of_its_numbers(power: int) -> None:
    """Of 1e200 it was a warning and infinite, and of 1e-200 nothing."""
    example = random_example(RNN, hidden=3, inputs=3)
    shift = np.ldexp(1.0, [power, -power])
    moved = replace(
        example,
        inputs=example.inputs * shift[0],
        parameters={**example.parameters, "W_H": example.parameters["W_H"] * shift[1]},
    )
    norms = [
        next(link["partial"]["norm"] for link in to_node_link(evaluate(each), largest=8)["links"])
        for each in (example, moved)
    ]
    assert norms[1] == norms[0] * shift[0]


def test_a_partial_that_leaves_the_range_is_none() -> None:
    """It was a warning, and `Infinity`, which JSON does not know."""
    cell = parse_cell("c", "H[t] = X[t] / V", ranks={"V": 0, "X": 0})
    graph = evaluate(Problem(cell, {"V": 1e-200}, {"X": [1.0]}, [LossTerm("H", (1,), [0.0], "given")]))
    links = json.loads(json.dumps(to_node_link(graph), allow_nan=False))["links"]
    assert {link["source"]: link["partial"] for link in links}["V"] == [[None]]
    nx.parse_graphml(to_graphml(graph))


def test_a_number_shaped_loss_is_a_number() -> None:
    """E has no axes."""
    data = to_node_link(evaluate(load_example("gomez")))
    assert isinstance(data["nodes"][-1]["value"], float)


def test_a_graph_from_elsewhere_is_refused() -> None:
    """With what would make one."""
    with pytest.raises(GraphError, match=r"not an unrolled graph: .* \(unroll and evaluate make one\)"):
        to_graphml(nx.DiGraph([("a", "b")]))
