"""A Sphinx extension: figures and tables of a gradient's paths in a document.

Put `"graphviz_lstm.interfaces.sphinx"` into `extensions`, and write::

    .. lstm-graph:: gomez
       :source: W_A
       :caption: The whole gradient.

    .. lstm-paths:: gomez
       :top: 5

    .. lstm-plot:: gomez
       :view: triangle

What follows the directive's name is an example: a built-in name or a JSON file beside the document; `gomez` by default.
HTML gets the SVG within the page, so that it is dark where the page is (of one theme, and in EPUB, a file and an
`<img>`), LaTeX a PDF, and every other builder the figure in words.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zlib import crc32

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from graphviz_lstm import __version__
from graphviz_lstm.errors import GraphvizLstmError
from graphviz_lstm.figures import Figure, scene
from graphviz_lstm.figures.plots import Plot
from graphviz_lstm.files import write_files
from graphviz_lstm.interfaces.complaints import one_line
from graphviz_lstm.interfaces.documents import (
    EXAMPLES,
    FIGURE_OPTIONS,
    PLOT_OPTIONS,
    TABLE_OPTIONS,
    ask_figure,
    ask_plot,
    ask_table,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator
    from sphinx.writers.latex import LaTeXTranslator
    from sphinx.writers.text import TextTranslator

    from graphviz_lstm.reports.tables import PathTable

_LOGGER = logging.getLogger(__name__)
_ALIGNMENTS = ("left", "center", "right")
# Columns of the table of paths: share, contribution, gates crossed, path.
_WIDTHS = (12, 22, 14, 52)


class lstm_graph(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801 -- docutils calls visitors by this name
    """A figure in a document: holds the `Figure` itself, so that each builder takes the form that it can show."""


class _Directive(SphinxDirective):
    """What both directives have in common: one example, and options of which none is required."""

    optional_arguments = 1
    final_argument_whitespace = True
    asks: ClassVar[Sequence[str]]

    def run(self) -> list[nodes.Node]:
        """Return what the directive makes, or warn with file and line where it asks for what cannot be had."""
        asked = {name: self.options[name] for name in self.asks if name in self.options}
        try:
            made = self.make(self._example(), asked)
        except GraphvizLstmError as error:
            _LOGGER.warning(
                "%s: %s", self.name, one_line(error), location=self.get_location(), type="lstm", subtype="input"
            )
            return []
        self.set_source_info(made)
        self.add_name(made)
        return [made]

    def make(self, example: str, asked: dict[str, str]) -> nodes.Element:
        """Return the node."""
        raise NotImplementedError

    def _example(self) -> str:
        """Return a built-in name, or where the file is: beside the document, or from the project's root with a `/`."""
        given = self.arguments[0] if self.arguments else EXAMPLES[0]
        if given in EXAMPLES or not Path(given).suffix:
            return str(given)
        return self.found(str(given))

    def found(self, given: str) -> str:
        """Return where a file is: beside the document, or from the project's root with a `/`. Its changes count."""
        relative, absolute = self.env.relfn2path(given)
        self.env.note_dependency(relative)
        return absolute


def _alignment(argument: str) -> str:
    return directives.choice(argument, _ALIGNMENTS)


class LstmGraph(_Directive):
    """`.. lstm-graph::`: the unrolled graph with the gradient on it, or one path of it."""

    asks: ClassVar[Sequence[str]] = FIGURE_OPTIONS
    option_spec: ClassVar = {
        **dict.fromkeys(FIGURE_OPTIONS, directives.unchanged),
        "alt": directives.unchanged,
        "align": _alignment,
        "caption": directives.unchanged,
        "name": directives.unchanged,
        "class": directives.class_option,
    }

    def make(self, example: str, asked: dict[str, str]) -> nodes.Element:
        """Return the figure; within a captioned one where there is a caption."""
        figure = self.ask(example, asked)
        image = lstm_graph(
            figure=figure, alt=self.options.get("alt", words_of(figure)), align=self.options.get("align")
        )
        image["classes"] = ["lstm-graph", *self.options.get("class", [])]
        if "caption" not in self.options:
            return image
        text, messages = self.state.inline_text(self.options["caption"], self.lineno)
        caption = nodes.caption(self.options["caption"], "", *text, *messages)
        self.set_source_info(caption)
        framed = nodes.figure("", image, caption)
        framed["align"] = self.options.get("align", "default")
        return framed

    def ask(self, example: str, asked: dict[str, str]) -> Figure | Plot:
        """Return what is to be shown."""
        return ask_figure(example, asked, self.found)


class LstmPlot(LstmGraph):
    """`.. lstm-plot::`: the gradient in bars or cells."""

    asks = PLOT_OPTIONS
    option_spec: ClassVar = {
        **{name: kind for name, kind in LstmGraph.option_spec.items() if name not in FIGURE_OPTIONS},
        **dict.fromkeys(PLOT_OPTIONS, directives.unchanged_required),
    }

    def ask(self, example: str, asked: dict[str, str]) -> Figure | Plot:
        """Return the plot; the other example, too, lies beside the document."""
        return ask_plot(example, asked, self.found)


