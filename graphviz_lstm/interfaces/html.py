"""A table of paths as HTML, for Markdown and for notebooks: every text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.reports.tables import PathTable


def table_html(table: PathTable, attributes: str = "", *, caption: str = "") -> str:
    """Return a table as HTML, `attributes` as `attributes_html` writes them."""
    told = caption or table.caption
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = ["".join(f"<td>{escape(text)}</td>" for text in row) for row in table.rows]
    lines = [
        f"<table{attributes}>",
        *([f"<caption>{escape(told)}</caption>"] if told else []),
        f"<thead><tr>{head}</tr></thead>",
        "<tbody>",
        *(f"<tr>{row}</tr>" for row in rows),
        "</tbody>",
        "</table>",
    ]
    return "\n".join(lines)


def attributes_html(attributes: Mapping[str, str]) -> str:
    """Return attributes as they stand in a tag; those without a value are left out.

    >>> attributes_html({"id": "", "class": "wide", "title": 'a "b"'})
    ' class="wide" title="a &quot;b&quot;"'
    """
    return "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value)
