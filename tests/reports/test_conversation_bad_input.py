"""The conversation about what is hardly a question: no sentence contradicts another, nothing is said of what is not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.cells.library import CELLS, LSTM
from graphviz_lstm.problems import LossTerm, Problem, load_problem, parse_problem, stack_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.conversation import conversation_of
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.backward import backward_section, has_article
from graphviz_lstm.reports.conversation.listed import bracketed
from graphviz_lstm.reports.document import Table, plain
from graphviz_lstm.reports.formats import Formula, to_text
from tests.examples import random_example, random_problem

if TYPE_CHECKING:
    from graphviz_lstm.reports.document import Cell

DELTA = re.compile(r"delta ([A-Za-z]\S*?_-?\d+)")
LAYERS = [
    ["lstm", "gru"],
    [{"cell": "gru", "direction": "both"}],
    [{"cell": "rnn", "residual": True}, "mingru"],
    [{"cell": "lstm", "direction": "backward"}],
]


def of_equations(equations: list[str], parameters: dict[str, Any], **further: Any) -> Study:
    """Return a study of a net that is written down, two inputs over three steps, a loss at each."""
    told = {
        "cell": {"equations": equations, **further.pop("cell", {})},
        "parameters": parameters,
        "inputs": [[1, 2], [0.5, 3], [-1, 0.5]],
        "targets": [[0.5], [1.25], [-0.5]],
        "loss": {"kind": "squared_error", "at": "every"},
    }
    return Study(parse_problem(json.dumps(told | further)))


def at_last(study: Study, source: str) -> Study:
    """Return the same with the last loss alone, about a source."""
    problem = study.problem
    (term,) = problem.losses
    return Study(replace(problem, losses=[replace(term, steps=term.steps[-1:], targets=term.targets[-1:])]), source)


LINEAR = of_equations(
    ["s[t] = A @ s[t-1] + W @ x[t]", "y[t] = V @ s[t]"],
    {"A": [[0.9, 0.1], [0.0, 0.5]], "W": [[0.5, 0.1], [1.0, -1.0]], "V": [[1.0, -1.0]]},
    cell={"output": "y"},
)
STUDIES = {
    "one step of an LSTM": Study(random_example(LSTM, hidden=2, steps=1)),
    "one step of a GRU": Study(random_example(CELLS["gru"], steps=1)),
    "no recurrence": of_equations(["h[t] = tanh(W @ x[t] + b)"], {"W": [[0.5, -0.2]], "b": [0.3]}),
    "no function": LINEAR,
    "one loss, read through a matrix": at_last(LINEAR, "A"),
    "one path": at_last(LINEAR, "V"),
    "one number": Study(random_problem(CELLS["rnn"], inputs=1, steps=3)),
    "a bias": Study("gomez", "b_o"),
    "an output": Study("gomez", "H_1"),
    "the last input": Study("gomez", "X_1"),
    "an initial state": Study("gomez", "S_-1"),
    "paths that bring nothing": Study("gomez", "W_f"),
    "behind the last gate": Study("gomez", "o_1"),
    "no gate reads the state": Study(random_example(CELLS["mingru"], steps=2)),
    "a state that is a matrix": Study(random_problem(CELLS["mlstm"], hidden=2, steps=2)),
}


def words(study: Study) -> str:
    """Return the whole conversation on one line."""
    return " ".join(to_text(conversation_of(study)).split())


@pytest.mark.parametrize("name", STUDIES)
def test_no_section_is_empty_and_no_table(name: str) -> None:
    """Each has more than a sentence that announces something, and each row has a text in its first cell."""
    require_full(STUDIES[name])


def require_full(study: Study) -> None:
    """Require that no section and no table of a conversation is empty."""
    for section in conversation_of(study).sections:
        assert section.parts
        assert not plain_or_none(section.parts[-1]).endswith(":"), section.title
        for part in section.parts:
            if isinstance(part, Table):
                assert part.rows
                assert all(text_of(row[0]) for row in part.rows)


def plain_or_none(part: Any) -> str:
    """Return a sentence as text, of another part nothing."""
    return plain(part) if not isinstance(part, Table | Formula) and hasattr(part, "parts") else str(part)


def text_of(cell: Cell) -> str:
    """Return a cell of a table as text."""
    return cell.text if isinstance(cell, Formula) else plain(cell)


@pytest.mark.parametrize("name", STUDIES)
def test_each_delta_is_made_of_those_above_it(name: str) -> None:
    """As is said: no line has one that is not told, or told below."""
    require_order(STUDIES[name])


def require_order(study: Study) -> None:
    """Require that each line of the backward pass is made of deltas above it."""
    asked = asked_of(study)
    section = backward_section(asked)
    if section is None:
        assert set(asked.graph.succ[asked.source]) == {"E"}
        return
    if has_article(asked):  # its lines are held by tests/claims/test_article.py
        return
    above: set[str] = set()
    for part in section.parts:
        if isinstance(part, Table):
            for row in part.rows:
                assert set(DELTA.findall(text_of(row[1]))) <= above, row
                above |= set(DELTA.findall(text_of(row[0])))
    assert above


@pytest.mark.parametrize("name", STUDIES)
def test_what_is_not_there_is_not_spoken_of(name: str) -> None:
    """No paths that cross, no other entries, nothing that is left of one part; and counts read as words do."""
    require_sense(STUDIES[name])


def require_sense(study: Study) -> None:
    """Require that a conversation speaks of what there is."""
    text, asked = words(study), asked_of(study)
    crossing = bool(asked.crossing)
    assert ("There are none here" in text) == (not crossing)
    assert ("They are in the gradient all the same" in text) <= crossing
    assert ("that cross, together" in text) <= crossing
    assert ("would be left" in text) <= (crossing and asked.sum_of(asked.crossing) != 0)
    several = np.size(study.paths.total) > 1
    assert ("Of the whole array" in text) <= (crossing and several)
    assert ("is one of them" in text) <= several
    assert ("The largest is" in text) == (study.paths.count > 1 and not asked.one.is_zero)
    for odd in ("cell cell", "1 x 1", "1 path that cross no", "crosses is ,", "+0 %", " 1 paths", "1 units", ", 0 %."):
        assert odd not in text, odd
    assert re.search(r"What step \S+ gives through \S+: (\S+) = \1 \(", text) is None


@pytest.mark.parametrize("hidden", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_so_it_is_of_every_cell(cell: str, hidden: int) -> None:
    """About its first parameter and its last."""
    problem = random_problem(CELLS[cell], hidden=hidden, steps=2)
    for source in (next(iter(problem.parameters)), list(problem.parameters)[-1]):
        study = Study(problem, source)
        require_full(study)
        require_order(study)
        require_sense(study)


@pytest.mark.parametrize("layers", LAYERS, ids=str)
def test_so_it_is_of_layers(layers: list[Any]) -> None:
    """Of several, of both directions, backward alone, residual."""
    inputs = np.random.default_rng(0).normal(size=(3, 2))
    losses = [{"kind": "squared_error", "steps": "every", "targets": [[0.1]] * 3}]
    readout = "Y[t] = V @ H[t] + c"
    study = Study(stack_problem(layers, inputs=inputs, losses=losses, readout=readout, hidden=2, seed=0))
    require_full(study)
    require_order(study)
    require_sense(study)
    backward = layers[0] == LAYERS[-1][0]
    assert ("every arrow from H^(1<)_{t+1} into a gate is cut" in words(study)) == backward


def test_units_are_told_of_each_state_where_they_differ() -> None:
    """The output of the linear net has one, its state two."""
    assert "The net: equations of its own, s of 2, y of 1, steps 1 to 3." in words(LINEAR)
    assert "The net: cell lstm, 1 unit, steps 0 to 1." in words(Study(load_problem("gomez")))
    assert "The net: cell gru, 1 unit, one step." in words(STUDIES["one step of a GRU"])


def test_what_crosses_is_in_brackets_in_a_folded_path_too() -> None:
    """Every vertex that is told and reached by crossing, and no other."""
    asked = asked_of(Study(random_example(LSTM, steps=24)))
    folded = 0
    for path in asked.one.paths.through("a_1").through("H_22").top(9):
        told = bracketed(path, asked)
        folded += "..." in told or "=>" in told
        edges = zip(path.vertices, path.vertices[1:], strict=False)
        crossed = {str(head) for tail, head in edges if asked.graph.edges[str(tail), str(head)]["kind"] == "crossing"}
        names = set(map(str, path.vertices))
        for word in told.split():
            assert (word.strip("[]") in crossed) == word.startswith("["), word
            assert word.strip("[]") in names | {"->", "=>", "...", "vertices"} or word.isdigit(), word
    assert folded


@pytest.mark.parametrize("size", [1e155, 1e200, 1e300])
def test_a_recursion_that_leaves_the_range_on_its_way_is_told_in_words(size: float) -> None:
    """Of what the first step moves there was a warning of an overflow, where what the loss makes of it is a number."""
    cell = parse_cell("c", "a[t] = W * X[t]\nH[t] = V * a[t] + U * H[t-1]")
    numbers = {"W": [0.0], "V": [size], "U": [0.5]}
    losses = [LossTerm("H", (1, 2), [[1 / size], [1 / size]], "given")]
    study = Study(Problem(cell, numbers, {"X": [[size], [size]]}, losses), "W")
    text = to_text(conversation_of(study))
    assert "the recursion of dH, from the first step on: it comes to out of range" in " ".join(text.split())
    assert "The same gradient, of which the first cannot be told here" in " ".join(text.split())
