"""What is made here can be pickled, copied deeply, and sent to another process."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, LSTM, RNN, Cell
from graphviz_lstm.graph import annotate, evaluate, require_current, reverse
from graphviz_lstm.problems import Problem, load_example, load_problem, stack
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable

WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),  # noqa: S301 -- our own
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "cell", [*CELLS.values(), stack([RNN, LSTM], "Y[t] = V @ H[t] + c")], ids=lambda cell: cell.name
)
def test_a_cell_arrives_equal(way: str, cell: Cell) -> None:
    """And can be looked up by: it hashes as before."""
    arrived = WAYS[way](cell)
    assert arrived == cell
    assert hash(arrived) == hash(cell)
    with pytest.raises(TypeError, match="cannot be changed"):
        arrived.activations["f_A"] = "sin"


@pytest.mark.parametrize("way", WAYS)
def test_problems_and_examples_arrive_with_their_numbers_still_read_only(way: str) -> None:
    """Pickle forgets that an array is read-only; we do not."""
    for sent in (load_example("gomez"), load_problem("gomez")):
        arrived = WAYS[way](sent)
        assert type(arrived) is type(sent)
        assert arrived.cell == sent.cell
        assert (arrived.name, arrived.about, arrived.first_step) == (sent.name, sent.about, sent.first_step)
        problem: Problem = arrived.problem
        for name, array in problem.parameters.items():
            assert np.array_equal(array, sent.parameters[name])
            assert not array.flags.writeable
        for term, own in zip(problem.losses, sent.problem.losses, strict=True):
            assert (term.quantity, term.steps, term.kind, term.weight) == (
                own.quantity,
                own.steps,
                own.kind,
                own.weight,
            )
            assert not term.targets.flags.writeable


@pytest.mark.parametrize("way", ["pickle", "deepcopy"])
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_evaluated_and_annotated_graphs_arrive_whole(way: str, detail: str) -> None:
    """The same adjoints to the bit; what was current is current."""
    graph = evaluate(random_example(CELLS["gru"], hidden=3), detail=detail)
    arrived = WAYS[way](graph)
    expected = reverse(graph)
    for vertex, adjoint in reverse(arrived).items():
        assert np.array_equal(adjoint, expected[vertex])
    for tail, head, data in graph.edges(data=True):
        assert str(arrived.edges[tail, head]["symbol"]) == str(data["symbol"])
    annotated = WAYS[way](annotate(graph, "W_z"))
    require_current(annotated)
    assert annotated.nodes["E"]["flow"] == pytest.approx(1)


def gradient(problem: Problem) -> Any:
    """Return what another process is asked for."""
    return reverse(evaluate(problem))["W_A"]


def test_problems_cross_a_process_pool() -> None:
    """And so do graphs on their way back."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        sent = pool.submit(gradient, load_problem("gomez"))
        graph = pool.submit(evaluate, load_example("gomez"))
        assert np.array_equal(sent.result(), gradient(load_problem("gomez")))
        assert np.array_equal(reverse(graph.result())["W_A"], sent.result())
