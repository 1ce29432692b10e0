"""What Matplotlib draws: bars, strips and curves, in the colours of a theme, with the same bytes on every day."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import textwrap
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, clip, describe_unknown, shorten, visible
from graphviz_lstm.figures.choices import STRIP_SUFFIXES
from graphviz_lstm.figures.colours import DARK, Colours, colours_of
from graphviz_lstm.figures.embedding import mimebundle
from graphviz_lstm.figures.finishing import read_title
from graphviz_lstm.figures.options import is_default, require_file_use
from graphviz_lstm.figures.render import ALONE, aside
from graphviz_lstm.figures.scene import printable
from graphviz_lstm.figures.sizes import UNITS, Length, read_dpi, read_width, require_drawable
from graphviz_lstm.figures.theme import THEMES
from graphviz_lstm.files import require_path, write_files
from graphviz_lstm.given import require_one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme

_COLOUR = re.compile(r"(?<!\w)#[0-9a-f]{6}\b")
_MARKER = re.compile(r'(<path id="m[^>]*style=")stroke: #[0-9a-f]{6}(?:; )?')


PLOT_LOOKS = ("title", "width", "dpi", "theme", "colours")
"""The options of `draw` that a plot has a use for."""
_NARROWEST = 12 * UNITS["cm"]
_TITLE = 1.3
_DPI = 96


@dataclass(frozen=True, slots=True)
class PlotLook:
    """How a plot is to look: its title, its width, the dots of a PNG, its colours."""

    title: str | None = None
    width: Length | None = None
    dpi: int = _DPI
    colours: Colours = field(default_factory=Colours)


def plot_look_of(asked: Mapping[str, object], suffix: str | None, what: str) -> PlotLook:
    """Return what options of `draw` say of a plot; what is not among them is as it is by default.

    Parameters
    ----------
    suffix
        Of the file that is to be written; None where that is not known yet.
    what
        The plot, as an error names it.

    Raises
    ------
    InputError
        If one of them cannot be.
    """
    given = {name: value for name, value in asked.items() if not is_default(name, value)}
    for name, value in given.items():
        if name not in PLOT_LOOKS:
            raise InputError(f"{what} is a plot: {name}={shorten(value)} has no use in it")
    if suffix is not None:
        require_file_use(given, [suffix])
    colours = colours_of(given["colours"]) if "colours" in given else Colours()
    if colours.dark:
        raise InputError(f"a plot has one set of colours: [{DARK}] has no use in it")
    return PlotLook(
        title=read_title(given["title"]) if "title" in given else None,
        width=read_width(given["width"]) if "width" in given else None,
        dpi=read_dpi(given["dpi"]) if "dpi" in given else _DPI,
        colours=colours,
    )


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
        `"auto"` is light; an SVG has the dark colours beside, for readers that prefer them.
    look
        A title in the place of its own, a width in the place of the layout's, dots, colours.
    mixed
        Whether it has colours that are mixed of a theme's, such as tints.
    """

    title: str
    description: str
    fill: Callable[[Any, Theme], None]
    layout: LayoutName
    height: float
    theme: ThemeName = "auto"
    look: PlotLook = field(default_factory=PlotLook)
    mixed: bool = False

    def __repr__(self) -> str:
        """Return what it shows, in one line."""
        return f"Plot({printable(self.title)!r}, layout {self.layout!r}, theme {self.theme!r})"

    @property
    def svg(self) -> str:
        """The SVG text."""
        return self.content(".svg").decode()

    @property
    def png(self) -> bytes:
        """The picture as PNG, 96 dots to the inch unless asked otherwise."""
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
        content = self.content(require_plot_suffix(file))
        write_files({FilePath(file): content})

    def content(self, suffix: str) -> bytes:
        """Return the bytes of the file with that suffix; an SVG says what it shows."""
        require_one_of("suffix", suffix, STRIP_SUFFIXES)
        inches = (inches_wide(self.layout), self.height)
        drawn = plotted(self.fill, inches, suffix, self.theme, size=SIZE, look=self.look, mixed=self.mixed)
        if suffix != ".svg":
            return drawn
        title, description = (escape(printable(text)) for text in (self.look.title or self.title, self.description))
        told = f"<title>{title}</title>\n <desc>{description}</desc>\n <metadata>"
        return drawn.replace(b"<metadata>", told.encode(), 1)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the figure as a notebook shows it."""
        del include, exclude  # a front end takes what it can show
        return mimebundle(self.svg, self.pdf, f"{self.look.title or self.title}. {self.description}")


def inches_wide(layout: LayoutName) -> float:
    """Return how wide a plot is."""
    return _WIDTHS[layout]


def text_of(text: str, most: int) -> str:
    r"""Return a text of somebody else's on one line of so many characters, none of which is a command to a reader.

    >>> text_of("a\nb" + chr(0) + "$x_1$", 20), text_of("x" * 30, 8)
    ('a b\\x00$x_1$', 'xxxxx...')
    """
    return printable(clip(visible(text.replace("\n", " ")), most))


def folded(text: str, inches: float, size: float = SIZE) -> str:
    """Return a text in as many lines as it takes in that width."""
    return textwrap.fill(text, int(_PER_INCH / size * inches))


def plotted(
    fill: Callable[[Any, Theme], None],
    inches: tuple[float, float],
    suffix: str,
    theme: ThemeName,
    *,
    size: float = 8.0,
    look: PlotLook | None = None,
    mixed: bool = False,
) -> bytes:
    """Return the bytes of a figure of that size, which `fill` is given to draw in, with the theme's colours.

    Parameters
    ----------
    suffix
        `.svg`, `.png` or `.pdf`.
    theme
        `"auto"` is light; an SVG has the dark colours beside, for readers that prefer them.
    size
        Of the text, in points.
    look
        A title in the place of its own, a width in the place of that in `inches`, dots, colours; these are one set, so
        that there are no dark ones beside.
    mixed
        Whether it has colours that are mixed of a theme's, such as tints: its dark ones are then found by drawing it
        in these.

    Raises
    ------
    InputError
        If it would be narrower than its letters allow, or have more dots than can be drawn, or colours that cannot be
        read.
    """
    look = look or PlotLook()
    if look.width is not None:
        least = min(_NARROWEST, 72 * inches[0])
        if look.width.points < least - 0.01:
            raise InputError(
                f"unusable width: {str(look.width)!r} (must be at least {least / UNITS['cm']:.3g}cm: the letters of "
                "a plot keep their size)"
            )
        inches = (look.width.points / 72, inches[1])
    if suffix == ".png":
        require_drawable(72 * inches[0], 72 * inches[1], look.dpi)
    light = look.colours.themes(theme)[0]
    content = _drawn(fill, inches, suffix, light, size, look)
    dark = THEMES[theme][1] if suffix == ".svg" and not look.colours.own else None
    if dark is None:
        return content
    if not mixed:
        return with_dark(content, _turned(light, dark))
    return with_dark(*_told_apart(content, _drawn(fill, inches, suffix, dark, size, look)))


def _drawn(
    fill: Callable[[Any, Theme], None],
    inches: tuple[float, float],
    suffix: str,
    colours: Theme,
    size: float,
    look: PlotLook,
) -> bytes:
    """Return the bytes of a figure in one set of colours."""
    form = suffix.removeprefix(".")
    _load_matplotlib()
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    text = colours.tones["text"]
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "graphviz_lstm",
        "font.family": "DejaVu Sans",
        "font.size": size,
        # A dollar in a name or a title is a dollar.
        "text.parse_math": False,
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
            if look.title is not None:
                letters = int(72 * inches[0] / (0.62 * _TITLE * size))
                figure.suptitle(textwrap.fill(look.title, letters), fontsize=_TITLE * size)
            stream = io.BytesIO()
            metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[form]
            figure.savefig(stream, format=form, dpi=look.dpi, metadata=metadata)
    return stream.getvalue()


def _told_apart(svg: bytes, dark: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a figure whose colours each become one other, and what they become: those of the same figure in the dark.

    What is of one colour here and of two there is made two, that differ by less than can be seen.

    >>> _told_apart(b"#ffffff #ffffff #000000", b"#16181c #f0a050 #e8eaed")[0]
    b'#ffffff #fffffe #000000'
    """
    others = iter(_COLOUR.findall(dark.decode()))
    taken = set(_COLOUR.findall(svg.decode()))
    becomes: dict[str, str] = {}

    def told(found: re.Match[str]) -> str:
        colour, other = found[0], next(others)
        own = int(colour[1:], 16)
        near = (f"#{own ^ k:06x}" for k in range(256))
        name = next(
            name for name in near if becomes.get(name, other) == other and (name == colour or name not in taken)
        )
        becomes[name] = other
        return name

    return _COLOUR.sub(told, svg.decode()).encode(), becomes


