"""The writers: a scene as DOT text, as the SVG that Graphviz's becomes, as TikZ. They write down, and place nothing."""

from graphviz_lstm.figures.writers.dot import to_dot
from graphviz_lstm.figures.writers.svg import finish
from graphviz_lstm.figures.writers.tikz import to_tikz

__all__ = ["finish", "to_dot", "to_tikz"]
