"""The flow view: widths in proportion, nothing lost, nothing over anything, everything large enough to be read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from graphviz_lstm import load_problem
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.choices import BYS
from graphviz_lstm.figures.theme import HAIRLINE, LARGE_SIZE
from graphviz_lstm.figures.views.common import shares_told
from graphviz_lstm.figures.views.strands.bundles import GAP, bundles_of
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.figures.cells import SHAPES
from tests.figures.geometry import overlaps, sharp_bends

STRANDS = [by for by in BYS if by != "whole"]
CASES = sorted(
    path for path in (Path(__file__).parents[1] / "cases").glob("*.json") if path.stem not in ("zero", "unproven-32-50")
)


def drawn(cell: Any, *, hidden: int = 1, steps: int = 3, source: str | None = None, **options: Any) -> Any:
    """Return an annotated graph and the scene of it."""
    graph = annotate(evaluate(random_example(cell, hidden=hidden, steps=steps)), source or cell.parameters[0])
    return graph, draw(graph, **options).scene


def pixels(scene: Any, width: int) -> float:
    """Return how high the smallest number is where the figure is at most that many pixels wide."""
    numbers = [curve.label.size for curve in scene.curves if curve.label]
    numbers += [text.size for text in scene.texts if text.string[0] in "+\N{MINUS SIGN}"]
    return min(numbers) * width / max(scene.right - scene.left, width * LARGE_SIZE / 9.0) + 1e-9


def rows_in(scene: Any) -> list[list[Any]]:
    """Return the frames of each row, from the top."""
    rows: dict[float, list[Any]] = {}
    for frame in scene.frames:
        rows.setdefault(-frame.bottom, []).append(frame)
    return [rows[height] for height in sorted(rows)]


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_a_strand_is_as_wide_as_its_share_is_large(cell) -> None:
    """Strictly, down to the hairline; a bundle is its strands and what is between them."""
    graph, _ = drawn(cell)
    bundles = bundles_of(graph, "crossings")
    for bundle in bundles.of_edge.values():
        for strand in bundle.strands:
            assert strand.width == pytest.approx(max(HAIRLINE, bundles.scale * abs(strand.share)), abs=0.006)
            assert (strand.pattern == "dashed") == (strand.share < 0)
        if bundle.strands:
            widths = math.fsum(strand.width for strand in bundle.strands)
            assert bundle.width == pytest.approx(widths + GAP * (len(bundle.strands) - 1))


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("steps", [1, 4, 14])
def test_nothing_lies_on_anything_and_every_strand_keeps_its_width(cell, steps: int) -> None:
    """For numbers and for vectors, over rows, with steps left out, by what the strands may be of."""
    for k, by in enumerate(STRANDS[:-1] if steps < 14 else ("crossings", "exit")):
        # Among vectors the leading paths of many steps are a search.
        hidden = 1 if steps > 4 else 1 + (k + steps) % 2
        graph, scene = drawn(cell, hidden=hidden, steps=steps, by=by)
        assert overlaps(scene) == [], by
        bundles = bundles_of(graph, by) if steps <= 12 else None
        for curve in scene.curves if bundles else ():
            if curve.tone.startswith("strand") and not curve.arrow and curve.tooltip.count(", through") == 1:
                widths = [strand.width for strand in bundles.of_edge[curve.tail, curve.head].strands]
                assert any(curve.width == pytest.approx(width, abs=0.011) for width in widths)


@pytest.mark.slow
@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_every_number_can_be_read_in_a_column_of_text(cell) -> None:
    """At least nine pixels high at 700 wide, whatever the number of steps, unless one step alone is wider."""
    for steps in (2, 5, 40):
        _, scene = drawn(cell, steps=steps)
        assert pixels(scene, 700) >= 9.0 or max(len(row) for row in rows_in(scene)) == 1, steps


@pytest.mark.parametrize("source", ["X_1", "X_2", "X_5", "S_0", "H_0", "a_3", "S_2", "H_2"])
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_a_source_of_any_kind_has_its_strands(source: str, detail: Any) -> None:
    """What lies before it is pale, and no line leads from row to row but where it is cut."""
    case = load_problem(Path(__file__).parents[1] / "cases" / "l1t5.json")
    scene = draw(annotate(evaluate(case, detail=detail), source)).scene
    assert overlaps(scene) == []
    height = max(frame.top - frame.bottom for frame in scene.frames)
    for curve in scene.curves:
        if curve.tone == "pale":
            assert max(y for _, y in curve.points) - min(y for _, y in curve.points) < 2 * height


def test_the_rows_hold_as_many_steps_as_are_asked_for() -> None:
    """And the lines that are cut bear their name on both sides."""
    _, scene = drawn(TYPICAL["lstm"], steps=5, steps_per_row=2)
    assert [len(row) for row in rows_in(scene)] == [2, 2, 1]
    names = [text.string for text in scene.texts if text.tone == "quiet"]
    for name in ("S2", "S4", "H2", "H4", "WA", "to E"):
        assert names.count(name) >= 2


def test_a_narrow_figure_can_be_read_on_a_telephone() -> None:
    """Nine pixels at 360 wide."""
    for name in ("lstm", "rnn", "gru", "gru-reset-after", "mingru"):
        _, scene = drawn(TYPICAL[name], steps=3, layout="narrow")
        assert pixels(scene, 360) >= 9.0, name
        assert overlaps(scene) == [], name


def test_the_numbers_of_the_worked_example() -> None:
    """Those of the design, with the same decimals, so that the eye can add them."""
    scene = draw(annotate(evaluate(load_example("gomez")), "W_A", element=(0, 0))).scene
    labels = {(curve.tail, curve.head): curve.label.string for curve in scene.curves if curve.label}
    assert labels["S_0", "S_1"] == "+73.73"
    assert [labels["H_0", f"{gate}_1"] for gate in "fiao"] == ["+0.35", "+0.50", "+1.61", "+7.68"]
    texts = [text.string for text in scene.texts]
    for words in (
        "Where does dE/dWA[0,0] = −0.0267 come from?",
        "through the gates",
        "+10.14 %",
        "−20.15",
        "loss, t = 0",
        "enters, t = 1",
        "through no gate: +89.86 % (+110.01 −20.15)",
    ):
        assert words in texts


def test_what_cancels_is_told_in_absolute_numbers() -> None:
    """Not as 10^8 per cent."""
    case = Path(__file__).parents[1] / "cases" / "cancel_huge.json"
    scene = draw(annotate(evaluate(load_problem(case)), "W_H")).scene
    numbers = [curve.label.string for curve in scene.curves if curve.label]
    assert numbers
    assert all(len(number) < 9 for number in numbers)
    assert not any("%" in text.string and "100 %" not in text.string for text in scene.texts)
    study = Study(case)
    asked = [("flow", {"by": "whole"}), *((view, {}) for view in ("path", "facets", "metro", "rolled"))]
    for view, options in [*asked, ("values", {"edges": "flow"})]:
        scene = study.figure(view, **options).scene  # type: ignore[arg-type]
        texts = [text.string for text in (*scene.texts, *(curve.label for curve in scene.curves if curve.label))]
        assert not any("%" in text for text in texts), view
        assert any("Nearly all cancels" in text for text in texts), view
        assert any("\N{MINUS SIGN}0.02" in text for text in texts) or view == "path", view


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_no_fault_comes_back(case: Path) -> None:
    """The examples that showed what was wrong with figures."""
    graph = evaluate(load_problem(case))
    source = next(v for v, data in graph.nodes.items() if data["role"] == "parameter" and graph.out_degree(v))
    annotated = annotate(graph, source)
    for layout, width in (("wide", 700), ("narrow", 360)):
        scene = draw(annotated, layout=layout).scene  # type: ignore[arg-type]
        assert overlaps(scene) == []
        assert sharp_bends(scene) == []
        assert pixels(scene, width) >= 9.0 or max(len(row) for row in rows_in(scene)) == 1


def test_what_has_no_use_is_refused() -> None:
    """In one line, with what is allowed."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    for options, words in (
        ({"by": "colour"}, "unknown by: 'colour'"),
        ({"layout": "tall"}, "unknown layout: 'tall'"),
        ({"view": "metro", "by": "gates"}, "the view 'metro' has no strands: by='gates'"),
        ({"view": "rolled", "steps_per_row": 2}, "the view 'rolled' has its steps in one row: steps_per_row=2"),
        ({"view": "cell", "layout": "narrow"}, "the view 'cell' has one layout"),
        ({"steps_per_row": 0}, "unusable number of steps in a row: 0"),
        ({"view": "path", "detail": "unit", "layout": "narrow"}, "single units stand in one row: layout='narrow'"),
    ):
        with pytest.raises(InputError, match=words.replace("(", r"\(")):
            draw(graph, **options)  # type: ignore[arg-type]
    for _, _, edge in graph.edges(data=True):
        edge["flow"] *= 2.0
    with pytest.raises(InputError, match="is no sum over this graph's paths"):
        draw(graph)


