"""What is too large for a table that people read: paths as JSON Lines and as arrays, every matrix whole.

Each line of JSON Lines is an object: a path with the columns of `graphviz_lstm.reports.tables`, and last, without a
rank, what is not shown, with `count`, `proven` and `bound`.
"""

from __future__ import annotations

import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.arrays import entry_of
from graphviz_lstm.reports.tables import array_content, crossings_of, level_of, path_content, records_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.paths import PathSet, Selection, UnitPathSet
    from graphviz_lstm.reports.study import Study


def line_of(content: Any) -> str:
    r"""Return one line of JSON Lines.

    >>> line_of({"rank": 1, "share": None})
    '{"rank": 1, "share": null}\n'
    """
    return json.dumps(content, allow_nan=False, ensure_ascii=False) + "\n"


def paths_lines(study: Study, selection: Selection, *, paths: PathSet | UnitPathSet) -> str:
    """Return the paths shown as JSON Lines, and what is not shown as the last line."""
    level = {"level": level_of(paths)}
    lines = [line_of(path_content(record, study.element, full=True) | level) for record in records_of(study, selection)]
    left = selection.remainder
    rest = {
        "rank": None,
        "share": rounded(left.share),
        "contribution": array_content(entry_of(left.contribution, study.element), full=True),
        "count": left.count,
        "proven": selection.proven,
        "bound": rounded(selection.bound),
        **level,
    }
    return "".join([*lines, line_of(rest)])


def paths_arrays(study: Study, selection: Selection, *, paths: PathSet | UnitPathSet) -> dict[str, NDArray[Any]]:
    """Return the paths shown as arrays, and what is not shown.

    `path` (`a -> b`), `share`, `contribution` (the paths, then the axes of the source) and `crossings` have a row for
    each path; `total`, `rest` and `rest_share` are of all paths and of those not shown.
    """
    element, left = study.element, selection.remainder
    shape = np.shape(entry_of(paths.total, element))
    contributions = [entry_of(path.contribution, element) for path in selection]
    return {
        "path": np.array([" -> ".join(map(str, path.vertices)) for path in selection], dtype=np.str_),
        "share": np.array([path.share for path in selection], dtype=np.float64),
        "contribution": np.array(contributions, dtype=np.float64).reshape(-1, *shape),
        "crossings": np.array([crossings_of(study.named, path) for path in selection], dtype=np.int64),
        "total": entry_of(paths.total, element),
        "rest": entry_of(left.contribution, element),
        "rest_share": np.array(left.share if left.count else 0.0 if not math.isnan(paths.share) else math.nan),
    }


def npz_bytes(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return arrays as the content of a `.npz` file, which `numpy.load` reads; the same bytes each time."""
    stream = io.BytesIO()
    kept: dict[str, Any] = dict(arrays)
    np.savez_compressed(stream, **kept)
    return stream.getvalue()
