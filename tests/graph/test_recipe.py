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
