"""Each sequence of a batch beside the others, and which of them are unlike the others.

A sequence is unlike the others where one of its numbers lies further from the median of all than chance would have it:
by the modified z-score of Iglewicz and Hoaglin [1]_.

References
----------
.. [1] B. Iglewicz, D. C. Hoaglin, "How to Detect and Handle Outliers", ASQC Quality Press, 1993.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.sizes import cosine_of, mean_of, part_of
from graphviz_lstm.graph.cancelling import ROUNDING
from graphviz_lstm.notation.numbers import length
from graphviz_lstm.paths.compiled.wide import add_up, widen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.problems import Problem

UNLIKE = 3.5
"""A modified z-score beyond this is that of a sequence unlike the others."""
_MIDDLE, _MEAN = 0.6745, 0.7979
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Member:
    """One sequence beside the others.

    Attributes
    ----------
    number, name, steps
        Its place in the batch, from 1, what it is called, how long it is.
    loss
        Its own E.
    length
        Of its own gradient by the source, or the size of the entry that is looked at.
    part
        What it brings to the gradient of the mean loss, B times: the mean of all parts is 1.
    cosine
        Between its gradient and the mean of the others'; None where there is no other, or one of both is zero.
    score
        The largest of its modified z-scores.
    because
        In what it differs by more than `UNLIKE`: words for each, the largest first. Empty where it is like the others.
    """

    number: int
    name: str
    steps: int
    loss: float
    length: float
    part: float
    cosine: float | None
    score: float
    because: tuple[str, ...]


def members_of(
    problems: Sequence[Problem], losses: Sequence[float], gradients: Sequence[Array], through_gates: Sequence[float]
) -> tuple[Member, ...]:
    """Return each sequence beside the others.

    Parameters
    ----------
    losses, gradients
        Of each sequence its own; gradients as they are looked at, in one axis. Their mean is not zero.
    through_gates
        Which share of its own gradient each has through gates; NaN where that is zero.
    """
    mean = mean_of(gradients)
    lengths = [length(each) for each in gradients]
    cosines = cosines_of(gradients)
    told: Mapping[str, Sequence[float]] = {
        "loss": losses,
        "length of its gradient": [math.log(each) if each else math.nan for each in lengths],
        "angle to the others' gradient": [math.nan if cosine is None else math.acos(cosine) for cosine in cosines],
        "share through gates": through_gates,
    }
    scores = {name: modified_scores(values) for name, values in told.items()}
    found = []
    for k, problem in enumerate(problems):
        own = {name: scores[name][k] for name in told}
        beyond = sorted((name for name in own if abs(own[name]) > UNLIKE), key=lambda name: -abs(own[name]))
        found.append(
            Member(
                number=k + 1,
                name=problem.name,
                steps=problem.steps,
                loss=losses[k],
                length=lengths[k],
                part=part_of(gradients[k], mean),
                cosine=cosines[k],
                score=max(map(abs, own.values())),
                because=tuple(f"{name} ({'larger' if own[name] > 0 else 'smaller'})" for name in beyond),
            )
        )
    return tuple(found)


def modified_scores(values: Sequence[float]) -> list[float]:
    """Return how far each number lies from the median, in robust standard deviations; 0 of what is no finite number.

    Where half of the numbers or more are the same, the mean distance stands in for the median one, as [1]_ has it.

    >>> [round(score, 2) for score in modified_scores([1.0, 1.1, 0.9, 1.0, 9.0])]
    [0.0, 0.67, -0.67, 0.0, 53.96]
    >>> modified_scores([1.0, 1.0]), modified_scores([math.nan, 1.0]), modified_scores([-1.5e308, 1.5e308])
    ([0.0, 0.0], [0.0, 0.0], [-0.6745, 0.6745])
    """
    array = np.array(values, dtype=float)
    array[~np.isfinite(array)] = math.nan
    known = array[~np.isnan(array)]
    if not known.size:
        return [0.0] * len(values)
    # Near 1: of two that are nearly as large as a float64 can be, the difference may be none.
    power = math.frexp(float(np.abs(known).max()))[1]
    array, known = np.ldexp(array, -power), np.ldexp(known, -power)
    distances = np.abs(known - np.median(known))
    middle, mean = float(np.median(distances)), float(np.mean(distances))
    # Rounding is no difference.
    least = _TINY * float(np.abs(known).max())
    scale = middle / _MIDDLE if middle > least else mean / _MEAN if mean > least else math.inf
    scores = (array - np.median(known)) / scale
    return [float(score) if math.isfinite(score) else 0.0 for score in scores]


def cosines_of(gradients: Sequence[Array]) -> list[float | None]:
    """Return the cosine between each gradient and the sum of the others; None of one that is alone.

    >>> small = np.array([1e-20, 1e-20])
    >>> [round(cosine, 6) for cosine in cosines_of([np.array([1.0, 0.0]), small])], cosines_of([small])
    ([0.707107, 0.707107], [None])
    """
    wide = [widen(each) for each in gradients]
    nothing = widen(np.zeros(gradients[0].shape))
    # Those before it, and those behind: the sum of all without one has lost what is far smaller than that one.
    before, behind = (list(accumulate(some, _both, initial=nothing)) for some in (wide, reversed(wide)))
    others = map(_both, before, behind[-2::-1])
    return [cosine_of(each, np.asarray(rest.mantissa)) for each, rest in zip(gradients, others, strict=True)]


def _both(one: Wide, other: Wide) -> Wide:
    return add_up((one, other), ROUNDING)
