"""A directive that shows the layouts of one framework, from the table that the program reads: `{layouts} PyTorch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from graphviz_lstm.problems.weights.layouts import FRAMEWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from graphviz_lstm.problems.weights.layouts import Stored

_HEAD = ("layer", "cell here", "key", "what stands in it", "how")


class Layouts(SphinxDirective):
    """A table: a row for each array, the layer and the cell beside its first."""

    required_arguments = 1
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        framework = next(each for each in FRAMEWORKS if each.name == self.arguments[0])
        rows = []
        for layout in framework.layouts:
            first = (f"{layout.module}: {layout.note}" if layout.note else layout.module, layout.cell)
            for stored in layout.arrays:
                rows.append((*first, stored.key, ", ".join(stored.holds), how(stored)))
                first = ("", "")
        return [_table([_HEAD, *rows])]


def how(stored: Stored) -> str:
    """Return how an array is stored, in words."""
    told = {
        "in columns": stored.transposed,
        f"in {stored.rows} rows": stored.rows > 1,
        "behind an axis of directions": stored.leading,
        "may be missing": stored.optional,
    }
    return ", ".join(words for words, holds in told.items() if holds)


def _table(rows: Iterable[tuple[str, ...]]) -> nodes.table:
    head, *body = rows
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *map(_row, body))
    return nodes.table("", group)


def _row(cells: tuple[str, ...]) -> nodes.row:
    # Names are code: the cell, the key and what stands in it.
    made = (
        nodes.paragraph("", "", nodes.literal("", text) if 0 < k < 4 and text and cells != _HEAD else nodes.Text(text))
        for k, text in enumerate(cells)
    )
    return nodes.row("", *(nodes.entry("", each) for each in made))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directive."""
    app.add_directive("layouts", Layouts)
    return {"parallel_read_safe": True}
