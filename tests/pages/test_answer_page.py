"""The answer's page in a real browser, light and dark, wide and narrow, from a file and without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.gradients.checking.check import WAYS
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import explain
from graphviz_lstm.reports.bundle import answer_files
from tests.examples import random_example

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

# Texts of one figure that lie on each other, as the browser sets them.
_COLLISIONS = """
() => [...document.querySelectorAll("svg")].flatMap(svg => {
  const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
  return texts.flatMap(([a, p], k) => texts.slice(k + 1)
    .filter(([, q]) => p.left < q.right - 1 && q.left < p.right - 1
                       && p.top + p.height * 0.2 < q.bottom - q.height * 0.2
                       && q.top + q.height * 0.2 < p.bottom - p.height * 0.2)
    .map(([b]) => `${a} on ${b}`));
})
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where the page lies."""
    file: Path = tmp_path_factory.mktemp("page") / "page.html"
    file.write_bytes(answer_files(explain(evaluate(load_example("gomez")), "W_A"))["gomez-W_A.html"])
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 400, 360])
def test_the_page_shows_whole_and_asks_for_nothing(browser: Browser, address: str, scheme: str, width: int) -> None:
    """No request beyond itself, no error, no sideways scrolling, no text on another."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    assert requests == [address]
    assert errors == []
    assert page.locator("svg:visible").count() == 4
    page.get_by_role("heading", name="Appendix").click()
    assert page.locator("svg:visible").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_COLLISIONS) == []
    page.close()


@pytest.mark.parametrize("width", [1300, 700, 360])
def test_what_is_said_of_a_table_is_read_without_scrolling_it(browser: Browser, tmp_path: Path, width: int) -> None:
    """Its columns may run on to the right, its words not: of paths that are too many to be told above."""
    answer = explain(evaluate(random_example(LSTM, steps=3)), "W_A")
    (content,) = (each for name, each in answer_files(answer).items() if name.endswith(".html"))
    file = tmp_path / "page.html"
    file.write_bytes(content)
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(file.as_uri())
    page.get_by_role("heading", name="Appendix").click()
    ends = page.evaluate("""() => [...document.querySelectorAll("caption")].map((caption) => {
      const words = document.createRange();
      words.selectNodeContents(caption);
      return words.getBoundingClientRect().right;
    })""")
    assert len(ends) >= 1
    assert [end for end in ends if end > width] == []
    page.close()


@pytest.mark.parametrize(("width", "beside"), [(1300, True), (1010, True), (900, False), (390, False)])
def test_figure_and_paths_stand_side_by_side_where_there_is_room(
    browser: Browser, address: str, width: int, *, beside: bool
) -> None:
    """The figure at the left from a thousand pixels on, above the table below that; the table is never cut."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    section = page.locator(".beside:has(.at-a-desk)")
    figure, table = (section.locator(name).bounding_box() for name in ("figure", "table"))
    assert figure is not None
    assert table is not None
    if beside:
        assert figure["x"] + figure["width"] <= table["x"]
        assert abs(figure["y"] - table["y"]) < 200
    else:
        assert figure["y"] + figure["height"] <= table["y"]
    assert table["x"] + table["width"] <= width
    page.close()


def test_on_a_wide_page_nothing_is_scrolled_sideways(browser: Browser, address: str) -> None:
    """No table, no formula, no figure."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(address)
    wider = page.evaluate("""() => [...document.querySelectorAll(".wide, .formula, figure")]
      .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.ariaLabel ?? box.tagName)""")
    assert wider == []
    page.close()


