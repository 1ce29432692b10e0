"""The cell view: each operation is one mark, each thing that it reads one line, and nothing runs through anything."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, reject, settings

from graphviz_lstm.cells import GRU, LSTM, RNN, parse_cell
from graphviz_lstm.cells.expression import Quantity, references, transform
from graphviz_lstm.errors import GraphvizLstmError, InputError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.choices import CHAINS, THEMES
from graphviz_lstm.figures.theme import THEMES as COLOURS
from graphviz_lstm.figures.views.cell import cell_scene
from graphviz_lstm.figures.views.cell.marks import marks_of, operations_of
from graphviz_lstm.figures.views.cell.placing import node_of, place
from graphviz_lstm.figures.views.cell.view import MOST_MARKS
from graphviz_lstm.figures.views.cell.wiring import Form, wire
from graphviz_lstm.graph import annotate, evaluate, unroll
from graphviz_lstm.problems import load_example, stack_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.cell_figure import cell_figure
from tests.examples import TYPICAL
from tests.figures.cells import SHAPES
from tests.figures.geometry import overlaps
from tests.figures.test_choices import luminance
from tests.laws.cells import GENERAL, cells

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.figures.scene import Curve, Point, Scene
    from graphviz_lstm.figures.views.cell.marks import Marks, Source


def _leaves(cell: Cell, marks: Marks, source: Source) -> set[Quantity]:
    """Return what a source is computed from, as far as the last step and the inputs."""
    if isinstance(source, Quantity):
        return {source}
    return {leaf for other in marks.marks[source].inputs for leaf in _leaves(cell, marks, other)}


def _opened(cell: Cell, expression: Expression) -> Expression:
    """Return an expression with what this step's quantities are put in for them."""
    equations = {equation.quantity: equation.expression for equation in cell.equations}

    def change(part: Expression) -> Expression:
        if isinstance(part, Quantity) and not part.lag and part.name in equations:
            return _opened(cell, equations[part.name])
        return part

    return transform(expression, change)


def _read_by(cell: Cell, expression: Expression) -> set[Quantity]:
    return {part for part in references(_opened(cell, expression)) if isinstance(part, Quantity)}


def _hold(cell: Cell) -> None:
    """Assert that the marks are the cell's operations, and that each reads what its operation does."""
    marks = marks_of(cell)
    covered = [part for mark in marks.marks for part in mark.covers]
    assert set(covered) == operations_of(cell)
    outside_layers = [part for mark in marks.marks if mark.kind != "layer" for part in mark.covers]
    assert len(outside_layers) == len(set(outside_layers))
    for k, mark in enumerate(marks.marks):
        assert all(source < k for source in mark.inputs if isinstance(source, int))
        if mark.whole is not None:
            assert _leaves(cell, marks, k) == _read_by(cell, mark.whole)
    for equation in cell.equations:
        assert _leaves(cell, marks, marks.values[equation.quantity]) == _read_by(cell, equation.expression)


def _lines_hold(scene: Scene, cell: Cell, steps: int) -> None:
    """Assert a box for each mark and a line for each of its inputs and of what leaves, in each step."""
    marks = marks_of(cell)
    boxes = [box for box in scene.boxes if not box.vertex.startswith("legend")]
    assert sum(box.look in ("layer", "mark", "join", "parameter") for box in boxes) == steps * len(marks.marks)
    links = sum(len(mark.inputs) for mark in marks.marks) + len(marks.ends)
    assert len(scene.curves) == steps * links == len({(curve.tail, curve.head) for curve in scene.curves})
    assert all(curve.arrow > 0 for curve in scene.curves)
    at = {box.vertex: box for box in scene.boxes}
    for curve in scene.curves:
        box = at[curve.head]
        across, along = abs(curve.tip[0] - box.x), abs(curve.tip[1] - box.y)
        assert (abs(across - box.width / 2) < 0.1) != (abs(along - box.height / 2) < 0.1), curve
    for k, one in enumerate(scene.curves):
        for other in scene.curves[k + 1 :]:
            assert one.tail == other.tail or not _run_together(one, other), (one, other)


def _run_together(one: Curve, other: Curve) -> bool:
    """Return whether two lines run along each other somewhere, closer than they are wide."""
    return any(_along(a, b) for a in _pieces(one) for b in _pieces(other))


def _pieces(curve: Curve) -> list[tuple[Point, Point]]:
    corners = [*curve.points[::3], curve.tip]
    return [(a, b) for a, b in pairwise(corners) if (a[0] == b[0]) != (a[1] == b[1])]


