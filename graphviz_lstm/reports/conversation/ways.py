"""Is the list complete? Counted apart, summed, and held against the backward pass and a nudge of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, UnknownVertexError
from graphviz_lstm.gradients.checking.quotients import ROUNDINGS
from graphviz_lstm.gradients.checking.rounding import EPSILON, condition
from graphviz_lstm.graph import TARGET, forward, given_values
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.losses import places_over
from graphviz_lstm.notation.numbers import in_form, plain_percent, same_decimals
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.conversation.listed import MOST_LISTED
from graphviz_lstm.reports.document import Link, Section, Table, anchor, said

if TYPE_CHECKING:
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Sentence

NUDGE = 1e-6
# A quotient that is nearer than that to the sum agrees with it.
_NEAR = 1e-4
# Of more losses no sentence names each.
_MOST_ENDS = 4


def nudged(asked: Asked) -> float:
    """Return (E(w + h) - E(w - h)) / 2h for the entry that is told: no derivative is used."""
    return _nudge(asked)[0]


def _nudge(asked: Asked) -> tuple[float, float]:
    """Return the quotient, and by how much it may be off: by rounding, and as far as E is no straight line there.

    A weight that is large beside the nudge is not moved by just as much, either.
    """
    value = asked.graph.nodes[asked.source]["value"]
    entry = asked.one.element or (0,) * value.ndim
    unit = np.zeros(value.shape)
    unit[entry] = NUDGE
    moved = value + np.multiply.outer([0.0, 1.0, -1.0, 0.5, -0.5], unit)
    with np.errstate(all="ignore"):
        found = forward(asked.graph, given_values(asked.problem) | {asked.source: moved})[TARGET]
        at, above, below, half, other = losses = np.broadcast_to(found, len(moved))
        quotient = (above - below) / (2.0 * NUDGE)
        # Twice what a kink alone makes of it: what bends beside it may be taken off.
        bent = np.abs(above + below - 2.0 * at) / NUDGE + 2.0 * np.abs(quotient - (half - other) / NUDGE)
        size = max(np.abs(losses).max(), condition(asked.graph, asked.whole.adjoints))
        whole = abs(asked.number(asked.one.paths.total)) * abs(value[entry])
        unsure = bent + EPSILON * (ROUNDINGS * size + whole) / NUDGE
    return float(quotient), float(unsure)


def ways_section(asked: Asked, *, proof: Section | None = None, brief: bool = False) -> Section | None:
    """Return the numbers; None where the numbers of the problem are too large to nudge.

    Parameters
    ----------
    proof
        What is proved in symbols, to be pointed at.
    brief
        Whether how the paths were counted is left to the long form.
    """
    if not asked.full or (asked.one.element is None and np.size(asked.one.paths.total) > 1):
        return None
    quotient, unsure = _nudge(asked)
    if not np.isfinite(quotient):
        return None
    paths, straight = asked.one.paths, asked.straight
    counted = _counted(asked)
    rows = [
        (f"the list: the sum of its {_paths(paths.count)}", asked.number(paths.total), describe_count(paths.count)),
        ("the backward pass, one step after another", asked.number(asked.one.adjoints[asked.source]), ""),
        (f"a nudge of {_entry(asked)} by {NUDGE:g}: the net run twice", quotient, ""),
    ]
    if straight and asked.crossing:
        rows.append(
            ("without those that cross a gate", asked.sum_of(straight), describe_count(straight.count)),
        )
    texts = same_decimals([number for _, number, _ in rows], digits=7)
    body: list[tuple[str, ...]] = [(name, text, count) for (name, _, count), text in zip(rows, texts, strict=True)]
    if counted is not None:
        body.insert(0, ("a count over the steps, which lists nothing", "", describe_count(counted)))
    kept = slice(0, 2 if brief else 3)
    head: tuple[str, ...] = ("how it is computed", asked.derivative, "paths")
    table = Table(head[kept], tuple(row[kept] for row in body if row[1] or not brief))
    total = asked.number(paths.total)
    difference = abs(quotient - total)
    apart = difference / abs(total) if total else difference
    # What it cannot tell from the sum is no disagreement; of what is no number nothing is told.
    coarse = apart >= _NEAR and not difference > unsure
    of_it = f"{in_form(apart, '.0e')}{' of it' if total else ''}"
    told = f"The nudge knows of no path and of no derivative; it differs from the sum by {of_it}."
    told = f"The nudge differs by {of_it}." if brief else f"{told}{_would_be_seen(asked, apart)}"
    told += " It is too coarse to tell more: by rounding, or by how E is bent there, it may be so far off." * coarse
    agrees = counted in (None, paths.count) and (apart < _NEAR or coarse)
    answer = () if brief else (_answer(asked, counted, texts[0], proof, agrees=agrees, coarse=coarse),)
    return Section(
        "Is the list of paths complete?" if answer else "Is that so?",
        (*answer, *(() if brief or counted is None else _recursion(asked)), table, told),
        brief=True,
        question=bool(answer),
    )


def _counted(asked: Asked) -> int | None:
    """Return how many paths there are by the recursion of counts; None where it does not know the net's vertices."""
    problem = asked.problem
    try:
        return count_paths(
            problem.cell,
            problem.steps,
            places_over(problem, problem.steps),
            asked.source,
            first_step=problem.first_step,
            detail=asked.whole.detail,
        )
    except (InputError, UnknownVertexError):
        return None


