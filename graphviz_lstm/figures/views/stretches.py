"""Stretches of hidden steps, each of which is one box: what they are called, and what a legend says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.layout import gaps_of
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import plain
from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


def stretch_text(hidden: range) -> str:
    """Return what some hidden steps are called.

    >>> stretch_text(range(3, 9)), stretch_text(range(-1, 0))
    ('steps 3 to 8', 'step −1')
    """
    ends = f"steps {hidden[0]:,} to {hidden[-1]:,}" if len(hidden) > 1 else f"step {hidden[0]:,}"
    return ends.replace("-", MINUS)


def gap_entries(graph: Graph) -> list[list[Entry]]:
    """Return the line of a legend that says which steps are one box; none where all are drawn."""
    hidden = list(map(stretch_text, gaps_of(graph).values()))
    if not hidden:
        return []
    told = " and ".join(filter(None, (", ".join(hidden[:-1]), hidden[-1]))).capitalize()
    whole = len(hidden) == 1
    is_one = "is a box" if whole and told.startswith("Step ") else "are one box" if whole else "are one box each"
    words = "in it is the flow through them, all paths included"
    return [[Entry(plain(f"{told} {is_one}: {words}."), bare=plain(f"{told} {is_one}."))]]
