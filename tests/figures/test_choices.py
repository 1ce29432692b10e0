"""Choices: told once, light, and what the tables have."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import get_args

from graphviz_lstm.figures import choices
from graphviz_lstm.figures.theme import THEMES, Look, Tone
from graphviz_lstm.figures.views import VIEWS
from graphviz_lstm.gradients.shares.strands import By
from graphviz_lstm.graph.unroll import DETAILS
from graphviz_lstm.reports.scheme_figures import DRAWN


def test_the_choices_are_the_tables_names() -> None:
    """In the same order."""
    assert tuple(VIEWS) == choices.VIEWS
    assert tuple(DRAWN) == choices.SCHEME_VIEWS
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


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(colour: str) -> float:
    """Return the CIE lightness of a colour, 0 to 100: what is left of it in grey."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_lines_differ_in_grey_where_their_pattern_is_one() -> None:
    """Strands by six of lightness or more; the paths of a metro, in three patterns, by fourteen. All can be seen."""
    for theme in (theme for pair in THEMES.values() for theme in pair if theme is not None):
        strands = [theme.tones[tone] for tone in get_args(Tone) if tone.startswith("strand")]
        ranks = [theme.tones[tone] for tone in get_args(Tone) if tone.startswith("rank")]
        for colours, least in ((strands, 6.0), *((ranks[k::3], 10.0) for k in range(3))):
            grey = sorted(map(lightness, colours))
            assert all(after - before >= least for before, after in pairwise(grey)), grey
        for colour in (*strands, *ranks):
            low, high = sorted((luminance(colour), luminance(theme.page)))
            assert (high + 0.05) / (low + 0.05) >= 3.0, colour
