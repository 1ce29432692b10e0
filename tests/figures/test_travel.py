"""A figure travels: pickled, copied, printed in one line."""

from __future__ import annotations

import copy
import pickle

import pytest

from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example


@pytest.mark.parametrize("view", VIEWS)
def test_a_figure_and_its_scene_come_back_as_they_were(view: str) -> None:
    """From a pickle and from a deep copy: equal, with the same text."""
    figure = draw(annotate(evaluate(load_example("gomez")), "W_A"), view=view)  # type: ignore[arg-type]
    for again in (pickle.loads(pickle.dumps(figure)), copy.deepcopy(figure)):  # noqa: S301 -- our own
        assert again == figure
        assert again.scene == figure.scene
        assert again.dot == figure.dot


def test_a_figure_says_what_it_is_in_one_line() -> None:
    """What it shows, how much of it, in which colours."""
    figure = draw(annotate(evaluate(load_example("gomez")), "W_A"), theme="print")
    assert repr(figure) == ("Figure('lstm, steps 0 to 1: flow of dE/dW_A': 14 boxes, 19 lines, theme 'print')")
