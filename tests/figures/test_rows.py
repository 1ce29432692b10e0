"""Steps in rows, in every view that draws them: legible, complete, and every line goes on where it is said to."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import pytest

from graphviz_lstm.cells import CELLS, LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.choices import LAYOUTS
from graphviz_lstm.figures.layout import elide
from graphviz_lstm.figures.views import fitting
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.figures.cells import SHAPES
from tests.figures.geometry import (
    ambiguous,
    astray,
    heads_together,
    joined,
    loose_ends,
    mingled,
    overlaps,
    sharp_bends,
    squeezed,
)

WRAPPED: dict[str, dict[str, Any]] = {
    "path": {}, "facets": {"top": 2}, "metro": {}, "values": {}, "flow": {"by": "whole"},
}  # fmt: skip
PIXELS = dict(zip(LAYOUTS, (700.0, 360.0), strict=True))
# In so many points to a pixel figures are shown at most.
MOST = 96.0 / 72.0


def drawn(cell: Any, view: str, *, steps: int = 3, hidden: int = 1, source: str | None = None, **options: Any) -> Any:
    """Return the study of a random net, and the scene of a view of it."""
    study = Study(random_example(cell, hidden=hidden, steps=steps, scale=0.8), source)
    return study, study.figure(view, **{**WRAPPED[view], **options}).scene


def pixels(scene: Any, layout: str) -> float:
    """Return how many pixels a point has where a figure is shown."""
    return min(PIXELS[layout] / (scene.right - scene.left), MOST)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("view", WRAPPED)
@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_nothing_lies_on_anything(cell: Any, view: str, layout: str) -> None:
    """Of every cell, in one row and in several, with hidden steps, of one unit and of three; no line past a box."""
    for steps, hidden, source in ((3, 3, None), (3, 1, "X_1"), (15, 1, None)):
        _, scene = drawn(cell, view, steps=steps, hidden=hidden, source=source, layout=layout)
        assert overlaps(scene) == [], (steps, hidden, source)
        if view != "metro":
            assert loose_ends(scene) == [], (steps, hidden, source)


def sizes(scene: Any) -> list[float]:
    """Return how large all letters of a scene are: on edges, in boxes, of its words and its legend."""
    labels = [curve.label.size for curve in scene.curves if curve.label] + [frame.label.size for frame in scene.frames]
    return [*labels, *(text.size for text in scene.texts), *(text.size for box in scene.boxes for text in box.texts)]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("view", [*WRAPPED, "strands"])
@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_every_number_can_be_read_where_it_is_shown(cell: Any, view: str, layout: str) -> None:
    """Nine pixels at least, of few steps and of many, on edges and in boxes, in the legend too."""
    for steps, hidden in ((2, 1), (5, 3), (40, 1)):
        # Of one unit a normed query has no gradient.
        source = "W_v" if cell.name in ("gated-deltanet", "mlstm") else None
        if view == "strands":
            study = Study(random_example(cell, hidden=hidden, steps=steps, scale=0.8), source)
            scene = study.figure("flow", layout=layout).scene  # type: ignore[arg-type]
        else:
            _, scene = drawn(cell, view, steps=steps, hidden=hidden, source=source, layout=layout)
        assert min(sizes(scene)) * pixels(scene, layout) >= 9.0, (steps, hidden)


@pytest.mark.parametrize("view", [*WRAPPED, "strands"])
@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_operations_can_be_read_in_a_column_of_text_too(cell: Any, view: str) -> None:
    """On a telephone as well, or it is told in words: where a line is cut the names of operations take half of 360.

    What a function is applied to is what leads to it, and is left out of its box where there is no room.
    """
    source = "W_v" if cell.name == "gated-deltanet" else None
    study = Study(random_example(cell, steps=2, scale=0.8), source, detail="operation")
    name, options = ("flow", {}) if view == "strands" else (view, WRAPPED[view])
    scene = study.figure(name, **options).scene  # type: ignore[arg-type]
    assert min(sizes(scene)) * pixels(scene, "wide") >= 9.0
    assert overlaps(scene) == []
    for box in scene.boxes:
        assert box.tooltip.startswith(box.vertex.partition(" [")[0])
    told = r"^layout='narrow': 360 pixels wide its numbers would be [678]\.\d pixels high, less than 9 \(detail='gate' "
    with nullcontext() if is_drawn(study, name, options) else pytest.raises(InputError, match=told):
        scene = study.figure(name, layout="narrow", **options).scene  # type: ignore[arg-type]
        assert min(sizes(scene)) * pixels(scene, "narrow") >= 9.0


def is_drawn(study: Any, name: Any, options: dict[str, Any]) -> bool:
    """Return whether a figure can be read on a telephone."""
    try:
        study.figure(name, layout="narrow", **options)
    except InputError:
        return False
    return True


@pytest.mark.parametrize("view", [view for view in WRAPPED if view != "flow"])
def test_two_steps_of_an_lstm_stay_side_by_side(view: str) -> None:
    """In a column of text, of the worked example: a row is parted for its letters only where nothing else helps."""
    for element in (None, (0, 0)):
        scene = Study("gomez", "W_A", element=element).figure(view, **WRAPPED[view]).scene  # type: ignore[arg-type]
        assert len({frame.top for frame in scene.frames}) == WRAPPED[view].get("top", 1)
        assert min(sizes(scene)) * pixels(scene, "wide") >= 9.0


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_strands_can_be_read_on_a_telephone_whatever_they_begin_at(cell: Any) -> None:
    """An input stands before its step, and so takes room; what has no room is parted."""
    for steps in (1, 3):
        for source in (None, "X_1"):
            study = Study(random_example(cell, steps=steps, scale=0.8), source)
            scene = study.figure(layout="narrow").scene
            assert min(sizes(scene)) * pixels(scene, "narrow") >= 9.0
            assert overlaps(scene) == []
            assert loose_ends(scene) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_a_line_goes_on_in_the_row_below_at_the_height_where_it_ended(cell: Any, layout: str) -> None:
    """Its parts are one line: from its tail's box to its head's, level at each cut, with its name at both ends."""
    study, scene = drawn(cell, "flow", steps=5, layout=layout)
    graph = elide(study.annotated, None)
    boxes = {box.vertex: box for box in scene.boxes}
    parts: dict[tuple[str, str], list[Any]] = {}
    for curve in scene.curves:
        parts.setdefault((curve.tail, curve.head), []).append(curve)
    assert set(parts) <= set(graph.edges)
    assert any(len(some) > 1 for some in parts.values())
    labelled = 0
    for (tail, head), some in parts.items():
        for vertex, (x, y) in ((tail, some[0].points[0]), (head, some[-1].tip)):
            box = boxes[vertex]
            beyond = max(abs(x - box.x) - box.width / 2, abs(y - box.y) - box.height / 2)
            assert beyond == pytest.approx(0.0, abs=0.011), (tail, head)
        assert [bool(curve.arrow) for curve in some] == [False] * (len(some) - 1) + [True]
        assert len({(curve.tone, curve.width, curve.pattern) for curve in some}) == 1
        for one, other in pairwise(some):
            (_, before), (x, ends) = one.points[-2:]
            (start, begins), (_, after) = other.points[:2]
            assert before == ends
            assert begins == after
            assert start < x
            assert ends > begins
        told = [curve for curve in some if curve.label is not None]
        assert len(told) <= 1
        labelled += len(told)
    # What is left out for want of room is said.
    flowing = sum(graph.edges[edge]["flow"] != 0.0 for edge in parts)
    legend = " ".join(text.string for text in scene.texts)
    assert labelled >= flowing or "it is left out, and told where one points" in legend
    assert "goes on from that name in the row below" in legend


def test_every_panel_has_the_names_of_its_lines() -> None:
    """Of three facets in rows each says where its lines go on."""
    _, scene = drawn(LSTM, "facets", steps=5, top=3)
    names = [text.string for text in scene.texts]
    assert names.count("to E") == 3 * 2 * (len({frame.top for frame in scene.frames}) // 3 - 1)


def test_facets_differ_where_their_paths_run_through_hidden_steps() -> None:
    """Each says which it is, and shows it: no two of them are one picture."""
    study, scene = drawn(LSTM, "facets", steps=40, top=4, layout="narrow")
    told = [text.string.partition("%")[2].split(" \N{RIGHTWARDS ARROW} ") for text in scene.texts if text.size == 14.0]
    for (first, *_, last), path in zip(told, study.paths.top(4), strict=True):
        assert (first.strip(), last) == ("W_A", "E")
        assert str(path.vertices[1]) in {vertex for title in told for vertex in title}
    assert len({tuple(title) for title in told}) == 4
    lively = [(curve.tail, curve.head) for curve in scene.curves if curve.tone in ("positive", "negative")]
    for path in study.paths.top(4):
        assert {(str(a), str(b)) for a, b in pairwise(path.vertices)} <= {
            (tail.partition(" [")[0], head.partition(" [")[0]) for tail, head in lively
        }


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_three_steps_of_a_cell_can_be_read_too(cell: Any) -> None:
    """In rows where they have no room side by side; each row begins with what ends the one above."""
    scene = draw(cell, view="cell", cells=3).scene
    assert overlaps(scene) == []
    assert 13.0 * pixels(scene, "wide") >= 9.0
    assert len({box.vertex for box in scene.boxes}) == len(scene.boxes)
    tops = sorted({frame.top for frame in scene.frames}, reverse=True)
    rows = [[box for box in scene.boxes if low < box.y < top] for top, low in pairwise([*tops, tops[-1] - 2000.0])]
    for above, below in pairwise(rows):
        ends = {box.tooltip for box in above if box.look in ("state", "output")}
        assert ends & {box.tooltip for box in below if box.look in ("state", "output")}


@pytest.mark.parametrize("view", WRAPPED)
def test_all_steps_stand_in_one_row_where_that_is_asked_for(view: str) -> None:
    """Then with the distances of a wide screen; and as many as are asked for, where these are fewer."""
    _, row = drawn(LSTM, view, steps=4, steps_per_row=4)
    _, same = drawn(LSTM, view, steps=4, steps_per_row=9)
    assert row == same
    first = [frame for frame in row.frames if frame.vertices[0] in row.frames[0].vertices or view != "facets"]
    assert len({frame.bottom for frame in first}) == 1
    _, scene = drawn(LSTM, view, steps=4, steps_per_row=3)
    panels = WRAPPED[view].get("top", 1)
    tops = sorted({frame.top for frame in scene.frames}, reverse=True)
    assert [sum(frame.top == top for frame in scene.frames) for top in tops] == [3, 1] * panels


def test_width_and_letters_say_how_the_steps_wrap() -> None:
    """In these views too; what says it otherwise is refused."""
    study = Study(random_example(LSTM, steps=6, scale=0.7), "W_A")
    for view, options in WRAPPED.items():
        wide = study.figure(view, width="40cm", font_size=8, **options).scene  # type: ignore[arg-type]
        slim = study.figure(view, width="14cm", font_size=8, **options).scene  # type: ignore[arg-type]
        assert (wide.right - wide.left) / (slim.right - slim.left) == pytest.approx(40 / 14, rel=1e-3)
        assert len({frame.top for frame in wide.frames}) < len({frame.top for frame in slim.frames})
        assert overlaps(wide) == overlaps(slim) == []
    with pytest.raises(InputError, match="width and font_size say how the steps wrap: layout='narrow' has no use"):
        study.figure("path", width="25cm", font_size=8, layout="narrow")


def test_each_step_of_a_long_sequence_stands_in_one_row() -> None:
    """A line along a bus would have a part in every row: as many as the square of the steps."""
    study = Study(random_example(LSTM, steps=30, scale=0.7), "W_A")
    for view, options in WRAPPED.items():
        scene = study.figure(view, max_steps=None, **options).scene  # type: ignore[arg-type]
        panels = int(options.get("top", 1)) if view == "facets" else 1
        assert len({frame.top for frame in scene.frames}) == panels
    few = study.figure("path", max_steps=None, steps_per_row=3).scene
    assert len({frame.top for frame in few.frames}) == 10


@pytest.mark.parametrize("options", [{}, {"layout": "narrow"}, {"steps_per_row": 12}], ids=["wide", "narrow", "row"])
@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_no_line_lies_on_another(cell: Any, options: dict[str, Any]) -> None:
    """Each of many lines along a bus is one, and so is each arrowhead at the loss, however wide they are."""
    _, scene = drawn(cell, "flow", steps=12, max_steps=None, **options)
    assert joined(scene) == []
    assert overlaps(scene) + loose_ends(scene) + sharp_bends(scene) == []
    (goal,) = (box for box in scene.boxes if box.look == "loss")
    tips = [curve.tip[0] for curve in scene.curves if curve.head == goal.vertex and curve.tip[1] < goal.y]
    assert len(tips) >= 11
    assert max(abs(x - goal.x) for x in tips) < goal.width / 2


@pytest.mark.parametrize("options", [{}, {"layout": "narrow"}, {"steps_per_row": 12}], ids=["wide", "narrow", "row"])
@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_paths_side_by_side_do_not_meet(cell: Any, options: dict[str, Any]) -> None:
    """In the metro view each has its line and its head, round every corner, and where eight of them run together."""
    _, scene = drawn(cell, "metro", steps=3, top=8, **options)
    assert mingled(scene) + joined(scene) + loose_ends(scene) + overlaps(scene) == []


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_a_number_is_read_with_its_own_line(cell: Any) -> None:
    """None stands nearer to another, also where three lines leave one box; of strands, to one of another edge."""
    for steps in (2, 3):
        assert astray(drawn(cell, "flow", steps=steps)[1]) == []
        for view, options in (("values", {}), ("flow", {"by": "whole"}), ("flow", {"by": "whole", "edges": "partial"})):
            scene = drawn(cell, view, steps=steps, **options)[1]
            assert ambiguous(scene) + squeezed(scene) + heads_together(scene) == [], (view, options)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_are_found_in_a_few_turns(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each turn parts what takes most room, so there are as many as rows of different lengths, and no more."""
    turns = []
    reckoned = fitting.rows_of
    monkeypatch.setattr(fitting, "rows_of", lambda *a, **b: turns.append(1) or reckoned(*a, **b))
    for cell in (LSTM, CELLS["gru"]):
        for options in ({}, {"by": "whole"}):
            turns.clear()
            Study(random_example(cell, steps=6, scale=0.8)).figure(layout=layout, **options)
            assert 1 <= len(turns) <= 5, cell.name
