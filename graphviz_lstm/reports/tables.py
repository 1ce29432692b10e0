"""A table of paths: one schema, for the command, its files, documents and notebooks.

======================  ===========================================  =======================================
column                  CSV                                          JSON
======================  ===========================================  =======================================
`rank`                  1 is the largest |share|                     number
`share`                 part of the total: the sum of all is 1       number, null where the total is zero
`contribution`          `contribution[i,j]` for each entry; of one   nested lists in the source's shape; of one
                        entry that is looked at, `contribution`      entry that is looked at, a number
`crossings`             how many gates are crossed                   number; in graphs of cells alone
`length`                how many edges                               number
`keys`                  `0 1`                                        list of the edges' keys; in multigraphs alone
`level`                 `quantity` or `unit`, the same in all rows   of the whole: `level`
`proven`                `true` or `false`, the same in all rows      of the whole: `proven`
`bound`                 in the remainder's row alone                 of the whole: `bound`
`path`                  `a -> b -> c`                                list of vertices
======================  ===========================================  =======================================

What is not shown is the remainder: the last row of a CSV file, which has no rank; an object of its own in JSON. A whole
number beyond 2**53, as a count may be, is a text of all its digits in JSON: a reader that takes numbers for float64
loses none. Where the total is zero no cell of `share` holds anything, and JSON has `nothing_to_share: true`; `bound` is
then of a |contribution|; where terms cancel to that, `zero_to_rounding` has their size (`terms`) and below what the
gradient lies (`below`). `proven` says whether the paths shown are those that were asked for, `bound` how large the
|share| of one that is not shown can be at most. Every number reads back exactly. A text that a spreadsheet would
compute begins with an apostrophe.

A contribution of more than 64 entries is told by its length alone, unless all of it is asked for: CSV has one column
`contribution_norm` then, JSON an object of `shape`, `norm` and `largest`, the entry of largest size.
"""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import UNSEEN
from graphviz_lstm.graph.cancelling import ROUNDING
from graphviz_lstm.notation.numbers import length
from graphviz_lstm.paths import UnitPathSet, format_share
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.paths.listing.limits import all_digits, describe_count
from graphviz_lstm.paths.listing.table import exact, nested, records, rounded, safe_cell
from graphviz_lstm.reports.arrays import describe_entry, describe_rest, entry_of
from graphviz_lstm.reports.fold import LINE, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import networkx as nx

    from graphviz_lstm.gradients import Check
    from graphviz_lstm.paths import Path, PathSet, Selection
    from graphviz_lstm.reports.study import Study
    from graphviz_lstm.reports.verdict import Verdict

MOST_ENTRIES = 64
"""An array of more entries is told by its length, unless all of it is asked for."""

HEADS = {"share": "Share", "contribution": "Contribution", "crossings": "Gates crossed", "path": "Path"}
"""The columns that a reader is shown, and what they are called."""


@dataclass(frozen=True, slots=True)
class PathTable:
    """The leading paths for a reader: a head, a row of texts for each path, and one for all the others.

    Attributes
    ----------
    caption
        What it is a table of, and whether it is proven that no larger path is missing; empty where nothing is known.
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
    left = selection.remainder
    zero = math.isnan(left.share) or any(math.isnan(path.share) for path in selection)
    hidden = [*([] if _tells_crossings(graph) else ["crossings"]), *(["share"] if zero else [])]
    rows = []
    for path in selection:
        texts = {
            "share": format_share(path.share),
            "contribution": describe_entry(path.contribution, element),
            "crossings": "" if graph is None or "crossings" in hidden else str(crossings_of(graph, path)),
            "path": fold(path, graph, width=LINE),
        }
        rows.append(tuple(text for column, text in texts.items() if column not in hidden))
    if left.count:
        texts = {
            "share": describe_rest(left),
            "contribution": describe_entry(left.contribution, element),
            "crossings": "",
            "path": f"{describe_count(left.count)} more path{'' if left.count == 1 else 's'}",
        }
        rows.append(tuple(text for column, text in texts.items() if column not in hidden))
    nothing = "nothing to share: the gradient is zero" if zero else ""
    told = "; ".join(text for text in (caption, nothing, describe_proof(selection)) if text)
    return PathTable(told, tuple(name for column, name in HEADS.items() if column not in hidden), tuple(rows))


def table_of(study: Study, top: int) -> PathTable:
    """Return the `top` leading paths of a study as a table for a reader."""
    caption = f"{study.derivative} of {study.problem.name}, path by path"
    return path_table(study.paths.top(top), element=study.element, graph=study.named, caption=caption)


def crossings_of(graph: nx.Graph[Any], path: Path) -> int:
    """Return how often `path` crosses into a gate; it may be of the graph's vertices or of their units."""
    quantities = getattr(path, "quantities", None)
    edges = path.edges if quantities is None else pairwise(quantities)
    return sum(graph.edges[edge]["crossings"] for edge in edges)  # type: ignore[index]  # (tail, head) or with key


