"""More room where labels are wider than the numbers that the usual distances are for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout.spacing import ROOMY, Spacing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.graph.unroll import Graph

# For how wide a label there is room within a step, between two steps, before the loss, where lines rise side by side,
# and for two below the frames: what rises into a step beside what falls out of the one before.
_WITHIN, _BETWEEN, _AHEAD, _RISING, _BELOW = 58.0, 56.0, 56.0, 56.0, 100.0


def widened(graph: Graph, widths: Mapping[tuple[str, str], float], spacing: Spacing = ROOMY) -> Spacing:
    """Return the distances with which labels so wide have room: `widths` by edge, in points."""
    widest: dict[str, float] = {}
    for edge, width in widths.items():
        kind = graph.edges[edge]["kind"]
        widest[kind] = max(widest.get(kind, 0.0), width)

    def over(room: float, *kinds: str) -> float:
        return max(0.0, max((widest.get(kind, 0.0) for kind in kinds), default=0.0) - room)

    rising, falling = (max(widest.get(kind, 0.0) for kind in kinds) for kinds in (("parameter", "input"), ("loss",)))
    within = over(_WITHIN, "inner")
    between = over(_BETWEEN, "carousel", "crossing")
    below = max(0.0, rising + falling - _BELOW)
    return replace(
        spacing,
        column=spacing.column + within,
        climbing_column=spacing.climbing_column + within,
        narrow_column=spacing.narrow_column + within,
        straight_column=spacing.straight_column + within,
        number=spacing.number + within,
        wide_gutter=spacing.wide_gutter + over(_RISING, "parameter", "input"),
        gap=spacing.gap + max(between, below),
        beside_gap=spacing.beside_gap
        + max(over(_BETWEEN, "gap-in", "gap-out", "gap-rise", "gap-fall"), below, rising - _BETWEEN),
        loss_gap=spacing.loss_gap + over(_AHEAD, "loss"),
    )
