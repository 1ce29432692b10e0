"""Bars with their signs: what adds is filled, what takes away hatched and on the other side, the net a mark.

So the sign is read without any colour, and a sum is never shown without the parts that cancel in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_lstm.figures.plots import SMALL, folded
from graphviz_lstm.notation.signed import Numbers, amounts_as, shares_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.gradients.shares.routes import Unit

HATCH = "/////"
TOLD = 12
"""So many bars, or cells, are told in words; of more the largest."""
NOTHING = "The gradient is zero: there is nothing to share, and contributions are shown."
"""What is said where every share would be a part of nothing."""
SIGNS: Mapping[Unit, tuple[str, str]] = {"share": ("adds", "takes away"), "contribution": ("positive", "negative")}
"""How the two signs are called."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, and what it shows. The parts are those of its sign alone where they are not known."""

    name: str
    net: float
    positive: float
    negative: float

    @classmethod
    def of(cls, name: str, net: float, positive: float | None = None, negative: float | None = None) -> Bar:
        """Return a row, perhaps without known parts."""
        if positive is None or negative is None:
            positive, negative = max(net, 0.0), min(net, 0.0)
        return cls(name, net, positive, negative)

    @property
    def mass(self) -> float:
        """How long both of its bars are together."""
        return self.positive - self.negative


def numbers_for(values: Iterable[float], unit: Unit, whole: float) -> Numbers:
    """Return how the numbers of a plot are written: percentages, or amounts in one power of ten."""
    sizes = [abs(value) for value in values]
    return shares_as(max(sizes, default=0.0), whole) if unit == "share" else amounts_as(sizes)


def words_of(bar: Bar, numbers: Numbers) -> str:
    """Return what stands beside a row: its parts where there are two, and what they make.

    >>> words_of(Bar("", 0.25, 0.5, -0.25), Numbers(100.0, 1)), words_of(Bar("", -0.25, 0.0, -0.25), Numbers(100.0, 1))
    ('+50.0 −25.0 = +25.0', '−25.0')
    """
    least = 0.5 * 10.0**-numbers.decimals
    if min(bar.positive, -bar.negative) * abs(numbers.factor) < least:
        return numbers.text(bar.net)
    return f"{numbers.text(bar.positive)} {numbers.text(bar.negative)} = {numbers.text(bar.net)}"


def axis_label(numbers: Numbers, unit: Unit, derivative: str) -> str:
    """Return what the numbers along an axis are."""
    if numbers.percent:
        return f"share of {derivative}, %"
    along = "contribution to" if unit == "share" else "contributions to"
    return f"{along} {derivative}{',' if numbers.times else ''}{numbers.times}"


def draw_rows(
    axes: Any, bars: Sequence[Bar], places: Sequence[float], numbers: Numbers, colours: Theme, *, above: bool = False
) -> None:
    """Draw a row for each bar at its place, from top to bottom; its name at the left, its numbers at the right.

    `above` has both stand above the bar, where there is no room beside it.
    """
    drop, height = (0.22, 0.34) if above else (0.0, 0.62)
    for bar, place in zip(bars, places, strict=True):
        for part, takes in ((bar.positive, False), (bar.negative, True)):
            if part:
                signed_bar(axes, place + drop, part * numbers.factor, height, colours, takes=takes)
        if bar.positive and bar.negative:
            axes.plot([bar.net * numbers.factor], [place + drop], **_mark(colours))
        words = words_of(bar, numbers)
        beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center", "annotation_clip": False}
        if above:
            box = page_behind(colours)
            axes.annotate(bar.name, (0.0, place - 0.16), bbox=box, **beside)
            axes.annotate(words, (1.0, place - 0.16), bbox=box, ha="right", **beside)
        else:
            axes.annotate(words, (1.0, place), (6.0, 0.0), textcoords="offset points", **beside)
    axes.set_yticks([] if above else places, [] if above else [bar.name for bar in bars])
    axes.set_ylim(max(places, default=0.0) + 0.5, min(places, default=0.0) - 0.5)
    axes.axvline(0.0, color=colours.border, linewidth=0.8)
    set_span(axes, "x", (part * numbers.factor for bar in bars for part in (bar.positive, bar.negative)))
    plain_axes(axes, colours, spines=("bottom",))
    axes.tick_params(axis="y", length=0.0)


def signed_bar(
    axes: Any, start: float, length: float, thickness: float, colours: Theme, *, takes: bool, upright: bool = False
) -> None:
    """Draw one bar at `start` on its axis, from nothing as far as `length`; hatched where it takes away."""
    tone = colours.tones["negative" if takes else "positive"]
    look = {"facecolor": colours.page if takes else tone, "edgecolor": tone, "linewidth": 0.8, "hatch": HATCH * takes}
    (axes.bar if upright else axes.barh)([start], [length], thickness, **look)


def set_span(axes: Any, axis: str, values: Iterable[float]) -> None:
    """Have an axis reach from the smallest of some values to the largest, and to zero; to one where all are zero."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    spare = 0.04 * (high - low)
    limits = (low - spare * (low < 0.0), high + spare * (high > 0.0)) if spare else (0.0, 1.0)
    getattr(axes, f"set_{axis}lim")(*limits)


def plain_axes(axes: Any, colours: Theme, *, spines: Sequence[str]) -> None:
    """Take away what is not needed of the frame, and give the rest its colours."""
    axes.set_facecolor(colours.page)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(side in spines)
        axes.spines[side].set_color(colours.frame)
    axes.tick_params(color=colours.frame)


def page_behind(colours: Theme) -> dict[str, Any]:
    """Return the box of a name that the line of zero runs behind."""
    return {"facecolor": colours.page, "edgecolor": "none", "pad": 0.6}


def legend_of(figure: Any, shown: Mapping[str, Any], note: str, *, columns: int | None = None) -> None:
    """Draw below a figure what its looks mean, in a row or so many columns, and above that what is left to be said."""
    figure.legend(
        list(shown.values()),
        list(shown),
        loc="outside lower center",
        ncols=columns or len(shown),
        frameon=False,
        fontsize=SMALL,
        title=folded(note, figure.get_figwidth(), SMALL),
        title_fontsize=SMALL,
        alignment="center",
    )


def signs_shown(colours: Theme, unit: Unit, *, net: bool) -> dict[str, Any]:
    """Return what stands in a legend for filled and for hatched bars, and for the mark of a net."""
    up, down = SIGNS[unit]
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    positive, negative = colours.tones["positive"], colours.tones["negative"]
    return {
        up: Patch(facecolor=positive, edgecolor=positive),
        down: Patch(facecolor=colours.page, edgecolor=negative, hatch=HATCH),
        **({"net of both": Line2D([], [], linestyle="none", **_mark(colours))} if net else {}),
    }


def rounded_up(number: float) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50, ...: how many steps stand together.

    >>> [rounded_up(number) for number in (0.2, 1.0, 2.5, 40.0, 51.0)]
    [1, 1, 5, 50, 100]
    """
    if number <= 1.0:
        return 1
    power = 10 ** int(math.log10(number))
    return int(next(power * k for k in (1, 2, 5, 10) if power * k >= number))


def _mark(colours: Theme) -> dict[str, Any]:
    return {
        "marker": "D",
        "markersize": 4.0,
        "color": colours.tones["text"],
        "markeredgecolor": colours.page,
        "markeredgewidth": 0.8,
    }
