"""The strip: where in a long sequence the gradient comes from, a bar with its sign for each step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM, parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.strip import binned, draw_strip, shares_by_entry, shares_by_gate, shares_in, strip_plot
from graphviz_lstm.gradients.pathsets import paths_of
from graphviz_lstm.gradients.shares.strip import StripShares, strip_shares
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.figures.plotted import drawn, faults, words
from tests.reports.test_zero import opposites

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_the_shares_of_the_strip_are_those_of_the_paths(cell) -> None:
    """By step of entry and by crossings they sum to one; by gate they are flows."""
    graph = evaluate(random_example(cell, steps=3))
    source = cell.parameters[0]
    paths = find_paths(graph, source, TARGET)
    annotated = annotate(graph, source)
    entered = {label[0]: group.share for label, group in paths.group_by("entry").items()}
    assert shares_by_entry(annotated) == pytest.approx(entered)
    assert sum(shares_in(annotated).by_crossings.values()) == pytest.approx(1.0)
    for gate, share in shares_by_gate(annotated).items():
        edges = [edge for edge in graph.edges if graph.edges[edge]["gates"] == frozenset({gate})]
        through = sum(path.share * sum(edge in edges for edge in path.edges) for path in paths)
        assert share == pytest.approx(through, abs=1e-12)


def test_many_steps_are_one_picture_with_the_same_bytes(tmp_path: Path) -> None:
    """Drawn twice."""
    graph = annotate(evaluate(random_example(LSTM, steps=50)), "W_A")
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
    with pytest.raises(InputError, match=r"unknown layout: 'tall' \(must be one of 'wide', 'narrow'\)"):
        draw_strip(annotate(graph, "W_A"), layout="tall")  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
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


@pytest.mark.parametrize("steps", [1, 2, 13, 40, 297])
@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_bars_have_the_heights_of_the_shares_and_their_signs(steps: int, layout) -> None:
    """Upwards what adds, downwards and hatched what takes away; of many steps both parts of each stretch."""
    study = Study(random_example(LSTM, steps=steps, seed=7, scale=0.9))
    shares = study.strip
    (axes, *_) = drawn(strip_plot(shares, layout=layout)).axes
    adding = [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in axes.patches if bar.get_hatch() == ""]
    taking = [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in axes.patches if bar.get_hatch()]
    assert all(height > 0.0 for _, height in adding)
    assert all(height < 0.0 for _, height in taking)
    known = shares.by_entry.values()
    assert sum(height for _, height in adding) == pytest.approx(100.0 * sum(x for x in known if x > 0.0))
    assert sum(height for _, height in taking) == pytest.approx(100.0 * sum(x for x in known if x < 0.0))
    if steps <= 40:
        assert dict(adding + taking) == pytest.approx({step: 100.0 * share for step, share in shares.by_entry.items()})
    ticks = axes.get_xticks()
    assert len(ticks) > 0
    assert all(tick == int(tick) and tick in shares.by_entry for tick in ticks)


def test_how_many_steps_stand_together_is_said() -> None:
    """No step is lost between two bars."""
    shares = {step: 0.5 if step % 3 else -0.75 for step in range(4, 1004)}
    bars = binned(shares, 100)
    assert [step for part in bars for step in part] == list(shares)
    assert sum(bar.net for bar in bars.values()) == pytest.approx(sum(shares.values()))
    assert all(bar.positive + bar.negative == pytest.approx(bar.net) for bar in bars.values())
    plot = strip_plot(StripShares("W", 1000, shares, {"0": 1.0}, {}))
    assert "10 steps are one pair of bars" in " ".join(words(plot))
    assert "together" not in strip_plot(StripShares("W", 2, {1: 0.5, 2: 0.5}, {"0": 1.0}, {})).description


@pytest.mark.parametrize(("layout", "steps"), [("wide", 1), ("wide", 12), ("wide", 13), ("narrow", 3), ("narrow", 6)])
def test_what_is_read_stands_below_its_step_where_there_is_room(layout: Literal["wide", "narrow"], steps: int) -> None:
    """Shortened, over no other text, and with no formula in it; where steps stand together it is left out."""
    texts = ["The", "WWWWWWWWWWWW", "$x$", "é", "_", "mmmmmmmmm"] * 3
    problem = replace(random_example(LSTM, steps=steps, seed=5).problem, texts=texts[:steps])
    study = Study(problem, "W_A")
    assert study.strip.texts == shares_in(annotate(study.graph, "W_A")).texts
    plot = strip_plot(study.strip, layout=layout)
    assert faults(plot) == []
    assert [word for word in words(plot) if word.startswith("1 ")] == (["1 The"] if steps < 13 else [])


def test_that_rows_by_gate_overlap_is_said_where_they_do() -> None:
    """With what they are together, and what the paths are that each counts once."""
    two, three = (Study(random_example(LSTM, steps=steps, seed=5)).strip for steps in (2, 3))
    assert "overlap" not in " ".join(words(strip_plot(two)))
    assert sum(two.by_gate.values()) == pytest.approx(two.crossing)
    told = " ".join(words(strip_plot(three)))
    assert "Rows by gate overlap: a path that crosses twice counts at each crossing." in told
    once = f"{100.0 * three.crossing:+.2f} %".replace("-", "\N{MINUS SIGN}")
    assert f"each once, are {once}" in told


def test_a_gradient_of_zero_is_a_strip_of_contributions() -> None:
    """The same from arrays and from a graph; what it is of is said."""
    study = opposites()
    of_arrays, of_graph = study.strip, Study.of(study.graph, "W").strip
    assert of_arrays.unit == of_graph.unit == "contribution"
    assert of_arrays.by_entry == pytest.approx(of_graph.by_entry, abs=1e-12)
    assert of_arrays.by_crossings == pytest.approx(of_graph.by_crossings, abs=1e-12)
    told = " ".join(words(strip_plot(of_arrays)))
    assert "The gradient is zero: there is nothing to share, and contributions are shown." in told
    assert "contributions to dE/dW" in told
    assert "%" not in told


@pytest.mark.parametrize("element", [None, (0,)])
@pytest.mark.parametrize("size", [1e-150, 1e-300])
def test_a_gradient_below_every_number_is_not_called_zero(size: float, element: tuple[int, ...] | None) -> None:
    """Its paths have shares: that there is nothing to share was not so."""
    cell = parse_cell("c", "S[t] = U * S[t-1] + W * X[t]\nH[t] = B * S[t]")
    losses = [LossTerm("H", (1, 2, 3), [[1e-200], [-1e-200], [1e-200]], "given")]
    net = Problem(cell, {"U": [0.5], "W": [1.0], "B": [size]}, {"X": [[1.0], [2.0], [3.0]]}, losses)
    linear = linearize(net)
    paths = paths_of(linear, "X_1", element=element)
    assert [path.share for path in paths.top(3)] == pytest.approx([4 / 3, -2 / 3, 1 / 3])
    with pytest.raises(
        NumberError, match=r"^gradient out of range: dE/dX_1(\[0\])? lies below every float64 \(paths, "
    ):
        strip_shares(linear, paths)
    still = replace(net, losses=[replace(losses[0], targets=0.0 * losses[0].targets)])
    zero = strip_shares(linearize(still), paths_of(linearize(still), "X_1", element=element))
    assert (zero.unit, set(zero.by_entry.values())) == ("contribution", {0.0})
