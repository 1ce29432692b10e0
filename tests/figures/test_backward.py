"""Figures of nets that run backward in time: lines over the frames, through no box; all views, long sequences."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import Problem, Study, stack_problem
from graphviz_lstm.figures.layout import make_layout, make_unit_layout, runs_back, spell_out
from graphviz_lstm.figures.routes import Drawn, route_all
from graphviz_lstm.figures.routes.units import route_units
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH
from graphviz_lstm.graph import annotate, evaluate
from tests.figures.geometry import overlaps

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


def net(cell: str, direction: str, steps: int, hidden: int = 1) -> Problem:
    """Return a stack of one unit in each cell, or of more."""
    random = np.random.default_rng(0)
    size = 2 * hidden if direction == "both" else hidden
    layers: list[Any] = [{"cell": cell, "direction": direction}]
    losses = [{"targets": random.normal(size=(steps, size))}]
    return stack_problem(layers, inputs=random.normal(size=(steps, 2)), losses=losses, hidden=hidden, seed=1)


def place_of(graph: Graph, vertex: str) -> tuple[Any, Any]:
    """Return the quantity and the step of a vertex, or of a unit."""
    return graph.nodes[vertex]["quantity"], graph.nodes[vertex]["step"]


def along_the_curve(corners: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return points of a line of cubic curves, from its start to its end."""
    found = [corners[0]]
    for k in range(0, len(corners) - 1, 3):
        a, b, c, d = (np.array(corner) for corner in corners[k : k + 4])
        for t in np.linspace(0.05, 1.0, 20):
            x, y = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            found.append((float(x), float(y)))
    return found


@pytest.mark.parametrize("direction", ["backward", "both"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_lines_back_in_time_run_over_the_frames_and_through_no_box(cell: str, direction: str) -> None:
    """Each leads to the left; those of a step and of the next one lie at different heights."""
    problem = net(cell, direction, 3)
    graph = annotate(evaluate(problem), problem.cell.parameters[-1])
    source = graph.graph["source"]
    layout = make_layout(graph, source)
    drawn = {
        edge: 1.0 for edge in graph.edges if all(vertex in layout.places for vertex in edge) and source not in edge
    }
    routes = route_all(Drawn(graph, layout, drawn, source))
    back = [edge for edge in drawn if runs_back(graph, edge)]
    assert back
    top, highest = layout.motif.height, layout.motif.height + layout.motif.attic
    rails: dict[float, list[tuple[float, float]]] = {}
    for edge in back:
        points = along_the_curve(routes[edge].points)
        height = max(y for _, y in points)
        assert top < height <= highest
        along = [x for x, y in points if abs(y - height) < 0.01]
        assert along[0] > along[-1]
        rails.setdefault(round(height, 2), []).append((along[-1], along[0]))
        for vertex, (x, y) in layout.places.items():
            if vertex not in edge:
                inside = [
                    point
                    for point in points
                    if abs(point[0] - x) < BOX_WIDTH / 2 - 1 and abs(point[1] - y) < BOX_HEIGHT / 2 - 1
                ]
                assert not inside, (edge, vertex)
    for spans in rails.values():
        spans.sort()
        assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("view", ["flow", "path", "metro", "rolled", "values", "cell"])
@pytest.mark.parametrize("steps", [1, 3, 15])
def test_every_view_draws_a_net_of_both_directions(view: str, steps: int) -> None:
    """Of few steps and of many, of which some are hidden."""
    study = Study(net("gru", "both", steps), source=None if view == "cell" else "W_z^(1<)")
    assert len(study.figure(view).svg) > 1000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "direction", "hidden", "source"),
    [
        ("rnn", "both", 1, "U_H^(1<)"),
        ("rnn", "backward", 2, "H^(1<)_4"),
        ("gru", "both", 1, "X_1"),
        ("lstm", "backward", 1, "b_f^(1<)"),
        ("rnn", "both", 2, "H^(1>)_0"),
    ],
)
@pytest.mark.parametrize("view", ["flow", "path", "values"])
def test_single_units_are_drawn_whose_lines_run_over_the_frames_and_through_nothing(
    cell: str, direction: str, hidden: int, source: str, view: str
) -> None:
    """Their flows are those of their quantities, added up; what leads back in time leads to the left."""
    study = Study(net(cell, direction, 2 if cell == "gru" or (direction, hidden) == ("both", 2) else 3, hidden), source)
    figure = study.figure(view, detail="unit")  # type: ignore[arg-type]
    assert overlaps(figure.scene) == []
    annotated = annotate(study.graph, source)
    units = spell_out(annotated)
    for tail, head, edge in annotated.edges(data=True):
        own = [
            data["flow"]
            for one, other, data in units.edges(data=True)
            if [place_of(units, one), place_of(units, other)] == [place_of(annotated, tail), place_of(annotated, head)]
        ]
        if own:
            assert abs(sum(own) - edge["flow"]) < 1e-12
    layout = make_unit_layout(units)
    back = [edge for edge in units.edges if runs_back(units, edge)]
    assert back
    top = layout.motif.height
    routes = route_units(units, layout, dict.fromkeys(units.edges, 1.0), units.graph["source"], {})
    for edge in back:
        points = along_the_curve(routes[edge].points)
        height = max(y for _, y in points)
        assert top < height <= top + layout.motif.attic
        along = [x for x, y in points if abs(y - height) < 0.01]
        assert along[0] > along[-1]
