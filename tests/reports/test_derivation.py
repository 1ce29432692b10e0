"""The derivation as a document: four formats, the same formulas, and LaTeX that compiles."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from graphviz_lstm.cells import CELLS, LSTM, load_example
from graphviz_lstm.errors import InputError, UnknownNameError
from graphviz_lstm.reports.derivation import Derivation, derive
from tests.examples import random_example

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def gomez() -> Derivation:
    """Return the derivation of the worked example, with the proof."""
    return derive(load_example("gomez"), proof=True)


def test_symbols_and_numbers_stand_side_by_side(gomez: Derivation) -> None:
    """An edge, a path, both recursions, a verdict, the proof."""
    text = re.sub(r" +", " ", gomez.text)
    for line in (
        "d S_t/d S_{t-1} f_t f_t 0.870302",
        "d a_t/d H_{t-1} f_A'(Z_A,t) * U_A (1 - tanh^2(Z_A,t)) * U_A 0.041675",
        "X_0 * f_A'(Z_A,0) * i_0 * f_1 * f_S'(S_1) * o_1 * (H_1 - y_1)",
        "do_t/dW_A = f_o'(Z_o,t) * U_o * dH_{t-1}/dW_A",
        "adj(S_t) = f_{t+1} * adj(S_{t+1}) + f_S'(S_t) * o_t * adj(H_t)",
        "dE/dW_A = sum_t X_t * f_A'(Z_A,t) * adj(a_t)",
        "lacks the factor f_A'(Z_A)",
        "3 W_A 37 112 0",
    ):
        assert line in text


def test_every_format_has_every_section(gomez: Derivation) -> None:
    """And none of them leaves a formula unwritten."""
    titles = [section.title for section in gomez.document.sections]
    assert len(titles) == 7
    for form in (gomez.text, gomez.markdown, gomez.latex, gomez.html):
        for title in titles:
            assert title.replace("'", "&#39;") in form or title in form
    assert "\\frac" not in gomez.text
    assert "\\frac" not in gomez.html
    root = ET.fromstring(gomez.html.partition("<main>")[2].partition("</main>")[0].join(["<main>", "</main>"]))
    assert len(list(root.iter("{http://www.w3.org/1998/Math/MathML}math"))) > 100


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
@pytest.mark.parametrize("hidden", [1, 3])
def test_every_library_cell_derives(cell, hidden: int) -> None:
    """Whatever its size, from any of its parameters."""
    example = random_example(cell, hidden=hidden, steps=3)
    for source in cell.parameters:
        derivation = derive(example, source)
        assert derivation.text
        assert derivation.html.count("<math") > 20


def test_the_latex_compiles(gomez: Derivation, tmp_path: Path) -> None:
    """A real TeX run, for one unit and for three."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no TeX on this machine (Debian: apt-get install texlive-latex-base texlive-latex-recommended)")
    for name, derivation in (("one", gomez), ("three", derive(random_example(LSTM, hidden=3, steps=2)))):
        (tmp_path / f"{name}.tex").write_text(derivation.latex)
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout[-2000:]


def test_notebooks_get_latex(gomez: Derivation) -> None:
    """Display formulas between dollar signs."""
    assert gomez._repr_latex_().startswith("$$ a_{t} = ")
    assert gomez._repr_markdown_() == gomez.markdown


def test_steps_and_sources_that_are_not_there_are_refused() -> None:
    """In one line."""
    with pytest.raises(InputError, match=r"wrong number of steps: 3 \(example 'gomez' has 1 to 2\)"):
        derive(load_example("gomez"), steps=3)
    with pytest.raises(InputError, match=r"6 steps have 4,214 paths from 'W_A' .* leave --steps out"):
        derive(random_example(LSTM, steps=6), steps=6)
    with pytest.raises(UnknownNameError, match="unknown parameter: 'X_1'"):
        derive(load_example("gomez"), "X_1")
    assert len(derive(load_example("gomez"), steps=1).document.sections) == 6
