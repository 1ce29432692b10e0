"""An independent check, number under number: a nudge of the source, the sums over paths, the reverse pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph import TARGET, forward, given_values
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.formats import Section, Table

if TYPE_CHECKING:
    from graphviz_lstm.reports.conversation.asked import Asked

NUDGE = 1e-6


def nudged(asked: Asked) -> float:
    """Return (E(w + h) - E(w - h)) / 2h for the entry that is told: no derivative is used."""
    value = asked.graph.nodes[asked.source]["value"]
    step = np.zeros(value.shape)
    step[asked.one.element or (0,) * value.ndim] = NUDGE
    moved = np.stack([value + step, value - step])
    above, below = np.broadcast_to(forward(asked.graph, given_values(asked.problem) | {asked.source: moved})[TARGET], 2)
    return float((above - below) / (2.0 * NUDGE))


def ways_section(asked: Asked) -> Section | None:
    """Return the four numbers; None where the numbers of the problem are too large to nudge."""
    if not asked.full or (asked.one.element is None and np.size(asked.one.paths.total) > 1):
        return None
    with np.errstate(all="ignore"):
        quotient = nudged(asked)
    if not np.isfinite(quotient):
        return None
    paths, straight = asked.one.paths, asked.straight
    rows = [
        (f"nudge {_entry(asked)} by {NUDGE:g} and run the net twice", quotient),
        (
            f"the sum over all {_paths(paths.count)}" if paths.count > 1 else "the one path there is",
            asked.number(paths.total),
        ),
        ("the reverse pass (backpropagation)", asked.number(asked.one.adjoints[asked.source])),
    ]
    if asked.crossing:
        rows.append(
            (
                "the one path that crosses no gate"
                if straight and straight.count == 1
                else f"the sum over the {_paths(straight.count if straight else 0)} that cross no gate",
                asked.sum_of(straight),
            )
        )
    texts = same_decimals([number for _, number in rows], digits=7)
    table = Table(
        ("how it is computed", asked.derivative),
        tuple((name, text) for (name, _), text in zip(rows, texts, strict=True)),
    )
    total = rows[1][1]
    apart = abs(quotient - total) / abs(total) if total else abs(quotient)
    told = (
        f"The nudge differs from the sum over all paths by {apart:.0e}{' of it' if total else ''}, and is made of the "
        "loss alone: it knows of no path."
    )
    return Section("Is that so? Numbers that are computed apart", (table, told), brief=True)


def _entry(asked: Asked) -> str:
    return asked.derivative.removeprefix("dE/d")


def _paths(count: int) -> str:
    return f"{describe_count(count)} path{'' if count == 1 else 's'}"
