"""The question: its own equations, judged. The one room that speaks of one cell."""

from __future__ import annotations

from graphviz_lstm.claims.article import article_letters
from graphviz_lstm.claims.equations import ELEMENT, SOURCE
from graphviz_lstm.claims.family import is_lstm
from graphviz_lstm.claims.judge import judge
from graphviz_lstm.claims.verdict import Verdict

__all__ = ["ELEMENT", "SOURCE", "Verdict", "article_letters", "is_lstm", "judge"]
