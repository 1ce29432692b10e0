"""What a recipe computes is what the equations say, of numbers beside vectors and matrices."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.problems import LossTerm, Problem

TEXT = """
s[t] = 0.5 * s[t-1] + tanh(2 * g + dot(w, X[t])) - 1
H[t] = s[t] * (1 - X[t]) / 2 + 3
"""


def test_numbers_of_the_text_are_numbers_beside_what_has_no_axis() -> None:
    """A number is of rank 0: beside a quantity that is one too, nothing gets an axis."""
    cell = parse_cell("c", TEXT, ranks={"g": 0})
    assert (cell.ranks["s"], cell.ranks["g"], cell.ranks["H"]) == (0, 0, 1)
    random = np.random.default_rng(0)
    w, g, inputs, targets = random.normal(size=2), 0.3, random.normal(size=(3, 2)), random.normal(size=(3, 2))
    loss = LossTerm("H", (1, 2, 3), targets)
    problem = Problem(cell, {"w": w, "g": g}, {"X": inputs}, [loss], {"s": 0.7})

    def told(g: float) -> tuple[list[float], float]:
        s, values, error = 0.7, [], 0.0
        for x, y in zip(inputs, targets, strict=True):
            s = 0.5 * s + np.tanh(2 * g + w @ x) - 1
            values.append(float(s))
            error += float(np.sum((s * (1 - x) / 2 + 3 - y) ** 2) / 2)
        return values, error

    for detail in ("gate", "operation"):
        graph = evaluate(problem, detail=detail)
        for k, expected in enumerate(told(g)[0], start=1):
            assert graph.nodes[f"s_{k}"]["value"].shape == ()
            assert graph.nodes[f"s_{k}"]["value"] == pytest.approx(expected, rel=1e-14)
        assert graph.nodes["E"]["value"] == pytest.approx(told(g)[1], rel=1e-13)
        slope = (told(g + 1e-6)[1] - told(g - 1e-6)[1]) / 2e-6
        assert reverse(graph)["g"] == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("back", [False, True])
def test_what_is_known_ahead_is_read_a_step_before(*, back: bool) -> None:
    """`v` takes inputs alone, so that all its steps are computed at once; who reads it a step before finds that one."""
    step = "t+1" if back else "t-1"
    cell = parse_cell("c", f"v[t] = tanh(w * X[t])\nH[t] = tanh(u * H[{step}] + r * v[{step}])", output="H")
    inputs = np.array([[0.3], [-1.2], [0.8], [2.0]])
    parameters = {"w": [0.7], "u": [-0.4], "r": [1.3]}
    loss = LossTerm("H", (1, 2, 3, 4), np.zeros((4, 1)))
    graph = evaluate(Problem(cell, parameters, {"X": inputs}, [loss], {"v": [0.25], "H": [-0.5]}))
    h, v = -0.5, 0.25
    for t in reversed(range(4)) if back else range(4):
        h, v = np.tanh(-0.4 * h + 1.3 * v), np.tanh(0.7 * inputs[t, 0])
        assert graph.nodes[f"H_{t + 1}"]["value"] == pytest.approx(h, rel=1e-14)
