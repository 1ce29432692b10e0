"""Numbers that last, and refusals that come at once: path sets of hundreds of digits."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any, cast

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError, NoPathError, NumberError, TooManyPathsError, UnknownVertexError
from graphviz_lstm.figures.views.common import rest_told
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import PathSet, find_paths, format_share
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.paths.choosing.selection import Remainder
from graphviz_lstm.paths.listing.limits import _describe_seconds
from graphviz_lstm.reports.arrays import describe_rest
from tests.examples import random_example


@pytest.fixture(scope="module")
def thousand() -> PathSet:
    """Return the paths of a thousand steps."""
    return find_paths(evaluate(random_example(LSTM, steps=1000)), "W_A", TARGET)


def test_a_path_set_of_680_digits_answers(thousand: PathSet) -> None:
    """Count, k-th path and its number, top, threshold, groups, sample."""
    assert len(str(thousand.count)) == 680
    for k in (0, 10**300 + 7, thousand.count - 1):
        assert thousand.index(thousand[k]) == k
    assert thousand[-1] == thousand[thousand.count - 1]
    top = thousand.top(100)
    assert len(top) == 100
    assert top.remainder.count == thousand.count - 100
    assert all(path in thousand for path in thousand.sample(3, seed=5))
    assert all(path in thousand for path in thousand.sample(3, seed=5, by="contribution"))
    groups = thousand.group_by("crossings", up_to=10)
    assert list(groups) == list(range(12))
    assert sum(group.count for group in groups.values()) == thousand.count
    assert sum(group.share for group in groups.values()) == pytest.approx(1.0)


def test_a_path_too_small_for_a_float_keeps_its_share(thousand: PathSet) -> None:
    """The path through every gate there is: far below 1e-308."""
    path = thousand[thousand.count // 2]
    assert path.wide is not None
    assert "e-" in str(path).split(" %", maxsplit=1)[0]
    assert len(path.vertices) > 1000


def test_a_slice_in_the_middle_of_it_is_listed_alone(thousand: PathSet) -> None:
    """A few paths from number 10**500 on."""
    start = 10**500
    part = thousand[start : start + 5]
    assert [thousand.index(path) for path in part] == [start + k for k in range(5)]
    assert len(np.concatenate(list(thousand.blocks(start, start + 70_000)))) == 70_000
    assert thousand.vertex_array(start, start + 3).shape[0] == 3


def test_listing_it_is_refused_with_what_to_call_instead(thousand: PathSet) -> None:
    """Count, time, memory, advice: in one line."""
    for ask in (lambda: list(thousand), thousand.contributions, lambda: thousand[:], lambda: thousand.top(10**8)):
        with pytest.raises(TooManyPathsError, match=r"are too many to list \(limit 10,000,000; it would take about"):
            ask()
    with pytest.raises(TooManyPathsError, match="more than 10 paths reach the threshold"):
        find_paths(evaluate(random_example(LSTM, steps=6)), "W_A", TARGET, limit=10).at_least(1e-9)


def test_covering_stops_at_the_limit_and_says_how_far_it_came() -> None:
    """Ten paths cover only a part."""
    paths = find_paths(evaluate(random_example(LSTM, steps=6)), "W_A", TARGET, limit=10)
    found = paths.covering(0.999999)
    assert len(found) == 10
    assert not found.proven
    assert found.covered is not None
    assert 0.0 < found.covered < 0.999999


def test_what_cannot_be_asked_is_refused_in_one_line() -> None:
    """Each with the value and what is allowed."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("x", "y", partial=1.0, kind="k", often=-1)
    graph.add_edge("y", "E", partial=-1.0, kind="k", often=1)
    graph.add_node("apart")
    paths = find_paths(graph, "x", "E")
    empty = find_paths(graph, "E", "x")
    for ask, error, message in (
        (lambda: paths.through("z"), UnknownVertexError, "unknown vertex: 'z' (must be one of 'x', 'y', 'E', 'apart')"),
        (lambda: paths.crossing("often"), InputError, "counts -1 (must be a whole number of at least 0)"),
        (lambda: paths.crossing("many"), InputError, "unknown attribute of edge 'x' -> 'y': 'many'"),
        (lambda: paths.crossing([("x", "q")]), InputError, "not an edge of the graph: ('x', 'q')"),
        (lambda: paths.crossing("often", times=-1), InputError, "-1"),
        (lambda: paths.at_least(-0.5), InputError, "unusable threshold: -0.5 (must be a number of at least 0)"),
        (lambda: paths.at_least(float("nan")), InputError, "unusable threshold: nan"),
        (lambda: paths.covering(1.5), InputError, "unusable part: 1.5 (must be between 0 and 1)"),
        (lambda: paths.top(-1), InputError, "unusable k: -1 (must be a whole number of at least 0)"),
        (lambda: paths.sample(1.5, seed=0), InputError, "unusable n: 1.5"),  # type: ignore[arg-type]
        (lambda: empty.sample(1, seed=0), NoPathError, "no path from 'E' to 'x' to draw"),
        (lambda: paths.blocks(0, 2), InputError, "unusable range: 0 to 2 (there are 1 paths)"),
        (lambda: paths.group_by("kind", up_to=2), InputError, "label of edge 'x' -> 'y' is 'k'"),
        (lambda: paths.sample(1, seed=0, by="size"), InputError, "unknown by: 'size'"),  # type: ignore[arg-type]
    ):
        with pytest.raises(error) as caught:
            ask()
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)
    assert not paths.through("apart")
    assert paths.avoiding("apart").count == 1
    with pytest.raises(ValueError, match="not one of these paths"):
        empty.index(paths[0])


