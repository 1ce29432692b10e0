"""TikZ: every text and line of the scene, each where the scene has it."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from graphviz_lstm.figures import draw
from graphviz_lstm.figures.scene import texts_of
from graphviz_lstm.figures.writers import to_tikz
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.notation.escape import declarations, latex_text
from graphviz_lstm.problems import load_example

if TYPE_CHECKING:
    from pathlib import Path

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


def test_names_of_every_script_and_layer_stay_apart() -> None:
    """The one escape of `notation` says how; what TeX does not know is declared."""
    names = ("größe", "ŵ", "вес", "50%_a", "H⁽²⁾")
    graph = nx.path_graph(names, create_using=nx.DiGraph)
    nx.set_edge_attributes(graph, 2.0, "partial")
    tex = to_tikz(draw(graph, source=names[0], target=names[-1]).scene)
    head, body = tex.split(r"\begin{document}")
    assert [line for line in declarations("".join(names)) if line not in head] == []
    assert [name for name in names if latex_text(name) not in body] == []
    assert r"H\textsuperscript{(}\textsuperscript{2}\textsuperscript{)}" in body


def test_letters_of_every_script_compile_too(tmp_path: Path) -> None:
    """With pdfTeX, which reads no Unicode by itself."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no pdflatex")
    graph = nx.path_graph(["größe", "ŵ", "вес_1", "H⁽²⁾", "…′"], create_using=nx.DiGraph)
    nx.set_edge_attributes(graph, 2.0, "partial")
    draw(graph, tmp_path / "any.tex", source="größe", target="…′")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "any.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
