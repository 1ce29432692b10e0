"""A graph small enough to know by heart, for the docstrings of this room and for a first try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.paths.find import find_paths

if TYPE_CHECKING:
    from graphviz_lstm.paths.pathset import PathSet
    from graphviz_lstm.paths.units.pathset import UnitPathSet


def diamond() -> PathSet:
    r"""Return the paths from `x` to `E` of the graph x -> y (2), y -> E (3), x -> E (-1): two, which sum to 5.

    The edges have an attribute `up`: 1 on x -> y, 0 on the others.

    >>> print(*diamond(), sep="\n")
    +120 %  x -> y -> E
    -20.0 %  x -> E
    """
    return find_paths(_graph(), "x", "E")


def diamond_units() -> UnitPathSet:
    """Return the same paths at the level of units, of which every vertex has one."""
    return find_paths(_graph(), "x", "E", level="unit")


def _graph() -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("x", "y", partial=2.0, up=1)
    graph.add_edge("y", "E", partial=3.0, up=0)
    graph.add_edge("x", "E", partial=-1.0, up=0)
    return graph
