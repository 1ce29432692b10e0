"""What can be chosen at a door, by name, without loading the rooms that know what it means: `--help` stays quick.

What can be chosen of a figure is told by `figures.choices`; a test holds the rest to its room.
"""

from __future__ import annotations

from typing import Literal

from graphviz_lstm.figures.choices import (
    BYS,
    CHAINS,
    DETAILS,
    EDGES,
    FIGURE_DETAILS,
    LAYOUTS,
    PAIR_VIEWS,
    PLOT_VIEWS,
    SCHEME_VIEWS,
    SHOWN,
    STRIP_SUFFIXES,
    SUFFIXES,
    THEMES,
    VIEWS,
    By,
    Detail,
    Edges,
    FigureDetail,
    LayoutName,
    PlotView,
    SchemeView,
    Show,
    ThemeName,
    View,
)

__all__ = [
    "BATCH_LABELS", "BYS", "CHAINS", "DETAILS", "DOCUMENTS", "EDGES", "FIGURE_DETAILS", "LABELS", "LAYOUTS", "LOSSES",
    "OFS", "PAGE", "PAIR_VIEWS", "PLACES", "PLOT_VIEWS", "SCHEME_VIEWS", "SHOWN", "STRIP_SUFFIXES", "SUFFIXES",
    "TABLES", "THEMES", "TRAINING_LABELS", "UNIT_ROUTES", "VIEWS",
    "By", "Detail", "Edges", "FigureDetail", "LayoutName", "PlotView", "SchemeView", "Show", "ThemeName", "View",
]  # fmt: skip

Level = Literal["quantity", "unit"]
LEVELS: tuple[Level, ...] = ("quantity", "unit")
"""What a vertex of a path is."""

TABLES = (".json", ".csv", ".txt")
"""What tables can be written as."""
PAGE = ".html"
"""What a page is written as."""
PATH_FORMATS = {"text": ".txt", "json": ".json", "csv": ".csv", "jsonl": ".jsonl"}
"""The formats of paths, and the suffix of each: beside the tables JSON Lines, an object a line, arrays whole."""
DOCUMENTS = {".txt": "text", ".tex": "latex", ".md": "markdown", ".html": "html", ".json": "json"}
"""What a derivation can be written as, and the name of that format."""
LOSSES = ("squared_error", "cross_entropy", "binary_cross_entropy", "given")
"""What a loss can be."""
PLACES = ("every", "last")
"""At which steps it counts."""
OFS = ("contributions", "shares")
"""What two gradients are compared by."""
BATCH_LABELS = ("crossings", "gates", "recurrence", "entry", "exit", "lag")
"""What the gradient of a batch is told by."""
TRAINING_LABELS = ("routes", "lag")
"""What a gradient is told by over a training."""
UNIT_ROUTES = ("all", "carousel", "gates")
"""Of which paths shares by unit are told."""
LABELS = ("crossings", "gates", "recurrence", "entry", "length")
"""What paths can be grouped by."""
