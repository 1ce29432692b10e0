"""Hostile names in a real browser: whatever a label says is text, in the figure and in the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.cells import Cell, Equation
from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, add, multiply
from graphviz_lstm.figures import Figure, draw
from graphviz_lstm.figures.scene import Run
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import LossTerm, Problem, load_example
from graphviz_lstm.reports import Study, explain
from graphviz_lstm.reports.bundle import answer_files
from graphviz_lstm.reports.pages.interactive import interactive_page

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

HOSTILE = [
    "<script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title = 'owned'\">",
    "\"quoted\" 'too' &amp; ]]>",
    "two\nlines",
    "\N{RIGHT-TO-LEFT OVERRIDE}backwards",
    "x" * 10_000,
    "\x00\x1b[31m",
]


def test_hostile_labels_are_text_on_a_page(browser: Browser) -> None:
    """No script runs, no element is made, and the characters are there."""
    scene = draw(annotate(evaluate(load_example("gomez")), "W_A")).scene
    boxes = [
        replace(box, label=(Run(text),), value=text[:40], tooltip=text)
        for box, text in zip(scene.boxes, HOSTILE, strict=False)
    ]
    figure = Figure(
        replace(scene, boxes=(*boxes, *scene.boxes[len(boxes) :]), title=HOSTILE[0], description=HOSTILE[1])
    )
    page = browser.new_page()
    page.set_content(f"<!DOCTYPE html><title>safe</title>{figure.svg}")
    assert page.title() == "safe"
    assert page.locator("svg script, svg img").count() == 0
    shown = page.evaluate("[...document.querySelectorAll('svg text')].map(text => text.textContent)")
    # What turns the reading order of what is around it is shown as unknown.
    for text in HOSTILE[:6]:
        assert text.replace("\N{RIGHT-TO-LEFT OVERRIDE}", "\N{REPLACEMENT CHARACTER}") in shown, text[:40]
    page.close()


@pytest.mark.parametrize("name", HOSTILE[:3])
def test_a_hostile_example_name_is_text_in_the_answer(browser: Browser, name: str) -> None:
    """In the title and in the words."""
    example = replace(load_example("gomez"), name=name, about=name)
    files = answer_files(explain(evaluate(example), "W_A"))
    html = next(content for file, content in files.items() if file.endswith(".html")).decode()
    page = browser.new_page()
    page.set_content(html)
    assert page.title() == f"dE/dW_A of {' '.join(name.split())}: every path"
    assert name in page.evaluate("document.querySelector('.quiet').textContent")
    page.close()


def test_hostile_quantities_are_text_on_the_page_that_computes(browser: Browser, tmp_path: Path) -> None:
    """In the figure, the table, the fields, the choices, the motion and the sentence; nothing of it runs."""
    name = "<img src=x onerror=\"document.title = 'owned'\">"
    step = Apply("tanh", (add(multiply(Parameter(name), Quantity("H", 1)), Quantity(name + "x")),))
    cell = Cell(name, (Equation("H", step),), {}, "H")
    rank = cell.ranks["H"]
    array = np.full((2,) * rank, 0.5)
    problem = Problem(
        cell, {name: array}, {name + "x": [array, array]}, [LossTerm("H", (1, 2), [array, array])], {"H": array}
    )
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study(problem, name)]), "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.locator("#controls").wait_for()
    title = page.title()
    page.evaluate("document.getElementById('numbers').open = true")
    page.locator("#numbers .grid input[type=text]").first.fill("0.25")
    page.click("#last")
    assert name in page.locator("#saying").inner_text()
    assert name in (page.locator("tbody:visible").text_content() or "")
    assert name in page.locator("#numbers .grid").inner_text()
    assert page.locator("main img").count() == 0
    assert "owned" not in title.replace(name, "")
    assert page.title() == title
    page.close()
