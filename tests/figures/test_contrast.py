"""Colours as they are drawn: what can be read, what can be told apart in grey and by those who see no green."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.figures.scene import prefix_of
from graphviz_lstm.figures.theme import DARK, LIGHT, PRINT, Theme
from graphviz_lstm.figures.writers.dark import dark_style
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.paths import find_paths
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import points_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphviz_lstm.figures.scene import Scene

# Paper, and what a figure may lie on where its own paper is taken away: GitHub's dark page.
PAPERS = [(LIGHT, LIGHT.page), (DARK, DARK.page), (DARK, "#0d1117"), (PRINT, PRINT.page)]
# What is there for orientation: no path leads along it, or it blanks what it passes over.
SILENT = {"pale", "faint", "casing"}
# Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE Trans.
# Vis. Comput. Graph. 15(6), 2009: deuteranopia (severity 1), on linear RGB.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
# From linear RGB of sRGB to XYZ, and the white of D65 (IEC 61966-2-1).
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
# A difference of 1 is what an eye just tells where two fields touch; lines do not.
IN_GREY, IN_COLOUR = 7.0, 10.0


def linear(colour: str) -> NDArray[np.float64]:
    """Return red, green and blue without sRGB's curve."""
    parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast of WCAG 2.2: from 1 to 21."""
    low, high = sorted(float(linear(colour) @ XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a colour in CIELAB, where distances are those that are seen."""
    parts = XYZ @ np.clip(light, 0.0, 1.0) / WHITE
    x, y, z = np.where(parts > 216 / 24389, np.cbrt(parts), (24389 / 27 * parts + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def scenes() -> list[Scene]:
    """Return every view of a net with numbers of both signs, of numbers and of vectors."""
    drawn = []
    for hidden in (1, 2):
        graph = evaluate(random_example(TYPICAL["lstm"], hidden=hidden, steps=3))
        annotated, paths = annotate(graph, "W_A"), find_paths(graph, "W_A", TARGET)
        drawn += [draw(annotated, view=view, paths=paths).scene for view in VIEWS]
        drawn += [draw(annotated, by=by, paths=paths).scene for by in ("whole", "crossings", "entry", "gates")]
    return drawn


@pytest.fixture(scope="module")
def all_scenes() -> list[Scene]:
    """Return them once."""
    return scenes()


@pytest.mark.parametrize(("theme", "paper"), PAPERS, ids=["light", "dark", "github", "print"])
def test_every_number_can_be_read(all_scenes: list[Scene], theme: Theme, paper: str) -> None:
    """4.5 to 1, on the paper and on the boxes."""
    tones = {text.tone for scene in all_scenes for text in scene.texts}
    tones |= {curve.label.tone for scene in all_scenes for curve in scene.curves if curve.label}
    tones |= {frame.label.tone for scene in all_scenes for frame in scene.frames}
    assert {"text", "quiet", "negative"} <= tones
    assert [(tone, theme.tones[tone]) for tone in tones if contrast(theme.tones[tone], paper) < 4.5] == []
    inside = {
        (text.tone, theme.page if box.pale else theme.fills[box.look])
        for scene in all_scenes
        for box in scene.boxes
        for text in box.texts
        if text.string
    }
    assert [pair for pair in inside if contrast(theme.tones[pair[0]], pair[1]) < 4.5] == []


@pytest.mark.parametrize(("theme", "paper"), PAPERS, ids=["light", "dark", "github", "print"])
def test_every_line_that_means_something_is_seen(all_scenes: list[Scene], theme: Theme, paper: str) -> None:
    """3 to 1; the borders of boxes too."""
    tones = {curve.tone for scene in all_scenes for curve in (*scene.curves, *scene.samples)} - SILENT
    assert {"rank-1", "strand-1", "negative"} <= tones
    assert [(tone, theme.tones[tone]) for tone in tones if contrast(theme.tones[tone], paper) < 3.0] == []
    assert contrast(theme.border, paper) >= 3.0


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_six_lines_can_be_told_apart(theme: Theme) -> None:
    """In grey by their lightness, in colour and to those who see no green by more; or else by their pattern.

    Dashes of strands say which take away, so that they cannot say which class it is.
    """
    graph = evaluate(random_example(TYPICAL["lstm"], steps=3))
    scene = draw(annotate(graph, "W_A"), view="metro", top=6).scene
    looks: dict[str, str] = {curve.tone: curve.pattern for curve in scene.curves if curve.tone.startswith("rank")}
    assert len(looks) == 6
    looks |= {f"strand-{k}": "solid" for k in range(1, 7)}
    colours = {str(tone): linear(colour) for tone, colour in theme.tones.items()}
    for one, other in combinations(looks, 2):
        if one[:4] != other[:4] or looks[one] != looks[other]:
            continue
        assert abs(lab(colours[one])[0] - lab(colours[other])[0]) >= IN_GREY, (one, other)
        for see in (np.eye(3), DEUTERANOPIA):
            apart = np.linalg.norm(lab(see @ colours[one]) - lab(see @ colours[other]))
            assert apart >= (IN_GREY if theme is PRINT else IN_COLOUR), (one, other)


@pytest.mark.parametrize("name", [*TYPICAL, "lru"])
def test_six_lines_bear_their_numbers(name: str) -> None:
    """Each once on the figure, beside its line, and in the legend that ranks them; no two read as one number."""
    graph = evaluate(random_example(CELLS[name], steps=3, scale=0.8))
    scene = draw(annotate(graph, CELLS[name].parameters[0]), view="metro", top=6).scene
    marks = [text for text in scene.texts if re.fullmatch(r"\d(, \d)*", text.string)]
    lines = {curve.tone for curve in scene.curves if curve.tone.startswith("rank")}
    assert sorted(",".join(text.string for text in marks).replace(" ", "").split(",")) == [
        tone.removeprefix("rank-") for tone in sorted(lines)
    ]
    for one, other in combinations(marks, 2):
        between = max(one.left, other.left) - min(one.left + one.width, other.left + other.width)
        assert abs(one.y - other.y) > one.size or between > 1.2 * one.size, (one.string, other.string)
    for rank in range(1, len(lines) + 1):
        assert any(text.string.startswith(f"{rank}.  ") for text in scene.texts)
    ranked = [curve for curve in scene.curves if curve.tone in lines]
    for mark in marks:
        away = [
            float(np.min(np.hypot(*(points_of(curve) - (mark.left + mark.width / 2, mark.y)).T))) for curve in ranked
        ]
        nearest = ranked[int(np.argmin(away))]
        for rank in mark.string.split(", "):
            own = {(curve.tail, curve.head) for curve in ranked if curve.tone == f"rank-{rank}"}
            assert (nearest.tail, nearest.head) in own, (rank, nearest.tail, nearest.head)


def test_the_dark_style_speaks_of_its_own_figure_alone(all_scenes: list[Scene]) -> None:
    """Every rule stands within one of the figure's id; and each tone that is drawn has its dark colour there."""
    for scene in all_scenes:
        style = dark_style(scene, DARK)
        outer = [line for line in style.splitlines() if line.endswith("{") and not line.startswith("@media")]
        assert len(outer) == 2
        assert all(f"#{prefix_of(scene)}" in line for line in outer)
        assert style.count("{") == style.count("}")
        for curve in scene.curves:
            assert f".curve.{curve.tone} path{{stroke:{DARK.tones[curve.tone]}}}" in style
