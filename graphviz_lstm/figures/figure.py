"""A figure in whatever form is asked for: text, picture, file."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures.choices import SUFFIXES
from graphviz_lstm.figures.render import render
from graphviz_lstm.figures.scene import prefix_of, printable
from graphviz_lstm.figures.theme import THEMES
from graphviz_lstm.figures.writers import finish, to_dot, to_tikz
from graphviz_lstm.files import write_files

if TYPE_CHECKING:
    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.scene import Scene


@dataclass(frozen=True, slots=True, repr=False)
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

    def __repr__(self) -> str:
        """Return what it shows, in one line."""
        boxes, lines = len(self.scene.boxes), len(self.scene.curves)
        return f"Figure({printable(self.scene.title)!r}: {boxes:,} boxes, {lines:,} lines, theme {self.theme!r})"

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

    def inline(self, words: str = "", *, number: int = 1) -> str:
        """Return the SVG as it stands within a page of HTML: no wider than its column, dark where the page is.

        An image cannot see what the page around it says; what stands within it can.

        Parameters
        ----------
        words
            What it is to those who do not see it, in place of its own title and description.
        number
            Which figure of the page it is: ids are those of one figure alone.

        Raises
        ------
        RenderError
            If Graphviz fails or leaves something out.
        """
        prefix = prefix_of(self.scene)
        svg = self.svg
        if words:
            own = f'aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc"'
            svg = svg.replace(own, f'aria-label="{escape(printable(words))}"', 1)
        svg = svg.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
        return svg if number == 1 else svg.replace(prefix, f"{prefix}-{number}")

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
