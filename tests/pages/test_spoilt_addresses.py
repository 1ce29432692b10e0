"""What an address says of a page's state, spoilt: the page takes it or says that it does not, and stays what it is."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.reports import Study
from tests.examples import random_example
from tests.fuzz.spoiling import spoilt
from tests.pages.reading import said


def good_states(study: Study) -> list[str]:
    """Return states that a page of two sources might have told."""
    place = ["layers", 0, "parameters"]
    shapes = {name: array.shape for name, array in study.problem.parameters.items()}
    changes = [[[*place, name, *([0] * len(shape))], value] for value, (name, shape) in enumerate(shapes.items())]
    changes += [[["inputs", "X", 0, 0], 1e300], [["losses", 0, "targets", 0, 0], -0.5]]
    return [
        json.dumps({"source": source, "changes": some})
        for source in ("W_H", "U_H")
        for some in ([], changes[:1], changes[:3], changes[-2:])
    ]


@pytest.mark.parametrize("number", [12, pytest.param(150, marks=pytest.mark.long)])
def test_a_spoilt_address_is_taken_or_refused_and_the_page_goes_on(show: Any, number: int) -> None:
    """Nothing of it becomes markup, no number that is none is shown, and the window has no error of its own."""
    study = Study(random_example(CELLS["rnn"], hidden=2, steps=2, seed=1), "W_H")
    page = show(study, "W_H", "U_H")
    shown = page.locator("section:not([hidden]) svg").text_content()
    draw = Random(number)  # noqa: S311 -- what is tried, no secret
    ends = {"taken": 0, "refused": 0}
    for _ in range(number):
        state = spoilt(draw.choice(good_states(study)), draw)
        page.evaluate(
            "address => history.replaceState(null, '', address)", f"#state={quote(state[:2_000], errors='replace')}"
        )
        page.reload()
        page.locator("#controls").wait_for()
        told = said(page)
        assert page.evaluate("window.hit") is None, state
        assert page.locator("main img, main script").count() == 0, state
        figure = page.locator("section:not([hidden]) svg").text_content()
        assert not any(word in figure for word in ("NaN", "Infinity", "undefined")), state
        refused = told.startswith("The address tells no state of this page, and is ignored")
        assert refused or told.startswith("All 3 paths together are the gradient"), state
        assert not refused or figure == shown, state
        ends["refused" if refused else "taken"] += 1
    assert min(ends.values()) > 0, ends
