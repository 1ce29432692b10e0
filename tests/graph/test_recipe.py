"""What a recipe computes is what the equations say, of numbers beside vectors and matrices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.together import linearize_together
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


@pytest.mark.parametrize("product", ["U @ S[t-1]", "S[t-1] @ U", "dot(U, S[t-1])"])
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_what_recurs_saturates_to_the_side_of_its_sum(product: str, size: int, seed: int) -> None:
    """Where the sum leaves the range: it was the side of the term that came first, or no number; of a batch never."""
    random = np.random.default_rng(seed)
    rows, state = (
        random.choice([-1.0, 1.0], shape) * 10.0 ** random.uniform(100.0, 308.0, shape)
        for shape in ((size, size), size)
    )
    told = {"dot(U, S[t-1])": rows[0], "S[t-1] @ U": rows.T}.get(product, rows)
    text = f"S[t] = X[t] + 0.5 * S[t-1]\nH[t] = tanh({product})"
    cell = parse_cell("c", text, output="H", ranks={"S": 1, "U": np.ndim(told)})
    loss = LossTerm("H", (1,), np.zeros((1, *[size][: cell.ranks["H"]])))
    problem = Problem(cell, {"U": told}, {"X": np.zeros((1, size))}, [loss], {"S": state})
    for linear in (linearize(problem), linearize_together([problem, problem]).sequences[1]):
        for row, number in zip(rows, np.atleast_1d(linear.values("H")[0]), strict=False):
            terms = [Fraction(x) * Fraction(y) for x, y in zip(row, state, strict=True)]
            if abs(sum(terms)) > sum(map(abs, terms)) / 10**12:
                assert number == (1.0 if sum(terms) > 0 else -1.0)
