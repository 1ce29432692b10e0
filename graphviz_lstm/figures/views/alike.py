"""Panels that are compared: strands of several graphs of one net, whose rows hold the same steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.views.strands import strands_panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.views.rows import Rows
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.numbers import Numbers
    from graphviz_lstm.graph.unroll import Graph


def panels_alike(
    graphs: Sequence[Graph], bundles: Sequence[Bundles], numbers: Sequence[Numbers], titles: Sequence[str], room: float
) -> list[Scene]:
    """Return the scene of each graph, the rows of all with the same steps: so each step can be compared.

    Parameters
    ----------
    bundles, numbers, titles
        Of each graph its strands, how its shares are written, and what stands over it.
    room
        How wide each may be.
    """

    def drawn(like: tuple[Rows, ...]) -> list[tuple[Scene, Rows]]:
        return [
            strands_panel(graph, each, how, title, most=room, like=like)
            for graph, each, how, title in zip(graphs, bundles, numbers, titles, strict=True)
        ]

    panels = drawn(())
    if len({(rows.parts, rows.firsts) for _, rows in panels}) > 1:
        # Numbers take more room where more flows: where a row begins in one of them, one begins in all.
        panels = drawn(tuple(rows for _, rows in panels))
    return [scene for scene, _ in panels]
