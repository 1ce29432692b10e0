"""The answer: what is said about a gradient, as data, in words, as tables and as a page."""

from __future__ import annotations

from graphviz_lstm.reports.answer import Answer, explain
from graphviz_lstm.reports.words import describe_answer, describe_check, describe_selection

__all__ = ["Answer", "describe_answer", "describe_check", "describe_selection", "explain"]
