"""The geometry law where quantities are grouped: a column more, or one that stands further to the right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.paths import find_paths
from tests.examples import random_example
from tests.figures.geometry import loose_ends, overlaps

GROUPED = {
    "lstm": (("i", "f"), ("a", "o")),
    "lstm-1997": (("i",), ("a",), ("o",)),
    "lstm-peephole": (("i",), ("f", "a")),
    "gru": (("r",), ("z", "h")),
    "slstm": (("i",), ("f", "z"), ("o",)),
}


@pytest.mark.parametrize("name", GROUPED)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_no_line_runs_through_a_box_where_quantities_are_grouped(detail: str, view: str, name: str) -> None:
    cell = replace(CELLS[name], groups=GROUPED[name])
    graph = evaluate(random_example(cell, steps=2, seed=2, scale=0.7), detail=detail)  # type: ignore[arg-type]
    for source in (cell.parameters[0], "X_1"):
        paths, annotated = find_paths(graph, source, TARGET), annotate(graph, source)
        scene = draw(annotated, view=view, paths=paths).scene
        assert overlaps(scene) == []
        assert view != "flow" or loose_ends(scene) == []
