"""TikZ: every text and line of the scene, each where the scene has it."""

from __future__ import annotations

import re

from graphviz_lstm.cells import load_example
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.scene import texts_of
from graphviz_lstm.figures.writers import latex_text, to_tikz
from graphviz_lstm.graph import annotate, evaluate

SCENE = draw(annotate(evaluate(load_example("gomez")), "W_A"), view="values").scene


def test_every_text_stands_on_its_baseline() -> None:
    """In the scene's order, by its anchor."""
    found = re.findall(r"\\node\[anchor=(base(?: west| east)?),.*?\] at \((.*?),(.*?)\) ", to_tikz(SCENE))
    texts = [text for _, text in texts_of(SCENE)]
    assert len(found) == len(texts)
    for (anchor, x, y), text in zip(found, texts, strict=True):
        assert anchor == {"start": "base west", "middle": "base", "end": "base east"}[text.anchor]
        assert abs(float(x) - text.x) < 0.006
        assert abs(float(y) - text.baseline) < 0.006


def test_every_line_has_its_head() -> None:
    """And every box its border."""
    tex = to_tikz(SCENE)
    assert tex.count("-{Latex[") == len(SCENE.curves)
    assert tex.count(r"\filldraw") == len(SCENE.boxes)
    assert tex.count(r"\draw[color=c-frame") == len(SCENE.frames)


def test_no_character_is_a_command() -> None:
    """Each special one is escaped; what LaTeX cannot set is a question mark."""
    assert latex_text("\\{}$&#_%^~") == r"\textbackslash{}\{\}\$\&\#\_\%\textasciicircum{}\textasciitilde{}"
    assert latex_text("−1 × \u202e") == r"$-$1 $\times$ ?"
