"""Some of the paths: the DAG's product with a small automaton that reads the edges of a path one after another.

The product has a vertex for each pair of
vertex and state that some accepted path passes, so it is a DAG again, with each accepted path of the first one in it
exactly once: everything that can be asked of the one can be asked of the other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.paths.restricting.automata import Automaton


def restrict(dag: Dag, automaton: Automaton) -> Dag:
    """Return the DAG of the accepted paths. Costs O(E * states), and one vertex for each pair that is used."""
    if not dag.vertices:
        return dag
    target = len(dag.vertices) - 1
    states = _reached(dag, automaton)
    # From the end: a pair is kept if it leads to an accepting one. All accepting pairs at the target are one vertex.
    kept: list[dict[int, list[tuple[int, int]]]] = [{} for _ in dag.vertices]
    for state in states[target]:
        if automaton.accepts(state):
            kept[target][state] = []
    for vertex in range(target - 1, -1, -1):
        for state in sorted(states[vertex]):
            ways = []
            for e in dag.leaving(vertex):
                after = automaton.step(state, e)
                if after is not None and after in kept[dag.heads[e]]:
                    ways.append((e, after))
            if ways:
                kept[vertex][state] = ways
    if automaton.start not in kept[0]:
        return replace(dag, vertices=(), edges=(), attributes=(), first=(0,), heads=(), weighted=_taken(dag, ()))
    return _assemble(dag, kept)


def _reached(dag: Dag, automaton: Automaton) -> list[set[int]]:
    """Return the states in which paths from the source reach each vertex."""
    states: list[set[int]] = [set() for _ in dag.vertices]
    states[0].add(automaton.start)
    for vertex in range(len(dag.vertices) - 1):
        for e in dag.leaving(vertex):
            for state in states[vertex]:
                after = automaton.step(state, e)
                if after is not None:
                    states[dag.heads[e]].add(after)
    return states


def _assemble(dag: Dag, kept: list[dict[int, list[tuple[int, int]]]]) -> Dag:
    """Return the product from its pairs, in the order of the vertices: a topological one."""
    target = len(dag.vertices) - 1
    index: dict[tuple[int, int], int] = {}
    for vertex, pairs in enumerate(kept[:target]):
        for state in pairs:
            index[vertex, state] = len(index)
    last = len(index)
    old: list[int] = []
    heads: list[int] = []
    first = [0]
    for vertex, state in index:
        for e, after in kept[vertex][state]:
            old.append(e)
            heads.append(last if dag.heads[e] == target else index[dag.heads[e], after])
        first.append(len(old))
    first.append(len(old))
    return replace(
        dag,
        vertices=(*(dag.vertices[vertex] for vertex, _ in index), dag.vertices[target]),
        edges=tuple(dag.edges[e] for e in old),
        attributes=tuple(dag.attributes[e] for e in old),
        first=tuple(first),
        heads=tuple(heads),
        weighted=_taken(dag, old),
    )


def _taken(dag: Dag, edges: Sequence[int]) -> Weights | str:
    """Return the weights of these edges, if the graph has any."""
    return dag.weighted if isinstance(dag.weighted, str) else dag.weighted.taken(edges)
