"""What is copied from the page: the figure as TikZ, as it is shown."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.pages.reading import change, told

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def copied(page: Page, button: str) -> str:
    """Return what a button puts on the clipboard."""
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.click(button)
    page.locator("#saying", has_text="Copied").wait_for()
    return str(page.evaluate("window.copied"))


def document(fragment: str) -> str:
    """Return a document that does what the fragment's comments ask for."""
    asked = re.findall(r"^% (?:In the preamble|and): (.*)$", fragment, re.MULTILINE)
    head = ["\\documentclass[border=2pt]{standalone}", "\\usepackage[utf8]{inputenc}", *asked]
    return "\n".join([*head, "\\begin{document}", fragment, "\\end{document}"])


def test_the_figure_is_copied_as_tikz_as_it_is_shown(show: Any) -> None:
    """Every number that is there after a change, what the choice leaves pale, and lines as thick as on the page."""
    page = show(Study("gomez", "W_A"))
    change(page, "W_A", 0, "0.9")
    edges = told(page)
    text = copied(page, "#tikz")
    assert text.count("\\begin{tikzpicture}") == text.count("\\end{tikzpicture}") == 1
    assert "opacity" not in text
    for edge in edges.values():
        label = edge["label"].replace("\N{MINUS SIGN}", "$-$").replace("%", "\\%")
        assert not label or f"{{{label}}}" in text
    widths = sorted(edge["width"] for edge in edges.values())
    assert f"line width={widths[-1]:g}bp" in text
    page.select_option("#gate", "o")
    assert "opacity=0.13" in copied(page, "#tikz")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex")
@pytest.mark.parametrize("name", ["gomez", "größe & 50 % <b>_{x}^2$\\oops~#", "long"])
def test_what_is_copied_compiles(show: Any, name: str, tmp_path: Path) -> None:
    """As it stands, where its comments are followed; a name is text, never a command."""
    problem = random_example(LSTM, hidden=2, steps=10) if name == "long" else load_example("gomez")
    if name.startswith("gr"):
        problem = replace(problem, name=name)
    page = show(Study(problem, "W_A"))
    (tmp_path / "copied.tex").write_text(document(copied(page, "#tikz")), "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "copied.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_what_is_in_sight_is_told_at_once_and_the_rest_before_it_is_seen(show: Any) -> None:
    """Of a long figure: within the event what is on the board; all of it when it is moved, copied, or left alone."""
    study = Study(random_example(LSTM, steps=12), "W_A")
    page = show(study)
    page.evaluate("document.getElementById('numbers').open = true")
    before, seen, after, waiting = page.evaluate("""async () => {
      const board = document.querySelector("section:not([hidden]) .board");
      const edges = [...board.querySelectorAll("g.edge")];
      const words = () => edges.map((edge) => edge.getAttribute("aria-label"));
      const outer = board.getBoundingClientRect();
      const inside = edges.map((edge) => edge.querySelector("text")?.getBoundingClientRect())
        .map((box) => box && box.width > 0 && box.left > outer.left && box.right < outer.right);
      const before = words();
      const slider = document.querySelector("#numbers input[type=range]");
      slider.value = 1.7;
      slider.dispatchEvent(new Event("input"));
      const seen = words().map((text, k) => inside[k] ? text : null);
      const waiting = board.getAttribute("aria-busy");
      board.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" }));
      const busy = board.getAttribute("aria-busy");
      return [before, seen, words(), [waiting, busy]];
    }""")
    assert waiting == ["true", None]
    in_sight = [k for k, words in enumerate(seen) if words is not None]
    assert len(in_sight) > 10
    assert [k for k in in_sight if seen[k] != after[k]] == []
    assert sum(words != old for words, old in zip(after, before, strict=True)) > 100


def test_what_is_pointed_at_says_what_it_is_now(show: Any) -> None:
    """The tooltip of a browser, and the words for a screen reader, after a change too."""
    page = show(Study("gomez", "W_A"))
    change(page, "W_A", 0, "0.9")
    edge = page.locator("g.edge", has=page.locator("title", has_text="S_0 -> S_1")).first
    edge.dispatch_event("pointerover")
    title = edge.locator("title").text_content()
    assert title == edge.get_attribute("aria-label")
    assert told(page)["S_0 -> S_1"]["label"] in (title or "")
