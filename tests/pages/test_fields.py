"""Fields for numbers: of a net of many units too, and places that an address tells, which is anybody's text."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.pages.reading import FIELD, change, said

FIELDS = "#numbers .grid label"


def test_of_a_large_array_one_row_is_shown(show: Any) -> None:
    """Sixty-four units: 64 fields at a time, not 4,096; each is found by its row, and changes what it says."""
    problem = random_example(LSTM, hidden=64, steps=2, scale=0.1)
    page = show(Study(problem, "b_f"))
    page.evaluate("document.getElementById('numbers').open = true")
    assert page.locator("#row").is_hidden()
    page.select_option("#array", label="U_A")
    assert page.locator(FIELDS).count() == 64
    page.select_option("#row", "40")
    assert page.locator(f"{FIELDS} span").nth(17).text_content() == "U_A [40, 17]"
    assert float(page.locator(FIELD).nth(17).input_value()) == problem.parameters["U_A"][40, 17]
    before = page.locator("section:not([hidden]) h2").first.text_content()
    page.locator(FIELD).nth(17).fill("2.5")
    assert page.locator("section:not([hidden]) h2").first.text_content() != before
    page.select_option("#array", label="b_f")
    assert page.locator("#row").is_hidden()
    assert page.locator(FIELDS).count() == 64


@pytest.mark.parametrize(
    "place",
    [
        ["layers", 0, "parameters", "W_A", 0, 2],
        ["layers", 0, "parameters", "W_A"],
        ["layers", 0, "parameters", "W_A", "length"],
        ["layers", 0, "parameters", "W_A", 0, "constructor"],
        ["__proto__", "polluted"],
        ["cell"],
        ["<img src=x onerror=alert(1)>"],
        [],
    ],
    ids=str,
)
def test_a_place_that_is_none_is_said_and_changes_nothing(show: Any, place: list[Any]) -> None:
    """Whatever the address says; as text."""
    page = show(Study("gomez", "W_A"))
    before = page.locator("section:not([hidden]) svg").text_content()
    state = quote(json.dumps({"source": "W_A", "changes": [[place, 7]]}))
    page = show(Study("gomez", "W_A"), fragment=f"#state={state}")
    assert "The address tells no state of this page, and is ignored" in said(page)
    assert json.dumps(place, separators=(",", ":"))[:80] in said(page)
    assert page.locator("section:not([hidden]) svg").text_content() == before
    assert page.evaluate("({}).polluted === undefined")
    assert page.locator("img").count() == 0


def test_a_number_put_back_is_no_change(show: Any) -> None:
    """The address tells what is other than as the page came, and no more."""
    page = show(Study("gomez", "W_A"))
    own = repr(float(load_example("gomez").parameters["W_A"][0, 0]))
    change(page, "W_A", 0, "0.9")
    page.click("#share")
    assert "0.9" in page.evaluate("decodeURIComponent(location.hash)")
    page.locator(FIELD).first.fill(own)
    page.click("#share")
    assert '"changes":[]' in page.evaluate("decodeURIComponent(location.hash)")
