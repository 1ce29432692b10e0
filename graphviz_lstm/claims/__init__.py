"""The question: its own equations, judged. The one room that speaks of one cell."""

from __future__ import annotations

from graphviz_lstm.claims.article import ARTICLE, HERE, URL, article_lines, delta_of_argument
from graphviz_lstm.claims.equations import ELEMENT, SOURCE
from graphviz_lstm.claims.family import is_lstm
from graphviz_lstm.claims.judge import judge
from graphviz_lstm.claims.verdict import Verdict

__all__ = [
    "ARTICLE",
    "ELEMENT",
    "HERE",
    "SOURCE",
    "URL",
    "Verdict",
    "article_lines",
    "delta_of_argument",
    "is_lstm",
    "judge",
]
