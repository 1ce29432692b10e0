"""When do they cancel? Nets in which they do, or in which there are none: computed here, each time."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.gradients.symbolic.silent import prove_scale, prove_silent
from graphviz_lstm.notation import written
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.document import Link, Section, Table, anchor, said
from graphviz_lstm.reports.fresh import bound_of, fresh_net
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from graphviz_lstm.notation import Formula, Style
    from graphviz_lstm.paths import Group
    from graphviz_lstm.reports.document import Part, Sentence

TITLE = "When do they cancel?"
WIDTH, INPUTS, STEPS = 128, 64, 10
"""How wide the fresh net is, how many inputs it has, and over how many steps it is looked at where time is short."""
LONG = 50
"""Over how many steps where it is not."""
_APART = 3
_SMALL = 3
_ROUNDING = 1e-12
# What leaves no more of itself nearly balances.
_NEARLY = 0.1
RELATIVES = ("slstm", "mingru")
"""Of which cells it speaks beside the LSTM."""
_SLSTM, _STABILISER, _GATE, _BIAS, _STATES = "slstm", "m", "i", "b_i", ("c", "n")


@cache
def wide_study(steps: int = STEPS) -> Study:
    """Return the question to a fresh wide LSTM, about all of W_A."""
    return Study(fresh_net(CELLS["lstm"], hidden=WIDTH, inputs=INPUTS, steps=steps), "W_A")


def groups_of(study: Study) -> dict[int, Group]:
    """Return number of crossings -> the paths through single units that cross so often; of those told apart."""
    groups = study.unit_paths.group_by("crossings", up_to=_APART)
    return {int(times): group for times, group in groups.items() if int(times) <= _APART}


def kept_of(group: Group) -> float | None:
    """Return which part of the positive and negative shares together is left; None where they are not known."""
    if group.positive is None or group.negative is None:
        return None
    mass = float(group.positive) - float(group.negative)
    return min(1.0, abs(group.share) / mass) if mass else 1.0


def masses_table(groups: dict[int, Group]) -> Table:
    """Return paths through single units by number of crossings: positive shares, negative shares, what is left."""
    rows = []
    for times, group in groups.items():
        kept = kept_of(group)
        if kept is None:
            continue
        signs = (format_share(float(sign or 0.0)) for sign in (group.positive, group.negative))
        rows.append((str(times), describe_count(group.count), *signs, format_share(group.share), plain_percent(kept)))
    return Table(("gates crossed", "paths", "positive", "negative", "sum", "sum / sizes"), tuple(rows))


def stabiliser_masses() -> tuple[float, float, float]:
    """Return positive, negative and sum of the contributions of all paths through the stabiliser of an sLSTM."""
    study = Study(fresh_net(CELLS[_SLSTM], hidden=1, steps=_SMALL), "W_f", element=(0, 0))
    last = f"{_STABILISER}_{study.problem.last_step}"
    sizes = [float(np.asarray(path.contribution)[0, 0]) for path in study.paths.through(last)]
    return math.fsum(x for x in sizes if x > 0), math.fsum(x for x in sizes if x < 0), math.fsum(sizes)


def bias_masses() -> tuple[float, float, float]:
    """Return the same of all paths from the bias of its input gate."""
    paths = Study(fresh_net(CELLS[_SLSTM], hidden=1, steps=_SMALL), _BIAS).paths
    sizes = [np.asarray(path.contribution).item() for path in paths]
    return math.fsum(x for x in sizes if x > 0), math.fsum(x for x in sizes if x < 0), math.fsum(sizes)


def mingru_crossing() -> tuple[int, int]:
    """Return how many paths of a minGRU there are, and how many cross a gate."""
    paths = Study(fresh_net(CELLS["mingru"], hidden=1, steps=_SMALL)).paths
    return paths.count, paths.crossing("crossings").count


@cache
def cancelling_section(steps: int = STEPS) -> Section:
    """Return the section: it is the same whatever is asked.

    Parameters
    ----------
    steps
        Over how many steps the fresh wide net is looked at.
    """
    groups = groups_of(wide_study(steps))
    parts = (
        _answer(groups),
        "Nets of random weights with a fixed seed, computed for this page.",
        *_wide(groups, steps),
        *_stabiliser(),
        _none(),
    )
    return Section(TITLE, parts, question=True)


def in_general(steps: int) -> tuple[Sentence, ...]:
    """Return in a sentence what there is of other nets than the one that is asked about."""
    once = groups_of(wide_study(steps)).get(1)
    kept = None if once is None else kept_of(once)
    if kept is None or kept > _NEARLY:
        return ()
    return (
        said(
            "Were there a rule by which they cancel in an LSTM, they would cancel here, too. By chance they may: in a "
            "wide net of random weights positive and negative ones nearly balance ({}). They are in the gradient all "
            "the same.",
            Link(TITLE, f"#{anchor(TITLE)}"),
        ),
    )


def _answer(groups: dict[int, Group]) -> str:
    """Return what there is of other nets."""
    once = groups.get(1)
    kept = None if once is None else kept_of(once)
    if once is None or kept is None or kept > _NEARLY:
        return f"In an LSTM no rule makes them cancel, and in a wide one of {WIDTH} units they do not."
    signs = (format_share(float(sign or 0.0)) for sign in (once.positive, once.negative))
    return (
        f"In an LSTM by no rule; by chance nearly, in a wide net of random weights: in one of {WIDTH} units the paths "
        f"that cross one gate bring {' and '.join(signs)} of the gradient, {format_share(once.share)} in sum."
    )


def _wide(groups: dict[int, Group], steps: int) -> tuple[Part, ...]:
    bound = f"{bound_of(WIDTH):.3g}"
    left = [kept for times, group in groups.items() if times and (kept := kept_of(group)) is not None]
    end = (
        f" Of those that cross one gate, or two, or {_APART}, the sum is at most {plain_percent(max(left))} of their "
        "sizes: they balance by chance, not by a rule, as a sum of many terms of either sign is small beside their "
        f"sizes. It is in the gradient all the same: {_one_gate(groups)}."
        if left
        else ""
    )
    return (
        (
            f"An LSTM of {WIDTH} units and {INPUTS} inputs over {steps} steps, a loss at each: weights evenly "
            f"drawn between -{bound} and {bound}, inputs and targets normal. Paths through single units, from every "
            "entry of W_A to E; a share is the part along the gradient's own direction, and all shares together are "
            "the whole. Paths are counted from W_A as a whole: every entry of a row starts the same ones. Sizes are "
            "shares without their signs, added up."
        ),
        masses_table(groups),
        f"Paths that cross more often are not shown.{end}",
    )


def _one_gate(groups: dict[int, Group]) -> str:
    """Return what the paths through one gate bring."""
    return f"{format_share(groups[1].share)} of it through one gate" if 1 in groups else "it is what the gates bring"


def _stabiliser() -> tuple[Sentence | str, ...]:
    """Return what is proved of sLSTM, and the same in numbers."""
    cell = CELLS[_SLSTM]
    silent = prove_silent(cell, _STABILISER, states=_STATES)
    scale = prove_scale(cell, _GATE, states=_STATES, silent=(_STABILISER,))

    def delta(name: str, later: int = 0) -> Formula:
        return written(lambda style: style.delta.format(style.name(cell.name_of(name).at(Moving(later)))))

    def products(style: Style) -> str:
        names = [style.name(cell.name_of(name).at(Moving())) for name in _STATES]
        return " + ".join(f"{name}{style.side}{style.delta.format(name)}" for name in names)

    told = [
        f"{what} come to {positive:+.6g} and {negative:+.6g}, in sum {_left(positive, negative, left)}"
        for what, (positive, negative, left) in (
            (f"those through the last {_STABILISER}", stabiliser_masses()),
            (f"those from {_BIAS}", bias_masses()),
        )
    ]
    return (
        said(
            f"Another cell, sLSTM (xLSTM, Beck et al. 2024), divides its state {_STATES[0]} by a normaliser "
            f"{_STATES[1]}, and subtracts a stabiliser {_STABILISER} in the exponents of both: it changes no "
            "output. Here is a rule, of other "
            f"paths: those through {_STABILISER}, which is no gate, cancel exactly, for any number of steps and "
            "units. Proved in symbols from its reverse recursion: {} is zero if "
            f"{{}} is; the difference is {silent.difference}. After the last step each delta is zero, so it is zero at "
            f"every step, and all paths through {_STABILISER} sum to zero.",
            delta(_STABILISER),
            delta(_STABILISER, 1),
        ),
        said(
            "Proved as well: {} rises by {} from each step to the next; "
            f"the difference is {scale.difference}. After the last step it is zero, and at the start too where "
            f"{' and '.join(_STATES)} start from zero. So all deltas of {_GATE} sum to zero, and dE/d{_BIAS} is zero.",
            written(products),
            delta(_GATE, 1),
        ),
        f"In numbers, for one unit over {_SMALL} steps, contributions by sign: {'; '.join(told)}.",
    )


def _left(positive: float, negative: float, left: float) -> str:
    """Return what is left of a sum, as text."""
    return "nothing but rounding" if abs(left) <= _ROUNDING * (positive - negative) else f"{left:.3g}"


def _none() -> str:
    """Return what is said of a cell whose gates read no output."""
    count, crossing = mingru_crossing()
    if crossing:
        return f"Of a minGRU's {describe_count(count)} paths {describe_count(crossing)} cross a gate."
    return (
        f"minGRU's gates read the input alone: of {describe_count(count)} paths none crosses a gate. There is nothing "
        "to cancel, and step by step it is right to treat its gates as inputs."
    )
