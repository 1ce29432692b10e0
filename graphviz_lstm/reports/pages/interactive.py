"""A page to try things on: numbers to change, paths that light up in the graph, filters, backpropagation as motion.

One HTML file that asks for nothing else. What it shows without scripts is the figures and the tables; the scripts read
what they need from JSON within the page, and compute all that they show of it.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from graphviz_lstm.errors import InputError, NoPathError
from graphviz_lstm.figures.scene import prefix_of
from graphviz_lstm.figures.theme import LIGHT, THINNEST, WIDEST
from graphviz_lstm.figures.views.common import FOCUS_WIDTH
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation.escape import declarations, escapes
from graphviz_lstm.notation.names import latex
from graphviz_lstm.notation.numbers import format_entry
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.reports.arrays import describe_rest, describe_sum, sum_of
from graphviz_lstm.reports.environment import inline, script, template
from graphviz_lstm.reports.pages.model import model_of
from graphviz_lstm.reports.tables import crossings_of
from graphviz_lstm.reports.verdict_words import QUESTION, answer_sentences
from graphviz_lstm.reports.words import describe_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import Selection
    from graphviz_lstm.reports.study import Study

# Of more paths the leading ones are in the table, and the remainder is told.
_LISTED = 100
SCRIPTS = (
    "operations.js",
    "maps.js",
    "wide.js",
    "interpreter.js",
    "choosing.js",
    "listing.js",
    "words.js",
    "study.js",
    "paint.js",
    "telling.js",
    "fields.js",
    "motion.js",
    "player.js",
    "sharing.js",
    "tikz.js",
    "zoom.js",
    "content.js",
    "headings.js",
    "interactive.js",
)
"""The page's scripts, in the order in which they are read: each uses only what stands before it."""
# A larger page has what is not shown at first compressed.
_PLAIN = 1_000_000
# Within a script element only these could end it or begin a comment.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def interactive_page(studies: Sequence[Study]) -> str:
    """Return the page of some studies of one graph, any of which can be chosen; the first is shown at the beginning.

    One whose source has no path to E is left out, unless it is the only one. Of one whose derivative is zero there is
    nothing to share: the page tells values and contributions.

    Raises
    ------
    NoPathError
        If no path leads from any of them; of one study also whatever it raises.
    InputError
        If one is under a scheme that leaves another graph for each loss.
    RenderError
        If Graphviz fails or leaves something out.
    """
    made = []
    _require_one_graph(studies)
    for study in studies:
        try:
            made.append(_shown(study))
        except NoPathError:
            if len(studies) == 1:
                raise
    if not made:
        sources = ", ".join(repr(study.source) for study in studies)
        raise NoPathError(f"no path to {TARGET!r} from any of {sources}")
    content = {
        "sources": [part["data"] for part in made],
        "model": model_of(studies[0].graph),
        "texts": _texts(studies[0]),
        "look": _look(),
        "tex": {"escapes": escapes(), "declared": declarations("".join(map(str, studies[0].graph)))},
        "name": studies[0].problem.name,
        "first": studies[0].problem.first_step,
    }
    page = _written(studies[0], made, content, packed=False)
    return page if len(page) <= _PLAIN else _written(studies[0], made, content, packed=True)


def _require_one_graph(studies: Sequence[Study]) -> None:
    for study in studies:
        if study.scheme is not None and study.scheme.per == "exit":
            raise InputError(
                f"no page to try things on under scheme {study.scheme.name!r}: it drops other edges for each loss, and "
                "the page computes one graph (explain writes a page of its paths)"
            )


def _written(study: Study, made: list[dict[str, Any]], content: dict[str, Any], *, packed: bool) -> str:
    """Return the page: with all its figures and tables as they are, or those of the first source, the others packed."""
    written = made[:1] if packed else made
    return template("interactive.html").render(
        problem=study.problem,
        sources=made,
        written=written,
        question=QUESTION,
        content=Markup(_json(content).translate(_ESCAPES)),  # noqa: S704 -- escaped
        packed=_packed(made, content) if packed else "",
        live=content["model"]["live"],
        scripts=[script(name) for name in SCRIPTS],
    )


