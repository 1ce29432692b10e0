"""How wide letters are reckoned to be, and that a figure's size does not depend on it, whatever it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont
from hypothesis import example, given, strategies as st

from graphviz_lstm.figures import draw
from graphviz_lstm.figures.scene import Text, plain, printable, text_width
from graphviz_lstm.figures.scene.widths import letter_width
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.problems import load_example

# Of an advance that is rounded up to two digits.
_NEAR = 0.003
FIGURE = draw(annotate(evaluate(load_example("gomez")), "W_A"), by="whole")
SCENE = FIGURE.scene


def advances_of(name: str) -> dict[str, float]:
    """Return letter -> how wide it is in a font that Matplotlib ships, as a part of its size."""
    font = TTFont(Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf")
    em, advances = font["head"].unitsPerEm, font["hmtx"]
    return {chr(code): advances[glyph][0] / em for code, glyph in font.getBestCmap().items()}


@pytest.mark.parametrize("name", ["DejaVuSans", "DejaVuSans-Oblique"])
def test_no_letter_is_wider_than_it_is_reckoned_to_be(name: str) -> None:
    """Of all that the font has which Graphviz is shown, upright and italic."""
    shown = {letter: width for letter, width in advances_of(name).items() if printable(letter) == letter}
    assert len(shown) > 5_000
    wider = {letter: width for letter, width in shown.items() if width > letter_width(letter) + _NEAR}
    assert not wider


def test_letters_are_not_reckoned_much_wider_than_they_are() -> None:
    """Of words as people write them: a figure would have room for nothing."""
    advances = advances_of("DejaVuSans")
    for words in (
        "Where the gradient comes from, and by which path",
        "Woher der Gradient kommt: über alle Pfade, größtenteils",
        "Откуда берётся градиент",
        "Από πού προέρχεται η κλίση",
        "∂E/∂W ≈ Σ ∏ σ′(z), 12.3 ± 0.4 %",
    ):
        width = sum(advances[letter] for letter in words)
        assert width <= text_width(plain(words), 1.0) <= 1.25 * width


@example("Û©½®")
@example("#########")
@example("ǄǄǄǄ‱‱‱ﷺﷺ")
@given(st.text(min_size=1, max_size=30))
def test_a_figure_is_as_large_as_its_scene_whatever_stands_at_its_border(words: str) -> None:
    """A title, a number of a line, the name of a step: Graphviz has its own thought of how wide each is."""
    text = Text(SCENE.left, SCENE.top - 10.0, plain(words), 16.0, anchor="start")
    wide = text.width
    moved = [
        replace(text, x=SCENE.left + wide / 2, anchor="middle"),
        replace(text, x=SCENE.right - wide / 2, anchor="middle"),
        replace(text, x=SCENE.right, anchor="end"),
        text,
    ]
    scene = replace(
        SCENE,
        texts=(text, *moved, *SCENE.texts),
        curves=(
            *(replace(curve, label=label) for curve, label in zip(SCENE.curves, moved, strict=False)),
            *SCENE.curves[len(moved) :],
        ),
        frames=tuple(replace(frame, label=text) for frame in SCENE.frames),
    )
    width, height = SCENE.right - SCENE.left, SCENE.top - SCENE.bottom
    assert f'viewBox="0 0 {width:.2f} {height:.2f}"' in replace(FIGURE, scene=scene).svg
