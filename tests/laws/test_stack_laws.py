"""Laws over random stacks: layers in both directions, residual layers, embeddings, readouts, several losses, masks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from graphviz_lstm import Study, find_paths
from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.gradients.pathsets import paths_of
from graphviz_lstm.gradients.shares.strip import strip_shares
from graphviz_lstm.gradients.shares.triangle import triangle_of
from graphviz_lstm.graph import evaluate, forward, given_values, reverse
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.gradients import adjoints_of, tangents_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.losses import place_of
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.problems import parse_problem, problem_to_json, stack_problem
from graphviz_lstm.problems.layers import layers_of
from graphviz_lstm.problems.net import stack
from tests.laws.stacks import READOUT, STACKED, Drawn, expected, stacks

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array


def close(found: Array, due: Array, size: float) -> bool:
    """Return whether two agree to 1e-12 of the largest gradient there is."""
    return bool(np.abs(found - due).max(initial=0.0) <= 1e-12 * max(size, 1e-3))


def test_every_cell_that_may_be_drawn_takes_what_may_be_drawn_beside_it() -> None:
    """A law that draws for itself meets a name that two things bear only with some versions of hypothesis."""
    embedding = {"parameters": {"W_X": np.ones((2, 1))}}
    losses = [{"kind": "given", "targets": np.zeros((1, 2))}]
    for name, count in itertools.product(STACKED, (1, 2)):
        layers = [{"cell": CELLS[name]}] * count
        problem = stack_problem(
            layers, losses=losses, readout=READOUT, embedding=embedding, hidden=2, seed=0, inputs=np.array([1])
        )
        assert np.isfinite(linearize(problem).loss)


@given(stacks())
def test_value_and_gradients_are_autograds(drawn: Drawn) -> None:
    """By every parameter and every initial state, those behind the last step too; on the graph as on arrays."""
    value, gradients = expected(drawn)
    linear = linearize(drawn.problem)
    adjoints = adjoints_of(linear)
    assert linear.loss == pytest.approx(value, rel=1e-12)
    found = dict(adjoints.parameters) | dict(adjoints.initial)
    assert found.keys() == gradients.keys()
    size = max(float(np.abs(gradient).max()) for gradient in gradients.values())
    assert all(close(found[name], gradients[name], size) for name in found)
    for detail in ("gate", "operation"):
        graph = evaluate(drawn.problem, detail=detail)  # type: ignore[arg-type]
        swept = reverse(graph)
        for vertex, data in graph.nodes.items():
            if data["role"] in ("parameter", "initial"):
                assert close(swept[vertex], gradients[data["quantity"]], size)
        assert float(forward(graph, given_values(drawn.problem))["E"]) == pytest.approx(value, rel=1e-12)


@given(stacks(steps=3, layers=2))
def test_every_way_to_count_the_paths_agrees(drawn: Drawn) -> None:
    """A walk over the graph, the sweep, and what needs no graph; and the paths are the same, one after another."""
    problem, linear = drawn.problem, linearize(drawn.problem)
    graph = evaluate(problem)
    places = [place_of(term) for term in problem.losses]
    assert list(graph) == list(nx.lexicographical_topological_sort(graph, key={v: k for k, v in enumerate(graph)}.get))
    sources = [*list(problem.parameters)[:2], problem.cell.states[-1]]
    names = {
        data["quantity"]: vertex for vertex, data in graph.nodes.items() if data["role"] in ("parameter", "initial")
    }
    for source in (names[name] for name in sources):
        paths = paths_of(linear, source)
        count = sum(1 for _ in nx.all_simple_paths(graph, source, "E")) if paths.count < 3000 else paths.count
        assert paths.count == count == find_paths(graph, source, "E").count
        assert count_paths(problem.cell, problem.steps, places, source, first_step=problem.first_step) == count
        if 0 < count < 500:
            assert [p.vertices for p in paths] == [p.vertices for p in find_paths(graph, source, "E")]
            total = sum((p.contribution for p in paths), np.zeros(np.shape(paths.total)))
            assert np.allclose(total, reverse(graph)[source], rtol=1e-10, atol=1e-12)


@given(stacks())
def test_what_is_folded_by_steps_sums_to_the_gradient(drawn: Drawn) -> None:
    """The triangle and its routes, the strip, a tangent along a direction."""
    linear = linearize(drawn.problem)
    source = next(iter(drawn.problem.parameters))
    adjoint = adjoints_of(linear).parameters[source]
    index = np.unravel_index(int(np.abs(adjoint).argmax()), adjoint.shape)
    if abs(adjoint[index]) < 1e-6:
        return
    direction = np.zeros(adjoint.shape)
    direction[index] = 1.0 / adjoint[index]
    triangle = triangle_of(linear, Parameter(source), direction)
    assert triangle.whole.sum() == pytest.approx(1.0, abs=1e-8)
    assert np.allclose(sum(triangle.routes.values()), triangle.whole, atol=1e-8)
    shares = strip_shares(linear, paths_of(linear, source, element=tuple(map(int, index))))
    assert sum(shares.by_entry.values()) == pytest.approx(1.0, abs=1e-8)
    assert sum(shares.by_crossings.values()) == pytest.approx(1.0, abs=1e-8)
    entries = dict(zip(triangle.steps, triangle.whole.sum(axis=1), strict=True))
    assert all(shares.by_entry[step] == pytest.approx(share, abs=1e-8) for step, share in entries.items())
    tangents = tangents_of(linear, Parameter(source), None, direction)
    reached = sum(
        float((loss.family.at(k).push(tangents.quantities[loss.term.quantity][row])).sum())
        for loss in linear.losses
        for k, row in enumerate(loss.rows)
    )
    assert reached == pytest.approx(1.0, abs=1e-8)


@given(stacks(layers=2))
def test_a_check_of_a_stack_agrees_and_sequences_are_taken_together(drawn: Drawn) -> None:
    """By ways that share little; and two sequences at once are each by itself."""
    problem = drawn.problem
    Study(problem, source=next(iter(problem.parameters))).check()
    linear, together = linearize(problem), linearize_together([problem, problem])
    for sequence, adjoints in zip(together.sequences, together.adjoints(), strict=True):
        alone = adjoints_of(linear)
        assert sequence.loss == pytest.approx(linear.loss, rel=1e-13)
        for name, adjoint in alone.parameters.items():
            assert np.allclose(adjoints.parameters[name], adjoint, rtol=1e-10, atol=1e-13)
        for name, adjoint in alone.initial.items():
            assert np.allclose(adjoints.initial[name], adjoint, rtol=1e-10, atol=1e-13)


@given(stacks())
def test_a_stack_comes_back_from_its_layers_and_from_json(drawn: Drawn) -> None:
    """Name for name and bit for bit."""
    net = drawn.problem.cell
    layers, readout, embedding, reads = layers_of(net)
    assert stack(layers, readout, embedding=embedding, reads=reads, name=net.name) == net
    assert [*(reads or {}).values()] == ([drawn.lower] if drawn.lower else [])
    again = parse_problem(problem_to_json(drawn.problem))
    assert (again.cell.name, again.cell.equations, again.cell.output) == (net.name, net.equations, net.output)
    assert linearize(again).loss == linearize(drawn.problem).loss
    assert [place_of(term) for term in again.losses] == [place_of(term) for term in drawn.problem.losses]
