"""How things read: names, formulas and numbers, as text and in LaTeX. The one source of each."""

from __future__ import annotations

from graphviz_lstm.notation.formulas import Formula, Writer, writer_of, written
from graphviz_lstm.notation.names import Name, latex, text
from graphviz_lstm.notation.style import EQUATION, LATEX, LINE, TEXT, Style, as_numbers

__all__ = [
    "EQUATION",
    "LATEX",
    "LINE",
    "TEXT",
    "Formula",
    "Name",
    "Style",
    "Writer",
    "as_numbers",
    "latex",
    "text",
    "writer_of",
    "written",
]
