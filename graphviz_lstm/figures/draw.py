"""From an annotated graph to a figure in whatever form is asked for."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures.dot import to_dot
from graphviz_lstm.figures.elide import MOST_STEPS
from graphviz_lstm.figures.render import render
from graphviz_lstm.figures.svg import finish
from graphviz_lstm.figures.theme import THEMES
from graphviz_lstm.figures.tikz import to_tikz
from graphviz_lstm.figures.views import VIEWS, Request, view_of
from graphviz_lstm.files import write_files
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path, PathSet

View = Literal["flow", "path", "facets", "metro", "rolled", "values"]
ThemeName = Literal["auto", "light", "dark", "print"]
SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".tex")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, not yet drawn: ask for the form that is needed.

    Attributes
    ----------
    scene
        What stands where.
    theme
        `"auto"` (light, or dark where an SVG's reader prefers that), `"light"`, `"dark"` or `"print"`.
    """

    scene: Scene
    theme: ThemeName = "auto"

    @property
    def dot(self) -> str:
        """The DOT text with every position in it; needs no Graphviz."""
        return to_dot(self.scene, THEMES[self.theme][0])

    @property
    def tex(self) -> str:
        """The picture as a LaTeX document, in TikZ; needs no Graphviz."""
        return to_tikz(self.scene, THEMES[self.theme][0])

    @property
    def svg(self) -> str:
        """The SVG text.

        Raises
        ------
        RenderError
            If Graphviz fails or leaves something out; `png` and `pdf` likewise.
        """
        return finish(self._render("svg"), self.scene, *THEMES[self.theme])

    @property
    def png(self) -> bytes:
        """The picture as PNG, 96 dots to the inch."""
        return self._render("png")

    @property
    def pdf(self) -> bytes:
        """The picture as PDF."""
        return self._render("pdf")

    def save(self, file: str | FilePath) -> None:
        """Write the figure to `file`, as its suffix says: `.svg`, `.png`, `.pdf`, `.dot` or `.tex`.

        Raises
        ------
        InputError
            If the suffix is another one.
        OutputError
            If the file cannot be written.
        RenderError
            If Graphviz fails or leaves something out.
        """
        write_files({FilePath(file): self.content(require_suffix(file))})

    def content(self, suffix: str) -> bytes:
        """Return the bytes of the file with that suffix."""
        form: str | bytes = getattr(self, suffix.removeprefix("."))
        return form.encode() if isinstance(form, str) else form

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the figure as a notebook shows it, with its PDF for a notebook that becomes a paper.

        In HTML it is an image: there it is scaled, not clipped, and its ids are nobody else's.
        """
        del include, exclude  # a front end takes what it can show
        svg = self.svg
        words = f"{self.scene.title}. {self.scene.description}"
        image = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
        return {
            "text/html": f'<img src="{image}" alt="{escape(words)}" style="max-width: 100%; height: auto">',
            "image/svg+xml": svg,
            "application/pdf": b64encode(self.pdf).decode(),
            "text/plain": words,
        }

    def _render(self, form: Literal["svg", "png", "pdf"]) -> bytes:
        vertices = len(self.scene.boxes) + len(self.scene.texts)
        edges = len(self.scene.curves) + len(self.scene.samples)
        return render(self.dot, form, vertices=vertices, edges=edges)


def draw(  # noqa: PLR0913 -- an option each
    graph: Graph,
    file: str | FilePath | None = None,
    *,
    view: View = "flow",
    path: Path | None = None,
    paths: PathSet | None = None,
    top: int = 6,
    max_steps: int | None = MOST_STEPS,
    only_paths: bool = False,
    theme: ThemeName = "auto",
) -> Figure:
    """Return the figure of an annotated graph; write it to `file` too, if one is given.

    Parameters
    ----------
    graph
        An evaluated graph with the flows from a source: `annotate(graph, source)`.
    file
        Its suffix says what is written: `.svg`, `.png`, `.pdf`, `.dot` or `.tex`.
    view
        `"flow"`: the whole gradient, on each edge the share of it that goes through. `"path"`: one path in focus, its
        multiplication written out, the partial on each of its edges. `"facets"`: the `top` leading paths, each in a
        picture of its own. `"metro"`: the `top` leading paths as lines side by side. `"rolled"`: the cell once,
        with loops. `"values"`: value and adjoint in each box, the partial on each edge.
    path
        For the view `"path"`: which one. The one with the largest |share| by default.
    paths
        The paths of the same source, if they are at hand.
    top
        For the views `"facets"` and `"metro"`: how many paths.
    max_steps
        Of more steps the first and the last three are drawn, and the flow through the others told; None draws all.
    only_paths
        Leave out what lies on no path from the source, instead of drawing it pale.
    theme
        `"auto"` (light, or dark where an SVG's reader prefers that), `"light"`, `"dark"` or `"print"` (no colours).

    Raises
    ------
    InputError
        If the graph has no flows, or the view, theme or suffix is unknown, or `path` is not one of this graph.
    OutputError
        If the file cannot be written.
    RenderError
        If Graphviz fails or leaves something out.
    """
    if view not in VIEWS:
        raise InputError(describe_unknown("view", view, VIEWS))
    if theme not in THEMES:
        raise InputError(describe_unknown("theme", theme, THEMES))
    if file is not None:
        require_suffix(file)
    if "source" not in graph.graph:
        raise InputError("cannot draw a graph without flows (annotate(graph, source) gives them)")
    if paths is None:
        paths = find_paths(graph, graph.graph["source"], graph.graph["target"], element=graph.graph["element"])
    figure = Figure(view_of(view, Request(graph, paths, path, top), max_steps, only_paths=only_paths), theme)
    if file is not None:
        figure.save(file)
    return figure


def require_suffix(file: str | FilePath) -> str:
    """Return the suffix of a figure's file.

    Raises
    ------
    InputError
        If it is not one that a figure can be written as.
    """
    suffix = FilePath(file).suffix
    if suffix not in SUFFIXES:
        raise InputError(f"{describe_unknown('suffix', suffix, SUFFIXES)} of {str(file)!r}")
    return suffix
