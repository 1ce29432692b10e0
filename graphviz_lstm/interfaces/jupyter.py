"""Tables of paths in a notebook: `%load_ext graphviz_lstm.interfaces.jupyter`.

A figure needs no extension: it knows how a notebook shows it. The paths know nothing of HTML, so this door teaches it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths import PathSet, Selection, format_share
from graphviz_lstm.reports.words import describe_path, format_array

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEADING = 10


def load_ipython_extension(ipython: Any) -> None:
    """Have IPython show a selection of paths, or the leading ones of a path set, as a table."""
    formatter = ipython.display_formatter.formatters["text/html"]
    formatter.for_type(Selection, selection_html)
    formatter.for_type(PathSet, path_set_html)


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
    <tr><th>Share</th><th>Contribution</th><th>Path</th></tr>
    <tr><td>+100 %</td><td>2</td><td>&lt;x&gt; -&gt; z</td></tr>
    </table>
    """
    rows = [
        (format_share(path.share), format_array(np.asarray(path.contribution)), describe_path(path))
        for path in selection
    ]
    left = selection.remainder
    if left.count:
        words = f"{left.count:,} more path{'' if left.count == 1 else 's'}"
        rows.append((format_share(left.share), format_array(np.asarray(left.contribution)), words))
    lines = [_row("th", ("Share", "Contribution", "Path")), *(_row("td", row) for row in rows)]
    return "\n".join(["<table>", *lines, "</table>"])


def _row(tag: str, texts: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for text in texts)}</tr>"
