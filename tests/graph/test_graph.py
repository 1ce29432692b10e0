"""Laws of the unrolled graph, its maps and its sweeps."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import LSTM, Cell, parse_cell
from graphviz_lstm.errors import InputError, NumberError, UnknownNameError, UnknownVertexError
from graphviz_lstm.graph import (
    TARGET,
    annotate,
    as_matrix,
    evaluate,
    forward,
    given_values,
    push_forward,
    reverse,
    unroll,
)
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import TYPICAL, random_example

CELLS_AND_DETAILS = [(cell, detail) for cell in TYPICAL.values() for detail in ("gate", "operation")]
IDS = [f"{cell.name}-{detail}" for cell, detail in CELLS_AND_DETAILS]


@pytest.mark.parametrize(("cell", "detail"), CELLS_AND_DETAILS, ids=IDS)
def test_vertices_stand_in_topological_order(cell: Cell, detail: str) -> None:
    """So that a sweep is a loop over the graph."""
    graph = unroll(cell, 4, detail=detail)
    position = {vertex: k for k, vertex in enumerate(graph)}
    assert all(position[tail] < position[head] for tail, head in graph.edges)
    assert nx.is_directed_acyclic_graph(graph)


@pytest.mark.parametrize(("cell", "detail"), CELLS_AND_DETAILS, ids=IDS)
def test_each_step_has_the_same_motif(cell: Cell, detail: str) -> None:
    """Steps two and three differ in nothing but their number."""
    graph = unroll(cell, 3, detail=detail)

    def motif(step: int) -> set[tuple[str, ...]]:
        return {
            (graph.nodes[tail]["quantity"], graph.nodes[head]["quantity"], data["kind"])
            for tail, head, data in graph.edges(data=True)
            if graph.nodes[head]["step"] == step
        }

    assert motif(2) == motif(3)


def test_the_lstm_crosses_into_its_four_gates_and_rides_one_carousel() -> None:
    """H_1 -> gate_2, S_1 -> S_2."""
    graph = unroll(LSTM, 2)
    kinds = {
        edge: data["kind"]
        for *edge, data in ((t, h, d) for t, h, d in graph.edges(data=True))
        for edge in [tuple(edge)]
    }
    assert {edge for edge, kind in kinds.items() if kind == "crossing" and edge[0] == "H_1"} == {
        ("H_1", "a_2"),
        ("H_1", "i_2"),
        ("H_1", "f_2"),
        ("H_1", "o_2"),
    }
    assert {edge for edge, kind in kinds.items() if kind == "carousel"} == {("S_0", "S_1"), ("S_1", "S_2")}
    assert graph.edges["H_1", "o_2"]["gates"] == frozenset({"o"})
    assert unroll(LSTM, 2, detail="operation").edges["H_1", "Z_o,2"]["gates"] == frozenset({"o"})


def test_a_gru_has_both_a_carousel_and_crossings_out_of_its_one_state() -> None:
    """H_1 reaches H_2 outside every activation, and z, r, h inside one."""
    graph = unroll(TYPICAL["gru"], 2)
    assert graph.edges["H_1", "H_2"]["kind"] == "carousel"
    assert {h for _, h, kind in graph.out_edges("H_1", data="kind") if kind == "crossing"} == {"z_2", "r_2", "h_2"}
    assert str(graph.edges["H_1", "H_2"]["symbol"]) == "z_2"
    assert str(graph.edges["z_2", "H_2"]["symbol"]) == "H_1 - h_2"
    assert str(graph.edges["H_1", "h_2"]["symbol"]) == "f_h'(Z_h,2) * U_h * r_2"


@pytest.mark.parametrize(("cell", "detail"), CELLS_AND_DETAILS, ids=IDS)
def test_push_and_pull_of_every_edge_are_transposes(cell: Cell, detail: str) -> None:
    """<push(t), a> = <t, pull(a)>, for a batch at once and for one by one."""
    random = np.random.default_rng(1)
    graph = evaluate(random_example(cell, hidden=3), detail=detail)
    for _, _, linear in graph.edges(data="partial"):
        tangents = random.normal(size=(4, *linear.tail_shape))
        adjoints = random.normal(size=(4, *linear.head_shape))
        pushed, pulled = linear.push(tangents), linear.pull(adjoints)
        left = (pushed * adjoints).reshape(4, -1).sum(axis=1)
        right = (pulled * tangents).reshape(4, -1).sum(axis=1)
        assert np.allclose(left, right, rtol=1e-12, atol=1e-13)
        assert np.allclose(pushed[2], linear.push(tangents[2]), rtol=1e-12, atol=1e-15)
        assert np.allclose(pulled[2], linear.pull(adjoints[2]), rtol=1e-12, atol=1e-15)
        assert (as_matrix(linear.absolute()) >= np.abs(as_matrix(linear)) * (1 - 1e-12)).all()


@pytest.mark.parametrize(("cell", "detail"), CELLS_AND_DETAILS, ids=IDS)
def test_every_partial_is_the_difference_quotient_of_its_equation(cell: Cell, detail: str) -> None:
    """With all other parents held fixed."""
    example = random_example(cell, hidden=2, steps=2)
    graph = evaluate(example, detail=detail)
    values = {vertex: value for vertex, value in graph.nodes(data="value") if vertex != TARGET}
    for tail, head, linear in graph.edges(data="partial"):
        value = graph.nodes[tail]["value"]
        moves = 1e-5 * np.eye(value.size).reshape(-1, *value.shape)
        fixed = {vertex: values[vertex] for vertex in graph if vertex not in (head, TARGET)}
        above, below = (
            forward(graph, given_values(example) | fixed | {tail: value + d})[head] for d in (moves, -moves)
        )
        quotient = ((above - below) / 2e-5).reshape(value.size, -1).T
        assert np.allclose(as_matrix(linear), quotient, atol=1e-8), (tail, head)


@given(
    seed=st.integers(0, 2**32 - 1),
    hidden=st.integers(1, 4),
    steps=st.integers(1, 5),
    name=st.sampled_from(sorted(TYPICAL)),
)
@settings(max_examples=40, deadline=None)
def test_forward_and_reverse_sweeps_agree(seed: int, hidden: int, steps: int, name: str) -> None:
    """The tangent of E along a direction is the gradient's product with it."""
    graph = evaluate(random_example(TYPICAL[name], hidden=hidden, steps=steps, seed=seed, scale=hidden**-0.5))
    random = np.random.default_rng(seed)
    adjoints = reverse(graph)
    for source, adjoint in adjoints.items():
        directions = random.normal(size=(3, *adjoint.shape))
        tangents = push_forward(graph, source, directions).get(TARGET, np.zeros(3))
        expected = (directions * adjoint).reshape(3, -1).sum(axis=1)
        scale = np.abs(directions * adjoint).reshape(3, -1).sum(axis=1).max()
        assert np.abs(tangents - expected).max() <= 1e-11 * (scale + 1)


