"""Paths as tables: the one schema of records, CSV, JSON and data frames. Every number reads back exactly.

======================  ==============================================================================================
column                  what it holds
======================  ==============================================================================================
`rank`                  place in what is listed, from 1: by |share| in a selection, by number in a path set
`share`                 signed part of the total; empty or null where there is nothing to share
`contribution`          product of the partials; in CSV a column for each entry of the source, `contribution[0,1]`
(extra columns)         what the caller adds, in its order: `crossings`, in tables of a cell's paths
`length`                number of edges
`keys`                  keys of the edges, in a multigraph alone: what tells parallel edges apart
`path`                  vertices, the source first; in CSV as `a -> b`
======================  ==============================================================================================

A whole number beyond 2**53 is a text of all its digits in JSON.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.given import as_whole
from graphviz_lstm.paths.listing.limits import all_digits
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.listing.path import Path

    Columns: TypeAlias = Mapping[str, Callable[[Path], Any]]

# Up to here every whole number is a float64 too: what most readers of JSON make of it.
_LARGEST_EXACT = 2**53
_MOST_DIGITS = 17
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """Return `text` so that no spreadsheet computes it.

    >>> safe_cell("=1+1"), safe_cell("a -> b")
    ("'=1+1", 'a -> b')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def rounded(value: float, digits: int | None = None) -> float | None:
    """Return a number as tables have it: with all its digits, or so many significant ones; None if it is not finite.

    >>> rounded(2 / 3), rounded(2 / 3, 3), rounded(-0.0), rounded(math.nan)
    (0.6666666666666666, 0.667, 0.0, None)
    """
    if not math.isfinite(value):
        return None
    # Plus nothing: a zero has no sign.
    value = float(value) + 0.0
    return value if digits is None else float(f"{value:.{digits - 1}e}")


