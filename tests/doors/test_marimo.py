"""A notebook of marimo, in a real little project: what it exports shows figure, paths and check."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

pytest.importorskip("marimo", reason="marimo is not installed: pip install '.[doors]'")

ROOT = Path(__file__).parents[2]
NOTEBOOK = """
import marimo

app = marimo.App()

@app.cell
def _():
    from graphviz_lstm import Study
    study = Study("gomez", "W_A", element=(0, 0))
    study.figure("flow")
    return (study,)

@app.cell
def _(study):
    study.paths
    return

@app.cell
def _(study):
    study.check()
    return
"""


def test_what_marimo_exports_shows_figure_paths_and_check(tmp_path: Path) -> None:
    """With nothing loaded first, and no cell failed."""
    (tmp_path / "notebook.py").write_text(NOTEBOOK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "marimo", "export", "html", "notebook.py", "-o", "page.html", "--no-include-code"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = unescape((tmp_path / "page.html").read_text("utf-8")).encode().decode("unicode_escape", "ignore")
    assert len(re.findall(r"data:image/svg\\?\+xml;base64,", page)) == 1
    assert "W_A -> a_0 -> S_0 -> H_0 -> o_1 -> H_1 -> E" in unescape(page)
    assert "noticed</th>" in page
    assert "Traceback" not in page
