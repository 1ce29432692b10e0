"""What is read two and more steps late: kept step by step, and nothing else changes by it."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm.cells import Cell, Equation, parse_cell
from graphviz_lstm.cells.delays import kept_from
from graphviz_lstm.cells.equation import LATEST
from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.graph import TARGET, evaluate, reverse
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem, stack
from graphviz_lstm.reports import Study
from tests.examples import random_problem
from tests.oracles.autodiff import assert_agrees

TEXTS = {
    "second": "H[t] = tanh(W @ X[t] + U @ H[t-2])",
    "both": "H[t] = tanh(W @ X[t] + U @ H[t-1] + V @ H[t-3]) + 0.5 * H[t-2]",
    "several": """
        s[t] = f * s[t-4] + sigmoid(W @ X[t] + H[t-2])
        H[t] = s[t] * tanh(V @ s[t-1] + s[t-3])
    """,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_gradients_of_what_is_read_late_are_autograds(name: str, detail: str) -> None:
    """Those of the states before the first step among them."""
    cell = parse_cell(name, TEXTS[name])
    assert_agrees(random_problem(cell, hidden=2, steps=6, seed=3), TEXTS[name], detail=detail)


def test_paths_are_those_of_the_equation() -> None:
    """Of H[t] = W X[t] + H[t-2] as many as there are pairs of steps an even number apart: none is added by keeping."""
    cell = parse_cell("leap", "H[t] = w * X[t] + H[t-2]")
    graph = evaluate(random_problem(cell, hidden=1, inputs=1, steps=6))
    paths = find_paths(graph, "w", TARGET)
    assert paths.count == sum(1 for t in range(6) for s in range(t, 6) if (s - t) % 2 == 0)
    assert np.allclose(sum(path.contribution for path in paths), reverse(graph)["w"], rtol=1e-13)


def test_it_is_counted_over_any_number_of_steps() -> None:
    """As in the graph that is made."""
    problem = random_problem(parse_cell("both", TEXTS["both"]), steps=7)
    study = Study(problem, source="W")
    assert study.count(7) == find_paths(evaluate(problem), "W", TARGET).count
    assert study.count(40) > study.count(39)


def test_a_quantity_that_is_kept_reads_as_the_quantity_with_a_prime() -> None:
    """One for each step; more than three are a number. In a layer of several it bears the layer."""
    cell = parse_cell("late", f"H[t] = tanh(W @ X[t] + H[t-{LATEST}])")
    names = [equation.quantity for equation in cell.equations]
    assert names[:5] == ["H'", "H''", "H'''", "H'4", "H'5"]
    assert len(names) == LATEST
    assert kept_from(cell.equations)["H'5"] == Quantity("H", 5)
    short = parse_cell("short", TEXTS["second"])
    assert stack([short, short]).states == ("H'^(1)", "H^(1)", "H'^(2)", "H^(2)")
    assert "H'_3" in evaluate(random_problem(short))


def test_a_cell_is_the_same_from_python() -> None:
    """An equation may be given with any lag that may be written."""
    by_hand = Cell("leap", (Equation("H", Quantity("H", 2)),), {}, "H")
    assert by_hand == parse_cell("leap", "H[t] = H[t-2]")
    problem = Problem(by_hand, {}, {}, [LossTerm("H", (1, 2), [[0.0], [0.0]])], {"H": [1.0], "H'": [2.0]}, steps=2)
    assert [float(evaluate(problem).nodes[f"H_{t}"]["value"][0]) for t in (1, 2)] == [2.0, 1.0]
