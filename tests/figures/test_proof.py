"""A figure of the leading paths says what the search for them may have missed, and what all others bring."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.figures.views.common import proof_entries
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.problems import LossTerm, Problem, load_problem
from graphviz_lstm.reports import Study

CASE = Path(__file__).parents[1] / "cases" / "unproven-32-50.json"


def test_what_is_not_proven_is_said_in_the_legend() -> None:
    """With the bound, wherever a figure shows the leading paths."""
    found = Study(load_problem(CASE)).paths.top(2, budget=5)
    words = describe_proof(found)
    assert words.startswith("not proven: a path of up to ")
    [[entry]] = proof_entries(found)
    assert words in entry.line[0].text


def test_what_is_proven_needs_no_words() -> None:
    """On the worked example every path is known."""
    scene = Study("gomez").figure("metro", top=2).scene
    assert not any("proven" in run.text for text in scene.texts for run in text.line)
    assert "proven" not in scene.description


@pytest.mark.parametrize("decay", [0.5, 1e-3, 1e-9, 1e-20])
@pytest.mark.parametrize(("view", "shown"), [("metro", 3), ("metro", 5), ("facets", 3), ("facets", 5), ("path", 1)])
def test_what_is_not_shown_is_told_in_digits_or_not_at_all(view: Any, shown: int, decay: float) -> None:
    """The others are what is left of the sum, which rounding hides: a part of 1e-22 was told as 1e-16."""
    cell = parse_cell("c", "H[t] = U * H[t-1] + W * X[t]", output="H")
    inputs = {"X": [[1.0]] * 6}
    study = Study(Problem(cell, {"U": [decay], "W": [1.0]}, inputs, [LossTerm("H", (6,), [[1.0]], "given")]), "W")
    scene = study.figure(view, **({"path": 1} if view == "path" else {"top": shown})).scene
    (told,) = (text.string for text in scene.texts if re.search("the other 5 paths:|not shown|Not shown", text.string))
    (number,) = re.findall(r"(\S+) %", told)
    rest = sum(decay**k for k in range(shown, 6)) / sum(decay**k for k in range(6))
    if number == "~0":
        assert rest < 1e-14
    else:
        assert 0.01 * float(number.replace("\N{MINUS SIGN}", "-")) == pytest.approx(rest, rel=0.01, abs=0.0)
