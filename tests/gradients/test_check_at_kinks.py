"""The check where steps skip a kink or a turn: nothing is refused that is right, what is wrong beside it still is."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.errors import CheckError, NoPathError, NumberError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.checking.quotients import moves
from graphviz_lstm.graph import evaluate
from graphviz_lstm.graph.local import equations_at
from graphviz_lstm.graph.recipe import compile_cell
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import random_example

DIVISOR = parse_cell("divisor", "n[t] = w * X[t]\nH[t] = a * u / max(abs(n[t] * u), 1) + b", output="H")
"""As the mlstm has one."""
WRITTEN = {
    "gate": "H[t] = relu(w * (X[t] * u)) + max(b, w * u * X[t]) * a",
    "product": "H[t] = min(abs(w * u), 1) * a + X[t] * b",
}
KINKED = {
    **{name: cell for name, cell in CELLS.items() if not compile_cell(cell).smooth},
    **{name: parse_cell(name, text, output="H") for name, text in WRITTEN.items()},
}


@pytest.mark.parametrize("power", [308, *(pytest.param(power, marks=pytest.mark.long) for power in (200, 250, 300))])
@pytest.mark.parametrize("name", KINKED)
def test_one_number_as_large_as_can_be_among_zeros_is_not_refused(name: str, power: int) -> None:
    """A kink is then as near as 1e-308: a check of such an mlstm said that a partial was wrong."""
    cell = KINKED[name]
    for large, (sign, rest) in product(cell.parameters, [(1.0, 0.0), (-1.0, 1.0)]):
        drawn = random_example(cell, steps=1).problem
        numbers = {key: np.full_like(array, rest) for key, array in drawn.parameters.items()}
        numbers[large] = np.full_like(numbers[large], sign * 10.0**power)
        with suppress(NumberError):
            graph = evaluate(Problem(cell, numbers, drawn.inputs, drawn.losses, initial=drawn.initial))
            for source in cell.parameters:
                with suppress(NoPathError):
                    for way in check(graph, source).ways:
                        assert not np.isnan(way.noticed)


def divisor(w: float, u: float) -> Problem:
    """Return a net whose output rises with u as far as 1 / w, and no further."""
    numbers = {"w": [w], "a": [0.5], "u": [u], "b": [0.0]}
    return Problem(DIVISOR, numbers, {"X": [[1.0]]}, [LossTerm("H", (1,), [[3.0]])])


def test_what_lies_behind_a_kink_is_not_said_to_be_checked() -> None:
    """At u = 0 the partial holds up to 1e-300, which no step is as short as: the equation tells nothing of it."""
    found = check(evaluate(divisor(1e300, 0.0)), "u")
    assert {way.name: way.checked for way in found.ways} == {
        "paths": True,
        "forward": True,
        "equations": False,
        "difference": False,
    }
    assert not found.checked


@pytest.mark.parametrize("tail", ["u", "b"])
def test_what_is_wrong_beside_such_a_kink_is_refused(tail: str) -> None:
    """The kink explains its own part of a difference, and no other."""
    graph = evaluate(divisor(1e300, 0.0))
    partial = graph.edges[tail, "H_1"]["partial"]
    graph.edges[tail, "H_1"]["partial"] = partial.changed(lambda array: 1.01 * np.asarray(array))
    with pytest.raises(CheckError, match="differences of each equation at vertex 'H_1'"):
        check(graph, tail)


def test_a_partial_that_is_lost_on_its_way_is_refused() -> None:
    """Of 5e-201 - 5e-201 the second is made by way of 1e-400: what is told is no gradient, and the check sees it."""
    with pytest.raises(CheckError, match="differences of each equation at vertex 'H_1'"):
        check(evaluate(divisor(1e200, 1.0)), "u")


@pytest.mark.parametrize(
    ("text", "at", "slope"),
    [
        ("relu(X[t])", 1e-9, 1.0),
        ("relu(X[t])", -1e-9, 0.0),
        ("abs(X[t])", -1e-9, -1.0),
        ("abs(X[t])", 0.0, 0.0),
        ("max(X[t], 0)", 0.0, 1.0),
        ("min(2 * X[t], X[t])", 1e-9, 1.0),
        ("max(-X[t], 3 * X[t])", 1e-9, 3.0),
        # Both of the last moves go less far than that: only the longer ones pass it.
        ("abs(X[t])", 1e-4, None),
    ],
)
def test_beyond_a_kink_an_operation_goes_on_as_it_did(text: str, at: float, slope: float | None) -> None:
    """Straight on from where it is, to rounding of the longest move."""
    cell = parse_cell("k", f"H[t] = {text}", output="H")
    ahead = moves()
    values = (at + ahead).reshape(-1, 1, 1)
    recipe = compile_cell(cell)
    found = equations_at(recipe, {Quantity("X"): values}, straight=True)["H"].reshape(-1)
    wanted = np.abs(values.reshape(-1)) if slope is None else found[0] + slope * ahead
    assert np.allclose(found, wanted, rtol=0.0, atol=1e-17)


@pytest.mark.parametrize("theta", [0.5, 2.0, 8.0, 12.0, 23.0, 60.0])
@pytest.mark.parametrize("name", ["lru", "sin of exp"])
def test_what_turns_too_fast_to_be_followed_is_not_refused(name: str, theta: float) -> None:
    """Steps that go round many times agree with nothing: an LRU with an angle of exp(22) was refused.

    What turns is so small that it moves by about 1 where the angle moves by exp(theta).
    """
    small = "nu" if name == "lru" else "c"
    cell = CELLS.get(name) or parse_cell(name, "H[t] = c * sin(exp(theta)) * H[t-1] + X[t]", output="H")
    drawn = random_example(cell, hidden=2, steps=3).problem
    numbers = {**drawn.parameters, "theta": np.full_like(drawn.parameters["theta"], theta)}
    numbers[small] = np.full_like(numbers[small], np.log(theta) if name == "lru" else np.exp(-theta))
    graph = evaluate(Problem(cell, numbers, drawn.inputs, drawn.losses, initial=drawn.initial))
    assert check(graph, "theta").checked == (theta < 5.0)
    if theta < 5.0:
        for head in tuple(graph.succ["theta"]):
            edge = graph.edges["theta", head]
            edge["partial"] = edge["partial"].changed(lambda array: 2.0 * np.asarray(array))
        with pytest.raises(CheckError):
            check(graph, "theta")
