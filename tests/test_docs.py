"""The documentation as a whole: built as CI builds it, and what was run in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

for _needed in ("sphinx", "myst_parser", "furo"):
    pytest.importorskip(_needed, reason=f"{_needed} is not installed: pip install '.[docs]'")

ROOT = Path(__file__).parents[1]


def build(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Build with every warning an error."""
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "-q", "-b", "html", "-d", str(out / ".trees")]
    return subprocess.run([*command, str(source), str(out)], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_documentation_builds_without_a_warning_and_shows_its_figures(tmp_path: Path) -> None:
    """Every figure of the gallery is there, the page to try is beside it, and nothing is fetched from elsewhere."""
    done = build(ROOT / "docs", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    gallery = (tmp_path / "gallery.html").read_text("utf-8")
    lines = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    shown = gallery.count('src="_images/lstm-graph-') + gallery.count('<svg style="max-width:100%')
    assert shown - gallery.count("on-narrow") == lines.count("```{run}") > 5
    assert "the sum of 7" in (tmp_path / "tutorial.html").read_text("utf-8")
    assert '<svg style="max-width:100%' in (tmp_path / "examples.html").read_text("utf-8")
    assert (tmp_path / "page.html").is_file()
    answer = (tmp_path / "answer.html").read_text("utf-8")
    assert answer.count("<math") > 100, "formulas are shown as MathML"
    assert "\\frac" not in answer
    assert answer.count('src="_images/answer-') == 4
    for page in tmp_path.glob("*.html"):
        text = page.read_text("utf-8")
        assert 'src="http' not in text
        assert '<link rel="stylesheet" type="text/css" href="http' not in text


def project(folder: Path) -> Path:
    """Return a new project that runs code as the documentation does; its page is not written yet."""
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(
        f"import sys; sys.path[:0] = [{str(ROOT / 'docs' / 'extensions')!r}, {str(ROOT)!r}]\n"
        "extensions = ['myst_parser', 'graphviz_lstm.interfaces.sphinx', 'run']\n"
    )
    return source


def test_a_line_of_the_documentation_that_fails_fails_the_build(tmp_path: Path) -> None:
    """It is told with its file and line."""
    source = project(tmp_path)
    (source / "index.md").write_text("# Title\n\n```{run}\n1 / 0\n```\n")
    done = build(source, tmp_path / "out")
    assert done.returncode == 1
    assert "index.md:3: WARNING: run: ZeroDivisionError: division by zero" in done.stderr


def test_a_figure_that_is_too_wide_to_be_read_on_the_page_is_scrolled(tmp_path: Path) -> None:
    """One of single units is: it was shrunk to a third. One of gates fits."""
    source = project(tmp_path)
    lines = [
        "from graphviz_lstm import CELLS, Study",
        "from graphviz_lstm.reports.fresh import fresh_net",
        "study = Study(fresh_net(CELLS['lstm'], hidden=2, steps=2), 'W_A')",
    ]
    told = "\n".join(lines)
    (source / "index.md").write_text(
        f"# Title\n\n```{{run}}\n{told}\nstudy.figure(detail='unit')\n```\n\n```{{run}}\nstudy.figure()\n```\n"
    )
    done = build(source, tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    figures = [match.start() for match in re.finditer("<svg|<img", page)]
    # Of gates there are two: one of them for a telephone.
    assert len(figures) == 3
    assert [match.start() < figures[0] for match in re.finditer("wide-figure", page)] == [True]
    assert figures[1] < page.index("on-narrow") < figures[2]


def test_what_has_a_layout_for_it_is_there_for_a_telephone_too(tmp_path: Path) -> None:
    """Not scrolled: the same call with that layout; what has a layout already, or one alone, stands alone."""
    source = project(tmp_path)
    told = "from graphviz_lstm import Study, plot\nstudy = Study('gomez', 'W_A')"
    (source / "index.md").write_text(
        f"# Title\n\n```{{run}}\n{told}\nplot(study, 'strip')\n```\n\n"
        "```{run}\nplot(study, 'strip', layout='narrow')\n```\n\n```{run}\nstudy.figure('rolled')\n```\n"
    )
    done = build(source, tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    files = re.findall(r'src="(_images/[^"]*\.svg)"', page)
    widths = [re.search(r'width="([\d.]+)pt"', (tmp_path / "out" / file).read_text("utf-8"))[1] for file in files]  # type: ignore[index]
    assert [round(float(width) * 96 / 72) for width in widths] == [700, 360, 360]
    places = [page.index(words) for words in ("on-wide", files[0], "on-narrow", files[1])]
    assert places == sorted(places)
    assert page.count("on-narrow") == page.count("<svg") == 1


def test_the_first_page_has_its_figure_for_a_telephone_too() -> None:
    """There the wide one would be cut, or have numbers of five pixels."""
    page = (ROOT / "docs" / "index.md").read_text("utf-8")
    wide, narrow = (
        page.split(f"{{container}} on-{name}\n", 1)[1].split("\n::::\n", 1)[0] for name in ("wide", "narrow")
    )
    assert narrow.replace(":layout: narrow\n", "") == wide
    assert page.count("{lstm-graph}") == 2
