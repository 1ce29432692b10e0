"""Which paths are accepted: small automata that read the edges of a path one after another.

A state is a whole number; an edge takes one state to another, or to nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag


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
    into, heads = _places(dag, vertex), dag.heads
    return Automaton(int(0 in into), lambda state, e: state or int(heads[e] in into), bool)


def missing(dag: Dag, vertex: Hashable) -> Automaton:
    """Return the automaton of the paths that do not pass `vertex`."""
    into, heads = _places(dag, vertex), dag.heads
    return Automaton(int(0 in into), lambda state, e: None if heads[e] in into else state, lambda state: not state)


def counting(weights: Sequence[int], allowed: range | frozenset[int], heaviest: int) -> Automaton:
    """Return the automaton of the paths whose edges' weights (whole numbers, none negative) add up to one allowed.

    No path weighs more than `heaviest`: so a range without end costs no more than one that ends there.
    """
    largest = (max(allowed[0], allowed[-1])) if allowed and isinstance(allowed, range) else -1
    most = min(heaviest, largest if isinstance(allowed, range) else max(allowed, default=-1))

    def step(state: int, e: int) -> int | None:
        reached = state + weights[e]
        return reached if reached <= most else None

    return Automaton(0, step, allowed.__contains__)


def counting_from(weights: Sequence[int], least: int) -> Automaton:
    """Return the automaton of the paths whose edges' weights add up to `least` or more."""
    return Automaton(0, lambda state, e: min(state + weights[e], least), lambda state: state >= least)


def _places(dag: Dag, vertex: Hashable) -> frozenset[int]:
    """Return the indices at which a name stands; a NaN is the same as itself, as it is to a dict."""
    return frozenset(i for i, name in enumerate(dag.vertices) if name is vertex or name == vertex)