# Not the boxes that are scrolled by themselves: tables of numbers, code, a figure of two graphs.
_CUT_OFF = """(width) => {
  const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  const inside = (e) => e !== null && e !== document.body && (scrolls(e) || inside(e.parentElement));
  return [...document.querySelectorAll("main *")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1 && !inside(e.parentElement))
    .map((e) => `${e.tagName} ${e.textContent.trim().slice(0, 40)}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_tables_of_formulas_and_answers_stand_one_below_another(
    browser: Browser, address: str, scheme: str
) -> None:
    """As wide as the page, each number with the head of its column, which is hidden there, and nothing empty."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate(_CUT_OFF, 390) == []
    stacked = page.locator("table.stacked")
    assert stacked.count() >= 3
    wider = stacked.evaluate_all("all => all.filter((e) => e.getBoundingClientRect().width > 350).length")
    assert wider == 0
    numbers = page.locator("table.stacked td.number:visible")
    assert numbers.count() > 10
    heads = numbers.evaluate_all("all => all.map((e) => getComputedStyle(e, '::before').content)")
    assert all(re.fullmatch(r'".+: "|attr\\(data-head\\) ": "', head) for head in heads), heads
    assert page.locator("table.stacked td:visible").evaluate_all("all => all.filter((e) => !e.textContent).length") == 0
    page.close()


def test_what_is_looked_up_is_folded_and_opens(browser: Browser, address: str) -> None:
    """Its title stands there, and leads the list of the page to it; opened it shows its tables."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(address)
    folded = page.locator("details.folded")
    titles = folded.locator("h2").all_inner_texts()
    assert len(titles) == 4
    assert page.locator("details.folded table:visible").count() == 0
    links = page.locator("#in-short ~ p a").all_inner_texts()
    assert set(titles[:-1]) <= set(links)
    folded.first.locator("summary").click()
    assert page.locator("details.folded table:visible").count() >= 1
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate(_CUT_OFF, 1300) == []
    page.close()


def test_a_dark_display_gets_the_dark_figure(browser: Browser, address: str) -> None:
    """The page that the figure stands on is dark there, and light elsewhere."""
    fills = {}
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        fills[scheme] = page.evaluate("getComputedStyle(document.querySelector('svg .page')).fill")
        page.close()
    assert fills == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 24, 28)"}


def test_each_way_of_the_check_says_how_far_apart_it_is_and_what_it_would_have_noticed(
    browser: Browser, address: str
) -> None:
    """A row each, behind that of the backward pass that they are held against."""
    page = browser.new_page()
    page.goto(address)
    page.get_by_role("heading", name="Appendix").click()
    rows = page.locator("[aria-label='The check'] tbody tr").all()
    told = {row.locator("th").inner_text(): row.locator("td").last.inner_text() for row in rows}
    assert list(told) == ["backward pass", *(name for way, name in WAYS.items() if way != "detached")]
    assert told.pop("backward pass") == ""
    for said in told.values():
        assert re.fullmatch(r"apart by \de[+-]\d+, would have noticed \de-\d+", said)
    page.close()


@pytest.mark.parametrize(
    ("wide", "shown", "other"), [(390, ".on-a-telephone", ".at-a-desk"), (1300, ".at-a-desk", ".on-a-telephone")]
)
def test_the_flow_is_drawn_for_the_page_that_there_is(
    browser: Browser, address: str, wide: int, shown: str, other: str
) -> None:
    """On a telephone all of it is seen, its numbers as large as they must be in 360 pixels."""
    page = browser.new_page(viewport={"width": wide, "height": 844})
    page.goto(address)
    assert page.locator(f"{shown} svg").count() == 1
    assert page.locator(f"{shown} svg").is_visible()
    assert not page.locator(f"{other} svg").is_visible()
    box = page.locator(f"{shown} svg").bounding_box()
    assert box is not None
    assert 0.0 <= box["x"] <= box["x"] + box["width"] <= wide
    scale = page.locator(f"{shown} svg").evaluate("svg => svg.getScreenCTM().a")
    sizes = page.locator(f"{shown} svg text").evaluate_all(
        "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) * scale >= (9.0 if shown == ".on-a-telephone" else 7.0)
    page.close()
