"""The page in motion, by keyboard, by ear, and on a small screen: figure and table in sight together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pages.interactive import interactive_page
from tests.examples import random_example
from tests.pages.reading import said

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


def test_backpropagation_runs_term_by_term(show: Any) -> None:
    """One vertex is lit at a time, its sum grows, and nothing of the end is told at the beginning."""
    page = show(Study("gomez", "W_A"))
    page.focus("#next")
    words = []
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        assert page.locator("section:visible g.now").count() == 1
        words.append(said(page))
        if words[-1].startswith("dE/dH_0") and "so far" not in words[-1]:
            break
    sums = [line for line in words if line.startswith("dE/dH_0")]
    assert len(sums) == 5
    assert "so far, 1 of 5 terms" in sums[0]
    adjoint = Study("gomez", "W_A").adjoints["H_0"].item()
    assert sums[-1].startswith(f"dE/dH_0 = [{adjoint:.6g}], the sum of")
    assert sums[-1].count("(through a gate)") == 4
    assert not page.locator("section:visible svg text", has_text="adds to the gradient").is_visible()
    page.keyboard.press("Home")
    assert page.locator("section:visible svg text", has_text="adds to the gradient").is_visible()
    assert page.locator("section:visible g.now").count() == 0


def test_the_forward_pass_runs_value_by_value(show: Any) -> None:
    """And it plays by itself, until it is paused."""
    page = show(Study("gomez", "W_A"))
    page.select_option("#mode", "forward")
    page.click("#last")
    assert said(page).startswith("E = ")
    page.click("#first")
    page.click("#play")
    assert page.locator("#play").inner_text() == "Pause"
    page.locator("#where", has_text="2 of").wait_for()
    page.click("#play")
    assert page.locator("#play").inner_text() == "Play"


def test_nothing_plays_where_no_motion_is_wanted(browser: Browser, tmp_path: Path) -> None:
    """Single steps remain."""
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study("gomez", "W_A")]), "utf-8")
    page = browser.new_page(reduced_motion="reduce")
    page.goto(file.as_uri())
    page.locator("#controls").wait_for()
    assert not page.locator("#play").is_visible()
    page.click("#next")
    assert said(page).startswith("dE/dE = 1")
    page.close()


def test_a_screen_reader_hears_the_partial_and_the_flow_of_each_edge(show: Any) -> None:
    """In the name of the edge."""
    page = show(Study("gomez", "W_A"))
    label = page.locator("g.edge[aria-label^='S_0 -> S_1']").get_attribute("aria-label")
    assert label == "S_0 -> S_1, partial f_1 = 0.870: +45.1 %"


@pytest.mark.parametrize("width", [1300, 390])
def test_figure_and_table_are_in_sight_together(browser: Browser, tmp_path: Path, width: int) -> None:
    """Also where the table is longer than the window, for whatever path has the focus; every control can be hit."""
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study(random_example(LSTM, steps=4), "W_A")]), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(file.as_uri())
    page.locator("#controls").wait_for()
    button = page.locator("tbody button:visible").first
    button.focus()
    for _ in range(25):
        page.keyboard.press("ArrowDown")
    seen = page.evaluate("""() => [document.activeElement, document.querySelector(".board")].map((part) => {
      const box = part.getBoundingClientRect();
      return [box.top, box.bottom];
    })""")
    (top, bottom), (board_top, board_bottom) = seen
    assert top >= 0
    assert bottom <= 844 + 1
    assert board_bottom > 100
    assert board_top < 844
    assert width > 1000 or top >= board_bottom - 1
    small = page.evaluate("""() => [...document.querySelectorAll("button, select, summary")]
      .filter((part) => part.offsetParent)
      .filter((part) => Math.min(part.offsetWidth, part.offsetHeight) < 24).map((part) => part.outerHTML)""")
    assert small == []
    page.close()


_IN_SIGHT = """() => {
  const within = (part, top, bottom) => {
    const box = part.getBoundingClientRect();
    return box.top >= top - 1 && box.bottom <= bottom + 1;
  };
  const board = document.querySelector(".board").getBoundingClientRect();
  const foot = document.querySelector(".foot").getBoundingClientRect();
  const end = document.querySelector(`.board g.node[aria-label^="E"]`);
  return [
    within(document.querySelector(".board"), 0, Math.min(foot.top, innerHeight)),
    within(end, board.top, board.bottom),
    within(document.querySelector("tbody tr"), board.bottom, Math.min(foot.top, innerHeight)),
  ];
}"""


@pytest.mark.parametrize(
    ("name", "width", "height"), [("gomez", 360, 640), ("gomez", 390, 844), ("of three units", 390, 844)]
)
def test_the_first_screen_of_a_phone_has_figure_and_table(
    browser: Browser, tmp_path: Path, name: str, width: int, height: int
) -> None:
    """The board, in it all of E, below it a row; each control is one press away. A wide window folds none."""
    example = name if name == "gomez" else random_example(LSTM, steps=12)
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study(example, "W_A")]), "utf-8")
    page = browser.new_page(viewport={"width": width, "height": height}, has_touch=True)
    page.goto(file.as_uri())
    page.locator("#controls").wait_for()
    assert page.evaluate(_IN_SIGHT) == [True, True, True]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # No number runs out of its cell, and no arrow is broken.
    assert page.evaluate("[...document.querySelectorAll('td')].every((e) => e.scrollWidth <= e.clientWidth)")
    arrows = "[...document.querySelectorAll('td button span')].every((e) => e.getClientRects().length === 1)"
    assert page.evaluate(arrows)
    for words, control in (
        ("Choose paths", "#gate"),
        ("Copy", "#tikz"),
        ("Change numbers", "#array"),
        ("As motion", "#next"),
    ):
        assert not page.is_visible(control)
        page.locator("summary", has_text=words).tap()
        assert page.is_visible(control)
    page.set_viewport_size({"width": 1300, "height": height})
    page.wait_for_function("document.querySelectorAll('.fold:not([open])').length === 0")
    assert page.is_visible("#gate")
    page.close()