def columns_of(graph: nx.Graph[Any]) -> dict[str, Callable[[Path], Any]]:
    """Return what a table of this graph's paths has beside the columns of every path table."""
    return {"crossings": lambda path: crossings_of(graph, path)} if _tells_crossings(graph) else {}


def level_of(paths: PathSet | UnitPathSet) -> str:
    """Return at which level paths are: `"quantity"` or `"unit"`."""
    return "unit" if isinstance(paths, UnitPathSet) else "quantity"


def _nothing(study: Study, whole: PathSet | UnitPathSet, digits: int | None) -> dict[str, Any]:
    """Return that there is nothing to share, and where terms cancel, how large these are and what could be left."""
    size = study.cancelled
    # Each vertex on the longest path adds its rounding.
    below = ROUNDING * size * (whole.facts.longest + 1)
    told = {"terms": rounded(size, digits), "below": rounded(below, digits)}
    return {"nothing_to_share": True, **({"zero_to_rounding": told} if size else {})}


def paths_json(
    study: Study,
    selection: Selection,
    *,
    paths: PathSet | UnitPathSet | None = None,
    digits: int | None = None,
    full: bool = False,
    verdict: Verdict | None = None,
    approximations: Mapping[str, Any] | None = None,
) -> str:
    """Return the paths shown, the remainder and the check as one JSON object.

    Numbers have as many digits as it takes to read them back exactly, or `digits` significant ones: what the
    arithmetic of another machine cannot change. The check then has half as many, since differences are that exact; an
    entry at which it did not look is null.

    Parameters
    ----------
    selection
        What is shown of `paths`: of those of the study, unless some were left out before.
    full
        Whether arrays of more than 64 entries are written whole.
    verdict
        Whether the crossing terms cancel, where that is told too.
    approximations
        What known approximations keep of the gradient, likewise.
    """
    whole = study.paths if paths is None else paths
    left, masses, element = selection.remainder, whole.masses, study.element
    content = {
        "example": study.problem.name,
        "source": whole.source,
        "target": whole.target,
        "level": level_of(whole),
        "count": whole.count,
        "total": array_content(entry_of(whole.total, element), digits, full=full),
        **(_nothing(study, whole, digits) if math.isnan(whole.share) else {}),
        "masses": {
            name: _finite(None if x is None else rounded(x, digits))
            for name, x in (
                ("positive", masses.positive),
                ("negative", masses.negative),
                ("cancellation", masses.cancellation),
            )
        },
        "proven": selection.proven,
        "bound": _finite(rounded(selection.bound, digits)),
        "paths": [path_content(record, element, digits, full=full) for record in records_of(study, selection)],
        "remainder": {
            "count": left.count,
            "contribution": array_content(entry_of(left.contribution, element), digits, full=full),
            "share": rounded(left.share, digits),
        },
        "check": check_content(study.check(), digits=None if digits is None else digits // 2, full=full),
    }
    if verdict is not None:
        content["verdict"] = _in_digits(verdict.content(), digits)
    if approximations is not None:
        content["approximations"] = _in_digits(approximations, digits)
    return json_text(content)


def array_content(value: Any, digits: int | None = None, *, full: bool = False) -> Any:
    """Return an array as JSON has it: nested lists; of more than 64 entries shape, length and the largest entry.

    >>> array_content(np.array([[1.0, 2.0]])), array_content(np.array([3.0] * 99 + [-4.0]), 3)
    ([[1.0, 2.0]], {'shape': [100], 'norm': 30.1, 'largest': -4.0})
    """
    array = np.asarray(value, dtype=np.float64)
    if full or array.size <= MOST_ENTRIES:
        return nested(array, digits)
    largest = array.flat[int(np.argmax(np.abs(array)))]
    return {
        "shape": list(array.shape),
        "norm": rounded(length(array), digits),
        "largest": rounded(float(largest), digits),
    }


def records_of(study: Study, paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield what is told of each path of a study, in the columns of this module's schema."""
    return records(paths, columns_of(study.named))


def path_content(
    record: dict[str, Any], element: tuple[int, ...] | None, digits: int | None = None, *, full: bool = False
) -> dict[str, Any]:
    """Return what is told of a path as JSON has it; of its contribution the entry that is looked at, if one is."""
    told: dict[str, Any] = {}
    for name, value in record.items():
        if name == "contribution":
            told[name] = array_content(entry_of(value, element), digits, full=full)
        elif isinstance(value, tuple):
            told[name] = [one if isinstance(one, str | int) else str(one) for one in value]
        else:
            told[name] = rounded(value, digits) if isinstance(value, float) else value
    return told


def _in_digits(content: Any, digits: int | None) -> Any:
    """Return what JSON has, with so many significant digits."""
    if isinstance(content, dict):
        return {name: _in_digits(value, digits) for name, value in content.items()}
    if isinstance(content, list):
        return [_in_digits(value, digits) for value in content]
    return rounded(content, digits) if isinstance(content, float) else content


def check_content(check: Check, *, digits: int | None = None, full: bool = True) -> dict[str, Any]:
    """Return the check as JSON has it: each way's gradient (null where it looked along some directions alone).

    `residual` is how far each is from the reverse sweep, relative to it; `noticed` the smallest relative error that it
    would have noticed, null where it would have noticed none, or the gradient is zero; `checked` whether these are
    small enough to mean anything.
    """
    places = 0 if digits is None else digits
    return {
        "checked": check.checked,
        "reverse": array_content(check.gradient, digits, full=full),
        **{
            way.name: None if way.gradient is None else array_content(way.gradient, digits, full=full)
            for way in check.ways
        },
        # A residual is relative: digits after the point.
        "residual": {
            way.name: _finite(way.residual if digits is None else round(way.residual, places)) for way in check.ways
        },
        "noticed": {
            way.name: _finite(rounded(way.noticed, 1 if digits else None)) if check.derivative else None
            for way in check.ways
        },
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


def paths_csv(
    study: Study,
    selection: Selection,
    *,
    paths: PathSet | UnitPathSet | None = None,
    digits: int | None = None,
    full: bool = False,
) -> str:
    """Return the paths shown as CSV, the remainder as its last row. Numbers and options as in `paths_json`."""
    whole = study.paths if paths is None else paths
    left, element = selection.remainder, study.element
    shape = np.shape(entry_of(left.contribution, element))
    keyed = study.named.is_multigraph()
    columns = columns_of(study.named)
    told = {"level": level_of(whole), "proven": str(selection.proven).lower()}
    head = ["rank", "share", *contribution_names(shape, full=full), *columns, "length", *(["keys"] if keyed else [])]
    rows: list[list[Any]] = [[*head, *told, "bound", "path"]]
    for record in records_of(study, selection):
        row = [record["rank"], rounded(record["share"], digits)]
        row += contribution_cells(entry_of(record["contribution"], element), digits, full=full)
        row += [record[name] for name in (*columns, "length")]
        row += [" ".join(map(str, record["keys"]))] if keyed else []
        rows.append([*row, *told.values(), None, " -> ".join(map(str, record["path"]))])
    if left.count:
        cells = contribution_cells(entry_of(left.contribution, element), digits, full=full)
        empty = [None] * (len(head) - 2 - len(cells))
        bound = rounded(selection.bound, digits)
        words = f"{all_digits(left.count)} more paths"
        rows.append([None, rounded(left.share, digits), *cells, *empty, *told.values(), bound, words])
    return csv_text(rows)


def contribution_names(shape: Sequence[int], *, full: bool = False) -> list[str]:
    """Return the names of the columns of a contribution: one for each entry, or one for its length.

    >>> contribution_names((1, 2)), contribution_names((64, 64))
    (['contribution[0,0]', 'contribution[0,1]'], ['contribution_norm'])
    """
    return entry_names(shape) if full or math.prod(shape) <= MOST_ENTRIES else ["contribution_norm"]


def contribution_cells(value: Any, digits: int | None = None, *, full: bool = False) -> list[float | None]:
    """Return what stands in those columns."""
    array = np.asarray(value, dtype=np.float64)
    if full or array.size <= MOST_ENTRIES:
        return [rounded(float(number), digits) for number in array.reshape(-1)]
    return [rounded(length(array), digits)]


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
    r"""Return a value as JSON text; what does not show is escaped, whole numbers beyond 2**53 are texts.

    >>> print(json_text({"a\u202eb": 2**60}), end="")
    {
     "a\u202eb": "1152921504606846976"
    }
    """
    text = json.dumps(exact(content), indent=1, allow_nan=False, ensure_ascii=False)
    # Only within its strings can JSON have a character that does not show: there it may be escaped.
    return UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def _tells_crossings(graph: nx.Graph[Any] | None) -> bool:
    """Return whether it is the graph of a cell, whose edges say whether they cross into a gate."""
    return graph is not None and "cell" in graph.graph
