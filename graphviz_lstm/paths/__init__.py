"""Every path of a weighted DAG: counted, listed, ranked, grouped and summed. Knows networkx, and nothing of cells."""

from graphviz_lstm.paths.choosing.best_vectors import Budget
from graphviz_lstm.paths.choosing.selection import Remainder, Selection
from graphviz_lstm.paths.compiled.linear_map import LinearMap
from graphviz_lstm.paths.facts import Masses
from graphviz_lstm.paths.find import find_paths
from graphviz_lstm.paths.grouping.groups import Group
from graphviz_lstm.paths.grouping.polynomial import PathPolynomial
from graphviz_lstm.paths.listing.limits import LISTING_LIMIT
from graphviz_lstm.paths.listing.path import Path
from graphviz_lstm.paths.listing.share_text import format_share
from graphviz_lstm.paths.pathset import PathSet
from graphviz_lstm.paths.units.path import UnitPath
from graphviz_lstm.paths.units.pathset import UnitPathSet

__all__ = [
    "LISTING_LIMIT",
    "Budget",
    "Group",
    "LinearMap",
    "Masses",
    "Path",
    "PathPolynomial",
    "PathSet",
    "Remainder",
    "Selection",
    "UnitPath",
    "UnitPathSet",
    "find_paths",
    "format_share",
]
