"""What known approximations keep of a gradient: the cuts of 1997 and windows of some steps, beside the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients.schemes.edge import exits_of
from graphviz_lstm.gradients.schemes.kept import kept_under
from graphviz_lstm.gradients.schemes.library import scheme
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.arrays import describe_source
from graphviz_lstm.reports.columns import number_text
from graphviz_lstm.reports.document import Section, Table

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.kept import Kept
    from graphviz_lstm.reports.study import Study

_CUTS = "lstm-1997"
_WINDOWS = (1, 2, 5, 10)
# How many edges are looked at for all windows together, and in a graph for the cuts: half a second or so.
_MOST_LOOKED_AT = 25_000
_MOST_EDGES = 50_000

TITLE = "What approximations keep"
HEAD = ("approximation", "gradient kept", "relative error", "cosine", "paths kept", "dropped")


@dataclass(frozen=True, slots=True)
class Approximations:
    """What each keeps; no row where none drops a path, under a scheme, and where the gradient is zero.

    Attributes
    ----------
    rows
        Those that drop some path from the source.
    missing
        What was not computed, as a sentence; empty where nothing is missing.
    """

    rows: tuple[Kept, ...] = ()
    missing: str = ""

    def __bool__(self) -> bool:
        """Return whether there is anything to tell."""
        return bool(self.rows or self.missing)


def approximations_of(study: Study) -> Approximations:
    """Return what known approximations keep of the gradient of a study. See `Study.approximations`."""
    if study.scheme is not None or study.detail != "gate" or study.is_zero:
        return Approximations()
    graph, steps = study.graph, study.problem.steps
    edges = graph.number_of_edges()
    names: list[str] = []
    missing: list[str] = []
    (names if edges <= _MOST_EDGES else missing).append(_CUTS)
    looked_at = 0
    for back in (window for window in _WINDOWS if window < steps):
        looked_at += len(exits_of(graph)) * back * edges // steps
        (names if looked_at <= _MOST_LOOKED_AT else missing).append(f"bptt:{back}")
    full = study.adjoints[study.source]
    kept = [kept_under(graph, scheme(name), study.source, full, element=study.element) for name in names]
    told = f"Not computed here, over {steps:,} steps: {', '.join(missing)} (compare does)." if missing else ""
    return Approximations(tuple(each for each in kept if each.kept != each.whole), told)


def approximation_rows(found: Approximations) -> list[tuple[str, ...]]:
    """Return the table for a reader, its head first."""
    rows: list[tuple[str, ...]] = [HEAD]
    for each in found.rows:
        kept = each.kept or 0
        by = each.distance
        rows.append(
            (
                each.scheme.name,
                format_share(each.share),
                number_text(by.relative_error, ".3g"),
                number_text(by.cosine, ".6f"),
                describe_count(kept),
                describe_count(each.whole - kept),
            )
        )
    return rows


def approximation_sentences(study: Study) -> tuple[str, ...]:
    """Return what is said of the table: what the rows are, of what the numbers are, what is missing."""
    found = study.approximations
    names = [each.scheme.name for each in found.rows]
    told = [f"{_CUTS} cuts what would go back through a gate"] if _CUTS in names else []
    told += (
        ["bptt:K keeps the paths that leave the weight in the last K steps up to their loss"]
        if any(name != _CUTS for name in names)
        else []
    )
    whole = describe_source(study.source, None)
    about = f"{'; '.join(told)}. Relative error and cosine are of all of {whole}." if told else ""
    return tuple(sentence for sentence in (about, found.missing) if sentence)


def approximation_section(study: Study) -> tuple[Section, ...]:
    """Return the section of a document; none where there is nothing to tell, or the gradient is no finite number."""
    try:
        found = study.approximations
    except NumberError:  # the symbols of a derivation hold all the same
        return ()
    if not found:
        return ()
    head, *rows = approximation_rows(found)
    table = (Table(head, tuple(rows)),) if rows else ()
    return (Section(TITLE, (*approximation_sentences(study), *table)),)


def approximation_content(found: Approximations) -> dict[str, Any]:
    """Return the same as JSON has it: shares are parts of the gradient, or of the entry that is looked at."""
    rows = [
        {
            "scheme": each.scheme.name,
            "share": _finite(each.share),
            "relative_error": _finite(each.distance.relative_error),
            "cosine": _finite(each.distance.cosine),
            "kept": each.kept,
            "dropped": each.whole - (each.kept or 0),
        }
        for each in found.rows
    ]
    return {"schemes": rows, "missing": found.missing or None}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
