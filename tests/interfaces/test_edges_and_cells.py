"""What a figure can be asked for is asked for alike at the command, in a document, of a study and of `draw`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import draw
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.interfaces.cli.entry import main
from graphviz_lstm.interfaces.documents import FIGURE_OPTIONS, ask_figure
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study

if TYPE_CHECKING:
    from pathlib import Path

SHOW = ("inputs", "losses")


def command(*arguments: str) -> int | str | None:
    """Run the command; return what it exits with."""
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return caught.value.code


@pytest.mark.parametrize("view", ["flow", "path", "values"])
@pytest.mark.parametrize("edges", ["flow", "partial", "adjoint", "formula"])
def test_edges_and_show_are_one_figure_at_every_door(tmp_path: Path, view, edges) -> None:
    """The same text, to the byte."""
    file = tmp_path / "x.dot"
    assert not command("draw", "--view", view, "--edges", edges, "--show", "losses,inputs", "-o", str(file))
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    drawn = draw(graph, view=view, edges=edges, show=SHOW)
    assert file.read_text() == drawn.dot
    assert Study("gomez", "W_A").figure(view, edges=edges, show=SHOW).dot == drawn.dot
    asked = {"view": view, "edges": edges, "show": "inputs, losses"}
    assert ask_figure("gomez", asked).dot == drawn.dot
    assert set(asked) < set(FIGURE_OPTIONS)


@pytest.mark.parametrize("cells", [1, 3])
def test_a_cell_is_one_figure_at_every_door(tmp_path: Path, cells: int) -> None:
    """One of the library by its name, that of an example's net by the example's."""
    file = tmp_path / "x.dot"
    drawn = draw(CELLS["lstm"], view="cell", cells=cells)
    for example in ("lstm", "gomez"):
        assert not command("draw", example, "--view", "cell", "--cells", str(cells), "-o", str(file))
        assert file.read_text() == drawn.dot
        assert ask_figure(example, {"view": "cell", "cells": str(cells)}).dot == drawn.dot
    assert Study("gomez").figure("cell", cells=cells).dot == drawn.dot


def test_a_document_refuses_what_the_command_does() -> None:
    """In one line."""
    for options, message in (
        ({"view": "cell", "source": "W_A"}, "the view 'cell' shows no paths: source='W_A' has no use in it"),
        ({"view": "cell", "cells": "2"}, r"unusable number of cells: 2 \(must be 1 or 3\)"),
        ({"view": "cell", "path": "1"}, "the view 'cell' shows all paths, not one"),
        ({"show": "loss"}, "unknown show: 'loss'"),
        ({"edges": "numbers"}, "unknown edges: 'numbers'"),
        ({"view": "rolled", "edges": "flow"}, "the view 'rolled' has labels of its own: edges='flow' has no use in it"),
        ({"view": "cell", "steps": "3"}, "the view 'cell' adds up all steps: steps='3' has no use in it"),
    ):
        with pytest.raises(InputError, match=message):
            ask_figure("gomez", options)
