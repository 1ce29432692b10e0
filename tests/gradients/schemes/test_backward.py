"""Schemes of nets that run backward in time: where chunks part, what a window keeps, and PyTorch on both."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm import Study, stack_problem
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.gradients.schemes.rules import CutBetweenChunks, Window
from graphviz_lstm.graph import evaluate

NET = stack_problem(
    [{"cell": "rnn", "direction": "both"}],
    inputs=[[0.5], [0.2], [-0.4], [0.3]],
    losses=[{"targets": np.ones((4, 2))}],
    hidden=1,
    seed=0,
)


def test_chunks_part_both_directions_between_the_same_steps() -> None:
    """A state that is given is of no chunk, before the first step or behind the last."""
    edges = edges_of(evaluate(NET))
    cut = [ends for ends, edge in edges.items() if CutBetweenChunks(2)(edge).drops]
    assert cut == [("H^(1>)_2", "H^(1>)_3"), ("H^(1<)_3", "H^(1<)_2")]


def test_a_window_reaches_as_far_behind_the_loss_as_before_it() -> None:
    """What lies further is cut on both sides, and what enters there."""
    edges = edges_of(evaluate(NET), exit_step=2)
    cut = [ends for ends, edge in edges.items() if Window(1)(edge).drops]
    assert ("H^(1>)_1", "H^(1>)_2") in cut
    assert ("H^(1<)_3", "H^(1<)_2") in cut
    assert ("W_H^(1<)", "H^(1<)_3") in cut
    cut = [ends for ends, edge in edges.items() if Window(2)(edge).drops]
    assert ("H^(1<)_3", "H^(1<)_2") not in cut
    assert ("H^(1<)_4", "H^(1<)_3") in cut


@pytest.mark.parametrize("window", ["bptt:1", "bptt:2", "bptt:3:2", "bptt:3:3", "bptt:6"])
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_a_window_on_a_layer_that_runs_backward_is_that_on_the_forward_one_of_the_sequence_turned_round(
    cell: str, window: str
) -> None:
    """Every gradient under it, of losses at every step, where passes part both at the same steps."""
    random = np.random.default_rng(1)
    rows, targets = random.normal(size=(6, 2)), random.normal(size=(6, 2))

    def gradients(direction: str, way: int) -> dict[str, np.ndarray]:
        problem = stack_problem(
            [{"cell": cell, "direction": direction}],
            inputs=rows[::way],
            losses=[{"targets": targets[::way]}],
            hidden=2,
            seed=3,
        )
        found = gradients_under(evaluate(problem), scheme(window))
        return {problem.cell.name_of(name).base: found[name] for name in problem.cell.parameters}

    forward, backward = gradients("forward", 1), gradients("backward", -1)
    assert forward.keys() == backward.keys()
    for name, gradient in forward.items():
        assert np.allclose(gradient, backward[name], rtol=1e-12, atol=1e-14), name


@pytest.mark.parametrize("named", ["lstm-1997", "bptt:2", "h-detach:0.25"])
@pytest.mark.parametrize("source", ["W_H^(1>)", "U_H^(1<)"])
def test_what_a_scheme_leaves_agrees_with_its_check(named: str, source: str) -> None:
    """By paths, by sweeps, and, where it is installed, by PyTorch."""
    Study(NET, source=source).under(named).check()
