"""Curves: told in words, told apart without colours, drawn on their scale, refused where there is nothing to draw."""

from __future__ import annotations

import math
import re

import pytest

from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.curves import DASHES, MARKERS, MOST_CURVES, Curve, curves_plot

TWO = [Curve("full", (0.0, 1.0, 2.0), (1.0, 0.1, 0.01)), Curve("bptt:2", (0.0, 1.0, 2.0), (1.0, math.nan, 0.5))]


def test_each_curve_has_dashes_and_a_marker_of_its_own() -> None:
    """Eight are told apart in grey."""
    assert len(set(map(str, DASHES))) == len(set(MARKERS)) == MOST_CURVES


def test_what_is_drawn_is_told_in_words_and_in_the_picture() -> None:
    """Names, both axes, stages with their names, numbers without a formula's marks; light and dark."""
    plot = curves_plot(TWO, "Losses", ("updates", "loss"), note="A note.", stages={"early": 1.0, "end": 2.0}, log=True)
    assert plot.description == "full: from 1 to 0.01; bptt:2: from 1 to 0.5. A note."
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", plot.svg)
    assert {"Losses", "updates", "loss", "full", "bptt:2", "A note.", "early", "end", "0.1"} <= set(texts)
    assert not [text for text in texts if "$" in text or "mathdefault" in text]
    assert "prefers-color-scheme: dark" in plot.svg


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_parts_are_told_in_percent(layout: str) -> None:
    """On the axis too."""
    plot = curves_plot(TWO[:1], "Shares", ("updates", "share"), percent=True, layout=layout)  # type: ignore[arg-type]
    assert plot.description == "full: from 100 % to 1 %."
    assert ">share, %<" in plot.svg
    assert ">100<" in plot.svg


@pytest.mark.parametrize(
    ("curves", "log", "error", "line"),
    [
        ([], False, InputError, "unusable number of curves: 0 (must be 1 to 8)"),
        (TWO[:1] * 9, False, InputError, "unusable number of curves: 9 (must be 1 to 8)"),
        ([Curve("a", (0.0,), (math.nan,))], False, NumberError, "no curve has a number that can be drawn"),
        ([Curve("a", (0.0,), (0.0,))], True, NumberError, "no logarithm: a number of a curve is not positive"),
    ],
)
def test_what_cannot_be_drawn_is_refused(curves: list[Curve], *, log: bool, error: type[Exception], line: str) -> None:
    """In one line."""
    with pytest.raises(error, match=re.escape(line)):
        curves_plot(curves, "t", ("x", "y"), log=log)


def test_a_curve_that_is_not_known_is_said_to_be() -> None:
    """Beside one that is."""
    unknown = Curve("never", (0.0, 1.0), (math.nan, math.nan))
    assert curves_plot([TWO[0], unknown], "t", ("x", "y")).description.endswith("never: not known.")
