"""A table of paths: one schema, for the command, its files, documents and notebooks.

======================  ===========================================  =======================================
column                  CSV                                          JSON
======================  ===========================================  =======================================
`rank`                  1 is the largest |share|                     number
`share`                 part of the total: the sum of all is 1       number, null where the total is zero
`contribution`          `contribution[i,j]` for each entry           nested lists in the source's shape
`crossings`             how many gates are crossed                   number; in graphs of cells alone
`length`                how many edges                               number
`keys`                  `0 1`                                        list of the edges' keys; in multigraphs alone
`path`                  `a -> b -> c`                                list of vertices
======================  ===========================================  =======================================

What is not shown is the remainder: the last row of a CSV file, which has no rank; an object of its own in JSON. Every
number reads back exactly. A text that a spreadsheet would compute begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.notation.numbers import format_entry
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.table import nested, plain_records, rounded, safe_cell, to_csv
from graphviz_lstm.reports.words import describe_path, describe_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import networkx as nx

    from graphviz_lstm.gradients import Check
    from graphviz_lstm.paths import Path, PathSet, Selection
    from graphviz_lstm.reports.study import Study

HEADS = {"share": "Share", "contribution": "Contribution", "crossings": "Gates crossed", "path": "Path"}
"""The columns that a reader is shown, and what they are called."""


@dataclass(frozen=True, slots=True)
class PathTable:
    """The leading paths for a reader: a head, a row of texts for each path, and one for all the others.

    Attributes
    ----------
    caption
        What it is a table of; empty where that is not known.
    head
        What the columns are called.
    rows
        The texts.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def path_table(
    selection: Selection,
    *,
    element: tuple[int, ...] | None = None,
    graph: nx.Graph[Any] | None = None,
    caption: str = "",
) -> PathTable:
    """Return a selection as a table for a reader; crossings are told where the `graph` is a cell's."""
    hidden = () if _tells_crossings(graph) else ("crossings",)
    rows = []
    for path in selection:
        texts = {
            "share": format_share(path.share),
            "contribution": format_entry(path.contribution, element),
            "crossings": "" if graph is None or hidden else str(crossings_of(graph, path)),
            "path": describe_path(path),
        }
        rows.append(tuple(text for column, text in texts.items() if column not in hidden))
    left = selection.remainder
    if left.count:
        words = f"{left.count:,} more path{'' if left.count == 1 else 's'}"
        shown = (format_share(left.share), format_entry(left.contribution, element), *(() if hidden else ("",)))
        rows.append((*shown, words))
    return PathTable(caption, tuple(name for column, name in HEADS.items() if column not in hidden), tuple(rows))


def table_of(study: Study, top: int) -> PathTable:
    """Return the `top` leading paths of a study as a table for a reader."""
    caption = f"{describe_source(study.source, study.element)} of {study.problem.name}, path by path"
    return path_table(study.paths.top(top), element=study.element, graph=study.graph, caption=caption)


def crossings_of(graph: nx.Graph[Any], path: Path) -> int:
    """Return how often `path` crosses into a gate."""
    return sum(graph.edges[edge]["crossings"] for edge in path.edges)  # type: ignore[index]  # (tail, head) or with key


def columns_of(graph: nx.Graph[Any]) -> dict[str, Callable[[Path], Any]]:
    """Return what a table of this graph's paths has beside the columns of every path table."""
    return {"crossings": lambda path: crossings_of(graph, path)} if _tells_crossings(graph) else {}


def paths_json(study: Study, selection: Selection, *, paths: PathSet | None = None, digits: int | None = None) -> str:
    """Return the paths shown, the remainder and the check as one JSON object.

    Numbers have as many digits as it takes to read them back exactly, or `digits` significant ones: what the
    arithmetic of another machine cannot change. The check then has half as many, since differences are that exact; an
    entry at which it did not look is null.

    Parameters
    ----------
    selection
        What is shown of `paths`: of those of the study, unless some were left out before.
    """
    whole = study.paths if paths is None else paths
    left = selection.remainder
    content = {
        "example": study.problem.name,
        "source": whole.source,
        "target": whole.target,
        "count": whole.count,
        "total": nested(whole.total, digits),
        "paths": plain_records(selection, columns=columns_of(study.graph), digits=digits),
        "remainder": {
            "count": left.count,
            "contribution": nested(left.contribution, digits),
            "share": rounded(left.share, digits),
        },
        "check": check_content(study.check(), digits=None if digits is None else digits // 2),
    }
    return json_text(content)


def check_content(check: Check, *, digits: int | None = None) -> dict[str, Any]:
    """Return the check as JSON has it: each way's gradient (null where it looked along some directions alone).

    `residual` is how far each is from the reverse sweep, relative to it; `noticed` the smallest relative error that it
    would have noticed, null where it would have noticed none; `checked` whether these are small enough to mean
    anything.
    """
    places = 0 if digits is None else digits
    return {
        "checked": check.checked,
        "reverse": nested(check.gradient, digits),
        **{way.name: None if way.gradient is None else nested(way.gradient, digits) for way in check.ways},
        # A residual is relative: digits after the point.
        "residual": {
            way.name: _finite(way.residual if digits is None else round(way.residual, places)) for way in check.ways
        },
        "noticed": {way.name: _finite(rounded(way.noticed, 1 if digits else None)) for way in check.ways},
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def paths_csv(study: Study, selection: Selection, *, digits: int | None = None) -> str:
    """Return the paths shown as CSV, the remainder as its last row. Numbers as in `paths_json`."""
    left = selection.remainder
    rest = (left.count, left.share, left.contribution)
    return to_csv(selection, columns=columns_of(study.graph), digits=digits, rest=rest)


def entry_names(shape: Sequence[int]) -> list[str]:
    """Return the names of the columns of a contribution.

    >>> entry_names((1, 2)), entry_names(())
    (['contribution[0,0]', 'contribution[0,1]'], ['contribution'])
    """
    entries = [",".join(map(str, entry)) for entry in np.ndindex(*shape)]
    return [f"contribution[{entry}]" if entry else "contribution" for entry in entries]


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as CSV: nothing where there is None, and no text that a spreadsheet would compute."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue()


def json_text(content: Any) -> str:
    """Return a value as JSON text."""
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _tells_crossings(graph: nx.Graph[Any] | None) -> bool:
    """Return whether it is the graph of a cell, whose edges say whether they cross into a gate."""
    return graph is not None and "cell" in graph.graph
