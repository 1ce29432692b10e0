"""A sheet of schemes: the flows that each leaves of a gradient, as small multiples on one scale."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.layout import edges_on_paths, elide
from graphviz_lstm.figures.legend import Entry, add_legend
from graphviz_lstm.figures.scene import Run, Scene, plain
from graphviz_lstm.figures.theme import HAIRLINE, LARGE_SIZE
from graphviz_lstm.figures.views.alike import panels_alike
from graphviz_lstm.figures.views.common import CUT_TONE, CUT_WIDTH, count_text, derivative, derivative_line
from graphviz_lstm.figures.views.fitting import widest
from graphviz_lstm.figures.views.rows import PAD
from graphviz_lstm.figures.views.stacking import stacked
from graphviz_lstm.figures.views.strands.bundles import bundles_of, scaled, without_paths
from graphviz_lstm.figures.views.strands.legend import SAMPLE, scale_entries
from graphviz_lstm.figures.views.strands.numbers import numbers_of
from graphviz_lstm.figures.views.strands.words import class_words
from graphviz_lstm.figures.views.stretches import gap_entries
from graphviz_lstm.given import as_whole
from graphviz_lstm.notation.numbers import format_percent
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import LayoutName
    from graphviz_lstm.figures.views.strands.bundles import Bundles
    from graphviz_lstm.figures.views.strands.numbers import Numbers
    from graphviz_lstm.gradients.schemes.flows import SchemeFlows
    from graphviz_lstm.gradients.shares.strands import By
    from graphviz_lstm.graph.unroll import Graph

BY: By = "crossings"
"""What the strands of a sheet are of."""
SHEET_STEPS = 7
"""Of more steps the first and the last three are drawn: in a sheet each scheme is to be a few rows."""
MOST_SCHEMES = 16


def sheet_scene(
    schemes: Sequence[SchemeFlows], max_steps: int | None, columns: int | None = None, *, layout: LayoutName = "wide"
) -> Scene:
    """Return the scene of several schemes: on each edge what is left of the full gradient there, in strands.

    Parameters
    ----------
    schemes
        Flows of one question under each.
    max_steps
        Of more steps the ends alone are drawn, as in `draw`.
    columns
        How many side by side; by default as many as can be read so wide, which is mostly one.
    layout
        So that it can be read 700 pixels wide, or 360: as in `draw`.

    Raises
    ------
    InputError
        If there are none, or more than can be looked at, or no column.
    """
    if not 1 <= len(schemes) <= MOST_SCHEMES:
        raise InputError(f"unusable number of schemes: {len(schemes)} (a sheet has 1 to {MOST_SCHEMES})")
    if columns is not None and (as_whole(columns) or 0) not in range(1, MOST_SCHEMES + 1):
        raise InputError(f"unusable number of columns: {shorten(columns)} (must be 1 to {MOST_SCHEMES})")
    graphs = [elide(each.graph, max_steps) for each in schemes]
    source = graphs[0].graph["source"]
    found = [
        bundles_of(graph, BY) if edges_on_paths(each.graph, source) else without_paths(BY)
        for each, graph in zip(schemes, graphs, strict=True)
    ]
    scale = min((each.scale for each in found if each.scale), default=0.0)
    bundles = [scaled(each, scale) for each in found]
    largest = max((each for each in bundles if each.of_edge), key=lambda each: each.largest, default=bundles[0])
    numbers = numbers_of(graphs[0], largest)
    titles = [f"{each.scheme}: {format_percent(each.share)} left, {_told(each)}" for each in schemes]
    room = widest(layout) - 2 * PAD
    scene = stacked(panels_alike(graphs, bundles, [numbers] * len(graphs), titles, room), columns=columns, room=room)
    names = ", ".join(each.scheme for each in schemes)
    named = replace(
        scene,
        title=f"{graphs[0].graph['cell'].name}: what schemes leave of {derivative(graphs[0])}: {names}",
        description=f"{'; '.join(titles)}.",
    )
    return add_legend(named, _legend(graphs[0], bundles, numbers, scene), size=LARGE_SIZE, pad=PAD)


def _legend(graph: Graph, bundles: Sequence[Bundles], numbers: Numbers, scene: Scene) -> list[list[Entry]]:
    rest = (*plain(" what a scheme leaves there of the full "), *derivative_line(graph), Run("."))
    what = Entry((Run("On each edge"), *rest), bare=(Run("The width of an edge is"), *rest))
    classes = {label: (each, sign) for each in bundles for label, sign in each.keys}
    rows = [
        [what],
        *(
            [Entry(plain(class_words(BY, label)), each.tone((label, sign)), SAMPLE)]
            for label, (each, sign) in sorted(classes.items(), key=lambda item: str(item[0]))
        ),
    ]
    looks = {(curve.tone, curve.pattern) for curve in scene.curves}
    entries = [Entry(plain("dashed: takes away"), "text", SAMPLE, "dashed")]
    entries += [Entry(plain("on no path that is left"), "pale", HAIRLINE)] if ("pale", "solid") in looks else []
    entries += [Entry(plain("cut"), CUT_TONE, CUT_WIDTH, "dotted")] if (CUT_TONE, "dotted") in looks else []
    unit = "per cent of it" if numbers.percent else f"parts of it{numbers.times and ', ' + numbers.times.strip()}"
    scale = "ll widths are on one scale."
    told = Entry(plain(f"Numbers are {unit}; a{scale}"), bare=plain(f"A{scale}"))
    return [*rows, entries, scale_entries(largest_of(bundles), numbers), [told], *gap_entries(graph)]


def largest_of(bundles: Sequence[Bundles]) -> Bundles:
    """Return those of the strands by which a scale is told: all have one."""
    return next((each for each in bundles if each.of_edge), bundles[0])


def _told(each: SchemeFlows) -> str:
    if each.kept is None:
        return f"entries of {count_text(each.whole)} dropped"
    return f"{describe_count(each.kept)} of {count_text(each.whole)}"
