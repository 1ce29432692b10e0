"""What is refused, all of it at the call, in one line that names the culprit."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.errors import GraphError, InputError, NumberError, ShapeError, UnknownVertexError
from graphviz_lstm.paths import find_paths
from tests.paths.maps import Matrix, ToNumber, digraph


def test_an_unknown_vertex_is_named_with_the_nearest_first() -> None:
    graph = digraph([("W_A", "a_0", 1.0), ("a_0", "E", 1.0)])
    with pytest.raises(UnknownVertexError, match=r"unknown vertex: 'a_9' \(must be one of 'a_0'"):
        find_paths(graph, "a_9", "E")
    with pytest.raises(UnknownVertexError, match=r"unknown vertex: \['W_A'\]"):
        find_paths(graph, ["W_A"], "E")  # type: ignore[arg-type]


def test_a_cycle_that_a_walk_can_touch_is_named() -> None:
    graph = digraph([("s", "x", 1.0), ("x", "y", 1.0), ("y", "x", 1.0), ("y", "t", 1.0)])
    with pytest.raises(
        GraphError, match=r"the graph has a cycle: '(x|y)' -> '(x|y)' -> '(x|y)' \(it must be acyclic\)"
    ):
        find_paths(graph, "s", "t")


@pytest.mark.parametrize("onto", [("x", "y"), ("s", "x"), ("x", "t")])
def test_a_cycle_that_no_walk_can_touch_does_not_matter(onto: tuple[str, str]) -> None:
    """Apart, or a dead end, or behind the source."""
    graph = digraph([("s", "t", 1.0), ("x", "y", 1.0), ("y", "x", 1.0), (*onto, 1.0)])
    assert find_paths(graph, "s", "t").count == 1


def test_a_self_loop_is_a_cycle() -> None:
    with pytest.raises(GraphError, match="the graph has a cycle: 's' -> 's'"):
        find_paths(digraph([("s", "s", 1.0), ("s", "t", 1.0)]), "s", "t")


def test_a_long_cycle_is_cut_short() -> None:
    graph = digraph([(i, (i + 1) % 100, 1.0) for i in range(100)])
    with pytest.raises(GraphError, match="100 vertices in all"):
        find_paths(graph, 0, 1)


def test_an_undirected_graph_is_refused() -> None:
    with pytest.raises(GraphError, match="undirected"):
        find_paths(nx.path_graph(3), 0, 2)


@pytest.mark.parametrize(
    ("partial", "shown"),
    [
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, "None"),
        ("0.5", "'0.5'"),
        (1j, "1j"),
        (10**400, "an integer of about 401 digits"),
        (np.ones(2), r"array\(\[1\., 1\.\]\)"),
    ],
)
def test_a_partial_that_is_no_finite_number_is_named_with_its_edge(partial: object, shown: str) -> None:
    graph = digraph([("s", "a", 1.0), ("a", "t", partial)])
    with pytest.raises(NumberError, match=f"partial of edge 'a' -> 't' is {shown}.* \\(must be a finite number"):
        find_paths(graph, "s", "t")


def test_a_missing_partial_is_named_with_its_edge() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_edge("s", "t", key="k")
    with pytest.raises(NumberError, match=r"edge 's' -> 't' \(key 'k'\) has no attribute 'slope'"):
        find_paths(graph, "s", "t", partial="slope")


def test_a_bad_partial_on_no_path_does_not_matter() -> None:
    graph = digraph([("s", "t", 2.0), ("s", "aside", math.nan), ("before", "s", None)])
    assert find_paths(graph, "s", "t").total == 2.0


def test_a_map_with_a_nan_in_it_is_named_with_its_edge() -> None:
    graph = digraph([("s", "a", Matrix(np.array([[1.0, math.nan]]))), ("a", "t", ToNumber(np.ones(1)))])
    with pytest.raises(NumberError, match="partial of edge 's' -> 'a' holds nan"):
        find_paths(graph, "s", "t")


def test_maps_that_disagree_on_a_shape_are_named() -> None:
    graph = digraph([("s", "a", Matrix(np.ones((2, 3)))), ("a", "t", ToNumber(np.ones(3)))])
    with pytest.raises(ShapeError, match=r"edge 'a' -> 't' gives 'a' the shape \(3,\), another edge gives it \(2,\)"):
        find_paths(graph, "s", "t")


def test_a_number_between_different_shapes_is_named() -> None:
    graph = digraph([("s", "a", Matrix(np.ones((2, 3)))), ("a", "b", 1.0), ("b", "t", ToNumber(np.ones(3)))])
    with pytest.raises(ShapeError, match=r"edge 'a' -> 'b' carries the number 1\.0"):
        find_paths(graph, "s", "t")


def test_a_target_that_is_an_array_is_refused() -> None:
    """With its own shape, whatever lies before it."""
    graph = digraph(
        [("s", "a", Matrix(np.ones((5, 3)))), ("a", "b", Matrix(np.ones((4, 5)))), ("b", "t", Matrix(np.ones((2, 4))))]
    )
    with pytest.raises(ShapeError, match=r"target 't' has shape \(2,\)"):
        find_paths(graph, "s", "t")
    with pytest.raises(ShapeError, match=r"source and target are one, 't' of shape \(2,\)"):
        find_paths(graph, "t", "t")


@pytest.mark.parametrize("element", [(0, 2), (0,), (-1, 0), (0.5, 0), "00", 3])
def test_an_element_that_is_not_there_is_refused(element: object) -> None:
    graph = digraph([("s", "t", ToNumber(np.ones((1, 2))))])
    with pytest.raises(ShapeError, match=r"unknown element: .* of 's', whose shape is \(1, 2\)"):
        find_paths(graph, "s", "t", element=element)  # type: ignore[arg-type]


def test_an_element_of_a_number_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"whose shape is \(\)"):
        find_paths(digraph([("s", "t", 1.0)]), "s", "t", element=(0, 0))


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(InputError, match="unusable limit: -1"):
        find_paths(digraph([("s", "t", 1.0)]), "s", "t", limit=-1)


def test_a_cycle_that_no_path_can_touch_does_not_matter_and_one_that_does_is_told_what_to_do_with() -> None:
    graph = digraph([("s", "t", 2.0), ("apart", "too", 1.0), ("too", "apart", 1.0), ("s", "away", 1.0)])
    graph.add_edge("away", "away", partial=1.0)
    assert find_paths(graph, "s", "t").count == find_paths(graph, "s", "t", level="unit").count == 1
    graph.add_edge("away", "t", partial=1.0)
    for level in ("quantity", "unit"):
        with pytest.raises(GraphError) as caught:
            find_paths(graph, "s", "t", level=level)  # type: ignore[call-overload]
        assert str(caught.value) == (
            "the graph has a cycle: 'away' -> 'away' (it must be acyclic): "
            "networkx.condensation(graph) makes one vertex of it"
        )
