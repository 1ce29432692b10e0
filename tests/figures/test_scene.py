"""The scene: nothing overlaps, each step looks like the one before it, and every number is the graph's."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.notation.numbers import format_percent
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import overlaps


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("detail", ["gate", "operation"])
@pytest.mark.parametrize(("hidden", "steps"), [(1, 1), (1, 2), (3, 3)])
def test_no_label_lies_on_anything(cell, detail: str, hidden: int, steps: int) -> None:
    """Labels, boxes, lines, arrowheads, borders of frames: for every source, in both views."""
    graph = evaluate(random_example(cell, hidden=hidden, steps=steps, seed=steps), detail=detail)
    sources = [*cell.parameters, "X_1", f"X_{steps}", *(f"{state}_0" for state in cell.states)]
    for source in dict.fromkeys(sources):
        paths = find_paths(graph, source, TARGET)
        if not paths:
            continue
        annotated = annotate(graph, source)
        # The other views draw the same graph; two sources show it.
        for view in VIEWS if source in sources[:2] else ("flow", "path"):
            assert overlaps(draw(annotated, view=view, paths=paths).scene) == [], (source, view)


def test_the_search_for_overlaps_finds_one() -> None:
    """A label moved onto a box, a line and another label."""
    scene = draw(annotate(evaluate(load_example("gomez")), "W_A")).scene
    box = next(box for box in scene.boxes if box.vertex == "S_1")
    moved = tuple(
        replace(curve, label=replace(curve.label, x=box.x, y=box.y)) if curve.label else curve for curve in scene.curves
    )
    found = "\n".join(overlaps(replace(scene, curves=moved)))
    for what in ("on box S_1", "on label"):
        assert what in found


def test_each_step_looks_the_same() -> None:
    """The same boxes at the same places of frames that stand at equal distances."""
    scene = draw(annotate(evaluate(random_example(LSTM, steps=5)), "W_A"), steps_per_row=5).scene
    looks = []
    for frame in scene.frames:
        boxes = [box for box in scene.boxes if box.vertex in frame.vertices]
        looks.append([(box.x - frame.left, box.y, box.look, [run.italic for run in box.label]) for box in boxes])
    assert all(look == looks[0] for look in looks)
    assert len({round(after.left - before.left, 6) for before, after in pairwise(scene.frames)}) == 1


def test_the_numbers_of_one_line_for_each_edge_are_the_flows() -> None:
    """On every edge that lies on a path, and on no other."""
    graph = annotate(evaluate(random_example(LSTM, hidden=2, steps=3)), "U_f")
    for curve in draw(graph, by="whole", steps_per_row=3).scene.curves:
        if curve.tone == "pale":
            assert curve.label is None
        else:
            flow = graph.edges[curve.tail, curve.head]["flow"]
            assert curve.label is not None
            assert curve.label.string == format_percent(flow)
            assert (curve.pattern == "dashed") == (flow < 0)


def test_the_flow_view_tells_total_paths_and_remainder() -> None:
    """The legend says what everything means."""
    scene = draw(annotate(evaluate(load_example("gomez")), "W_A"), by="whole").scene
    legend = " ".join(text.string for text in scene.texts)
    for words in (
        "dE/dWA = [−0.0267, −0.0922], the sum over 7 paths: all are in it, none is left out.",
        "adds to the gradient",
        "takes away from it",
        "on no path from WA",
        "its flow, the share of the gradient through it; its width is in proportion.",
        "In a box: its value.",
    ):
        assert words in legend
    assert "7 paths from W_A to E" in scene.description
    assert "+61.0 %  W_A -> a_1 -> S_1 -> H_1 -> E" in scene.description


def test_the_path_view_writes_the_multiplication_out() -> None:
    """The one of the design: 0.961 x ... = -0.0197."""
    graph = evaluate(load_example("gomez"))
    paths = find_paths(graph, "W_A", TARGET, element=(0, 0))
    scene = draw(annotate(graph, "W_A", element=(0, 0)), view="path", paths=paths).scene
    legend = " ".join(text.string for text in scene.texts)
    assert "0.331 × 0.961 × 0.870 × 0.149 × (−0.478) = −0.0197" in legend
    assert "this path: +73.7 % of the gradient" in legend
    assert "the other 6 paths: +26.3 %" in legend
    window = Study("gomez", "W_A", element=(0, 0)).under("bptt:1")
    told = " ".join(text.string for text in window.figure("path").scene.texts)
    assert "the other path: −125 %" in told
    focus = {(curve.tail, curve.head) for curve in scene.curves if curve.tone != "faint"}
    assert focus == {("W_A", "a_0"), ("a_0", "S_0"), ("S_0", "S_1"), ("S_1", "H_1"), ("H_1", "E")}


def test_layout_is_linear_in_the_number_of_steps() -> None:
    """By counting what is drawn, not by the clock; in one row, where no line is in pieces."""
    graphs = [annotate(evaluate(random_example(LSTM, steps=t)), "W_A") for t in (4, 8, 12)]
    sizes = [len(draw(graph, by="whole", steps_per_row=12).scene.curves) for graph in graphs]
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0]


def test_the_values_view_has_value_adjoint_and_partial() -> None:
    """The numbers of the graph, in boxes and on edges."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    scene = draw(graph, view="values").scene
    box = next(box for box in scene.boxes if box.vertex == "H_0")
    assert (box.value, box.note) == ("0.536", "\N{PARTIAL DIFFERENTIAL} 0.018")
    labels = {(curve.tail, curve.head): curve.label.string for curve in scene.curves if curve.label}
    assert labels["S_0", "S_1"] == "0.870"
    assert labels["W_A", "a_1"] == "[0.139, 0.833]"


