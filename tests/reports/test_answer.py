"""The answer: its numbers are those of the design, and nothing in it knows the LSTM."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError, NoPathError, UnknownVertexError
from graphviz_lstm.graph import evaluate, reverse_absolute
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import describe_answer, explain
from graphviz_lstm.reports.tables import crossings_of, paths_csv, paths_json
from tests.examples import TYPICAL, random_example


def gomez(element: tuple[int, ...] | None = None):
    """Return the answer on the worked example."""
    return explain(evaluate(load_example("gomez")), "W_A", element=element)


def test_the_worked_example_has_seven_paths_of_which_four_cross() -> None:
    """And they are a tenth of the first element's derivative."""
    answer = gomez(element=(0, 0))
    assert (answer.paths.count, answer.crossing.count, answer.straight.count) == (7, 4, 3)
    assert round(100 * answer.crossing.share, 2) == 10.14
    assert len(answer.leading) == 4
    assert answer.entering is not None
    assert answer.entering.vertex == "H_0"
    assert [term.head for term in answer.entering.terms if term.crossing] == ["a_1", "i_1", "f_1", "o_1"]


def test_the_words_tell_the_numbers() -> None:
    """Paths, shares, verdict, rule, entry, check."""
    text = " ".join(describe_answer(gomez(element=(0, 0))).split())
    for line in (
        "7 paths from W_A to E: 4 cross a gate through H_{t-1}, 3 never do.",
        "The crossing paths together: +10.1 % of dE/dW_A[0,0]",
        "+73.7 % W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E",
        "Do the terms through the gates cancel? No: all 4 that cross a gate have one sign, and sum to +10.1 %",
        "In numbers 0.018038 = 0.036313 - 0.002908 - 0.000892 - 0.000631 - 0.013844.",
        "at t = 1 -0.01828",
        "differences of the loss",
    ):
        assert line in text


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("hidden", [1, 3])
def test_every_cell_and_source_has_an_answer_whose_parts_add_up(cell, hidden: int) -> None:
    """Crossing and straight paths are all paths; the local rules sum to the gradient; the terms to the adjoint."""
    graph = evaluate(random_example(cell, hidden=hidden, steps=3, scale=hidden**-0.5))
    absolute = reverse_absolute(graph)
    for source in [*cell.parameters, "X_1", f"{cell.states[0]}_0"]:
        answer = explain(graph, source)
        total = answer.graph.graph["total"]
        scale = float(absolute[source].max())
        assert answer.crossing.count + answer.straight.count == answer.paths.count
        assert abs(answer.crossing.share + answer.straight.share - 1) < 1e-9
        assert np.abs(answer.crossing.contribution + answer.straight.contribution - total).max() < 1e-12 * scale
        assert np.abs(sum(rule.contribution for rule in answer.rules) - total).max() < 1e-12 * scale
        if answer.entering is not None:
            summed = sum(term.value for term in answer.entering.terms)
            assert np.allclose(summed, answer.entering.value, rtol=1e-12, atol=1e-14)
        assert all(crossings_of(graph, path) for path in answer.leading)
        assert describe_answer(answer)


def test_a_source_that_no_path_crosses_says_so() -> None:
    """One step: there is no gate after it."""
    answer = explain(evaluate(random_example(LSTM, steps=1)), "W_A")
    text = " ".join(describe_answer(answer).split())
    assert "There are none here: no path crosses a gate." in text
    assert answer.leading == ()


def test_what_cannot_be_answered_is_refused() -> None:
    """No such vertex, no such element, no path."""
    graph = evaluate(load_example("gomez"))
    with pytest.raises(UnknownVertexError):
        explain(graph, "W_Q")
    with pytest.raises(InputError):
        explain(graph, "W_A", element=(0, 2))
    last = evaluate(random_example(TYPICAL["rnn"], steps=2, at="last"))
    last.remove_edge("H_1", "H_2")
    with pytest.raises(NoPathError):
        explain(last, "H_1")


def test_json_is_what_the_readme_says() -> None:
    """Keys, nesting in the source's shape, remainder and check."""
    answer = gomez()
    content = json.loads(paths_json(answer.study, answer.paths.top(3)))
    assert list(content) == [
        *("example", "source", "target", "level", "count", "total", "masses", "proven", "bound"),
        *("paths", "remainder", "check"),
    ]
    assert list(content["paths"][0]) == ["rank", "share", "contribution", "crossings", "length", "path"]
    ways = ["paths", "forward", "equations", "difference"]
    assert list(content["check"]) == ["checked", "reverse", *ways, "residual", "noticed"]
    assert list(content["check"]["residual"]) == list(content["check"]["noticed"]) == ways
    assert np.shape(content["total"]) == (1, 2)
    shown = np.sum([path["contribution"] for path in content["paths"]], axis=0)
    assert np.abs(shown + content["remainder"]["contribution"] - content["total"]).max() < 1e-15
    shares = sum(path["share"] for path in content["paths"]) + content["remainder"]["share"]
    assert abs(shares - 1) < 1e-14
    assert content["remainder"]["count"] == 4


def test_csv_reads_back_to_the_same_numbers() -> None:
    """Every digit of a float64, and the remainder last."""
    answer = gomez()
    selection = answer.paths.top(3)
    rows = list(csv.DictReader(io.StringIO(paths_csv(answer.study, selection))))
    assert float(rows[0]["share"]) == selection[0].share
    assert float(rows[0]["contribution[0,1]"]) == selection[0].contribution[0, 1]
    assert rows[-1]["path"] == "4 more paths"
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1, abs=1e-14)
