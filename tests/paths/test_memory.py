"""Memory: what a path set takes is known before it is taken, and is no more than the question needs."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.compiled.uncollected import uncollected

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 10**6


def doubled(length: int) -> PathSet:
    """Return a chain of double edges: 2**length paths."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for k in range(length):
        graph.add_edge(k, k + 1, partial=0.5, up=0)
        graph.add_edge(k, k + 1, partial=0.5, up=1)
    return find_paths(graph, 0, length)


def peak(ask: Callable[[], object]) -> int:
    """Return how many bytes there were at most beside those that were there before."""
    tracemalloc.start()
    try:
        ask()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "ask",
    [
        lambda p: p.vertex_array(0, 10),
        lambda p: p.vertex_array(10**15, 10**15 + 10),
        lambda p: p[3],
        lambda p: p[7:9],
        lambda p: next(p.blocks(5, 9)),
        lambda p: p.summed(2, 6),
    ],
    ids=["first rows", "later rows", "one", "slice", "block", "sum"],
)
def test_the_first_paths_of_a_long_chain_take_no_more_than_the_chain(ask: Callable[[PathSet], object]) -> None:
    """The exact counts of all ways on are a number of thousands of bits at each vertex: they are not worked out."""
    paths = doubled(3_000)
    assert paths.count == 2**3_000
    ask(paths)
    assert "counts" not in vars(paths.facts)


def test_a_small_number_is_found_as_by_exact_counts() -> None:
    """The law of counts that stop at 2**64."""
    paths = doubled(90)
    for number in (0, 1, 2**40 + 17, 2**64 - 1, 2**64, 2**80 + 5, 2**90 - 1):
        assert paths.index(paths[number]) == number
        keys = [edge[2] for edge in paths[number].edges]
        assert sum(key << (89 - k) for k, key in enumerate(keys)) == number
        assert np.array_equal(paths.vertex_array(number, number + 1), [list(range(91))])


TOO_LARGE: dict[str, tuple[Callable[[PathSet], object], str]] = {
    "rows": (
        lambda p: p.vertex_array(0, 10**6),
        "an array of 1,000,000 rows would take 0.2 GB (this machine has 0.0 GB): ask for a shorter range",
    ),
    "sample": (
        lambda p: p.sample(10**6, seed=0),
        "1,000,000 paths of up to 90 edges would take 2.6 GB (this machine has 0.0 GB): draw fewer at a time",
    ),
    "counts": (
        lambda p: p[2**80],
        (
            "the counts of the paths on from each vertex would take 0.0 GB (this machine has 0.0 GB): "
            "ask of paths with numbers below 2**64"
        ),
    ),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_would_not_fit_is_refused_before_it_is_taken(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ask, message = TOO_LARGE[what]
    paths = doubled(90)
    monkeypatch.setattr("graphviz_lstm.paths.checks.physical_memory", lambda: 100)
    with pytest.raises(TooManyPathsError) as caught:
        ask(paths)
    assert str(caught.value) == message


def test_all_contributions_that_would_not_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = doubled(20)
    monkeypatch.setattr("graphviz_lstm.paths.checks.physical_memory", lambda: MEGABYTE)
    with pytest.raises(TooManyPathsError, match=r"^an array of all contributions would take 0.0 GB .*: sum .blocks"):
        paths.contributions()


def test_a_hundred_million_of_anything_is_answered_or_refused_at_once() -> None:
    """Paths drawn, times allowed, labels."""
    paths = doubled(60)
    with pytest.raises(TooManyPathsError, match=r"^100,000,000 paths from 0 to 60 are too many to list \(limit 10,0"):
        paths.sample(10**8, seed=0)
    assert paths.crossing("up", times=range(10**9)).count == paths.count
    assert paths.crossing("up", times=range(0, 10**9, 61)).count == 1
    with pytest.raises(TooManyPathsError, match=r"^the label takes more than 100,000 values \(group by one"):
        paths.group_by(lambda edge: (edge,))


@pytest.mark.parametrize("level", ["quantity", "unit"])
def test_labels_that_are_too_long_together_are_refused(level: str) -> None:
    """A thousand entries an edge, and twice as many labels after each."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for k in range(300):
        graph.add_edge(k, k + 1, partial=0.5)
        graph.add_edge(k, k + 1, partial=0.5)
    paths = find_paths(graph, 0, 300, level=level)  # type: ignore[call-overload]

    def ask() -> None:
        with pytest.raises(TooManyPathsError) as caught:
            paths.group_by(lambda edge: (edge[2],) * 1_000)
        assert str(caught.value) == (
            "the labels are more than 10,000,000 entries long together (group by one that is shorter)"
        )

    assert peak(ask) < 400 * MEGABYTE


def test_a_label_that_grows_along_a_chain_is_not_kept_at_every_vertex() -> None:
    graph: nx.DiGraph[int] = nx.DiGraph()
    nx.add_path(graph, range(8_001), partial=1.0)
    paths = find_paths(graph, 0, 8_000)
    assert peak(lambda: paths.group_by(lambda _: "x")) < 30 * MEGABYTE
    assert list(paths.group_by(lambda _: "x")) == ["x" * 8_000]


def test_edges_may_be_told_by_any_iterable_at_no_cost_for_each_vertex() -> None:
    """A generator was read once and gave nothing; a list was searched for every edge."""
    length = 4_000
    paths = doubled(length)
    marked = [(k, k + 1, 1) for k in range(0, length, 2)]
    several = [marked, tuple(marked), set(marked), dict.fromkeys(marked), (edge for edge in marked)]
    assert [paths.crossing(edges, times=0).count for edges in several] == [2 ** (length // 2)] * 5


def test_the_search_for_circles_is_put_off_while_many_objects_are_made_and_no_longer() -> None:
    """Also where what makes them fails; who has turned it off himself finds it off."""
    with pytest.raises(KeyError), uncollected():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_search_for_circles_goes_on_after_threads_that_overlap() -> None:
    """One that began while another ran found it off, turned it off once more after the other's end, and left it so."""
    first, second = uncollected(), uncollected()
    with first:
        second.__enter__()
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(_enter_often, range(4)))
    finally:
        sys.setswitchinterval(usual)
    assert gc.isenabled()


def _enter_often(_: int) -> None:
    for _ in range(2_000):
        with uncollected():
            pass
