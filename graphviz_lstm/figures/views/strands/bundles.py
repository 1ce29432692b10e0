"""The strands of every edge that is drawn: how wide each is, in which colour, in which order side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import edge_shown
from graphviz_lstm.figures.theme import HAIRLINE
from graphviz_lstm.gradients.shares.strands import OTHERS, SEVERAL, Masses, strands_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Pattern
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.gradients.shares.strands import By
    from graphviz_lstm.graph.unroll import Graph

Key = tuple[object, int]
"""A class of paths, and the sign of those that are meant: what one strand is of."""

# The widest bundle of an edge, and all of what may meet at a box, in points.
_WIDEST, _AT_A_BOX = 16.0, 20.0
# Points of width for a share of 1, at most.
_LARGEST_SCALE = 1e300
GAP = 0.8
"""Between the strands of one bundle."""
_TONES: tuple[Tone, ...] = ("strand-1", "strand-2", "strand-3", "strand-4", "strand-5", "strand-6")


@dataclass(frozen=True, slots=True)
class Strand:
    """What the paths of one class and one sign bring through an edge: a share, and the line that stands for it."""

    key: Key
    share: float
    width: float
    tone: Tone
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Bundle:
    """The strands of one edge, from the left to the right of the way; none where nothing flows.

    Attributes
    ----------
    width
        Of all strands and what is between them: a hairline where there are none.
    """

    strands: tuple[Strand, ...]
    width: float

    @property
    def offsets(self) -> list[float]:
        """How far to the left of the middle each strand runs."""
        places, left = [], self.width / 2
        for strand in self.strands:
            places.append(left - strand.width / 2)
            left -= strand.width + GAP
        return places

    @property
    def tone(self) -> Tone:
        """The colour of the widest strand."""
        return max(self.strands, key=lambda strand: strand.width).tone if self.strands else "quiet"

    @property
    def masses(self) -> Masses:
        """The sum of what adds and that of what takes away."""
        return Masses(
            math.fsum(strand.share for strand in self.strands if strand.share > 0.0),
            math.fsum(strand.share for strand in self.strands if strand.share < 0.0),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Bundles:
    """All bundles of a figure.

    Attributes
    ----------
    by
        What the classes are.
    of_edge
        Edge -> its bundle, for the edges on a path that are drawn.
    keys
        What strands there are, in their order from left to right.
    totals
        The masses of each class at the loss.
    scale
        Points of width for a share of 1.
    signed
        Whether masses are those of single paths.
    """

    by: By
    of_edge: Mapping[Edge, Bundle]
    keys: tuple[Key, ...]
    totals: Mapping[object, Masses]
    scale: float
    signed: bool

    def width(self, share: float) -> float:
        """Return how wide a strand of that share is: in proportion, but no thinner than a hairline."""
        return max(HAIRLINE, self.scale * abs(share))

    def tone(self, key: Key) -> Tone:
        """Return the colour of a strand."""
        return _tone(self.by, key, tuple(self.totals))

    @property
    def largest(self) -> float:
        """The largest sum of |shares| on an edge."""
        return max((bundle.masses.mass for bundle in self.of_edge.values()), default=0.0)


def bundles_of(graph: Graph, by: By) -> Bundles:
    """Return the strands of the edges of an annotated graph, those of hidden steps added up."""
    whole = graph.graph.get("full", graph)
    found = strands_of(whole, by)
    masses: dict[Edge, dict[object, list[Masses]]] = {}
    for edge, parts in found.of_edge.items():
        shown = edge_shown(graph, edge)
        if shown is not None and graph.has_edge(*shown):
            for label, part in parts.items():
                masses.setdefault(shown, {}).setdefault(label, []).append(part)
    sums = {edge: {label: _sum(some) for label, some in parts.items()} for edge, parts in masses.items()}
    target = graph.graph["target"]
    at_loss: dict[object, list[Masses]] = {label: [] for label in found.labels}
    for edge, parts in found.of_edge.items():
        if edge[1] == target:
            for label, part in parts.items():
                at_loss[label].append(part)
    totals = {label: _sum(some) for label, some in at_loss.items()}
    scale = _scale(sums)
    keys = [(label, sign) for label in found.labels for sign in (1, -1)]

    def bundle(parts: Mapping[object, Masses]) -> Bundle:
        strands = [
            Strand(
                (label, sign),
                share,
                round(max(HAIRLINE, scale * abs(share)), 2),
                _tone(by, (label, sign), found.labels),
                "dashed" if sign < 0 else "solid",
            )
            for label, sign in keys
            if label in parts and (share := parts[label].positive if sign > 0 else parts[label].negative)
        ]
        width = math.fsum(strand.width for strand in strands) + GAP * (len(strands) - 1)
        return Bundle(tuple(strands), width if strands else HAIRLINE)

    of_edge = {edge: bundle(parts) for edge, parts in sums.items()}
    used = {strand.key for each in of_edge.values() for strand in each.strands}
    return Bundles(by, of_edge, tuple(key for key in keys if key in used), totals, scale, found.signed)


def without_paths(by: By) -> Bundles:
    """Return the strands of a graph on which no path is left: none."""
    return Bundles(by, {}, (), {}, 0.0, signed=True)


def scaled(bundles: Bundles, scale: float) -> Bundles:
    """Return the same strands with so many points of width for a share of 1."""

    def again(bundle: Bundle) -> Bundle:
        strands = tuple(
            replace(strand, width=round(max(HAIRLINE, scale * abs(strand.share)), 2)) for strand in bundle.strands
        )
        width = math.fsum(strand.width for strand in strands) + GAP * (len(strands) - 1)
        return Bundle(strands, width if strands else HAIRLINE)

    of_edge = {edge: again(bundle) for edge, bundle in bundles.of_edge.items()}
    return replace(bundles, of_edge=of_edge, scale=scale)


def _sum(some: Iterable[Masses]) -> Masses:
    listed = list(some)
    return Masses(math.fsum(part.positive for part in listed), math.fsum(part.negative for part in listed))


def _scale(sums: Mapping[Edge, Mapping[object, Masses]]) -> float:
    """Return the points of width for a share of 1, so that the widest bundle and the fullest box have room."""
    widest = 0.0
    boxes: dict[tuple[str, str], list[float]] = {}
    for (tail, head), parts in sums.items():
        mass = math.fsum(part.mass for part in parts.values())
        widest = max(widest, mass)
        boxes.setdefault((tail, "out"), []).append(mass)
        boxes.setdefault((head, "in"), []).append(mass)
    fullest = max((math.fsum(some) for some in boxes.values()), default=0.0)
    # What is smaller than every share that can be told is a hairline.
    return min(_WIDEST / widest, _AT_A_BOX / fullest, _LARGEST_SCALE) if widest else 0.0


def _tone(by: By, key: Key, labels: tuple[object, ...]) -> Tone:
    label, sign = key
    if by == "sign":
        return "positive" if sign > 0 else "negative"
    if by == "crossings" and isinstance(label, int):
        return _TONES[label]
    return _TONES[-1] if label in (SEVERAL, OTHERS) else _TONES[labels.index(label)]
