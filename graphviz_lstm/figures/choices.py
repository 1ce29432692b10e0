"""What can be chosen of a figure, by name: told once, in a module that imports nothing of the package.

`--help`, completions and directives read it without loading a picture's machinery; a test holds it to the tables that
give the names their meaning.
"""

from __future__ import annotations

from typing import Literal, get_args

View = Literal["flow", "path", "facets", "metro", "rolled", "values", "cell"]
SchemeView = Literal["sheet", "kept", "cosine"]
PlotView = Literal["strip", "triangle", "routes", "before-after"]
PairView = Literal["bars", "flow"]
ThemeName = Literal["auto", "light", "dark", "print"]
Suffix = Literal[".svg", ".png", ".pdf", ".dot", ".tex"]
StripSuffix = Literal[".svg", ".png", ".pdf"]
Detail = Literal["gate", "operation"]
FigureDetail = Literal["gate", "operation", "unit"]
By = Literal["crossings", "gates", "entry", "exit", "sign", "whole"]
LayoutName = Literal["wide", "narrow"]
Edges = Literal["flow", "partial", "adjoint", "formula"]
Show = Literal["inputs", "parameters", "losses"]

VIEWS: tuple[View, ...] = get_args(View)
SCHEME_VIEWS: tuple[SchemeView, ...] = get_args(SchemeView)
PLOT_VIEWS: tuple[PlotView, ...] = get_args(PlotView)
"""What is drawn in bars and cells, not along the net."""
PAIR_VIEWS: tuple[PairView, ...] = get_args(PairView)
"""Of two examples of one net: by route, or along the net."""
THEMES: tuple[ThemeName, ...] = get_args(ThemeName)
SUFFIXES: tuple[Suffix, ...] = get_args(Suffix)
STRIP_SUFFIXES: tuple[StripSuffix, ...] = get_args(StripSuffix)
DETAILS: tuple[Detail, ...] = get_args(Detail)
FIGURE_DETAILS: tuple[FigureDetail, ...] = get_args(FigureDetail)
BYS: tuple[By, ...] = get_args(By)
"""What the strands of the flow view are of; `whole`: one line for each edge."""
LAYOUTS: tuple[LayoutName, ...] = get_args(LayoutName)
"""For how wide a place: a column of text, 700 pixels, or a telephone, 360."""

EDGES: tuple[Edges, ...] = get_args(Edges)
"""What stands on an edge, where that can be chosen."""
SHOWN: tuple[Show, ...] = get_args(Show)
"""What is drawn besides the cell's own quantities, the source and the loss, where it is asked for."""

CHAINS = (1, 3)
"""How many steps of a cell can be drawn side by side."""

MOST_STEPS = 12
"""More steps than this are not drawn one by one, unless that is asked for."""
MOST_UNITS = 80
"""A figure of more single units cannot be read: six units over two steps, three over four, of an LSTM."""
TOP = 6
"""How many paths a view of several shows, unless that is asked for."""
