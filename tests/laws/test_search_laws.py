"""Laws of the search among vectors: what it says is proven is true, and its bound is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.choosing.best_vectors import search
from graphviz_lstm.paths.compiled.wide import magnitude, narrow, widen
from tests.laws.graphs import array_graphs
from tests.paths.maps import Matrix, ToNumber, digraph

if TYPE_CHECKING:
    import networkx as nx


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


def sizes_of(paths: PathSet) -> dict[tuple[int, ...], float]:
    """Return the size of every path of a set along its direction, by its edge indices."""
    index = {edge: e for e, edge in enumerate(paths.dag.edges)}
    return {
        tuple(index[edge] for edge in path.edges): abs(float(np.vdot(path.contribution, paths.facts.whole.direction)))
        for path in paths
    }


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("k", [1, 4])
def test_of_rotations_what_is_proven_to_be_the_largest_is(seed: int, k: int) -> None:
    paths = find_paths(rotations(seed), 0, "E")
    sizes = sizes_of(paths)
    found = search(paths.facts.along, k, 10**6)
    assert found.proven
    largest = sorted(sizes.values(), reverse=True)[:k]
    assert [sizes[edges] for edges in found.paths] == pytest.approx(largest, rel=1e-9)


@given(array_graphs(), st.integers(1, 5), st.integers(1, 30), st.floats(0.0, 1.0))
def test_no_path_left_out_is_larger_than_the_bound(
    drawn: tuple[Any, int, int], k: int, steps: int, part: float
) -> None:
    paths = find_paths(*drawn)
    if paths.dag.weights.factors() is not None:
        return  # of numbers: ranked exactly
    sizes = sizes_of(paths)
    for floor in (widen(0.0), widen(part * max(sizes.values()))):
        found = search(paths.facts.along, k, steps, floor)
        left = [size for edges, size in sizes.items() if edges not in found.paths]
        assert all(size <= float(narrow(magnitude(found.bound))) * (1.0 + 1e-9) for size in left)
        if found.proven:
            wanted = sorted(
                (size for size in sizes.values() if size >= float(narrow(floor)) * (1 + 1e-9)), reverse=True
            )
            got = [sizes[edges] for edges in found.paths]
            assert got[: len(wanted[:k])] == pytest.approx(wanted[:k], rel=1e-9)
