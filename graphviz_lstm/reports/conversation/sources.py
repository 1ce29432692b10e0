"""Where it is from: what the page cites, each with a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.about import Citation
from graphviz_lstm.claims import ARTICLE, URL, is_lstm
from graphviz_lstm.reports.document import Link, Section, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Sentence

TITLE = "Sources"
_FAMILY = ("lstm-1997", "lstm", "lstm-peephole")
RECURSIONS = (
    Citation(
        "R. J. Williams and D. Zipser",
        1989,
        "A learning algorithm for continually running fully recurrent neural networks",
        doi="10.1162/neco.1989.1.2.270",
    ),
    Citation(
        "P. J. Werbos", 1990, "Backpropagation through time: what it does and how to do it", doi="10.1109/5.58337"
    ),
)
"""Of RTRL and of BPTT."""
PATHS = Citation("F. L. Bauer", 1974, "Computational graphs and rounding error", doi="10.1137/0711010")
"""Of the derivative as a sum over paths."""


def sources_section(asked: Asked, *, further: tuple[str, ...] = ()) -> Section:
    """Return the sources: of the example, the cell, paths and recursions.

    Parameters
    ----------
    further
        Cells of which the page speaks beside its own.
    """
    cited = dict.fromkeys([*_of_cells(asked, further), PATHS, *RECURSIONS])
    article = asked.problem.about.startswith(ARTICLE)
    first = (said(f"{ARTICLE}, {{}}.", Link(URL, URL)),) if article else ()
    return Section(TITLE, (*first, *map(_line, sorted(cited, key=lambda each: (each.year, each.author)))))


def _of_cells(asked: Asked, further: tuple[str, ...]) -> Iterator[Citation]:
    names = (*(_FAMILY if is_lstm(asked.problem.cell) else ()), *further)
    yield from asked.problem.cell.about.citations
    for name in names:
        yield from CELLS[name].about.citations


def _line(citation: Citation) -> Sentence:
    where = citation.where
    told = citation.text.removesuffix(where) if where else citation.text
    return said(f"{told}{{}}.", Link(where, citation.address)) if where else said(f"{told}.")
