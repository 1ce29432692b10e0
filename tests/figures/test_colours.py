"""Colours of one's own: they are in the figure, and what could not be read is refused with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.colours import NAMES, Colours, colours_of, contrast
from graphviz_lstm.figures.theme import THEMES, Look, Tone
from graphviz_lstm.reports import Study

if TYPE_CHECKING:
    from pathlib import Path


def looking(**options: object) -> str:
    """Return the SVG of the worked example."""
    return Study("gomez", "W_A").figure(**options).svg  # type: ignore[arg-type]


def test_the_names_are_those_of_a_theme() -> None:
    """Every tone and every look, and the four plain ones."""
    assert set(NAMES) == {"page", "frame", "border", "pale_border", *get_args(Tone), *get_args(Look)}


def test_a_file_and_a_mapping_say_the_same(tmp_path: Path) -> None:
    """Light colours, and under [dark] those of a dark display; in SVG, DOT and TikZ."""
    file = tmp_path / "own.toml"
    file.write_text('strand-1 = "#0A5C99"\nstate = "#eef6ff"\n[dark]\nstrand-1 = "#7cc4f0"\n')
    mapping = {"strand-1": "#0a5c99", "state": "#eef6ff", "dark": {"strand-1": "#7cc4f0"}}
    assert looking(colours=file) == looking(colours=str(file)) == looking(colours=mapping)
    svg = looking(colours=file)
    plain = looking()
    light, dark = svg.split("prefers-color-scheme"), plain.split("prefers-color-scheme")
    assert "#7cc4f0" in light[1]
    assert "#4fb0e6" in dark[1]
    assert "#2b95d6" not in svg
    figure = Study("gomez", "W_A").figure(colours=mapping)
    assert "#0a5c99" in figure.dot
    assert r"\definecolor{c-strand-1}{HTML}{0A5C99}" in figure.tex


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_said(name: str) -> None:
    """Black on white, or white: whatever it is, one of these can be read."""
    found = []
    for colour in ("#000000", "#ffffff"):
        try:
            light, _ = Colours({name: colour}).themes("light")
        except InputError:
            continue
        found.append(getattr(light, name, None) or {**light.tones, **light.fills}[name])
    assert found


@pytest.mark.parametrize("theme", THEMES)
def test_the_themes_own_colours_are_taken(theme: str) -> None:
    """Each by itself, but orange numbers, which are below 4.5:1 on white."""
    light = THEMES[theme][0]  # type: ignore[index]
    for name, colour in {**light.tones, **light.fills, "page": light.page, "border": light.border}.items():
        if contrast(colour, light.page) >= 4.5 or name != "negative":
            Colours({str(name): colour}).themes(theme)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("colours", "line"),
    [
        ({"postive": "#000000"}, "unknown colour name: 'postive' (must be one of 'positive', "),
        ({"positive": "blue"}, "not a colour: 'blue' for 'positive' (must be # and six digits, such as '#0072b2')"),
        ({"positive": "#12345"}, "not a colour: '#12345' for 'positive' (must be # and six digits"),
        ({"positive": "#1234567"}, "not a colour: '#1234567' for 'positive' (must be # and six digits"),
        ({"positive": 7}, "not a colour: 7 for 'positive' (must be # and six digits"),
        ({"positive": '#000"/><script>'}, "not a colour: '#000\"/><script>' for 'positive' (must be # and"),
        ({"dark": {"text": "white"}}, "not a colour: 'white' for 'text' of [dark] (must be # and six digits"),
        ({"dark": {"dark": "#ffffff"}}, "unknown colour name: 'dark' (must be one of 'page', "),
        ({"dark": "#ffffff"}, "unusable dark: '#ffffff' (must be a table of colours)"),
        ({}, "unusable colours: {} (must be a TOML file or a mapping, such as {'positive': '#005f99'})"),
        ({"text": "#999999"}, "too little contrast: text #999999 on page #ffffff has 2.85:1 (text must have 4.5:1)"),
        ({"state": "#222222"}, "too little contrast: text #1b1d21 on state #222222 has "),
        ({"positive": "#2b95d6"}, "too little contrast: positive #2b95d6 on page #ffffff has 3.30:1 (text must have "),
        ({"strand-2": "#c0c0c0"}, "too little contrast: strand-2 #c0c0c0 on page #ffffff has 1.82:1 (a line must "),
        ({"dark": {"text": "#444444"}}, "too little contrast: text #444444 on page #16181c has "),
    ],
)  # fmt: skip
def test_colours_that_cannot_be_are_refused_in_one_line(colours: object, line: str) -> None:
    """What is wrong, and what is allowed."""
    with pytest.raises(InputError) as told:
        looking(colours=colours)
    assert str(told.value).startswith(line)
    assert "\n" not in str(told.value)


def test_dark_colours_without_a_dark_theme_are_refused() -> None:
    """Of the other themes there is one set."""
    for theme in ("light", "dark", "print"):
        with pytest.raises(InputError, match=rf"^the theme '{theme}' has no dark colours of its own: \[dark\] has no"):
            looking(theme=theme, colours={"dark": {"text": "#ffffff"}})


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"positive = ", "not TOML: Invalid value (at end of document) in theme file "),
        (b"\xff\xfe", "not TOML: 'utf-8' codec can't decode byte 0xff in position 0"),
        (b"positive = '#000000'\n" * 2, "not TOML: "),
        (b"# " + b"x" * 200_000, "too large a theme file: "),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_line(content: bytes, line: str, tmp_path: Path) -> None:
    """Broken, not text, twice the same name, far too large."""
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    with pytest.raises(InputError) as told:
        colours_of(file)
    assert str(told.value).startswith(line)
    assert "\n" not in str(told.value)
    with pytest.raises(InputError, match=r"^cannot read theme file "):
        colours_of(tmp_path)
