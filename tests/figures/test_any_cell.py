"""The geometry law over cells of all shapes: peepholes, no crossing at all, three states, two layers."""

from __future__ import annotations

import pytest

from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import stack
from tests.examples import TYPICAL, random_example
from tests.figures.cells import SHAPES
from tests.figures.geometry import loose_ends, overlaps


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("detail", ["gate", "operation"])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_no_line_runs_through_a_box_and_no_text_over_text(cell, detail: str, steps: int) -> None:
    """Whatever the source: nothing overlaps, nothing is cut off, every line meets the side of its boxes."""
    graph = evaluate(random_example(cell, steps=steps, seed=steps, scale=0.7), detail=detail)
    for source in (cell.parameters[0], cell.parameters[-1], "X_1", *(f"{state}_0" for state in cell.states)):
        paths = find_paths(graph, source, TARGET)
        if paths:
            scene = draw(annotate(graph, source), paths=paths).scene
            assert overlaps(scene) + loose_ends(scene) == [], source


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize(("detail", "steps"), [("gate", 2), ("operation", 2), ("gate", 20)])
def test_nothing_overlaps_in_any_view(cell, detail: str, steps: int) -> None:
    """Also where the middle is one box, and where there are loops; a source with one head, and one with many."""
    graph = evaluate(random_example(cell, steps=steps, seed=steps, scale=0.7), detail=detail)
    for source in (cell.parameters[0], "X_1"):
        paths, annotated = find_paths(graph, source, TARGET), annotate(graph, source)
        for view in VIEWS if source != "X_1" else ("flow", "rolled"):
            assert overlaps(draw(annotated, view=view, paths=paths).scene) == [], (source, view)


@pytest.mark.parametrize("names", [("gru", "gru"), ("lstm", "gru"), ("lstm", "lstm")], ids="-".join)
@pytest.mark.parametrize("steps", [3, 14])
def test_layers_of_any_kinds_keep_apart(names: tuple[str, ...], steps: int) -> None:
    """Also an output that carries itself on, above the rails of the layers below."""
    cell = stack([TYPICAL[name] for name in names])
    graph = evaluate(random_example(cell, steps=steps, seed=steps, scale=0.7))
    for source in (cell.parameters[0], cell.parameters[-1], "X_1"):
        paths, annotated = find_paths(graph, source, TARGET), annotate(graph, source)
        for view in ("flow", "path", "rolled", "values"):
            assert overlaps(draw(annotated, view=view, paths=paths).scene) == [], (source, view)
