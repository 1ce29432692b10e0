"""What the question is about, set apart: a bracket about the edges into the gates of a step, with what they bring."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.figures.routes import straight
from graphviz_lstm.figures.scene import Run, Text
from graphviz_lstm.figures.theme import LARGE_SIZE
from graphviz_lstm.figures.views.common import rounded_point
from graphviz_lstm.figures.views.strands.lines import line
from graphviz_lstm.gradients.shares.strands import Masses

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Drawn, Edge, Plan
    from graphviz_lstm.figures.scene import Curve
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.numbers import Numbers

_SERIF, _BEYOND = 5.0, 6.0
_WIDTH = 1.4
# Of the words; their number is as large as all others.
_FEW = 2
_LINE = 13.0
ABOVE_HEADS = 40.0
"""How much room above the highest head the words of a bracket take."""


def bracket_texts(drawn: Drawn, bundles: Bundles, numbers: Numbers) -> dict[int, tuple[str, str]]:
    """Return for each step that is entered through gates what these edges bring together, and what they are."""
    texts = {}
    for step, edges in _by_step(drawn, bundles).items():
        masses = Masses(
            math.fsum(bundles.of_edge[edge].masses.positive for edge in edges),
            math.fsum(bundles.of_edge[edge].masses.negative for edge in edges),
        )
        told = numbers.told(masses.flow)
        if len(numbers.parts(masses)) > 1:
            told = " ".join(numbers.parts(masses))
        words = "through the gates" if is_short(drawn) else "through gates"
        texts[step] = (told, words if len(edges) > 1 else "through the gate")
    return texts


def is_short(drawn: Drawn) -> bool:
    """Return whether so few steps are drawn that they need not stand close."""
    return len(drawn.layout.origin) <= _FEW


def brackets(plan: Plan, bundles: Bundles, numbers: Numbers) -> tuple[list[Curve], list[list[Text]]]:
    """Return for each step that is entered through gates a bracket about these edges, and what they bring together."""
    drawn = plan.drawn
    told = bracket_texts(drawn, bundles, numbers)
    # The colour of what crosses once, where strands are of that.
    tone: Tone = "strand-2" if bundles.by == "crossings" else "text"
    marks: list[Curve] = []
    texts: list[list[Text]] = []
    for step, edges in _by_step(drawn, bundles).items():
        heads = sorted({drawn.place(edge[1])[1] for edge in edges})
        frame = drawn.frame_of(edges[0][1])
        low, high = heads[0] - _BEYOND, heads[-1] + _BEYOND
        if len(edges) > 1:
            x = frame - drawn.layout.motif.spacing.gap + drawn.layout.motif.spacing.lead + 2.0
            corners = [(x + _SERIF, high), (x, high), (x, low), (x + _SERIF, low)]
            points = [corners[0]]
            for one, other in pairwise(corners):
                points += straight(one, other)
            marks.append(line(edges[0], points, _WIDTH, tone, tooltip="through the gates of one step"))
        y = max(drawn.top(edge[1]) for edge in edges) + 10.0
        places = [rounded_point((frame + 6.0, y + k * _LINE)) for k in range(2)]
        texts.append(
            [
                Text(*place, (Run(text),), LARGE_SIZE, tone, "start", number=is_number)
                for place, text, is_number in zip(places, told[step], (True, False), strict=True)
            ]
        )
    return marks, texts


def _by_step(drawn: Drawn, bundles: Bundles) -> dict[int, list[Edge]]:
    steps: dict[int, list[Edge]] = {}
    for edge in bundles.of_edge:
        if drawn.graph.edges[edge]["kind"] == "crossing":
            steps.setdefault(drawn.graph.nodes[edge[1]]["step"], []).append(edge)
    return steps
