"""Random nets of every cell, and their unit graphs spelled out: what the unit graph that never is must agree with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.maps import as_matrix
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import Example
from tests.examples import TYPICAL
from tests.paths.maps import ToNumber

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from graphviz_lstm.paths import PathSet, UnitPathSet

    Index = tuple[int, ...]


@dataclass(frozen=True)
class Net:
    """A net of numbers, and a question to it: a source, whole or one entry of it."""

    graph: nx.DiGraph[Any]
    source: str
    element: Index | None

    @cached_property
    def units(self) -> UnitPathSet:
        return find_paths(self.graph, self.source, TARGET, level="unit", element=self.element)

    @cached_property
    def quantities(self) -> PathSet:
        return find_paths(self.graph, self.source, TARGET, element=self.element)

    @cached_property
    def spelled(self) -> PathSet:
        return find_paths(spelled_out(self.graph, self.source, self.element), self.units.source, TARGET)


@st.composite
def nets(draw: st.DrawFn, *, units: int = 6, steps: int = 6) -> Net:
    """Draw a net of a cell of one of the kinds, one of its parameters or first states, and perhaps an entry of it."""
    cell = TYPICAL[draw(st.sampled_from(sorted(TYPICAL)))]
    hidden, length = draw(st.integers(1, units)), draw(st.integers(1, steps))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = sizes_of(cell)
    inputs = sizes[cell.inputs[0]][0]
    shape = {name: tuple(2 if axis == inputs else hidden for axis in axes) for name, axes in sizes.items()}
    example = Example(
        cell=cell,
        parameters={name: rng.normal(size=shape[name]) for name in cell.parameters},
        inputs=rng.normal(size=(length, 2)),
        targets=rng.normal(size=(length, *shape[cell.output])),
        initial={name: 1.0 + np.abs(rng.normal(size=shape[name])) for name in cell.states},
    )
    graph = evaluate(example)
    sources = [*cell.parameters, *(f"{state}_0" for state in cell.states)]
    source = draw(st.sampled_from([name for name in sources if name in graph]))
    element = tuple(draw(st.integers(0, n - 1)) for n in np.shape(graph.nodes[source]["value"]))
    return Net(graph, source, element if draw(st.booleans()) else None)


def few_paths(*, units: int = 2, steps: int = 2, most: int = 3_000) -> st.SearchStrategy[Net]:
    """Draw nets of which every unit path can be listed."""
    return nets(units=units, steps=steps).filter(lambda net: net.units.count <= most)


def spelled_out(graph: nx.DiGraph[Any], source: str, element: Index | None) -> nx.DiGraph[Any]:
    """Return the graph whose vertices are single units, in the order of the paths; the source is one vertex."""
    units: nx.DiGraph[Any] = nx.DiGraph()
    units.add_nodes_from([_called(graph, source, element) if element is not None else source, TARGET])
    for tail, head, data in graph.edges(data=True):
        entries = as_matrix(data["partial"])
        edges = as_matrix(data["partial"].pattern()) != 0
        labels = {name: data[name] for name in ("crossings", "gates", "entry", "exit")}
        heads = list(np.ndindex(graph.nodes[head]["value"].shape))
        tails = list(np.ndindex(graph.nodes[tail]["value"].shape))
        for i, into in enumerate(heads):
            name = _called(graph, head, into)
            if tail == source and element is None:
                if edges[i].any():
                    units.add_edge(
                        tail, name, partial=_gradient(entries[i], graph.nodes[tail]["value"].shape), **labels
                    )
                continue
            for j, out in enumerate(tails):
                if edges[i, j] and (tail != source or out == element):
                    units.add_edge(_called(graph, tail, out), name, partial=float(entries[i, j]), **labels)
    return units


def listed_exactly(net: Net) -> list[tuple[tuple[Hashable, ...], Any]]:
    """Return vertices and contribution of every unit path, in rational numbers, by depth first search."""
    graph = spelled_out(net.graph, net.source, net.element)

    def on_from(vertex: Hashable) -> Iterator[tuple[tuple[Hashable, ...], Any]]:
        if vertex == TARGET:
            yield (vertex,), Fraction(1)
        for head in graph.adj[vertex]:
            partial = graph.edges[vertex, head]["partial"]
            for vertices, product in on_from(head):
                yield (vertex, *vertices), _exact(partial) * product

    return list(on_from(net.units.source))


def _exact(partial: Any) -> Any:
    if isinstance(partial, ToNumber):
        rational = [Fraction(float(number)) for number in partial.gradient.reshape(-1)]
        return np.array(rational, dtype=object).reshape(partial.gradient.shape)
    return Fraction(partial)


def _gradient(entries: Any, shape: tuple[int, ...]) -> Any:
    return ToNumber(entries.reshape(shape))


def _called(graph: nx.DiGraph[Any], vertex: str, index: Index) -> str:
    return f"{vertex}[{','.join(map(str, index))}]" if graph.nodes[vertex]["value"].shape else vertex
