"""The question: its own equations, judged. The one room that speaks of one cell."""

from __future__ import annotations

from graphviz_lstm.claims.article import article_letters
from graphviz_lstm.claims.judge import judge
from graphviz_lstm.claims.verdict import Verdict

__all__ = ["Verdict", "article_letters", "judge"]
