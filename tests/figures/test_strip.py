"""The heat strip: where in a long sequence the gradient comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.strip import draw_strip, shares_by_crossings, shares_by_entry, shares_by_gate, shares_in
from graphviz_lstm.gradients.pathsets import paths_of
from graphviz_lstm.gradients.strip import strip_shares
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.paths import find_paths
from tests.examples import random_example

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_the_shares_of_the_strip_are_those_of_the_paths(cell) -> None:
    """By step of entry and by crossings they sum to one; by gate they are flows."""
    graph = evaluate(random_example(cell, steps=3))
    source = cell.parameters[0]
    paths = find_paths(graph, source, TARGET)
    annotated = annotate(graph, source)
    entered = {label[0]: group.share for label, group in paths.group_by("entry").items()}
    assert shares_by_entry(annotated) == pytest.approx(entered)
    assert sum(shares_by_crossings(annotated).values()) == pytest.approx(1.0)
    for gate, share in shares_by_gate(annotated).items():
        edges = [edge for edge in graph.edges if graph.edges[edge]["gates"] == frozenset({gate})]
        through = sum(path.share * sum(edge in edges for edge in path.edges) for path in paths)
        assert share == pytest.approx(through, abs=1e-12)


def test_many_steps_are_one_picture_with_the_same_bytes(tmp_path: Path) -> None:
    """Drawn twice."""
    graph = annotate(evaluate(random_example(LSTM, steps=400)), "W_A")
    for suffix in (".svg", ".png", ".pdf"):
        first = draw_strip(graph, tmp_path / f"strip{suffix}")
        assert (tmp_path / f"strip{suffix}").read_bytes() == first == draw_strip(graph, tmp_path / f"again{suffix}")


def test_what_cannot_be_drawn_is_refused() -> None:
    """In one line."""
    graph = evaluate(random_example(LSTM, steps=2))
    with pytest.raises(InputError, match="cannot draw a graph without flows"):
        draw_strip(graph)
    with pytest.raises(InputError, match=r"unknown suffix: '.dot' \(must be one of '.svg', '.png', '.pdf'\)"):
        draw_strip(annotate(graph, "W_A"), "strip.dot")
    with pytest.raises(InputError, match="unknown theme: 'red'"):
        draw_strip(annotate(graph, "W_A"), theme="red")  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
@pytest.mark.parametrize(
    ("hidden", "steps", "at", "detail"),
    [(1, 13, "every", "gate"), (2, 3, "last", "gate"), (2, 2, "every", "operation")],
)
def test_the_shares_from_arrays_are_those_of_the_graph(
    cell, hidden: int, steps: int, at: str, detail: Literal["gate", "operation"]
) -> None:
    """From every vertex, more crossings than are told apart included; no class more and none less."""
    example = random_example(cell, hidden=hidden, steps=steps, at=at, scale=0.5)
    graph, linear = evaluate(example, detail=detail), linearize(example.problem, detail=detail)
    for source in list(graph)[:40]:
        paths = paths_of(linear, source) if source != TARGET else None
        if paths is None or not np.any(paths.total):
            continue
        expected, found = shares_in(annotate(graph, source)), strip_shares(linear, paths)
        assert (found.source, found.steps) == (expected.source, expected.steps)
        pairs = [
            (found.by_entry, expected.by_entry),
            (found.by_crossings, expected.by_crossings),
            (found.by_gate, expected.by_gate),
        ]
        size = max(abs(share) for _, theirs in pairs for share in theirs.values())
        if size > 1e6:  # the whole is nothing but rounding
            continue
        for ours, theirs in pairs:
            assert list(ours) == list(theirs), source
            assert list(ours.values()) == pytest.approx(list(theirs.values()), abs=1e-9 * size), source


def test_a_strip_from_arrays_is_the_same_picture() -> None:
    """To the byte, where no number differs in what is shown of it."""
    example = random_example(LSTM, steps=30)
    linear = linearize(example.problem)
    shares = strip_shares(linear, paths_of(linear, "W_A"))
    assert draw_strip(shares) == draw_strip(annotate(evaluate(example), "W_A"))
