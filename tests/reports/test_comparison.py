"""The comparison of schemes, in each format; and the command."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise

import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.theme import HAIRLINE
from graphviz_lstm.gradients.schemes.compare import compare
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.flows import flows_under
from graphviz_lstm.gradients.schemes.library import SCHEMES, scheme
from graphviz_lstm.graph import evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.columns import aligned
from graphviz_lstm.reports.comparison import (
    DEFAULT_SCHEMES,
    comparison_csv,
    comparison_json,
    comparison_text,
    list_schemes,
)
from graphviz_lstm.reports.scheme_figures import comparison_figure, draw_comparison
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import overlaps
from tests.oracles.left_graphs import graphs_under

CUTTING = ["full", "lstm-1997", "e-prop", "fixed-input", "spatial", "bptt:1", "bptt:2", "bptt:3:2", "chunked-bptt:2"]


@pytest.mark.parametrize("name", CUTTING)
@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_what_is_kept_and_what_is_dropped_are_all_paths(cell, name: str) -> None:
    """By count, and by share: what a scheme that cuts finds is what the others do not sum to."""
    graph = evaluate(random_example(cell, steps=3, seed=2))
    (found,) = compare(graph, [name])
    for source in cell.parameters:
        paths = found.dropped(source)
        kept = sum(find_paths(part, source, "E").count for part in graphs_under(graph, scheme(name), source))
        assert (paths.kept, paths.whole) == (kept, find_paths(graph, source, "E").count)
        entry = (0,) * found.full[source].ndim
        one = dropped_under(graph, scheme(name), source, element=entry)
        rest = float(found.gradients[source][entry] / found.full[source][entry])
        assert one.share == pytest.approx(1.0 - rest, abs=1e-9 * max(1.0, abs(rest)))


def test_the_largest_dropped_paths_are_the_largest_of_all_losses_together() -> None:
    """Each once, in order, and groups add up."""
    graph = evaluate(random_example(TYPICAL["lstm"], steps=4, seed=2))
    (found,) = compare(graph, ["bptt:2"])
    paths = found.dropped("W_i")
    ranked = paths.top(paths.count)
    assert len({path.vertices for path in ranked}) == paths.count
    assert [abs(path.share) for path in ranked] == sorted((abs(path.share) for path in ranked), reverse=True)
    groups = paths.group_by("crossings")
    assert sum(count for count, _ in groups.values()) == paths.count
    assert sum(share for _, share in groups.values()) == pytest.approx(paths.share)
    positive, negative = paths.masses
    assert positive + negative == pytest.approx(paths.share)


def test_json_has_what_is_promised_of_each_scheme() -> None:
    """And of a random one the standard deviation and the variance."""
    content = json.loads(comparison_json(Study("gomez"), ["full", "lstm-1997", "snap:1", "h-detach:0.25"]))
    assert (content["example"], content["target"]) == ("gomez", "E")
    full, cut, by_entry, random = content["schemes"]
    assert full["relative_error"] == 0
    assert cut["gradients"]["W_A"] == [[pytest.approx(-0.02400683861458104), pytest.approx(-0.08678237224464358)]]
    assert cut["paths"]["W_A"] == {"kept": 3, "dropped": 4}
    assert by_entry["paths"]["W_A"] is None
    assert random["deviation"]["W_A"][0][0] > 0
    assert random["variance"]["W_A"][0][0] == random["deviation"]["W_A"][0][0] ** 2
    assert set(cut["by_parameter"]) == set(cut["gradients"]) == set(cut["paths"])


@pytest.mark.parametrize("factor", [1e60, 1e160])
def test_what_a_scheme_makes_larger_than_any_number_is_told_in_words_or_not_at_all(factor: float) -> None:
    """An error of 1e320 was no JSON, and a bar so long a warning."""
    cell = parse_cell("c", "H[t] = U * H[t-1] + W * X[t]", output="H")
    losses = [LossTerm("H", (3,), [[1.0]], "given")]
    study = Study(Problem(cell, {"U": [1e-100], "W": [1.0]}, {"X": [[1e-100], [0.0], [0.0]]}, losses), "W")
    names, known = [f"scale {factor:g} H[t-1] -> H[t]"], factor < 1e100
    (told,) = json.loads(comparison_json(study, names))["schemes"]
    error = told["by_parameter"]["W"]["relative_error"]
    rows = list(csv.DictReader(io.StringIO(comparison_csv(study, names))))
    assert error == (pytest.approx(1e120) if known else None)
    assert rows[-1]["relative_error"] == (repr(error) if known else "")
    assert "inf" not in comparison_text(study, names)
    if known:
        assert draw_comparison(study, names, view="kept")
    else:
        with pytest.raises(NumberError, match=r"^share out of range: what scheme 'scale 1e\+160 .*' keeps of dE/dW"):
            draw_comparison(study, names, view="kept")


def test_csv_has_a_row_for_each_scheme_and_parameter() -> None:
    """The first of each is all parameters together."""
    rows = list(csv.DictReader(io.StringIO(comparison_csv(Study("gomez"), ["full", "spatial"]))))
    assert len(rows) == 2 * 13
    assert [row["parameter"] for row in rows[:2]] == ["", "W_A"]
    assert float(rows[13]["cosine"]) == pytest.approx(0.9668948888975823)


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_every_cell_can_be_compared_and_no_line_is_longer_than_a_terminal_is_wide(cell) -> None:
    """With all schemes that need nothing that the cell lacks."""
    names = [":".join([name, *named.shown]) for name, named in SCHEMES.items() if name != "only"]
    text = comparison_text(Study(random_example(cell, hidden=2, steps=3, seed=1)), names)
    assert all(name in text for name in names)
    assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize("name", [*CUTTING, "h-detach:0.25", "artbp:0.5", "clip:0.5", "only:i"])
def test_flows_under_a_scheme_are_what_is_left_of_the_gradient(name: str) -> None:
    """They are kept at every vertex between the source and E; what leaves the source is what reaches E."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=4, seed=7), "W_i")
    found = flows_under(study.graph, scheme(name), "W_i")
    (kept,) = compare(study.graph, [name])
    full, left = kept.full["W_i"], kept.gradients["W_i"]
    assert found.share == pytest.approx(float((full * left).sum() / (full * full).sum()), rel=1e-9)
    graph = found.graph
    assert sum(graph.edges[edge]["flow"] for edge in graph.out_edges("W_i")) == pytest.approx(found.share, rel=1e-9)
    assert all(data["flow"] == 0.0 for _, _, data in graph.edges(data=True) if data.get("cut"))
    if "clip" not in name:
        for vertex, data in graph.nodes.items():
            if data["role"] in ("gate", "state", "output") and graph.out_degree(vertex):
                coming = sum(edge["flow"] for *_, edge in graph.in_edges(vertex, data=True))
                going = sum(edge["flow"] for *_, edge in graph.out_edges(vertex, data=True))
                assert coming == pytest.approx(going, abs=1e-9), vertex


