"""The triangle: a cell for each step at which paths enter and each step whose loss they reach, tinted, with its sign.

What takes away is hatched, so that signs are read without colours; of few steps each cell has its number, too. Of many
steps some stand together, which is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.bars import HATCH, NOTHING, SIGNS, TOLD, axis_label, legend_of, numbers_for, rounded_up
from graphviz_lstm.figures.colours import contrast
from graphviz_lstm.figures.plots import SMALL, Plot, PlotLook, folded, inches_wide, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.gradients.shares.triangle import Triangle
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.notation.signed import Numbers

MOST_CELLS: Mapping[LayoutName, int] = {"wide": 40, "narrow": 20}
"""Of more steps some stand together."""
_MOST_NUMBERS: Mapping[LayoutName, int] = {"wide": 9, "narrow": 4}
_MOST_TICKS: Mapping[LayoutName, int] = {"wide": 20, "narrow": 10}
_NAME, _TOKEN = 30, 14
# What is less than this part of the largest cell is left blank.
BLANK = 1e-3
# The palest tint of a cell that is not blank.
_PALEST = 0.12
_GRADES = 64
# The least contrast of hatching on its cell.
_SEEN = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What is drawn.

    Attributes
    ----------
    sums
        (rows, rows): the sums of the shares in each cell.
    names
        What each row and column is called.
    width
        How many steps are one row.
    numbered
        Whether each cell has its number.
    unit
        What the numbers are.
    pairs
        The rows and columns of the cells where paths can be.
    """

    sums: Array
    names: tuple[str, ...]
    width: int
    numbered: bool
    unit: Unit
    pairs: tuple[tuple[int, int], ...]

    @property
    def rows(self) -> int:
        """How many steps, or stretches of steps, there are."""
        return len(self.sums)


def triangle_plot(
    triangle: Triangle,
    derivative: str,
    name: str,
    whole: float,
    *,
    tokens: Sequence[str] | None = None,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    look: PlotLook | None = None,
) -> Plot:
    """Return the plot of a triangle.

    Parameters
    ----------
    derivative, name, whole
        Of what, in words, of which example, and what a share is a part of.
    tokens
        A text for each step, to stand along both axes.

    Raises
    ------
    InputError
        If there are not as many tokens as steps, or more than can be written.
    """
    cells = _cells(triangle, tokens, layout)
    numbers = numbers_for(cells.sums.ravel().tolist(), triangle.unit, whole)
    title = f"{derivative} of {text_of(name, _NAME)!r} by the step where paths enter and that of the loss they reach"
    largest = float(np.max(np.abs(cells.sums), initial=0.0))
    notes = [NOTHING] if triangle.unit == "contribution" else []
    notes += [f"Number and tint: {axis_label(numbers, triangle.unit, derivative)}."] if cells.numbered else []
    notes += [f"Blank: less than {numbers.told(BLANK * largest).lstrip('+<')}."] if not cells.numbered else []
    if cells.width > 1:
        notes.append(f"{cells.width} steps are one row and column: a cell is the sum of {cells.width} x {cells.width}.")
    fill = partial(_fill, cells, numbers, (title, " ".join(notes)), layout)
    words = [
        f"enters at {cells.names[row]}, loss at {cells.names[column]}: {numbers.told(float(cells.sums[row, column]))}"
        for row, column in triangle.pairs(cells.rows)
    ]
    if cells.numbered:
        words += _sums_told(cells, numbers)
    elif len(words) > TOLD:
        order = np.argsort([-abs(cells.sums[pair]) for pair in cells.pairs], kind="stable")[:TOLD]
        words = [f"of {len(words)} cells the largest {TOLD}: {words[order[0]]}", *(words[k] for k in order[1:])]
    told = "; ".join(words)
    inches = inches_wide(layout)
    height = 1.8 + (0.42 * (cells.rows + 1) if cells.numbered else inches - 1.2)
    return Plot(title, f"{told}. {' '.join(notes)}", fill, layout, height, theme, look or PlotLook(), mixed=True)


def _sums_told(cells: Cells, numbers: Numbers) -> list[str]:
    """Return what rows, columns and all cells add up to, in words."""
    kinds = (("all that enters at", cells.sums.sum(axis=1)), ("all of the loss at", cells.sums.sum(axis=0)))
    sums = [(f"{kind} {name}", share) for kind, some in kinds for name, share in zip(cells.names, some, strict=True)]
    return [f"{what}: {numbers.told(float(share))}" for what, share in [*sums, ("all", cells.sums.sum())]]


def _cells(triangle: Triangle, tokens: Sequence[str] | None, layout: LayoutName) -> Cells:
    steps, most = len(triangle.whole), MOST_CELLS[layout]
    width = rounded_up(steps / most)
    starts = list(range(0, steps, width))
    sums = np.add.reduceat(np.add.reduceat(triangle.whole, starts, axis=0), starts, axis=1)
    numbers = [str(triangle.first_step + start) for start in starts]
    names = tuple(numbers) if tokens is None else _tokens(tokens, steps, width, most)
    pairs = tuple(triangle.pairs(len(sums)))
    return Cells(sums, names, width, numbered=len(sums) <= _MOST_NUMBERS[layout], unit=triangle.unit, pairs=pairs)


