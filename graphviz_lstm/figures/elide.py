"""Where the command still looks for it; goes when that reads `choices`."""

from graphviz_lstm.figures.choices import MOST_STEPS

__all__ = ["MOST_STEPS"]
