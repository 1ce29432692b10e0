"""The rolled view's delay marks: one square on each line that leads to the next step, and nowhere else."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.errors import NumberError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.views.delays import delay_mark
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.notation.escape import latex_text
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.figures.cells import SHAPES
from tests.figures.geometry import Rectangle, ambiguous, heads_together, joined, loose_ends, overlaps, squeezed

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Curve


def _area(mark: Curve) -> Rectangle:
    (x, y), (u, v) = mark.points[0], mark.points[-1]
    half = mark.width / 2
    aside, along = (half, 0.0) if x == u else (0.0, half)
    return Rectangle(min(x, u) - aside, min(y, v) - along, max(x, u) + aside, max(y, v) + along)


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_each_loop_has_its_square_and_nothing_else_has(cell, detail: str) -> None:
    """On its line, before its head, on no box and no label."""
    graph = annotate(evaluate(random_example(cell, steps=3, scale=0.7), detail=detail), cell.parameters[0])
    scene = draw(graph, view="rolled").scene
    marks = [curve for curve in scene.curves if not curve.arrow]
    lags = {
        (graph.nodes[tail]["quantity"], graph.nodes[head]["quantity"])
        for tail, head, edge in graph.edges(data=True)
        if edge["kind"] in ("carousel", "crossing") and graph.nodes[tail]["role"] != "initial"
    }
    assert {(mark.tail, mark.head) for mark in marks} == lags
    assert len(marks) == len(lags)
    for mark in marks:
        loop = next(
            c for c in scene.curves if c.arrow and (c.tail, c.head) == (mark.tail, mark.head) and mark in _on(c)
        )
        before, axis = loop.points[-4], int(mark.points[0][0] == mark.points[-1][0])
        assert {point[1 - axis] for point in mark.points} == {loop.tip[1 - axis]} == {before[1 - axis]}
        low, high = sorted((before[axis], loop.tip[axis]))
        assert all(low <= point[axis] <= high for point in mark.points)
        assert not any(_area(mark).meets(_box(box)) for box in scene.boxes)
    assert overlaps(scene) == []
    assert any("on its square the value waits" in text.string for text in scene.texts)


def _on(loop: Curve) -> list[Curve]:
    return [delay_mark(loop)]


def _box(box) -> Rectangle:
    return Rectangle(box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2)


def test_every_sign_of_a_formula_is_one_in_latex() -> None:
    """No figure in TikZ tells a sign by its number."""
    for edges in ("adjoint", "formula"):
        assert "U+" not in Study("gomez", "W_A").figure("path", edges=edges).tex
    for cell in ("lstm", "slstm", "gru"):
        assert "U+" not in draw(SHAPES[cell], view="cell").tex
    assert latex_text("⊙ᵀ←÷⊗√⁻¹") == (
        r"$\odot$\textsuperscript{T}$\leftarrow$$\div$$\otimes$$\surd$\textsuperscript{$-$}\textsuperscript{1}"
    )


CELLS_AND_SHAPES = dict(CELLS) | {f"user's {name}": cell for name, cell in SHAPES.items()}


@pytest.mark.parametrize("detail", ["gate", "operation"])
@pytest.mark.parametrize("name", CELLS_AND_SHAPES)
def test_each_line_of_the_rolled_view_is_told_from_others(name: str, detail: str) -> None:
    """Of any cell, whatever it is a gradient of: no head touches another's, no number is read with another's line.

    A minGRU has its gate's line beside the small loop of its state, an LRU three loops and its source's line at one
    box, an sLSTM lines of 5,000 % that cancel.
    """
    cell = CELLS_AND_SHAPES[name]
    for seed in range(2):
        example = random_example(cell, steps=3, seed=seed, hidden=1 + seed, scale=1.0 if seed else 0.7)
        graph = evaluate(example, detail=detail)
        for source in (*cell.parameters, f"{cell.inputs[0]}_1", f"{cell.states[0]}_0"):
            try:
                annotated = annotate(graph, source)
            except NumberError:  # nothing to share: of one unit a normed query has no gradient
                continue
            scene = draw(annotated, view="rolled").scene
            found = overlaps(scene) + heads_together(scene) + ambiguous(scene) + squeezed(scene)
            assert found + joined(scene, heads=False) + loose_ends(scene) == [], (source, seed)
            marks = [_area(curve) for curve in scene.curves if not curve.arrow]
            assert not any(one.meets(other) for one, other in combinations(marks, 2)), (source, seed)


@pytest.mark.parametrize("cell", CELLS_AND_SHAPES.values(), ids=list(CELLS_AND_SHAPES))
def test_every_edge_is_in_the_rolled_view(cell) -> None:
    """What reads a quantity of its own step and of the one before has a line for each: an sLSTM its stabiliser."""
    graph = annotate(evaluate(random_example(cell, steps=3, hidden=2)), cell.parameters[-1])
    own = {vertex: d["quantity"] for vertex, d in graph.nodes.items() if d["role"] in ("gate", "state", "output")}
    joined_by = {
        (own[tail], own[head], edge["kind"] in ("carousel", "crossing"))
        for tail, head, edge in graph.edges(data=True)
        if tail in own and head in own
    }
    drawn = [(c.tail, c.head) for c in draw(graph, view="rolled").scene.curves if c.arrow]
    quantities = set(own.values())
    assert sorted(edge for edge in drawn if quantities.issuperset(edge)) == sorted(edge[:2] for edge in joined_by)
