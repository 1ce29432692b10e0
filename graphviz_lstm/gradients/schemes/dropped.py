"""The paths that a scheme drops: as sets that can be asked anything, one set, or one for each loss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.gradients.schemes.apply import require_gates, require_matches
from graphviz_lstm.gradients.schemes.edge import edges_of, exits_of
from graphviz_lstm.graph.unroll import TARGET
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from collections.abc import Hashable

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
    parts
        The dropped ones: in one set, or in one for each step whose loss is meant.
    """

    whole: int
    parts: tuple[PathSet, ...]

    @property
    def count(self) -> int:
        """How many are dropped."""
        return sum(part.count for part in self.parts)

    @property
    def kept(self) -> int:
        """How many are left."""
        return self.whole - self.count

    @property
    def share(self) -> float:
        """What the dropped ones are of the full gradient."""
        return math.fsum(part.share for part in self.parts if part)

    @property
    def masses(self) -> tuple[float, float] | None:
        """Their positive and their negative shares; None where signs take listing too many paths."""
        found = [part.masses for part in self.parts if part]
        if any(masses.positive is None or masses.negative is None for masses in found):
            return None
        return (
            math.fsum(masses.positive or 0.0 for masses in found),
            math.fsum(masses.negative or 0.0 for masses in found),
        )

    def top(self, k: int) -> list[Path]:
        """Return the k dropped paths of the largest |share|, largest first."""
        found = [path for part in self.parts if part for path in part.top(k)]
        return sorted(found, key=lambda path: -abs(path.share))[:k]

    def group_by(self, label: str) -> dict[Hashable, tuple[int, float]]:
        """Return label -> how many dropped paths bear it, and their share."""
        groups: dict[Hashable, tuple[int, float]] = {}
        for part in self.parts:
            for value, group in part.group_by(label).items() if part else ():
                count, share = groups.get(value, (0, 0.0))
                groups[value] = (count + group.count, share + group.share)
        return groups


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
    if scheme.per != "exit":
        edges = edges_of(graph, source)
        require_matches(scheme, edges.values())
        cut = [ends for ends, edge in edges.items() if _is_dropped(scheme, edge)]
        return Dropped(paths.count, (paths.crossing(cut),) if cut else ())
    parts = []
    for step in exits_of(graph):
        edges = edges_of(graph, source, step)
        cut = [ends for ends, edge in edges.items() if _is_dropped(scheme, edge)]
        losses = [ends for ends, edge in edges.items() if edge.kind == "loss" and edge.tail.step == step]
        if cut:
            parts.append(paths.crossing(losses).crossing(cut))
    return Dropped(paths.count, tuple(parts))


def _is_dropped(scheme: Scheme, edge: Edge) -> bool:
    if scheme.chance is not None:
        return scheme.chance.is_about(edge)
    return scheme.rule(edge).drops
