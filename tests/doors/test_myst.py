"""MyST, in a real little project without a network: figure, derivation and a notebook's outputs are in what it makes.

Its site needs a theme that it fetches; what it exports as JATS needs nothing.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from graphviz_lstm import Study, load_example
from graphviz_lstm.reports import derive

if TYPE_CHECKING:
    from pathlib import Path

MATH = "{http://www.w3.org/1998/Math/MathML}math"
LINK = "{http://www.w3.org/1999/xlink}href"
PROJECT = "version: 1\nproject:\n  title: Gradients\n"
PAGE = """\
# A page

:::{figure} gradient.svg
Where the gradient comes from.
:::
"""


def notebook() -> str:
    """Return an executed notebook: a figure and a set of paths, in all forms in which a kernel gives them."""
    formatters = pytest.importorskip("IPython.core.formatters")
    nbformat = pytest.importorskip("nbformat")
    study = Study("gomez", "W_A", element=(0, 0))
    cells = [nbformat.v4.new_markdown_cell("# Notebook")]
    for source, shown in (("study.figure()", study.figure("flow")), ("study.paths", study.paths)):
        forms, _ = formatters.DisplayFormatter().format(shown)
        texts = {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in forms.items()}
        cell: Any = nbformat.v4.new_code_cell(source, execution_count=1)
        cell.outputs = [nbformat.v4.new_output("execute_result", data=texts, execution_count=1)]
        cells.append(cell)
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the project, every warning an error, and return where its exports lie."""
    folder = tmp_path_factory.mktemp("myst")
    (folder / "myst.yml").write_text(PROJECT, "utf-8")
    (folder / "index.md").write_text(PAGE, "utf-8")
    Study("gomez").figure("flow").save(folder / "gradient.svg")
    (folder / "derivation.md").write_text(derive(load_example("gomez")).markdown, "utf-8")
    (folder / "notebook.ipynb").write_text(notebook(), "utf-8")
    program = shutil.which("myst")
    assert program is not None
    names = ("index.md", "derivation.md", "notebook.ipynb")
    command = [program, "build", *names, "--xml", "--strict", "--ci"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "⚠" not in done.stdout + done.stderr
    return folder / "_build" / "exports"


def linked(made: Path, name: str) -> str:
    """Return all files to which an export leads, one after another."""
    links = [each.get(LINK, "") for each in ET.parse(made / name).iter() if each.get(LINK)]
    return "\n".join((made / link).read_text("utf-8") for link in links)


def test_a_page_has_its_figure_and_a_derivation_its_formulas(made: Path) -> None:
    """The figure as it was drawn, every formula as MathML."""
    assert "<svg" in linked(made, "index.xml")
    formulas = ET.parse(made / "derivation.xml").iter(MATH)
    assert sum(1 for _ in formulas) > len(derive(load_example("gomez")).document.sections) * 5


def test_a_notebook_has_figure_and_paths(made: Path) -> None:
    """As SVG and as a table."""
    shown = linked(made, "notebook.xml")
    assert "<svg" in shown
    assert "<table" in shown
    assert "+73.7 %" in shown
