"""A gradient of zero: there is nothing to share, and every door says so; contributions rank, and are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import NumberError
from graphviz_lstm.figures.theme import WIDEST
from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.notation.numbers import format_number
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import Example, LossTerm, Problem
from graphviz_lstm.reports import Study, describe_answer, describe_selection
from graphviz_lstm.reports.bundle import answer_files
from graphviz_lstm.reports.groups import GROUP_FORMATS, groups_of
from graphviz_lstm.reports.lines import paths_arrays, paths_lines
from graphviz_lstm.reports.tables import path_table, paths_csv, paths_json
from tests.paths.maps import ToNumber, digraph

if TYPE_CHECKING:
    from collections.abc import Callable

ZERO = str(Path(__file__).parents[1] / "cases" / "zero.json")
NOTHING = "The gradient is zero: there is nothing to share"


def nothing(study: Study) -> str:
    """Return what is said of a gradient of zero: where terms cancel it is zero to rounding."""
    size = study.cancelled
    return NOTHING.replace("zero", f"zero to rounding (terms of {size:.3g} cancel)") if size else NOTHING


def opposites(units: int = 1) -> Study:
    """Return a study whose paths cancel in pairs, without one of them being zero: E = (h - h)^2 of a sort."""
    cell = parse_cell("twins", "a[t] = W * x[t] + u * h[t-1]\nb[t] = W * x[t] + u * h[t-1]\nh[t] = a[t] - b[t]")
    size = (units,)
    return Study(
        Example(
            cell=cell,
            parameters={"W": np.full(size, 0.7), "u": np.full(size, 0.5)},
            inputs=np.ones((2, *size)),
            targets=np.ones((2, *size)),
            initial={"h": np.zeros(size)},
        ),
        "W",
    )


CASES: dict[str, Callable[[], Study]] = {
    "no contribution": lambda: Study(ZERO),
    "of a step": lambda: Study("gomez", "f_0"),
    "of one entry": lambda: Study("gomez", "f_0", element=0),
    "cancels": opposites,
    "cancels, of vectors": lambda: opposites(3),
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_and_no_file_tells_a_share_of_nothing(case: str) -> None:
    """Neither a percentage that is no number, nor one of a sum that is zero."""
    study = CASES[case]()
    assert study.is_zero
    texts = {name: content.decode() for name, content in answer_files(study.answer).items()}
    texts["answer"] = describe_answer(study.answer)
    for level in ("quantity", "unit"):
        found = study.among(level=level)
        top = found.top(min(3, found.count))
        texts[f"paths, {level}"] = describe_selection(found, top, study.graph)
        texts[f"lines, {level}"] = paths_lines(study, top, paths=found)
        texts[f"json, {level}"] = paths_json(study, top, paths=found)
        texts[f"csv, {level}"] = paths_csv(study, top, paths=found)
        for suffix, told in GROUP_FORMATS.items():
            texts[f"groups{suffix}, {level}"] = told(groups_of(found, "crossings"))
        assert nothing(study) in texts[f"paths, {level}"]
        assert NOTHING in texts[f"groups.txt, {level}"]
        assert json.loads(texts[f"json, {level}"])["nothing_to_share"] is True
    assert nothing(study) in " ".join(texts["answer"].split()).replace(study.derivative, "The gradient", 1)
    for name, text in texts.items():
        assert "nan" not in text.lower(), name
        if "svg" not in name and "html" not in name and "dot" not in name:
            assert "%" not in text.replace("% of their mass", "").replace("cancels", ""), (name, text)


def test_contributions_rank_where_there_is_nothing_to_share() -> None:
    """The largest first, and the sums by sign are told: of four paths of W two add what the others take."""
    study = opposites()
    text = describe_selection(study.paths, study.paths.top(study.paths.count), study.graph)
    sizes = [abs(float(line.split()[0])) for line in text.splitlines()[2:-1]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0.0
    assert "Positive and negative contributions: +" in text
    total = float(np.sum(paths_arrays(study, study.paths.top(2), paths=study.paths)["total"]))
    assert total == 0.0
    table = path_table(study.paths.top(1), graph=study.graph)
    assert table.head == ("Contribution", "Gates crossed", "Path")
    assert "nothing to share" in table.caption


def test_along_an_entry_that_is_zero_its_own_contributions_rank() -> None:
    """Not the sums of all entries of the source."""
    made = find_paths(
        digraph(
            [
                ("W", "a", ToNumber(np.array([1.0, 0.0]))),
                ("W", "b", ToNumber(np.array([-1.0, 9.0]))),
                ("a", "E", 3.0),
                ("b", "E", 3.0),
                ("W", "E", ToNumber(np.array([0.0, 50.0]))),
            ]
        ),
        "W",
        "E",
        element=0,
    )
    assert np.isnan(made.share)
    assert [path.vertices for path in made.top(2)] == [("W", "a", "E"), ("W", "b", "E")]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("detail", [None, "unit"])
def test_a_gradient_of_zero_is_drawn_with_contributions(case: str, detail: str | None) -> None:
    """On each edge what the paths through it sum to, wide by its size; no share is told, in a figure or its words."""
    study = CASES[case]()
    scene = study.figure(detail=detail).scene
    told = [text.string for text in scene.texts]
    assert f"{nothing(study)}." in told
    for text in (*told, *(c.label.string for c in scene.curves if c.label), scene.title, scene.description):
        assert "%" not in text
        assert "nan" not in text
    if case.startswith("cancels"):
        into = [curve for curve in scene.curves if curve.tail == "W"]
        assert {curve.tone for curve in into} == {"positive", "negative"}
        assert max(curve.width for curve in scene.curves) == WIDEST
        if detail is None:
            sums = [
                sum(np.sum(p.contribution) for p in study.paths if e in p.edges) for e in (("W", "a_1"), ("W", "b_1"))
            ]
            labels = {curve.head: curve.label.string for curve in into if curve.label}
            assert [labels["a_1"], labels["b_1"]] == list(map(format_number, sums))


def test_explain_and_page_answer_with_status_zero(tmp_path: Path) -> None:
    """And the picture is that of the values."""
    done = CliRunner().invoke(cli, ["explain", ZERO, "--long", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "37 paths from W_A to E: 31 cross a gate through H_{t-1}, 6 never do." in done.output
    assert "dE/dW_A is zero: there is nothing to share." in done.output
    assert "where a gate of step 2 enters" in done.output
    assert "not checked (the gradient is zero, and no error is a part of nothing)" in " ".join(done.output.split())
    assert "would have noticed" not in done.output
    noticed = json.loads((tmp_path / "zero-W_A-paths.json").read_text("utf-8"))["check"]["noticed"]
    assert set(noticed.values()) == {None}
    assert "nothing to share" in (tmp_path / "zero-W_A.html").read_text("utf-8")
    assert not list(tmp_path.glob("*-path-*.svg"))
    done = CliRunner().invoke(cli, ["page", ZERO, "--source", "W_A", "-o", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("size", [1e-200, 1e-300])
def test_a_gradient_that_is_smaller_than_every_number_is_not_called_zero(size: float) -> None:
    """Its paths have shares: that there is nothing to share was not so."""
    cell = parse_cell("c", "a[t] = W * X[t]\nb[t] = U * a[t]\nH[t] = V * b[t]")
    losses = [LossTerm("H", (1, 2), [[1.0], [1.0]], "given")]
    study = Study(Problem(cell, {"W": [0.5], "U": [size], "V": [size]}, {"X": [[1.0], [3.0]]}, losses), "W")
    assert [path.share for path in study.paths.top(2)] == [0.75, 0.25]
    for ask in (lambda: study.annotated, lambda: study.triangle, lambda: study.by_unit, lambda: study.answer):
        with pytest.raises(NumberError, match=r"^gradient out of range: dE/dW lies below every float64 \(paths, "):
            ask()
