"""The paths that a scheme drops: as a set that can be asked anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.gradients.schemes.apply import require_gates, require_matches
from graphviz_lstm.gradients.schemes.by_exit import kept_by_exit
from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.graph.unroll import TARGET
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.restricting.automata import Automaton
from graphviz_lstm.paths.restricting.product import restrict

if TYPE_CHECKING:
    from collections.abc import Hashable

    from graphviz_lstm.gradients.schemes.by_exit import KeptByExit
    from graphviz_lstm.gradients.schemes.edge import Edge
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet


@dataclass(frozen=True, slots=True, eq=False)
class Dropped:
    """The paths from a source to E that a scheme drops; shares are parts of the full gradient.

    Attributes
    ----------
    whole
        How many paths there are in all.
    paths
        The dropped ones; None where nothing is dropped.
    """

    whole: int
    paths: PathSet | None

    @property
    def count(self) -> int:
        """How many are dropped."""
        return self.paths.count if self.paths else 0

    @property
    def kept(self) -> int:
        """How many are left."""
        return self.whole - self.count

    @property
    def share(self) -> float:
        """What the dropped ones are of the full gradient."""
        return self.paths.share if self.paths else 0.0

    @property
    def masses(self) -> tuple[float, float] | None:
        """Their positive and their negative shares; None where signs take listing too many paths."""
        if not self.paths:
            return (0.0, 0.0)
        found = self.paths.masses
        return None if found.positive is None or found.negative is None else (found.positive, found.negative)

    def top(self, k: int) -> list[Path]:
        """Return the k dropped paths of the largest |share|, largest first."""
        return list(self.paths.top(k)) if self.paths else []

    def group_by(self, label: str) -> dict[Hashable, tuple[int, float]]:
        """Return label -> how many dropped paths bear it, and their share."""
        groups = self.paths.group_by(label) if self.paths else {}
        return {value: (group.count, group.share) for value, group in groups.items()}


def dropped_under(
    graph: Graph, scheme: Scheme, source: str, *, element: tuple[int, ...] | None = None
) -> Dropped | None:
    """Return the paths that a scheme drops; None of one that drops entries and not paths, by entry of the parameter.

    Of a random scheme these are the paths that it may drop.

    Parameters
    ----------
    graph
        An evaluated graph, at the detail of gates.

    Raises
    ------
    InputError
        If the scheme cannot be applied to the graph.
    """
    require_gates(graph)
    if scheme.per == "entry":
        return None
    paths = find_paths(graph, source, TARGET, element=element)
    if scheme.per == "exit":
        return Dropped(paths.count, _cut_by_exit(paths, kept_by_exit(graph, scheme)))
    edges = edges_of(graph, source)
    require_matches(scheme, edges.values())
    cut = [ends for ends, edge in edges.items() if _is_dropped(scheme, edge)]
    return Dropped(paths.count, paths.crossing(cut) if cut else None)


def _cut_by_exit(paths: PathSet, kept: KeptByExit) -> PathSet:
    """Return the paths on which an edge is cut for the loss that they reach.

    Read from the front, for which losses no edge was cut is a set of them; where it does not hold the loss that a path
    reaches, the path is dropped.
    """
    dag, none_cut = paths.dag, (1 << len(kept.exits)) - 1
    bits = [kept.of_edge.get((str(edge[0]), str(edge[1])), 0) for edge in dag.edges]
    last = len(dag.vertices) - 1

    def step(state: int, e: int) -> int | None:
        after = state & bits[e]
        return (None if after else 0) if dag.heads[e] == last else after

    automaton = Automaton(none_cut, step, lambda state: state == 0)
    return replace(paths, dag=restrict(dag, automaton), of=paths.of or paths.facts)


def _is_dropped(scheme: Scheme, edge: Edge) -> bool:
    if scheme.chance is not None:
        return scheme.chance.is_about(edge)
    return scheme.rule(edge).drops
