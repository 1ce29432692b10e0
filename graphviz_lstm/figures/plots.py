"""What Matplotlib draws: bars, strips and curves, in the colours of a theme, with the same bytes on every day."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
from contextlib import suppress
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.figures.choices import STRIP_SUFFIXES
from graphviz_lstm.figures.render import ALONE, aside
from graphviz_lstm.figures.theme import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.theme import Theme

_MARKER = re.compile(r'(<path id="m[^>]*style=")stroke: #[0-9a-f]{6}(?:; )?')


def plotted(
    fill: Callable[[Any, Theme], None],
    inches: tuple[float, float],
    suffix: str,
    theme: ThemeName,
    *,
    size: float = 8.0,
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
    both
        Whether nothing in the figure is a raster image, which has one set of colours.
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
    }
    settings |= {"text.color": text, "axes.labelcolor": text, "xtick.color": text, "ytick.color": text}
    with ALONE, rc_context():
        # Not as a `matplotlibrc` has it that lies in the working folder, or at home.
        rcdefaults()
        rcParams.update(settings)
        figure = Figure(figsize=inches, facecolor=colours.page, layout="constrained")
        fill(figure, colours)
        stream = io.BytesIO()
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}[form]
        figure.savefig(stream, format=form, dpi=96, metadata=metadata)
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
