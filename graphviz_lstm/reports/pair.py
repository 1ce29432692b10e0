"""Before and after as a figure of flows: one question to two examples of one net, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.figures.look import LOOKS, look_of
from graphviz_lstm.figures.options import require_known
from graphviz_lstm.figures.views.pair import pair_scene
from graphviz_lstm.figures.views.sheet import SHEET_STEPS
from graphviz_lstm.notation.numbers import length
from graphviz_lstm.reports.routes import other_of

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.figure import Figure
    from graphviz_lstm.gradients.shares.before_after import Of
    from graphviz_lstm.graph.evaluate import HasProblem
    from graphviz_lstm.reports.study import Study


def before_after_figure(
    study: Study,
    after: Study | str | Path | HasProblem,
    *,
    of: Of = "contributions",
    max_steps: int | None = SHEET_STEPS,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    **looks: object,
) -> Figure:
    """Return the flows of a gradient in two examples of one net, the one above the other, all widths on one scale.

    Parameters
    ----------
    after
        Another example of the same net, asked the same.
    of
        `"contributions"`: how much paths bring, so that a gradient of half the length has strands of half the width; or
        `"shares"`, parts of each one's own.
    max_steps
        Of more steps the ends alone are drawn, as in `draw`.
    layout
        `"wide"`, so that it can be read 700 pixels wide, or `"narrow"`, 360.
    theme
        As in `draw`.
    looks
        `title`, `legend`, `numbers`, `width`, `font_size`, `dpi`, `colours` and `fragment` as in `draw`.

    Raises
    ------
    InputError
        If the two are not of one net, or an option is none that this figure has.
    NumberError
        If one of both gradients is zero.

    Examples
    --------
    >>> from graphviz_lstm import Study
    >>> before_after_figure(Study("gomez", "W_A"), "gomez").scene.title
    "flow of dE/dW_A before, in 'gomez', and after, in 'gomez'"
    """
    for name in looks:
        if name not in LOOKS:
            raise InputError(describe_unknown("option", name, LOOKS))
    require_known({"theme": theme, "layout": layout})
    look = look_of({**looks, "theme": theme})
    if look.room is not None:
        raise InputError("the flows of before and after do not wrap: font_size has no use beside width")
    both = (study, other_of(study, after))
    graphs, lengths = [each.annotated for each in both], [_length(each) for each in both]
    names = [shorten(each.problem.name) for each in both]
    return look.figure(pair_scene(graphs, names, lengths, max_steps, shares=of == "shares", layout=layout))


def _length(study: Study) -> float:
    total = np.asarray(study.annotated.graph["total"])
    return length(total if study.element is None else total[study.element])
