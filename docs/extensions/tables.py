"""Tables that a telephone can show: a column of long texts keeps its width; paths, formulas and numbers their line.

Answers stand below their questions there.

A theme scrolls what is wider than the page, but a browser first makes every column as narrow as its longest word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_LONG = 24


def keep(_app: Sphinx, document: nodes.document, _name: str) -> None:
    """Have a number of a table and its sign of per cent stand on one line."""
    for table in document.findall(nodes.tgroup):
        for told in list(table.findall(nodes.Text)):
            if " %" in told:
                told.parent.replace(told, nodes.Text(told.replace(" %", "\u00a0%")))


def mark(_app: Sphinx, document: nodes.document, _name: str) -> None:
    """Give each cell of a column that has a long text a class: not those of formulas, which are never broken."""
    for table in document.findall(nodes.tgroup):
        rows = [list(row.findall(nodes.entry)) for row in table.findall(nodes.row)]
        # Questions that lead to their answers, and the answers.
        if all(len(row) == 2 and next(row[0].findall(nodes.reference), None) is not None for row in rows[1:]):
            table.parent["classes"].append("answers")
        for column in zip(*rows, strict=False):
            if any(len(cell.astext()) > _LONG and next(cell.findall(nodes.math), None) is None for cell in column):
                for cell in column:
                    cell["classes"].append("long")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Mark columns before a page is written; `static/wide.css` says what the mark means."""
    app.connect("doctree-resolved", mark)
    app.connect("doctree-resolved", keep)
    return {"parallel_read_safe": True}