@pytest.mark.parametrize("steps", [2, 5, 30])
def test_a_sheet_of_schemes_overlaps_nothing_and_marks_what_is_cut(steps: int) -> None:
    """Each small multiple by its name, also of long sequences. A window of two steps keeps every edge for some loss."""
    names = ["full", "lstm-1997", "bptt:2", "h-detach:0.25"]
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=steps, seed=3))
    scene = comparison_figure(study, names).scene
    assert overlaps(scene) == []
    told = ["".join(run.text for run in text.line) for text in scene.texts]
    assert [name for name in names if any(line.startswith(f"{name}: ") for line in told)] == names
    dotted = {curve.tail.partition("[")[2] for curve in scene.curves if curve.pattern == "dotted"}
    assert dotted == {"2]"}


@pytest.mark.parametrize(
    ("cell", "layout", "pixels"),
    [("lstm", "wide", 700.0), ("gru", "wide", 700.0), ("mingru", "wide", 700.0), ("lstm", "narrow", 360.0)],
)
def test_every_number_of_a_sheet_can_be_read_and_all_widths_are_on_one_scale(cell: str, layout, pixels: float) -> None:
    """Nine pixels at least, of few steps and of many; strands of one share are as thick under every scheme."""
    for steps in (1, 3, 20):
        study = Study(random_example(TYPICAL[cell], hidden=2, steps=steps, seed=3))
        names = ["full", "lstm-1997", "bptt:1", "spatial", "cut *[t] -> H[t]"]
        scene = comparison_figure(study, names, layout=layout).scene
        scale = pixels / (scene.right - scene.left)
        numbers = [curve.label for curve in scene.curves if curve.label is not None]
        numbers += [text for text in scene.texts if "".join(run.text for run in text.line)[:1] in "+-\N{MINUS SIGN}"]
        assert min(text.size for text in numbers) * min(scale, 1.4) >= 9.0
        thick = {}
        for curve in scene.curves:
            share = re.search(r": ([+\N{MINUS SIGN}][0-9.]+) %", curve.tooltip)
            if share and curve.width > HAIRLINE and curve.tone.startswith("strand"):
                thick.setdefault(share[1].lstrip("+\N{MINUS SIGN}"), set()).add(round(curve.width, 1))
        assert all(max(some) - min(some) <= 0.15 for some in thick.values())
        assert overlaps(scene) == []