class LstmPaths(_Directive):
    """`.. lstm-paths::`: the leading paths as a table."""

    asks = TABLE_OPTIONS
    option_spec: ClassVar = {
        **dict.fromkeys(TABLE_OPTIONS, directives.unchanged_required),
        "caption": directives.unchanged,
        "name": directives.unchanged,
        "class": directives.class_option,
    }

    def make(self, example: str, asked: dict[str, str]) -> nodes.Element:
        """Return the table."""
        return _table(
            ask_table(example, asked),
            self.state.inline_text(self.options["caption"], self.lineno) if "caption" in self.options else ([], []),
            ["lstm-paths", *self.options.get("class", [])],
        )


def _table(content: PathTable, caption: tuple[list[nodes.Node], list[Any]], classes: list[str]) -> nodes.table:
    text, messages = caption
    title = [nodes.title("", "", *text, *messages)] if text else []
    group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in _WIDTHS), cols=len(_WIDTHS))
    group += nodes.thead("", _row(content.head))
    group += nodes.tbody("", *map(_row, content.rows))
    return nodes.table("", *title, group, classes=[*classes, "colwidths-given"])


def _row(texts: Sequence[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", text)) for text in texts))


def _write(figure: Figure | Plot, suffix: str, folder: Path) -> str:
    """Write a figure into `folder` and return its file's name, which tells its content: what is there is not redone."""
    drawn = f"{figure.colours} {figure.width} {figure.dot}" if isinstance(figure, Figure) else figure.svg
    content = f"{__version__} {figure.theme} {drawn} {words_of(figure)}"
    name = f"lstm-graph-{hashlib.sha256(content.encode()).hexdigest()[:20]}{suffix}"
    if not (folder / name).is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_files({folder / name: figure.content(suffix)})
    return name


def visit_html(self: HTML5Translator, node: lstm_graph) -> None:
    """Write the SVG into the page; one that does not change with it among the document's images, and refer to it."""
    if isinstance(node["figure"], Figure) and node["figure"].theme == "auto" and self.builder.name != "epub":
        _inline(self, node)
        raise nodes.SkipNode
    name = _write(node["figure"], ".svg", Path(self.builder.outdir, self.builder.imagedir))
    classes = f"align-{node['align']}" if node["align"] else ""
    image = self.emptytag(node, "img", src=f"{self.builder.imgpath}/{name}", alt=node["alt"], CLASS=classes)
    self.body.append(image if isinstance(node.parent, nodes.figure) else f"<div>{image.rstrip()}</div>\n")
    raise nodes.SkipNode


def _inline(self: HTML5Translator, node: lstm_graph) -> None:
    number = 1 + [id(each) for each in self.document.findall(lstm_graph)].index(id(node))
    words = node["alt"] if node["alt"] != words_of(node["figure"]) else ""
    start = self.starttag(node, "div", "", CLASS=f"align-{node['align']}" if node["align"] else "")
    self.body.append(f"{start}{node['figure'].inline(words, number=number)}</div>\n")


def visit_latex(self: LaTeXTranslator, node: lstm_graph) -> None:
    """Write the PDF and include it; Sphinx's macro lets it be no wider than the line."""
    name = _write(node["figure"], ".pdf", Path(self.builder.outdir))
    include = rf"\sphinxincludegraphics{{{{{Path(name).stem}}}.pdf}}"
    if isinstance(node.parent, nodes.figure):
        self.body.append(include)
    else:
        fill = r"\hspace*{\fill}"
        left = fill if node["align"] in ("right", "center") else ""
        right = fill if node["align"] in ("left", "center") else ""
        self.body.append(f"\n\n{{{self.hypertarget_to(node)}{left}{include}{right}}}\n\n")
    raise nodes.SkipNode


def visit_words(self: TextTranslator, node: lstm_graph) -> None:
    """Say what the figure shows."""
    self.new_state(0)
    self.add_text(f"[{node['alt']}]")
    self.end_state()
    raise nodes.SkipNode


def visit_man(self: Any, node: lstm_graph) -> None:
    """Say what the figure shows, in a manual page or in Texinfo."""
    self.body.append(f"[{node['alt']}]\n")
    raise nodes.SkipNode


def _kept_form() -> int:
    """Return a number that changes with what Sphinx keeps between builds: our version, and what a figure consists of.

    A figure that an older version left behind would have other fields than this one reads.
    """
    pieces: list[type[Any]] = [Figure, Plot, *(piece for piece in vars(scene).values() if isinstance(piece, type))]
    names = [f"{piece.__name__}.{part.name}" for piece in pieces if is_dataclass(piece) for part in fields(piece)]
    told = [__version__, *names]
    return crc32(" ".join(told).encode())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register directives and builders with Sphinx."""
    app.add_node(
        lstm_graph,
        html=(visit_html, None),
        latex=(visit_latex, None),
        text=(visit_words, None),
        man=(visit_man, None),
        texinfo=(visit_man, None),
    )
    app.add_directive("lstm-graph", LstmGraph)
    app.add_directive("lstm-paths", LstmPaths)
    app.add_directive("lstm-plot", LstmPlot)
    return {
        "version": __version__,
        "env_version": _kept_form(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
