"""What changes in a stack of layers: a run of two, and where the upper one comes in."""

from __future__ import annotations

from functools import cache

import numpy as np

from graphviz_lstm.cells import CELLS
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems import stack
from graphviz_lstm.reports.document import Section
from graphviz_lstm.reports.fresh import fresh_net
from graphviz_lstm.reports.study import Study

LAYERS, STEPS = 2, 2
_SOURCE, _ELEMENT = "W_A^(1)", (0, 0)


def stacked_study() -> Study:
    """Return the question to a fresh stack of LSTMs, about the lowest W_A."""
    net = fresh_net(stack([CELLS["lstm"]] * LAYERS), hidden=1, steps=STEPS)
    return Study(net, _SOURCE, element=_ELEMENT)


@cache
def layers_section() -> Section:
    """Return the section: it is the same whatever is asked."""
    study = stacked_study()
    crossing = study.paths.crossing("crossings")
    sum_of = float(np.asarray(study.paths.total)[_ELEMENT])
    backward = float(np.asarray(study.adjoints[_SOURCE])[_ELEMENT])
    return Section(
        "And in a stack of layers?",
        (
            (
                "Nothing new: H_t of a layer is X_t of the one above, so paths also go up into its gates. In a net "
                f"of {LAYERS} LSTM layers of one unit and random weights over {STEPS} steps "
                f"{describe_count(study.paths.count)} paths lead from the lowest W_A to E; the "
                f"{describe_count(crossing.count)} that cross a gate from one step to the next bring "
                f"{format_share(crossing.share)} of {study.derivative}, of that layer."
            ),
            (
                f"All of them sum to {sum_of:.6g}, and the backward pass gives {backward:.6g}. What comes from the "
                "layer above is added to the delta of H_t as a loss is: it is the article's Delta_t, here W^T of the "
                "layer above times the deltas of its gates."
            ),
        ),
        question=True,
    )