def test_the_metro_view_has_a_line_for_each_path_on_each_of_its_edges() -> None:
    """Its legend is the ranking; each line has a colour and a pattern that no other has."""
    graph = evaluate(random_example(LSTM, steps=3))
    paths = find_paths(graph, "W_A", TARGET)
    scene = draw(annotate(graph, "W_A"), view="metro", top=8, steps_per_row=3).scene
    for rank, path in enumerate(paths.top(8), start=1):
        lines = [(curve.tail, curve.head) for curve in scene.curves if curve.tone == f"rank-{rank}"]
        assert sorted(lines) == sorted(path.edges)
    looks = {(curve.tone, curve.pattern) for curve in scene.curves if curve.tone.startswith("rank")}
    assert len(looks) == 8
    assert sum(text.string.startswith(f"{k}.  ") for k in range(1, 9) for text in scene.texts) == 8
    with pytest.raises(InputError, match=r"unusable number of lines: 9 \(must be 1 to 8\)"):
        draw(annotate(graph, "W_A"), view="metro", top=9)


def test_facets_share_one_scale_and_tell_what_is_not_shown() -> None:
    """Widths in proportion to shares; shown and remainder make the whole."""
    graph = evaluate(load_example("gomez"))
    paths = find_paths(graph, "W_A", TARGET)
    scene = draw(annotate(graph, "W_A"), view="facets", top=5).scene
    shown = paths.top(5)
    widths = [
        {curve.width for curve in scene.curves if curve.tail.endswith(f"[{k}]") and curve.tone != "faint"}
        for k in range(1, 6)
    ]
    assert [len(width) for width in widths] == [1] * 5
    first, second = widths[0].pop(), widths[1].pop()
    assert second / first == pytest.approx(shown[1].share / shown[0].share, rel=0.01)
    assert any("Not shown: 2 paths" in text.string for text in scene.texts)
    assert len({box.vertex for box in scene.boxes}) == len(scene.boxes) == 5 * 14


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_the_rolled_view_adds_up_the_flows_of_every_step(cell) -> None:
    """Of what leaves the source and what reaches the loss: all of it; of each loop: what the steps sum to."""
    graph = annotate(evaluate(random_example(cell, steps=4)), cell.parameters[0])
    scene = draw(graph, view="rolled").scene
    labels = {(curve.tail, curve.head): curve.label.string for curve in scene.curves if curve.label}
    assert labels[cell.output, "E"] == "+100 %"
    loops: dict[tuple[str, str], float] = {}
    for tail, head, edge in graph.edges(data=True):
        if edge["kind"] in ("carousel", "crossing") and graph.nodes[tail]["role"] != "initial":
            pair = graph.nodes[tail]["quantity"], graph.nodes[head]["quantity"]
            loops[pair] = loops.get(pair, 0.0) + edge["flow"]
    for pair, flow in loops.items():
        # Through a stabiliser nothing flows, and none of what rounding leaves there is told.
        assert labels.get(pair) == (format_percent(flow) if flow else None), pair
    assert all(loops.values()) or cell.name == "slstm"


@pytest.mark.parametrize("view", VIEWS)
def test_no_number_of_a_scene_hangs_on_the_last_digit_of_a_flow(view) -> None:
    """Widths and places that come of flows are rounded: another release of NumPy adds up in another order."""
    for problem in (load_example("gomez"), random_example(TYPICAL["gru"], hidden=2, steps=3)):
        graph = annotate(evaluate(problem), "W_A" if "W_A" in problem.cell.parameters else problem.cell.parameters[0])
        scene = draw(graph, view=view).scene
        sizes = [each.width for each in (*scene.curves, *scene.samples)]
        places = [number for curve in scene.curves for point in (*curve.points, curve.tip) for number in point]
        assert [number for number in (*sizes, *places) if number != round(number, 2)] == []