def test_under_a_scheme_strands_are_of_the_paths_that_it_leaves() -> None:
    """What it cuts is dotted, and the classes are those that are left."""
    scene = Study("gomez", "W_A", element=(0, 0)).under("lstm-1997").figure().scene
    assert overlaps(scene) == []
    assert {(curve.tail, curve.head) for curve in scene.curves if curve.pattern == "dotted"} >= {("H_0", "a_1")}
    assert not any("one gate" in text.string for text in scene.texts)


def test_a_line_along_which_nothing_flows_reaches_the_loss_all_the_same() -> None:
    """H_0 holds nothing of U_A's gradient on the worked example, and its line to E does not break off."""
    scene = Study("gomez", "U_A").figure().scene
    assert overlaps(scene) == []
    (head,) = (curve for curve in scene.curves if (curve.tail, curve.head) == ("H_0", "E") and curve.arrow)
    ends = [curve.points[-1] for curve in scene.curves if (curve.tail, curve.head) == ("H_0", "E") and not curve.arrow]
    assert min(math.dist(head.points[0], end) for end in ends) < 1.0


def test_paths_that_add_up_to_nothing_are_no_figure_of_shares() -> None:
    """A part of zero is no number, and no width; whoever draws it says so in a line."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    with pytest.raises(NumberError, match="zero gradient: dE/dW_A is zero, so there is nothing to share"):
        shares_told(graph, [math.nan, math.nan])
