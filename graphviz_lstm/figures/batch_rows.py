"""A batch by class: the share of each, and how the parts that the sequences bring spread; a row each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.bars import axis_label, legend_of, numbers_for, page_behind, plain_axes
from graphviz_lstm.figures.plots import Plot, PlotLook, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.notation.signed import Numbers

MOST_BATCH_ROWS = 32
_NOTE = (
    "A dot is what one sequence brings, as a part of the mean gradient. The box holds the middle half of them, its "
    "line is their median. The line through the share holds 95 % of batches drawn anew from these sequences."
)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One class: what it is called, its share, and what each sequence brings."""

    name: str
    share: float
    parts: tuple[float, ...]
    quartiles: tuple[float, float, float]
    interval: tuple[float, float]


def batch_plot(
    rows: Sequence[BatchRow],
    derivative: str,
    words: tuple[str, str],
    whole: float,
    *,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    look: PlotLook | None = None,
) -> Plot:
    """Return the plot of a batch by class.

    Parameters
    ----------
    derivative, words, whole
        Of what; of which sequences and by what, in words; what a share is a part of.

    Raises
    ------
    InputError
        If there are more rows than can be read.
    """
    if not 1 <= len(rows) <= MOST_BATCH_ROWS:
        raise InputError(f"unusable number of rows: {len(rows)} (this figure has 1 to {MOST_BATCH_ROWS})")
    numbers = numbers_for([part for row in rows for part in (*row.interval, *row.quartiles)], "share", whole)
    of, by = words
    title = f"{derivative} of the mean loss over {of}, by {by}"
    told = "; ".join(
        f"{row.name}: {numbers.told(row.share)}, 95 % in {numbers.told(row.interval[0])} to "
        f"{numbers.told(row.interval[1])}"
        for row in rows
    )
    fill = partial(_fill, tuple(rows), numbers, (title, axis_label(numbers, "share", derivative), by), layout)
    each = 0.3 if layout == "wide" else 0.44
    return Plot(title, f"{told}. {_NOTE}", fill, layout, 1.9 + each * len(rows), theme, look or PlotLook())


def _fill(
    rows: Sequence[BatchRow],
    numbers: Numbers,
    texts: tuple[str, str, str],
    layout: LayoutName,
    figure: Any,
    colours: Theme,
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    title, label, by = texts
    axes = figure.add_subplot()
    narrow = layout == "narrow"
    drop = 0.16 if narrow else 0.0
    text, tone = colours.tones["text"], colours.tones["positive"]
    dots: dict[str, Any] = {
        "linestyle": "none",
        "marker": "o",
        "markersize": 3.0,
        "markerfacecolor": "none",
        "color": tone,
    }
    mean: dict[str, Any] = {
        "marker": "D",
        "markersize": 4.5,
        "color": text,
        "markeredgecolor": colours.page,
        "markeredgewidth": 0.8,
    }
    for place, row in enumerate(rows):
        at = place + drop
        low, half, high = (numbers.factor * part for part in row.quartiles)
        axes.barh([at], [high - low], 0.5, left=low, facecolor=colours.page, edgecolor=colours.border, linewidth=0.9)
        axes.plot([half, half], [at - 0.25, at + 0.25], color=colours.border, linewidth=1.6)
        axes.plot([numbers.factor * part for part in row.parts], [at] * len(row.parts), markeredgewidth=0.7, **dots)
        axes.plot([numbers.factor * part for part in row.interval], [at, at], color=text, linewidth=1.6)
        axes.plot([numbers.factor * row.share], [at], zorder=4.0, **mean)
        if narrow:
            told = f"{row.name}: {numbers.text(row.share)}"
            axes.annotate(
                told, (0.0, place - 0.28), xycoords=("axes fraction", "data"), va="center", bbox=page_behind(colours)
            )
        else:
            beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center", "annotation_clip": False}
            axes.annotate(numbers.text(row.share), (1.0, place), (6.0, 0.0), textcoords="offset points", **beside)
    axes.axvline(0.0, color=colours.border, linewidth=0.8, zorder=0.5)
    axes.set_yticks([] if narrow else list(range(len(rows))), [] if narrow else [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(label)
    if not narrow:
        axes.set_ylabel(by)
    plain_axes(axes, colours, spines=("bottom",))
    axes.tick_params(axis="y", length=0.0)
    figure.suptitle(folded(title, figure.get_figwidth()))
    shown = {
        "share, with its 95 %": Line2D([], [], linewidth=1.6, **mean),
        "middle half": Patch(facecolor=colours.page, edgecolor=colours.border),
        "a sequence": Line2D([], [], **dots),
    }
    legend_of(figure, shown, _NOTE)
