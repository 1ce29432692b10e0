"""One browser for each file of tests of pages, and one window in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphviz_lstm.reports.pages.interactive import interactive_page
from tests.pages.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from graphviz_lstm.reports import Study


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests of a file; no longer, since its event loop would be in the way of others."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """Return one window for all tests of this file; each of them loads what it looks at."""
    opened = browser.new_page(viewport={"width": 1300, "height": 1000})
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text))
    yield opened
    assert errors == []
    opened.close()


@pytest.fixture
def show(window: Page, tmp_path: Path) -> Any:
    """Return what opens the page of a study, of these sources or of its own, at a fragment."""

    def opened(study: Study, *sources: str, fragment: str = "") -> Page:
        file = tmp_path / "page.html"
        file.write_text(interactive_page([study.about(name) for name in sources] or [study]), "utf-8")
        window.goto("about:blank")
        window.goto(file.as_uri() + fragment)
        window.locator("#controls").wait_for()
        return window

    return opened