def _answer(
    asked: Asked, counted: int | None, total: str, proof: Section | None, *, agrees: bool, coarse: bool
) -> Sentence:
    """Return whether nothing is missing, and how that is known; of a nudge that is too coarse nothing is."""
    count = asked.one.paths.count
    counting = "" if counted is None else f"counting without listing comes to {describe_count(counted)}"
    if not agrees:
        known = f"{counting}, " if counting else ""
        return said(f"The numbers do not agree: {known}the list has {_paths(count)}, and its sum is {total}.")
    rows = [] if proof is None else [row for part in proof.parts if isinstance(part, Table) for row in part.rows]
    proved = bool(rows) and all(row[-1] == "0" for row in rows)
    symbols = (
        f"in symbols, for one unit over {rows[-1][0]} steps, their sum is the whole derivative: the difference is "
        f"{rows[-1][-1]} ({{}}); "
        if proved
        else ""
    )
    links = [Link("the proof", f"#{anchor(proof.title)}")] if proof is not None and proved else []
    sums = "it comes" if count == 1 else "they sum"
    others = (
        "as the backward pass does, which knows of no path"
        if coarse
        else f"as the backward pass and a nudge of {_entry(asked)} do (E computed twice), which know of no path"
    )
    return said(
        f"Yes: {symbols}{counting}{', too; ' if counting else ''}in numbers {sums} to {total}, {others}.", *links
    )


def _recursion(asked: Asked) -> tuple[str, ...]:
    """Return how paths are counted and not listed, and what is added at the end; nothing of many losses."""
    ends = [str(tail) for tail in asked.graph.pred[TARGET] if tail in asked.vertices]
    rule = (
        "How they are counted: to each quantity lead as many paths as to all those together that it is computed from "
        "directly."
    )
    if asked.source in ends or not 1 < len(ends) <= _MOST_ENDS:
        return (rule,)
    counts = {end: asked.one.paths.crossing([(end, TARGET)]).count for end in ends}
    added = " + ".join(describe_count(count) for count in counts.values())
    told = f"{rule} To E lead those to {' and to '.join(counts)}: {added} = {describe_count(sum(counts.values()))}."
    return (f"{told}{_one_further(asked, ends[-1])}",)


def _one_further(asked: Asked, end: str) -> str:
    """Return how the paths to the last of these ends are counted in turn."""
    paths = asked.one.paths.crossing([(end, TARGET)])
    tails = [str(tail) for tail in asked.graph.pred[end] if tail in asked.vertices]
    found = {tail: part.count for tail in tails if (part := paths.crossing([(tail, end)]))}
    if len(found) < 2 or len(found) > _MOST_ENDS:
        return ""
    added = " + ".join(map(describe_count, found.values()))
    return f" To {end} those to {' and to '.join(found)}: {added} = {describe_count(paths.count)}."


def _would_be_seen(asked: Asked, apart: float) -> str:
    """Return that the sum would show it, were the smallest of few paths missing."""
    paths = asked.one.paths
    if paths.count > MOST_LISTED or asked.one.is_zero:
        return ""
    smallest = min(abs(path.share) for path in paths)
    if smallest <= apart:
        return ""
    return f" A list without its smallest path would be {plain_percent(smallest)} off."


def _entry(asked: Asked) -> str:
    return asked.derivative.removeprefix("dE/d")


def _paths(count: int) -> str:
    return f"{describe_count(count)} path{'' if count == 1 else 's'}"
