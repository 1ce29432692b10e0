"""How a figure looks, said in documents: files lie beside the page, flags need no value, and what no page shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install '.[docs]'")
pytest.importorskip("mkdocs", reason="MkDocs is not installed: pip install '.[docs]'")

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.options import OPTIONS, SPELLED, spelling
from graphviz_lstm.interfaces.documents import ask_figure
from graphviz_lstm.interfaces.sphinx import LstmGraph
from graphviz_lstm.reports import Study
from tests.interfaces import test_mkdocs as mkdocs, test_sphinx as sphinx

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
ASKED = {
    "labels": "names.toml",
    "colours": "own.toml",
    "title": "In <b>the</b> usual notation",
    "width": "12cm",
    "no-legend": "",
    "no-numbers": "",
    "through": "H_0; a_1",
}
NAMES, OWN = 'S = "c"\nH = "h"\na = "g"\n', 'positive = "#005f99"\n'


def check_looks(svg: str) -> None:
    """Hold a figure to what was asked for."""
    root = ET.fromstring(svg)
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert root.get("width") == "12cm"
    assert ASKED["title"] in texts
    assert {"c0", "h0", "g1"} <= set(texts)
    assert not {"S0", "H0", "a1"} & set(texts)
    assert "#005f99" in svg
    assert not [text for text in texts if "contribution of this path" in text]


def within(page: str) -> str:
    """Return the one figure that stands within a page."""
    (figure,) = [each for each in re.findall(r"<svg .*?</svg>", page, re.DOTALL) if "lstm" in each]
    return str(figure)


def test_a_document_of_sphinx_says_how_a_figure_looks(tmp_path: Path) -> None:
    """Files lie beside the document."""
    options = "\n".join(f"   :{name}: {value}".rstrip() for name, value in ASKED.items())
    source = sphinx.make_project(tmp_path / "source", f"Little\n======\n\n.. lstm-graph::\n{options}\n")
    (source / "names.toml").write_text(NAMES)
    (source / "own.toml").write_text(OWN)
    done = sphinx.build(source, "html", tmp_path / "out", "-W")
    assert (done.returncode, done.stderr) == (0, "")
    check_looks(within((tmp_path / "out" / "index.html").read_text("utf-8")))


def test_a_page_of_mkdocs_says_how_a_figure_looks(tmp_path: Path) -> None:
    """Files lie beside the page, in a folder of its own too."""
    lines = "\n".join(f"{name}: {value}" for name, value in ASKED.items())
    folder = tmp_path / "docs" / "deeper"
    folder.mkdir(parents=True)
    (folder / "names.toml").write_text(NAMES)
    (folder / "own.toml").write_text(OWN)
    done = mkdocs.build(tmp_path, f"# Little\n\n``` lstm-graph\n{lines}\n```\n", "deeper/page.md")
    assert (done.returncode, done.stderr) == (0, "")
    (page,) = [path for path in (tmp_path / "site").rglob("*.html") if "page" in str(path)]
    check_looks(within(page.read_text("utf-8")))


def test_the_directive_takes_every_option() -> None:
    """By the command's spelling."""
    assert {spelling(name) for name in OPTIONS} - set(LstmGraph.option_spec) == set()


def test_what_no_page_shows_is_refused() -> None:
    """A page shows SVG, a paper PDF: neither has dots, and TikZ is neither."""
    for name, value in (("dpi", "300"), ("fragment", "")):
        with pytest.raises(InputError, match=rf"^{name} is for \.[a-z]+: it has no use in \.svg and \.pdf$"):
            ask_figure("gomez", {name: value})


@pytest.mark.parametrize(
    "asked",
    [
        {"view": "metro", "top": "3", "no-numbers": "yes"},
        {"steps-per-row": "1", "by": "gates", "only-paths": "", "font-size": "9"},
        {"path": "W_A -> a_1 -> S_1 -> H_1 -> E", "whole": ""},
        {"path": "2", "avoiding": "a_1", "theme": "print"},
        {"detail": "unit", "view": "values", "no-legend": ""},
    ],
    ids=str,
)
def test_a_document_and_python_make_the_same_figure(asked: dict[str, str]) -> None:
    """Whatever is asked for."""
    keywords = {SPELLED[name]: OPTIONS[SPELLED[name]].takes.read(name, text) for name, text in asked.items()}
    assert ask_figure("gomez", asked).svg == Study("gomez").figure(**keywords).svg  # type: ignore[arg-type]
