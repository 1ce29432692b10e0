"""What a notebook shows of each thing: escaped, of bounded size, whatever the thing, with no extension loaded."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm import Study, find_paths, load_example
from graphviz_lstm.interfaces.notebooks import MOST_ROWS, html_of
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parents[1] / "cases"
LARGEST = 50_000
HOSTILE = "<script>&\"'"


def shown_of(study: Study) -> Iterator[tuple[str, Any]]:
    """Yield everything that is shown of a study."""
    yield "study", study
    yield "problem", study.problem
    yield "paths", study.paths
    yield "selection", study.paths.top(3)
    yield "path", study.paths.top(1)[0]
    yield "group", next(iter(study.paths.group_by("crossings").values()))
    yield "check", study.check()
    yield "answer", study.answer


def parsed(html: str) -> ET.Element:
    """Return HTML as a tree: ours is XML too, so whatever is not escaped is no tree."""
    return ET.fromstring(f"<div>{html}</div>")


@pytest.mark.slow
@pytest.mark.parametrize("example", ["gomez", *map(str, sorted(CASES.glob("*3h2.json"))), str(CASES / "zero.json")])
def test_everything_is_shown_as_a_tree_of_bounded_size(example: str) -> None:
    """Also of a gradient of zero, where there is nothing to share."""
    for name, each in shown_of(Study(example)):
        assert isinstance(each, Shown), name
        html = each._repr_html_()
        assert parsed(html).find("table") is not None, name
        assert len(html) < LARGEST, name
        assert "nan" not in html


def test_the_tables_tell_what_the_objects_hold() -> None:
    study = Study("gomez", element=(0, 0))
    assert html_of(study.paths).count("<tr>") == 8
    assert "+73.7 %" in html_of(study.paths.top(1)[0])
    assert "<td>sum over the paths</td>" in html_of(study.check())
    assert "<td>parameter</td><td>W_A</td><td>1 x 2</td>" in html_of(study.problem)
    assert html_of(load_example("gomez")) == html_of(load_example("gomez").problem)
    assert "7 paths from W_A to E" in html_of(study.answer)


def ladder(rungs: int) -> nx.DiGraph:
    """Return a graph of 2**rungs paths, whose names are hostile."""
    graph = nx.DiGraph()
    for k in range(rungs):
        for side, partial in (("a", 1.0), ("b", 0.5)):
            graph.add_edge(f"{k}{HOSTILE}", f"{k}{side}", partial=partial)
            graph.add_edge(f"{k}{side}", f"{k + 1}{HOSTILE}", partial=1.0)
    return graph


def test_a_set_of_a_googol_paths_is_shown_in_a_few_rows() -> None:
    """2**340 paths; no name of a vertex is markup."""
    paths = find_paths(ladder(340), f"0{HOSTILE}", f"340{HOSTILE}")
    assert paths.count > 10**100
    html = paths._repr_html_()
    assert parsed(html).find("table") is not None
    assert "<script>" not in html
    assert html.count("<tr>") == 12
    assert len(html) < LARGEST


def test_a_selection_of_many_paths_is_shown_in_part_and_says_so() -> None:
    paths = find_paths(ladder(10), f"0{HOSTILE}", f"10{HOSTILE}")
    html = paths.top(1_000)._repr_html_()
    assert html.count("<tr>") == MOST_ROWS + 3
    assert "950 more that are listed" in html
    assert "24 more paths" in html


def test_units_are_shown_too() -> None:
    study = Study(str(CASES / "gru3h2.json"))
    html = study.unit_paths._repr_html_()
    assert html.count("<tr>") == 12
    assert parsed(html).find("table") is not None


def test_what_cannot_be_worked_out_is_told_in_place_of_a_traceback() -> None:
    """A display must not fail."""
    study = Study("gomez", "H_1", element=(0,)).about("X_0", element=(7,))
    html = study._repr_html_()
    assert html.startswith("<pre>&lt;Study")
    assert "(7,)" in html or "7" in html


def test_a_figure_has_what_each_executor_takes() -> None:
    """HTML for marimo and web pages, SVG for MyST, PDF for LaTeX and Typst, words for all others: one bundle."""
    bundle = Study("gomez").figure("flow")._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "application/pdf", "text/plain"}
    assert ET.fromstring(bundle["image/svg+xml"]).tag.endswith("}svg")
    assert base64.b64decode(bundle["application/pdf"]).startswith(b"%PDF")


def test_a_figure_is_one_line() -> None:
    told = repr(Study("gomez").figure("flow"))
    assert told.startswith("Figure(")
    assert "\n" not in told
    assert len(told) < 200


def test_nothing_of_a_notebook_is_loaded_before_something_is_shown() -> None:
    code = (
        "import sys; from graphviz_lstm import find_paths, Study; s = Study('gomez'); s.paths;"
        "assert 'graphviz_lstm.interfaces.notebooks' not in sys.modules; s._repr_html_();"
        "assert 'IPython' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_problem_of_many_arrays_is_told_in_part() -> None:
    """Each of its arrays by its shape, never its numbers."""
    problem = load_example("gomez").problem
    html = html_of(problem)
    assert html.count("<tr>") <= MOST_ROWS + 2
    assert str(np.asarray(problem.parameters["W_A"]).flat[0]) not in html
