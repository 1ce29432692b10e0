"""A figure within somebody else's page: dark where the page says so, whatever the reader's display prefers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import pytest

from graphviz_lstm.figures.choices import View
from graphviz_lstm.figures.theme import DARK, LIGHT
from graphviz_lstm.reports import Study

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What Furo, pydata, Material, and MkDocs' own theme write, and where; nothing: a page that has no switch.
SAID = [
    ("", 'data-theme="light"', "light"),
    ("", 'data-theme="dark"', "dark"),
    ("", 'data-theme="auto"', "display"),
    ('data-theme="light" data-mode="auto"', "", "light"),
    ('data-theme="dark" data-mode="dark"', "", "dark"),
    ("", 'data-md-color-scheme="default"', "light"),
    ("", 'data-md-color-scheme="slate"', "dark"),
    ("", 'data-md-color-scheme="of-our-own"', "light"),
    ('data-bs-theme="light"', "", "light"),
    ('data-bs-theme="dark"', "", "dark"),
    ("", "", "display"),
]


def rgb(colour: str) -> str:
    """Return a colour as browsers write it."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


@pytest.mark.parametrize("display", ["light", "dark"])
def test_a_figure_is_dark_where_its_page_is(browser: Browser, display: Literal["light", "dark"]) -> None:
    """Its paper, its boxes, its lines and its text: by the attribute of `<html>` or `<body>`."""
    window = browser.new_page(viewport={"width": 800, "height": 600}, color_scheme=display)
    svg = Study("gomez").figure().inline()
    for of_html, of_body, said in SAID:
        window.set_content(f"<!doctype html><html {of_html}><body {of_body}><main>{svg}</main></body></html>")
        theme = DARK if "dark" in (said, display if said == "display" else "") else LIGHT
        for selector, what, colour in (
            (".page", "fill", theme.page),
            (".curve.strand-1 path", "stroke", theme.tones["strand-1"]),
            (".gate path", "fill", theme.fills["gate"]),
            ("text.tone-text", "fill", theme.tones["text"]),
        ):
            found = window.locator(f"svg {selector}").first.evaluate("(e, what) => getComputedStyle(e)[what]", what)
            assert found == rgb(colour), (of_html, of_body, display, selector)
    window.close()


@pytest.mark.parametrize("view", get_args(View))
def test_what_is_not_filled_is_not_filled_where_it_is_dark(browser: Browser, view: View) -> None:
    """A line on no path has a word in common with a box on none: it may not cover what it goes around."""
    window = browser.new_page(viewport={"width": 800, "height": 600}, color_scheme="dark")
    window.set_content(f"<main>{Study('gomez').figure(view).inline()}</main>")
    empty = window.locator("svg [fill='none']")
    assert empty.count() > 0
    assert set(empty.evaluate_all("all => all.map((e) => getComputedStyle(e).fill)")) == {"none"}
    window.close()


def test_a_figure_is_no_wider_than_its_column(browser: Browser) -> None:
    """And as high as it has to be."""
    window = browser.new_page(viewport={"width": 700, "height": 600})
    window.set_content(f"<body style='margin:0'><main>{Study('gomez').figure().inline()}</main></body>")
    box = window.locator("svg").bounding_box()
    view = window.locator("svg").evaluate("e => [e.viewBox.baseVal.width, e.viewBox.baseVal.height]")
    assert box is not None
    assert box["width"] == pytest.approx(700, abs=1)
    assert box["height"] == pytest.approx(700 * view[1] / view[0], rel=0.01)
    window.close()


def test_words_from_outside_are_text(browser: Browser) -> None:
    """No alternative text ends the tag that it stands in."""
    figure = Study("gomez").figure()
    hostile = '"><script>document.title="taken"</script>'
    window = browser.new_page()
    window.set_content(f"<title>mine</title>{figure.inline(hostile, number=2)}")
    assert window.title() == "mine"
    assert window.locator("svg").get_attribute("aria-label") == hostile
    assert window.locator("script").count() == 0
    window.close()
