"""The pictures: an annotated graph becomes a scene, the scene DOT text, and Graphviz draws that."""

from graphviz_lstm.figures.draw import SUFFIXES, Figure, draw, require_suffix
from graphviz_lstm.figures.theme import THEMES
from graphviz_lstm.figures.views import VIEWS

__all__ = ["SUFFIXES", "THEMES", "VIEWS", "Figure", "draw", "require_suffix"]
