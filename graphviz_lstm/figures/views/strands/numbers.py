"""Numbers on strands: all with the same decimals, so that the eye can add those that meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.notation.numbers import length
from graphviz_lstm.notation.signed import Numbers, shares_as

if TYPE_CHECKING:
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.graph.unroll import Graph

__all__ = ["Numbers", "numbers_of"]


def numbers_of(graph: Graph, bundles: Bundles) -> Numbers:
    """Return how the shares of a figure are written."""
    total, element = np.asarray(graph.graph["total"]), graph.graph["element"]
    return shares_as(bundles.largest, float(total[element]) if element is not None else length(total))
