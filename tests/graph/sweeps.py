"""The sweeps over arrays held against those over the explicit graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.graph import TARGET, evaluate, push_forward, reverse
from graphviz_lstm.graph.gradients import adjoints_of, tangents_of
from graphviz_lstm.graph.linearized import linearize

if TYPE_CHECKING:
    from graphviz_lstm.problems import Problem


def hold_sweeps(problem: Problem) -> None:
    """Raise unless both agree on every vertex, whatever is pushed, near rounding of the largest of either sweep."""
    graph, linear = evaluate(problem), linearize(problem)
    adjoints, found = reverse(graph), adjoints_of(linear)
    _hold({name: found.parameters[name] for name in problem.parameters}, {n: adjoints[n] for n in problem.parameters})
    places = {
        vertex: (data["quantity"], data["step"] - problem.first_step)
        for vertex, data in graph.nodes.items()
        if data["expression"] is not None and vertex != TARGET
    }
    of_graph = {vertex: adjoints[vertex] for vertex in places}
    _hold({vertex: found.quantities[name][row] for vertex, (name, row) in places.items()}, of_graph)
    random = np.random.default_rng(1)
    for source, data in graph.nodes.items():
        if data["role"] not in ("input", "initial") and source not in (
            *problem.cell.parameters[:1],
            *list(places)[-3:],
        ):
            continue
        name, step = data["quantity"], data["step"]
        direction = random.normal(size=np.shape(data["value"]))
        pushed = push_forward(graph, source, direction)
        reference, when = (Parameter(name), None) if step is None else (Quantity(name), step - problem.first_step)
        tangents = tangents_of(linear, reference, when, direction)
        of_graph = {vertex: pushed.get(vertex, np.zeros_like(adjoints[vertex])) for vertex in places}
        _hold({vertex: tangents.quantities[name][row] for vertex, (name, row) in places.items()}, of_graph)


def _hold(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> None:
    largest = max((float(np.max(np.abs(each), initial=0.0)) for each in expected.values()), default=0.0)
    for name, each in expected.items():
        np.testing.assert_allclose(found[name], each, rtol=1e-9, atol=1e-12 * largest, err_msg=name)
