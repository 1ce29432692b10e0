"""Tables of paths in a notebook: `%load_ext graphviz_lstm.interfaces.jupyter`.

A figure needs no extension: it knows how a notebook shows it. The paths know nothing of HTML, so this door teaches it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.interfaces.html import table_html
from graphviz_lstm.paths import PathSet, Selection
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.tables import path_table, table_of

if TYPE_CHECKING:
    from collections.abc import Callable

_LEADING = 10


def load_ipython_extension(ipython: Any) -> None:
    """Have IPython show a study, a selection of paths, and the leading paths of a set, as a table."""
    formatter = ipython.display_formatter.formatters["text/html"]
    for shown, as_html in _SHOWN.items():
        formatter.for_type(shown, as_html)


def study_html(study: Study) -> str:
    """Return the leading paths of a study as an HTML table, the others as its last row."""
    return table_html(table_of(study, _LEADING))


def path_set_html(paths: PathSet) -> str:
    """Return the leading paths of a set as an HTML table, the others as its last row."""
    return selection_html(paths.top(_LEADING))


def selection_html(selection: Selection) -> str:
    """Return the paths shown as an HTML table, and what they leave out as its last row.

    >>> import networkx as nx
    >>> from graphviz_lstm.paths import find_paths
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("<x>", "z", partial=2.0)
    >>> print(selection_html(find_paths(graph, "<x>", "z").top(1)))
    <table>
    <thead><tr><th scope="col">Share</th><th scope="col">Contribution</th><th scope="col">Path</th></tr></thead>
    <tbody>
    <tr><td>+100 %</td><td>2</td><td>&lt;x&gt; -&gt; z</td></tr>
    </tbody>
    </table>
    """
    return table_html(path_table(selection))


_SHOWN: dict[type, Callable[[Any], str]] = {
    Study: study_html,
    Selection: selection_html,
    PathSet: path_set_html,
}
