"""axe-core in a real browser: every page that the package makes, and every view by itself, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    annotated = annotate(graph, "W_A")
    head = "<!DOCTYPE html><html lang=en><title>A view</title><main><h1>A view</h1>"
    figures = {name: f"{head}{draw(annotated, view=name).svg}</main>" for name in VIEWS}
    return figures | {
        "interactive": interactive_page([Study.of(graph, "W_A"), Study.of(graph, "U_o")]),
        "answer": answer_files(explain(graph, "W_A"))["gomez-W_A.html"].decode(),
        "derivation": derive(example).html,
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, scheme: str) -> None:
    """No violation of its rules, contrast included."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed: '.[browser]'")
    for name, html in pages().items():
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_content(html)
        results = axe.Axe().run(page)
        found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]
        assert found == [], name
        page.close()
