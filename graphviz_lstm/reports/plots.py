"""A gradient in bars and cells: what it is made of, drawn by its kind and not along the net."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.choices import PLOT_VIEWS
from graphviz_lstm.figures.options import require_known
from graphviz_lstm.figures.plots import plot_look_of
from graphviz_lstm.figures.route_bars import before_after_plot, routes_plot
from graphviz_lstm.figures.strip import strip_plot
from graphviz_lstm.figures.triangle import MOST_CELLS, triangle_plot
from graphviz_lstm.given import require_kind, require_one_of
from graphviz_lstm.gradients.shares.routes import whole_of
from graphviz_lstm.reports.routes import changes_of, routes_in
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from graphviz_lstm.figures.choices import LayoutName, PlotView, ThemeName
    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.gradients.shares.before_after import Of
    from graphviz_lstm.graph.evaluate import HasProblem


def plot(
    study: Study,
    view: PlotView = "routes",
    *,
    after: Study | str | Path | HasProblem | None = None,
    of: Of | None = None,
    tokens: Sequence[str] | None = None,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    **looks: object,
) -> Plot:
    """Return a gradient in bars or cells, not yet drawn: ask it for `svg`, `png`, `pdf`, or `save` it.

    Where the gradient is zero there is nothing to share, and contributions are shown.

    Parameters
    ----------
    study
        Whose gradient.
    view
        `"strip"`: by step of entry, by crossings, by gate; `"triangle"`: by step of entry and step of the loss, a cell
        each; `"routes"`: by the gate that paths cross into and how often; `"before-after"`: two by route on one scale.
    after
        For `"before-after"`: another example of the same net, asked the same.
    of
        For `"before-after"`: `"contributions"` by default, in the derivative's own unit; or `"shares"`, parts of each
        one's own gradient.
    tokens
        For `"triangle"`: a text for each step.
    layout
        `"wide"`: to be read 700 pixels wide; `"narrow"`: 360.
    theme
        As in `draw`.
    looks
        `title`, `width`, `dpi` and `colours` as in `draw`; with a width its letters and its height keep their size.

    Raises
    ------
    InputError
        If there is no such view, theme or layout, or the view has no use for an option; if the two are not of one net.
    NumberError
        If something leaves the range of a float64; for `"before-after"`, if a gradient of zero cannot be compared.

    Examples
    --------
    >>> from graphviz_lstm import Study
    >>> plot(Study("gomez", "W_A", element=(0, 0)))
    Plot("dE/dW_A[0,0] of 'gomez', 7 paths: by gate and crossings", layout 'wide', theme 'auto')
    """
    require_kind("study", study, Study, "a Study, such as Study('gomez')")
    require_one_of("view", view, PLOT_VIEWS)
    require_known({"theme": theme, "layout": layout})
    look = plot_look_of(looks, None, f"view {view!r}")
    given = {"after": after, "of": of, "tokens": tokens}
    for name, value in given.items():
        if value is not None and name not in _TAKEN[view]:
            only = next(other for other, names in _TAKEN.items() if name in names)
            raise InputError(f"view {view!r} has no use for {name!r} (leave it out, or take view {only!r})")
    return PLOTTED[view](
        study, {name: given[name] for name in _TAKEN[view]}, {"layout": layout, "theme": theme, "look": look}
    )


def _strip(study: Study, _given: Mapping[str, Any], looks: Mapping[str, Any]) -> Plot:
    return strip_plot(study.strip, study.derivative, **looks)


def _triangle(study: Study, given: Mapping[str, Any], looks: Mapping[str, Any]) -> Plot:
    whole = whole_of(np.asarray(study.paths.total), study.element)
    # What is read at each step stands along both axes, where it has room and nothing else is told.
    own = study.problem.texts if study.problem.steps <= MOST_CELLS[looks["layout"]] else ()
    tokens = given["tokens"] if given["tokens"] is not None else own or None
    return triangle_plot(study.triangle, study.derivative, study.problem.name, whole, tokens=tokens, **looks)


def _routes(study: Study, _given: Mapping[str, Any], looks: Mapping[str, Any]) -> Plot:
    return routes_plot(routes_in(study), study.derivative, study.problem.name, **looks)


def _before_after(study: Study, given: Mapping[str, Any], looks: Mapping[str, Any]) -> Plot:
    if given["after"] is None:
        raise InputError("view 'before-after' takes two examples (give the other as 'after')")
    changes = changes_of(study, given["after"], given["of"] or "contributions")
    return before_after_plot(changes.found, study.derivative, changes.names, **looks)


_TAKEN: Mapping[PlotView, tuple[str, ...]] = {
    "strip": (),
    "triangle": ("tokens",),
    "routes": (),
    "before-after": ("after", "of"),
}
PLOTTED: Mapping[PlotView, Callable[[Study, Mapping[str, Any], Mapping[str, Any]], Plot]] = {
    "strip": _strip,
    "triangle": _triangle,
    "routes": _routes,
    "before-after": _before_after,
}
"""View -> how it is drawn."""
