"""Every path of a weighted DAG: counted, listed, ranked, grouped and summed. Knows networkx, and nothing of cells."""

from graphviz_lstm.paths.find import find_paths
from graphviz_lstm.paths.group import Group
from graphviz_lstm.paths.linear import LinearMap
from graphviz_lstm.paths.listing import LISTING_LIMIT
from graphviz_lstm.paths.marked import PathPolynomial
from graphviz_lstm.paths.path import Path, format_share
from graphviz_lstm.paths.pathset import PathSet
from graphviz_lstm.paths.selection import Remainder, Selection

__all__ = [
    "LISTING_LIMIT",
    "Group",
    "LinearMap",
    "Path",
    "PathPolynomial",
    "PathSet",
    "Remainder",
    "Selection",
    "find_paths",
    "format_share",
]
