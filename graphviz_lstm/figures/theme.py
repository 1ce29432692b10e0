"""Colours, widths and sizes. The signs are Okabe and Ito's blue, and their vermillion darker, to be read as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.choices import ThemeName

Tone = Literal[
    "positive", "negative", "pale", "faint", "text", "quiet",
    "rank-1", "rank-2", "rank-3", "rank-4", "rank-5", "rank-6", "rank-7", "rank-8",
    "strand-1", "strand-2", "strand-3", "strand-4", "strand-5", "strand-6", "casing",
]  # fmt: skip
Look = Literal[
    "parameter", "input", "initial", "gate", "state", "output", "operation", "loss", "gap", "layer", "mark", "join",
]  # fmt: skip

FONT = "Helvetica,Arial,DejaVu Sans,sans-serif"

LABEL_SIZE = 13.0
VALUE_SIZE = 9.0
NUMBER_SIZE = 9.0
# Of numbers in figures whose steps wrap into rows, which are read in a column of text.
LARGE_SIZE = 12.5
# Where a box holds a third line.
NOTED_SIZE = 11.0
NOTE_SIZE = 8.0
LEGEND_SIZE = 10.0
TITLE_SIZE = 14.0
"""Of the words over one of several scenes."""
# A subscript's size, as a part of that of its line.
SUB_SIZE = 0.7

BOX_WIDTH = 56.0
BOX_HEIGHT = 32.0
GAP_WIDTH = 100.0

WIDEST = 6.0
THINNEST = 0.8
HAIRLINE = 0.8
"""What would be thinner in proportion is drawn so wide, among strands."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours: of lines and text by tone, of boxes by what they are."""

    page: str
    frame: str
    border: str
    pale_border: str
    tones: Mapping[Tone, str]
    fills: Mapping[Look, str]


LIGHT = Theme(
    page="#ffffff",
    frame="#c4c8ce",
    border="#4b5058",
    pale_border="#c4c8ce",
    tones={
        "positive": "#0072b2",
        "negative": "#c05300",
        "pale": "#c4c8ce",
        "faint": "#dfe2e6",
        "text": "#1b1d21",
        "quiet": "#5b6068",
        "rank-1": "#0072b2",
        "rank-2": "#d55e00",
        "rank-3": "#009e73",
        "rank-4": "#c774a6",
        "rank-5": "#4a2e00",
        "rank-6": "#0b3d5c",
        "rank-7": "#1b1d21",
        "rank-8": "#4d5560",
        "strand-1": "#2b95d6",
        "strand-2": "#a3217f",
        "strand-3": "#2c0730",
        "strand-4": "#96690a",
        "strand-5": "#004d3f",
        "strand-6": "#2a2f3a",
        "casing": "#ffffff",
    },
    fills={
        "parameter": "#fff3d6",
        "input": "#fff3d6",
        "initial": "#eef0f2",
        "gate": "#ffffff",
        "state": "#dce9f5",
        "output": "#e3f1e5",
        "operation": "#f6f7f9",
        "loss": "#fbe6e1",
        "gap": "#f0f1f3",
        "layer": "#ffe08a",
        "mark": "#fbd5dc",
        "join": "#4b5058",
    },
)

DARK = Theme(
    page="#16181c",
    frame="#3f454d",
    border="#9aa1ab",
    pale_border="#3f454d",
    tones={
        "positive": "#56b4e9",
        "negative": "#f0a050",
        "pale": "#4a5058",
        "faint": "#33383f",
        "text": "#e8eaed",
        "quiet": "#a3a9b3",
        "rank-1": "#56b4e9",
        "rank-2": "#f0a050",
        "rank-3": "#2fd3a2",
        "rank-4": "#b9558f",
        "rank-5": "#ffe08a",
        "rank-6": "#2f7fb8",
        "rank-7": "#f4f5f7",
        "rank-8": "#6f7884",
        "strand-1": "#4fb0e6",
        "strand-2": "#dd5cb6",
        "strand-3": "#fff0b8",
        "strand-4": "#fad07a",
        "strand-5": "#2fd3a0",
        "strand-6": "#74707f",
        "casing": "#16181c",
    },
    fills={
        "parameter": "#3d3419",
        "input": "#3d3419",
        "initial": "#23272d",
        "gate": "#1e2126",
        "state": "#1c3044",
        "output": "#1d3523",
        "operation": "#1a1d21",
        "loss": "#43261f",
        "gap": "#22262c",
        "layer": "#4a3a08",
        "mark": "#4d2430",
        "join": "#9aa1ab",
    },
)

# For paper, and for printers without colours: signs are told by dashes alone, lines of one pattern by greys.
PRINT = Theme(
    page="#ffffff",
    frame="#b0b0b0",
    border="#000000",
    pale_border="#b0b0b0",
    tones={
        "positive": "#000000",
        "negative": "#000000",
        "pale": "#b0b0b0",
        "faint": "#cccccc",
        "text": "#000000",
        "quiet": "#404040",
        "rank-1": "#000000",
        "rank-2": "#000000",
        "rank-3": "#000000",
        "rank-4": "#767676",
        "rank-5": "#8c8c8c",
        "rank-6": "#767676",
        "rank-7": "#404040",
        "rank-8": "#4a4a4a",
        "strand-1": "#000000",
        "strand-2": "#767676",
        "strand-3": "#3a3a3a",
        "strand-4": "#8c8c8c",
        "strand-5": "#5a5a5a",
        "strand-6": "#1e1e1e",
        "casing": "#ffffff",
    },
    fills=dict.fromkeys(get_args(Look), "#ffffff"),
)

# Name -> the colours written down, and those that a reader's dark display puts in their place.
THEMES: dict[ThemeName, tuple[Theme, Theme | None]] = {
    "auto": (LIGHT, DARK),
    "light": (LIGHT, None),
    "dark": (DARK, None),
    "print": (PRINT, None),
}


def line_width(flow: float, largest: float) -> float:
    """Return the width of a line through which `flow` goes, in proportion to the largest, but never invisible."""
    return max(THINNEST, WIDEST * (abs(flow) / largest)) if largest else THINNEST


def arrow_size(width: float) -> float:
    """Return Graphviz's `arrowsize` for a line of that width: heads grow more slowly than lines."""
    return 0.45 + 0.06 * width


def head_half(width: float, arrow: float) -> float:
    """Return how far a head of that size reaches to each side of its line; without one it is the line.

    A head is stroked as wide as its line, and its corners are sharp.
    """
    return 3.5 * arrow + (0.75 if arrow else 0.5) * width


def bundle_arrow(width: float) -> float:
    """Return Graphviz's `arrowsize` for a head that spans a bundle of that width."""
    return max(0.7, (width + 3.0) / 7.0)
