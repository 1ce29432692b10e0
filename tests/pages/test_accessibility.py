"""axe-core in a real browser: every page that the package makes, in light and dark, and every view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study, derive, explain
from graphviz_lstm.reports.bundle import answer_files
from graphviz_lstm.reports.pages.interactive import interactive_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pages() -> dict[str, str]:
    """Return every page by its name."""
    example = load_example("gomez")
    graph = evaluate(example)
    return {
        "interactive": interactive_page([Study.of(graph, "W_A"), Study.of(graph, "U_o")]),
        "answer": answer_files(explain(graph, "W_A"))["gomez-W_A.html"].decode(),
        "derivation": derive(example).html,
    }


def violations(browser: Browser, html: str, scheme: Literal["light", "dark"]) -> list[str]:
    """Return what axe finds."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: '.[browser]'")
    page = browser.new_page(color_scheme=scheme)
    page.set_content(html)
    results = axe.Axe().run(page)
    page.close()
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, scheme: Literal["light", "dark"]) -> None:
    """No violation of its rules, contrast included."""
    for name, html in pages().items():
        assert violations(browser, html, scheme) == [], name


def test_axe_finds_nothing_in_a_page_of_all_views(browser: Browser) -> None:
    """Side by side, as in a document. Contrast within them, which axe does not see: `tests/figures/test_colours`."""
    annotated = annotate(evaluate(load_example("gomez")), "W_A")
    figures = "".join(draw(annotated, view=name).inline(number=k) for k, name in enumerate(VIEWS, start=1))
    head = "<!DOCTYPE html><html lang=en><title>All views</title><main><h1>All views</h1>"
    assert violations(browser, f"{head}{figures}</main>", "light") == []
