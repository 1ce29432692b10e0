"""What is said of plausible slips with paths, each text whole: what is wrong, the value, what is allowed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths import PathSet


class Graph:
    """Stands in for igraph's, which need not be installed to be mistaken for networkx's."""


Graph.__module__ = "igraph"


def graph() -> nx.DiGraph[str]:
    made: nx.DiGraph[str] = nx.DiGraph()
    made.add_edge("a", "b", partial=2.0, f=1)
    made.add_edge("b", "c", partial=3.0, f=0)
    made.add_edge("a", "c", partial=-1.0, f=0)
    return made


def paths() -> PathSet:
    return find_paths(graph(), "a", "c")


def weighted(**attributes: object) -> nx.DiGraph[str]:
    made: nx.DiGraph[str] = nx.DiGraph()
    made.add_edge("a", "c", **attributes)
    return made


def said(ask: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        ask()
    text = str(caught.value)
    assert "\n" not in text
    return text


ADVICE = "graph = networkx.DiGraph(); graph.add_weighted_edges_from([(tail, head, number), ...], 'partial')"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            pd.DataFrame({"tail": ["a"], "head": ["c"]}),
            (
                "not a graph of networkx: pandas.DataFrame (make one: "
                "networkx.from_pandas_edgelist(frame, source, target, 'partial', create_using=networkx.DiGraph))"
            ),
        ),
        (
            np.eye(2),
            (
                "not a graph of networkx: numpy.ndarray (make one: networkx.from_numpy_array(matrix, "
                "create_using=networkx.DiGraph), for partial='weight')"
            ),
        ),
        ([("a", "c", 1.0)], f"not a graph of networkx: list (make one: {ADVICE})"),
        (None, f"not a graph of networkx: NoneType (make one: {ADVICE})"),
        (Graph(), "not a graph of networkx: igraph.Graph (make one: graph.to_networkx())"),
        (nx.Graph([("a", "c")]), "the graph is undirected (must be a networkx.DiGraph or MultiDiGraph)"),
    ],
)
def test_what_is_no_graph_of_networkx_says_how_to_make_one(given: Any, text: str) -> None:
    assert said(lambda: find_paths(given, "a", "c")) == text


def test_the_advice_for_a_matrix_works() -> None:
    matrix = np.array([[0.0, 2.0], [0.0, 0.0]])
    made = nx.from_numpy_array(matrix, create_using=nx.DiGraph)
    assert find_paths(made, 0, 1, partial="weight").total == 2.0


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (
            lambda: paths().through(["b"]),
            "unknown vertex: ['b'] (must be one vertex: for several, ask again of what comes back)",
        ),
        (lambda: paths().through(math.nan), "unknown vertex: nan (must be one of 'a', 'b', 'c')"),
        (
            lambda: paths().crossing("f", times=2.0),
            "unusable times: 2.0 (must be a whole number of at least 0, or a range or set of them)",
        ),
        (
            lambda: paths().crossing("f", times={1, -1}),
            "unusable times: {1, -1} (must be a whole number of at least 0, or a range or set of them)",
        ),
        (
            lambda: paths().crossing("f", times=range(-1, 3)),
            "unusable times: range(-1, 3) (must be whole numbers of at least 0)",
        ),
        (
            lambda: paths().crossing(5),
            "unusable edges: 5 (must be an edge attribute's name, a function of the edge, or edges)",
        ),
        (
            lambda: paths().crossing([(["a"], "b")]),
            "not an edge of the graph: (['a'], 'b') (must be (tail, head) or (tail, head, key))",
        ),
        (
            lambda: paths().crossing(lambda _: 0.5),
            "edge 'a' -> 'b' counts 0.5 (must be a whole number of at least 0)",
        ),
        (
            lambda: find_paths(graph(), "a", "c", limit=None),
            "unusable limit: None (must be a whole number of at least 0)",
        ),
        (lambda: paths().index(["a", "c"]), "not a path: ['a', 'c'] (must be one of these, such as paths[0])"),
        (lambda: paths().avoiding("b").index(paths()[0]), "not one of these paths: <Path +120 % a -> b -> c>"),
        (lambda: paths()["b"], "unusable number: 'b' (must be a whole number or a slice)"),
        (
            lambda: paths().to_csv(5),
            (
                "unusable argument of to_csv: 5 "
                "(it returns the text, so write that: pathlib.Path(name).write_text(paths.to_csv()))"
            ),
        ),
        (
            lambda: paths().top(1).to_csv("x.csv", 5),
            (
                "unusable argument of to_csv: 'x.csv' "
                "(it returns the text, so write that: pathlib.Path(name).write_text(paths.to_csv()))"
            ),
        ),
        (
            lambda: paths().sample(2, seed=None),
            "unusable seed: None (must be a whole number or a numpy.random.Generator)",
        ),
        (
            lambda: paths().top(-(10**5000)),
            "unusable k: an integer of about 5,001 digits (must be a whole number of at least 0)",
        ),
        (
            lambda: paths().at_least(-(10**400)),
            "unusable threshold: an integer of about 401 digits (must be a number of at least 0)",
        ),
        (
            lambda: paths().covering(10**400),
            "unusable part: an integer of about 401 digits (must be between 0 and 1)",
        ),
        (lambda: paths().at_least("1"), "unusable threshold: '1' (must be a number of at least 0)"),
        (lambda: paths().blocks(0.5), "unusable range: 0.5 to 2 (there are 2 paths)"),
        (lambda: paths().blocks(of="shares"), "unknown of: 'shares' (must be one of 'share', 'contribution')"),
        (
            lambda: paths().group_by(5),
            "unusable label: 5 (must be the name of an edge attribute, or a function of the edge)",
        ),
        (lambda: paths().group_by("f", up_to=1.5), "unusable up_to: 1.5 (must be a whole number of at least 0)"),
        (lambda: paths().through("x" * 5000), f"unknown vertex: '{'x' * 56}... (must be one of 'a', 'b', 'c')"),
    ],
)
def test_a_slip_is_told_in_one_line(ask: Callable[[], object], text: str) -> None:
    assert said(ask) == text


@pytest.mark.parametrize(
    "partial",
    # NumPy 1 writes its numbers as Python's own.
    [1 + 2j, np.complex128(1 + 2j), [1.0, [2.0]]],
)
def test_a_partial_that_would_lose_a_part_of_itself_is_refused(partial: object) -> None:
    text = f"partial of edge 'a' -> 'c' is {partial!r} (must be a finite number, or a linear map with push and pull)"
    assert said(lambda: find_paths(weighted(partial=partial), "a", "c")) == text


def test_a_graph_without_partials_names_the_weight_that_it_has() -> None:
    found = find_paths(weighted(weight=2.0), "a", "c")
    assert said(lambda: found.total) == (
        "edge 'a' -> 'c' has no attribute 'partial' (must be a finite number, or a linear map with push and pull; "
        "its weight is asked for by partial='weight')"
    )
    assert find_paths(weighted(weight=2.0), "a", "c", partial="weight").total == 2.0


def test_a_graph_in_which_only_some_edges_have_a_partial_is_refused_at_the_call() -> None:
    made = graph()
    del made.edges["b", "c"]["partial"]
    text = "edge 'b' -> 'c' has no attribute 'partial' (must be a finite number, or a linear map with push and pull)"
    assert said(lambda: find_paths(made, "a", "c")) == text


def test_nothing_to_draw_by_is_said() -> None:
    found = find_paths(weighted(partial=0.0), "a", "c")
    text = "every contribution is zero: there is nothing to draw by (ask by='count')"
    assert said(lambda: found.sample(1, seed=0, by="contribution")) == text
    assert len(found.sample(1, seed=0)) == 1
