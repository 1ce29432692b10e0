"""The page to try things on, in a real browser: by mouse, by keyboard, and with nothing but the file."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from markupsafe import escape

from graphviz_lstm.cells import LSTM, RNN
from graphviz_lstm.errors import UnknownVertexError
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pages.interactive import interactive_page
from graphviz_lstm.reports.verdict_words import answer_sentence, answer_sentences
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page

CONTENT = re.compile(r'<script type="application/json" id="content">(.*)</script>')
# The names of the vertices, and how many edges, that are not faded.
_LIT = """() => {
  const content = JSON.parse(document.getElementById("content").textContent);
  const section = document.querySelector("section[data-source]:not([hidden])");
  const one = content.sources[section.dataset.source];
  const lit = (kind, k) => document.getElementById(`${one.prefix}-${kind}${k}`).style.opacity === "";
  const vertices = one.boxes.filter((_, k) => lit("v", k)).map((v) => content.model.vertices[v][0]);
  return [vertices, one.curves.filter((_, k) => lit("e", k)).length];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where the page lies."""
    file: Path = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(page_of(Study("gomez")), "utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return the page, opened; at the end nothing may have been asked for, and nothing complained of."""
    opened = browser.new_page(viewport={"width": 1300, "height": 1000})
    requests: list[str] = []
    errors: list[str] = []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("console", lambda message: errors.append(message.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    yield opened
    assert (requests, errors) == ([address], [])
    opened.close()


def page_of(study: Study, sources: Sequence[str] = ()) -> str:
    """Return the page of these sources, or of all parameters."""
    return interactive_page([study.about(name) for name in sources or study.parameters])


def lit(page: Page) -> tuple[set[str], int]:
    """Return the vertices that are lit, and the number of edges."""
    vertices, edges = page.evaluate(_LIT)
    return set(vertices), edges


def rows(page: Page) -> list[str]:
    """Return the paths that the table shows."""
    return page.locator("tbody button:visible").all_text_contents()


def vertex(page: Page, name: str) -> str:
    """Return the selector of a vertex of the first source."""
    content = json.loads(page.locator("#content").text_content() or "")
    one = content["sources"][0]
    names = [content["model"]["vertices"][v][0] for v in one["boxes"]]
    return f"#{one['prefix']}-v{names.index(name)}"


def test_pointing_at_a_row_lights_its_path_and_leaving_it_lets_go(page: Page) -> None:
    """All is lit, then one path, then all."""
    everything = lit(page)
    page.locator("tbody tr:visible").nth(2).hover()
    assert lit(page) == ({"W_A", "a_0", "S_0", "H_0", "E"}, 4)
    assert "-12.3 %" in page.locator("#saying").inner_text()
    page.mouse.move(5, 5)
    assert lit(page) == everything


def test_a_pressed_row_stays_lit(page: Page) -> None:
    """Until it is pressed again."""
    row = page.locator("tbody button:visible").first
    row.click()
    page.mouse.move(5, 5)
    row.blur()
    assert lit(page) == ({"W_A", "a_1", "S_1", "H_1", "E"}, 4)
    assert row.get_attribute("aria-pressed") == "true"


def test_pressing_a_vertex_leaves_the_paths_through_it(page: Page) -> None:
    """And pressing it again brings all back."""
    page.locator(vertex(page, "H_0")).click()
    assert len(rows(page)) == 5
    assert all("H_0" in row for row in rows(page))
    assert "Through H_0" in page.locator("#saying").inner_text()
    page.locator(vertex(page, "H_0")).click()
    assert len(rows(page)) == 7


def test_pressing_an_edge_leaves_the_paths_along_it(page: Page) -> None:
    """The edge S_0 -> S_1 is on one path."""
    page.evaluate(
        """() => [...document.querySelectorAll("section:not([hidden]) .edge")]
        .find((edge) => edge.getAttribute("aria-label").startsWith("S_0 -> S_1"))
        .querySelector("path").dispatchEvent(new MouseEvent("click", {bubbles: true}))"""
    )
    assert rows(page) == ["W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E"]


def test_filters_add_up(page: Page) -> None:
    """By the gate crossed, by how often, by the step passed; and all can be shown again."""
    page.select_option("#crossings", "1")
    assert len(rows(page)) == 4
    assert "+6.21 %" in page.locator("#saying").inner_text()
    page.select_option("#gate", "f")
    assert rows(page) == ["W_A -> a_0 -> S_0 -> H_0 -> f_1 -> S_1 -> H_1 -> E"]
    page.select_option("#crossings", "0")
    assert rows(page) == []
    page.click("#clear")
    page.select_option("#step", "0")
    assert len(rows(page)) == 6


def test_another_source_can_be_chosen(page: Page) -> None:
    """Figure and table change together."""
    page.select_option("#source", label="b_o")
    assert page.locator("section:visible h2").inner_text().startswith("dE/db_o")
    assert rows(page)
    assert all(row.startswith("b_o -> ") for row in rows(page))


def test_adjoints_fill_in_from_the_loss(page: Page) -> None:
    """E is first, with 1; at the end every box shows its adjoint, and back at the start its value."""
    number = page.locator(vertex(page, "H_1")).locator("text").nth(1)
    value = number.text_content()
    page.click("#next")
    assert lit(page) == ({"E"}, 0)
    assert page.locator("#saying").inner_text().startswith("dE/dE = 1")
    page.click("#next")
    assert lit(page) == ({"E", "H_1"}, 1)
    assert number.text_content() == "\N{MINUS SIGN}0.478"
    page.click("#last")
    assert "W_A" in lit(page)[0]
    assert "dE/dW_A = [[-0.0267162, -0.0922011]], the sum of" in page.locator("#saying").inner_text()
    page.click("#first")
    assert number.text_content() == value


def test_paths_add_up_one_by_one(page: Page) -> None:
    """Path by path to 100 %."""
    page.select_option("#mode", "path")
    page.click("#next")
    assert lit(page) == ({"W_A", "a_1", "S_1", "H_1", "E"}, 4)
    page.click("#last")
    assert "The 7 so far are +100 %" in page.locator("#saying").inner_text()
    page.click("#back")
    assert page.locator("#where").inner_text() == "6 of 7"


def test_everything_can_be_done_by_keyboard(page: Page) -> None:
    """Tab reaches each control, the graph and the table once; arrow keys go on; Enter presses; Escape lets go."""
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        if reached[-1] == "BUTTON":
            break
    first = page.evaluate("document.querySelector('section:not([hidden]) g[tabindex=\"0\"]').id")
    choices = ["source", "in", "out", "fit", "gate", "crossings", "step", "clear", "copy", "tikz", "latex"]
    motion = ["mode", "first", "back", "next", "last", "play"]
    assert reached == [*choices, "SUMMARY", first, *motion, "BUTTON"]
    assert lit(page)[1] == 4
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert lit(page) == ({"W_A", "a_0", "S_0", "S_1", "H_1", "E"}, 5)
    page.keyboard.press("Escape")
    for _ in (*motion, first):
        page.keyboard.press("Shift+Tab")
    for _ in range(40):
        if str(page.evaluate("document.activeElement.getAttribute('aria-label')")).startswith("H_0"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert len(rows(page)) == 5


def test_the_picture_zooms_and_fits_again(page: Page) -> None:
    """The buttons change the size that is seen."""
    part = page.locator(vertex(page, "H_0"))

    def width() -> float:
        return float(part.evaluate("part => part.getBoundingClientRect().width"))

    before = width()
    page.click("#in")
    assert 1.2 * before <= width() <= 2 * before
    page.click("#out")
    assert abs(width() - before) <= 1
    page.click("#in")
    page.click("#fit")
    assert abs(width() - before) <= 1


def test_the_copied_figure_is_an_svg_as_it_is_shown(page: Page) -> None:
    """What was faded is faded; nothing of the page's own is in it."""
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.select_option("#gate", "o")
    page.click("#copy")
    page.locator("#saying", has_text="Copied").wait_for()
    copied = page.evaluate("window.copied")
    assert ET.fromstring(copied).tag == "{http://www.w3.org/2000/svg}svg"
    assert "opacity: 0.13" in copied
    assert "tabindex" not in copied


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 400])
def test_the_page_fits_its_window_and_its_colours_can_be_read(
    browser: Browser, address: str, scheme: str, width: int
) -> None:
    """No sideways scrolling; light on dark, or dark on light."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    colours = [page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor")]
    text, behind = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert (text < behind) == (scheme == "light")
    assert abs(text - behind) > 450
    page.close()


def test_without_scripts_there_are_the_figures_and_the_tables(browser: Browser, address: str) -> None:
    """Nothing that would not work is shown."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    assert page.locator("svg:visible").count() == 12
    assert page.locator("table:visible").count() == 12
    assert page.locator("button:visible").count() == 0
    page.close()


def test_hostile_names_are_text(browser: Browser, tmp_path: Path) -> None:
    """An example's name and its description run nothing and end nothing."""
    hostile = (
        "</script><script>window.hit = 1</script><img src=x onerror='window.hit = 1'> {{ 7 * 7 }} \u2028 ]]> \u202e"
    )
    example = replace(load_example("gomez"), name=hostile, about=hostile)
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study(example, "W_A")]), "utf-8")
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("window.hit") is None
    assert "</script><script>" in page.locator("main").inner_text()
    assert requests == [file.as_uri()]
    assert len(rows(page)) == 7
    page.close()