def test_a_total_of_zero_has_contributions_but_no_shares() -> None:
    """Two paths that cancel."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("x", "E", partial=2.0)
    graph.add_edge("x", "E", partial=-2.0)
    paths = find_paths(graph, "x", "E")
    assert paths.total == 0.0
    assert len(paths.at_least(1.0, of="contribution")) == 2
    with pytest.raises(NumberError, match="the total is zero, so there is nothing to share"):
        paths.at_least(0.1)
    assert len(paths.covering(1.0)) == 2


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1 s"),
        (119, "119 s"),
        (120, "2 minutes"),
        (7_199, "119 minutes"),
        (7_200, "2 hours"),
        (172_799, "47 hours"),
        (172_800, "2 days"),
        (2 * 31_557_600 - 1, "730 days"),
        (2 * 31_557_600, "2 years"),
    ],
)
def test_a_time_is_told_in_units_of_which_there_are_two(
    seconds: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphviz_lstm.paths.listing.limits._SECONDS_PER_PATH", 1e-6)
    assert _describe_seconds(seconds * 10**6) == told


@pytest.mark.parametrize(
    ("bound", "share", "told"),
    [
        (0.25, 0.5, "a path of up to 25 % of the gradient may be missing"),
        (1.0, 0.5, "a path of up to 1 times the gradient may be missing"),
        (3.0, 0.5, "a path of up to 3 times the gradient may be missing"),
        (0.25, math.nan, "a path with a |contribution| of up to 0.25 may be missing"),
        (math.inf, 0.5, "a path of any size may be missing"),
    ],
)
def test_what_a_search_may_have_missed_is_told(bound: float, share: float, told: str) -> None:
    """Of a gradient of zero as a number: there are no shares."""
    selection: Any = SimpleNamespace(proven=False, bound=bound, remainder=Remainder(3, 0.0, share, None))
    assert describe_proof(selection) == f"not proven: {told}"
    assert describe_proof(cast("Any", SimpleNamespace(proven=True))) == ""


def test_a_remainder_of_nothing_is_noise_and_any_other_is_not_by_default() -> None:
    assert Remainder(0, 0.0, 0.0, 0.0).is_noise
    assert not Remainder(1, 1e-300, 1e-300, 1e-300).is_noise


@pytest.mark.parametrize("share", [0.25, -3e-17, 0.0, 1e-300, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("noise", [0.0, 1e-15, math.inf])
def test_the_text_and_the_figures_say_the_same_of_what_is_not_shown(share: float, noise: float) -> None:
    """A difference that is 0 is as little zero as one of a rounding; what leaves the range is no rounding."""
    left = Remainder(3, share, share, None, noise)
    assert describe_rest(left) == rest_told(format_share, share, noise)
    assert left.is_noise == (describe_rest(left) == "~0 %") == (math.isfinite(share) and abs(share) <= noise)
