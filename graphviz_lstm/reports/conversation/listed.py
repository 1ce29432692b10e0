"""The figure and the paths side by side: one entry of the source in both, crossings in brackets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.arrays import describe_rest, describe_source
from graphviz_lstm.reports.document import Picture, Section, Table
from graphviz_lstm.reports.fold import LINE, fold

if TYPE_CHECKING:
    from graphviz_lstm.paths import Path
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.study import Study

MOST_LISTED = 12
# A longer path is folded.
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
    numbers = same_decimals([*values, *rest, asked.sum_of(asked.crossing), asked.number(one.paths.total)])
    rows = [
        (number, *_shares(path, one, beside), bracketed(path, asked))
        for number, path in zip(numbers, found, strict=False)
    ]
    if left.count:
        more = f"{describe_count(left.count)} more, not shown"
        gaps = ("",) * len(beside)
        rows.append((numbers[-3], *(() if one.is_zero else (describe_rest(left), *gaps)), more))
    whole = () if one.is_zero else (format_share(one.paths.share),) * (1 + len(beside))
    if asked.crossing and 1 < asked.crossing.count < one.paths.count and not one.is_zero:
        shares = (format_share(crossing_share(study)) for study in (one, *(study for _, study in beside)))
        rows.append((numbers[-2], *shares, f"the {describe_count(asked.crossing.count)} that cross, together"))
    rows.append((numbers[-1], *whole, "all together"))
    heads = () if one.is_zero else ("share of it", *(f"of {name}" for name, _ in beside))
    head = ("contribution", *heads, "path, what crosses in [ ]")
    # On one screen a share says it: the contribution stands in the long form.
    kept = slice(1 if brief and not one.is_zero else 0, None)
    table = Table(head[kept], tuple(row[kept] for row in rows))
    said = (
        f"{asked.derivative} is {one.zero}: there is nothing to share, and contributions alone are told."
        if one.is_zero
        else f"Shares of {asked.derivative}, which sum to {_whole(one)}:"
        if brief
        else f"The share of a path is its contribution divided by {asked.derivative}: shares sum to {_whole(one)}."
        + (
            f" Of the whole dE/d{asked.source}, which is an array, it is the mean of its entries' shares, each "
            "weighted by the square of its gradient: the part along the gradient's own direction."
            if any(study.element is None for _, study in beside)
            else ""
        )
    )
    picture = (_flow(asked),) if drawn and not one.is_zero else ()
    further = () if one.is_zero or brief else _by_loss(asked)
    answer = () if one.is_zero or brief else (_largest(asked),)
    further = () if one.is_zero or brief else (*further, *_largest_of_all(asked))
    parts = (*answer, *picture, said, table, *further)
    return Section(
        "Which paths are there, and how large are they?", parts, brief=True, beside=bool(picture), question=not brief
    )


def _flow(asked: Asked) -> Picture:
    """Return the figure of the flow, and one for a telephone."""
    wide, narrow = (asked.one.figure("flow", layout=layout).svg for layout in ("wide", "narrow"))
    return Picture(wide, _told(asked), narrow)


def _largest(asked: Asked) -> str:
    """Return how many paths there are, the largest, and the largest that crosses."""
    paths, crossing = asked.one.paths, asked.crossing
    (first,) = paths.top(1)
    if paths.count == 1:
        return f"There is one path, and it is all of {asked.derivative}: {bracketed(first, asked)}."
    told = (
        f"There are {describe_count(paths.count)} paths. The largest is {bracketed(first, asked)}, "
        f"{format_share(first.share)} of {asked.derivative}"
    )
    told += "."
    (across,) = crossing.top(1) if crossing else (None,)
    if across is not None and across.share:
        told += f" The largest that crosses a gate is {bracketed(across, asked)}, {format_share(across.share)}."
    return told


def _largest_of_all(asked: Asked) -> tuple[str, ...]:
    """Return which path is the largest of the whole array, where it is another than that of the one entry."""
    (first,), (of_all,) = asked.one.paths.top(1), asked.whole.paths.top(1)
    if asked.whole is asked.one or of_all.vertices == first.vertices:
        return ()
    share = format_share(of_all.share)
    return (f"Of the whole dE/d{asked.source} the largest is another: {bracketed(of_all, asked)}, {share}.",)


def _by_loss(asked: Asked) -> tuple[str, ...]:
    """Return what each loss brings, what a negative share means, and what the last loss alone would leave."""
    if not asked.full:
        return ()
    groups = {step: group for (step, *_), group in asked.one.paths.group_by("exit").items()}
    if not 1 < len(groups) <= _MOST_LOSSES:
        return ()
    by_loss = ", ".join(f"that of step {step} {format_share(group.share)}" for step, group in sorted(groups.items()))
    told = [f"By the loss that they reach: {by_loss}."]
    if any(group.share < 0.0 for group in groups.values()):
        told = [
            f"A minus says that a path works against the sum: others come to more than {_whole(asked.one)} together.",
            *told,
            "Such a sign comes from the data: with other outputs and targets it is another.",
        ]
    return (" ".join([*told, *_last_loss(asked, max(groups))]),)


def _last_loss(asked: Asked, step: int) -> list[str]:
    """Return how it would be with the last loss alone; nothing where that has no gradient, or nothing crosses to it."""
    graph = asked.graph
    paths = asked.one.paths.crossing(
        [(tail, TARGET) for tail in graph.pred[TARGET] if graph.nodes[tail]["step"] == step]
    )
    crossing = paths.crossing("crossings") if paths else None
    whole = asked.sum_of(paths)
    if not crossing or not whole or not asked.sum_of(crossing):
        return []
    share = format_share(asked.sum_of(crossing) / whole)
    across = "one that crosses" if crossing.count == 1 else f"{describe_count(crossing.count)} that cross"
    return [
        (
            f"With the loss of step {step} alone {describe_count(paths.count)} paths would be left, and the {across} a "
            f"gate would be {share} of their sum."
        )
    ]


def crossing_share(study: Study) -> float:
    """Return the share of a study's gradient that crosses a gate; 0 where nothing does."""
    crossing = study.paths.crossing("crossings")
    return float(crossing.share) if crossing else 0.0


def _whole(one: Study) -> str:
    """Return what all shares sum to."""
    return format_share(one.paths.share).removeprefix("+")


def _told(asked: Asked) -> str:
    return f"The shares of {asked.derivative} that flow along each edge: those of the table, added where paths meet."


def _beside(asked: Asked) -> list[tuple[str, Study]]:
    """Return what else shares are told of: a second entry, and the whole."""
    # One path is all of every entry.
    if asked.one is asked.whole or asked.one.paths.count == 1:
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
    edges = asked.graph.edges
    ends = ((str(tail), str(head)) for tail, head in pairwise(path.vertices))
    crossed = {end[1] for end in ends if edges[end]["kind"] == "crossing"}
    whole = " -> ".join(map(str, path.vertices))
    text = whole if len(path.edges) <= _MOST_BRACKETED else fold(path, asked.graph, width=LINE)
    return " ".join(f"[{word}]" if word in crossed else word for word in text.split(" "))
