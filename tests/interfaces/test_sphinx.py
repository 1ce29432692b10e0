"""The Sphinx extension on real little projects, built as users build theirs: every warning an error."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from graphviz_lstm.problems import load_example

pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install '.[docs]'")

ROOT = Path(__file__).parents[2]
CONFIGURATION = """
project = "little"
extensions = ["graphviz_lstm.interfaces.sphinx"]
"""
DOCUMENT = """
Little
======

.. lstm-graph::
   :name: whole
   :caption: The *whole* gradient.
   :alt: A "figure" & more

.. lstm-graph:: gomez
   :source: W_o
   :path: 2
   :theme: print
   :align: right
   :class: wide tall
   :name: second

.. lstm-paths:: numbers.json
   :name: rows
   :element: 0,0
   :top: 3
   :caption: Leading *paths*

.. lstm-plot:: numbers.json
   :view: before-after
   :after: numbers.json
   :layout: narrow
   :name: change
   :caption: What *changed*

.. lstm-plot::
   :view: triangle
   :tokens: <one> $two$

See :ref:`change`, :ref:`whole`, :ref:`another <second>` and :ref:`the table <rows>`.
"""


def make_project(folder: Path, document: str = DOCUMENT) -> Path:
    """Write a project with an example file of its own."""
    folder.mkdir()
    (folder / "conf.py").write_text(CONFIGURATION)
    (folder / "index.rst").write_text(document)
    example = load_example("gomez")
    numbers = {
        "cell": "lstm",
        "parameters": {name: array.tolist() for name, array in example.parameters.items()},
        "inputs": example.inputs.tolist(),
        "targets": example.targets.tolist(),
        "loss": {"kind": "squared_error"},
    }
    (folder / "numbers.json").write_text(json.dumps(numbers))
    return folder


def build(source: Path, form: str, out: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run Sphinx in a process of its own."""
    command = [sys.executable, "-m", "sphinx", "-n", "-E", "-q", "-b", form, *flags, str(source), str(out)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one project for all builders."""
    return make_project(tmp_path_factory.mktemp("sphinx") / "project")


@pytest.mark.parametrize("form", ["html", "latex", "text", "man"])
def test_every_builder_is_content_and_builds_the_same_twice(project: Path, tmp_path: Path, form: str) -> None:
    """No warning, alone and in parallel, and no byte of ours differs."""
    results = []
    for name, flags in (("one", ()), ("two", ("-j", "2"))):
        done = build(project, form, tmp_path / name, "-W", *flags)
        assert (done.returncode, done.stderr) == (0, "")
        files = sorted(
            file for file in (tmp_path / name).rglob("*") if file.is_file() and ".doctrees" not in file.parts
        )
        results.append({file.relative_to(tmp_path / name): file.read_bytes() for file in files})
    assert results[0]
    assert results[0].keys() == results[1].keys()
    assert [str(name) for name in results[0] if results[0][name] != results[1][name]] == []


def test_html_shows_figures_with_words(project: Path, tmp_path: Path) -> None:
    """Within the page, where it can see whether that is dark; of one theme as a file and an `<img>`."""
    assert build(project, "html", tmp_path, "-W").returncode == 0
    page = (tmp_path / "index.html").read_text("utf-8")
    images = sorted((tmp_path / "_images").glob("lstm-graph-*.svg"))
    assert len(images) == 3
    for image in images:
        assert ET.parse(image).getroot().tag == "{http://www.w3.org/2000/svg}svg"
        assert f'src="_images/{image.name}"' in page
    svg = ET.fromstring(page[page.index("<svg ") : page.index("</svg>") + len("</svg>")])
    assert svg.get("aria-label") == 'A "figure" & more'
    assert "prefers-color-scheme" in ET.tostring(svg, "unicode")
    assert 'class="lstm-graph wide tall align-right"' in page
    assert "one path of dE/dW_o" in page
    assert "by gate and crossings: before in " in page
    assert "What <em>changed</em>" in page
    assert any("&lt;one&gt;" in image.read_text("utf-8") for image in images)
    assert 'id="second"' in page
    assert "<em>whole</em> gradient." in page
    assert "+73.7 %" in page
    assert "4 more paths" in page


def test_the_same_figure_twice_has_ids_of_its_own(tmp_path: Path) -> None:
    """Whatever stands within one page; in EPUB they are images."""
    document = "Twice\n=====\n\n.. lstm-graph::\n\n.. lstm-graph::\n"
    folder = make_project(tmp_path / "project", document)
    assert build(folder, "html", tmp_path / "html", "-W").returncode == 0
    ids = re.findall(r' id="([^"]+)"', (tmp_path / "html" / "index.html").read_text("utf-8"))
    assert len(ids) > 100
    assert len(set(ids)) == len(ids)
    assert build(folder, "epub", tmp_path / "epub", "-D", "version=1", "-D", "epub_show_urls=no").returncode == 0
    assert "<svg" not in (tmp_path / "epub" / "index.xhtml").read_text("utf-8")


def test_latex_includes_pdf_files(project: Path, tmp_path: Path) -> None:
    """Each figure is a PDF beside the TeX file that includes it."""
    assert build(project, "latex", tmp_path, "-W").returncode == 0
    text = (tmp_path / "little.tex").read_text("utf-8")
    figures = sorted(tmp_path.glob("lstm-graph-*.pdf"))
    assert len(figures) == 4
    for figure in figures:
        assert figure.read_bytes().startswith(b"%PDF")
        assert rf"\sphinxincludegraphics{{{{{figure.stem}}}.pdf}}" in text


def test_texinfo_has_the_words_too(project: Path, tmp_path: Path) -> None:
    """Every other builder that Sphinx brings knows what to do."""
    done = build(project, "texinfo", tmp_path, "-W")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The path in focus" in (tmp_path / "little.texi").read_text("utf-8")


def test_text_says_what_the_figure_shows(project: Path, tmp_path: Path) -> None:
    """Where there are no pictures there are words."""
    assert build(project, "text", tmp_path, "-W").returncode == 0
    text = " ".join((tmp_path / "index.txt").read_text("utf-8").split())
    assert '[A "figure" & more]' in text
    assert "The path in focus:" in text
    assert "W_A -> a_1 -> S_1" in text


MISTAKES = [
    ("lstm-graph:: gomes", "unknown example: 'gomes'"),
    ("lstm-graph:: none.json", "cannot read example file"),
    ("lstm-graph::\n   :source: W_Q", "unknown vertex: 'W_Q'"),
    ("lstm-graph::\n   :source: E", "lstm-graph: wrong source: 'E' is the target itself"),
    ("lstm-paths::\n   :source: E", "lstm-paths: wrong source: 'E' is the target itself"),
    ("lstm-graph::\n   :view: path\n   :source: f_0", "zero gradient: dE/df_0 is zero"),
    ("lstm-graph::\n   :view: rolled\n   :path: 3", "view 'rolled' has no path in focus"),
    ("lstm-graph::\n   :sorce: W_A", 'unknown option: "sorce"'),
    ("lstm-graph::\n   :view: flwo", "unknown view: 'flwo' (must be one of 'flow'"),
    ("lstm-graph::\n   :theme: pink", "unknown theme: 'pink'"),
    ("lstm-graph::\n   :detail: all", "unknown detail: 'all' (must be one of 'gate', 'operation', 'unit')"),
    ("lstm-graph::\n   :path: 8", "there is no path 8 (there are 7"),
    ("lstm-graph::\n   :path: first", "unusable path: 'first'"),
    ("lstm-graph::\n   :view: metro\n   :top: 0", "unusable top: '0'"),
    ("lstm-plot::\n   :view: bars", "lstm-plot: unknown view: 'bars' (must be one of 'strip', 'triangle',"),
    ("lstm-plot::\n   :view: before-after\n   :after: none.json", "cannot read example file"),
    ("lstm-plot::\n   :tokens: a", "lstm-plot: view 'routes' has no use for 'tokens'"),
    ("lstm-paths::\n   :element: x", "unusable element: 'x'"),
    ("lstm-paths::\n   :top: -1", "unusable top: '-1'"),
]


def test_every_mistake_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    """The document is built all the same, unless warnings are errors; all of them in one, which takes a second."""
    text, lines = "Title\n=====\n\n", []
    for directive, _ in MISTAKES:
        lines.append(text.count("\n") + 1)
        text += f".. {directive}\n\n"
    source = make_project(tmp_path / "bad", text)
    done = build(source, "dummy", tmp_path / "out")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    told = dict(re.findall(r"index\.rst:(\d+): (.*(?:\n(?!.*index\.rst:).*)*)", done.stderr))
    assert list(map(int, told)) == lines
    for (directive, complaint), line in zip(MISTAKES, lines, strict=True):
        assert complaint in told[str(line)], directive
    assert build(source, "dummy", tmp_path / "out", "-W").returncode == 1


def test_a_changed_example_is_read_again(tmp_path: Path) -> None:
    """The document depends on the file of numbers."""
    source = make_project(tmp_path / "project")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "text", str(source), str(out)]
    for factor in (1.0, 2.0):
        numbers = json.loads((source / "numbers.json").read_text())
        numbers["inputs"] = [[factor * x for x in row] for row in numbers["inputs"]]
        (source / "numbers.json").write_text(json.dumps(numbers))
        subprocess.run(command, cwd=ROOT, check=True)
        text = (out / "index.txt").read_text("utf-8")
        assert ("+73.7 %" in text) == (factor == 1.0)


def test_a_figure_kept_by_another_version_is_made_anew(tmp_path: Path) -> None:
    """The same version reads nothing again; another reads all, since a figure may consist of other things there."""
    source = make_project(tmp_path / "project")
    release = tmp_path / "release"
    text = f"import graphviz_lstm, pathlib\ngraphviz_lstm.__version__ = pathlib.Path({str(release)!r}).read_text()\n"
    (source / "conf.py").write_text(text + CONFIGURATION)
    command = [sys.executable, "-m", "sphinx", "-b", "text", str(source), str(tmp_path / "out")]
    read = []
    for version in ("1.0", "1.0", "1.1"):
        release.write_text(version)
        # In CI Sphinx would colour the line that is looked for.
        environment = os.environ | {"NO_COLOR": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        read.append("reading sources... [100%] index" in done.stdout)
    assert read == [True, False, True]
