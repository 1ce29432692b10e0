"""How the article writes the lines of the backward pass: its letters beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims.equations import ARGUMENT, CANDIDATE, CELL, OUTPUT, RULE, SOURCE, STATE, question
from graphviz_lstm.notation import Formula, written

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


def article_letters(graph: Graph, source: str) -> tuple[tuple[str | Formula, ...], ...]:
    """Return sentences on the article's letters, formulas among them; none where it is another cell or gradient.

    Its numbers of the backward pass are not spoken of: they could not be read.
    """
    cell = graph.graph["cell"]
    if cell.equations != CELL.equations or source not in CELL.parameters:
        return ()

    def delta(name: str) -> Formula:
        return written(lambda style: style.delta.format(question(style).name(name, Moving())))

    letters: tuple[str | Formula, ...] = (
        "In the article's letters: state is S, out is H, delta state is ",
        delta(STATE),
        ", delta out is ",
        delta(OUTPUT),
        (
            ", and its Delta out of the step before, the product of U^T and the deltas of the gates of step t, is the "
            "lines marked above. So the article does not drop the gate terms: they are in its Delta out."
        ),
    )
    if source != SOURCE:
        return (letters,)
    return (
        letters,
        (
            "What it calls delta a is here ",
            delta(ARGUMENT),
            ": ",
            delta(CANDIDATE),
            " times ",
            written(lambda style: question(style).expression(RULE[1], Moving())),
            ", the factor that stands in what the step gives to ",
            written(lambda style: question(style).name(SOURCE)),
            ". The letter a is the cell input; it is often called a gate as well.",
        ),
    )
