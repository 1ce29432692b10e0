"""The figure and the paths side by side: one entry of the source in both, crossings in brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.arrays import describe_rest, describe_source
from graphviz_lstm.reports.fold import LINE, fold
from graphviz_lstm.reports.formats import Picture, Section, Table

if TYPE_CHECKING:
    from graphviz_lstm.paths import Path
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.study import Study

MOST_LISTED = 12
# A longer path is folded, and its crossings are counted.
_MOST_BRACKETED = 16
# Of more losses no sentence names each.
_MOST_LOSSES = 4


def paths_section(asked: Asked, *, drawn: bool = False, brief: bool = False) -> Section:
    """Return the paths of the one entry, with their shares of another entry and of the whole beside.

    Parameters
    ----------
    drawn
        Whether the figure is drawn, too.
    brief
        Whether shares are told of the one entry alone.
    """
    one = asked.one
    found = one.paths.top(min(one.paths.count, MOST_LISTED))
    left = found.remainder
    beside = [] if one.is_zero or brief else _beside(asked)
    values = [asked.number(path.contribution) for path in found]
    rest = [asked.number(left.contribution)] if left.count else []
    numbers = same_decimals([*values, *rest, asked.number(one.paths.total)])
    rows = [
        (number, *_shares(path, one, beside), bracketed(path, asked))
        for number, path in zip(numbers, found, strict=False)
    ]
    if left.count:
        more = f"{describe_count(left.count)} more, not shown"
        gaps = ("",) * len(beside)
        rows.append((numbers[-2], *(() if one.is_zero else (describe_rest(left), *gaps)), more))
    whole = () if one.is_zero else (format_share(one.paths.share),) * (1 + len(beside))
    rows.append((numbers[-1], *whole, "their sum"))
    heads = () if one.is_zero else ("share of it", *(f"of {name}" for name, _ in beside))
    head = ("contribution", *heads, "path, what crosses in [ ]")
    # On one screen a share says it: the contribution stands in the long form.
    kept = slice(1 if brief and not one.is_zero else 0, None)
    table = Table(head[kept], tuple(row[kept] for row in rows))
    said = (
        f"{asked.derivative} is zero: there is nothing to share, and contributions alone are told."
        if one.is_zero
        else f"The share of a path is its contribution divided by {asked.derivative}: shares sum to {_whole(one)}."
        + (
            f" Of the whole dE/d{asked.source}, which is an array, it is the part along the gradient's own direction: "
            "the contribution times the gradient, entry by entry, by the gradient times itself."
            if any(study.element is None for _, study in beside)
            else ""
        )
    )
    picture = (Picture(one.figure("flow").svg, _told(asked)),) if drawn and not one.is_zero else ()
    further = () if one.is_zero or brief else (*_largest(asked), *_against(asked))
    parts = (*picture, said, table, *further)
    return Section("Which paths are there, and how large are they?", parts, brief=True, beside=bool(picture))


def _largest(asked: Asked) -> tuple[str, ...]:
    """Return the largest path, the largest that crosses, and whether these are all."""
    paths, crossing = asked.one.paths, asked.crossing
    (first,) = paths.top(1)
    told = f"The largest is {bracketed(first, asked)}, {format_share(first.share)}"
    (of_all,) = asked.whole.paths.top(1)
    another = asked.whole is not asked.one and of_all.vertices != first.vertices
    whole = f"; of the whole dE/d{asked.source} it is {bracketed(of_all, asked)}, {format_share(of_all.share)}"
    told += f" of {asked.derivative}{whole if another else ''}."
    if crossing and paths.count > 1:
        (across,) = crossing.top(1)
        told += f" The largest that crosses is {bracketed(across, asked)}, {format_share(across.share)}."
    if paths.count == 1:
        told += f" The list is complete: it is the only path from {asked.source} to {paths.target}."
    elif paths.count <= MOST_LISTED:
        told += (
            f" The list is complete: every path from {asked.source} to {paths.target} is one of these {paths.count}."
            " They are what a walk over all edges finds, and their sum is held against numbers that are computed "
            "apart, below."
        )
    else:
        told += f" All {describe_count(paths.count)} are counted and summed, those not shown as well."
    return (told,)


def _against(asked: Asked) -> tuple[str, ...]:
    """Return what a negative share means, and of which losses it is; nothing where none of the sums is negative."""
    if not asked.full:
        return ()
    groups = {step: group for (step, *_), group in asked.one.paths.group_by("exit").items()}
    if not 1 < len(groups) <= _MOST_LOSSES or all(group.share >= 0.0 for group in groups.values()):
        return ()
    by_loss = ", ".join(f"that of step {step} {format_share(group.share)}" for step, group in sorted(groups.items()))
    told = (
        f"A minus says that a path works against the sum; so others come to more than {_whole(asked.one)} together. "
        f"By the loss that they reach: {by_loss}. Such a sign comes from the data: with other outputs and "
        "targets it is another."
    )
    return (told,)


def _whole(one: Study) -> str:
    """Return what all shares sum to."""
    return format_share(one.paths.share).removeprefix("+")


def _told(asked: Asked) -> str:
    return f"The shares of {asked.derivative} that flow along each edge: those of the table, added where paths meet."


def _beside(asked: Asked) -> list[tuple[str, Study]]:
    """Return what else shares are told of: a second entry, and the whole."""
    if asked.one is asked.whole:
        return []
    first = asked.one.element
    total = np.asarray(asked.whole.paths.total)
    others = [entry for entry in np.ndindex(*total.shape) if entry != first and total[entry]]
    found: list[tuple[str, Study]] = []
    if others:
        second = asked.whole.about(asked.source, element=others[0])
        if not second.is_zero:
            found.append((f"[{','.join(map(str, others[0]))}]", second))
    if total.size > 1:
        found.append((describe_source(asked.source, None), asked.whole))
    return found


def _shares(path: Path, one: Study, beside: list[tuple[str, Study]]) -> tuple[str, ...]:
    if one.is_zero:
        return ()
    return (format_share(path.share), *(format_share(share_in(study, path)) for _, study in beside))


def share_in(study: Study, path: Path) -> float:
    """Return the share that the same path has of another entry, or of the whole."""
    total = np.asarray(study.paths.total)
    contribution = np.asarray(path.contribution)
    if study.element is not None:
        return float(contribution[study.element] / total[study.element])
    scale = float(np.abs(total).max())
    unit = total / scale
    return float((contribution / scale * unit).sum() / (unit * unit).sum())


def bracketed(path: Path, asked: Asked) -> str:
    """Return a path as text, each vertex that it reaches by crossing in brackets; a long one is folded."""
    if len(path.edges) > _MOST_BRACKETED:
        return fold(path, asked.graph, width=LINE)
    told = [str(path.vertices[0])]
    for tail, head in zip(path.vertices, path.vertices[1:], strict=False):
        crosses = asked.graph.edges[str(tail), str(head)]["kind"] == "crossing"
        told.append(f"[{head}]" if crosses else str(head))
    return " -> ".join(told)
