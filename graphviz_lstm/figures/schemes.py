"""Schemes as bars and as curves: what each keeps of a gradient, and how its direction fares on other nets.

Both are as narrow as a phone, with text that is read there; on wider pages they are scaled up, or stand beside text.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.bars import page_behind, plain_axes
from graphviz_lstm.figures.curves import DASHES, MARKERS, MOST_CURVES
from graphviz_lstm.figures.plots import plotted
from graphviz_lstm.notation.numbers import format_percent
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.plots import PlotLook
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.gradients.schemes.kept import Kept

MOST_BARS = 16
_WIDTH = 3.75
"""Inches: 360 pixels."""
_SIZE = 7.5
_LINE, _HEAD = 50, 53
# From the line that bars begin at to the words over them, in points.
_BESIDE_AXIS = 3.0
# A share that is less different from 1 may be 1.
_ROUNDING = 1e-12
# Sums of a few such percentages are still numbers.
_LARGEST = 1e300
# Cosines that are all close to one are drawn from here on, all others from zero.
_CLOSE = 0.5


def kept_plot(
    kept: Sequence[Kept], derivative: str, suffix: str, theme: ThemeName, look: PlotLook | None = None
) -> bytes:
    """Return the bytes of a figure of two bars for each scheme: what it keeps of a gradient, and what it drops.

    Parameters
    ----------
    kept
        Of a gradient that is not zero.
    derivative
        Of what, in words: `dE/dW_A[0,0]`.
    suffix
        `.svg`, `.png` or `.pdf`.

    Raises
    ------
    InputError
        If there is no scheme, or more than can be looked at.
    NumberError
        If a share leaves the range in which an axis has numbers.
    """
    _require_some(len(kept), MOST_BARS)
    for each in kept:
        if not abs(each.share) <= _LARGEST:
            raise NumberError(
                f"share out of range: what scheme {each.scheme.name!r} keeps of {derivative} is no length that a bar "
                f"can have (at most {_LARGEST:g} of it)"
            )

    def fill(figure: Any, colours: Theme) -> None:
        axes = figure.add_subplot()
        places = range(len(kept))
        shares = [each.share for each in kept]
        dropped = [_dropped(each) for each in kept]
        solid = axes.barh(
            [y + 0.05 for y in places], [100.0 * x for x in shares], height=0.22, color=colours.tones["positive"]
        )
        hatched = axes.barh(
            [y + 0.29 for y in places],
            [100.0 * share for share, _ in dropped],
            height=0.22,
            color=colours.page,
            edgecolor=colours.tones["negative"],
            hatch="/////",
            linewidth=0.8,
        )
        axes.bar_label(solid, [format_percent(share) for share in shares], padding=3.0)
        axes.bar_label(hatched, [told for _, told in dropped], padding=3.0)
        for y, each in zip(places, kept, strict=True):
            told = _paths(each)
            words = f"{_cut(each.scheme.name, _HEAD - len(told))}: {told}"
            axes.annotate(
                words,
                (0.0, y - 0.2),
                xytext=(_BESIDE_AXIS, 0.0),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                va="center",
                fontweight="bold",
                bbox=page_behind(colours),
            )
        axes.set_ylim(len(kept) - 0.5, -0.45)
        axes.margins(x=0.22)
        axes.set_yticks([])
        axes.set_xlabel("part of the full gradient, %")
        plain_axes(axes, colours, spines=("left", "bottom"))
        axes.axvline(0.0, color=colours.border, linewidth=0.8)
        _title(figure, f"{derivative}: what each scheme keeps")
        figure.legend([solid, hatched], ["kept", "dropped"], loc="outside lower center", ncols=2, frameon=False)

    return plotted(fill, (_WIDTH, 1.1 + 0.52 * len(kept)), suffix, theme, size=_SIZE, look=look)


def _dropped(each: Kept) -> tuple[float, str]:
    """Return the share that a scheme drops, and how that reads: what rounding left is no part, nor surely zero."""
    share = 1.0 - each.share
    if abs(share) <= _ROUNDING:
        return 0.0, "0 %" if each.kept == each.whole else "~0 %"
    return share, format_percent(share)


def _paths(each: Kept) -> str:
    if each.kept is None:
        return "drops entries, not paths"
    if each.scheme.chance is not None:
        return f"may drop {describe_count(each.whole - each.kept)} of {describe_count(each.whole)}"
    return f"keeps {describe_count(each.kept)} of {describe_count(each.whole)} paths"


def cosine_plot(
    names: Sequence[str],
    by_steps: Mapping[float, Sequence[float]],
    by_scale: Mapping[float, Sequence[float]],
    suffix: str,
    theme: ThemeName,
    look: PlotLook | None = None,
) -> bytes:
    """Return the bytes of a figure of curves: the cosine with the full gradient against steps, and against a scale.

    Parameters
    ----------
    names
        Of the schemes.
    by_steps, by_scale
        Number of steps, scale of the recurrent weights -> the cosine of each scheme. Where there is no scale there is
        nothing to draw against it.

    Raises
    ------
    InputError
        If there is no scheme, or more than can be told apart.
    NumberError
        If no cosine is defined: the gradient is zero, or what each scheme leaves of it.
    """
    _require_some(len(names), MOST_CURVES)
    known = [
        any(not math.isnan(found[k]) for cosines in (by_steps, by_scale) for found in cosines.values())
        for k in range(len(names))
    ]
    if not any(known):
        raise NumberError("no cosine: the gradient is zero, or what every scheme leaves of it is")
    # Where the net leaves the range at every scale, there is nothing to draw either.
    panels = [
        (label, cosines)
        for label, cosines in (("first steps of the sequence", by_steps), ("recurrent weights, times", by_scale))
        if not all(math.isnan(cosine) for found in cosines.values() for cosine in found)
    ]

    lowest = _lowest([*by_steps.values(), *by_scale.values()])
    same = _same([*by_steps.values(), *by_scale.values()], len(names))

    def fill(figure: Any, colours: Theme) -> None:
        drawn = figure.subplots(len(panels), squeeze=False)[:, 0]
        for axes, (label, cosines) in zip(drawn, panels, strict=True):
            lines = _curves(axes, names, cosines, colours)
            axes.set_ylim(lowest, 1.0 + 0.08 * (1.0 - lowest))
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.set_xlabel(label)
            axes.set_ylabel("cosine")
            plain_axes(axes, colours, spines=("left", "bottom"))
        if panels[-1][1] is by_scale:
            drawn[-1].set_xscale("log", base=2)
            drawn[-1].set_xticks(list(by_scale), [f"{scale:g}" for scale in by_scale])
        shown = [
            _cut(name, _LINE - len(note)) + note
            for name, note in (
                (
                    name,
                    f" (as {_cut(names[same[k]], _LINE // 2)})" if k in same else "" if known[k] else " (not defined)",
                )
                for k, name in enumerate(names)
            )
        ]
        columns = 2 if max(map(len, shown)) <= _LINE // 2 - 4 else 1
        figure.legend(lines, shown, loc="outside lower center", ncols=columns, frameon=False, handlelength=4.0)
        _title(figure, "How far each scheme points along the gradient, of all parameters together")

    height = 0.75 + 1.9 * len(panels) + 0.17 * len(names)
    return plotted(fill, (_WIDTH, height), suffix, theme, size=_SIZE, look=look)


def _curves(axes: Any, names: Sequence[str], cosines: Mapping[float, Sequence[float]], colours: Theme) -> list[Any]:
    """Draw a curve for each scheme, and return them."""
    ranks = [colours.tones[f"rank-{k}"] for k in range(1, MOST_CURVES + 1)]  # type: ignore[index]
    lines = []
    for k in range(len(names)):
        (line,) = axes.plot(
            list(cosines),
            [found[k] for found in cosines.values()],
            color=ranks[k],
            marker=MARKERS[k],
            linestyle=DASHES[k],
            markersize=4.5,
            linewidth=1.3,
            markerfacecolor=colours.page if k % 2 else ranks[k],
        )
        lines.append(line)
    axes.axhline(0.0, color=colours.frame, linewidth=0.8)
    return lines


def _lowest(rows: Sequence[Sequence[float]]) -> float:
    """Return where the scale of cosines begins: at zero, or near the least of them where that is far from it.

    >>> _lowest([[1.0, 0.93]]), _lowest([[1.0, 0.3]]), _lowest([[1.0, -0.42, math.nan]])
    (0.9, -0.08, -0.5)
    """
    least = min(cosine for row in rows for cosine in row if not math.isnan(cosine))
    if least > _CLOSE:
        return min(0.9, math.floor(10.0 * least) / 10.0)
    return -0.08 if least >= 0.0 else math.floor(10.0 * least - 0.1) / 10.0


def _same(rows: Sequence[Sequence[float]], count: int) -> dict[int, int]:
    """Return the curves that lie on one drawn before, and on which: they cannot be told apart by eye.

    >>> _same([[1.0, 0.5, 0.5]], 3)
    {2: 1}
    """
    columns = [tuple(round(row[k], 9) for row in rows) for k in range(count)]
    found: dict[int, int] = {}
    for k, column in enumerate(columns):
        first = columns.index(column) if not any(map(math.isnan, column)) else k
        if first < k:
            found[k] = first
    return found


def _cut(name: str, room: int) -> str:
    """Return a name in so many characters: rules may be long.

    >>> _cut("h-detach:0.25", 20), _cut("cut H[t-1] -> o[t]; cut H[t-1] -> a[t]", 24)
    ('h-detach:0.25', 'cut H[t-1] -> o[t]; ...')
    """
    return name if len(name) <= room else f"{name[: room - 4].rstrip()} ..."


def _title(figure: Any, words: str) -> None:
    figure.suptitle(textwrap.fill(words, _LINE))


def _require_some(number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise InputError(f"unusable number of schemes: {number} (this view has 1 to {most})")
