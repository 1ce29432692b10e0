"""Any weighted DAG: drawn in layers, with flows that are those of its paths; and a plain word where it cannot be."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import networkx as nx
import pytest

from graphviz_lstm.errors import GraphError, InputError, NoPathError, NumberError, UnknownVertexError
from graphviz_lstm.figures import draw
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.notation.numbers import format_percent
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import load_example

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "a:b",
    "<b>hi</b>",
    '\\N "q" \\E',
    "text 0",
    "vertex 3",
    "E\n;}",
    "%",
    "",
    "</script>",
    "x" * 500,
    "\x00",
    "…",
]


def diamond(**names: str) -> nx.DiGraph:
    """Return a graph of three paths, weighted by the attribute `weight`."""
    graph = nx.DiGraph()
    for tail, head, weight in (("x", "y", 2.0), ("y", "E", 3.0), ("x", "E", -1.0), ("y", "z", 1.0), ("z", "E", 0.5)):
        graph.add_edge(names.get(tail, tail), names.get(head, head), weight=weight)
    return graph


def test_the_numbers_are_partials_and_flows_of_the_paths() -> None:
    """Each edge's flow is the share of the paths through it."""
    figure = draw(diamond(), source="x", target="E")
    paths = find_paths(diamond(), "x", "E", partial="weight")
    for curve in figure.scene.curves:
        through = sum(path.share for path in paths if (curve.tail, curve.head) in path.edges)
        assert curve.label is not None
        assert curve.label.string.endswith(format_percent(through))
        assert (curve.tone == "negative") == (through < 0)
    assert len(ET.fromstring(figure.svg).findall(f".//{SVG}text")) > len(figure.scene.curves)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_a_name(hostile: str) -> None:
    """Drawn in every form, its characters as text, its edges not lost."""
    figure = draw(diamond(x=hostile, z=f"{hostile}'"), source=hostile, target="E")
    assert len(figure.scene.curves) == 5
    assert not list(ET.fromstring(figure.svg).iter(f"{SVG}script"))
    assert figure.png.startswith(b"\x89PNG")


def test_parallel_edges_and_names_that_read_alike_are_kept_apart() -> None:
    """1 and "1" are two vertices; two edges between them are two lines."""
    graph = nx.MultiDiGraph()
    graph.add_edge(1, "1", partial=2.0)
    graph.add_edge(1, "1", partial=0.5)
    scene = draw(graph, source=1, target="1").scene
    assert len({box.vertex for box in scene.boxes}) == 2
    assert [curve.label.string.split()[-2:] for curve in scene.curves if curve.label] == [
        ["+80.0", "%"],
        ["+20.0", "%"],
    ]


def test_a_sum_of_zero_has_no_shares_and_is_drawn_with_its_partials() -> None:
    """And says so."""
    graph = nx.DiGraph()
    for middle, sign in (("a", 1.0), ("b", -1.0)):
        graph.add_edge("x", middle, partial=sign)
        graph.add_edge(middle, "E", partial=1.0)
    scene = draw(graph, source="x", target="E").scene
    assert not any("%" in curve.label.string for curve in scene.curves if curve.label)
    assert "Of zero there are no shares" in " ".join(text.string for text in scene.texts)


def test_what_cannot_be_drawn_is_said_in_one_line() -> None:
    """What is wrong, and what to do: never a KeyError."""
    cases = [
        (lambda: draw(diamond()), InputError, r"without its ends \(draw\(graph, source=\.\.\., target=\.\.\.\)"),
        (lambda: draw(5), InputError, r"cannot draw what is no graph: int \(must be"),
        (lambda: draw(diamond(), source="x", target="w"), UnknownVertexError, "unknown vertex: 'w'"),
        (lambda: draw(diamond(), source="E", target="x"), NoPathError, "no path from 'E' to 'x'"),
        (lambda: draw(nx.Graph([(1, 2)]), source=1, target=2), GraphError, "undirected"),
        (lambda: draw(nx.DiGraph([(1, 2), (2, 1)]), source=1, target=2), GraphError, "cycle"),
        (lambda: draw(nx.DiGraph([(1, 2)]), source=1, target=2), NumberError, "no attribute 'partial'"),
        (lambda: draw(diamond(), source="x", target="E", view="rolled"), InputError, "view='rolled' has no use in it"),
        (lambda: draw(diamond(), source="x", target="E", max_steps=3), InputError, "max_steps=3 has no use in it"),
    ]
    for call, error, words in cases:
        with pytest.raises(error, match=words):
            call()


@pytest.mark.parametrize("edges", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_graph_too_large_to_look_at_is_refused_before_it_is_laid_out(edges: int) -> None:
    """With what can be done instead; a hundred thousand vertices take a moment."""
    graph = nx.DiGraph()
    graph.add_edges_from(((k, k + 1) for k in range(edges)), partial=1.0)
    with pytest.raises(
        InputError, match=rf"too many edges to draw: {edges:,} from 0 to {edges} \(at most 400; find_paths"
    ):
        draw(graph, source=0, target=edges)
    part = draw(graph, source=0, target=20).scene
    assert len(part.curves) == 20


def test_a_graph_of_our_own_is_annotated_where_a_source_is_told() -> None:
    """The same figure."""
    graph = evaluate(load_example("gomez"))
    assert draw(graph, source="W_A") == draw(annotate(graph, "W_A"))
    with pytest.raises(InputError, match=r"unusable target: 'H_1' \(all flows lead to 'E'\)"):
        draw(graph, source="W_A", target="H_1")
