"""Strands: on every edge the flow by class of path, against all paths listed one by one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.gradients.shares.strands import MOST_CLASSES, OTHERS, Masses, strands_of
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import TYPICAL, random_example


def label_of(graph: Any, path: Any, by: str) -> object:
    """Return the class of a path, told from its edges one by one."""
    edges = [graph.edges[edge] for edge in path.edges]
    if by == "crossings":
        return min(sum(edge["crossings"] for edge in edges), 2)
    if by == "gates":
        gates = sorted(set().union(*(edge["gates"] for edge in edges)))
        return "" if not gates else gates[0] if len(gates) == 1 else "several"
    if by == "sign":
        return None
    return next(iter(step for edge in edges for step in edge[by]), None)


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("by", ["crossings", "gates", "entry", "exit", "sign"])
@pytest.mark.parametrize("hidden", [1, 2])
def test_the_strands_of_an_edge_are_its_paths_by_class_and_sign(cell, by: Any, hidden: int) -> None:
    """Every mass is the sum over the paths through the edge; among vectors, that of both signs together."""
    graph = evaluate(random_example(cell, hidden=hidden, steps=3, seed=5))
    source = cell.parameters[0]
    paths = find_paths(graph, source, TARGET)
    annotated = annotate(graph, source)
    if by == "sign" and hidden > 1:
        with pytest.raises(InputError, match="signs take listing"):
            strands_of(annotated, by)
        return
    found = strands_of(annotated, by)
    assert found.signed == (hidden == 1)
    expected: dict[tuple[Any, object], list[float]] = {}
    for path in paths:
        label = label_of(graph, path, by)
        label = label if label in found.labels else OTHERS
        for edge in path.edges:
            expected.setdefault((edge, label), []).append(path.share)
    size = max(math.fsum(map(abs, shares)) for shares in expected.values())
    told = {(edge, label): part for edge, parts in found.of_edge.items() for label, part in parts.items() if part.mass}
    for key, shares in expected.items():
        part = told.pop(key, Masses(0.0, 0.0))
        assert part.flow == pytest.approx(math.fsum(shares), abs=1e-11 * size)
        if found.signed:
            assert part.positive == pytest.approx(math.fsum(share for share in shares if share > 0), abs=1e-11 * size)
    assert not told


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("by", ["crossings", "gates", "exit"])
@pytest.mark.parametrize("hidden", [1, 2])
@pytest.mark.parametrize("scale", [1e-4, 1e-9])
def test_a_small_class_is_no_rounding(cell: str, by: Any, hidden: int, scale: float) -> None:
    """What is a part of 1e-20 of another class was drawn as a path of nothing."""
    graph = evaluate(random_example(TYPICAL[cell], hidden=hidden, steps=3, scale=scale, seed=7))
    source = TYPICAL[cell].parameters[0]
    found = strands_of(annotate(graph, source), by)
    expected: dict[tuple[Any, object], list[float]] = {}
    for path in find_paths(graph, source, TARGET):
        label = label_of(graph, path, by)
        for edge in path.edges:
            expected.setdefault((edge, label if label in found.labels else OTHERS), []).append(path.share)
    for (edge, label), shares in expected.items():
        mass = math.fsum(map(abs, shares))
        flow = found.of_edge[edge].get(label, Masses(0.0, 0.0)).flow
        assert flow == pytest.approx(math.fsum(shares), rel=1e-9, abs=1e-9 * mass)
        assert flow or not mass


def test_what_cancels_within_an_edge_is_nothing() -> None:
    """An input that lies across the gradient brings rounding alone."""
    cell = parse_cell("c", "a[t] = W @ X[t]\nH[t] = a[t] + H[t-1]", output="H")
    inputs = {"X": [[0.1, 0.7, 0.3], [0.4, 0.2, -0.6]]}
    for hidden in (1, 2):
        losses = [LossTerm("H", (1, 2), [[1.0] * hidden, [1e-30] * hidden], "given")]
        graph = evaluate(Problem(cell, {"W": np.ones((hidden, 3))}, inputs, losses))
        parts = strands_of(annotate(graph, "W"), "entry").of_edge
        assert parts["W", "a_1"][1].flow == pytest.approx(1.0)
        assert not any(part.mass for part in parts["a_2", "H_2"].values())


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_each_class_that_flows_into_a_vertex_flows_out_of_it(cell) -> None:
    """Of every class, and each of its signs where there are numbers; and together they are the edge's flow."""
    for hidden in (1, 3):
        graph = annotate(evaluate(random_example(cell, hidden=hidden, steps=4)), cell.parameters[0])
        for by in ("crossings", "gates", "entry", "exit"):
            found = strands_of(graph, by)
            size = max(part.mass for parts in found.of_edge.values() for part in parts.values())
            for edge in found.of_edge:
                assert found.flow(edge) == pytest.approx(graph.edges[edge]["flow"], abs=1e-11 * size)
            for vertex in {edge[1] for edge in found.of_edge} - {TARGET}:
                for label in found.labels:
                    come = [p[label].flow for e, p in found.of_edge.items() if e[1] == vertex and label in p]
                    go = [p[label].flow for e, p in found.of_edge.items() if e[0] == vertex and label in p]
                    assert math.fsum(come) == pytest.approx(math.fsum(go), abs=1e-11 * size)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_in_a_deep_net_of_many_units_no_class_is_taken_for_rounding(cell: str) -> None:
    """The paths' sizes sum to 1e13 times the flow and more, what rounds is no more than the flows are."""
    problem = random_example(TYPICAL[cell], hidden=24, steps=40, scale=0.6, seed=3)
    graph = annotate(evaluate(problem), TYPICAL[cell].parameters[0])
    for by in ("crossings", "gates", "entry", "exit"):
        found = strands_of(graph, by)
        size = max(part.mass for parts in found.of_edge.values() for part in parts.values())
        for edge in found.of_edge:
            assert found.flow(edge) == pytest.approx(graph.edges[edge]["flow"], abs=1e-11 * size)


