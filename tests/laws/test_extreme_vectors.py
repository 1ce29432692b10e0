"""Laws of paths of vectors, whatever the size of the partials' entries: against exact rational arithmetic."""

from __future__ import annotations

import math
import sys
from fractions import Fraction
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, note, strategies as st

from graphviz_lstm.errors import NumberError
from graphviz_lstm.paths import Budget, PathSet, UnitPathSet, find_paths
from graphviz_lstm.paths.choosing.best_vectors import search
from graphviz_lstm.paths.compiled.map_weights import MapWeights
from tests.laws.test_extreme_numbers import is_close
from tests.paths.maps import Matrix

SIZES = (0.0, 5e-324, 1e-308, 1e-300, 1e-200, 1e-160, 1e-8, 0.5, 1.0, 3.0, 1e8, 1e100, 1e154, 1e200, 1e300, 1.7e308)
entries = st.builds(lambda sign, size: sign * size, st.sampled_from([-1.0, 1.0]), st.sampled_from(SIZES))
# Beside the largest entry of a vector one that is so much smaller may be lost.
_LOST = Fraction(2) ** -700
_TOLERANCE = 1e-11


class Exact(NamedTuple):
    """A contribution, and by how much it may be missed, times `_TOLERANCE`."""

    entries: list[Fraction]
    scale: Fraction


@st.composite
def vector_graphs(draw: st.DrawFn) -> nx.MultiDiGraph[Any]:
    """Draw a graph from vertex 0 to 3, of which each vertex but the last is a vector; with parallel edges."""
    sizes = [draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3)), 1]
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    graph.add_nodes_from(range(4))
    for tail, head in ((0, 1), (1, 2), (2, 3), *draw(st.lists(st.sampled_from([(0, 2), (1, 3), (2, 3)]), max_size=3))):
        shape = sizes[head], sizes[tail]
        numbers = draw(st.lists(entries, min_size=math.prod(shape), max_size=math.prod(shape)))
        graph.add_edge(tail, head, partial=Matrix(np.reshape(numbers, shape)), label=draw(st.integers(0, 1)))
    return graph


def exact(graph: nx.MultiDiGraph[Any], path: Any) -> Exact:
    """Return what a path of whole vectors contributes."""
    adjoint, sizes, lost = [Fraction(1)], [Fraction(1)], [Fraction(0)]
    for edge in reversed(path.edges):
        rows = [[Fraction(number) for number in row] for row in graph.edges[edge]["partial"].entries.tolist()]
        columns = list(zip(*rows, strict=True))
        adjoint = [sum((a * m for a, m in zip(adjoint, column, strict=True)), Fraction(0)) for column in columns]
        sizes, lost = (
            [sum((a * abs(m) for a, m in zip(each, column, strict=True)), Fraction(0)) for column in columns]
            for each in (sizes, lost)
        )
        lost = [one + (max(sizes) * _LOST if len(columns) > 1 else 0) for one in lost]
    return Exact(adjoint, max(sizes) + max(lost) / Fraction(_TOLERANCE))


def require_sum(found: Any, parts: list[Exact]) -> None:
    """Raise unless an array is the sum of contributions."""
    scale = sum((part.scale for part in parts), Fraction(0))
    for k, number in enumerate(np.ravel(found).tolist()):
        if scale * Fraction(_TOLERANCE) > Fraction(sys.float_info.max):
            return  # whatever cancels is lost
        assert is_close(number, sum((part.entries[k] for part in parts), Fraction(0)), scale, _TOLERANCE)


@given(vector_graphs())
def test_each_contribution_of_vectors_is_right_wherever_its_value_is_a_float64(graph: nx.MultiDiGraph[Any]) -> None:
    """However they are listed; entries near 1e308 have sums that are none, and on the way one path may be tiny."""
    note([(t, h, d["partial"].entries.tolist()) for t, h, d in graph.edges(data=True)])
    paths = find_paths(graph, 0, 3)
    expected = [exact(graph, path) for path in paths]
    for path, array, one in zip(paths, paths.contributions(), expected, strict=True):
        require_sum(path.contribution, [one])
        require_sum(array, [one])
    require_sum(paths.total, expected)
    if np.isfinite(paths.summed()).all():
        require_sum(paths.summed(), expected)


@pytest.mark.parametrize("level", ["quantity", "unit"])
@given(vector_graphs())
def test_groups_of_vectors_are_those_of_exact_arithmetic(level: Any, graph: nx.MultiDiGraph[Any]) -> None:
    whole = list(find_paths(graph, 0, 3))
    paths: PathSet | UnitPathSet = find_paths(graph, 0, 3, level=level)
    for label, group in paths.group_by("label").items():
        own = [path for path in whole if sum(graph.edges[edge]["label"] for edge in path.edges) == label]
        require_sum(group.contribution, [exact(graph, path) for path in own])
    assert paths.masses.positive is not None


@pytest.mark.parametrize("level", ["quantity", "unit"])
@given(vector_graphs(), st.integers(0, 3))
def test_paths_of_vectors_are_drawn_by_what_they_contribute(level: Any, graph: nx.MultiDiGraph[Any], k: int) -> None:
    """Whatever their sizes: only where nothing contributes along the direction there is nothing to draw by."""
    paths: PathSet | UnitPathSet = find_paths(graph, 0, 3, level=level)
    if not paths:
        return  # through units that are there
    try:
        drawn = paths.sample(3, seed=k, by="contribution")
    except NumberError:
        assert all(not path.share or math.isnan(path.share) for path in paths)
    else:
        assert all(path in paths and path.share for path in drawn)


@given(vector_graphs(), st.integers(1, 4))
def test_a_search_finds_the_paths_that_comparing_all_does(graph: nx.MultiDiGraph[Any], k: int) -> None:
    paths = find_paths(graph, 0, 3)
    if not isinstance(paths.dag.weights, MapWeights):
        return  # numbers are not searched
    number = {edge: e for e, edge in enumerate(paths.dag.edges)}
    top = paths.top(k)
    found, proven, _ = search(paths.facts.along, len(top), Budget())
    assert proven
    assert {tuple(number[edge] for edge in path.edges) for path in top if path.share} <= {*found}