def _packed(made: list[dict[str, Any]], content: dict[str, Any]) -> str:
    """Return the content, and figures and tables of all sources but the first, compressed: text that is no markup."""
    sections = [
        {
            kind: template(f"interactive_{kind}.html").render(part=part, place=place, question=QUESTION)
            for kind in ("figure", "table")
        }
        for place, part in enumerate(made)
        if place
    ]
    text = _json({"content": content, "sections": sections})
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _shown(study: Study) -> dict[str, Any]:
    """Return what the page shows of one study."""
    row: Any = {"max_steps": None, "steps_per_row": study.graph.graph["steps"]}
    figure = study.figure("values", **row) if study.is_zero else study.figure(by="whole", **row)
    paths = study.paths
    selection = paths.top(_LISTED)
    left = selection.remainder
    return {
        "zero": study.is_zero,
        "verdict": answer_sentences(study.verdict),
        "name": study.source,
        "derivative": study.derivative,
        "total": format_entry(paths.total, study.element),
        "figure": inline(re.sub(r">\n\s*<", "><", figure.svg)),
        "rows": [
            (
                _part(study, path.share, path.contribution) < 0.0,
                _told(study, path.share, path.contribution),
                describe_path(path),
                crossings_of(study.graph, path),
            )
            for path in selection
        ],
        "rest": _told(study, left.share, left.contribution) if study.is_zero else describe_rest(left),
        "remainder": left,
        "proof": describe_proof(selection),
        "count": paths.count,
        "data": _data(study, figure, selection),
    }


def _part(study: Study, share: float, contribution: float | Array) -> float:
    """Return a share; of a gradient of zero, which has none, the contribution."""
    return sum_of(contribution, study.element) if study.is_zero else float(share)


def _told(study: Study, share: float, contribution: float | Array) -> str:
    """Return the same as text."""
    return describe_sum(contribution, study.element) if study.is_zero else format_share(share)


def _data(study: Study, figure: Figure, selection: Selection) -> dict[str, Any]:
    """Return what the scripts know of one study: which part of the figure is which vertex, and which edge."""
    scene = figure.scene
    vertices = {vertex: k for k, vertex in enumerate(study.graph)}
    edges = {edge: k for k, edge in enumerate(study.graph.edges)}
    return {
        "name": study.source,
        "derivative": study.derivative,
        "source": vertices[study.source],
        "element": study.element,
        "prefix": prefix_of(scene),
        "view": "values" if study.is_zero else "flow",
        "samples": len(scene.samples),
        "boxes": [vertices[box.vertex] for box in scene.boxes],
        # What a scheme cuts is drawn, and is no edge of the graph.
        "curves": [edges.get((curve.tail, curve.head), -1) for curve in scene.curves],
        "proof": describe_proof(selection),
        "paths": [[edges[str(tail), str(head)] for tail, head, *_ in path.edges] for path in selection],
    }


def _look() -> dict[str, Any]:
    """Return the colours and widths of lines, as the figures have them."""
    tones = {tone: LIGHT.tones[tone] for tone in ("positive", "negative", "pale", "faint", "text", "quiet")}
    return {"tones": tones, "widest": WIDEST, "thinnest": THINNEST, "focus": FOCUS_WIDTH}


def _texts(study: Study) -> dict[str, Any]:
    """Return what is said of vertices and edges: an edge's partial, its term in the tail's gradient, names in LaTeX."""
    graph = study.graph
    return {
        "symbols": [str(edge["symbol"]) for *_, edge in graph.edges(data=True)],
        "terms": [
            edge["symbol"].pulled("1" if head == TARGET else f"dE/d{head}") for _, head, edge in graph.edges(data=True)
        ],
        "latex": [latex(data["name"]) for data in graph.nodes.values()],
    }
