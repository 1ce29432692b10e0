"""The check agrees with itself on every source, and fails when anything is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import CELLS, LSTM
from graphviz_lstm.errors import CheckError, InputError, NoPathError, UnknownVertexError
from graphviz_lstm.gradients import check, differences
from graphviz_lstm.graph import TARGET, evaluate, reverse
from graphviz_lstm.graph.maps import Diagonal
from graphviz_lstm.problems import load_example
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_all_twelve_parameters_of_gomez_agree_with_differences(detail: str) -> None:
    """Far closer than the check itself demands."""
    graph = evaluate(load_example("gomez"), detail=detail)
    for name in LSTM.parameters:
        found = check(graph, name)
        assert found.listed
        assert found.entries == found.paths.size
        assert max(found.residuals["reverse"], found.residuals["forward"]) < 1e-14
        assert found.residuals["difference"] < 1e-10


def test_inputs_initial_states_and_inner_vertices_can_be_checked() -> None:
    """Everything from which a path leads to E, E's own derivative included."""
    graph = evaluate(load_example("gomez"))
    for vertex in graph:
        if vertex != TARGET and graph.succ[vertex]:
            check(graph, vertex)


@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(sorted(CELLS)), hidden=st.integers(1, 3))
@settings(max_examples=15, deadline=None)
def test_random_cells_of_any_size_pass(seed: int, name: str, hidden: int) -> None:
    """The four ways share nothing but the equations."""
    graph = evaluate(random_example(CELLS[name], hidden=hidden, steps=3, seed=seed, scale=hidden**-0.5))
    for parameter in CELLS[name].parameters:
        check(graph, parameter)


@pytest.mark.parametrize(
    ("edge", "wrong"),
    [
        (("S_0", "S_1"), lambda linear: Diagonal(linear.diagonal * (1 + 1e-5))),
        (("a_1", "S_1"), lambda linear: Diagonal(-linear.diagonal)),
        (("S_0", "S_1"), lambda linear: Diagonal(linear.diagonal * np.nan)),
    ],
)
def test_one_wrong_partial_fails_the_check(edge: tuple[str, str], wrong: Callable[[Diagonal], Diagonal]) -> None:
    """Differences know nothing of partials, so a wrong one shows."""
    graph = evaluate(load_example("gomez"))
    graph.edges[edge]["partial"] = wrong(graph.edges[edge]["partial"])
    with pytest.raises((CheckError, ValueError)):
        check(graph, "W_A")


def test_differences_take_a_vertex_out_of_its_equation() -> None:
    """dE/dH_0 with all that H_0 is made of held fixed is its adjoint."""
    graph = evaluate(load_example("gomez"))
    quotient, error = differences(graph, "H_0", [(0,)])
    assert abs(quotient[0] - reverse(graph)["H_0"][0]) < 1e-12
    assert error[0] < 1e-10


def test_many_entries_are_sampled_and_the_rest_is_nan() -> None:
    """A weight of 40 x 30 is looked at in 256 places."""
    graph = evaluate(random_example(CELLS["rnn"], hidden=40, inputs=30, steps=2, scale=0.1))
    found = check(graph, "W_H")
    assert found.entries == 256
    assert int((~np.isnan(found.difference)).sum()) == 256
    assert not np.isnan(found.reverse).any()


def test_what_cannot_be_checked_is_named() -> None:
    """No such vertex; no path from it; the loss itself."""
    graph = evaluate(random_example(LSTM, steps=2, at="last"))
    with pytest.raises(UnknownVertexError, match="unknown vertex: 'W_Z'"):
        check(graph, "W_Z")
    with pytest.raises(
        InputError, match=r"^the source is 'E', the loss itself: ask for a parameter, an input or a state$"
    ):
        check(graph, "E")
    graph.add_node("alone", value=np.zeros(1), role="input", quantity="alone", step=1, expression=None)
    with pytest.raises(NoPathError, match="no path from 'alone' to 'E'"):
        check(graph, "alone")
