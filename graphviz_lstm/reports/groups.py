"""Paths by class, as text, JSON and CSV: every class exact, none of the paths listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import all_digits, describe_count
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.arrays import describe_array
from graphviz_lstm.reports.parts import LEVEL_NAMES, Part, describe_part
from graphviz_lstm.reports.tables import (
    array_content,
    contribution_cells,
    contribution_names,
    csv_text,
    json_text,
    level_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.paths import Group, PathSet, UnitPathSet

# More crossings, or longer paths, are told together: exact tables of thousands of rows are asked for in Python.
_UP_TO = {"crossings": 100, "length": 10_000}
# What is told of a group beside its label, its count and its contribution.
_PARTS = ("share", "positive", "negative", "cancellation")


def groups_of(paths: PathSet | UnitPathSet, label: str) -> dict[Any, Group]:
    """Return the groups by an edge attribute of this package's graphs, or by `length`."""
    up_to = _UP_TO.get(label)
    return paths.group_by((lambda _: 1) if label == "length" else label, up_to=up_to)


def describe_label(label: Any, up_to: int | None = None) -> str:
    """Return a label as it is shown.

    >>> describe_label(frozenset({"o", "i"})), describe_label(frozenset()), describe_label((3,)), describe_label(2)
    ('i, o', 'none', '3', '2')
    """
    if isinstance(label, frozenset | tuple):
        return ", ".join(map(str, sorted(label) if isinstance(label, frozenset) else label)) or "none"
    return f"{label} or more" if up_to is not None and label > up_to else str(label)


def groups_text(paths: PathSet | UnitPathSet, label: str, groups: Mapping[Any, Group]) -> str:
    """Return the groups as a table of text."""
    header = (label, "paths", "share", "positive", "negative", "cancelled", "contribution")
    rows = [
        (
            describe_label(name, _UP_TO.get(label)),
            describe_count(group.count),
            format_share(group.share),
            *describe_part(Part(group.share, group.positive, group.negative)),
            describe_array(np.asarray(group.contribution)),
        )
        for name, group in groups.items()
    ]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = ["  ".join(f"{text:>{width}}" for text, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    count, level = describe_count(paths.count), LEVEL_NAMES[level_of(paths)]
    head = f"The {count} paths from {paths.source} to {paths.target} by {label}, at the level of {level}:"
    return "\n".join([head, *(f"  {line}".rstrip() for line in lines)]) + "\n"


def groups_json(paths: PathSet | UnitPathSet, label: str, groups: Mapping[Any, Group]) -> str:
    """Return the groups as one JSON object."""
    return json_text(
        {
            "source": paths.source,
            "target": paths.target,
            "level": level_of(paths),
            "count": paths.count,
            "label": label,
            "groups": [
                {
                    "label": sorted(name) if isinstance(name, frozenset) else name,
                    "count": group.count,
                    "contribution": array_content(group.contribution),
                    **_parts(group),
                }
                for name, group in groups.items()
            ],
        }
    )


def _parts(group: Group) -> dict[str, float | None]:
    """Return what is told of a group's shares; None for what is not known, or not finite."""
    told = {part: getattr(group, part) for part in _PARTS}
    return {part: None if value is None else rounded(value) for part, value in told.items()}


def groups_csv(paths: PathSet | UnitPathSet, label: str, groups: Mapping[Any, Group]) -> str:
    """Return the groups as CSV: a contribution for each entry of the source, or its length; `level` in every row."""
    rows: list[list[Any]] = [[label, "level", "count", *_PARTS, *contribution_names(np.shape(paths.total))]]
    for name, group in groups.items():
        parts = _parts(group).values()
        numbers = contribution_cells(group.contribution)
        rows.append(
            [describe_label(name, _UP_TO.get(label)), level_of(paths), all_digits(group.count), *parts, *numbers]
        )
    return csv_text(rows)


GROUP_FORMATS: dict[str, Callable[[Any, str, Mapping[Any, Group]], str]] = {
    ".txt": groups_text,
    ".json": groups_json,
    ".csv": groups_csv,
}
"""Suffix -> how groups are written."""