def _along(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    for axis in (0, 1):
        if one[0][axis] == one[1][axis] and other[0][axis] == other[1][axis]:
            near = abs(one[0][axis] - other[0][axis]) < 2.0
            (a, b), (c, d) = (sorted(point[1 - axis] for point in piece) for piece in (one, other))
            return near and a < d and c < b
    return False


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("count", CHAINS)
def test_each_operation_of_a_cell_is_one_mark(cell, count: int) -> None:
    """And what it reads one line, in one step and in three; no line through a box, none along another."""
    _hold(cell)
    scene = cell_scene(cell, count)
    _lines_hold(scene, cell, count)
    assert overlaps(scene) == []


@pytest.mark.slow
@given(cells())
@settings(max_examples=40)
def test_so_it_is_of_any_cell(drawn) -> None:
    """Whatever its equations and names."""
    try:
        bound = {name: function for name, function in GENERAL.items() if f"{name}(" in drawn.text}
        cell = parse_cell("drawn", drawn.text, activations=bound)
    except GraphvizLstmError:
        reject()
    _hold(cell)
    for count in CHAINS:
        scene = cell_scene(cell, count)
        _lines_hold(scene, cell, count)
        assert overlaps(scene) == []


def test_the_lstm_is_drawn_as_in_the_essay() -> None:
    """Three sigmas and a tanh fed from one joined line, the state above, a tanh and a product behind it."""
    marks = marks_of(LSTM)
    layers = {name: marks.marks[source] for name, source in marks.values.items() if marks.marks[source].kind == "layer"}
    assert {name: mark.symbol for name, mark in layers.items()} == {"a": "tanh", "i": "σ", "f": "σ", "o": "σ"}
    assert {mark.inputs for mark in layers.values()} == {(0,)}
    assert marks.marks[0].inputs == (Quantity("H", 1), Quantity("X", 0))
    grid = place(LSTM, marks)
    assert [marks.marks[k].symbol for k in grid.rails["S"]] == ["×", "+"]
    scene = cell_scene(LSTM)
    at = {box.vertex: box for box in scene.boxes}
    rail = at["S [0]"].y
    assert rail == at["S [1]"].y == max(box.y for box in scene.boxes)
    assert at["X in [0]"].y == min(box.y for box in scene.boxes if not box.vertex.startswith("legend"))
    (carousel,) = [curve for curve in scene.curves if curve.tail == "S [0]"]
    assert {y for _, y in carousel.points} == {rail}


def test_what_is_written_twice_is_drawn_once() -> None:
    """And a number within an operation stands in its sign."""
    cell = parse_cell(
        "twice", "a[t] = tanh(X[t]) * tanh(X[t])\nH[t] = (1 - a[t]) * H[t-1] + a[t] ** 2 + 0.5 * tanh(X[t])"
    )
    assert [mark.symbol for mark in marks_of(cell).marks] == ["tanh", "×", "1−", "×", "x²", "0.5×", "+"]


def test_three_steps_share_their_states() -> None:
    """Where one ends the next begins, also in the next row; each is named by its step."""
    scene = draw(GRU, view="cell", cells=3).scene
    names = [("".join(run.text for run in box.label)) for box in scene.boxes if box.vertex.startswith("H")]
    assert names == ["Ht−2", "Ht−1", "Ht", "Ht", "Ht+1"]
    assert [frame.label.string for frame in scene.frames] == ["step t − 1", "step t", "step t + 1"]


@pytest.mark.parametrize("theme", THEMES)
def test_every_writer_can_write_it(theme) -> None:
    """Circles are circles, boxes boxes; the dark display has colours of its own."""
    figure = draw(LSTM, view="cell", theme=theme)
    assert figure.svg.count("<ellipse") == 4 + 1
    assert (".mark ellipse{fill:" in figure.svg) == (theme == "auto")
    assert figure.dot.count("shape=ellipse") == 5
    assert figure.tex.count("rounded corners=11bp") == 4
    assert draw(LSTM, view="cell").scene.description.startswith("One step: a_t = f_A(W_A @ X_t + U_A @ H_{t-1} + b_A)")


def test_what_stands_in_a_mark_can_be_read() -> None:
    """Signs and the names of quantities, in every colour of every theme, as WCAG asks of text."""
    for theme in (theme for pair in COLOURS.values() for theme in pair if theme is not None):
        for look in ("layer", "mark", "parameter", "state", "input"):
            for tone in ("text", "quiet"):
                low, high = sorted((luminance(theme.fills[look]), luminance(theme.tones[tone])))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (look, tone)


def test_the_legend_tells_of_what_is_there_and_of_nothing_else() -> None:
    """A cell without functions of its own has no function in its legend."""
    words = {text.string for text in cell_scene(RNN).texts}
    assert any("a layer: its function of weights times what comes in, plus a bias" in word for word in words)
    assert not any("entry by entry" in word or "carousel" in word for word in words)
    assert any("The carousel runs along the top: S." in text.string for text in cell_scene(LSTM).texts)


def test_no_numbers_are_needed() -> None:
    """A cell, an unrolled graph, an evaluated one, a study: one picture."""
    graph = evaluate(load_example("gomez"))
    figures = [
        draw(LSTM, view="cell"),
        draw(unroll(LSTM, 2), view="cell"),
        draw(graph, view="cell"),
        draw(annotate(graph, "W_A"), view="cell"),
        Study("gomez", "f_0").figure("cell"),
        cell_figure("lstm"),
        cell_figure("gomez"),
    ]
    assert len({figure.dot for figure in figures}) == 1


def test_what_it_cannot_use_is_refused() -> None:
    """Paths, steps, labels; another view of a cell alone; more operations than can be read."""
    for options, message in (
        ({"top": 3}, "the view 'cell' takes no number of paths: top=3"),
        ({"edges": "flow"}, "the view 'cell' has labels of its own: edges='flow' has no use in it"),
        ({"show": ["losses"]}, r"the view 'cell' shows the cell's quantities alone: show=\('losses',\) has no use"),
        ({"only_paths": True}, "the view 'cell' shows no paths: only_paths=True has no use in it"),
        ({"detail": "unit"}, "the view 'cell' shows the cell's quantities, not their single units"),
        ({"cells": 2}, r"unusable number of cells: 2 \(must be 1 or 3\)"),
    ):
        with pytest.raises(InputError, match=message):
            draw(LSTM, view="cell", **options)
    with pytest.raises(InputError, match="a cell has no numbers: view='flow' has no use in it"):
        draw(LSTM)
    with pytest.raises(InputError, match="the view 'flow' shows the steps of a problem: cells=3 has no use in it"):
        draw(annotate(evaluate(load_example("gomez")), "W_A"), cells=3)
    with pytest.raises(InputError, match="the view 'cell' shows no paths: source='W_A' has no use in it"):
        cell_figure("gomez", source="W_A")
    with pytest.raises(InputError, match="the view 'cell' shows no paths: scheme='lstm-1997' has no use in it"):
        Study("gomez", "W_A").under("lstm-1997").figure("cell")
    long = "\n".join(f"q_{k}[t] = tanh({f'q_{k - 1}[t]' if k else 'X[t]'}) * X[t]" for k in range(MOST_MARKS))
    with pytest.raises(InputError, match=rf"too many operations to draw: 240 \(at most {MOST_MARKS}\)"):
        cell_scene(parse_cell("long", long))


def test_a_line_finds_its_way_around_what_stands_before_it() -> None:
    """On a grid of its own: it leaves by an exit, comes in by an entry, and turns at right angles."""
    marks = marks_of(TYPICAL["slstm"])
    grid = place(TYPICAL["slstm"], marks)
    sides = ((-1, 0), (0, 1), (0, -1))
    forms = dict.fromkeys(grid.spots, Form(2, 1, sides, ((1, 0), (0, -1), (0, 1))))
    wiring = wire(grid, forms)
    assert set(wiring.lines) == set(grid.links)
    for corners in wiring.lines.values():
        assert all((a[0] == b[0]) != (a[1] == b[1]) for a, b in pairwise(corners))
    assert node_of(Quantity("c", 1)) == ("left", "c")
    assert np.ptp([x for x, _ in wiring.centres.values()]) == wiring.right - wiring.left


def test_below_a_mark_of_stacked_layers_the_layer_stands_above_the_name() -> None:
    """As it does in every other box: not as it is typed."""
    study = Study(
        stack_problem(
            ["lstm", "gru"],
            inputs=np.full((2, 2), 0.3),
            losses=[{"kind": "squared_error", "targets": [[0.5], [0.2]]}],
            hidden=1,
            seed=1,
        )
    )
    told = {box.value for box in study.figure("cell").scene.boxes if box.value}
    assert {"f⁽¹⁾", "z⁽²⁾"} <= told
    assert not any("^" in value for value in told)