def test_a_sheet_says_what_it_cannot_show() -> None:
    """Entries are no edges, and there is an end to what can be looked at."""
    with pytest.raises(InputError, match=r"^no flows under scheme 'snap:1': it drops entries, "):
        comparison_figure(Study("gomez"), ["snap:1"])
    one = comparison_figure(Study("gomez", element=(0, 0)), ["snap:1"]).scene
    assert "snap:1: +100 % left, entries of 7 paths dropped" in one.description
    with pytest.raises(InputError, match=r"^unusable number of schemes: 17 \(a sheet has 1 to 16\)$"):
        comparison_figure(Study("gomez"), ["full"] * 17)
    with pytest.raises(InputError, match=r"^unusable number of columns: 0 \(must be 1 to 16\)$"):
        comparison_figure(Study("gomez"), ["full"], columns=0)
    assert len({box.x for box in comparison_figure(Study("gomez"), ["full"] * 3, columns=1).scene.boxes}) < 12
    assert len(comparison_figure(Study("gomez")).scene.frames) == 2 * (len(DEFAULT_SCHEMES) - 1)


def test_the_list_tells_every_scheme() -> None:
    """How it is asked for, what it drops, who proposed it; the ones compared by default are among them."""
    text = list_schemes()
    assert all(named.usage in text for named in SCHEMES.values())
    assert all(scheme(name).sentence for name in DEFAULT_SCHEMES)
    assert aligned([["a"]]) == ["  a"]


def test_the_rows_of_a_sheet_hold_the_same_steps_under_each_scheme() -> None:
    """So each step can be compared, though numbers take more room where more is left; and no panel leaves a void."""
    problem = random_example(TYPICAL["gru"], hidden=2, steps=4, seed=1)
    names = ["full", "lstm-1997", "bptt:1"]
    scene = comparison_figure(Study(problem, "W_h"), names).scene
    rows = []
    for k in range(1, len(names) + 1):
        frames = [frame for frame in scene.frames if frame.vertices[0].endswith(f" [{k}]")]
        tops = sorted({frame.top for frame in frames}, reverse=True)
        rows.append([[frame.step for frame in frames if frame.top == top] for top in tops])
    assert rows[0] == rows[1] == rows[2]
    assert len(rows[0]) > 1
    heights = sorted([y for curve in scene.curves for _, y in curve.points] + [box.y for box in scene.boxes])
    titles = sum(text.size > 12.5 for text in scene.texts)
    assert titles == len(names)
    assert max(above - below for below, above in pairwise(heights)) < 150.0
