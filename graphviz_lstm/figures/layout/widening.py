"""More room where labels are wider than the numbers that the usual distances are for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout.spacing import COMPACT, NARROW, ROOMY, Spacing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.graph.unroll import Graph

# For how wide a label there is room within a step, between two steps, before the loss, where lines rise side by side,
# and for two below the frames: what rises into a step beside what falls out of the one before.
_WITHIN, _BETWEEN, _AHEAD, _RISING, _BELOW = 58.0, 56.0, 56.0, 56.0, 100.0

_OVER_THE_TOP = 30.0


def widened(graph: Graph, widths: Mapping[tuple[str, str], float], spacing: Spacing = ROOMY) -> Spacing:
    """Return the distances with which labels so wide have room: `widths` by edge, in points."""
    needs = _Needs.of(graph, widths)
    within, between, below = (max(0.0, more) for more in (needs.within, needs.between, needs.below))
    return replace(
        spacing,
        column=spacing.column + within,
        bent_column=spacing.bent_column + within,
        climbing_column=spacing.climbing_column + within,
        narrow_column=spacing.narrow_column + within,
        straight_column=spacing.straight_column + within,
        number=spacing.number + within,
        wide_gutter=spacing.wide_gutter + max(0.0, needs.rising),
        gap=spacing.gap + max(between, below),
        beside_gap=spacing.beside_gap + max(0.0, needs.beside, below, needs.rising),
        loss_gap=spacing.loss_gap + max(0.0, needs.ahead),
    )


def close(graph: Graph, widths: Mapping[tuple[str, str], float], *, alone: bool = False) -> Spacing:
    """Return the distances with which labels so wide have room, and hardly more: for steps that wrap into rows.

    Where each step is `alone` in its row nothing falls beside what rises into the next one.
    """
    needs, least = _Needs.of(graph, widths), COMPACT

    def fitted(name: str, more: float) -> float:
        return max(float(getattr(least, name)), float(getattr(ROOMY, name)) + more)

    # A carousel that leads to an output rises beside its box, and is level before the frame ends.
    over = any(
        edge["kind"] == "carousel" and graph.nodes[head]["role"] == "output" for _, head, edge in graph.edges(data=True)
    )
    # What rises into a step stands that much nearer to what falls out of the one before.
    below = needs.below + ROOMY.gutter - least.gutter
    return replace(
        ROOMY,
        gutter=least.gutter,
        wide_gutter=fitted("wide_gutter", needs.rising),
        column=fitted("column", needs.within),
        bent_column=fitted("bent_column", needs.within),
        climbing_column=fitted("climbing_column", needs.within),
        narrow_column=max(NARROW.narrow_column, fitted("narrow_column", needs.within)),
        straight_column=fitted("straight_column", needs.within),
        number=fitted("number", needs.within),
        gap=max(fitted("gap", needs.between), 0.0 if alone else ROOMY.gap + below),
        beside_gap=max(fitted("beside_gap", needs.beside), 0.0 if alone else fitted("beside_gap", below)),
        numbers=least.numbers,
        source_gap=least.source_gap,
        input_gap=least.input_gap,
        margin=_OVER_THE_TOP if over else ROOMY.margin,
        loss_gap=max(NARROW.loss_gap, ROOMY.loss_gap + needs.ahead),
        lead=least.lead,
        turn=least.turn,
    )


@dataclass(frozen=True, slots=True)
class _Needs:
    """How much more room labels need than the usual distances give, or less: within a step, between two, and so on."""

    within: float
    between: float
    below: float
    beside: float
    rising: float
    ahead: float

    @classmethod
    def of(cls, graph: Graph, widths: Mapping[tuple[str, str], float]) -> _Needs:
        widest: dict[str, float] = {}
        for edge, width in widths.items():
            kind = graph.edges[edge]["kind"]
            widest[kind] = max(widest.get(kind, 0.0), width)

        def most(*kinds: str) -> float:
            return max(widest.get(kind, 0.0) for kind in kinds)

        rising, falling = most("parameter", "input"), most("loss")
        return cls(
            within=most("inner") - _WITHIN,
            between=most("carousel", "crossing") - _BETWEEN,
            below=rising + falling - _BELOW,
            beside=most("gap-in", "gap-out", "gap-rise", "gap-fall") - _BETWEEN,
            rising=rising - _RISING,
            ahead=falling - _AHEAD,
        )
