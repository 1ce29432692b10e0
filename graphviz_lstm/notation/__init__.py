"""How things read: names, formulas and numbers, as text and in LaTeX. The one source of each."""

from __future__ import annotations

from graphviz_lstm.notation.formulas import Writer, writer_of
from graphviz_lstm.notation.names import Name, latex, text
from graphviz_lstm.notation.style import LATEX, TEXT, Style

__all__ = ["LATEX", "TEXT", "Name", "Style", "Writer", "latex", "text", "writer_of"]
