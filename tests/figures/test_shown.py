"""What is drawn on request: every input and parameter where it is read, the loss of each step with its target."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.layout import ROOMY, widened
from graphviz_lstm.figures.views.common import brief
from graphviz_lstm.figures.views.losses import loss_at
from graphviz_lstm.figures.views.shown import spacing_with, with_shown
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.problems import LossTerm, Problem, load_example
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.figures.cells import SHAPES
from tests.figures.geometry import overlaps

EVERYTHING = ("inputs", "parameters", "losses")


@pytest.mark.parametrize("cell", [pytest.param(cell, id=name) for name, cell in SHAPES.items()])
@pytest.mark.parametrize(("detail", "steps"), [("gate", 2), ("operation", 2), ("gate", 20)])
def test_what_is_shown_is_what_is_read_and_lies_on_nothing(cell, detail: str, steps: int) -> None:
    """A small box for each edge from an input or a parameter, a line from each, whatever the source."""
    graph = evaluate(random_example(cell, steps=steps, seed=steps, scale=0.7), detail=detail)
    for source in (cell.parameters[0], "X_1", f"{cell.states[0]}_0"):
        annotated = annotate(graph, source)
        scene = draw(annotated, view="values", show=EVERYTHING).scene
        assert overlaps(scene) == [], source
        drawn = {box.vertex for box in scene.boxes}
        expected = {
            f"{tail} -> {head}"
            for tail, head in graph.edges
            if head in drawn and tail != source and graph.nodes[tail]["role"] in ("input", "parameter")
        }
        small = {box.vertex for box in scene.boxes if " -> " in box.vertex}
        assert small == expected
        assert {curve.tail for curve in scene.curves} >= small


@pytest.mark.parametrize("view", ["flow", "path", "values"])
@pytest.mark.parametrize("edges", [None, "partial", "adjoint"])
def test_losses_have_room_beside_every_label(view: str, edges: str | None) -> None:
    """In every view that shows them, of one loss and of one at each step."""
    for at in ("every", "last"):
        for cell in (TYPICAL["rnn"], LSTM, TYPICAL["gru"]):
            graph = annotate(evaluate(random_example(cell, steps=3, at=at)), cell.parameters[0])
            assert overlaps(draw(graph, view=view, show=("losses",), edges=edges).scene) == []


def test_the_losses_of_the_steps_sum_to_the_loss() -> None:
    """Each box bears its own, its target stands beside it, and the line goes on from there to E."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    scene = draw(graph, view="values", show=("losses",)).scene
    at = {box.vertex: box for box in scene.boxes}
    whole = 0.0
    for step, target in ((0, 0.5), (1, 1.25)):
        output = graph.nodes[f"H_{step}"]["value"].item()
        own = (output - target) ** 2 / 2
        whole += own
        assert at[f"loss of H_{step}"].value == brief(np.array(own))
        assert at[f"target of H_{step}"].value == brief(np.array(target))
        total, aims = loss_at(graph, f"H_{step}")
        assert (total.item(), aims.item()) == (pytest.approx(own), target)
    assert whole == pytest.approx(graph.nodes[TARGET]["value"].item())
    lines = {(curve.tail, curve.head) for curve in scene.curves}
    assert lines >= {
        ("H_0", "loss of H_0"),
        ("target of H_0", "loss of H_0"),
        ("loss of H_0", "E"),
        ("loss of H_1", "E"),
    }
    assert not lines & {("H_0", "E"), ("H_1", "E")}
    with pytest.raises(KeyError, match="a_0"):
        loss_at(graph, "a_0")


def test_a_shown_parameter_is_not_the_source_again() -> None:
    """The source stands where it always does; all others beside what reads them, told in the legend."""
    scene = Study("gomez", "W_A").figure("path", show=["parameters"]).scene
    assert [box.vertex for box in scene.boxes if box.vertex.startswith("W_A")] == ["W_A"]
    assert sum(box.vertex.startswith("U_A -> ") for box in scene.boxes) == 2
    assert any("one and the same at every step" in text.string for text in scene.texts)
    assert not any(box.vertex.startswith("X_") for box in scene.boxes)


def test_nothing_moves_where_nothing_is_asked_for() -> None:
    """Room is made where it is needed, and there alone."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    assert spacing_with(ROOMY, ()) == ROOMY == widened(graph, dict.fromkeys(graph.edges, 30.0))
    assert widened(graph, dict.fromkeys(graph.edges, 90.0)).column > ROOMY.column
    scene = draw(graph, by="whole").scene
    assert with_shown(scene, graph, ()) is scene


def test_what_cannot_show_it_refuses_it() -> None:
    """Strands, other views, single units, losses for which there is no room."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    for options, message in (
        ({"by": "sign"}, r"strands have numbers of their own: show=\('losses',\) has no use in them"),
        ({"view": "metro"}, "the view 'metro' shows the cell's quantities alone"),
        ({"view": "values", "detail": "unit"}, "of single units nothing is drawn besides"),
    ):
        with pytest.raises(InputError, match=message):
            draw(graph, show=("losses",), **options)
    with pytest.raises(InputError, match=r"unknown show: 'loss' \(did you mean|unknown show: 'loss' \(must be"):
        draw(graph, show="loss")
    two = random_example(LSTM, steps=2).problem
    both = [*two.losses, LossTerm("S", (1, 2), np.zeros((2, 1)))]
    problem = Problem(
        cell=LSTM, parameters=two.parameters, inputs=two.inputs, losses=both, initial=two.initial, steps=2
    )
    with pytest.raises(InputError, match="step 1 has losses of several quantities, such as"):
        draw(annotate(evaluate(problem), "W_A"), view="values", show=("losses",))
