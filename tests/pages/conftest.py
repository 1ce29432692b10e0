"""One browser for each file of tests of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests of a file; no longer, since its event loop would be in the way of others."""
    with chromium() as running:
        yield running
