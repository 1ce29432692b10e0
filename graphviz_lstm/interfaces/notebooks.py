"""What a notebook shows of paths, groups, checks, answers and problems: HTML of bounded size, every text escaped.

No extension is to be loaded: what is shown says so itself (`graphviz_lstm.shown`), and its HTML is made here. A figure
knows all forms of its own.
"""

from __future__ import annotations

import math
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import GraphvizLstmError
from graphviz_lstm.gradients import Check
from graphviz_lstm.gradients.checking.check import WAYS
from graphviz_lstm.interfaces.complaints import one_line
from graphviz_lstm.interfaces.html import table_html
from graphviz_lstm.paths import Group, Path, PathSet, Selection, UnitPathSet, format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import Example, LossTerm, Problem
from graphviz_lstm.reports.answer import Answer
from graphviz_lstm.reports.arrays import describe_array, describe_entry
from graphviz_lstm.reports.fold import LINE, fold
from graphviz_lstm.reports.groups import describe_label
from graphviz_lstm.reports.parts import Part, describe_part
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.tables import HEADS, PathTable, path_table, table_of
from graphviz_lstm.reports.words import describe_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.reports.study import Study as AnyStudy

_LEADING = 10
MOST_ROWS = 50
"""More paths, or more arrays of a problem, are told by their number."""


def html_of(shown: object) -> str:
    """Return what a notebook shows of an object; of what cannot be worked out its text, and why.

    >>> import networkx as nx
    >>> from graphviz_lstm.paths import find_paths
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("<x>", "z", partial=2.0)
    >>> print(html_of(find_paths(graph, "<x>", "z").top(1)))
    <table>
    <thead><tr><th scope="col">Share</th><th scope="col">Contribution</th><th scope="col">Path</th></tr></thead>
    <tbody>
    <tr><td>+100 %</td><td>2</td><td>&lt;x&gt; -&gt; z</td></tr>
    </tbody>
    </table>
    """
    (as_html,) = islice((make for kind, make in _SHOWN.items() if isinstance(shown, kind)), 1)
    try:
        return as_html(shown)
    except GraphvizLstmError as error:
        return f"<pre>{escape(repr(shown))}\n{escape(one_line(error))}</pre>"


def _study(study: AnyStudy) -> str:
    """Return the leading paths, the others as the last row."""
    return table_html(table_of(study, _LEADING))


def _paths(paths: PathSet | UnitPathSet) -> str:
    return _selection(paths.top(min(_LEADING, paths.count)))


def _selection(selection: Selection) -> str:
    """Return the paths shown, and what they leave out as the last row."""
    shown = [selection[k] for k in range(min(MOST_ROWS, len(selection)))]
    table = path_table(Selection(shown, lambda: selection._rest, proven=selection.proven, bound=selection.bound))  # noqa: SLF001 -- of the same selection
    if len(selection) > len(shown):
        between = ("", "", f"{describe_count(len(selection) - len(shown))} more that are listed")
        rows = (*table.rows[: len(shown)], between[-len(table.head) :], *table.rows[len(shown) :])
        table = PathTable(table.caption, table.head, rows)
    return table_html(table)


def _path(path: Path) -> str:
    texts = {
        "share": _share(path.share),
        "contribution": describe_entry(path.contribution, None),
        "path": fold(path, None, width=LINE),
    }
    return table_html(PathTable("", tuple(HEADS[column] for column in texts), (tuple(texts.values()),)))


def _group(group: Group) -> str:
    head = ("Label", "Paths", "Share", "Contribution", "Positive", "Negative", "Cancels")
    told = describe_array(np.asarray(group.contribution))
    sums = ("", "", "") if math.isnan(group.share) else describe_part(Part(group.share, group.positive, group.negative))
    row = (describe_label(group.label), describe_count(group.count), _share(group.share), told, *sums)
    return table_html(PathTable("", head, (row,)))


def _share(share: float) -> str:
    return "nothing to share" if math.isnan(share) else format_share(share)


def _check(check: Check) -> str:
    rows = [
        (
            WAYS[way.name],
            way.missing or f"{way.residual:.0e}",
            "" if way.missing else f"{way.noticed:.0e}",
            "yes" if way.checked else "no",
        )
        for way in check.ways
    ]
    told = f"dE/d{check.source} in ways that agree with backpropagation; {describe_count(check.count)} paths"
    head = ("Way", "Apart by", "Would have noticed", "Checked")
    return table_html(PathTable(told, head, tuple(rows)))


def _answer(answer: Answer) -> str:
    return f"<pre>{escape(describe_answer(answer))}</pre>\n{_study(answer.study)}"


def _entries(term: LossTerm) -> str:
    """Return which entries a loss reads, where not all: of one quantity there may be several losses."""
    return f"[{', '.join(map(str, term.entries))}]" if term.entries else ""


def _problem(given: Problem | Example) -> str:
    problem = given.problem if isinstance(given, Example) else given
    arrays = {
        "parameter": problem.parameters,
        "input": problem.inputs,
        "initial state": problem.initial,
        "target": {f"{term.quantity}{_entries(term)} ({term.kind})": term.targets for term in problem.losses},
    }
    rows = [
        (what, str(name), " x ".join(map(str, np.shape(array))) or "a number")
        for what, named in arrays.items()
        for name, array in named.items()
    ]
    more = [("", f"{len(rows) - MOST_ROWS:,} more", "")] if len(rows) > MOST_ROWS else []
    told = f"{problem.name}: cell {problem.cell.name}, steps {problem.first_step} to {problem.last_step}"
    return table_html(PathTable(told, ("What", "Name", "Shape"), (*rows[:MOST_ROWS], *more)))


_SHOWN: dict[type | tuple[type, ...], Callable[[Any], str]] = {
    Study: _study,
    Answer: _answer,
    Check: _check,
    Group: _group,
    Selection: _selection,
    (PathSet, UnitPathSet): _paths,
    Path: _path,
    (Problem, Example): _problem,
}
