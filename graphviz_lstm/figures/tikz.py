"""Where `reports/` still looks for it; goes when that reads `notation` or `writers`."""

from graphviz_lstm.figures.writers import latex_text

__all__ = ["latex_text"]
