"""Pages of the documentation in a real browser: on a telephone nothing is cut off, and tables can be read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Any

import pytest

for _needed in ("sphinx", "myst_parser", "furo"):
    pytest.importorskip(_needed, reason=f"{_needed} is not installed: pip install '.[docs]'")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = Path(__file__).parents[2] / "docs"
CONF = """
import sys
sys.path.insert(0, {extensions!r})
extensions = ["myst_parser", "mathml", "tables"]
myst_enable_extensions = ["dollarmath"]
html_math_renderer = "mathml"
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["wide.css"]
suppress_warnings = ["toc.not_included", "myst.xref_missing"]
"""
# Those with the widest formulas, and the table that has most numbers.
CELLS = ("lstm", "mlstm", "slstm", "compared")
# What no scroll bar reaches: wider than the window, and in nothing that scrolls.
CUT_OFF = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  const inside = (e) => e !== null && e !== document.body && (scrolls(e) || inside(e.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter((e) => e.getBoundingClientRect().right > width + 1 && !inside(e.parentElement))
    .map((e) => `${e.tagName} ${e.textContent.trim().slice(0, 40)}`);
}"""
HIGHEST = """() => Math.max(...[...document.querySelectorAll("article table:not(.answers) tr")]
  .map((e) => e.clientHeight))"""
SCROLLED = """() => [...document.querySelectorAll("div.formula, div.formula math")]
  .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent.slice(0, 60))"""
# Of a formula in pieces those of one line stand side by side.
OVERLAPPING = """() => {
  const lines = [...document.querySelectorAll("article .formula math")].map((e) => e.getBoundingClientRect());
  const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom + 4 && other.top < one.bottom + 4;
  return lines.filter((one, k) => lines.slice(Math.max(0, k - 9), k).some((other) => meet(one, other))).length;
}"""
SHRUNK = """() => [...document.querySelectorAll("article img")]
  .filter((e) => e.clientWidth < Math.min(e.naturalWidth, 36 * 16) - 1).map((e) => e.src)"""
PER_CENT = """() => [...document.querySelectorAll("article td")].map((e) => e.textContent)
  .filter((text) => /\\d %/.test(text))"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the pages with the widest tables and formulas: they run no code, so that it takes seconds."""
    folder = tmp_path_factory.mktemp("documentation")
    source = folder / "source"
    shutil.copytree(DOCS / "static", source / "static")
    for file in (*DOCS.glob("answer*"), DOCS / "command.md", DOCS / "weights.md"):
        shutil.copy(file, source)
    # The build writes these: in a fresh clone there are none.
    library = run_path(str(DOCS / "extensions" / "library.py"))
    for name in CELLS:
        text = library["compared_page"]() if name == "compared" else library["cell_page"](name)
        (source / f"{name}.md").write_text(text, "utf-8")
    # Directives of their own: the tables of layouts, and what is run.
    for file in source.glob("*.md"):
        text = file.read_text("utf-8").replace("```{layouts}", "```text\n").replace("```{run}", "```python")
        file.write_text(text, "utf-8")
    (source / "conf.py").write_text(CONF.format(extensions=str(DOCS / "extensions")))
    (source / "index.md").write_text("# Pages\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(source), str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def seen(browser: Browser, page: Path, width: int, question: str) -> Any:
    """Return what a question finds on a page in a window so wide."""
    window = browser.new_page(viewport={"width": width, "height": 900})
    window.goto(page.as_uri())
    found = window.evaluate(question)
    window.close()
    return found


@pytest.mark.parametrize("width", [390, 1300])
@pytest.mark.parametrize("name", ["answer", "mlstm", "command", "weights"])
def test_nothing_is_cut_off(browser: Browser, pages: Path, name: str, width: int) -> None:
    """What is wider than the window is scrolled by itself, and the page is not."""
    assert seen(browser, pages / f"{name}.html", width, CUT_OFF) == []
    assert seen(browser, pages / f"{name}.html", width, "document.documentElement.scrollWidth") <= width


def test_a_row_of_a_table_is_not_as_high_as_the_screen(browser: Browser, pages: Path) -> None:
    """A column of sentences or of paths keeps its width where the table is scrolled: it was a word wide."""
    assert seen(browser, pages / "answer.html", 390, HIGHEST) < 220


@pytest.mark.parametrize("width", [390, 1300])
@pytest.mark.parametrize("name", ["answer", "slstm"])
def test_lines_of_formulas_do_not_touch(browser: Browser, pages: Path, name: str, width: int) -> None:
    """A fraction fills its line: there is room between two of them, and between two lines of one formula."""
    assert seen(browser, pages / f"{name}.html", width, OVERLAPPING) == 0


@pytest.mark.parametrize("name", ["answer", "lstm", "mlstm", "slstm"])
def test_every_formula_stands_whole_on_a_wide_page(browser: Browser, pages: Path, name: str) -> None:
    """What is scrolled to be read is read as if it ended there: the last terms of a sum were cut."""
    assert seen(browser, pages / f"{name}.html", 1300, "document.querySelectorAll('div.formula').length") > 10
    assert seen(browser, pages / f"{name}.html", 1300, SCROLLED) == []


def test_the_tables_of_the_answer_fit_on_a_wide_page(browser: Browser, pages: Path) -> None:
    """The question's equations were twice as wide as the page."""
    scrolled = SCROLLED.replace("div.formula, div.formula math", ".table-wrapper")
    assert seen(browser, pages / "answer.html", 1300, "document.querySelectorAll('.table-wrapper').length") > 10
    assert seen(browser, pages / "answer.html", 1300, scrolled) == []


def test_on_a_telephone_answers_stand_below_their_questions(browser: Browser, pages: Path) -> None:
    """As wide as the page, and no wider: beside them they were cut at its edge."""
    scrolled = SCROLLED.replace("div.formula, div.formula math", ".table-wrapper:has(.answers), .answers td")
    assert seen(browser, pages / "answer.html", 390, "document.querySelectorAll('table.answers').length") == 1
    assert seen(browser, pages / "answer.html", 390, scrolled) == []


@pytest.mark.parametrize("width", [390, 1300])
def test_a_figure_is_not_shrunk_until_nobody_reads_its_numbers(browser: Browser, pages: Path, width: int) -> None:
    """On a telephone it is scrolled."""
    assert seen(browser, pages / "answer.html", width, "document.querySelectorAll('article img').length") == 4
    assert seen(browser, pages / "answer.html", width, SHRUNK) == []


@pytest.mark.parametrize("name", ["answer", "compared"])
def test_a_number_of_a_table_is_not_parted_from_its_sign(browser: Browser, pages: Path, name: str) -> None:
    """The space between is one that no line ends at."""
    assert seen(browser, pages / f"{name}.html", 1300, PER_CENT) == []
    assert seen(browser, pages / f"{name}.html", 1300, PER_CENT.replace(" %", "\\u00a0%"))


def test_the_schema_is_looked_up_in_a_box(browser: Browser, pages: Path) -> None:
    """It has thousands of lines: below them nothing was found."""
    assert seen(browser, pages / "command.html", 1300, "document.documentElement.scrollHeight") < 9000


def test_what_is_cut_off_is_found(browser: Browser, tmp_path: Path) -> None:
    """A wide line is, and in a box that scrolls it is not."""
    wide = "<p style='width:800px'>wide</p>"
    file = tmp_path / "page.html"
    file.write_text(f"<article>{wide}<div style='overflow-x:auto'>{wide}</div></article>")
    assert seen(browser, file, 390, CUT_OFF) == ["P wide"]
