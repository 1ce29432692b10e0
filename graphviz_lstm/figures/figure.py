"""A figure in whatever form is asked for: text, picture, file."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures.choices import SUFFIXES
from graphviz_lstm.figures.colours import Colours
from graphviz_lstm.figures.density import with_density
from graphviz_lstm.figures.embedding import mimebundle
from graphviz_lstm.figures.render import render
from graphviz_lstm.figures.scene import prefix_of, printable
from graphviz_lstm.figures.sizes import MOST_POINTS, require_drawable
from graphviz_lstm.figures.writers import finish, to_dot, to_tikz
from graphviz_lstm.files import require_path, write_files
from graphviz_lstm.given import require_kind, require_one_of
from graphviz_lstm.problems.arrays import whole_number

if TYPE_CHECKING:
    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.sizes import Length
    from graphviz_lstm.figures.theme import Theme

_DPI = 96


@dataclass(frozen=True, slots=True, repr=False)
class Figure:
    """A figure, not yet drawn: ask for the form that is needed.

    Attributes
    ----------
    scene
        What stands where.
    theme
        `"auto"` (light, or dark where an SVG's reader prefers that), `"light"`, `"dark"` or `"print"`.
    width
        How wide it is to be, all in proportion; by default as wide as the scene.
    dpi
        How many dots of a PNG an inch has; by default 96.
    colours
        What is coloured otherwise than the theme has it.
    fragment
        Whether its TikZ is the picture alone, to be put into a document.
    """

    scene: Scene
    theme: ThemeName = "auto"
    width: Length | None = None
    dpi: int | None = None
    colours: Colours = field(default_factory=Colours)
    fragment: bool = False

    def __repr__(self) -> str:
        """Return what it shows, in one line."""
        boxes, lines = len(self.scene.boxes), len(self.scene.curves)
        return f"Figure({printable(self.scene.title)!r}: {boxes:,} boxes, {lines:,} lines, theme {self.theme!r})"

    @property
    def dot(self) -> str:
        """The DOT text with every position in it; needs no Graphviz."""
        return self._dot(width=self._points)

    @property
    def tex(self) -> str:
        """The picture as a LaTeX document, in TikZ, or as a fragment of one; needs no Graphviz."""
        return to_tikz(self.scene, self._themes[0], width=self._points, fragment=self.fragment)

    @property
    def svg(self) -> str:
        """The SVG text.

        Raises
        ------
        RenderError
            If Graphviz fails or leaves something out; `png` and `pdf` likewise.
        """
        size = None if self.width is None else (str(self.width), str(self.width.times(self._height / self._width)))
        return finish(self._render("svg", self._dot()), self.scene, *self._themes, size)

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
        require_kind("words", words, str, "a text")
        number = whole_number("number", number, least=1)
        prefix = prefix_of(self.scene)
        svg = self.svg
        if words:
            own = f'aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc"'
            svg = svg.replace(own, f'aria-label="{escape(printable(words))}"', 1)
        svg = svg.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
        return svg if number == 1 else svg.replace(prefix, f"{prefix}-{number}")

    @property
    def png(self) -> bytes:
        """The picture as PNG, 96 dots to the inch or as many as it is to have.

        Raises
        ------
        InputError
            If it would have more dots than can be drawn.
        """
        if self.width is None and self.dpi is None:
            return self._render("png", self._dot())
        dpi = self.dpi or _DPI
        width = self._points or self._width
        require_drawable(width, width * self._height / self._width, dpi)
        return with_density(self._render("png", self._dot(dpi=dpi * width / self._width)), dpi)

    @property
    def pdf(self) -> bytes:
        """The picture as PDF, on a page of its size: to the point.

        Raises
        ------
        InputError
            If the page would be larger than a PDF can have.
        """
        if self._points is not None and (height := self._points * self._height / self._width) > MOST_POINTS:
            raise InputError(
                f"too high a page: {height / 72:,.0f} inches where the width is {self.width} (at most "
                f"{MOST_POINTS / 72:,.0f}: ask for a smaller width)"
            )
        return self._render("pdf", self.dot)

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
        content = self.content(require_suffix(file))
        write_files({FilePath(file): content})

    def content(self, suffix: str) -> bytes:
        """Return the bytes of the file with that suffix."""
        require_one_of("suffix", suffix, SUFFIXES)
        form: str | bytes = getattr(self, suffix.removeprefix("."))
        return form.encode() if isinstance(form, str) else form

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the figure as a notebook shows it."""
        del include, exclude  # a front end takes what it can show
        return mimebundle(self.svg, self.pdf, f"{self.scene.title}. {self.scene.description}")

    @property
    def _width(self) -> float:
        return self.scene.right - self.scene.left

    @property
    def _height(self) -> float:
        return self.scene.top - self.scene.bottom

    @property
    def _points(self) -> float | None:
        return None if self.width is None else self.width.points

    @property
    def _themes(self) -> tuple[Theme, Theme | None]:
        return self.colours.themes(self.theme)

    def _dot(self, *, width: float | None = None, dpi: float | None = None) -> str:
        return to_dot(self.scene, self._themes[0], width=width, dpi=dpi)

    def _render(self, form: Literal["svg", "png", "pdf"], dot: str) -> bytes:
        vertices = len(self.scene.boxes) + len(self.scene.texts)
        edges = len(self.scene.curves) + len(self.scene.samples)
        return render(dot, form, vertices=vertices, edges=edges)


def require_suffix(file: str | FilePath) -> str:
    """Return the suffix of a figure's file.

    Raises
    ------
    InputError
        If it is not one that a figure can be written as.
    """
    suffix = require_path(file).suffix
    if suffix not in SUFFIXES:
        raise InputError(f"{describe_unknown('suffix', suffix, SUFFIXES)} of {str(file)!r}")
    return suffix
