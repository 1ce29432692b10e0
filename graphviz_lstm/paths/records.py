"""Paths as tables: records, CSV, JSON, a data frame. Every number reads back exactly."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.paths.linear import Value
    from graphviz_lstm.paths.path import Path

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Table:
    """What can be written as a table: anything that yields paths."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Path]:
        """Yield the paths."""
        raise NotImplementedError

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each path as a dict, lazily: `vertices`, `contribution`, `share`, `length` (its number of edges)."""
        for path in self:
            yield {
                "vertices": path.vertices,
                "contribution": path.contribution,
                "share": path.share,
                "length": len(path.edges),
            }

    def to_csv(self) -> str:
        """Return the paths as CSV.

        A row for each path: `share`, a contribution for each entry of the source, `length`, and the vertices as
        `a -> b`. Text that a spreadsheet would take for a formula is quoted with an apostrophe.
        """
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        for k, record in enumerate(self.records()):
            numbers = np.asarray(record["contribution"])
            if not k:
                entries = [",".join(map(str, entry)) for entry in np.ndindex(numbers.shape)]
                names = [f"contribution[{entry}]" if entry else "contribution" for entry in entries]
                writer.writerow(["share", *names, "length", "path"])
            text = " -> ".join(map(str, record["vertices"]))
            row = [repr(record["share"]), *map(repr, numbers.reshape(-1).tolist()), record["length"]]
            writer.writerow([*row, f"'{text}" if text.startswith(_FORMULA) else text])
        return stream.getvalue()

    def to_json(self) -> str:
        """Return the paths as a JSON array of objects, arrays as nested lists; what is not finite is null."""
        return json.dumps([_plain(record) for record in self.records()], indent=1, ensure_ascii=False, allow_nan=False)

    def to_dataframe(self) -> Any:
        """Return the paths as a `pandas.DataFrame`; pandas must be installed."""
        import pandas as pd

        return pd.DataFrame(self.records(), columns=["vertices", "contribution", "share", "length"])


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "vertices": [vertex if isinstance(vertex, str | int) else str(vertex) for vertex in record["vertices"]],
        "contribution": _finite(record["contribution"]),
        "share": _finite(record["share"]),
        "length": record["length"],
    }


def _finite(value: Value) -> Any:
    if isinstance(value, np.ndarray):
        return [_finite(row) for row in value] if value.ndim else _finite(float(value))
    return value if math.isfinite(value) else None