@pytest.mark.parametrize(("cell", "detail"), CELLS_AND_DETAILS, ids=IDS)
def test_what_flows_into_a_vertex_flows_out_of_it(cell: Cell, detail: str) -> None:
    """From 1 at the source to 1 at E, for every source and every direction."""
    evaluated = evaluate(random_example(cell, hidden=3, steps=3), detail=detail)
    for source in evaluated:
        if source == TARGET:
            continue
        if not reverse(evaluated)[source].any():
            # The stabiliser of an sLSTM and its arguments: by the equations the output does not know of them.
            assert cell.name == "slstm"
            with pytest.raises(NumberError, match="there is nothing to share"):
                annotate(evaluated, source)
            continue
        graph = annotate(evaluated, source)
        scale = max(abs(flow) for _, _, flow in graph.edges(data="flow"))
        for vertex, flow in graph.nodes(data="flow"):
            into = sum(flow for _, _, flow in graph.in_edges(vertex, data="flow"))
            out = sum(flow for _, _, flow in graph.out_edges(vertex, data="flow"))
            if vertex != source:
                assert abs(into - flow) <= 1e-12 * scale
            if vertex != TARGET:
                assert abs(out - flow) <= 1e-12 * scale
        assert abs(graph.nodes[source]["flow"] - 1) <= 1e-12 * scale
        assert abs(graph.nodes[TARGET]["flow"] - 1) <= 1e-12 * scale


