"""Laws of the search in graphs of vectors: what it says it has proven is so, and what it has not it bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import Budget, find_paths
from graphviz_lstm.paths.choosing.best_vectors import search
from graphviz_lstm.paths.choosing.ceilings import ceilings_of, linear_of
from graphviz_lstm.paths.compiled.wide import magnitude, narrow, widen
from tests.examples import random_example
from tests.laws.graphs import array_graphs
from tests.paths.maps import Matrix, ToNumber, WeightMap, digraph

if TYPE_CHECKING:
    from graphviz_lstm.paths import PathSet

# Of numbers that were added in another order.
ROUNDING = 1 + 1e-12


def _rotation(angle: float) -> Any:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


@st.composite
def vector_graphs(draw: st.DrawFn) -> nx.DiGraph[Any]:
    """Draw a graph of vectors from 0 to its last vertex; its maps are orthogonal, or anything."""
    size, orthogonal = draw(st.integers(3, 8)), draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for head in range(1, size):
        for tail in range(head):
            if draw(st.integers(0, 3)) == 0 and head > tail + 1:
                continue
            if tail == 0 and head == size - 1:
                partial: Any = ToNumber(rng.normal(size=(2, 3)))
            elif tail == 0:
                partial = WeightMap(rng.normal(size=2), rng.normal(size=3))
            elif head == size - 1:
                partial = ToNumber(rng.normal(size=2))
            else:
                partial = Matrix(_rotation(rng.uniform(0, 7)) if orthogonal else rng.normal(size=(2, 2)))
            graph.add_edge(tail, head, partial=partial)
    return graph


def _sizes(paths: PathSet) -> dict[tuple[int, ...], float]:
    """Return the size of every path by its edge indices."""
    number = {edge: e for e, edge in enumerate(paths.dag.edges)}
    direction = paths.facts.whole.direction
    return {
        tuple(number[edge] for edge in path.edges): abs(float(np.vdot(path.contribution, direction))) for path in paths
    }


@given(vector_graphs(), st.integers(0, 12), st.sampled_from([0, 1, 3, 10, 100, 100_000]))
def test_no_path_left_out_is_larger_than_is_said(graph: nx.DiGraph[Any], k: int, steps: int) -> None:
    """However few the steps; and with enough of them it is proven, and what listing finds."""
    paths = find_paths(graph, 0, len(graph) - 1)
    sizes = _sizes(paths)
    k = min(k, len(sizes))
    found = search(paths.facts.along, k, Budget(steps))
    assert len(found.paths) == len(set(found.paths)) == k
    left_out = [size for edges, size in sizes.items() if edges not in found.paths]
    bound = float(narrow(found.bound))
    assert max(left_out, default=0.0) <= bound * ROUNDING + 1e-300
    shown = sorted((sizes[edges] for edges in found.paths), reverse=True)
    if found.proven and k:
        assert shown == pytest.approx(sorted(sizes.values(), reverse=True)[:k], rel=1e-12)
        assert bound <= shown[-1] * ROUNDING
    if steps == 100_000:
        assert found.proven


@given(vector_graphs(), st.floats(0.01, 2.0), st.sampled_from([0, 1, 10, 100_000]))
def test_a_floor_leaves_out_what_is_below_it_and_bounds_the_rest(
    graph: nx.DiGraph[Any], floor: float, steps: int
) -> None:
    paths = find_paths(graph, 0, len(graph) - 1)
    sizes = _sizes(paths)
    found = search(paths.facts.along, len(sizes) + 1, Budget(steps), widen(floor))
    assert all(sizes[edges] >= floor / ROUNDING for edges in found.paths)
    left_out = [size for edges, size in sizes.items() if edges not in found.paths]
    assert max(left_out, default=0.0) <= float(narrow(found.bound)) * ROUNDING + 1e-300
    if found.proven:
        assert max(left_out, default=0.0) < floor * ROUNDING
    assert found.proven or steps < 100_000


@given(vector_graphs(), st.integers(0, 2**32))
def test_no_way_on_exceeds_its_ceiling(graph: nx.DiGraph[Any], seed: int) -> None:
    """Also of the tangent that it makes most of: along orthogonal maps the norms are then all there is to say."""
    paths = find_paths(graph, 0, len(graph) - 1)
    dag = paths.facts.along
    ceilings = ceilings_of(dag)
    rng = np.random.default_rng(seed)
    suffixes: dict[int, list[Any]] = {len(dag.vertices) - 1: [np.ones(())]}
    for vertex in reversed(range(1, len(dag.vertices) - 1)):
        suffixes[vertex] = [
            linear_of(dag, e).pull(adjoint) for e in dag.leaving(vertex) for adjoint in suffixes[dag.heads[e]]
        ]
        for adjoint in suffixes[vertex]:
            for tangent in (adjoint, rng.normal(size=adjoint.shape)):
                ceiling = float(narrow(ceilings[vertex].over(widen(tangent))))
                assert abs(float(np.vdot(tangent, adjoint))) <= ceiling * ROUNDING


def test_a_chain_of_rotations_has_a_ceiling_that_is_reached() -> None:
    """So that a norm that is a little too small would be found out."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edge(0, 1, partial=WeightMap(np.ones(2), np.ones(1)))
    for k in range(1, 6):
        graph.add_edge(k, k + 1, partial=Matrix(_rotation(0.7 * k)))
    graph.add_edge(6, 7, partial=ToNumber(np.array([0.6, 0.8])))
    dag = find_paths(graph, 0, 7).facts.along
    adjoint = np.array([0.6, 0.8])
    for k in range(5, 0, -1):
        adjoint = _rotation(0.7 * k).T @ adjoint
    assert float(narrow(ceilings_of(dag)[1].over(widen(adjoint)))) == pytest.approx(1.0, rel=1e-12)


