"""How a picture stands in a page and in a notebook: figures and plots alike."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.figures.embedding import address_of, mimebundle
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.plots import plot

if TYPE_CHECKING:
    from graphviz_lstm.figures import Figure
    from graphviz_lstm.figures.plots import Plot


def test_an_address_holds_the_whole_svg_and_words_are_no_markup() -> None:
    svg = '<svg><text>größe "a" & b</text></svg>'
    head, _, content = address_of(svg).partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(content).decode() == svg
    told = mimebundle(svg, b"%PDF", 'x" onerror="y')
    assert 'alt="x&quot; onerror=&quot;y"' in told["text/html"]
    assert base64.b64decode(told["application/pdf"]) == b"%PDF"


@pytest.mark.parametrize("shown", [Study("gomez").figure(), plot(Study("gomez"), "routes")], ids=["figure", "plot"])
def test_a_notebook_gets_the_same_forms_of_figures_and_plots(shown: Figure | Plot) -> None:
    assert shown._repr_mimebundle_() == mimebundle(shown.svg, shown.pdf, shown._repr_mimebundle_()["text/plain"])
