"""Paths by class, as text, JSON and CSV: every class exact, none of the paths listed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import all_digits, describe_count
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.arrays import describe_array, entry_of
from graphviz_lstm.reports.lines import line_of
from graphviz_lstm.reports.parts import LEVEL_NAMES, Part, describe_part
from graphviz_lstm.reports.tables import (
    array_content,
    contribution_cells,
    contribution_names,
    csv_text,
    json_text,
    level_of,
)
from graphviz_lstm.reports.words import NOTHING_TO_SHARE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import Group, PathSet, UnitPathSet
    from graphviz_lstm.paths.sweeping.sweep import Progress

UP_TO = {"crossings": 100, "length": 10_000}
"""Label -> the largest that has a row of its own, unless all are asked for: more is told together."""
# What is told of a group beside its label, its count and its contribution.
_PARTS = ("share", "positive", "negative", "cancellation")


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The paths by class, and how they are told.

    Attributes
    ----------
    paths
        All of them. Where one entry of the source is looked at, contributions are of that entry alone.
    label
        An edge attribute of this package's graphs, or `length`.
    groups
        By label.
    full
        Whether every label has a row of its own, and arrays of more than 64 entries are written whole.
    """

    paths: PathSet | UnitPathSet
    label: str
    groups: Mapping[Any, Group]
    full: bool = False

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing to share."""
        return math.isnan(self.paths.share)

    @property
    def up_to(self) -> int | None:
        """The largest label that has a row of its own; None where all have."""
        return None if self.full else UP_TO.get(self.label)

    def contribution(self, group: Group) -> Array:
        """Return what a group contributes: of the entry that is looked at, if one is."""
        return entry_of(group.contribution, self.paths.element)


def groups_of(
    paths: PathSet | UnitPathSet, label: str, *, full: bool = False, progress: Progress | None = None
) -> Groups:
    """Return the groups by an edge attribute of this package's graphs, or by `length`.

    Of more than 100 crossings, and of paths longer than 10,000 edges, all are one group, unless `full`.
    """
    up_to = None if full else UP_TO.get(label)
    groups = paths.group_by((lambda _: 1) if label == "length" else label, up_to=up_to, progress=progress)
    return Groups(paths, label, groups, full)


def describe_label(label: Any, up_to: int | None = None) -> str:
    """Return a label as it is shown.

    >>> describe_label(frozenset({"o", "i"})), describe_label(frozenset()), describe_label((3,)), describe_label(2)
    ('i, o', 'none', '3', '2')
    """
    if isinstance(label, frozenset | tuple):
        return ", ".join(map(str, sorted(label) if isinstance(label, frozenset) else label)) or "none"
    return f"{label} or more" if up_to is not None and label > up_to else str(label)


def groups_text(found: Groups) -> str:
    """Return the groups as a table of text; where there is nothing to share, without the columns of shares."""
    paths, label = found.paths, found.label
    shares = () if found.is_zero else ("share", "positive", "negative", "cancelled")
    header = (label, "paths", *shares, "contribution")
    rows = [
        (
            describe_label(name, found.up_to),
            describe_count(group.count),
            *(_shares(group) if shares else ()),
            describe_array(found.contribution(group)),
        )
        for name, group in found.groups.items()
    ]
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = ["  ".join(f"{text:>{width}}" for text, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    count, level = describe_count(paths.count), LEVEL_NAMES[level_of(paths)]
    head = f"The {count} paths from {paths.source} to {paths.target} by {label}, at the level of {level}:"
    notes = [NOTHING_TO_SHARE] if found.is_zero else []
    pooled = [group for name, group in found.groups.items() if found.up_to is not None and name > found.up_to]
    told = [
        f"The last row has {describe_count(group.count)} paths of more than {found.up_to:,} (--full tells them apart)."
        for group in pooled
    ]
    return "\n".join([*notes, head, *(f"  {line}".rstrip() for line in lines), *told]) + "\n"


def _shares(group: Group) -> tuple[str, ...]:
    return (format_share(group.share), *describe_part(Part(group.share, group.positive, group.negative)))


def groups_json(found: Groups) -> str:
    """Return the groups as one JSON object."""
    paths = found.paths
    return json_text(
        {
            "source": paths.source,
            "target": paths.target,
            "level": level_of(paths),
            "count": paths.count,
            "label": found.label,
            **({"nothing_to_share": True} if found.is_zero else {}),
            "groups": [_content(found, name, full=found.full) for name in found.groups],
        }
    )


def groups_lines(found: Groups) -> str:
    """Return the groups as JSON Lines, one a line, arrays whole."""
    return "".join(line_of(_content(found, name, full=True)) for name in found.groups)


def _content(found: Groups, name: Any, *, full: bool) -> dict[str, Any]:
    """Return a group as JSON has it."""
    group = found.groups[name]
    return {
        "label": sorted(name) if isinstance(name, frozenset) else name,
        "count": group.count,
        "contribution": array_content(found.contribution(group), full=full),
        **_parts(group),
    }


def _parts(group: Group) -> dict[str, float | None]:
    """Return what is told of a group's shares; None for what is not known, or not finite."""
    told = {part: getattr(group, part) for part in _PARTS}
    return {part: None if value is None else rounded(value) for part, value in told.items()}


def groups_csv(found: Groups) -> str:
    """Return the groups as CSV: a contribution for each entry of the source, or its length; `level` in every row."""
    paths, full = found.paths, found.full
    shape = np.shape(entry_of(paths.total, paths.element))
    rows: list[list[Any]] = [[found.label, "level", "count", *_PARTS, *contribution_names(shape, full=full)]]
    for name, group in found.groups.items():
        numbers = contribution_cells(found.contribution(group), full=full)
        told = describe_label(name, found.up_to), level_of(paths), all_digits(group.count)
        rows.append([*told, *_parts(group).values(), *numbers])
    return csv_text(rows)


def groups_arrays(found: Groups) -> dict[str, NDArray[Any]]:
    """Return the groups as arrays: NaN for what is not known; counts as text, since they may have any length."""
    groups = list(found.groups.values())
    return {
        "label": np.array([describe_label(name, found.up_to) for name in found.groups], dtype=np.str_),
        "count": np.array([str(group.count) for group in groups], dtype=np.str_),
        **{
            part: np.array([math.nan if (x := getattr(group, part)) is None else x for group in groups])
            for part in _PARTS
        },
        "contribution": np.array([found.contribution(group) for group in groups]),
        "total": entry_of(found.paths.total, found.paths.element),
    }


GROUP_FORMATS: dict[str, Callable[[Groups], str]] = {
    ".txt": groups_text,
    ".json": groups_json,
    ".jsonl": groups_lines,
    ".csv": groups_csv,
}
"""Suffix -> how groups are written."""