def _tokens(tokens: Sequence[str], steps: int, width: int, most: int) -> tuple[str, ...]:
    if isinstance(tokens, str) or not all(isinstance(token, str) for token in tokens):
        raise InputError(f"unusable tokens: {shorten(tokens)} (must be a list of texts)")
    if len(tokens) != steps:
        raise InputError(f"wrong number of tokens: {len(tokens)} (must be one for each of the {steps} steps)")
    if width > 1:
        raise InputError(f"no room for the tokens of {steps:,} steps (at most {most} can be written along an axis)")
    return tuple(text_of(token, _TOKEN) for token in tokens)


def _fill(
    cells: Cells, numbers: Numbers, texts: tuple[str, str], layout: LayoutName, figure: Any, colours: Theme
) -> None:
    from matplotlib.patches import Rectangle

    title, notes = texts
    axes = figure.add_subplot()
    sums = cells.sums
    largest = float(np.max(np.abs(sums), initial=0.0))
    for row, column in cells.pairs:
        share = float(sums[row, column])
        part = abs(share) / largest if largest else 0.0
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, **cell_look(colours, share, part)))
        if cells.numbered:
            box = {"boxstyle": "round,pad=0.15", "facecolor": colours.page, "edgecolor": "none"}
            axes.text(column, row, numbers.text(share), ha="center", va="center", bbox=box)
    if cells.numbered:
        _write_sums(axes, cells, numbers)
    _label(axes, cells, layout)
    axes.set_facecolor(colours.page)
    axes.tick_params(color=colours.frame)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.suptitle(folded(title, figure.get_figwidth()))
    legend_of(figure, tints_shown(colours, cells.unit, numbers, largest), notes)


def cell_look(colours: Theme, share: float, part: float) -> dict[str, Any]:
    """Return how a cell looks: blank, tinted by which part it is of the largest, hatched where it takes away."""
    look: dict[str, Any] = {"facecolor": colours.page, "edgecolor": colours.frame, "linewidth": 0.5}
    if part >= BLANK:
        look["facecolor"] = _tint(colours, share, part)
        if share < 0.0:
            look |= {"edgecolor": _hatch(colours, part), "hatch": HATCH, "linewidth": 0.0}
    return look


def _write_sums(axes: Any, cells: Cells, numbers: Numbers) -> None:
    """Write what each row and each column adds up to behind it, and all of it in the corner."""
    for k, (row, column) in enumerate(zip(cells.sums.sum(axis=1), cells.sums.sum(axis=0), strict=True)):
        for x, y, share in ((cells.rows, k, row), (k, cells.rows, column)):
            axes.text(x, y, numbers.text(float(share)), ha="center", va="center", fontstyle="italic")
    axes.text(cells.rows, cells.rows, numbers.text(float(cells.sums.sum())), ha="center", va="center", weight="bold")


def _label(axes: Any, cells: Cells, layout: LayoutName) -> None:
    """Write the steps, or their tokens, along both axes; of many steps some of them."""
    rows = cells.rows
    texts = any(not name.lstrip("-").isdigit() for name in cells.names)
    each = 1 if texts else rounded_up(rows / _MOST_TICKS[layout])
    places = list(range(0, rows, each))
    shown = [cells.names[k] for k in places]
    extra = [rows] if cells.numbered else []
    ends = [*shown, *(["all"] if cells.numbered else [])]
    axes.set_xticks([*places, *extra], ends)
    axes.set_yticks([*places, *extra], ends)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    if texts:
        axes.tick_params(axis="x", rotation=90 if rows > _MOST_NUMBERS[layout] else 45)
    axes.tick_params(length=0.0, labelsize=SMALL)
    axes.set_xlabel("step whose loss they reach")
    axes.set_ylabel("step at which they enter")
    axes.set_xlim(-0.5, rows - 0.5 + len(extra))
    axes.set_ylim(rows - 0.5 + len(extra), -0.5)


def _tint(colours: Theme, share: float, part: float) -> str:
    """Return the colour of a cell: the page's for nothing, the sign's for the largest."""
    full = colours.tones["negative" if share < 0.0 else "positive"]
    # In so many grades: a figure has no more colours than can be told apart, however many cells.
    return _mixed(colours.page, full, round((_PALEST + (1.0 - _PALEST) * part) * _GRADES) / _GRADES)


def _hatch(colours: Theme, part: float) -> str:
    """Return the colour of the hatching: the sign's, the page's, or the sign's nearer to words, whichever is seen."""
    tint, tones = _tint(colours, -1.0, part), colours.tones
    own = (_mixed(tones["negative"], tones["text"], k / _GRADES) for k in range(1, _GRADES))
    choices = (tones["negative"], colours.page, *own)
    return next((colour for colour in choices if contrast(colour, tint) >= _SEEN), tones["text"])


def _mixed(one: str, other: str, amount: float) -> str:
    """Return a colour that is so much of `other`, the rest of `one`."""
    pairs = ((int(one[k : k + 2], 16), int(other[k : k + 2], 16)) for k in (1, 3, 5))
    return "#" + "".join(f"{round(here + amount * (there - here)):02x}" for here, there in pairs)


def tints_shown(colours: Theme, unit: Unit, numbers: Numbers, largest: float) -> dict[str, Any]:
    """Return what stands in the legend."""
    from matplotlib.patches import Patch

    up, down = SIGNS[unit]
    adds, takes = (_tint(colours, sign, 1.0) for sign in (1.0, -1.0))
    return {
        f"{up}, full tint {numbers.told(largest)}": Patch(facecolor=adds),
        f"{down}, full tint {numbers.told(-largest)}": Patch(
            facecolor=takes, edgecolor=_hatch(colours, 1.0), hatch=HATCH, linewidth=0.0
        ),
    }
