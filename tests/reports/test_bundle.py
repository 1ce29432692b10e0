"""What is committed in output/ is what the command makes today."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import explain
from graphviz_lstm.reports.bundle import answer_files
from tests.examples import random_example

OUTPUT = Path(__file__).parents[2] / "output"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the files of the main job."""
    return answer_files(explain(evaluate(load_example("gomez")), "W_A"))


def test_the_committed_results_are_not_stale(files: dict[str, bytes]) -> None:
    """DOT text and tables to the byte: `graphviz-lstm explain` makes them anew."""
    assert {path.name for path in OUTPUT.iterdir()} == set(files)
    for name, content in files.items():
        if name.endswith((".dot", ".csv", ".json")):
            assert (OUTPUT / name).read_bytes() == content, f"{name} is stale: run graphviz-lstm explain"


def test_there_is_a_figure_for_each_leading_path_that_crosses_a_gate(files: dict[str, bytes]) -> None:
    """Four here; eight at most."""
    assert [name for name in files if "-path-" in name] == [f"gomez-W_A-path-{k}.svg" for k in range(1, 5)]
    many = answer_files(explain(evaluate(random_example(LSTM, steps=4)), "W_A"))
    assert sum("-path-" in name for name in many) == 8
    longer = answer_files(explain(evaluate(random_example(LSTM, steps=6)), "W_A"))
    assert b"By number of crossings" in next(content for name, content in longer.items() if name.endswith(".html"))


def test_the_page_holds_figure_table_and_check(files: dict[str, bytes]) -> None:
    """Self-contained: no script, no address to load from."""
    page = files["gomez-W_A.html"].decode()
    # The gradient; siblings, the entry that is told, the two cuts, and the growth.
    # Of the flow there are two: for a desk, and for a telephone.
    assert page.count("<svg") == 6
    for text in (
        "W_A -&gt; a_0 -&gt; S_0 -&gt; S_1 -&gt; H_1 -&gt; E",
        "differences of the loss",
        "all 4 that cross a gate have one sign, and sum to +6.21 % of dE/dW_A.",
        "where above it was one of dE/dW_A[0,0]",
    ):
        assert text in " ".join(page.split())
    # What one table has is not told by another.
    assert "By number of crossings" not in page
    assert "By the number of gates crossed" not in page
    for forbidden in ("<script", "<link", "src=", "@import", "url("):
        assert forbidden not in page.replace("url(#", "")


def test_an_elements_files_have_its_index_in_their_names() -> None:
    """So that they lie beside those of the whole."""
    names = answer_files(explain(evaluate(load_example("gomez")), "W_A", element=(0, 0)))
    assert "gomez-W_A-0-0.svg" in names
