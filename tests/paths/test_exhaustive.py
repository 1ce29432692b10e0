"""Every path visited, on a real local cluster: the sum is the total, and a worker that dies loses nothing."""

from __future__ import annotations

import asyncio
import gc
import math
import os
import signal
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import CELLS, LSTM
from graphviz_lstm.errors import CheckError, GraphvizLstmError, InputError, NumberError, TooManyPathsError
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.maps import Functional, LinearMap, Matrix
from graphviz_lstm.paths import exhaustive, find_paths
from graphviz_lstm.paths.exhaustive import require_total, running_client, sum_exhaustively
from tests.examples import random_example, random_problem
from tests.paths.maps import Matrix as MatrixMap, ToNumber, WeightMap, digraph

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


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_is_killed_loses_nothing(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shards are worked out again, and the set of paths too where it was the only one that held it."""
    from distributed import Client, LocalCluster

    monkeypatch.setattr(exhaustive, "_LEAST_IN_SHARD", 50_000)
    paths = paths_of(10)
    killed: list[int] = []
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):

        def kill_all_who_hold_it(done: int, shards: int) -> None:
            if done == 1:
                assert shards > 10
                # A process ends in the middle of whatever it does, and its nanny starts another.
                for process in client.run(os.getpid).values():
                    os.kill(process, signal.SIGKILL)
                    killed.append(process)

        found = sum_exhaustively(paths, client=client, progress=kill_all_who_hold_it)
    assert len(killed) == workers
    assert found.count == paths.count
    np.testing.assert_allclose(found.summed, paths.total, rtol=1e-10)


def test_workers_that_die_again_and_again_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, not in Dask's own exception."""
    from distributed import Client, KilledWorker

    class Dying:
        """A cluster that gives up."""

        def submit(self, *_: object, **__: object) -> None:
            """Take a task."""

        def map(self, *_: object, **__: object) -> list[object]:
            """Take many."""
            return []

    def give_up(_: object) -> object:
        raise KilledWorker("shard", None, 3)  # type: ignore[arg-type]

    assert hasattr(Client, "submit")
    monkeypatch.setattr("distributed.as_completed", give_up)
    with pytest.raises(GraphvizLstmError, match="4 workers died at one shard"):
        sum_exhaustively(paths_of(3), client=Dying())


@pytest.mark.parametrize(
    ("address", "reason"),
    [("foo://b", "unknown address scheme 'foo'"), ("tcp://nohost", "missing port"), ("tcp://127.0.0.1:x", "invalid")],
)
def test_what_is_no_address_is_told_in_one_line(address: str, reason: str) -> None:
    """Before anything is visited."""
    from distributed import Client

    def alive() -> int:
        return sum(isinstance(each, Client) for each in gc.get_objects())

    before = alive()
    with pytest.raises(InputError, match=f"cannot reach scheduler '{address}': .*{reason}"):
        sum_exhaustively(paths_of(2), scheduler=address)
    # One that is half made would end later, in the start of another's thread, and wait for that thread.
    assert alive() <= before


def test_vectors_are_visited_too() -> None:
    """A hidden size of two."""
    paths = paths_of(4, hidden=2)
    np.testing.assert_allclose(sum_exhaustively(paths).summed, paths.total, rtol=1e-10)


@pytest.mark.parametrize("scale", [5.0, 20.0, 50.0])
@pytest.mark.parametrize("name", CELLS)
def test_what_cancels_is_no_false_alarm_and_what_is_wrong_is_found(name: str, scale: float) -> None:
    """In a saturated sLSTM paths of size one sum to 1e-20: what is left is rounding, whichever way it is added up."""
    problem = random_problem(CELLS[name], hidden=3, inputs=2, steps=3, seed=1, scale=scale)
    graph = evaluate(problem)
    for source in problem.parameters:
        try:
            paths = find_paths(graph, source, TARGET)
        except NumberError:  # RG-LRU divides by what is zero then
            continue
        if not paths or paths.count > 1_000:
            continue
        summed, sizes = paths.summed(), np.abs(paths.contributions()).sum(axis=0)
        assert require_total(paths, [summed], 1).residual <= 1e-11
        if sizes.max() > 1e-200:
            with pytest.raises(CheckError, match="paths sum to"):
                require_total(paths, [summed, 1e-8 * sizes], 2)


@pytest.mark.parametrize("kind", ["numbers", "vectors"])
def test_what_is_below_the_normal_numbers_is_no_false_alarm(kind: str) -> None:
    """There a rounding is no part of its number; what is more than a rounding of each is found all the same."""
    random = np.random.default_rng(3)
    edges: list[tuple[str, str, Any]] = []
    for k, size in enumerate(random.normal(size=50) * 1e-321):
        last = Functional(np.array([size, -size])) if kind == "vectors" else size
        near = Matrix(np.diag([0.3, 0.7])) if kind == "vectors" else 0.3
        edges += [("W", f"m{k}", near), (f"m{k}", "E", last)]
    paths = find_paths(digraph(edges), "W", "E")
    assert require_total(paths, [paths.summed()], 1).residual <= 1e-11
    with pytest.raises(CheckError, match="paths sum to"):
        require_total(paths, [paths.summed(), np.full(np.shape(paths.total), 1e-320)], 2)


def test_a_path_that_is_rounding_alone_is_no_false_alarm() -> None:
    """Two ways meet before a map that takes them to nothing: each contribution is rounding, and so is the total."""
    meet = Matrix(np.array([[1.0, -1.0], [-1.0, 1.0]]))  # takes (a, a) to nothing
    edges: list[tuple[str, str, LinearMap]] = [("W", "u", meet)]
    for k in range(4):
        # The same three numbers, in another order.
        turned = np.array([[0.1, 0.2], [0.2, 0.3], [0.3, 0.1]])
        edges.append(("u", f"m{k}", Matrix(1e16 / (3.0 + 4.0 * k) * turned)))
        edges.append((f"m{k}", "E", Functional(np.ones(3))))
    paths = find_paths(digraph(edges), "W", "E")
    assert 0.0 < np.abs(paths.contributions()).max() < 100.0
    require_total(paths, [paths.summed()], 1)


@pytest.mark.parametrize("big", [1e200, 1.5e308])
@pytest.mark.parametrize("kind", ["numbers", "vectors"])
def test_contributions_near_the_largest_number_are_added_up(kind: str, big: float) -> None:
    """Two of 1.5e308 are no float64, and their squares are none: their sum with two of the other sign is."""
    edges: list[tuple[str, str, Any]] = []
    small, of_vectors = 1e-10 * big, kind == "vectors"
    for k, size in enumerate((big, big, -big, -big, small)):
        near, last = (Matrix(np.diag([size, 1.0])), Functional(np.array([1.0, 0.5]))) if of_vectors else (size, 1.0)
        edges += [("W", f"m{k}", near), (f"m{k}", "E", last)]
    paths = find_paths(digraph(edges), "W", "E")
    for found in (paths.summed(), paths.total):
        assert np.ravel(found)[0] == pytest.approx(small, rel=1e-5)
    assert require_total(paths, [paths.summed()], 1).residual <= 1e-11
    halves = [paths.summed(0, 2), paths.summed(2)]
    if big > 1e300:
        with pytest.raises(
            NumberError, match=r"^not a finite number: the sum of the contributions of 5 paths, visited"
        ):
            require_total(paths, halves, 2)
    else:
        assert require_total(paths, halves, 2).residual <= 1e-11


def test_the_sum_of_what_is_infinite_is_said() -> None:
    """Of one sign it is infinite, of either it is none; with what loses digits beside it, too."""
    edges = [("W", "a", 1e-300), ("a", "E", 1e-10), ("W", "b", 1e200), ("b", "E", 1e200)]
    assert find_paths(digraph(edges), "W", "E").summed() == math.inf
    edges += [("W", "c", -1e200), ("c", "E", 1e200)]
    paths = find_paths(digraph(edges), "W", "E")
    assert math.isnan(float(np.asarray(paths.summed())))
    with pytest.raises(NumberError, match="not a finite number"):
        require_total(paths, [paths.summed()], 1)


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


class Held:
    """A future with an error that nobody asks for, in a ring, so that it goes when garbage is collected."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.future: asyncio.Future[None] = loop.create_future()
        self.future.set_exception(OSError("closed"))
        self.ring = self


def told_of_it(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what asyncio says as garbage is collected; Dask's own threads may say something at any time."""
    caplog.clear()
    gc.collect()
    return [record.getMessage() for record in caplog.records if record.name == "asyncio"]


@pytest.mark.parametrize("address", [False, True])
def test_what_a_connection_says_as_it_is_closed_is_told_neither_then_nor_later(
    caplog: pytest.LogCaptureFixture, *, address: bool
) -> None:
    """However long something holds it: an error on its way holds all that was there, the cluster with it."""
    with running_client("threads") as client, ExitStack() as stack:
        other = stack.enter_context(running_client(client.scheduler.address)) if address else client
        held = Held(other.loop.asyncio_loop)
        # What else goes wrong there is told.
        other.loop.asyncio_loop.call_exception_handler({"message": "something else"})
    assert "something else" in [record.getMessage() for record in caplog.records]
    gc.collect()
    del held
    assert not told_of_it(caplog)


def test_what_others_leave_unasked_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Of a loop that is none of ours, even while a cluster is there."""
    with running_client("threads"):
        Held(asyncio.new_event_loop())
        assert any("was never retrieved" in told for told in told_of_it(caplog))


# Of an array whose entries lie 300 decades apart the small ones lose digits: it has one exponent.
SIZES = st.builds(lambda sign, power: sign * 10.0**power, st.sampled_from([-1.0, 1.0]), st.floats(-140.0, 140.0))


@given(st.lists(st.tuples(SIZES, SIZES, st.floats(-150.0, 0.0)), min_size=1, max_size=6), st.integers(0, 6))
def test_arrays_of_any_size_are_summed_entry_by_entry(ways: list[tuple[float, float, float]], start: int) -> None:
    """Where some lose digits on their way, too: there all entries came to one number, and a right sum was refused."""
    edges: list[tuple[str, str, Any]] = []
    for k, (one, other, power) in enumerate(ways):
        edges += [("W", f"m{k}", ToNumber(np.array([one, other]))), (f"m{k}", "E", 10.0**power)]
    paths = find_paths(digraph(edges), "W", "E")
    start = min(start, paths.count)
    listed = [path.contribution for path in paths][start:]
    due = [math.fsum(float(each[k]) for each in listed) for k in range(2)]
    allowed = [1e-14 * math.fsum(abs(float(each[k])) for each in listed) + 1e-320 for k in range(2)]
    for (one, other, power), path, row in zip(ways, paths, paths.contributions(), strict=True):
        # Of one path, however large another is, and of each entry, too.
        exact = [float(Fraction(each) * Fraction(10.0**power)) for each in (one, other)]
        np.testing.assert_allclose(path.contribution, exact, rtol=1e-15, atol=1e-320)
        np.testing.assert_allclose(row, exact, rtol=1e-15, atol=1e-320)
    found = np.asarray(paths.summed(start))
    assert found.shape == (2,)
    assert (np.abs(found - due) <= allowed).all()
    assert require_total(paths, [paths.summed()], 1).residual <= 1e-11


@given(st.lists(st.floats(-8.0, 8.0), min_size=2, max_size=6), st.floats(80.0, 300.0), st.floats(-12.0, 0.0))
def test_arrays_out_of_vectors_are_summed_entry_by_entry(sizes: list[float], small: float, scale: float) -> None:
    """Where ways on cancel, each is larger than their sum; an input near the largest number has no room for that."""
    first = WeightMap(np.ones(2), np.array([1.7e308, 10.0**small]))
    edges: list[tuple[str, str, Any]] = [("W", "m", first)]
    for k, size in enumerate([*sizes, 1e-3 - math.fsum(sizes)]):
        edges += [("m", f"n{k}", MatrixMap(np.eye(2)))]
        edges += [(f"n{k}", "E", ToNumber(np.array([1.0, 0.5]) * 10.0 ** (scale - 2.0) * size))]
    paths = find_paths(digraph(edges), "W", "E")
    listed = np.array([path.contribution for path in paths]).reshape(-1, 4)
    found = np.ravel(paths.summed())
    for k in range(4):
        allowed = 1e-14 * math.fsum(np.abs(listed[:, k])) + 1e-320
        assert abs(found[k] - math.fsum(listed[:, k])) <= allowed
