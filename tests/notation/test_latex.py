"""Whatever a name is made of, LaTeX sets it, and two names never become one."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, strategies as st
from latex2mathml.converter import convert

from graphviz_lstm.cells import OPERATIONS, parse_cell
from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, references
from graphviz_lstm.cells.names import Moving, Name
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.notation import LATEX, LINE, Writer, latex, writer_of
from graphviz_lstm.notation.escape import declarations, latex_text
from tests.examples import TYPICAL

if TYPE_CHECKING:
    from pathlib import Path

_IDENTIFIERS = st.from_regex(r"[^\W\d]\w{0,5}", fullmatch=True).filter(str.isidentifier)


def _set(body: str, folder: Path) -> str:
    """Return the text of the page that pdfTeX makes of a body."""
    if shutil.which("pdflatex") is None or shutil.which("pdftotext") is None:
        pytest.skip("no TeX on this machine (Debian: apt-get install texlive-latex-recommended poppler-utils)")
    head = [r"\documentclass{article}", r"\usepackage{amsmath}", *declarations(body), r"\begin{document}"]
    (folder / "page.tex").write_text("\n".join([*head, body, r"\end{document}"]), "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:].decode("utf-8", "replace")
    read = ["pdftotext", "-layout", "page.pdf", "-"]
    page = subprocess.run(read, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout
    # An accent is a glyph of its own in TeX's oldest fonts.
    return unicodedata.normalize("NFC", page)


def test_the_formulas_of_every_cell_compile(tmp_path: Path) -> None:
    """Equations and partials, for one unit and for more, general and written out, in one run of TeX."""
    lines = []
    for cell in TYPICAL.values():
        for size in (1, 2):
            for written_out in (False, True):
                writer = writer_of(cell, LATEX, size=size, written_out=written_out)
                for equation in cell.equations:
                    lines.append(f"$ {writer.expression(equation.expression, Moving())} $\n")
                    for reference in references(equation.expression):
                        terms = differentiate(equation.expression, reference, cell)
                        lines.append(f"$ {writer.partial(terms, Moving())} $\n")
                        lines += [
                            f"$ {text} $\n" for _, text in writer.pulled(terms, 1, "A") + writer.pushed(terms, 1, "T")
                        ]
    _set("\n".join(lines), tmp_path)


def test_every_row_of_the_table_compiles_and_becomes_mathml(tmp_path: Path) -> None:
    """The operation, and its derivatives, by name and written out."""
    formulas = []
    for row in OPERATIONS.values():
        arguments = tuple(Quantity(name) for name in "xyz"[: row.arity[1] or 3])
        parts = [Apply(row.name, arguments)]
        parts += [Apply(row.name, arguments, derivative=k) for k in range(len(row.derivatives))]
        for writer in (Writer(LATEX), Writer(LATEX, written_out=True)):
            formulas += [writer.expression(part, Moving()) for part in parts]
    _set("\n\n".join(f"$ {formula} $" for formula in formulas), tmp_path)
    for formula in formulas:
        ET.fromstring(convert(formula))


def test_unicode_names_survive_in_tex(tmp_path: Path) -> None:
    """Letters of Western Europe as they are; Greek as TeX has it; of others the number: nothing is lost."""
    names = ["größe", "Größe_ä", "ŵ", "σ", "Ω_θ", "жук", "長さ", "x\u0301y", "þ"]
    formulas = "\n\n".join(f"$ {latex(Name(name, Moving(-1)))} $ {latex_text(name)}" for name in names)
    page = _set(formulas, tmp_path)
    assert page.count("größe") == 2
    assert page.count("U+00FE") == 2
    assert page.count("U+0436") == 2
    assert page.count("U+9577") == 2


@given(_IDENTIFIERS, _IDENTIFIERS)
def test_two_names_never_read_alike(first: str, second: str) -> None:
    """In LaTeX and in MathML, whatever letters they have."""
    if first != second:
        assert latex(Name(first, 1)) != latex(Name(second, 1))
    text = "".join(ET.fromstring(convert(latex(Name(first, 1)))).itertext())
    assert all(letter in text for letter in first if letter.isascii() and letter.isalnum())


def test_a_derivative_that_is_written_out_says_nothing_but_its_argument() -> None:
    """In a line and in LaTeX: no letter stands for it."""
    for row in OPERATIONS.values():
        for template in row.derived or ():
            assert "@" in template or template == "1", row.name
            assert "z" not in template, row.name


def test_a_partial_of_arrays_is_a_product_of_matrices_in_a_line_too() -> None:
    """Every kind of factor; and on the way back a product of matrices stands in brackets beside an entrywise one."""
    cell = parse_cell("c", "M[t] = f * outer(V @ X[t], X[t]) + transpose(M[t-1])\nH[t] = g * tanh(M[t] @ X[t])")
    first, second = (equation.expression for equation in cell.equations)
    writer = writer_of(cell, LINE)

    def partial(expression, name: str, lag: int | None = None) -> str:
        reference = Parameter(name) if lag is None else Quantity(name, lag)
        return writer.partial(differentiate(expression, reference, cell), Moving())

    assert partial(first, "M", 1) == "(.)^T"
    assert partial(first, "V") == "diag(f) @ (.) @ X_t^T @ (.) @ X_t"
    assert partial(second, "M", 0) == "diag(g) @ diag(tanh'(Z_tanh,t)) @ (.) @ X_t"
    ((_, pushed),) = writer.pushed(differentiate(second, Quantity("M"), cell), Moving(), "d(M_t)")
    assert pushed == "g * tanh'(Z_tanh,t) * (d(M_t) @ X_t)"
    ((_, pulled),) = writer.pulled(differentiate(first, Parameter("V"), cell), Moving(), "delta M_t")
    assert pulled == "((f * delta M_t) @ X_t) @ X_t^T"
