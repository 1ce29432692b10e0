"""Formulas of the documentation as MathML, which browsers set by themselves: no script, and nothing that is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils.nodes import SkipNode

from graphviz_lstm.reports.mathml import block_of, inline_of

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx


def _inline(translator: Any, node: Element) -> None:
    translator.body.append(inline_of(node.astext()))
    raise SkipNode


def _block(translator: Any, node: Element) -> None:
    # `static/wide.css` has it scrolled by itself.
    translator.body.append(f'<div class="formula">{block_of(node.astext())}</div>')
    raise SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the renderer `mathml`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True}
