"""When do they cancel? Nets in which they do, or in which there are none: computed here, each time."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.formats import Section, Table
from graphviz_lstm.reports.fresh import fresh_net
from graphviz_lstm.reports.parts import describe_cancelled
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from graphviz_lstm.paths import Group

WIDTH, STEPS = 128, 3
"""How wide the fresh net is, and over how many steps."""


def wide_groups() -> dict[int, Group]:
    """Return number of crossings -> the paths through single units of a fresh wide LSTM that cross so often."""
    study = Study(fresh_net(CELLS["lstm"], hidden=WIDTH, steps=STEPS), "W_A", element=(0, 0))
    return {int(times): group for times, group in study.unit_paths.group_by("crossings", up_to=STEPS).items()}


def stabiliser_masses() -> tuple[float, float, float]:
    """Return positive, negative and sum of the contributions of all paths through the stabiliser of an sLSTM."""
    study = Study(fresh_net(CELLS["slstm"], hidden=1, steps=STEPS), "W_f", element=(0, 0))
    last = f"m_{study.problem.last_step}"
    sizes = [float(np.asarray(path.contribution)[0, 0]) for path in study.paths.through(last)]
    return math.fsum(x for x in sizes if x > 0), math.fsum(x for x in sizes if x < 0), math.fsum(sizes)


def mingru_crossing() -> tuple[int, int]:
    """Return how many paths of a minGRU there are, and how many cross a gate."""
    paths = Study(fresh_net(CELLS["mingru"], hidden=1, steps=STEPS)).paths
    return paths.count, paths.crossing("crossings").count


@cache
def cancelling_section() -> Section:
    """Return the section: it is the same whatever is asked."""
    positive, negative, left = stabiliser_masses()
    count, crossing = mingru_crossing()
    rows = []
    for times, group in wide_groups().items():
        signs = (group.positive, group.negative)
        if None in signs:
            continue
        mass = float(signs[0] or 0.0) - float(signs[1] or 0.0)
        kept = abs(group.share) / mass if mass else 1.0
        rows.append(
            (
                str(times),
                describe_count(group.count),
                *(format_share(float(sign or 0.0)) for sign in signs),
                format_share(group.share),
                describe_cancelled(min(1.0, kept)),
            )
        )
    rounding = abs(left) <= 1e-12 * (positive - negative)
    return Section(
        "When do they cancel?",
        (
            "Where weights have both signs. Three nets, computed for this page, of random weights with a fixed seed.",
            (
                f"A fresh LSTM of {WIDTH} units over {STEPS} steps, paths through single units from W_A[0,0] to E, in "
                "shares of dE/dW_A[0,0]: large sums of both signs, of which little is left. That is chance, no "
                "rule; one weight's remainder may still be large."
            ),
            Table(("gates crossed", "paths", "positive", "negative", "left", "cancelled"), tuple(rows)),
            (
                f"sLSTM (xLSTM 2024) has a stabiliser m that changes no output. Its paths cancel exactly: over "
                f"{STEPS} steps with one unit those through the last m sum to {positive:+.6g} and {negative:+.6g}: "
                f"they leave {'0 but for rounding' if rounding else f'{left:.3g}'}."
            ),
            (
                f"minGRU's gates read the input alone: of {describe_count(count)} paths "
                f"{'none crosses a gate' if not crossing else f'{describe_count(crossing)} cross a gate'}. There is "
                "nothing to cancel, and step by step it is right to treat its gates as inputs."
            ),
        ),
    )
