"""Where `reports/` still looks for it; goes when that reads `scene`."""

from graphviz_lstm.figures.scene import prefix_of

__all__ = ["prefix_of"]
