"""Long sequences: the middle is one box, and nothing of the gradient is lost in it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from graphviz_lstm.cells import LSTM, parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.figures.layout import GAP, edges_shown, elide, gaps_of, through_gap
from graphviz_lstm.figures.options import OPTIONS, read_steps
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.notation.numbers import format_percent
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import overlaps

STEPS = 30


def few(view: str, paths: int) -> dict[str, int]:
    """Return the option that asks for few paths, where a view takes it."""
    return {"top": paths} if view in ("facets", "metro") else {}


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_what_flows_into_the_gap_flows_out_of_it(cell) -> None:
    """And it is the share of all paths that pass a hidden step."""
    graph = evaluate(random_example(cell, steps=8, scale=0.7))
    source = cell.parameters[0]
    shown = elide(annotate(graph, source), 7)
    flow = through_gap(shown)
    assert flow == pytest.approx(sum(edge["flow"] for _, _, edge in shown.out_edges(GAP, data=True)), abs=1e-12)
    hidden = {vertex for vertex, data in graph.nodes.items() if data["step"] in (4, 5)}
    past = find_paths(graph, source, TARGET)
    for vertex in hidden:
        past = past.avoiding(vertex)
    assert flow == pytest.approx(1.0 - past.share, abs=1e-9)


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_no_label_lies_on_anything_in_an_elided_figure(cell, detail: str) -> None:
    """In every view that elides; the drawing is complete."""
    graph = evaluate(random_example(cell, steps=STEPS, scale=0.7), detail=detail)
    paths = find_paths(graph, cell.parameters[0], TARGET)
    annotated = annotate(graph, cell.parameters[0])
    for view in VIEWS:
        figure = draw(annotated, view=view, paths=paths, **few(view, 3))
        assert overlaps(figure.scene) == [], view
    assert ET.fromstring(draw(annotated, paths=paths).svg).get("role") == "img"


def test_a_short_sequence_and_a_source_in_the_middle_are_drawn_whole() -> None:
    """Nothing is hidden there."""
    short = annotate(evaluate(random_example(LSTM, steps=12)), "W_A")
    assert elide(short, 12) is short
    long = annotate(evaluate(random_example(LSTM, steps=STEPS)), "X_15")
    assert elide(long, 12) is long
    whole = annotate(evaluate(random_example(LSTM, steps=STEPS)), "W_A")
    assert elide(whole, None) is whole
    assert len(draw(whole, max_steps=None).scene.frames) == STEPS
    assert len(draw(whole).scene.frames) == 6


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "slstm"])
@pytest.mark.parametrize("view", ["path", "facets", "metro"])
def test_a_view_of_single_paths_shows_the_steps_that_these_pass(view: str, name: str) -> None:
    """Of a long sequence others are hidden: where a path runs through a hidden step, two of them look alike."""
    graph = evaluate(random_example(TYPICAL[name], steps=40, seed=1, scale=0.7))
    source = TYPICAL[name].parameters[0]
    paths = find_paths(graph, source, TARGET)
    leading = paths.top(1 if view == "path" else 3)
    passed = [{graph.nodes[vertex]["step"] for vertex in path.vertices} - {None} for path in leading]
    scene = draw(annotate(graph, source), view=view, paths=paths, **few(view, 3)).scene
    # A facet's are numbered.
    boxes = {box.vertex.partition(" [")[0] for box in scene.boxes}
    kept: set[int] = set()
    for path, steps in zip(leading, passed, strict=True):
        ends = {*sorted(steps)[:3], *sorted(steps)[-3:]}
        if len(kept | ends) <= 12:
            kept |= ends
            assert {vertex for vertex in path.vertices if graph.nodes[vertex]["step"] in ends} <= boxes
    assert kept
    shown = {graph.nodes[vertex]["step"] for vertex in boxes if vertex in graph} - {None}
    # And besides no step but such as would be hidden alone.
    assert all({step - 1, step + 1} <= shown | {0, 41} for step in shown - kept)


def test_steps_that_are_asked_for_are_shown_whatever_a_path_passes() -> None:
    graph = annotate(evaluate(random_example(LSTM, steps=40)), "W_A")
    for view in ("path", "facets", "metro"):
        scene = draw(graph, view=view, steps="5..6", **few(view, 2)).scene
        assert {box.vertex.partition(" [")[0] for box in scene.boxes if box.vertex.startswith("S_")} == {"S_5", "S_6"}
    told = [text.string for text in draw(graph, view="path", steps="5..6,20..21").scene.texts]
    assert any(text.startswith("Steps 1 to 4, steps 7 to 19 and steps 22 to 40 are one box each") for text in told)


def test_the_box_tells_which_steps_it_stands_for_and_their_flow() -> None:
    """Beside the legend that says so."""
    graph = annotate(evaluate(random_example(LSTM, steps=STEPS)), "W_A")
    scene = draw(graph).scene
    box = next(box for box in scene.boxes if box.vertex == GAP)
    assert "".join(run.text for run in box.label) == "4 \N{HORIZONTAL ELLIPSIS} 27"
    flow = through_gap(elide(graph, 12))
    # Never a net flow without its parts: they add up to it, each to the digit that is printed.
    parts = [float(part.replace("\N{MINUS SIGN}", "-")) for part in f"{box.value} {box.note}".split()]
    assert sum(parts) == pytest.approx(100.0 * flow, abs=0.1001)
    whole = draw(graph, by="whole").scene
    assert next(box for box in whole.boxes if box.vertex == GAP).value == format_percent(flow)
    assert any(text.string.startswith("Steps 4 to 27 are one box") for text in scene.texts)


def test_a_path_through_the_gap_is_in_focus_on_both_sides_of_it() -> None:
    """Its hidden part is one edge in and one out."""
    graph = evaluate(random_example(LSTM, steps=STEPS))
    path = next(path for path in find_paths(graph, "W_A", TARGET).through("a_1").through("H_30").top(1))
    shown = elide(annotate(graph, "W_A"), 12)
    edges = edges_shown(shown, path)
    assert all(edge in shown.edges for edge in edges)
    assert [edge for edge in edges if GAP in edge] == [("S_3", GAP), (GAP, "S_28")]
    draw(annotate(graph, "W_A"), view="path", path=path)


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("steps", [1, 3, STEPS])
def test_only_what_lies_on_a_path_can_be_drawn(cell, steps: int) -> None:
    """In the same places, with nothing pale, in every view of paths; where what is pale has numbers these take room."""
    graph = evaluate(random_example(cell, steps=steps, scale=0.7))
    source = cell.parameters[0]
    paths = find_paths(graph, source, TARGET)
    annotated = annotate(graph, source)
    views = [(view, {}) for view in OPTIONS["only_paths"].views or ()]
    for view, options in [*views, ("flow", {"by": "whole"}), ("path", {"layout": "narrow"})]:
        whole, scene = (
            draw(annotated, view=view, paths=paths, only_paths=only, **few(view, 2), **options).scene
            for only in (False, True)
        )
        assert overlaps(scene) == [], view
        if view not in ("values", "rolled"):
            places = {(box.vertex, box.x, box.y) for box in whole.boxes}
            assert {(box.vertex, box.x, box.y) for box in scene.boxes} <= places, (view, options)
        if view == "flow":
            assert not any(box.pale for box in scene.boxes)
            assert {box.vertex for box in scene.boxes} == {box.vertex for box in whole.boxes if not box.pale}


def test_no_name_of_a_cell_is_the_gaps() -> None:
    """A parameter `gap`, an input `y`, quantities that are called as a role is: the figure is that of other names."""
    text = "gate[t] = tanh({0} @ {1}[t] + U @ state[t-1] + b)\nstate[t] = {2} * state[t-1] + gate[t] * gate[t]"
    scenes = []
    for names in (("W", "X", "v"), ("gap", "y", "loss"), ("W", "gap", "input")):
        cell = parse_cell("plain", text.format(*names))
        scene = draw(annotate(evaluate(random_example(cell, steps=STEPS)), names[0])).scene
        assert [box.look for box in scene.boxes].count("gap") == 1
        assert not GAP.isidentifier()
        scenes.append([(box.x, box.y, box.look) for box in scene.boxes])
    assert scenes[0] == scenes[1] == scenes[2]


STRETCHES = ["1..3", "7..9", "4..5", "9", "1", "1,3,5,7,9", "2..4,8", "1..2,5,8..9"]


@pytest.mark.parametrize("steps", STRETCHES)
@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_the_steps_that_are_asked_for_are_drawn_and_no_others(cell, steps: str) -> None:
    """Each stretch of others is one box: what flows into it flows out, and all of the gradient reaches the loss."""
    graph = evaluate(random_example(cell, steps=9, scale=0.7))
    shown = elide(annotate(graph, cell.parameters[0]), None, read_steps(steps))
    wanted = {step for some in read_steps(steps) for step in some}
    assert {data["step"] for _, data in shown.nodes(data=True) if data["role"] in ("gate", "state", "output")} == wanted
    hidden = gaps_of(shown)
    assert sorted(step for some in hidden.values() for step in some) == sorted(set(range(1, 10)) - wanted)
    for gap in hidden:
        flow = sum(edge["flow"] for _, _, edge in shown.out_edges(gap, data=True))
        assert through_gap(shown, gap) == pytest.approx(flow, abs=1e-9)
    for ends in (shown.in_edges(TARGET, data=True), shown.out_edges(cell.parameters[0], data=True)):
        assert sum(edge["flow"] for _, _, edge in ends) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("steps", STRETCHES)
@pytest.mark.parametrize("name", ["lstm", "gru", "rnn", "slstm"])
@pytest.mark.parametrize("hidden", [1, 3])
def test_whatever_steps_are_drawn_nothing_overlaps(name: str, steps: str, hidden: int) -> None:
    """In the strands, wide and narrow, and with one line for each edge."""
    cell = TYPICAL[name]
    graph = annotate(evaluate(random_example(cell, hidden=hidden, steps=9, scale=0.5)), cell.parameters[0])
    for options in ({}, {"layout": "narrow"}, {"by": "whole"}, {"view": "values"}):
        assert overlaps(draw(graph, steps=steps, **options).scene) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["X_5", "S_0", "H_5", "b_A"])
def test_the_step_of_the_source_is_drawn(source: str) -> None:
    """Or refused; an initial state and a parameter stand before all steps."""
    graph = annotate(evaluate(random_example(LSTM, steps=9, scale=0.7)), source)
    for view in ("flow", "values"):
        assert overlaps(draw(graph, view=view, steps="4..6").scene) == []  # type: ignore[arg-type]
    if source.endswith("5"):
        with pytest.raises(
            InputError, match=r"^unusable steps: 1\.\.2 \(step 5 must be one of them: the source stands"
        ):
            draw(graph, steps="1..2")
    else:
        assert overlaps(draw(graph, steps="1..2").scene) == []


def test_a_path_goes_through_what_is_hidden() -> None:
    """And the view of one path shows it there."""
    graph = annotate(evaluate(random_example(LSTM, steps=9, scale=0.7)), "W_A")
    figure = draw(graph, view="path", path="W_A -> a_1 -> S_1 -> S_2 -> S_3 -> S_4 -> S_5 -> H_5 -> E", steps="3,7..9")
    lit = {(curve.tail, curve.head) for curve in figure.scene.curves if curve.tone in ("positive", "negative")}
    assert lit == {("W_A", GAP), (GAP, "S_3"), ("S_3", 2 * GAP), (2 * GAP, TARGET)}


@pytest.mark.parametrize("inputs", [[0.3, -0.1, -0.2], [0.1, 0.7, -0.8], [0.3, -0.1, -0.25]])
def test_flows_that_cancel_are_nothing_together(inputs: list[float]) -> None:
    """What rounding left of the flows of some steps, 1.4e-15 % of the gradient, was told with its sign."""
    cell = parse_cell("c", "a[t] = W * X[t]\nb[t] = V * a[t]\nH[t] = W + b[t]", output="H")
    losses = [LossTerm("H", (1, 2, 3), [[1.0]] * 3, "given")]
    graph = annotate(evaluate(Problem(cell, {"W": [1.0], "V": [1.0]}, {"X": [[x] for x in inputs]}, losses)), "W")
    told = next(curve for curve in draw(graph, view="rolled").scene.curves if (curve.tail, curve.head) == ("a", "b"))
    cancels = abs(sum(inputs)) < 1e-9
    assert (told.tone, told.label is None) == (("quiet", True) if cancels else ("negative", False))
