"""In which runs over time a cell's equations are computed."""

from __future__ import annotations

import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import EquationError
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import LossTerm, Problem

BOTH = (
    "'H' is read both one step late and one step early in cell 'c' "
    "(must be one of both: it starts before the first step, or behind the last)"
)


def runs(text: str) -> list[tuple[bool, list[str]]]:
    """Return of each run whether it goes backward, and its quantities."""
    return [(run.backward, [e.quantity for e in run.equations]) for run in parse_cell("c", text).runs]


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_of_the_library_is_one_run_forward(name: str) -> None:
    (run,) = CELLS[name].runs
    assert not run.backward
    assert run.equations == CELLS[name].equations


def test_what_reads_the_step_after_is_a_run_of_its_own() -> None:
    """What reads both comes after both; what reads that at the step before, after that again."""
    text = """
        Z[t] = tanh(V @ Y[t] + R @ Z[t-1])
        Y[t] = F[t] + B[t]
        B[t] = tanh(X[t] + u * B[t+1])
        F[t] = tanh(X[t] + w * F[t-1])
    """
    assert runs(text) == [(False, ["F"]), (True, ["B", "Y"]), (False, ["Z"])]
    assert runs("H[t] = tanh(X[t] + u * H[t+1])") == [(True, ["H"])]
    assert runs("F[t] = u * X[t]\nG[t] = F[t+1]") == [(False, ["F"]), (True, ["G"])]


def test_a_state_of_a_backward_run_starts_behind_the_last_step() -> None:
    """And its vertex says so."""
    cell = parse_cell("c", "H[t] = X[t] + u * H[t+1]")
    problem = Problem(cell, {"u": [0.5]}, {"X": [[1], [2]]}, [LossTerm("H", [1], [[0]])], initial={"H": [4]})
    graph = evaluate(problem)
    assert [vertex for vertex in graph if vertex.startswith("H")] == ["H_3", "H_2", "H_1"]
    assert graph.nodes["H_1"]["value"] == [1 + 0.5 * (2 + 0.5 * 4)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "A[t] = B[t-1] * X[t]\nB[t] = A[t+1] + X[t]",
            "quantities depend on each other's step before and step after: 'A', 'B' in cell 'c'",
        ),
        (
            "H[t] = H[t-1] + H[t+1] + X[t]",
            BOTH,
        ),
        (
            "H[t] = X[t+1]",
            "input 'X' is read one step early in cell 'c': only a quantity that an equation defines has a step after",
        ),
        ("A[t] = B[t]\nB[t] = A[t]", "quantities depend on each other within one step: 'A', 'B' in cell 'c'"),
    ],
)
def test_what_has_no_order_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(EquationError) as caught:
        parse_cell("c", text)
    assert str(caught.value) == message
