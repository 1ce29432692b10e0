"""Labels and lines of text: names from a vertex's data, numbers in three digits, pieces in their places."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.cells.names import Moving, Name
from graphviz_lstm.figures.labels import label_of, name_label
from graphviz_lstm.figures.scene import Box, Run, Text, pieces, plain, printable, text_width
from graphviz_lstm.figures.theme import LABEL_SIZE, SUB_SIZE
from graphviz_lstm.graph import unroll
from graphviz_lstm.notation.numbers import format_number
from graphviz_lstm.reports import Study


def written(line) -> str:
    """Return a line with what is lowered in angle brackets."""
    return "".join(f"<{run.text}>" if run.sub else run.text for run in line)


def test_a_label_is_made_of_the_vertexs_data() -> None:
    """Quantity and step, not the key that the vertex has in its graph."""
    graph = unroll(LSTM, 2, first_step=-1, detail="operation")
    data = {vertex: written(label_of(graph.nodes[vertex])) for vertex in ("W_A", "H_-1", "Z_A,0", "f_S(S_0)", "E")}
    assert list(data.values()) == ["W<A>", "H<−1>", "Z<A,0>", "f<S>(S<0>)", "E"]
    assert written(name_label(Name("S", Moving()))) == "S<t>"


@pytest.mark.parametrize("number", [1.0, -0.5, 999.6, 9.995, 1e-300, 123456.7, math.pi * 1e12])
def test_a_number_has_three_digits_and_is_the_nearest_such(number: float) -> None:
    """Read back it differs by half a unit of the third digit at most."""
    text = format_number(number).replace("−", "-").replace(",", "")
    assert float(text) == pytest.approx(number, rel=5.01e-3)


def test_what_is_no_number_is_said() -> None:
    """And zero is zero."""
    assert [format_number(x) for x in (math.nan, math.inf, -0.0)] == ["nan", "out of range", "0"]


def test_a_subscript_is_smaller_and_lower_and_the_next_piece_is_back_on_the_line() -> None:
    """The scene says so; writers ask it."""
    first, second, third = pieces((Run("f", italic=True), Run("S", sub=True), Run("(")), 10.0)
    assert (first.size, first.drop) == (third.size, third.drop) == (10.0, 0.0)
    assert second.size == SUB_SIZE * 10.0
    assert second.drop > 0


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_in_a_stack_of_lines_a_step_is_lower_too(layout: Any) -> None:
    """Where there is no room to lower it, by the sign that is low itself: a PNG said S0."""
    lines = Study("gomez").figure(layout=layout, by="whole").dot.splitlines()
    steps = [line for line in lines if re.match(r"\t[afioSH]_\d \[", line)]
    assert len(steps) >= 12
    low = re.compile(r"</I>(?:<SUB>|[\N{SUBSCRIPT ZERO}-\N{SUBSCRIPT NINE}])")
    assert [line for line in steps if not low.search(line)] == []


def test_an_anchor_does_not_move_the_middle_of_what_it_anchors() -> None:
    """Left, middle and right side of one text are where they are, up to the half point that Graphviz rounds by."""
    width = text_width(plain("+45.1 %"), 9.0)
    texts = [
        Text(x, 0.0, plain("+45.1 %"), 9.0, anchor=a)
        for x, a in ((0.0, "start"), (width / 2, "middle"), (width, "end"))
    ]  # type: ignore[arg-type]
    assert [text.left for text in texts] == pytest.approx([0.0, 0.0, 0.0])
    assert [text.middle[0] for text in texts] == pytest.approx([width / 2] * 3, abs=0.51)


def test_the_lines_of_a_box_are_within_it_however_long() -> None:
    """A long name or number is set smaller; a short one at its size."""
    box = Box("v", 10.0, 20.0, 56.0, 32.0, "gate", plain("tanh(Z_stabiliser,12)"), "−1.23e−170", False, "")  # noqa: FBT003
    for text in box.texts:
        assert text.left >= 10.0 - 28.0
        assert text.left + text.width <= 10.0 + 28.0
    short = Box("v", 10.0, 20.0, 56.0, 32.0, "gate", plain("S"), "", False, "")  # noqa: FBT003
    assert [text.size for text in short.texts] == [LABEL_SIZE]


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800", "\ufffe", "\u202e", "\u2066"])
def test_what_no_xml_may_hold_is_shown_as_unknown(character: str) -> None:
    """Control characters, half of a pair, the forbidden two, and what turns the text around it."""
    assert printable(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"