@pytest.mark.parametrize("seed", [5, 28, 32, 62])
def test_what_flows_nowhere_has_no_class_that_is_left_alone(seed: int) -> None:
    """What a stabilizer brings cancels, between classes too: of two one was rounding, the other had a line."""
    graph = annotate(evaluate(random_example(CELLS["slstm"], hidden=3, steps=5, scale=3.0, seed=seed)), "W_z")
    nowhere = [edge for edge, data in graph.edges.items() if data["flow"] == 0.0]
    for by in ("crossings", "gates", "entry", "exit"):
        parts = strands_of(graph, by).of_edge
        for edge in set(nowhere) & set(parts):
            flows = [part.flow for part in parts[edge].values()]
            assert abs(math.fsum(flows)) <= 1e-6 * math.fsum(map(abs, flows))


def test_of_many_classes_the_largest_are_told_apart() -> None:
    """And the rest together: nothing is lost."""
    graph = annotate(evaluate(random_example(TYPICAL["lstm"], steps=9)), "W_A")
    found = strands_of(graph, "entry")
    assert len(found.labels) == MOST_CLASSES["entry"]
    assert found.labels[-1] == OTHERS
    assert math.fsum(found.flow(edge) for edge in graph.in_edges(TARGET)) == pytest.approx(1.0)


@pytest.mark.parametrize("by", ["crossings", "sign"])
@pytest.mark.parametrize("size", [1.0, 1e-306, 1.1e-307])
def test_masses_that_leave_the_range_together_are_refused(size: float, by: Any) -> None:
    """Terms near 1e308 of which one remains: the sum of those that add was an OverflowError of Python's."""
    text = "H[t] = 10 * a[t] - 10 * b[t] + 10 * c[t] - 9 * d[t]"
    cell = parse_cell("c", "\n".join([*(f"{name}[t] = W * X[t]" for name in "abcd"), text]), output="H")
    problem = Problem(cell, {"W": [1.0]}, {"X": [[1.0]]}, [LossTerm("H", (1,), [[size]], kind="given")])
    graph = annotate(evaluate(problem), "W")
    if size < 1e-306:
        with pytest.raises(NumberError, match="not a finite number: the flow from 'H_1' to 'E' by"):
            strands_of(graph, by)
        return
    (masses,) = strands_of(graph, by).of_edge["H_1", "E"].values()
    assert (masses.positive, masses.negative) == pytest.approx((20.0, -19.0))
