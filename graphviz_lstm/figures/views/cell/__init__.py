"""The cell view: the equations of one step in the grammar of Olah's "Understanding LSTM networks" (2015)."""

from graphviz_lstm.figures.views.cell.view import cell_scene

__all__ = ["cell_scene"]
