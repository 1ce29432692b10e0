"""Colours of one's own: a small file says which of a theme's are others, and what could not be read is refused.

TOML: a name and a colour a line, for the colours of the theme that is asked for; a table `[dark]` for those that `auto`
puts in their place on a dark display.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.figures.small_file import read_table
from graphviz_lstm.figures.theme import THEMES, Look, Tone

if TYPE_CHECKING:
    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.theme import Theme

_PLAIN = ("page", "frame", "border", "pale_border")
NAMES: tuple[str, ...] = (*_PLAIN, *get_args(Tone), *get_args(Look))
"""What has a colour: of the page and of borders, of lines and text by tone, of boxes by what they are."""
DARK = "dark"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_READABLE, _SEEN = 4.5, 3.0
# Where lines meet in the cell view: a dot.
_WITHOUT_TEXT = ("join",)
_TEXTS: tuple[Tone, ...] = ("text", "quiet")
# Numbers on lines are in the line's own colour where it is one of these.
_SIGNS: tuple[Tone, ...] = ("positive", "negative")
_LINES: tuple[Tone, ...] = (*_SIGNS, *(tone for tone in get_args(Tone) if tone.startswith(("rank-", "strand-"))))


@dataclass(frozen=True, slots=True)
class Colours:
    """Name -> colour: of the theme, and of what takes its place on a dark display."""

    own: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)

    def themes(self, name: ThemeName) -> tuple[Theme, Theme | None]:
        """Return a theme with these colours, and its dark one if it has one.

        Raises
        ------
        InputError
            If text or a line that means something could not be read, or the theme has no dark one.
        """
        light, dark = THEMES[name]
        if self.dark and dark is None:
            raise InputError(f"the theme {name!r} has no dark colours of its own: [{DARK}] has no use in it (auto has)")
        return _coloured(light, self.own), None if dark is None else _coloured(dark, self.dark)


def colours_of(given: object) -> Colours:
    """Return the colours that a mapping, or a TOML file by its name, tells.

    >>> colours_of({"positive": "#005f99", "dark": {"positive": "#7cc4f0"}}).dark
    {'positive': '#7cc4f0'}

    Raises
    ------
    InputError
        If the file cannot be read, a name is none, or a colour is none.
    """
    if isinstance(given, Colours):
        return given
    told, where = given, ""
    if isinstance(given, str | Path):
        told, where = read_table(Path(given), "theme file"), f" in theme file {str(given)!r}"
    if not isinstance(told, Mapping) or not told:
        raise InputError(
            f"unusable colours: {shorten(given)} (must be a TOML file or a mapping, such as {{'positive': '#005f99'}})"
        )
    dark = told.get(DARK, {})
    if not isinstance(dark, Mapping):
        raise InputError(f"unusable {DARK}: {shorten(dark)}{where} (must be a table of colours)")
    own = {name: value for name, value in told.items() if name != DARK}
    return Colours(_checked(own, where, (*NAMES, DARK)), _checked(dark, f" of [{DARK}]{where}", NAMES))


def _checked(told: Mapping[Any, Any], where: str, names: tuple[str, ...]) -> dict[str, str]:
    for name, value in told.items():
        if name not in names:
            raise InputError(describe_unknown("colour name", name, names) + where)
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise InputError(
                f"not a colour: {shorten(value)} for {name!r}{where} (must be # and six digits, such as '#0072b2')"
            )
    return {str(name): str(value).lower() for name, value in told.items()}


def _coloured(theme: Theme, own: Mapping[str, str]) -> Theme:
    """Return a theme with colours of one's own in the place of its own.

    Raises
    ------
    InputError
        If text or a line that means something could not be read.
    """
    if not own:
        return theme
    plain: dict[str, Any] = {name: colour for name, colour in own.items() if name in _PLAIN}
    tones: dict[Tone, str] = {tone: own.get(tone, colour) for tone, colour in theme.tones.items()}
    fills: dict[Look, str] = {look: own.get(look, colour) for look, colour in theme.fills.items()}
    new = replace(theme, tones=tones, fills=fills, **plain)
    grounds = {"page": new.page, **{str(look): colour for look, colour in fills.items() if look not in _WITHOUT_TEXT}}
    for tone in _TEXTS:
        for ground, colour in grounds.items():
            if tone in own or ground in own:
                _require(tone, tones[tone], ground, colour, _READABLE, "text")
    for tone in _LINES:
        if tone in own or "page" in own:
            needed = (_READABLE, "text") if tone in own and tone in _SIGNS else (_SEEN, "a line")
            _require(tone, tones[tone], "page", new.page, *needed)
    return new


def _require(tone: str, one: str, ground: str, other: str, least: float, what: str) -> None:
    if (found := contrast(one, other)) < least:
        raise InputError(
            f"too little contrast: {tone} {one} on {ground} {other} has {found:.2f}:1 ({what} must have {least:g}:1)"
        )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it: from 1 to 21.

    >>> contrast("#ffffff", "#000000"), round(contrast("#0072b2", "#ffffff"), 2)
    (21.0, 5.19)
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
