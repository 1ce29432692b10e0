"""The derivation's page in a real browser: formulas are set, nothing is asked for, it can be read on a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import derive

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 400])
def test_formulas_are_set_as_mathematics(browser: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    """Fractions are taller than letters; the page itself does not scroll sideways."""
    file = tmp_path / "derivation.html"
    file.write_text(derive(load_example("gomez")).html, encoding="utf-8")
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    assert requests == [file.as_uri()]
    height = "document.querySelector('math[display=block] mfrac').getBoundingClientRect().height"
    letter = "document.querySelector('math[display=block] mi').getBoundingClientRect().height"
    assert page.evaluate(f"{height} > 1.5 * {letter}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
