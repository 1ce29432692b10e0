"""The paths as tables: CSV for a spreadsheet, JSON for a program. Every number reads back exactly."""

from __future__ import annotations

import csv
import io
import json
import math
from functools import partial
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


def paths_json(example: str, paths: PathSet, selection: Selection, check: Check, *, digits: int | None = None) -> str:
    """Return the paths shown, the remainder and the check as one JSON object, keys as in the README.

    Arrays are nested lists in the source's shape; an entry at which the check did not look is null. Numbers have as
    many digits as it takes to read them back exactly, or `digits` significant ones: what the arithmetic of another
    machine cannot change. The check then has half as many, since differences are that exact.
    """
    nested, number = partial(_nested, digits=digits), partial(_number, digits=digits)
    left = selection.remainder
    content = {
        "example": example,
        "source": paths.source,
        "target": paths.target,
        "count": paths.count,
        "total": nested(paths.total),
        "paths": [
            {"vertices": list(path.vertices), "contribution": nested(path.contribution), "share": number(path.share)}
            for path in selection
        ],
        "remainder": {"count": left.count, "contribution": nested(left.contribution), "share": number(left.share)},
        "check": check_content(check, digits=None if digits is None else digits // 2),
    }
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def check_content(check: Check, *, digits: int | None = None) -> dict[str, Any]:
    """Return the check as JSON has it: three ways as arrays, and each one's residual."""
    return {
        "reverse": _nested(check.reverse, digits),
        "forward": _nested(check.forward, digits),
        "difference": _nested(check.difference, digits),
        # A residual is relative: digits after the point.
        "residual": {way: x if digits is None else round(x, digits) for way, x in check.residuals.items()},
    }


def paths_csv(graph: Graph, paths: PathSet, selection: Selection, *, digits: int | None = None) -> str:
    """Return the paths shown as CSV, the remainder as its last row.

    Columns: rank, share, a contribution for each entry of the source, crossings, vertices, path. Numbers as in
    `paths_json`.
    """
    shape = np.shape(paths.total)
    entries = list(product(*map(range, shape)))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    columns = [f"contribution[{','.join(map(str, entry))}]" if entry else "contribution" for entry in entries]
    writer.writerow(["rank", "share", *columns, "crossings", "vertices", "path"])
    for rank, path in enumerate(selection, start=1):
        numbers = _numbers(path.contribution, digits)
        row = [rank, _number(path.share, digits), *numbers, crossings_of(graph, path), len(path.vertices)]
        writer.writerow([*row, _cell(describe_path(path))])
    left = selection.remainder
    if left.count:
        numbers = _numbers(left.contribution, digits)
        writer.writerow(["", _number(left.share, digits), *numbers, "", "", f"{left.count} more paths"])
    return stream.getvalue()


def _cell(text: str) -> str:
    """Return `text` so that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _nested(value: Array | float, digits: int | None = None) -> Any:
    array = np.asarray(value, dtype=np.float64)
    if array.ndim:
        return [_nested(row, digits) for row in array]
    return _number(float(array), digits)


def _numbers(value: Array | float, digits: int | None) -> list[float | None]:
    return [_number(float(number), digits) for number in np.asarray(value).reshape(-1)]


def _number(value: float, digits: int | None = None) -> float | None:
    if not math.isfinite(value):
        return None
    return value if digits is None else float(f"{value:.{digits - 1}e}")
