"""The memory of many sequences' gradients is known before, near the peak, and held to a bound."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.batches import needed as room
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.gradients.batches.needed import free_memory, needed_by, require_fits
from graphviz_lstm.gradients.batches.over_training import over_training
from graphviz_lstm.paths.units.memory import MOST_BYTES
from tests.examples import TYPICAL, random_example

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graphviz_lstm.problems import Problem


def sequences(cell: str, hidden: int, lengths: tuple[int, ...]) -> list[Problem]:
    """Return sequences of one net."""
    made = [random_example(TYPICAL[cell], hidden=hidden, steps=max(lengths), seed=1, scale=0.2).problem]
    inputs = np.random.default_rng(0).normal(size=(len(lengths), max(lengths), *made[0].inputs["X"].shape[1:]))
    targets = np.zeros((len(lengths), max(lengths), *made[0].losses[0].targets.shape[1:]))
    return list(Batch.padded(made[0], inputs, targets, lengths=lengths).problems)


def peak(work: Callable[[], object]) -> int:
    """Return how many bytes were taken at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("cell", "hidden", "lengths"),
    [("lstm", 32, (40,) * 8), ("gru", 48, (20,) * 6), ("rnn", 64, (40, 20, 30, 10)), ("slstm", 24, (30,) * 6)],
)
def test_what_is_told_of_gradients_is_within_a_factor_of_two_of_the_peak(
    cell: str, hidden: int, lengths: tuple[int, ...]
) -> None:
    """Of shares by distance too, which ask nothing more."""
    problems = sequences(cell, hidden, lengths)
    source = problems[0].cell.parameters[0]
    told = needed_by(problems).gradients
    for work in (lambda: Batch(problems).gradient(source), lambda: BatchStudy(Batch(problems), source).groups("lag")):
        assert 0.5 * told < peak(work) < 2.0 * told


def test_what_is_told_of_paths_is_within_a_factor_of_two_of_the_peak() -> None:
    """Of a label of paths, and of leading paths, where all sequences have theirs at once."""
    problems = sequences("lstm", 32, (12,) * 4)
    needed = needed_by(problems)
    for by_paths, top, ask in (
        (True, False, lambda study: study.groups("crossings")),
        (False, True, lambda study: study.top(2)),
    ):
        told = needed.of(by_paths=by_paths, top=top)
        assert 0.5 * told < peak(lambda ask=ask: ask(BatchStudy(Batch(problems), "W_A"))) < 2.0 * told  # type: ignore[misc]


def test_more_than_is_allowed_is_refused_before_it_is_taken() -> None:
    """Each question when it is asked; one line that says how to go on."""
    problems = sequences("lstm", 16, (20,) * 4)
    needed = needed_by(problems)
    for memory, ask in (
        (needed.gradients - 1, lambda study: study.groups("lag")),
        (needed.gradients + needed.longest - 1, lambda study: study.groups("gates")),
        (needed.gradients + needed.all_paths - 1, lambda study: study.top(2)),
    ):
        study = BatchStudy(Batch(problems), "W_A", memory=memory)
        with pytest.raises(InputError, match=r"the gradients of 4 sequences take about .* --memory allows more"):
            ask(study)
        ask(BatchStudy(Batch(problems), "W_A", memory=memory + 1))
    with pytest.raises(InputError, match="the gradients of 4 sequences take about"):
        over_training([("a", 0.0, problems)], "W_A", memory=1000.0)


def test_of_more_than_usual_the_machine_is_asked_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it has left, where it says so."""
    left = free_memory()
    assert left is not None
    assert left > 1_000_000
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 9 kB\nMemAvailable:    3000000 kB\n")
    monkeypatch.setattr(room, "_MEMORY", told)
    assert free_memory() == 3_072_000_000
    require_fits(3_000_000_000, 2, 4e9)
    with pytest.raises(InputError, match=r"take about 3\.5 GB \(this machine has 3\.1 GB left\): ask of fewer"):
        require_fits(3_500_000_000, 2, 4e9)
    monkeypatch.setattr(room, "_MEMORY", tmp_path / "none")
    monkeypatch.setattr(room, "physical_memory", lambda: None)
    require_fits(MOST_BYTES * 10**6, 2, 1e300)
