"""The flow view: the gradient as strands, split by the class of path and by sign, in rows of steps."""

from graphviz_lstm.figures.views.strands.rows import widest
from graphviz_lstm.figures.views.strands.view import TITLE_SIZE, strands_panel, strands_view

__all__ = ["TITLE_SIZE", "strands_panel", "strands_view", "widest"]