def test_annotating_changes_nothing_of_the_graph_that_it_is_given() -> None:
    """A second source starts afresh."""
    graph = evaluate(random_example(LSTM))
    annotate(graph, "W_A")
    assert "flow" not in graph.nodes["W_A"]
    assert "source" not in graph.graph


def test_a_cell_of_two_sizes_evaluates() -> None:
    """A hidden layer need not be as wide as the output."""
    cell = parse_cell("wide", "p[t] = tanh(W @ X[t] + U @ H[t-1])\nH[t] = V @ p[t]")
    example = random_example(cell, hidden=2)
    graph = evaluate(example)
    assert reverse(graph)["V"].shape == graph.nodes["V"]["value"].shape


@pytest.mark.parametrize("steps", [0, -1, 1.5, True, "2"])
def test_a_wrong_number_of_steps_is_refused(steps: object) -> None:
    """At the call."""
    with pytest.raises(InputError, match=r"wrong number of steps: .* \(must be a whole number, at least 1\)"):
        unroll(LSTM, steps)  # type: ignore[arg-type]


def test_unknown_choices_name_what_there_is() -> None:
    """Loss, place, detail, source."""
    with pytest.raises(UnknownNameError, match="unknown detail: 'gates' \\(must be one of 'gate', 'operation'\\)"):
        unroll(LSTM, 1, detail="gates")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown loss"):
        unroll(LSTM, 1, loss="hinge")
    with pytest.raises(UnknownVertexError, match="unknown vertex: 'W_a' \\(must be one of 'W_A'"):
        annotate(evaluate(random_example(LSTM)), "W_a")


@pytest.mark.parametrize("element", [(0,), (0, 2), (-1, 0), (0, 0, 0)])
def test_an_element_must_be_an_index_into_the_source(element: tuple[int, ...]) -> None:
    """The shape is told."""
    with pytest.raises(InputError, match="must be an index into its shape \\(1, 2\\)"):
        annotate(evaluate(random_example(LSTM)), "W_A", element=element)


def test_a_zero_gradient_has_no_shares() -> None:
    """H_1 of a cell whose loss is given as zero."""
    example = random_example(LSTM, loss="given")
    zero = type(example)(LSTM, example.parameters, example.inputs, 0 * example.targets, loss="given")
    with pytest.raises(NumberError, match="zero gradient: dE/dW_A is zero"):
        annotate(evaluate(zero), "W_A")


def test_a_value_that_overflows_names_its_vertex() -> None:
    """Not a NaN in the picture."""
    cell = parse_cell("loud", "H[t] = H[t-1] * H[t-1] + W @ X[t]")
    example = random_example(cell, hidden=1, inputs=1, steps=12, scale=1e6)
    with pytest.raises(NumberError, match="not a finite number: the value of vertex 'H_"):
        evaluate(example)


def test_an_adjoint_that_overflows_names_its_vertex() -> None:
    """Though every value is finite."""
    cell = parse_cell("steep", "H[t] = W @ (X[t] * X[t])")
    problem = Problem(cell, {"W": [[1e-200]]}, {"X": [[1e120]]}, [LossTerm("H", [1], [[-1e140]])])
    with pytest.raises(NumberError, match="not a finite number: the adjoint of vertex 'W' is "):
        reverse(evaluate(problem))
