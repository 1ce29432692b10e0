"""A page to try things on: paths that light up in the graph, filters, backpropagation step by step.

One HTML file that asks for nothing else. What it shows without scripts is the figures and the tables; the script reads
what it needs from JSON within the page.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from graphviz_lstm.errors import NoPathError, NumberError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.dot import prefix_of
from graphviz_lstm.figures.labels import format_value
from graphviz_lstm.graph import TARGET, annotate
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.reports.answer import adjoint_of, crossings_of
from graphviz_lstm.reports.page import inline, template
from graphviz_lstm.reports.words import describe_path, describe_source, format_array, format_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures import Figure
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet, Selection

# Of more paths the leading ones are in the table, and the remainder is told.
_LISTED = 100
# Within a script element only these could end it or begin a comment.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def interactive_page(graph: Graph, sources: Sequence[str], *, element: tuple[int, ...] | None = None) -> str:
    """Return the page of an evaluated graph.

    Parameters
    ----------
    sources
        The vertices that can be chosen, the first of them at the beginning. One from which no path leads to E, or
        whose derivative is zero, is left out, unless it is the only one.
    element
        The entry of the source that is looked at; only with one source.

    Raises
    ------
    NoPathError, NumberError
        If none of the sources has a derivative to look at; for one source also what `explain` raises.
    RenderError
        If Graphviz fails or leaves something out.
    """
    made = []
    for source in sources:
        try:
            made.append(_source(graph, source, element))
        except (NoPathError, NumberError):
            if len(sources) == 1:
                raise
    if not made:
        raise NoPathError(f"no path to {TARGET!r} that counts from any of {', '.join(map(repr, sources))}")
    example = graph.graph["example"]
    content = {"sources": [part["data"] for part in made], "adjoints": _adjoints(graph)}
    return template("interactive.html").render(
        example=example,
        sources=made,
        content=Markup(json.dumps(content, ensure_ascii=True, allow_nan=False).translate(_ESCAPES)),  # noqa: S704 -- escaped
        panzoom=_script("vendor/panzoom.min.js"),
        script=_script("templates/interactive.js"),
    )


def _source(graph: Graph, source: str, element: tuple[int, ...] | None) -> dict[str, Any]:
    """Return what the page shows of one source."""
    paths = find_paths(graph, source, TARGET, element=element)
    if not paths:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    annotated = annotate(graph, source, element=element)
    figure = draw(annotated, paths=paths, max_steps=None)
    selection = paths.top(_LISTED)
    return {
        "name": source,
        "derivative": describe_source(source, element),
        "total": format_entry(paths.total, paths.element),
        "figure": inline(figure.svg),
        "rows": [(path, describe_path(path), crossings_of(graph, path)) for path in selection],
        "remainder": selection.remainder,
        "count": paths.count,
        "data": _data(annotated, figure, paths, selection),
    }


def _data(graph: Graph, figure: Figure, paths: PathSet, selection: Selection) -> dict[str, Any]:
    """Return what the script knows of one source: vertices and edges in the order of the figure's ids."""
    scene = figure.scene
    vertices = {box.vertex: k for k, box in enumerate(scene.boxes)}
    edges = {(curve.tail, curve.head): k for k, curve in enumerate(scene.curves)}
    return {
        "name": str(paths.source),
        "prefix": prefix_of(scene),
        "vertices": [{"name": box.vertex, "tip": box.tooltip} for box in scene.boxes],
        "edges": [{"tail": vertices[c.tail], "head": vertices[c.head], "tip": c.tooltip} for c in scene.curves],
        "paths": [_row(graph, path, vertices, edges) for path in selection],
        "total": format_entry(paths.total, paths.element),
        "count": f"{paths.count:,}",
    }


def _row(graph: Graph, path: Path, vertices: dict[str, int], edges: dict[tuple[str, str], int]) -> dict[str, Any]:
    along = [(str(edge[0]), str(edge[1])) for edge in path.edges]
    labels = [graph.edges[edge] for edge in along]
    return {
        "words": describe_path(path),
        "share": format_share(path.share),
        "part": float(path.share),
        "contribution": format_entry(path.contribution, graph.graph["element"]),
        "vertices": [vertices[str(name)] for name in path.vertices if str(name) in vertices],
        "edges": [edges[edge] for edge in along if edge in edges],
        "crossings": sum(label["crossings"] for label in labels),
        "gates": sorted({gate for label in labels for gate in label["gates"]}),
        "steps": sorted({step for name in path.vertices if (step := graph.nodes[str(name)]["step"]) is not None}),
    }


def _adjoints(graph: Graph) -> list[dict[str, Any]]:
    """Return how the adjoints fill in, from E backwards: each is the sum over the vertices that read it."""
    return [
        {
            "name": vertex,
            "value": format_array(graph.nodes[vertex]["adjoint"]),
            "short": format_value(np.asarray(graph.nodes[vertex]["adjoint"])),
            "terms": [
                {"head": term.head, "text": term.text, "value": format_array(term.value), "crossing": term.crossing}
                for term in adjoint_of(graph, vertex).terms
            ],
        }
        for vertex in reversed(list(graph))
    ]


@cache
def _script(name: str) -> Markup:
    """Return a script of ours, or one that we bring along: text that no example can change."""
    text = files("graphviz_lstm.reports").joinpath(name).read_text("utf-8")
    return Markup(text)  # noqa: S704 -- no example's text is in it