def _turned(light: Theme, dark: Theme) -> dict[str, str]:
    """Return what each colour of a theme becomes in the other one."""
    becomes = {light.page: dark.page, light.frame: dark.frame, light.border: dark.border}
    for tone, colour in light.tones.items():
        becomes.setdefault(colour, dark.tones[tone])
    return becomes


def with_dark(svg: bytes, becomes: Mapping[str, str]) -> bytes:
    """Return an SVG of Matplotlib's with a style that takes over on a dark display, and speaks of this figure alone.

    Matplotlib writes each colour into the style of what has it, so the rules are by these. A marker stands once and is
    used where it is needed, out of reach of rules about this figure: it has the colour of its use.

    >>> svg = b'<svg xmlns="x"><path style="fill: #ffffff"/></svg>'
    >>> b'[style*="fill: #ffffff"]{fill:#16181c!important}' in with_dark(svg, {"#ffffff": "#16181c"})
    True
    """
    text = _MARKER.sub(r"\1", svg.decode())
    name = f"p{hashlib.sha256(svg).hexdigest()[:8]}"
    rules = [
        f"  #{name} [{written}]{{{paint}:{other}!important}}"
        for colour, other in becomes.items()
        for paint in ("fill", "stroke")
        for written, there in ((f'style*="{paint}: {colour}"', f"{paint}: {colour}"), 2 * (f'{paint}="{colour}"',))
        if there in text
    ]
    style = "\n".join(["<style>@media (prefers-color-scheme: dark) {", *rules, "}</style>"])
    start = text.index("<svg ")
    end = text.index(">", start) + 1
    return f'{text[:start]}<svg id="{name}" {text[start + 5 : end]}{style}{text[end:]}'.encode()


def require_plot_suffix(file: str | FilePath) -> str:
    """Return the suffix of a file that Matplotlib is to draw.

    Raises
    ------
    InputError
        If it is not one that it can be written as.
    """
    suffix = require_path(file).suffix
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
