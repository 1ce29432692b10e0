"""The answer as one self-contained HTML page: figure, paths and check together. No network, no scripts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graphviz_lstm.paths import format_share
from graphviz_lstm.reports.answer import MOST_CROSSINGS, crossings_of
from graphviz_lstm.reports.words import describe_path, describe_source, format_array

if TYPE_CHECKING:
    from jinja2 import Template

    from graphviz_lstm.paths import Selection
    from graphviz_lstm.reports.answer import Answer

_WAYS = {"reverse": "reverse sweep", "forward": "forward sweep", "difference": "central differences"}


@cache
def template(name: str) -> Template:
    """Return a template of this room: what is filled in is escaped."""
    environment = Environment(
        loader=PackageLoader("graphviz_lstm.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"share": format_share, "array": format_array}
    return environment.get_template(name)


def answer_page(answer: Answer, selection: Selection, figure: str, focused: list[str]) -> str:
    """Return the page.

    Parameters
    ----------
    answer
        What is told.
    selection
        The paths in the table.
    figure, focused
        SVG documents, whose ids must differ: the whole gradient, and one for each leading path that crosses a gate.
    """
    return template("answer.html").render(
        answer=answer,
        derivative=describe_source(answer.source, answer.element),
        figure=inline(figure),
        focused=[(path, inline(svg)) for path, svg in zip(answer.leading, focused, strict=True)],
        rows=[(path, describe_path(path), crossings_of(answer.graph, path)) for path in selection],
        most=MOST_CROSSINGS,
        remainder=selection.remainder,
        ways=[
            (name, getattr(answer.check, way), answer.check.residuals[way], answer.check.tolerances[way])
            for way, name in _WAYS.items()
        ],
    )


def inline(svg: str) -> Markup:
    """Return an SVG document as an element within a page: from its root on, without the declaration before it."""
    # Our own figure, in which every label was escaped when it was drawn.
    return Markup(svg[svg.index("<svg") :])  # noqa: S704
