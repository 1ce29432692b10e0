"""The documentation: `python -m sphinx -n -W -b html docs FOLDER`. What it shows is made while it is built."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent / "extensions"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from graphviz_lstm import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "graphviz_lstm"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "graphviz_lstm.interfaces.sphinx",
    "layouts",
    "mathml",
    "run",
    "library",
    "tables",
]
exclude_patterns = ["extensions", "static", "*.ipynb"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_math_renderer = "mathml"
myst_heading_anchors = 3

# Names stand in docstrings, and types in what is said of them: a page of reference is for reading.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_attr_annotations = False

# Single backquotes are code, as in Markdown.
default_role = "code"
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_title = "graphviz_lstm"
html_copy_source = False
html_show_copyright = False
latex_engine = "lualatex"


def write_page(app: Sphinx) -> None:
    """Put the interactive page beside the others."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.pages.interactive import interactive_page

    if app.builder.format == "html":
        study = Study("gomez")
        page = interactive_page([study.about(name) for name in study.parameters])
        app.outdir.mkdir(parents=True, exist_ok=True)
        (app.outdir / "page.html").write_text(page, encoding="utf-8")


def read_as_text(_app: Sphinx, what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Have a bar or a star in a docstring be one: |share| is no substitution, `2 * 3` no emphasis."""
    for k, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...", ".. [", "    ")):
            pieces = re.split(r"(`[^`]*`)", line)
            lines[k] = "".join(p if p.startswith("`") else re.sub(r"([|*])", r"\\\1", p) for p in pieces)
    if what == "property":
        # Napoleon takes what stands before a colon in the first line for a type; so that line is an invisible one.
        lines.insert(0, r"\ ")


def setup(app: Sphinx) -> None:
    """Have Sphinx write the page when it has chosen its builder, and read docstrings as they are meant."""
    # Before Napoleon, which comes at 500.
    app.connect("autodoc-process-docstring", read_as_text, priority=400)
    app.connect("builder-inited", write_page)
