"""What Matplotlib draws: bars, strips and curves, in the colours of a theme, with the same bytes on every day."""

from __future__ import annotations

import io
import os
import sys
import textwrap
import warnings
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, clip, describe_unknown, visible
from graphviz_lstm.figures.choices import LAYOUTS, STRIP_SUFFIXES
from graphviz_lstm.figures.render import ALONE, aside
from graphviz_lstm.figures.scene import printable
from graphviz_lstm.figures.theme import THEMES
from graphviz_lstm.files import write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme

SIZE, SMALL = 8.0, 7.2
"""Of the text and of notes, in points: no less than nine pixels."""
_WIDTHS: Mapping[LayoutName, float] = {"wide": 700 / 96, "narrow": 360 / 96}
# So many characters of that size fit in an inch, at the least.
_PER_INCH = 105.0


@dataclass(frozen=True, slots=True, repr=False)
class Plot:
    """A figure of bars or cells, not yet drawn: ask for the form that is needed.

    Attributes
    ----------
    title, description
        What it shows, in words.
    fill
        What draws it: given a figure of Matplotlib's and colours. It can be pickled.
    layout
        `"wide"`: to be read 700 pixels wide; `"narrow"`: 360.
    height
        In inches.
    theme
        `"auto"` is light, since Matplotlib's SVG has one set of colours.
    """

    title: str
    description: str
    fill: Callable[[Any, Theme], None]
    layout: LayoutName
    height: float
    theme: ThemeName = "auto"

    def __repr__(self) -> str:
        """Return what it shows, in one line."""
        return f"Plot({printable(self.title)!r}, layout {self.layout!r}, theme {self.theme!r})"

    @property
    def svg(self) -> str:
        """The SVG text."""
        return self.content(".svg").decode()

    @property
    def png(self) -> bytes:
        """The picture as PNG, 96 dots to the inch."""
        return self.content(".png")

    @property
    def pdf(self) -> bytes:
        """The picture as PDF."""
        return self.content(".pdf")

    def save(self, file: str | FilePath) -> None:
        """Write it to `file`, as its suffix says: `.svg`, `.png` or `.pdf`.

        Raises
        ------
        InputError
            If the suffix is another one.
        OutputError
            If the file cannot be written.
        """
        write_files({FilePath(file): self.content(require_plot_suffix(file))})

    def content(self, suffix: str) -> bytes:
        """Return the bytes of the file with that suffix; an SVG says what it shows."""
        drawn = plotted(self.fill, (inches_wide(self.layout), self.height), suffix, self.theme, size=SIZE)
        if suffix != ".svg":
            return drawn
        title, description = (escape(printable(text)) for text in (self.title, self.description))
        told = f"<title>{title}</title>\n <desc>{description}</desc>\n <metadata>"
        return drawn.replace(b"<metadata>", told.encode(), 1)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the figure as a notebook shows it, with its PDF for a notebook that becomes a paper."""
        del include, exclude  # a front end takes what it can show
        svg = self.svg
        words = f"{self.title}. {self.description}"
        image = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
        return {
            "text/html": f'<img src="{image}" alt="{escape(words)}" style="max-width: 100%; height: auto">',
            "image/svg+xml": svg,
            "application/pdf": b64encode(self.pdf).decode(),
            "text/plain": words,
        }


def inches_wide(layout: LayoutName) -> float:
    """Return how wide a plot is."""
    return _WIDTHS[layout]


def text_of(text: str, most: int) -> str:
    r"""Return a text of somebody else's on one line of so many characters, none of which is a command to a reader.

    >>> text_of("a\nb" + chr(0) + "$x_1$", 20), text_of("x" * 30, 8)
    ('a b\\x00$x_1$', 'xxxxx...')
    """
    return printable(clip(visible(text.replace("\n", " ")), most))


def folded(text: str, layout: LayoutName, size: float = SIZE) -> str:
    """Return a text in as many lines as it takes."""
    return textwrap.fill(text, int(_PER_INCH / size * inches_wide(layout)))


def plotted(
    fill: Callable[[Any, Theme], None], inches: tuple[float, float], suffix: str, theme: ThemeName, *, size: float = 8.0
) -> bytes:
    """Return the bytes of a figure of that size, which `fill` is given to draw in, with the theme's colours.

    Parameters
    ----------
    suffix
        `.svg`, `.png` or `.pdf`.
    theme
        `"auto"` is light, since Matplotlib's SVG has one set of colours.
    size
        Of the text, in points.
    """
    form = suffix.removeprefix(".")
    _load_matplotlib()
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    colours = THEMES[theme][0]
    text = colours.tones["text"]
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "graphviz_lstm",
        "font.family": "DejaVu Sans",
        "font.size": size,
        "text.parse_math": False,  # a dollar in a name is a dollar
    }
    settings |= {"text.color": text, "axes.labelcolor": text, "xtick.color": text, "ytick.color": text}
    with ALONE, rc_context():
        # Not as a `matplotlibrc` has it that lies in the working folder, or at home.
        rcdefaults()
        rcParams.update(settings)
        figure = Figure(figsize=inches, facecolor=colours.page, layout="constrained")
        with warnings.catch_warnings():
            # Of a letter that its font has not: in an SVG the reader's has it.
            warnings.filterwarnings("ignore", "Glyph", UserWarning)
            fill(figure, colours)
            stream = io.BytesIO()
            metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[form]
            figure.savefig(stream, format=form, dpi=96, metadata=metadata)
    return stream.getvalue()


def require_layout(layout: str) -> None:
    """Refuse a layout that is none.

    Raises
    ------
    InputError
        If it is not one of `LAYOUTS`.
    """
    if layout not in LAYOUTS:
        raise InputError(describe_unknown("layout", layout, LAYOUTS))


def require_theme(theme: str) -> None:
    """Refuse a theme that is none.

    Raises
    ------
    InputError
        If it is not one of `THEMES`.
    """
    if theme not in THEMES:
        raise InputError(describe_unknown("theme", theme, THEMES))


def require_plot_suffix(file: str | FilePath) -> str:
    """Return the suffix of a file that Matplotlib is to draw.

    Raises
    ------
    InputError
        If it is not one that it can be written as.
    """
    suffix = FilePath(file).suffix
    if suffix not in STRIP_SUFFIXES:
        raise InputError(f"{describe_unknown('suffix', suffix, STRIP_SUFFIXES)} of {str(file)!r}")
    return suffix


def _load_matplotlib() -> None:
    """Import Matplotlib: a hundred milliseconds, only for who draws with it.

    On its first day on a machine it looks at all fonts: other programs' configurations of them are complained of, and
    so are lines of a `matplotlibrc`. MPLBACKEND says what shows figures in windows: as none is, one that nobody
    knows is no reason to stop, and another is taken over.

    Raises
    ------
    InputError
        If its settings are not text.
    """
    loaded = "matplotlib" in sys.modules
    with aside(2):
        backend = os.environ.pop("MPLBACKEND", None)
        try:
            import matplotlib.font_manager
        except UnicodeDecodeError:
            raise InputError("cannot read Matplotlib's settings: a matplotlibrc that is not UTF-8 text") from None
        finally:
            if backend is not None:
                os.environ["MPLBACKEND"] = backend
        if backend and not loaded:
            with suppress(ValueError):
                matplotlib.rcParams["backend"] = backend
