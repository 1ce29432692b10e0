"""What is found travels: pickled, copied, and to another process, as it is and without what it can work out again."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.paths import find_paths
from tests.paths.lstm import GOMEZ, lstm_graph, random_example
from tests.paths.maps import ladder

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths import Path, PathSet

SETS = {
    "numbers": lambda: find_paths(ladder(5), 0, 5),
    "arrays": lambda: find_paths(lstm_graph(GOMEZ), "W_A", "E", element=(0, 1)),
    "vectors": lambda: find_paths(lstm_graph(random_example(2, 2, 3, seed=1)), "W_A", "E"),
    "some of them": lambda: find_paths(lstm_graph(GOMEZ), "W_A", "E").crossing("crossings"),
    "none": lambda: find_paths(ladder(3), 3, 0),
    "one that is empty": lambda: find_paths(ladder(3), 0, 0),
    "without partials": lambda: find_paths(nx.DiGraph([("a", "b")]), "a", "b").through("b"),
}
WAYS: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),  # noqa: S301 -- our own
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SETS)
def test_a_set_is_the_same_set_elsewhere(name: str, way: str) -> None:
    paths = SETS[name]()
    there: PathSet = WAYS[way](paths)
    assert (there.source, there.target, there.count) == (paths.source, paths.target, paths.count)
    assert there.vertex_array().tolist() == paths.vertex_array().tolist()
    if name != "without partials":
        assert list(there) == list(paths)
        np.testing.assert_array_equal(there.total, paths.total)
        assert there.share == pytest.approx(paths.share, nan_ok=True)
        assert [path.share for path in there] == [path.share for path in paths]


def test_what_was_worked_out_does_not_travel() -> None:
    paths = find_paths(ladder(300), 0, 300)
    fresh = len(pickle.dumps(paths))
    paths.top(3)
    paths.index(paths[5])
    assert len(pickle.dumps(paths)) == fresh


@pytest.mark.parametrize("way", WAYS)
def test_a_path_travels_alone(way: str) -> None:
    paths = find_paths(ladder(12), 0, 12)
    path = next(iter(paths))
    there: Path = WAYS[way](path)
    assert there == path
    assert hash(there) == hash(path)
    assert (there.contribution, there.share, there.partials) == (path.contribution, path.share, path.partials)
    assert str(there) == str(path)
    assert len(pickle.dumps(path)) < 3_000


@pytest.mark.parametrize("way", WAYS)
def test_selections_and_groups_travel(way: str) -> None:
    paths = find_paths(lstm_graph(GOMEZ), "W_A", "E")
    chosen = paths.top(3)
    there = WAYS[way](chosen)
    assert there.paths == chosen.paths
    np.testing.assert_array_equal(there.remainder.contribution, chosen.remainder.contribution)
    groups = WAYS[way](paths.group_by("crossings"))
    assert {label: group.masses for label, group in groups.items()} == {
        label: group.masses for label, group in paths.group_by("crossings").items()
    }
    assert WAYS[way](paths.polynomial("crossings")).counts == paths.polynomial("crossings").counts


def test_attributes_travel_whatever_mappings_hold_them() -> None:
    """As a graph may have it whose attributes are not to be changed."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("a", "b", partial=2.0, up=1)
    graph._adj["a"]["b"] = MappingProxyType(graph.edges["a", "b"])  # noqa: SLF001 -- there is no other way in
    paths = find_paths(graph, "a", "b")
    for way in WAYS.values():
        assert list(way(paths).group_by("up")) == [1]


def first_of(paths: PathSet) -> Path:
    return paths.top(1)[0]


def test_a_set_crosses_a_process_pool_and_its_paths_come_back() -> None:
    paths = find_paths(lstm_graph(GOMEZ), "W_A", "E")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(first_of, paths).result() == first_of(paths)
