"""Schemes side by side, for people and files: what each keeps of the gradient, and which paths it drops."""

from __future__ import annotations

import csv
import io
import math
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.gradients.schemes.chance import moments_under
from graphviz_lstm.gradients.schemes.compare import compare
from graphviz_lstm.gradients.schemes.library import SCHEMES
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.columns import aligned, number_text
from graphviz_lstm.reports.fold import fold
from graphviz_lstm.reports.tables import json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.gradients.schemes.compare import Comparison
    from graphviz_lstm.gradients.schemes.dropped import Dropped
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.reports.study import Study

DEFAULT_SCHEMES = ("full", "lstm-1997", "bptt:2", "chunked-bptt:2", "spatial", "snap:1", "h-detach:0.25", "artbp:0.25")
"""What is compared where nothing is asked for: one of each form."""

_LINE, _WIDTH = 80, 58


def comparison_text(study: Study, schemes: Sequence[str], *, dropped: int = 3) -> str:
    """Return a table of schemes, what each drops, and its largest dropped paths from the study's source."""
    found = compare(study.graph, schemes)
    entries = sum(gradient.size for gradient in found[0].full.values())
    rows = [
        ["scheme", "relative error", "cosine", "same signs", f"paths of {study.source} kept", "dropped", "their share"]
    ]
    lists: list[str] = []
    for each in found:
        paths = each.dropped(study.source, element=study.element)
        told = ["by entry", "", ""]
        if paths is not None:
            told = [describe_count(paths.kept), describe_count(paths.count), _share(paths.share) if paths.count else ""]
        by = each.distance
        numbers = [number_text(by.relative_error, ".3g"), number_text(by.cosine, ".6f"), plain_percent(by.signs)]
        rows.append([each.scheme.name, *numbers, *told])
        lists += ["", *_about(each, paths, study, dropped)]
    head = (
        f"What schemes keep of the gradient of {study.problem.name!r}, all {len(found[0].full)} parameters "
        f"({entries:,} entries) together;"
    )
    about = f"paths are those of {study.derivative}, and shares are parts of the full one."
    return "\n".join([head, about, *aligned(rows, left=1), *lists, ""])


def _about(each: Comparison, paths: Dropped | None, study: Study, dropped: int) -> list[str]:
    lines = wrap(str(each.scheme), _LINE, subsequent_indent="  ")
    if each.scheme.chance is not None:
        lines.append("  (its gradient is the exact expectation; the paths are those that it may drop)")
    if paths is None:
        lines.append("  Paths are not dropped as a whole: which entries of one count depends on the parameter's entry.")
    elif paths.count == paths.whole:
        lines.append("  It drops every path: what it finds is zero.")
    elif paths.count:
        masses = paths.masses
        if masses is not None and paths.count > 1:
            lines.append(f"  dropped in all: {_share(masses[0])} and {_share(masses[1])}")
        lines += [
            f"  dropped: {format_share(path.share):>9}  {fold(path, study.graph, width=_WIDTH)}"
            for path in paths.top(dropped)
        ]
        if paths.count > dropped:
            lines.append(f"  and {describe_count(paths.count - dropped)} more")
    return lines


def comparison_json(study: Study, schemes: Sequence[str]) -> str:
    """Return the comparison as one JSON object; of a random scheme the gradients are its exact expectation."""
    content: dict[str, Any] = {
        "example": study.problem.name,
        "target": "E",
        "schemes": [_content(study, each) for each in compare(study.graph, schemes)],
    }
    return json_text(content)


def _content(study: Study, each: Comparison) -> dict[str, Any]:
    paths = {}
    for name in each.gradients:
        found = each.dropped(name)
        paths[name] = None if found is None else {"kept": found.kept, "dropped": found.count}
    content: dict[str, Any] = {
        "scheme": each.scheme.name,
        "citation": each.scheme.citation,
        "drops": each.scheme.sentence,
        "gradients": {name: gradient.tolist() for name, gradient in each.gradients.items()},
        "paths": paths,
        "relative_error": _number(each.distance.relative_error),
        "cosine": _number(each.distance.cosine),
        "signs": _number(each.distance.signs),
        "by_parameter": {
            name: {"relative_error": _number(d.relative_error), "cosine": _number(d.cosine), "signs": _number(d.signs)}
            for name, d in each.by_parameter.items()
        },
    }
    if each.scheme.chance is not None:
        moments = {name: moments_under(study.graph, each.scheme, name) for name in each.gradients}
        content["deviation"] = {name: found.deviation.tolist() for name, found in moments.items()}
        content["variance"] = {name: _known(found.variance) for name, found in moments.items()}
    return content


def comparison_csv(study: Study, schemes: Sequence[str]) -> str:
    """Return the comparison as CSV: a row for each scheme and parameter, and one for all parameters together."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["scheme", "parameter", "relative_error", "cosine", "signs", "kept", "dropped"])
    for each in compare(study.graph, schemes):
        for name, by in {"": each.distance, **each.by_parameter}.items():
            paths = each.dropped(name) if name else None
            counts = ["", ""] if paths is None else [paths.kept, paths.count]
            writer.writerow(
                [each.scheme.name, name, *(_text(x) for x in (by.relative_error, by.cosine, by.signs)), *counts]
            )
    return out.getvalue()


def list_schemes() -> str:
    """Return every scheme: how it is asked for, what it drops, and who proposed it."""
    lines = []
    for named in SCHEMES.values():
        example = named.make(*named.shown)
        lines += [named.usage, f"    {example.sentence}", f"    ({example.citation})"]
    return "\n".join([*lines, ""])


def schemes_json() -> str:
    """Return the same as one JSON object."""
    content = []
    for named in SCHEMES.values():
        example = named.make(*named.shown)
        content.append(
            {"scheme": example.name, "usage": named.usage, "drops": example.sentence, "citation": example.citation}
        )
    return json_text({"schemes": content})


LIST_FORMATS: dict[str, Callable[[], str]] = {".txt": list_schemes, ".json": schemes_json}
"""Suffix -> how the list of schemes is written."""

COMPARISON_FORMATS: dict[str, Callable[[Study, Sequence[str]], str]] = {
    ".txt": comparison_text,
    ".json": comparison_json,
    ".csv": comparison_csv,
}
"""Suffix -> how a comparison is written."""


def _share(share: float) -> str:
    return "nothing to share" if math.isnan(share) else format_share(share)


def _text(number: float) -> str:
    return repr(number) if math.isfinite(number) else ""


def _known(array: Array) -> Any:
    """Return an array as lists, with None for a square that left the range of a float64: JSON has no infinity."""
    told = array.astype(object)
    told[~np.isfinite(array)] = None
    return told.tolist()


def _number(number: float) -> float | None:
    return number if math.isfinite(number) else None
