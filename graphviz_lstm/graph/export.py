"""An evaluated graph for other programs: node-link JSON, and GraphML.

Everything becomes what JSON can say: arrays nested lists, names and formulas their text, maps dense matrices up to a
size and beyond that their shape and norm. GraphML knows no lists: there these are JSON text. What leaves the range of a
float64, as a partial may that no path goes along, is None.
"""

from __future__ import annotations

import json
from math import hypot, isfinite, prod
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from graphviz_lstm.cells.names import Name
from graphviz_lstm.errors import GraphError, shorten
from graphviz_lstm.graph.maps import as_matrix
from graphviz_lstm.graph.partials import LocalPartial
from graphviz_lstm.notation.names import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.unroll import Graph

LARGEST_MATRIX = 4096
"""How many entries of a map are written out; a larger one is told by its shape and norm."""


def to_node_link(graph: Graph, *, largest: int = LARGEST_MATRIX) -> dict[str, Any]:
    """Return a graph as a dict that `json.dumps` takes and `networkx.node_link_graph(..., edges="links")` reads.

    Vertices and edges keep their order and the attributes that `graph/schema.py` lists, `partial` as its matrix (rows
    are the head's entries, columns the tail's). Of the graph's own data the steps, the detail, the target and what
    `annotate` added are kept, and what the problem and its cell are called.

    Parameters
    ----------
    largest
        A map of more entries is told as `{"shape": [rows, columns], "norm": ...}`, its Frobenius norm.

    Raises
    ------
    GraphError
        If the graph was not made by `unroll` or `evaluate`.

    Examples
    --------
    >>> from graphviz_lstm.graph import evaluate
    >>> from graphviz_lstm.problems import load_example
    >>> data = to_node_link(evaluate(load_example("gomez")))
    >>> data["links"][0]["source"], data["links"][0]["target"], data["links"][0]["symbol"]
    ('W_A', 'a_0', "f_A'(Z_A,0) * X_0")
    """
    if "cell" not in graph.graph:
        raise GraphError(f"not an unrolled graph: {shorten(graph)} (unroll and evaluate make one)")
    return {
        "directed": True,
        "multigraph": False,
        "graph": _of_graph(graph),
        "nodes": [{"id": v, **_plain(data, largest)} for v, data in graph.nodes.items()],
        "links": [{"source": u, "target": v, **_plain(data, largest)} for u, v, data in graph.edges(data=True)],
    }


def to_graphml(graph: Graph, *, largest: int = LARGEST_MATRIX) -> str:
    """Return a graph as GraphML, which `networkx.parse_graphml` reads; lists and objects in it are JSON text.

    What is None is left out: GraphML has no such value. See `to_node_link` for the attributes and what is raised.

    Examples
    --------
    >>> import networkx as nx
    >>> from graphviz_lstm.graph import evaluate
    >>> from graphviz_lstm.problems import load_example
    >>> read = nx.parse_graphml(to_graphml(evaluate(load_example("gomez"))))
    >>> read.nodes["S_0"]["value"], read.edges["S_0", "S_1"]["kind"]
    ('[0.7857261484365797]', 'carousel')
    """
    data = to_node_link(graph, largest=largest)
    plain: nx.DiGraph[str] = nx.DiGraph(**_flat(data["graph"]))
    for vertex in data["nodes"]:
        plain.add_node(vertex.pop("id"), **_flat(vertex))
    for edge in data["links"]:
        plain.add_edge(edge.pop("source"), edge.pop("target"), **_flat(edge))
    return "\n".join(nx.generate_graphml(plain)) + "\n"


def _of_graph(graph: Graph) -> dict[str, Any]:
    """Return what is told of the whole graph."""
    told = {key: graph.graph[key] for key in ("steps", "first_step", "detail", "target")}
    told["cell"] = graph.graph["cell"].name
    problem = graph.graph.get("problem")
    if problem is not None:
        told |= {"problem": problem.name, "about": problem.about}
    for key in ("source", "element", "total"):
        if key in graph.graph:
            told[key] = _value(graph.graph[key], 0)
    return told


def _plain(data: dict[str, Any], largest: int) -> dict[str, Any]:
    """Return the attributes of a vertex or an edge; the expression is not told: its partials are."""
    return {key: _value(value, largest) for key, value in data.items() if key != "expression"}


def _value(value: Any, largest: int) -> Any:
    """Return what JSON can say of an attribute."""
    if isinstance(value, Name):
        return text(value)
    if isinstance(value, LocalPartial):
        return str(value)
    if isinstance(value, np.ndarray | np.generic):
        return _numbers(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return _map(value, largest) if hasattr(value, "push") else value


def _numbers(array: Array | np.generic) -> Any:
    """Return an array as JSON has it: it has no word for what is no finite number."""
    if (finite := np.isfinite(array)).all():
        return array.tolist()
    told = np.array(array, dtype=object)
    told[~finite] = None
    return told.tolist()


def _map(linear: LinearMap, largest: int) -> Any:
    rows, columns = prod(linear.head_shape), prod(linear.tail_shape)
    with np.errstate(all="ignore"):  # what leaves the range is told as None
        if rows * columns <= largest:
            return _numbers(as_matrix(linear))
        # Of the shorter side one column or row after another: the whole may not fit into memory.
        if rows <= columns:
            parts = (linear.pull(unit.reshape(linear.head_shape)) for unit in _units(rows))
        else:
            parts = (linear.push(unit.reshape(linear.tail_shape)) for unit in _units(columns))
        norm = hypot(*map(_length, parts))
    return {"shape": [rows, columns], "norm": norm if isfinite(norm) else None}


def _length(part: Array) -> float:
    """Return the length of a row or a column: `notation.numbers.length`, of many entries at once."""
    power = np.frexp(np.abs(part).max())[1]
    return float(np.ldexp(np.linalg.norm(np.ldexp(part, -power)), power))


def _units(count: int) -> Iterator[Array]:
    for k in range(count):
        unit = np.zeros(count)
        unit[k] = 1.0
        yield unit


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    """Return attributes as GraphML has them."""
    return {
        key: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for key, value in data.items()
        if value is not None
    }
