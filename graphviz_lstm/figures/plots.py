"""What Matplotlib draws: bars, strips and curves, in the colours of a theme, with the same bytes on every day."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import textwrap
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.figures.choices import STRIP_SUFFIXES
from graphviz_lstm.figures.colours import DARK, Colours, colours_of
from graphviz_lstm.figures.finishing import read_title
from graphviz_lstm.figures.options import is_default, require_file_use
from graphviz_lstm.figures.render import ALONE, aside
from graphviz_lstm.figures.sizes import UNITS, Length, read_dpi, read_width, require_drawable
from graphviz_lstm.figures.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.theme import Theme

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


def plot_look_of(asked: Mapping[str, object], suffix: str, what: str) -> PlotLook:
    """Return what options of `draw` say of a plot; what is not among them is as it is by default.

    Parameters
    ----------
    suffix
        Of the file that is to be written.
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


def plotted(
    fill: Callable[[Any, Theme], None],
    inches: tuple[float, float],
    suffix: str,
    theme: ThemeName,
    *,
    size: float = 8.0,
    look: PlotLook | None = None,
    both: bool = False,
) -> bytes:
    """Return the bytes of a figure of that size, which `fill` is given to draw in, with the theme's colours.

    Parameters
    ----------
    suffix
        `.svg`, `.png` or `.pdf`.
    theme
        `"auto"` is light; with `both` an SVG has the dark colours beside, for readers that prefer them.
    size
        Of the text, in points.
    look
        A title in the place of its own, a width in the place of that in `inches`, dots, colours.

    Raises
    ------
    InputError
        If it would be narrower than its letters allow, or have more dots than can be drawn, or colours that cannot be
        read.
    both
        Whether nothing in the figure is a raster image, which has one set of colours.
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
    form = suffix.removeprefix(".")
    _load_matplotlib()
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    colours = look.colours.themes(theme)[0]
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
        fill(figure, colours)
        if look.title is not None:
            letters = int(72 * inches[0] / (0.62 * _TITLE * size))
            figure.suptitle(textwrap.fill(look.title, letters), fontsize=_TITLE * size)
        stream = io.BytesIO()
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[form]
        figure.savefig(stream, format=form, dpi=look.dpi, metadata=metadata)
    content = stream.getvalue()
    dark = THEMES[theme][1]
    return with_dark(content, colours, dark) if both and form == "svg" and dark is not None else content


def with_dark(svg: bytes, light: Theme, dark: Theme) -> bytes:
    """Return an SVG of Matplotlib's with a style that takes over on a dark display, and speaks of this figure alone.

    Matplotlib writes each colour into the style of what has it, so the rules are by these. A marker stands once and is
    used where it is needed, out of reach of rules about this figure: it has the colour of its use.

    >>> from graphviz_lstm.figures.theme import THEMES
    >>> svg = b'<svg xmlns="x"><path style="fill: #ffffff"/></svg>'
    >>> b'[style*="fill: #ffffff"]{fill:#16181c!important}' in with_dark(svg, *THEMES["auto"])
    True
    """
    becomes = {light.page: dark.page, light.frame: dark.frame, light.border: dark.border}
    for tone, colour in light.tones.items():
        becomes.setdefault(colour, dark.tones[tone])
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
