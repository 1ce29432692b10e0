"""Every path visited, on a real local cluster: the sum is the total, and a worker that dies loses nothing."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import CheckError, InputError, TooManyPathsError
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import exhaustive, find_paths
from graphviz_lstm.paths.exhaustive import sum_exhaustively
from tests.examples import random_example

if TYPE_CHECKING:
    from graphviz_lstm.paths import PathSet

# A dying worker is told of on standard error, and its sockets are closed by others.
pytestmark = pytest.mark.filterwarnings("ignore")


def paths_of(steps: int, hidden: int = 1) -> PathSet:
    """Return the paths from W_A of a random LSTM."""
    return find_paths(evaluate(random_example(LSTM, hidden=hidden, steps=steps)), "W_A", TARGET)


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_the_sum_of_every_path_is_the_total(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In many shards, which all report."""
    monkeypatch.setattr(exhaustive, "_LEAST_IN_SHARD", 10_000)
    paths = paths_of(9)
    seen: list[tuple[int, int]] = []
    found = sum_exhaustively(paths, scheduler=scheduler, progress=lambda done, shards: seen.append((done, shards)))
    assert found.count == paths.count
    assert found.shards == len(seen) == -(-paths.count // 10_000)
    assert seen[-1] == (found.shards, found.shards)
    np.testing.assert_allclose(found.summed, paths.total, rtol=1e-10)


def test_a_worker_that_is_killed_half_way_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shards are worked out again."""
    from distributed import Client, LocalCluster

    monkeypatch.setattr(exhaustive, "_LEAST_IN_SHARD", 50_000)
    paths = paths_of(10)
    killed: list[int] = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        pids = list(client.run(os.getpid).values())

        def kill_one(done: int, _: int) -> None:
            if done == 3:
                os.kill(pids[0], signal.SIGKILL)
                killed.append(pids[0])

        found = sum_exhaustively(paths, client=client, progress=kill_one)
    assert killed
    assert found.count == paths.count
    np.testing.assert_allclose(found.summed, paths.total, rtol=1e-10)


def test_vectors_are_visited_too() -> None:
    """A hidden size of two."""
    paths = paths_of(4, hidden=2)
    np.testing.assert_allclose(sum_exhaustively(paths).summed, paths.total, rtol=1e-10)


def test_a_wrong_sum_is_an_error() -> None:
    """As it would be if a path were left out."""
    paths = paths_of(3)
    fewer = paths.avoiding("a_2")
    wrong = replace(fewer)
    object.__setattr__(wrong.facts, "total", paths.facts.total)
    with pytest.raises(CheckError, match="paths sum to"):
        sum_exhaustively(wrong)


def test_what_cannot_be_visited_is_refused_at_once() -> None:
    """Too many, nowhere to do it."""
    with pytest.raises(TooManyPathsError, match=r"1.4e\+13 paths are too many to visit \(limit 1.0e\+12\)"):
        sum_exhaustively(paths_of(20))
    with pytest.raises(InputError, match=r"unknown scheduler: 'nowhere' \(must be one of 'threads', 'processes'"):
        sum_exhaustively(paths_of(2), scheduler="nowhere")
