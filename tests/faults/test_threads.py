"""Many threads on one set of paths, and two that draw: the same answers, and a process that is as it was."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import RenderError
from graphviz_lstm.figures import draw, render
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import load_problem
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths import PathSet

QUESTIONS: list[Callable[[PathSet], object]] = [
    lambda paths: [str(path) for path in paths.top(20)],
    lambda paths: paths.total.tolist(),
    lambda paths: paths.group_by("crossings"),
    lambda paths: [str(paths[k]) for k in range(0, paths.count, 97)],
    lambda paths: paths.through("a_1").count,
    lambda paths: [str(path) for path in paths.sample(5, seed=3)],
    lambda paths: paths.contributions().sum(axis=0).tolist(),
    lambda paths: paths.masses,
]


@pytest.mark.parametrize("hidden", [1, 2])
def test_threads_that_ask_one_set_get_what_one_alone_gets(hidden: int) -> None:
    """What is computed when it is first asked for is computed for all."""
    graph = evaluate(random_example(LSTM, hidden=hidden, steps=5))
    alone = find_paths(graph, "W_A", TARGET)
    due = [repr(question(alone)) for question in QUESTIONS]
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(3):
            shared = find_paths(graph, "W_A", TARGET)
            with ThreadPoolExecutor(len(QUESTIONS)) as pool:
                found = list(pool.map(lambda question: repr(question(shared)), QUESTIONS))  # noqa: B023 -- ends before
            assert found == due
    finally:
        sys.setswitchinterval(old)


def figure_bytes(graph: object, form: str) -> object:
    """Return one figure in one form."""
    return getattr(draw(graph), form)  # type: ignore[arg-type]


def test_threads_that_draw_get_their_own_figures_and_leave_the_process_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Standard error is the file that it was, and the time zone too."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    problem = load_problem("gomez")
    graphs = [annotate(evaluate(problem), source) for source in ("W_A", "U_o", "b_f")]
    asked = [(graph, form) for graph in graphs for form in ("svg", "pdf")]
    alone = [figure_bytes(*one) for one in asked]
    before, descriptor = dict(os.environ), os.fstat(2)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda one: figure_bytes(*one), asked * 4))
    assert found == alone * 4
    assert os.path.samestat(os.fstat(2), descriptor)
    assert dict(os.environ) == before
    assert time.tzname == ("JST", "JST")
    monkeypatch.undo()
    time.tzset()


def test_a_figure_that_fails_leaves_the_process_as_it_was() -> None:
    """And the next one can be drawn."""
    before, descriptor = dict(os.environ), os.fstat(2)
    broken = partial(render.render, form="svg", vertices=1, edges=0)
    for text in ("digraph {", "digraph { a [image=none, shape=none, label=<<B>] }"):
        with pytest.raises(RenderError, match="Graphviz"):
            broken(text)
    assert os.path.samestat(os.fstat(2), descriptor)
    assert dict(os.environ) == before
    assert b"</svg>" in broken('digraph { a [pos="0,0"] }')
