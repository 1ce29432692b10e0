"""Choices: told once, light, and what the tables have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

from graphviz_lstm.figures import choices
from graphviz_lstm.figures.theme import THEMES, Look, Tone
from graphviz_lstm.figures.views import VIEWS
from graphviz_lstm.gradients.strands import By
from graphviz_lstm.graph.unroll import DETAILS


def test_the_choices_are_the_tables_names() -> None:
    """In the same order."""
    assert tuple(VIEWS) == choices.VIEWS
    assert tuple(THEMES) == choices.THEMES
    assert tuple(DETAILS) == choices.DETAILS
    assert (*get_args(By), "whole") == choices.BYS
    assert set(choices.STRIP_SUFFIXES) <= set(choices.SUFFIXES)


def test_every_theme_has_every_colour() -> None:
    """Of lines and of boxes."""
    for theme in (theme for pair in THEMES.values() for theme in pair if theme is not None):
        assert set(theme.tones) == set(get_args(Tone))
        assert set(theme.fills) == set(get_args(Look))


def test_to_read_them_loads_nothing() -> None:
    """Neither numpy nor networkx nor Graphviz nor any other room."""
    code = (
        "import sys; import graphviz_lstm.figures.choices; "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'networkx', 'pygraphviz', 'graphviz', 'graphviz_lstm')))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(["graphviz_lstm", "graphviz_lstm.figures", "graphviz_lstm.figures.choices"])
