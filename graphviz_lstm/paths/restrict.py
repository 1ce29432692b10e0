"""Some of the paths: the DAG's product with a small automaton that reads the edges of a path one after another.

A state is a whole number; an edge takes one state to another, or to nowhere. The product has a vertex for each pair of
vertex and state that some accepted path passes, so it is a DAG again, with each accepted path of the first one in it
exactly once: everything that can be asked of the one can be asked of the other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from graphviz_lstm.paths.dag import Dag


class Automaton(NamedTuple):
    """Which paths are accepted.

    Attributes
    ----------
    start
        The state before the first edge.
    step
        Of a state and an edge's index, the next state; None where no accepted path goes on.
    accepts
        Whether a path that ends in this state is accepted.
    """

    start: int
    step: Callable[[int, int], int | None]
    accepts: Callable[[int], bool]


def passing(dag: Dag, vertex: Hashable) -> Automaton:
    """Return the automaton of the paths that pass `vertex`, which may be the source or the target."""
    into = {index for index, name in enumerate(dag.vertices) if name == vertex}
    heads = dag.heads
    return Automaton(int(0 in into), lambda state, e: state or int(heads[e] in into), bool)


def missing(dag: Dag, vertex: Hashable) -> Automaton:
    """Return the automaton of the paths that do not pass `vertex`."""
    into = {index for index, name in enumerate(dag.vertices) if name == vertex}
    heads = dag.heads
    return Automaton(int(0 in into), lambda state, e: None if heads[e] in into else state, lambda state: not state)


def counting(weights: list[int], allowed: range | frozenset[int]) -> Automaton:
    """Return the automaton of the paths whose edges' weights (whole numbers, none negative) add up to one allowed."""
    most = max(allowed, default=-1)

    def step(state: int, e: int) -> int | None:
        reached = state + weights[e]
        return reached if reached <= most else None

    return Automaton(0, step, allowed.__contains__)


def counting_from(weights: list[int], least: int) -> Automaton:
    """Return the automaton of the paths whose edges' weights add up to `least` or more."""
    return Automaton(0, lambda state, e: min(state + weights[e], least), lambda state: state >= least)


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
        return replace(dag, vertices=(), edges=(), attributes=(), first=(0,), heads=(), partials=())
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
        partials=tuple(dag.partials[e] for e in old),
    )
