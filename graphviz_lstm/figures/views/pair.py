"""Before and after: the flows of one question in two examples of one net, one above the other on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import elide
from graphviz_lstm.figures.legend import Entry, add_legend
from graphviz_lstm.figures.scene import Run, plain
from graphviz_lstm.figures.theme import HAIRLINE, LARGE_SIZE
from graphviz_lstm.figures.views.alike import panels_alike
from graphviz_lstm.figures.views.common import derivative, derivative_line
from graphviz_lstm.figures.views.fitting import widest
from graphviz_lstm.figures.views.rows import GOES_ON, PAD
from graphviz_lstm.figures.views.stacking import stacked
from graphviz_lstm.figures.views.strands.bundles import bundles_of, scaled
from graphviz_lstm.figures.views.strands.legend import SAMPLE, scale_entries
from graphviz_lstm.figures.views.strands.words import class_words
from graphviz_lstm.figures.views.stretches import gap_entries
from graphviz_lstm.notation.numbers import format_number
from graphviz_lstm.notation.signed import Numbers, amounts_as, shares_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import LayoutName
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.gradients.shares.strands import By
    from graphviz_lstm.graph.unroll import Graph

BY: By = "crossings"
_WHEN = ("before", "after")


@dataclass(frozen=True, slots=True)
class _Scale:
    """What both have in common: points of width for 1 of what is written, and how that is written."""

    points: float
    numbers: Numbers
    each: tuple[Numbers, ...]
    widths: tuple[float, ...]
    """Points of width for a share of 1, of each."""


def pair_scene(
    graphs: Sequence[Graph],
    names: Sequence[str],
    lengths: Sequence[float],
    max_steps: int | None,
    *,
    shares: bool = False,
    layout: LayoutName = "wide",
) -> Scene:
    """Return the scene of two gradients, in strands: how much runs along each edge before, and after.

    Parameters
    ----------
    graphs
        Annotated with the flows of one question, to two examples of one net.
    names, lengths
        What each is called, and how long its derivative is.
    max_steps
        Of more steps the ends alone are drawn, as in `draw`.
    shares
        Whether widths and numbers are parts of each one's own gradient, in place of its length.
    layout
        So that it can be read 700 pixels wide, or 360: as in `draw`.
    """
    shown = [elide(graph, max_steps) for graph in graphs]
    found = [bundles_of(graph, BY) for graph in shown]
    scale = _scale_of(found, lengths, shares=shares)
    bundles = [scaled(each, width) for each, width in zip(found, scale.widths, strict=True)]
    what = derivative(shown[0])
    titles = [
        f"{when}, in {name}: {what} has length {format_number(length)}"
        for when, name, length in zip(_WHEN, names, lengths, strict=True)
    ]
    room = widest(layout) - 2 * PAD
    scene = stacked(panels_alike(shown, bundles, scale.each, titles, room), columns=1, room=room)
    named = replace(
        scene,
        title=f"flow of {what} before, in {names[0]}, and after, in {names[1]}",
        description=f"{'; '.join(titles)}.",
    )
    return add_legend(named, _legend(shown[0], bundles, scale, scene, shares=shares), size=LARGE_SIZE, pad=PAD)


def _scale_of(found: Sequence[Bundles], lengths: Sequence[float], *, shares: bool) -> _Scale:
    """Return a scale on which the wider of both has as much room as it has alone."""
    if shares:
        points = min(each.scale for each in found)
        numbers = shares_as(max(each.largest for each in found), 1.0)
        return _Scale(points / numbers.factor, replace(numbers, factor=1.0), (numbers, numbers), (points, points))
    # In the length of the longer: products with either may leave the range.
    longest = max(lengths)
    parts = [length / longest for length in lengths]
    points = min(each.scale / part for each, part in zip(found, parts, strict=True) if part)
    amounts = amounts_as([each.largest * part for each, part in zip(found, parts, strict=True)], longest)
    each = tuple(replace(amounts, factor=amounts.factor * part) for part in parts)
    widths = tuple(points * part for part in parts)
    return _Scale(points / amounts.factor, replace(amounts, factor=1.0), each, widths)


def _legend(
    graph: Graph, bundles: Sequence[Bundles], scale: _Scale, scene: Scene, *, shares: bool
) -> list[list[Entry]]:
    classes = {label: (each, sign) for each in bundles for label, sign in reversed(each.keys)}
    rows = [
        [Entry(plain(class_words(BY, label)), each.tone((label, sign)), SAMPLE)]
        for label, (each, sign) in sorted(classes.items(), key=lambda item: str(item[0]))
    ]
    looks = {(curve.tone, curve.pattern) for curve in scene.curves}
    entries = [Entry(plain("dashed: takes away"), "text", SAMPLE, "dashed")]
    entries += [Entry(plain("on a path, and 0"), "quiet", HAIRLINE)] if ("quiet", "solid") in looks else []
    entries += [Entry(plain("on no path"), "pale", HAIRLINE)] if ("pale", "solid") in looks else []
    own = Run("parts of each one's own " if shares else "what paths bring along each one's own ")
    unit = "per cent" if scale.numbers.percent else f"numbers{scale.numbers.times}"
    rest = (*derivative_line(graph), Run(", all widths on one scale."))
    told = Entry((Run(f"On each edge, in {unit}: "), own, *rest), bare=(Run("The width of an edge: "), own, *rest))
    measure = scale_entries(replace(bundles[0], scale=scale.points), scale.numbers)
    goes_on = [[Entry(plain(GOES_ON))]] if len({frame.top for frame in scene.frames}) > len(_WHEN) else []
    return [*rows, entries, measure, [told], *goes_on, *gap_entries(graph)]
