"""A figure travels: pickled, copied, printed in one line."""

from __future__ import annotations

import builtins
import copy
import math
import operator
import pickle
from functools import reduce
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    figure = draw(annotate(evaluate(load_example("gomez")), "W_A"), by="whole", steps_per_row=2, theme="print")
    assert repr(figure) == ("Figure('lstm, steps 0 to 1: flow of dE/dW_A': 14 boxes, 19 lines, theme 'print')")


def test_the_bytes_do_not_depend_on_how_python_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3.12 on `sum` of floats rounds once, before that at each term: no figure asks it."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    figures = [draw(graph, view=view).dot for view in VIEWS]
    plain = builtins.sum

    def rounds_once(numbers: Iterable[float], start: float = 0) -> float:
        terms = list(numbers)
        return math.fsum(terms) if terms and all(type(term) is float for term in terms) else plain(terms, start)

    def rounds_each(numbers: Iterable[float], start: float = 0) -> float:
        return reduce(operator.add, numbers, start)

    for addition in (rounds_once, rounds_each):
        monkeypatch.setattr(builtins, "sum", addition)
        assert [draw(graph, view=view).dot for view in VIEWS] == figures
