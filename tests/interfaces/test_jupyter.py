"""Figures and paths in a real notebook, run by a real kernel and converted."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from graphviz_lstm.figures import draw
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example

ROOT = Path(__file__).parents[2]
TYPICAL = [
    "import graphviz_lstm  # and no extension",
    """from graphviz_lstm import annotate, draw, evaluate, find_paths, load_example
graph = evaluate(load_example("gomez"))
draw(annotate(graph, "W_A"))""",
    "paths = find_paths(graph, 'W_A', 'E', element=(0, 0))\npaths.top(3)",
    "paths",
    "from graphviz_lstm.reports import Study\nStudy('gomez', 'W_o', element=(0, 0))",
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a notebook that was run from its first to its last cell."""
    pytest.importorskip("nbconvert", reason="nbconvert is not installed: pip install '.[docs]'")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("notebook")
    cells = [
        {"cell_type": "code", "id": f"c{k}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for k, text in enumerate(TYPICAL)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "plain.ipynb").write_text(json.dumps(content))
    _convert(folder, "notebook", "--execute", "--output", "done.ipynb", "plain.ipynb")
    return folder / "done.ipynb"


def _convert(folder: Path, form: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", form, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "IPYTHONDIR": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_kernel_shows_the_figure_in_every_form(notebook: Path) -> None:
    """An image with words for HTML, the SVG, a PDF for papers, and the words alone for a terminal."""
    outputs = [cell["outputs"] for cell in json.loads(notebook.read_text())["cells"]]
    data = {name: "".join(text) for name, text in outputs[1][0]["data"].items()}
    assert ET.fromstring(data["image/svg+xml"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert base64.b64decode(data["application/pdf"]).startswith(b"%PDF")
    assert data["text/html"].startswith('<img src="data:image/svg+xml;base64,')
    assert "7 paths from W_A to E" in data["text/plain"]


def test_a_kernel_shows_paths_as_tables(notebook: Path) -> None:
    """The leading ones of a selection and of a set; elsewhere they are text as ever."""
    outputs = [cell["outputs"] for cell in json.loads(notebook.read_text())["cells"]]
    selection, whole = ({name: "".join(t) for name, t in outputs[k][0]["data"].items()} for k in (2, 3))
    assert selection["text/html"].count("<tr>") == 5
    assert "4 more paths" in selection["text/html"]
    assert whole["text/html"].count("<tr>") == 8
    assert "W_A" in whole["text/plain"]
    study = {name: "".join(text) for name, text in outputs[4][0]["data"].items()}
    assert "<caption>dE/dW_o[0,0] of gomez, path by path</caption>" in study["text/html"]
    assert study["text/plain"] == "<Study of dE/dW_o[0, 0], 'gomez'>"


@pytest.mark.parametrize(
    ("form", "suffix", "sign"), [("html", "html", "data:image/svg+xml;base64,"), ("latex", "tex", "includegraphics")]
)
def test_nbconvert_makes_a_page_and_a_paper_of_it(notebook: Path, form: str, suffix: str, sign: str) -> None:
    """No other program is asked for: the PDF is in the notebook."""
    _convert(notebook.parent, form, notebook.name)
    assert sign in (notebook.parent / f"done.{suffix}").read_text("utf-8")
    assert form != "latex" or list(notebook.parent.glob("done_files/*.pdf"))


def test_the_figure_is_the_same_in_every_notebook() -> None:
    """Two calls, one bundle; and its image says what it shows."""
    figure = draw(annotate(evaluate(load_example("gomez")), "W_A"))
    bundle = figure._repr_mimebundle_()
    assert bundle == figure._repr_mimebundle_()
    assert 'alt="lstm, steps 0 to 1: flow of dE/dW_A by crossings.' in bundle["text/html"]