def test_the_same_page_twice() -> None:
    """For vectors and matrices too, in another cell, the same bytes."""
    example = random_example(RNN, hidden=3, steps=4)
    assert page_of(Study(example)) == page_of(Study(example))


def test_a_source_whose_gradient_is_zero_is_shown_without_shares(browser: Browser, tmp_path: Path) -> None:
    """Its values and contributions. After one step from nothing no state has mattered yet."""
    example = random_example(LSTM, steps=1)
    nothing = {name: np.zeros_like(array) for name, array in example.initial.items()}
    study = Study(replace(example, initial=nothing))
    text = page_of(study, ["U_A", "W_A"])
    assert [one["view"] for one in json.loads(CONTENT.search(text)[1])["sources"]] == ["values", "flow"]  # type: ignore[index]
    file = tmp_path / "zero.html"
    file.write_text(text, "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert "by their |contribution|: the gradient is zero, there is nothing to share" in page.inner_text("main")
    page.locator("tbody button:visible").first.click()
    assert page.locator("#saying").inner_text().startswith("0 U_A -> ")
    page.select_option("#mode", "path")
    page.click("#next")
    assert "The 1 so far are a contribution of 0." in page.locator("#saying").inner_text()
    shown = page.inner_text("main")
    assert "NaN" not in shown
    assert "nan" not in shown
    page.close()
    with pytest.raises(UnknownVertexError):
        page_of(study, ["W_Q"])


def test_the_page_tells_the_verdict_of_each_source_and_its_levels() -> None:
    """In the sentences of `explain`; where both levels are the same that is said."""
    text = page_of(Study("gomez"), ["W_A", "U_o"])
    for source in ("W_A", "U_o"):
        assert answer_sentence(Study("gomez", source).verdict) in text
    assert text.count("At both levels, of quantities and of single units, the answer is the same.") == 2
    wide = Study(random_example(RNN, hidden=3, steps=4))
    text = page_of(wide, ["U_H"])
    for sentence in answer_sentences(wide.about("U_H").verdict):
        assert str(escape(sentence)) in text
    assert "(at the level of single units, where " in text
    assert "(at the level of quantities, where " in text
