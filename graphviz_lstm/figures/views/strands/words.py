"""What a figure of strands says in words: of a class, of an edge, of a strand, of where paths enter and exit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.figures.scene import Run
from graphviz_lstm.gradients.shares.strands import OTHERS, SEVERAL, Masses
from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Line
    from graphviz_lstm.figures.views.strands.bundles import Bundles, Strand
    from graphviz_lstm.figures.views.strands.numbers import Numbers
    from graphviz_lstm.gradients.shares.strands import By
    from graphviz_lstm.graph.unroll import Graph

_CROSSINGS = {0: "through no gate", 1: "through one gate", 2: "through two gates or more"}


def class_words(by: By, label: object) -> str:
    """Return what a class of paths is.

    >>> class_words("crossings", 0), class_words("gates", "f"), class_words("entry", 3), class_words("exit", "others")
    ('through no gate', 'through gate f alone', 'enters at step 3', 'the other losses')
    """
    if by == "sign":
        return "all paths"
    if label == OTHERS:
        return {"gates": "through other gates", "entry": "enters at another step"}.get(by, "the other losses")
    if by == "crossings" and isinstance(label, int):
        return _CROSSINGS[label]
    if by == "gates":
        several = "through several gates"
        return "through no gate" if label == "" else several if label == SEVERAL else f"through gate {label} alone"
    if label is None:
        return "all paths"
    return f"{'enters at' if by == 'entry' else 'loss of'} step {label}".replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of the edges and strands of one figure."""

    graph: Graph
    bundles: Bundles
    shown: Numbers

    def numbers(self, edge: Edge) -> list[str]:
        """Return the numbers that stand on an edge."""
        return self.shown.parts(self.bundles.of_edge[edge].masses)

    def through(self, vertex: str) -> list[str]:
        """Return what flows through a vertex: what adds, and what takes away."""
        entering = [
            self.bundles.of_edge[edge].masses for edge in self.graph.in_edges(vertex) if edge in self.bundles.of_edge
        ]
        masses = Masses(math.fsum(part.positive for part in entering), math.fsum(part.negative for part in entering))
        return self.shown.parts(masses)

    def strand(self, edge: Edge, strand: Strand) -> str:
        """Return what a strand is, where one points at it."""
        return f"{edge[0]} -> {edge[1]}, {class_words(self.bundles.by, strand.key[0])}: {self.shown.told(strand.share)}"

    def edge(self, edge: Edge) -> str:
        """Return what an edge is, where one points at it."""
        masses = self.bundles.of_edge[edge].masses if edge in self.bundles.of_edge else None
        symbol = self.graph.edges[edge]["symbol"]
        told = ""
        if masses is not None:
            told = f": {self.shown.told(masses.flow)}"
            if masses.positive and masses.negative:
                told += f" ({self.shown.text(masses.positive)} {self.shown.text(masses.negative)})"
        return f"{edge[0]} -> {edge[1]}, partial {symbol}{told}"

    def pale(self, edge: Edge) -> str:
        """Return what an edge is that no path takes."""
        return f"{edge[0]} -> {edge[1]}, partial {self.graph.edges[edge]['symbol']}"

    def entry(self, step: int) -> Line:
        """Return where a path enters."""
        return _at("enters, ", step)

    def exit(self, step: int) -> Line:
        """Return of which step the loss is that a path reaches."""
        return _at("loss, ", step)


def _at(words: str, step: int) -> Line:
    return (Run(words), Run("t", italic=True), Run(f" = {step}".replace("-", MINUS)))
