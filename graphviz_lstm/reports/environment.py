"""The one template environment: what is filled in is escaped, and a name that is not filled in is an error."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.arrays import describe_array, describe_rest

if TYPE_CHECKING:
    from jinja2 import Template

_ROOM = "graphviz_lstm.reports"


@cache
def template(name: str) -> Template:
    """Return a template of this room."""
    environment = Environment(
        loader=PackageLoader(_ROOM),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "share": format_share,
        "rest": describe_rest,
        "array": describe_array,
        "count": describe_count,
    }
    return environment.get_template(name)


@cache
def script(name: str) -> Markup:
    """Return a script that lies among the templates: text that no example can change."""
    return Markup(files(_ROOM).joinpath("templates", name).read_text("utf-8"))  # noqa: S704 -- no example's text is in it


def inline(svg: str) -> Markup:
    """Return an SVG document as an element within a page: from its root on, without the declaration before it."""
    # Our own figure, in which every label was escaped when it was drawn.
    return Markup(svg[svg.index("<svg") :])  # noqa: S704