@pytest.fixture(scope="module")
def wide() -> PathSet:
    """Return the paths of a net that no search comes to the end of."""
    return find_paths(evaluate(random_example(LSTM, hidden=16, inputs=4, steps=30)), "W_A", TARGET)


def test_what_is_easily_found_is_found_at_once(wide: PathSet) -> None:
    """The largest path without a crossing, which is one of a few hundred."""
    best = wide.crossing("crossings", times=0).top(1)
    assert best.proven
    found = wide.top(5, budget=500)
    assert not found.proven
    assert found.bound > abs(found[0].share) >= abs(best[0].share)
    listed = wide.at_least(abs(best[0].share), budget=500)
    assert best[0] in listed.paths
    assert listed.bound >= abs(best[0].share) or listed.proven


def test_a_budget_is_kept(wide: PathSet) -> None:
    """Of steps or of seconds; however small it is, there are as many paths as were asked for."""
    for budget in (0, 1, Budget(seconds=0.0), Budget(steps=10**9, seconds=0.05)):
        found = wide.top(7, budget=budget)
        assert len(found) == 7
        assert not found.proven


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        (-1, "unusable budget: -1 (must be a whole number of at least 0)"),
        (Budget(steps=-1), "unusable steps: -1 (must be a whole number of at least 0)"),
        (Budget(seconds=math.nan), "unusable seconds: nan (must be a number of at least 0)"),
        ((3, 1.0), "unusable budget: (3, 1.0) (must be a number of steps, or Budget(steps, seconds))"),
    ],
)
def test_what_is_no_budget_is_refused(wide: PathSet, budget: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        wide.top(1, budget=budget)
    assert str(caught.value) == message


def orthogonal(rng: np.random.Generator, size: int) -> Any:
    """Return a random matrix that keeps lengths: no bound by norms has room to spare."""
    return np.linalg.qr(rng.normal(size=(size, size)))[0]


def rotations(seed: int, *, size: int = 3, steps: int = 5) -> nx.DiGraph[Any]:
    """Return two ways on from each of `steps` vertices, each a rotation."""
    rng = np.random.default_rng(seed)
    edges: list[Any] = []
    for step in range(steps):
        edges.append((step, step + 1, Matrix(orthogonal(rng, size))))
        edges.append((step, ("aside", step), Matrix(orthogonal(rng, size))))
        edges.append((("aside", step), step + 1, Matrix(orthogonal(rng, size))))
    return digraph([*edges, (steps, "E", ToNumber(rng.normal(size=size)))])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("k", [1, 4])
def test_of_rotations_what_is_proven_to_be_the_largest_is(seed: int, k: int) -> None:
    paths = find_paths(rotations(seed), 0, "E")
    sizes = _sizes(paths)
    found = search(paths.facts.along, k, Budget(10**6))
    assert found.proven
    largest = sorted(sizes.values(), reverse=True)[:k]
    assert [sizes[edges] for edges in found.paths] == pytest.approx(largest, rel=1e-9)


@given(array_graphs(), st.integers(1, 5), st.integers(1, 30), st.floats(0.0, 1.0))
def test_no_path_left_out_is_larger_than_the_bound_above_any_floor(
    drawn: tuple[Any, int, int], k: int, steps: int, part: float
) -> None:
    paths = find_paths(*drawn)
    if paths.dag.weights.factors() is not None:
        return  # of numbers: ranked exactly
    sizes = _sizes(paths)
    for floor in (widen(0.0), widen(part * max(sizes.values()))):
        found = search(paths.facts.along, k, Budget(steps), floor)
        left = [size for edges, size in sizes.items() if edges not in found.paths]
        assert all(size <= float(narrow(magnitude(found.bound))) * (1.0 + 1e-9) for size in left)
        if found.proven:
            wanted = sorted(
                (size for size in sizes.values() if size >= float(narrow(floor)) * (1 + 1e-9)), reverse=True
            )
            got = [sizes[edges] for edges in found.paths]
            assert got[: len(wanted[:k])] == pytest.approx(wanted[:k], rel=1e-9)
