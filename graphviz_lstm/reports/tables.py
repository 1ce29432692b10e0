"""The paths as tables: CSV for a spreadsheet, JSON for a program. Every number reads back exactly."""

from __future__ import annotations

import csv
import io
import json
import math
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.reports.answer import crossings_of
from graphviz_lstm.reports.words import describe_path

if TYPE_CHECKING:
    from graphviz_lstm.gradients import Check
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, Selection

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def paths_json(example: str, paths: PathSet, selection: Selection, check: Check) -> str:
    """Return the paths shown, the remainder and the check as one JSON object, keys as in the README.

    Arrays are nested lists in the source's shape; an entry at which the check did not look is null.
    """
    left = selection.remainder
    content = {
        "example": example,
        "source": paths.source,
        "target": paths.target,
        "count": paths.count,
        "total": _nested(paths.total),
        "paths": [
            {"vertices": list(path.vertices), "contribution": _nested(path.contribution), "share": _number(path.share)}
            for path in selection
        ],
        "remainder": {"count": left.count, "contribution": _nested(left.contribution), "share": _number(left.share)},
        "check": check_content(check),
    }
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def check_content(check: Check) -> dict[str, Any]:
    """Return the check as JSON has it: three ways as arrays, and each one's residual."""
    return {
        "reverse": _nested(check.reverse),
        "forward": _nested(check.forward),
        "difference": _nested(check.difference),
        "residual": dict(check.residuals),
    }


def paths_csv(graph: Graph, paths: PathSet, selection: Selection) -> str:
    """Return the paths shown as CSV, the remainder as its last row.

    Columns: rank, share, a contribution for each entry of the source, crossings, vertices, path.
    """
    shape = np.shape(paths.total)
    entries = list(product(*map(range, shape)))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = [f"contribution[{','.join(map(str, entry))}]" if entry else "contribution" for entry in entries]
    writer.writerow(["rank", "share", *columns, "crossings", "vertices", "path"])
    for rank, path in enumerate(selection, start=1):
        numbers = [repr(float(number)) for number in np.asarray(path.contribution).reshape(-1)]
        row = [rank, repr(path.share), *numbers, crossings_of(graph, path), len(path.vertices)]
        writer.writerow([*row, _cell(describe_path(path))])
    left = selection.remainder
    if left.count:
        numbers = [repr(float(number)) for number in np.asarray(left.contribution).reshape(-1)]
        writer.writerow(["", repr(left.share), *numbers, "", "", f"{left.count} more paths"])
    return stream.getvalue()


def _cell(text: str) -> str:
    """Return `text` so that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _nested(value: Array | float) -> Any:
    array = np.asarray(value, dtype=np.float64)
    nested = array.astype(object)
    nested[~np.isfinite(array)] = None
    return nested.tolist()


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
