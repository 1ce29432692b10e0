"""The metro view: the leading paths as lines side by side on one graph, with a legend that is their ranking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.layout import edges_on_paths, edges_shown
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.routes.bends import beside, ending
from graphviz_lstm.figures.scene import Curve, Pattern, Scene, plain
from graphviz_lstm.figures.theme import THINNEST, Tone, arrow_size
from graphviz_lstm.figures.views.common import (
    build_scene,
    count_text,
    derivative,
    edges_drawn,
    finish,
    proof_entries,
    rounded_point,
    total_line,
)
from graphviz_lstm.notation.numbers import format_percent

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, UnitPathSet

MOST_LINES = 8
_TONES: tuple[Tone, ...] = tuple(tone for tone in get_args(Tone) if tone.startswith("rank-"))
# Colour is never alone: eight colours in three patterns.
_PATTERNS: tuple[Pattern, ...] = ("solid", "dashed", "dotted")
_LINE = 1.8
_LANE = 3.4
_ARROW = " \N{RIGHTWARDS ARROW} "


def metro_view(graph: Graph, paths: PathSet | UnitPathSet, top: int) -> Scene:
    """Return the scene of the `top` leading paths, each a line of its own colour and pattern.

    Raises
    ------
    InputError
        If more lines are asked for than can be told apart.
    """
    if not 1 <= top <= MOST_LINES:
        raise InputError(f"unusable number of lines: {shorten(top)} (must be 1 to {MOST_LINES})")
    source = graph.graph["source"]
    chosen = paths.top(min(top, paths.count))
    lanes: dict[Edge, list[int]] = {}
    for rank, path in enumerate(chosen):
        for edge in edges_shown(graph, path):
            lanes.setdefault(edge, []).append(rank)
    drawn = edges_drawn(graph, source, edges_on_paths(graph, source))
    widths = {edge: _LANE * len(lanes[edge]) if edge in lanes else THINNEST for edge in drawn}
    tones: dict[Edge, Tone] = dict.fromkeys(drawn, "pale")
    lively = {vertex for edge in lanes for vertex in edge}
    scene = build_scene(graph, source, lively, widths, tones, {})
    curves = [curve for curve in scene.curves if (curve.tail, curve.head) not in lanes]
    for curve in scene.curves:
        ranks = lanes.get((curve.tail, curve.head), [])
        curves += [_lane(curve, rank, k, len(ranks)) for k, rank in enumerate(ranks)]
    left = chosen.remainder
    entries = [[Entry(total_line(graph, paths))]]
    entries += [
        [Entry(plain(_ranked(rank, path)), _TONES[rank], _LINE, _PATTERNS[rank % 3])]
        for rank, path in enumerate(chosen)
    ]
    if left.count:
        entries.append(
            [Entry(plain(f"{format_percent(left.share)}  not shown: {count_text(left.count)}"), "pale", THINNEST)]
        )
    entries += proof_entries(chosen)
    entries.append([Entry(plain("One line for each path, the largest share of the gradient first."))])
    title = f"the leading {len(chosen)} paths of {derivative(graph)}"
    return finish(replace(scene, curves=tuple(curves)), graph, paths, title, entries, "")


def _ranked(rank: int, path: Path) -> str:
    return f"{rank + 1}.  {format_percent(path.share)}  {_ARROW.join(map(str, path.vertices))}"


def _lane(curve: Curve, rank: int, k: int, count: int) -> Curve:
    """Return the line of a path on an edge that `count` of them share, the first on the left."""
    points, tip = beside(curve.points, curve.tip, ((count - 1) / 2 - k) * _LANE)
    # The whole edge was reckoned with a wide line's arrowhead; this line has a small one.
    points = ending(points, tip, 10.0 * arrow_size(THINNEST) + _LINE / 2)
    return replace(
        curve,
        points=tuple(map(rounded_point, points)),
        tip=rounded_point(tip),
        width=_LINE,
        tone=_TONES[rank],
        arrow=round(arrow_size(THINNEST), 2),
        tooltip=f"{curve.tooltip}, path {rank + 1}",
        pattern=_PATTERNS[rank % 3],
    )
