"""Schemes of nets that run backward in time: where chunks part, what a window keeps, and PyTorch on both."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm import Study, stack_problem
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


def test_a_window_keeps_what_comes_from_behind_the_loss() -> None:
    """And cuts what lies before it."""
    edges = edges_of(evaluate(NET), exit_step=2)
    cut = [ends for ends, edge in edges.items() if edge.in_time and Window(1)(edge).drops]
    assert ("H^(1>)_1", "H^(1>)_2") in cut
    assert ("H^(1<)_3", "H^(1<)_2") not in cut


@pytest.mark.parametrize("scheme", ["lstm-1997", "bptt:2", "h-detach:0.25"])
@pytest.mark.parametrize("source", ["W_H^(1>)", "U_H^(1<)"])
def test_what_a_scheme_leaves_agrees_with_its_check(scheme: str, source: str) -> None:
    """By paths, by sweeps, and, where it is installed, by PyTorch."""
    Study(NET, source=source).under(scheme).check()
