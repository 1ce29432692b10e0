"""What if the output of the step before is held fixed? What is lost, who did so, and that truncation is another cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import is_lstm
from graphviz_lstm.gradients.schemes.compare import compare
from graphviz_lstm.gradients.schemes.edge import exits_of
from graphviz_lstm.gradients.schemes.library import scheme
from graphviz_lstm.notation import written
from graphviz_lstm.notation.numbers import plain_percent, same_decimals
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.conversation.listed import bracketed, crossing_share
from graphviz_lstm.reports.conversation.sources import TITLE as SOURCES
from graphviz_lstm.reports.document import Link, Picture, Section, Table, anchor, said
from graphviz_lstm.reports.scheme_figures import comparison_figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.gradients.schemes.kept import Kept
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part, Sentence

_BACK = 1
_CUTS, _WINDOW = "lstm-1997", f"bptt:{_BACK}"
_MOST_DRAWN = 3
# A cosine from which on two directions are nearly one.
_NEARLY = 0.99


def held_section(asked: Asked) -> Section | None:
    """Return what is left where the output of the step before is held; None where nothing crosses or is to share."""
    if asked.entering is None or asked.one.is_zero or not asked.full:
        return None
    straight, name = asked.straight, asked.graph.nodes[asked.entering]["name"]
    left, whole = asked.sum_of(straight), asked.number(asked.one.paths.total)
    shown = same_decimals([left, whole])
    off = abs(1.0 - left / whole)
    by_name = {each.scheme.name: each for each in asked.one.approximations.rows}
    cut = straight and _CUTS in by_name and by_name[_CUTS].kept == straight.count
    since = ", and was that of the LSTM of 1997" if cut and is_lstm(asked.problem.cell) else ""
    parts: list[Part] = [
        said(
            f"Then {shown[0]} is left of {asked.derivative} = {shown[1]}, {plain_percent(off)} off: every arrow from "
            f"{{}} into a gate is cut. It is an approximation{since}; backpropagation, and so PyTorch or JAX, does not "
            "do it, unless it is told to, as by H.detach() of what the next step reads.",
            written(lambda style: style.name(name.at(Moving(_offset(asked))))),
        )
    ]
    if cut:
        parts += [*_of_all(asked, off), *_trained_so(asked)]
    return Section("What if the output of the step before is held fixed?", tuple(parts), question=True)


def truncated_section(asked: Asked, *, drawn: bool) -> Section | None:
    """Return that a window of some steps is another cut; None where it drops nothing, or nothing crosses."""
    if asked.entering is None or asked.one.is_zero or not asked.full:
        return None
    kept = {each.scheme.name: each for each in asked.one.approximations.rows}
    if _WINDOW not in kept or _CUTS not in kept:
        return None
    numbers = same_decimals([asked.number(each.gradient) for each in kept.values()])
    rows = tuple(
        (
            scheme_name,
            number,
            format_share(each.share),
            f"{describe_count(each.kept or 0)} of {describe_count(each.whole)}",
        )
        for (scheme_name, each), number in zip(kept.items(), numbers, strict=True)
    )
    head = ("cut", asked.derivative, "share of it", "paths left")
    missing = asked.one.approximations.missing
    parts: list[Part] = [*_window(asked, kept), Table(head, rows), *([missing] if missing else [])]
    names = [_CUTS, _WINDOW]
    if drawn and asked.problem.steps <= _MOST_DRAWN:
        svg = comparison_figure(asked.one, names, columns=1).svg
        parts.insert(1, Picture(svg, f"One graph, two cuts: {names[0]} and {names[1]}, each with what it leaves."))
    beside = isinstance(parts[1], Picture)
    return Section("Is that truncated backpropagation, K steps back?", tuple(parts), question=True, beside=beside)


def _offset(asked: Asked) -> int:
    """Return at which step its readers find the output: the one before, or after where its layer runs backward."""
    nodes, vertex = asked.graph.nodes, str(asked.entering)
    edges = asked.graph.out_edges(vertex, data=True)
    later = any(nodes[head]["step"] > nodes[vertex]["step"] for _, head, edge in edges if edge["kind"] == "crossing")
    return -1 if later else 1


def _trained_so(asked: Asked) -> tuple[Sentence | str, ...]:
    """Return who trained so; of a cell that is no LSTM, whose name the cut bears."""
    if not is_lstm(asked.problem.cell):
        return (f"Below this cut bears the name {_CUTS}, after the LSTM that was trained so.",)
    told = (
        f"So was the LSTM of 1997 trained ({scheme(_CUTS).citation}; see {{}}). That appendix calls it the "
        '"truncated backprop version". Where one reads that the gate terms are ignored, for convenience or as a '
        "truncation, it is this cut that fits the words: it takes away just these terms. The gradient ignores nothing."
    )
    why = (
        "Two things were gained. What goes back along S then meets f alone; in 1997, without a forget gate, it meets "
        "no factor: an error neither fades nor grows on its way. And the S of a unit then depends on that unit's own "
        "weights alone, so that RTRL (below) carries one number for each weight from step to step, not one for each "
        "weight and each unit."
    )
    return (said(told, Link(SOURCES, f"#{anchor(SOURCES)}")), why)


def _of_all(asked: Asked, error: float) -> tuple[str | Table, ...]:
    """Return how far off the cuts are of the one entry, of its array, of all weights; nothing where these are one.

    Parameters
    ----------
    error
        How far off they are of the one entry.
    """
    (cut,) = compare(asked.graph, [_CUTS])
    whole = np.concatenate([gradient.reshape(-1) for gradient in cut.full.values()])
    kept = np.concatenate([cut.gradients[name].reshape(-1) for name in cut.full])
    every = cut.distance
    if len(cut.full) == 1 or not (math.isfinite(every.relative_error) and math.isfinite(every.cosine)):
        return ()
    rows = [(asked.derivative, "1", crossing_share(asked.one), error)]
    size = np.size(asked.whole.paths.total)
    if asked.source in cut.full and size > 1:
        array = asked.whole.about(asked.source)
        own = cut.by_parameter[asked.source]
        rows.append((array.derivative, f"{size:,}", crossing_share(array), own.relative_error))
    # Scaled by a power of two, which rounds nothing: squares of what is very small or large are none.
    power = -int(np.frexp(np.abs(whole).max())[1])
    whole, kept = np.ldexp(whole, power), np.ldexp(kept, power)
    share = float((whole - kept) @ whole / (whole @ whole))
    rows.append(("of all weights together", f"{whole.size:,}", share, every.relative_error))
    told = (
        "Of another gradient it is another percentage. The share is the part of what is missing that points along the "
        "gradient; 'off' is the length of all that is missing, divided by the gradient's."
    )
    body = tuple((name, entries, format_share(part), plain_percent(off)) for name, entries, part, off in rows)
    after = (
        f"Over all weights the direction of what is left and that of the gradient have the cosine {every.cosine:.4f}"
        + (": it hardly turns." if every.cosine > _NEARLY else ".")
    )
    return (told, Table(("gradient", "entries", "share through gates", "off without them"), body), after)


def _window(asked: Asked, kept: Mapping[str, Kept]) -> list[str]:
    """Return that truncated backpropagation is another cut, with a path that it alone cuts."""
    cuts, window = (format_share(kept[name].share) for name in (_CUTS, _WINDOW))
    first = (
        f"No. To hold the output fixed ({_CUTS}) cuts what goes through a gate, however late; truncated BPTT (bptt:K) "
        "cuts what leaves the weight K steps or more before its loss, through gates or not. In this example the "
        f"first leaves {cuts} of {asked.derivative}, {_WINDOW} leaves {window}: there a loss reaches its own step "
        f"alone; bptt:{asked.problem.steps} cuts nothing."
    )
    straight = asked.straight
    if not straight or len(exits_of(asked.graph)) < 2:
        return [first]
    longest = max(straight.top(min(straight.count, _MOST_DRAWN)), key=lambda path: len(path.edges))
    steps = [asked.graph.nodes[str(vertex)]["step"] for vertex in longest.vertices[1:-1]]
    if not steps or steps[-1] - steps[0] < _BACK:
        return [first]
    return [
        first,
        (
            f"A path such as {bracketed(longest, asked)} is cut by {_WINDOW}, since it leaves the weight earlier, and "
            f"kept by {_CUTS}, since it crosses no gate."
        ),
    ]
