"""The answer: what is said about a gradient, as data, in words, as tables and as pages; a study has all of it."""

from __future__ import annotations

from graphviz_lstm.reports.answer import Answer
from graphviz_lstm.reports.asking import derive, explain
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.verdict import Verdict
from graphviz_lstm.reports.words import describe_answer, describe_check, describe_selection

__all__ = ["Answer", "Study", "Verdict", "derive", "describe_answer", "describe_check", "describe_selection", "explain"]
