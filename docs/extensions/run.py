"""A directive whose lines are run while the documentation is built: `{run}`.

The lines are shown, and below them what they print, and the figure that the last of them makes; one that is the bytes
of an SVG needs the option `alt`. Lines of one page share their names. What fails is a warning with
file and line, and so fails the build.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import Figure
from graphviz_lstm.figures.plots import Plot
from graphviz_lstm.interfaces.documents import words_of
from graphviz_lstm.interfaces.sphinx import lstm_graph

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_LOGGER = logging.getLogger(__name__)
_NAMES = "run_names"
# In points: half as much again as what is 700 pixels wide with the smallest numbers that can be read.
_WIDEST = 1100
# What says already how wide a figure is.
_WRAPPED = {"layout", "steps_per_row", "width", "font_size", "columns"}


class Run(SphinxDirective):
    """Run lines, and show them with what comes of it."""

    has_content = True
    option_spec: ClassVar = {"alt": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return the lines, what they print and the figure that they make."""
        text = "\n".join(self.content)
        shown = nodes.literal_block(text, text, language="python")
        self.set_source_info(shown)
        names = self.env.temp_data.setdefault(_NAMES, {"__name__": "documentation"})
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                result = _execute(text, names)
        except Exception as error:  # noqa: BLE001 -- whatever fails is told of
            _LOGGER.warning("run: %s: %s", type(error).__name__, error, location=self.get_location())
            return [shown]
        made: list[nodes.Node] = [shown]
        if printed.getvalue():
            made.append(nodes.literal_block("", printed.getvalue().rstrip("\n"), language="text"))
        if isinstance(result, Figure | Plot):
            figure = self._shown(result)
            # `static/wide.css` has it scrolled, and of two figures shows the one that the page has room for.
            if _is_wide(result):
                made.append(nodes.container("", figure, classes=["wide-figure"]))
            elif (narrow := _narrow(text, names)) is not None:
                made.append(nodes.container("", figure, classes=["on-wide"]))
                made.append(nodes.container("", self._shown(narrow), classes=["on-narrow"]))
            else:
                made.append(figure)
        elif isinstance(result, bytes):
            made.append(_image(result, self.options["alt"]))
        elif result is not None:
            made.append(nodes.literal_block("", str(result).rstrip("\n"), language="text"))
        return made

    def _shown(self, figure: Figure | Plot) -> nodes.Element:
        words = self.options.get("alt", words_of(figure))
        return lstm_graph(figure=figure, alt=words, align=None, classes=["lstm-graph"])


def _narrow(text: str, names: dict[str, Any]) -> Figure | Plot | None:
    """Return a figure again as it is for a telephone: what made it is called with that layout, if it says none."""
    call = ast.parse(text).body[-1]
    if not isinstance(call, ast.Expr) or not isinstance(call.value, ast.Call):
        return None
    if _WRAPPED & {keyword.arg for keyword in call.value.keywords}:
        return None
    call.value.keywords.append(ast.keyword("layout", ast.Constant("narrow")))
    tree = ast.fix_missing_locations(ast.Expression(call.value))
    try:
        made = eval(compile(tree, "<run>", "eval"), names)  # noqa: S307 -- our own documentation
    except (InputError, TypeError):
        # A view of one layout, or what takes none.
        return None
    return made if isinstance(made, Figure | Plot) else None


def _is_wide(figure: Figure | Plot) -> bool:
    """Return whether a figure is so wide that nobody reads its numbers where it is made to fit the page."""
    if not isinstance(figure, Figure):
        return False
    found = re.search(r'<svg[^>]* width="([0-9.]+)pt"', figure.svg)
    return found is not None and float(found.group(1)) > _WIDEST


def _image(svg: bytes, words: str) -> nodes.Node:
    """Return an SVG as an image of the page: what stands in it is nobody else's there."""
    source = f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
    return nodes.raw("", f'<p><img src="{source}" alt="{escape(words)}" style="max-width: 100%"></p>', format="html")


def _execute(text: str, names: dict[str, Any]) -> Any:
    """Run lines; return the value of the last where it is an expression."""
    tree = ast.parse(text)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<run>", "exec"), names)  # noqa: S102 -- our own documentation
    return None if last is None else eval(compile(ast.Expression(last.value), "<run>", "eval"), names)  # noqa: S307


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("run", Run)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
