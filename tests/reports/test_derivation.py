"""The derivation as a document: four formats, the same formulas, and LaTeX that compiles."""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import unicodedata
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, LSTM, parse_cell
from graphviz_lstm.errors import InputError, NoPathError, UnknownNameError
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.losses import LossPlace
from graphviz_lstm.problems import LossTerm, Problem, load_example
from graphviz_lstm.reports import derive
from graphviz_lstm.reports.derivation import _MOST_PROVEN
from graphviz_lstm.reports.recursions import Hand, reverse_lines, reverse_section
from tests.examples import TYPICAL, random_example

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.reports.derivation import Derivation

_MATH = "{http://www.w3.org/1998/Math/MathML}"


@pytest.fixture(scope="module")
def gomez() -> Derivation:
    """Return the derivation of the worked example, with the proof."""
    return derive(load_example("gomez"), proof=True)


def _tree(derivation: Derivation) -> ET.Element:
    return ET.fromstring(derivation.html.partition("<main>")[2].partition("</main>")[0].join(["<main>", "</main>"]))


def _set(derivation: Derivation, folder: Path, name: str) -> str:
    """Return the text of the PDF that pdfTeX makes."""
    if shutil.which("pdflatex") is None or shutil.which("pdftotext") is None:
        pytest.skip("no TeX on this machine (Debian: apt-get install texlive-latex-recommended poppler-utils)")
    (folder / f"{name}.tex").write_text(derivation.latex, "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:].decode("utf-8", "replace")
    read = ["pdftotext", "-layout", f"{name}.pdf", "-"]
    page = subprocess.run(read, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout
    # An accent is a glyph of its own in TeX's oldest fonts.
    return unicodedata.normalize("NFC", page)


def test_symbols_and_numbers_stand_side_by_side(gomez: Derivation) -> None:
    """An edge, a path, both recursions, a verdict, the proof."""
    text = re.sub(r"\s+", " ", gomez.text)
    for line in (
        "d S_t/d S_{t-1} in general f_t with its functions f_t at the last step 0.870302",
        "in general f_A'(Z_A,t) * U_A with its functions (1 - tanh^2(Z_A,t)) * U_A at the last step 0.041675",
        "X_0 * f_A'(Z_A,0) * i_0 * f_1 * f_S'(S_1) * o_1 * (H_1 - y_1)",
        "do_t/dW_A = f_o'(Z_o,t) * U_o * dH_{t-1}/dW_A",
        "dH_-1/dW_A = 0, dS_-1/dW_A = 0",
        "delta S_t = f_{t+1} * delta S_{t+1} + f_S'(S_t) * o_t * delta H_t",
        "dE/dW_A = sum_t X_t * f_A'(Z_A,t) * delta a_t",
        "lacks the factor f_A'(Z_A)",
        "3 W_A 37 112 0",
    ):
        assert line in text
    # The state before the first step, in the recursion and in the verdict: H_0 is not it.
    assert "dH_0/dW_A = 0" not in text
    assert text.count("dH_-1/dW_A = 0") == 2


def test_the_lines_of_the_backward_pass_are_those_of_its_section() -> None:
    """A line for each quantity of the cell that E depends on, in the order in which deltas are computed."""
    hand = Hand(load_example("gomez").problem, "W_A")
    lines = reverse_lines(hand)
    assert [line.text.partition(" = ")[0] for line in lines][:2] == ["delta H_t", "delta S_t"]
    assert len(lines) == len(LSTM.equations)
    assert set(lines) < set(reverse_section(hand).parts)


def test_every_format_has_every_section(gomez: Derivation) -> None:
    """And none of them leaves a formula unwritten."""
    titles = [section.title for section in gomez.document.sections]
    assert len(titles) == 8
    for form in (gomez.text, gomez.markdown, gomez.latex, gomez.html):
        for title in titles:
            assert title.replace("'", "&#39;") in form or title in form
    assert "\\" not in gomez.text
    assert "\\frac" not in gomez.html
    assert len(list(_tree(gomez).iter(f"{_MATH}math"))) > 100


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
@pytest.mark.parametrize("hidden", [1, 3])
def test_every_library_cell_derives(cell, hidden: int) -> None:
    """Whatever its size, from any of its parameters; no LaTeX is left in the text."""
    example = random_example(cell, hidden=hidden, steps=2, scale=0.5)
    for source in cell.parameters:
        derivation = derive(example, source)
        assert "\\" not in derivation.text
    assert derivation.html.count("<math") > 20


def test_the_latex_of_cells_of_every_kind_compiles(gomez: Derivation, tmp_path: Path) -> None:
    """A real TeX run, for one unit and for three."""
    assert "dE/dW A of" in _set(gomez, tmp_path, "gomez").replace("_", " ")
    for name, cell in (TYPICAL | {name: CELLS[name] for name in ("mlstm", "rg-lru")}).items():
        for hidden in (1, 3):
            derivation = derive(random_example(cell, hidden=hidden, steps=2, scale=0.5))
            _set(derivation, tmp_path, f"{name}-{hidden}")


def test_unicode_names_survive_in_every_format(tmp_path: Path) -> None:
    """A quantity called größe is called so in text, Markdown, MathML and on TeX's page."""
    cell = parse_cell("maß", "größe[t] = tanh(Größe_ß @ X[t] + δ * größe[t-1])")
    derivation = derive(random_example(cell, steps=2), "δ")
    assert "größe_t = tanh(Z_tanh,t)" in derivation.text
    assert r"\text{größe}_{t}" in derivation.markdown
    assert "größe" in {"".join(part.itertext()) for part in _tree(derivation).iter(f"{_MATH}mtext")}
    page = _set(derivation, tmp_path, "unicode")
    assert "größe" in page
    assert "maß" in page
    assert "?" not in page


def test_the_text_of_a_path_grows_with_its_length_alone() -> None:
    """A partial of two terms does not double what comes to it: a GRU of sixteen steps once took 52 MB."""
    for hidden in (1, 2):
        lengths = [len(derive(random_example(CELLS["gru"], hidden=hidden, steps=t, scale=0.3)).latex) for t in (8, 16)]
        assert lengths[1] < 3 * lengths[0]


def several(**changes: object) -> Problem:
    """Return a problem with two inputs, two losses of two quantities, a number and a matrix among its states."""
    text = """
        M[t] = f[t] * M[t-1] + outer(V @ X[t], K @ Q[t])
        f[t] = sigmoid(dot(w, X[t]))
        H[t] = tanh(M[t] @ (K @ Q[t]) + b)
    """
    cell = parse_cell("memory", text)
    rng = np.random.default_rng(0)
    shapes = {"V": (2, 3), "K": (2, 4), "w": (3,), "b": (2,)}
    given: dict[str, object] = {
        "cell": cell,
        "parameters": {name: rng.normal(size=shapes[name]) for name in cell.parameters},
        "inputs": {"X": rng.normal(size=(3, 3)), "Q": rng.normal(size=(3, 4))},
        "losses": [
            LossTerm("H", (1, 3), rng.normal(size=(2, 2))),
            LossTerm("M", (2,), rng.normal(size=(1, 2, 2)), weight=0.3),
            LossTerm("H", (3,), rng.normal(size=(1, 2)), "cross_entropy"),
        ],
    }
    return Problem(**(given | changes))  # type: ignore[arg-type]


def test_a_problem_of_several_losses_and_inputs_is_derived(tmp_path: Path) -> None:
    """From every parameter, over all its steps and over the first of them; and TeX sets it."""
    for source in several().cell.parameters:
        derivation = derive(several(), source)
        assert "d E/d M_t" in derivation.text
        assert "delta H_t = d E/d H_t" in derivation.text
        assert "a target of its own" in " ".join(derivation.text.split())
        assert "\\" not in derivation.text
        _tree(derivation)
    _set(derive(several(), "K"), tmp_path, "several")
    assert "H_3" not in derive(several(), "K", steps=2).text


def test_where_the_proof_takes_too_long_the_document_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, after what was proven."""
    monkeypatch.setattr("graphviz_lstm.reports.derivation._MOST_PROVEN", 100)
    text = " ".join(derive(random_example(CELLS["lstm-peephole"], steps=1), "W_A", proof=True).text.split())
    assert re.search(r"Not proven over 3 steps: .* 240 paths from 'W_A' .*\.$", text)
    assert re.search(r" 2 W_i 24 ", text)


def test_no_cell_of_the_library_has_more_paths_over_three_steps_than_are_proved() -> None:
    """By their number, which costs nothing; how long each takes stands in benchmarks/PROOFS.md."""
    for cell in CELLS.values():
        places = [LossPlace(cell.output, "squared_error", range(1, 4))]
        assert max(count_paths(cell, 3, places, source) for source in cell.parameters) <= _MOST_PROVEN


def test_a_proof_of_two_units_is_of_every_entry_over_two_steps() -> None:
    """A square matrix has twice the entries of a vector, and twice the terms."""
    text = " ".join(derive(random_example(CELLS["rnn"], steps=1), "W_H", proof=True, units=2).text.split())
    assert "For general functions, 2 units and every entry, half the squared error" in text
    assert "2 W_H 3 16 0" in text
    assert "2 U_H 3 32 0" in text
    assert "3 W_H" not in text


def test_a_derivation_travels(gomez: Derivation) -> None:
    """To another process and back."""
    again = pickle.loads(pickle.dumps(gomez))  # noqa: S301 -- our own
    assert (again.text, again.latex) == (gomez.text, gomez.latex)


def test_notebooks_get_latex(gomez: Derivation) -> None:
    """Display formulas between dollar signs."""
    assert gomez._repr_latex_().startswith("$$ a_{t} = ")
    assert gomez._repr_markdown_() == gomez.markdown


def test_a_bar_does_not_end_a_cell_of_a_markdown_table() -> None:
    """|x| is set by \\vert there."""
    text = derive(random_example(parse_cell("c", "H[t] = X[t] * W * abs(H[t-1] + W)"), inputs=1, steps=1)).markdown
    rows = [line for line in text.splitlines() if line.startswith("| $")]
    assert rows
    assert {line.count("|") for line in rows} == {5}


def test_steps_and_sources_that_are_not_there_are_refused() -> None:
    """In one line."""
    with pytest.raises(InputError, match=r"wrong number of steps: 3 \(example 'gomez' has 1 to 2\)"):
        derive(load_example("gomez"), steps=3)
    with pytest.raises(InputError, match=r"6 steps have 4,214 paths from 'W_A' .* leave --steps out"):
        derive(random_example(LSTM, steps=6), steps=6)
    with pytest.raises(UnknownNameError, match="unknown parameter: 'X_1'"):
        derive(load_example("gomez"), "X_1")
    assert len(derive(load_example("gomez"), steps=1).document.sections) == 6
    with pytest.raises(InputError, match=r"no loss within the first 1 steps: it counts at \[2\]"):
        derive(several(losses=[LossTerm("M", (2,), np.ones((1, 2, 2)))]), steps=1)
    with pytest.raises(NoPathError, match="no path from 'b' to 'E'"):
        derive(several(losses=[LossTerm("M", (2,), np.ones((1, 2, 2)))]), "b")
    with pytest.raises(InputError, match="not a problem: 'gomez'"):
        derive("gomez")
    still = parse_cell("still", "H[t] = X[t] + H[t-1]")
    with pytest.raises(InputError, match="nothing to derive: cell 'still' has no parameters"):
        derive(random_example(still))


@pytest.mark.parametrize("text", ["U @ sqrt(V)", "sqrt(V) @ U", "U @ sqrt(V) - U @ sqrt(V)", "sqrt(V) / U"])
def test_a_partial_that_is_no_number_is_told_where_no_path_takes_it(text: str) -> None:
    """Of a root at zero, times a matrix of zeros, there was a warning."""
    matrix = "@" in text
    ranks = {"U": 2 if matrix else 1, "V": 1, "X": 1, "W": 1}
    cell = parse_cell("c", f"H[t] = W * X[t] + {text} * 1", ranks=ranks)
    numbers = {"W": [0.5], "U": [[0.0]] if matrix else [1.0], "V": [0.0]}
    losses = [LossTerm("H", (1, 2), [[1.0], [0.5]])]
    told = derive(Problem(cell, numbers, {"X": [[1.0], [2.0]]}, losses), "W").text
    assert "not a finite number" in " ".join(told.split())