def exact(value: Any) -> Any:
    """Return what JSON has, its whole numbers beyond 2**53 as texts: a reader that takes them for float64 loses none.

    >>> exact({"count": [3, True, 2**53 + 1]})
    {'count': [3, True, '9007199254740993']}
    """
    if isinstance(value, dict):
        return {name: exact(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [exact(one) for one in value]
    return all_digits(value) if isinstance(value, int) and abs(value) > _LARGEST_EXACT else value


def nested(value: Value, digits: int | None = None) -> Any:
    """Return an array as nested lists of numbers as tables have them; a number as one of these."""
    array = np.asarray(value, dtype=np.float64)
    return [nested(row, digits) for row in array] if array.ndim else rounded(float(array), digits)


def records(paths: Iterable[Path], columns: Columns | None = None) -> Iterator[dict[str, Any]]:
    """Yield each path as a dict, lazily, with the columns of the schema, each value as the path has it."""
    extra = _columns(columns)
    for rank, path in enumerate(paths, start=1):
        record = {
            "rank": rank,
            "share": path.share,
            "contribution": path.contribution,
            **{name: tell(path) for name, tell in extra.items()},
            "length": len(path.edges),
        }
        if path.edges and len(path.edges[0]) == 3:
            record["keys"] = tuple(edge[2] for edge in path.edges if len(edge) == 3)
        yield record | {"path": path.vertices}


def _columns(given: object) -> Columns:
    """Return the further columns that are asked for."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(map(callable, given.values())):
        raise InputError(f"unusable columns: {shorten(given)} (must be names, each with a function of a path)")
    return given


def _require_digits(digits: object) -> None:
    if digits is not None and (as_whole(digits) or 0) not in range(1, _MOST_DIGITS + 1):
        raise InputError(f"unusable digits: {shorten(digits)} (must be a whole number from 1 to {_MOST_DIGITS})")


def to_csv(
    paths: Iterable[Path],
    *,
    columns: Columns | None = None,
    digits: int | None = None,
    rest: tuple[int, float, Value] | None = None,
) -> str:
    """Return paths as CSV, a row each. Text that a spreadsheet would take for a formula begins with an apostrophe.

    Parameters
    ----------
    columns
        Further columns: what each says of a path.
    digits
        How many significant ones numbers have; by default as many as it takes to read them back exactly.
    rest
        Count, share and contribution of the paths that are not among these, for a last row; none where there are none.
    """
    _require_digits(digits)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    header: list[str] = []
    for record in records(paths, columns):
        if not header:
            header = _header(record)
            writer.writerow(header)
        writer.writerow(_row(record, digits))
    if rest is not None and rest[0]:
        count, share, contribution = rest
        last = {"rank": "", "share": share, "contribution": contribution, "path": f"{all_digits(count)} more paths"}
        names = [name.partition("[")[0] if name.startswith("contribution") else name for name in header or last]
        empty = dict.fromkeys(names, "") | last
        if not header:
            writer.writerow(_header(empty))
        writer.writerow(_row(empty, digits))
    return stream.getvalue()


def plain_records(
    paths: Iterable[Path], *, columns: Columns | None = None, digits: int | None = None
) -> list[dict[str, Any]]:
    """Return paths as JSON has them: objects, arrays as nested lists; what is not finite is None."""
    _require_digits(digits)
    return [{name: _plain(value, digits) for name, value in record.items()} for record in records(paths, columns)]


def to_json(paths: Iterable[Path], *, columns: Columns | None = None, digits: int | None = None) -> str:
    """Return paths as a JSON array of objects, see `plain_records`."""
    content = plain_records(paths, columns=columns, digits=digits)
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)


def _header(record: Mapping[str, Any]) -> list[str]:
    """Return the names of the columns of CSV."""
    header = []
    for name, value in record.items():
        if name == "contribution":
            entries = [",".join(map(str, entry)) for entry in np.ndindex(np.shape(value))]
            header += [f"contribution[{entry}]" if entry else "contribution" for entry in entries]
        else:
            header.append(name)
    return header


def _row(record: Mapping[str, Any], digits: int | None) -> list[Any]:
    """Return one row of CSV."""
    cells: list[Any] = []
    for name, value in record.items():
        if name == "contribution":
            cells += [rounded(float(number), digits) for number in np.ravel(value)]
        elif isinstance(value, tuple):
            cells.append(safe_cell((" -> " if name == "path" else " ").join(map(str, value))))
        elif isinstance(value, str):
            cells.append(safe_cell(value))
        else:
            cells.append(rounded(value, digits) if isinstance(value, float) else value)
    return cells


def _plain(value: Any, digits: int | None) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, tuple | list):
        return [_plain(one, digits) for one in value]
    if isinstance(value, np.ndarray | float):
        return nested(value, digits)
    return exact(value) if isinstance(value, str | int | None) else str(value)


class Tabular(Shown):
    """What can be written as a table: anything that yields paths. The columns are those of this module's schema."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Path]:
        """Yield the paths."""
        raise NotImplementedError

    def records(self, *, columns: Columns | None = None) -> Iterator[dict[str, Any]]:
        """Yield each path as a dict, lazily: `rank`, `share`, `contribution`, `length`, `keys`, `path`.

        `keys` are there in a multigraph alone. `columns` adds others before `length`, each a function of the path.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> next(diamond().records(columns={"first": lambda path: path.edges[0]}))["first"]
        ('x', 'y')
        """
        return records(self, columns)

    def to_csv(self, *misplaced: object, columns: Columns | None = None, digits: int | None = None) -> str:
        """Return the paths as CSV, a row each, with the columns of `records`.

        There is a column for each entry of the source; text that a spreadsheet would take for a formula begins with an
        apostrophe. Numbers read back exactly, or have so many significant `digits`.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> print(diamond().top(2).to_csv(digits=3))
        rank,share,contribution,length,path
        1,1.2,6.0,2,x -> y -> E
        2,-0.2,-1.0,1,x -> E
        <BLANKLINE>
        """
        _refuse("to_csv", misplaced)
        return to_csv(self, columns=columns, digits=digits)

    def to_json(self, *misplaced: object, columns: Columns | None = None, digits: int | None = None) -> str:
        """Return the paths as a JSON array of objects, with the names of `records`; what is not finite is null."""
        _refuse("to_json", misplaced)
        return to_json(self, columns=columns, digits=digits)

    def to_dataframe(self, *, columns: Columns | None = None) -> Any:
        """Return the paths as a `pandas.DataFrame` with the columns of `records`; pandas must be installed."""
        import pandas as pd

        plain = ["rank", "share", "contribution", *_columns(columns), "length", "path"]
        listed = list(self.records(columns=columns))
        return pd.DataFrame(listed, columns=list(listed[0]) if listed else plain)


def _refuse(method: str, misplaced: tuple[object, ...]) -> None:
    """Raise InputError where a file's name, or whatever else, was given to what returns text."""
    if misplaced:
        raise InputError(
            f"unusable argument of {method}: {shorten(misplaced[0])} "
            f"(it returns the text, so write that: pathlib.Path(name).write_text(paths.{method}()))"
        )
