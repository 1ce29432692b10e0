"""The scene: a figure as data, in which everything has its place, text too. Three writers write it down."""

from graphviz_lstm.figures.scene.text import Anchor, Line, Piece, Run, Text, pieces, plain, printable, text_width
from graphviz_lstm.figures.scene.things import (
    Box,
    Curve,
    Entry,
    Frame,
    Legend,
    Pattern,
    Point,
    Sample,
    Scene,
    Stack,
    prefix_of,
    texts_of,
)

__all__ = [
    "Anchor",
    "Box",
    "Curve",
    "Entry",
    "Frame",
    "Legend",
    "Line",
    "Pattern",
    "Piece",
    "Point",
    "Run",
    "Sample",
    "Scene",
    "Stack",
    "Text",
    "pieces",
    "plain",
    "prefix_of",
    "printable",
    "text_width",
    "texts_of",
]
