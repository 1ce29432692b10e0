"""The graph of single units, spelled out: small enough to be drawn, a vertex for each entry of a quantity."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.choices import MOST_UNITS
from graphviz_lstm.graph.apart import name_apart, own_name, put_together
from graphviz_lstm.graph.maps import Functional
from graphviz_lstm.notation.names import text
from graphviz_lstm.paths.units.blocks import block_of, entering

if TYPE_CHECKING:
    from graphviz_lstm.cells.names import Name
    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths.units.blocks import Block

_OWN = ("gate", "state", "output", "operation")


def spell_out(graph: Graph) -> Graph:
    """Return an annotated graph with a vertex for each unit of the cell's quantities; the whole is in `graph["whole"]`.

    The source stays one vertex: whole, or the one entry that is looked at. Names are those of the paths through single
    units. What a vertex bears is what its unit has of it; an edge's `flow` is the sum of the shares of all unit paths
    through it, and the flows of the units of one edge sum to that of the edge.

    Raises
    ------
    InputError
        If there would be more vertices than can be read, before anything is spelled out.

    Examples
    --------
    >>> from graphviz_lstm.graph import annotate, evaluate
    >>> from graphviz_lstm.problems import load_example
    >>> units = spell_out(annotate(evaluate(load_example("gomez")), "W_A", element=(0, 0)))
    >>> list(units)[:3], len(units)
    (['W_A[0,0]', 'a_0[0]', 'i_0[0]'], 14)
    """
    return _spelled_out(graph, require_few(graph, graph.graph["source"]))


def _spelled_out(graph: Graph, drawn: list[str]) -> Graph:
    source = graph.graph["source"]
    whole = {**graph.graph, "whole": graph, "element": None}
    spelled: Graph = nx.DiGraph(**whole)
    names = {vertex: _units(graph, vertex) for vertex in drawn}
    for vertex in drawn:
        for name, data in names[vertex]:
            spelled.add_node(name, **data)
    for tail, head, edge in graph.edges(data=True):
        if tail in names and head in names and head != source:
            _add_edges(spelled, graph, (tail, head), edge, names)
    spelled.graph["source"] = names[source][0][0]
    apart = graph.graph.get("apart")
    if apart is None:
        return spelled
    # The flows of units are added up as those of their vertices are.
    meant = set(drawn)
    return put_together(spelled, _spelled_out(apart, [v for v in apart if own_name(apart, v) in meant]))


def require_few(graph: Graph, source: str) -> list[str]:
    """Return the vertices of an evaluated graph whose units are drawn: of the cell's quantities, the source, the loss.

    Raises
    ------
    InputError
        If these are more units than can be read; the line says what else can be asked for.
    """
    drawn = [v for v, data in graph.nodes.items() if data["role"] in _OWN or v in (source, graph.graph["target"])]
    count = sum(1 if vertex == source else graph.nodes[vertex]["value"].size for vertex in drawn)
    if count > MOST_UNITS:
        raise InputError(
            f"too many units to draw: {count:,} (at most {MOST_UNITS}; take fewer steps or units, draw the quantities, "
            "or list the paths through single units)"
        )
    return drawn


def is_spelled_out(graph: Graph) -> bool:
    """Return whether the vertices of a graph are single units."""
    return "whole" in graph.graph


def _units(graph: Graph, vertex: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what the units of a vertex are called, and what they bear."""
    data = graph.nodes[vertex]

    def called(name: Name) -> tuple[str, dict[str, Any]]:
        own = text(name)
        if "vertex" not in data:
            return own, {"name": name}
        apart = vertex != data["vertex"]
        return name_apart(own, data["exits"]) if apart else own, {"name": name, "vertex": own}

    if vertex == graph.graph["source"]:
        element = graph.graph["element"]
        if not element:  # an entry of a number is the number
            return [(vertex, dict(data))]
        name = data["name"].entry(element)
        kept = {key: np.asarray(data[key][element]) for key in ("value", "adjoint", "tangent")}
        unit, told = called(name)
        return [(unit, {**data, **kept, **told})]
    shape = data["value"].shape
    units = []
    for index in product(*map(range, shape)):
        name = data["name"].entry(index) if shape else data["name"]
        own: dict[str, Any] = {key: np.asarray(data[key][index]) for key in ("value", "adjoint", "tangent")}
        own["flow"] = float(own["tangent"] * own["adjoint"])
        unit, told = called(name)
        units.append((unit, {**data, **own, **told}))
    return units


def _add_edges(
    spelled: Graph,
    graph: Graph,
    ends: tuple[str, str],
    edge: dict[str, Any],
    names: dict[str, list[tuple[str, dict[str, Any]]]],
) -> None:
    """Add the edges between the units of two vertices."""
    tail, head = ends
    linear: LinearMap = edge["partial"]
    block, rows = _block(graph, tail, linear)
    for unit, (own, data) in enumerate(names[tail]):
        moved = 1.0 if tail == graph.graph["source"] else float(data["tangent"])
        for other in block.heads(unit):
            above, its = names[head][other]
            entry = block.entry(other, unit)
            flow = 0.0 if edge.get("cut") else moved * entry * float(its["adjoint"])
            partial = Functional(np.asarray(entry) if rows is None else rows[other])
            spelled.add_edge(own, above, **{**edge, "partial": partial, "flow": flow})


def _block(graph: Graph, tail: str, linear: LinearMap) -> tuple[Block, Array | None]:
    """Return the edges between the units of two vertices; from a source also what each head's unit reads of it."""
    if tail != graph.graph["source"]:
        return block_of(linear), None
    element, tangent = graph.graph["element"], graph.nodes[tail]["tangent"]
    rows = linear.pull(np.eye(math.prod(linear.head_shape)).reshape(-1, *linear.head_shape))
    return entering(linear, tangent, whole_source=element is None), rows if element is None else rows[:, *element]
