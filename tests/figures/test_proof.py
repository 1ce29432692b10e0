"""A figure of the leading paths says what the search for them may have missed."""

from __future__ import annotations

from pathlib import Path

from graphviz_lstm.figures.views.common import proof_entries
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.problems import load_problem
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
