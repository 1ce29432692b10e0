"""Paths compiled from a problem's arrays are those of its graph: the same ones, in the same order."""

from __future__ import annotations

import re

import numpy as np
import pytest

from graphviz_lstm.cells import Cell, parse_cell
from graphviz_lstm.errors import EquationError, NumberError, ShapeError, UnknownVertexError
from graphviz_lstm.gradients.pathsets import paths_of, unit_paths_of
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import TYPICAL, random_example

LABELS = ("kind", "crossings", "gates", "recurrence", "entry", "exit")


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=TYPICAL)
@pytest.mark.parametrize(("hidden", "steps", "at"), [(1, 4, "every"), (3, 3, "last")])
def test_paths_from_arrays_are_those_of_the_graph(cell: Cell, hidden: int, steps: int, at: str) -> None:
    """From every vertex: structure, labels, sums; also through single units."""
    example = random_example(cell, hidden=hidden, steps=steps, at=at, scale=0.5)
    graph, linear = evaluate(example), linearize(example.problem)
    for source in graph:
        if source == TARGET:
            continue
        expected, found = find_paths(graph, source, TARGET), paths_of(linear, source)
        assert found.dag.vertices == expected.dag.vertices
        assert found.dag.edges == expected.dag.edges
        assert (found.dag.first, found.dag.heads) == (expected.dag.first, expected.dag.heads)
        for label in LABELS:
            assert [a[label] for a in found.dag.attributes] == [a[label] for a in expected.dag.attributes], label
        scale = np.abs(expected.total).max()
        assert np.allclose(found.total, expected.total, rtol=1e-12, atol=1e-12 * scale)
        units, spelled = unit_paths_of(linear, source), find_paths(graph, source, TARGET, level="unit")
        assert units.count == spelled.count
        size = np.max(spelled.absolute_total, initial=0.0)
        assert np.allclose(units.total, spelled.total, rtol=0, atol=1e-12 * size)
        assert [units[k].vertices for k in (0, -1)] == [spelled[k].vertices for k in (0, -1)]


def test_several_losses_of_one_quantity_are_edges_of_their_own_paths() -> None:
    """Two terms at one step are one edge of the graph and add up; from arrays their shares are the same."""
    example = random_example(TYPICAL["rnn"], steps=3)
    once = example.problem.losses[0]
    twice = LossTerm("H", once.steps[:2], once.targets[:2], weight=0.5)
    problem = Problem(TYPICAL["rnn"], example.parameters, {"X": example.inputs}, [once, twice], example.initial)
    graph, linear = evaluate(problem), linearize(problem)
    expected, found = find_paths(graph, "W_H", TARGET), paths_of(linear, "W_H")
    assert found.count == expected.count
    assert np.allclose(found.total, expected.total, rtol=1e-12)


OUT_OF_RANGE = [
    ("H[t] = H[t-1] / U + W * X[t]", {"U": 1e-310, "W": 0.1}, [0.0, 0.0], 0.0),
    ("H[t] = H[t-1] / U + W * X[t]", {"U": 1e-235, "W": 0.1}, [0.0, 0.0], 1e-320),
    ("H[t] = sqrt(H[t-1] * U) + W * X[t]", {"U": 0.0, "W": 0.1}, [1.0, 1.0], 1.0),
    ("H[t] = tanh(H[t-1] * U * U) + W * X[t]", {"U": 1e160, "W": 0.1}, [1.0, 1.0], 0.0),
]


@pytest.mark.parametrize("hidden", [1, 3])
@pytest.mark.parametrize("case", range(len(OUT_OF_RANGE)))
def test_a_partial_that_is_no_number_is_refused_by_the_line_of_the_graph(case: int, hidden: int) -> None:
    """It was told as a gradient of zero, with contributions of nan."""
    text, numbers, inputs, start = OUT_OF_RANGE[case]
    cell = parse_cell("c", text)
    parameters = {name: np.full(hidden, number) for name, number in numbers.items()}
    rows = np.repeat(np.array(inputs)[:, None], hidden, axis=1)
    loss = LossTerm("H", (1, 2), np.zeros((2, hidden)))
    problem = Problem(cell, parameters, {"X": rows}, [loss], {"H": np.full(hidden, start)})
    graph, linear = evaluate(problem), linearize(problem)
    refused = 0
    for source in graph:
        if source == TARGET:
            continue
        for level, found in (("quantity", paths_of), ("unit", unit_paths_of)):
            try:
                find_paths(graph, source, TARGET, level=level)
            except NumberError as error:
                refused += 1
                with pytest.raises(NumberError, match=rf"^{re.escape(str(error))}$"):
                    found(linear, source)
            else:
                found(linear, source)
    assert refused


def test_what_is_not_there_is_named() -> None:
    """A vertex, an entry; and two vertices of one name are refused as when the graph is made."""
    linear = linearize(random_example(TYPICAL["lstm"]).problem)
    with pytest.raises(UnknownVertexError, match=r"unknown vertex: 'W_a' \(must be one of 'W_A'"):
        paths_of(linear, "W_a")
    with pytest.raises(ShapeError, match="unknown element"):
        paths_of(linear, "W_A", element=(9, 9))
    cell = parse_cell("twice", "H[t] = tanh(H_1 @ X[t] + H[t-1])")
    clash = random_example(cell)
    with pytest.raises(EquationError, match="two vertices would be called 'H_1'"):
        paths_of(linearize(clash.problem), "H_1")
