"""Schemes in figures: side by side as a sheet, what each keeps as bars, its cosine with the gradient as curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, NumberError, describe_unknown, shorten
from graphviz_lstm.figures.choices import SCHEME_VIEWS
from graphviz_lstm.figures.figure import require_suffix
from graphviz_lstm.figures.look import LOOKS, look_of
from graphviz_lstm.figures.options import require_file_use, require_known
from graphviz_lstm.figures.plots import plot_look_of, require_plot_suffix
from graphviz_lstm.figures.schemes import cosine_plot, kept_plot
from graphviz_lstm.figures.views.sheet import SHEET_STEPS, sheet_scene
from graphviz_lstm.files import write_files
from graphviz_lstm.given import require_kind, require_one_of, several
from graphviz_lstm.gradients.schemes.angles import cosines_by_scale, cosines_by_steps
from graphviz_lstm.gradients.schemes.flows import flows_under
from graphviz_lstm.gradients.schemes.kept import kept_under
from graphviz_lstm.gradients.schemes.library import scheme as scheme_of
from graphviz_lstm.reports.comparison import DEFAULT_SCHEMES
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from graphviz_lstm.figures.choices import LayoutName, SchemeView, ThemeName
    from graphviz_lstm.figures.figure import Figure
    from graphviz_lstm.gradients.schemes.scheme import Scheme

    Schemes = Sequence[str | Scheme] | None
    Looks = Mapping[str, Any]

POINTING_ELSEWHERE = ("lstm-1997", "bptt:2", "chunked-bptt:2", "spatial", "h-detach:0.25")
"""Whose cosines are drawn where nothing is asked for: those of the default schemes that lie apart, and take no time."""


def comparison_figure(
    study: Study,
    schemes: Sequence[str | Scheme] | None = None,
    *,
    max_steps: int | None = SHEET_STEPS,
    columns: int | None = None,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    **looks: object,
) -> Figure:
    """Return a sheet of schemes: what each leaves of the gradient on every edge, small multiples on one scale.

    Parameters
    ----------
    schemes
        By default those that are compared by default and drop paths.
    max_steps
        Of more steps the ends alone are drawn, as in `draw`.
    theme
        As in `draw`.
    columns
        How many side by side; by default as many as can be read so wide, which is mostly one.
    layout
        `"wide"`, so that it can be read 700 pixels wide, or `"narrow"`, 360.
    looks
        `title`, `legend`, `numbers`, `width`, `font_size`, `dpi`, `colours` and `fragment` as in `draw`.

    Raises
    ------
    InputError
        If a scheme drops other entries for each entry of the source and none is looked at, or there are more schemes
        than fit on a sheet.
    NumberError
        If the gradient is zero.
    """
    _require_looks(looks)
    look = look_of({**looks, "theme": theme})
    if look.room is not None:
        raise InputError("a sheet does not wrap: font_size has no use beside width")
    asked = [scheme_of(name) for name in _schemes(schemes)]
    chosen = [each for each in asked if schemes is not None or each.per != "entry"]
    flows = [flows_under(study.graph, each, study.source, element=study.element) for each in chosen]
    return look.figure(sheet_scene(flows, max_steps, columns, layout=layout))


def draw_comparison(
    study: Study,
    schemes: Sequence[str | Scheme] | None = None,
    *,
    view: SchemeView = "sheet",
    file: Path | None = None,
    suffix: str = ".svg",
    theme: ThemeName = "auto",
    columns: int | None = None,
    layout: LayoutName | None = None,
    **looks: object,
) -> bytes:
    """Return the bytes of a figure of schemes, and write it to `file`, whose suffix counts then.

    Parameters
    ----------
    schemes
        Names, rules as text, or schemes; some of each form by default.
    view
        `"sheet"`: the flows that each leaves, see `comparison_figure`; `"kept"`: what each keeps and drops of the
        study's gradient, as bars; `"cosine"`: the angle with the gradient of all parameters together against the number
        of steps, and against the scale of the recurrent weights, as curves.
    suffix
        `.svg`, `.png`, `.pdf`; a sheet also as `.dot` or `.tex`.
    theme
        As in `draw`.
    columns, layout
        Of a sheet: how many side by side, and how wide it is; see `comparison_figure`.
    looks
        `title`, `width`, `dpi` and `colours` as in `draw`; of a sheet also `legend`, `numbers`, `font_size` and
        `fragment`.

    Raises
    ------
    InputError
        If the view, the suffix, the theme or a scheme is unknown, or the view cannot show so many schemes, or has no
        columns.
    NumberError
        If the gradient is zero, and the view one of its parts.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> from graphviz_lstm import Study
    >>> draw_comparison(Study("gomez"), ["full", "lstm-1997"], view="kept")[:5]
    b'<?xml'
    """
    require_kind("study", study, Study, "a Study, such as Study('gomez')")
    require_one_of("view", view, SCHEME_VIEWS)
    require_known({"theme": theme})
    if columns is not None and view != "sheet":
        raise InputError(f"view {view!r} has no columns (leave them out, or take view 'sheet')")
    if layout is not None and view != "sheet":
        raise InputError(
            f"view {view!r} has one layout: layout={shorten(layout)} has no use in it (view 'sheet' has two)"
        )
    if layout is not None:
        require_known({"layout": layout})
    require = require_suffix if view == "sheet" else require_plot_suffix
    form = require(f"figure{suffix}" if file is None else file)
    _require_looks(looks)
    require_file_use(looks, [form])
    sheet = {"columns": columns, "layout": layout or "wide"} if view == "sheet" else {}
    content = DRAWN[view](study, schemes, form, theme, looks, **sheet)
    if file is not None:
        write_files({file: content})
    return content


def _schemes(given: Schemes) -> tuple[str | Scheme, ...]:
    return DEFAULT_SCHEMES if given is None else several("schemes", given)


def _require_looks(looks: Looks) -> None:
    for name in looks:
        if name not in LOOKS:
            raise InputError(describe_unknown("option", name, LOOKS))


def _sheet(study: Study, schemes: Schemes, suffix: str, theme: ThemeName, looks: Looks, **sheet: Any) -> bytes:
    return comparison_figure(study, schemes, theme=theme, **sheet, **looks).content(suffix)


def _kept(study: Study, schemes: Schemes, suffix: str, theme: ThemeName, looks: Looks) -> bytes:
    look = plot_look_of(looks, suffix, "view 'kept'")
    chosen = [scheme_of(name) for name in _schemes(schemes)]
    if schemes is None and study.source not in study.parameters:
        # What a parameter's entries reach is no rule about another source.
        chosen = [each for each in chosen if each.per != "entry"]
    if study.is_zero:
        raise NumberError(f"zero gradient: {study.derivative} is zero, so there is nothing to keep")
    full = study.adjoints[study.source]
    kept = [kept_under(study.graph, each, study.source, full, element=study.element) for each in chosen]
    return kept_plot(kept, study.derivative, suffix, theme, look)


def _cosines(study: Study, schemes: Schemes, suffix: str, theme: ThemeName, looks: Looks) -> bytes:
    look = plot_look_of(looks, suffix, "view 'cosine'")
    chosen = [scheme_of(name) for name in (POINTING_ELSEWHERE if schemes is None else schemes)]
    by_steps, by_scale = cosines_by_steps(study.problem, chosen), cosines_by_scale(study.problem, chosen)
    return cosine_plot([each.name for each in chosen], by_steps, by_scale, suffix, theme, look)


DRAWN: dict[SchemeView, Callable[..., bytes]] = {
    "sheet": _sheet,
    "kept": _kept,
    "cosine": _cosines,
}
"""View -> how it is drawn."""
