"""Figures of single units: their flows are those of the unit paths, their geometry holds, too many are refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.figures.choices import MOST_UNITS
from graphviz_lstm.figures.layout import make_unit_layout, spell_out
from graphviz_lstm.figures.routes.numbers import Area, places_of_numbers
from graphviz_lstm.figures.routes.units import route_units
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.interfaces.documents import ask_figure
from graphviz_lstm.notation.names import Name, latex
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.figures.cells import SHAPES
from tests.figures.geometry import overlaps

LSTM = SHAPES["lstm"]
UNITS = [view for view in VIEWS if view not in ("rolled", "cell")]


def largest_that_fits(cell, detail: str, hidden: int, source: str = ""):
    """Return the annotated graph of the most steps, of three at most, whose units can be drawn."""
    for steps in (3, 2, 1):
        graph = evaluate(random_example(cell, hidden=hidden, steps=steps, seed=steps, scale=0.7), detail=detail)
        annotated = annotate(graph, source or cell.parameters[0])
        try:
            spell_out(annotated)
        except InputError:
            continue
        return annotated
    pytest.skip("even one step has too many units")


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("hidden", [1, 2, 3])
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_nothing_overlaps_and_no_line_runs_through_a_box(cell, hidden: int, detail: str) -> None:
    """Whatever the source: a parameter, an input, an initial state, a quantity of a step."""
    for source in (
        cell.parameters[0],
        cell.parameters[-1],
        "X_1",
        *(f"{state}_0" for state in cell.states),
        f"{cell.output}_1",
    ):
        annotated = largest_that_fits(cell, detail, hidden, source)
        assert overlaps(draw(annotated, detail="unit").scene) == [], source


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("view", UNITS)
def test_nothing_overlaps_in_any_view(cell, view: str) -> None:
    """Two units."""
    annotated = largest_that_fits(cell, "gate", 2)
    assert overlaps(draw(annotated, view=view, detail="unit").scene) == []


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_every_line_joins_its_boxes(cell) -> None:
    """It starts on a side of its tail's box; its tip is on a side of its head's."""
    scene = draw(largest_that_fits(cell, "gate", 2), detail="unit").scene
    boxes = {box.vertex: box for box in scene.boxes}
    for curve in scene.curves:
        for vertex, (x, y) in ((curve.tail, curve.points[0]), (curve.head, curve.tip)):
            box = boxes[vertex]
            beyond = max(abs(x - box.x) - box.width / 2, abs(y - box.y) - box.height / 2)
            assert beyond == pytest.approx(0.0, abs=0.011), (curve.tail, curve.head)


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("element", [None, "first"])
def test_the_flow_of_an_edge_is_the_share_of_the_unit_paths_through_it(cell, element: str | None) -> None:
    """Listed one by one; its vertices and edges are those of the paths, and no path has another."""
    annotated = largest_that_fits(cell, "gate", 2)
    source = annotated.graph["source"]
    index = None if element is None else (0,) * annotated.nodes[source]["value"].ndim
    annotated = annotate(annotated, source, element=index)
    spelled, paths = spell_out(annotated), find_paths(annotated, source, TARGET, level="unit", element=index)
    flows: dict[tuple[str, str], list[float]] = {}
    for path in paths[:4000] if paths.count > 4000 else paths:
        for edge in path.edges:
            flows.setdefault(edge[:2], []).append(path.share)
    assert set(flows) <= set(spelled.edges)
    if paths.count <= 4000:
        for edge, shares in flows.items():
            size = max(1.0, math.fsum(map(abs, shares)))
            assert spelled.edges[edge]["flow"] == pytest.approx(math.fsum(shares), abs=1e-12 * size)


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_the_flows_of_the_units_of_an_edge_sum_to_its_flow(cell) -> None:
    """And those of the units of a vertex to that of the vertex."""
    annotated = largest_that_fits(cell, "gate", 3)
    spelled = spell_out(annotated)
    sums: dict[tuple[object, ...], list[float]] = {}
    for tail, head, edge in spelled.edges(data=True):
        ends = (spelled.nodes[v] for v in (tail, head))
        sums.setdefault(tuple((d["quantity"], d["step"]) for d in ends), []).append(edge["flow"])
    for tail, head, edge in annotated.edges(data=True):
        key = tuple((d["quantity"], d["step"]) for d in (annotated.nodes[v] for v in (tail, head)))
        if key in sums:
            size = max(1.0, math.fsum(map(abs, sums[key])))
            assert edge["flow"] == pytest.approx(math.fsum(sums[key]), abs=1e-12 * size)


def test_a_partial_in_the_figure_is_the_entry_of_the_map() -> None:
    """From a source whole: the row that a unit reads."""
    annotated = annotate(
        evaluate(random_example(LSTM, hidden=2, steps=2)), "U_a" if "U_a" in LSTM.parameters else "W_A"
    )
    spelled = spell_out(annotated)
    source = annotated.graph["source"]
    for tail, head, edge in spelled.edges(data=True):
        own, other = (spelled.nodes[v]["name"] for v in (tail, head))
        ends = [v.split("[")[0] for v in (tail, head)]
        matrix = annotated.edges[ends[0], ends[1]]["partial"].dense()
        row = matrix[other.unit[0] if other.unit else 0]
        expected = row if tail == source else row[own.unit[0]]
        assert np.ravel(edge["partial"].pull(np.ones(()))) == pytest.approx(np.ravel(expected), rel=1e-14)


def test_the_motif_is_that_of_the_quantities() -> None:
    """States on top, gates in a column, the output to the right; units of one quantity one below the other."""
    spelled = spell_out(annotate(evaluate(random_example(LSTM, hidden=3, steps=2)), "W_A"))
    layout = make_unit_layout(spelled)
    gates = [layout.places[f"{gate}_2[{k}]"] for gate in "fiao" for k in range(3)]
    assert {x for x, _ in gates} == {gates[0][0]}
    assert [y for _, y in gates] == sorted((y for _, y in gates), reverse=True)
    states = [layout.places[f"S_2[{k}]"] for k in range(3)]
    assert min(y for _, y in states) > max(y for _, y in gates)
    assert gates[0][0] < states[0][0] < layout.places["H_2[0]"][0] < layout.places["E"][0]


def test_only_what_is_asked_for_is_routed_and_has_a_number() -> None:
    """The edges that are drawn, and no other."""
    spelled = spell_out(annotate(evaluate(random_example(LSTM, hidden=2, steps=2)), "W_A"))
    edges = [("a_1[0]", "S_1[0]"), ("S_1[0]", "S_2[0]")]
    routes = route_units(spelled, make_unit_layout(spelled), dict.fromkeys(edges, 1.0), "W_A", {edges[1]: "+1 %"})
    assert list(routes) == edges
    assert [route.number is None for route in routes.values()] == [True, False]


def test_a_document_asks_for_units_by_detail() -> None:
    """As the command and Python do."""
    options = {"source": "W_A", "element": "0,0"}
    study = Study("gomez", "W_A", element=(0, 0))
    for detail in (None, "unit"):
        asked = options if detail is None else {**options, "detail": detail}
        assert ask_figure("gomez", asked) == study.figure(detail=detail)


def test_a_number_without_room_is_left_out_and_the_widest_line_chooses_first() -> None:
    """Two lines so near each other that there is room for one number above, for one below, and none between."""
    courses = {
        (f"x{k}", "y"): (((0.0, 4.0 * k), (10.0, 4.0 * k), (20.0, 4.0 * k), (30.0, 4.0 * k)), (38.0, 4.0 * k))
        for k in range(3)
    }
    widths = dict(zip(courses, (1.0, 3.0, 2.0), strict=True))
    lengths = dict.fromkeys(courses, 20.0)
    assert set(places_of_numbers(courses, widths, lengths, [], [])) == {("x0", "y"), ("x2", "y")}
    above = [Area(-50.0, 5.0, 90.0, 60.0)]
    assert set(places_of_numbers(courses, widths, lengths, above, [])) == {("x0", "y")}
    assert places_of_numbers(courses, widths, lengths, [], [Area(15.0, -50.0, 16.0, 50.0)]) == {}
    alone = {edge: courses[edge] for edge in [("x0", "y")]}
    assert places_of_numbers(alone, widths, {("x0", "y"): 31.0}, [], []) == {}


def test_the_path_in_focus_and_the_lines_are_unit_paths() -> None:
    """Those of the largest share; each name that is told is one of a unit."""
    study = Study(random_example(LSTM, hidden=2, steps=2, seed=3).problem, "W_A", element=(0, 0))
    largest = study.unit_paths.top(2)
    for rank, path in enumerate(largest, start=1):
        scene = study.figure(path=rank, detail="unit").scene
        focus = {(curve.tail, curve.head) for curve in scene.curves if curve.tone in ("positive", "negative")}
        assert focus == {edge[:2] for edge in path.edges}
    told = [text.string for text in study.figure("metro", detail="unit").scene.texts]
    assert any(all(str(vertex) in line for vertex in largest[0].vertices) for line in told)


def test_what_cannot_be_drawn_of_units_is_one_line() -> None:
    """How many there are, what is allowed, what else to do."""
    large = annotate(evaluate(random_example(LSTM, hidden=8, steps=2)), "W_A")
    small = annotate(evaluate(load_example("gomez")), "W_A")
    quantities = find_paths(small, "W_A", TARGET)
    cases = [
        (
            large,
            {},
            rf"too many units to draw: 98 \(at most {MOST_UNITS}; take fewer steps or units, draw the quantities",
        ),
        (small, {"view": "rolled"}, "the view 'rolled' shows the cell's quantities, not their single units"),
        (small, {"max_steps": 3}, "of single units every step is drawn: max_steps=3 has no use there"),
        (small, {"paths": quantities}, r"wrong paths: .* \(must be at the level of the boxes: level='unit'\)"),
        (small, {"detail": "atom"}, "unknown detail: 'atom' .*'gate', 'operation', 'unit'"),
        (small, {"detail": "operation"}, r"wrong detail: 'operation' \(the graph is at 'gate'; evaluate"),
    ]
    for graph, options, words in cases:
        with pytest.raises(InputError, match=words):
            draw(graph, **{"detail": "unit", **options})
    units = find_paths(small, "W_A", TARGET, level="unit")
    with pytest.raises(InputError, match="must be at the level of the boxes: level='quantity'"):
        draw(small, paths=units)


def test_too_many_units_are_refused_before_their_paths_are_compiled() -> None:
    """Whatever these would take, and whether one of them was asked for or all."""
    study = Study(random_example(LSTM, hidden=8, steps=2).problem, "W_A", memory=1.0)
    for path in (None, 1):
        with pytest.raises(InputError, match="too many units to draw: 98"):
            study.figure(path=path, detail="unit")
    assert "unit_paths" not in vars(study)


def test_the_unit_of_an_applied_function_is_named() -> None:
    """In a box, and in LaTeX."""
    name = Name("f_S", argument=Name("S")).at(2).entry((1,))
    assert latex(name).endswith("[1]")
    scene = draw(largest_that_fits(LSTM, "operation", 2), detail="unit").scene
    labels = ["".join(run.text for run in box.label) for box in scene.boxes if "[" in box.vertex]
    assert labels
    assert all(label.endswith("]") for label in labels)
