"""The flow view: the gradient as strands, split by the class of path and by sign, in rows of steps."""

from graphviz_lstm.figures.views.fitting import widest
from graphviz_lstm.figures.views.strands.view import strands_panel, strands_view

__all__ = ["strands_panel", "strands_view", "widest"]
