"""A page to try things on: paths that light up in the graph, filters, backpropagation step by step.

One HTML file that asks for nothing else. What it shows without scripts is the figures and the tables; the script reads
what it needs from JSON within the page.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from graphviz_lstm.errors import NoPathError
from graphviz_lstm.figures.scene import prefix_of
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation.numbers import format_array, format_entry, format_value
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.reports.answer import adjoint_of
from graphviz_lstm.reports.arrays import describe_rest, describe_sum, entry_of
from graphviz_lstm.reports.environment import inline, script, template
from graphviz_lstm.reports.tables import crossings_of
from graphviz_lstm.reports.verdict_words import QUESTION, answer_sentences
from graphviz_lstm.reports.words import describe_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import Path, Selection
    from graphviz_lstm.reports.study import Study

# Of more paths the leading ones are in the table, and the remainder is told.
_LISTED = 100
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
    RenderError
        If Graphviz fails or leaves something out.
    """
    made = []
    for study in studies:
        try:
            made.append(_shown(study))
        except NoPathError:
            if len(studies) == 1:
                raise
    if not made:
        sources = ", ".join(repr(study.source) for study in studies)
        raise NoPathError(f"no path to {TARGET!r} from any of {sources}")
    content = {"sources": [part["data"] for part in made], "adjoints": _adjoints(studies[0])}
    return template("interactive.html").render(
        problem=studies[0].problem,
        sources=made,
        question=QUESTION,
        content=Markup(json.dumps(content, ensure_ascii=True, allow_nan=False).translate(_ESCAPES)),  # noqa: S704 -- escaped
        zoom=script("zoom.js"),
        script=script("interactive.js"),
    )


def _shown(study: Study) -> dict[str, Any]:
    """Return what the page shows of one study."""
    figure = study.figure("values", max_steps=None) if study.is_zero else study.figure(by="whole", max_steps=None)
    paths = study.paths
    selection = paths.top(_LISTED)
    left = selection.remainder
    return {
        "zero": study.is_zero,
        "verdict": answer_sentences(study.verdict),
        "name": study.source,
        "derivative": study.derivative,
        "total": format_entry(paths.total, study.element),
        "figure": inline(figure.svg),
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
        "count": paths.count,
        "data": _data(study, figure, selection),
    }


def _part(study: Study, share: float, contribution: float | Array) -> float:
    """Return a share; of a gradient of zero, which has none, the contribution."""
    return float(entry_of(contribution, study.element).sum()) if study.is_zero else float(share)


def _told(study: Study, share: float, contribution: float | Array) -> str:
    """Return the same as text."""
    return describe_sum(contribution, study.element) if study.is_zero else format_share(share)


def _data(study: Study, figure: Figure, selection: Selection) -> dict[str, Any]:
    """Return what the script knows of one study: vertices and edges in the order of the figure's ids."""
    scene = figure.scene
    vertices = {box.vertex: k for k, box in enumerate(scene.boxes)}
    edges = {(curve.tail, curve.head): k for k, curve in enumerate(scene.curves)}
    return {
        "name": study.source,
        "zero": study.is_zero,
        "prefix": prefix_of(scene),
        "vertices": [{"name": box.vertex, "tip": box.tooltip} for box in scene.boxes],
        "edges": [{"tail": vertices[c.tail], "head": vertices[c.head], "tip": c.tooltip} for c in scene.curves],
        "paths": [_row(study, path, vertices, edges) for path in selection],
        "total": format_entry(study.paths.total, study.element),
        "count": describe_count(study.paths.count),
    }


def _row(study: Study, path: Path, vertices: dict[str, int], edges: dict[tuple[str, str], int]) -> dict[str, Any]:
    graph = study.graph
    along = [(str(edge[0]), str(edge[1])) for edge in path.edges]
    labels = [graph.edges[edge] for edge in along]
    return {
        "words": describe_path(path),
        "share": _told(study, path.share, path.contribution),
        "part": _part(study, path.share, path.contribution),
        "contribution": format_entry(path.contribution, study.element),
        "vertices": [vertices[str(name)] for name in path.vertices if str(name) in vertices],
        "edges": [edges[edge] for edge in along if edge in edges],
        "crossings": sum(label["crossings"] for label in labels),
        "gates": sorted({gate for label in labels for gate in label["gates"]}),
        "steps": sorted({step for name in path.vertices if (step := graph.nodes[str(name)]["step"]) is not None}),
    }


def _adjoints(study: Study) -> list[dict[str, Any]]:
    """Return how the adjoints fill in, from E backwards: each is the sum over the vertices that read it."""
    return [
        {
            "name": vertex,
            "value": format_array(study.adjoints[vertex]),
            "short": format_value(np.asarray(study.adjoints[vertex])),
            "terms": [
                {"head": term.head, "text": term.text, "value": format_array(term.value), "crossing": term.crossing}
                for term in adjoint_of(study, vertex).terms
            ],
        }
        for vertex in reversed(list(study.graph))
    ]
