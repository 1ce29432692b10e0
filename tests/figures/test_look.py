"""How a finished figure looks: as wide as it is asked to be, letters of that size, a title, no legend, no numbers."""

from __future__ import annotations

import functools
import re
import shutil
import struct
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zlib import crc32

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import Figure
from graphviz_lstm.figures.choices import EDGES
from graphviz_lstm.figures.finishing import finished, read_title
from graphviz_lstm.figures.sizes import UNITS, read_width
from graphviz_lstm.figures.theme import LABEL_SIZE
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.plots import plot
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import overlaps

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.figures.choices import PlotView

SVG = "{http://www.w3.org/2000/svg}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
WIDTHS = ["12cm", "120mm", "4.5in", "700px", "340pt"]
VIEWS = ("flow", "metro", "facets", "path", "values", "rolled")


@functools.cache
def gomez(view: str = "flow") -> Figure:
    """Return the usual figure of the worked example."""
    return Study("gomez", "W_A").figure(view)


def looking(view: str = "flow", **options: object) -> Figure:
    """Return a figure of the worked example."""
    return Study("gomez", "W_A").figure(view, **options)


def page_of(pdf: bytes) -> tuple[float, float]:
    """Return the width and the height of a PDF's one page, in points."""
    ((width, height),) = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", pdf)
    return float(width), float(height)


def width_told(file: Path) -> float:
    """Return the width of a PDF's page as another program reads it, or skip where there is none."""
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("no pdfinfo on this machine (Debian: poppler-utils)")
    told = subprocess.run([program, str(file)], capture_output=True, text=True, check=True).stdout
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", told)
    assert size is not None
    return float(size[1])


def pixels_of(png: bytes) -> tuple[int, int]:
    """Return the width and the height of a PNG."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("width", WIDTHS)
def test_a_width_is_that_of_every_form(width: str) -> None:
    """Of the SVG by its unit, of the PDF's page to the point, of the PNG to the dot, of the TikZ by its box."""
    figure, length = looking(width=width, dpi=150), read_width(width)
    scene = figure.scene
    ratio = (scene.top - scene.bottom) / (scene.right - scene.left)
    root = ET.fromstring(figure.svg)
    told = root.get("width", "")
    assert (float(told.rstrip("cmpxint")), told.lstrip("0.123456789")) == (length.number, length.unit)
    high = float(root.get("height", "").rstrip("cmpxint"))
    assert high == pytest.approx(length.number * ratio, abs=1e-3)
    assert root.get("viewBox") == ET.fromstring(gomez().svg).get("viewBox")
    page, dots = page_of(figure.pdf), pixels_of(figure.png)
    # Graphviz takes what is left of a point away.
    assert page == pytest.approx((length.points, length.points * ratio), abs=1.0)
    assert dots == pytest.approx((length.points * 150 / 72, length.points * 150 / 72 * ratio), abs=0.51)
    assert rf"\resizebox{{{length.points:.2f}".rstrip("0").rstrip(".") in figure.tex


def test_a_page_has_no_margin(tmp_path: Path) -> None:
    """It is as large as the figure, as other programs read it too."""
    scene = gomez().scene
    assert page_of(gomez().pdf) == pytest.approx((scene.right - scene.left, scene.top - scene.bottom), abs=0.51)
    file = tmp_path / "figure.pdf"
    looking(width="12cm").save(file)
    assert width_told(file) == pytest.approx(12 * UNITS["cm"], abs=0.51)


def test_a_png_knows_its_dots() -> None:
    """By a chunk of its own, whole; that of nothing asked for has none, and 96."""
    png = looking(width="4in", dpi=300).png
    place = png.index(b"pHYs")
    across, up, unit = struct.unpack(">IIB", png[place + 4 : place + 13])
    assert (across, up, unit) == (11811, 11811, 1)
    assert struct.unpack(">I", png[place + 13 : place + 17])[0] == crc32(png[place : place + 13])
    assert pixels_of(png)[0] == 1200
    assert b"pHYs" not in gomez().png
    scene = gomez().scene
    assert pixels_of(gomez().png)[0] == pytest.approx((scene.right - scene.left) * 96 / 72, abs=0.51)


def test_what_no_picture_can_have_is_refused_before_it_is_drawn() -> None:
    """More dots than fit into memory, a page that no reader opens."""
    with pytest.raises(InputError, match=r"^too large a picture: [\d,]+ x [\d,]+ dots \(at most 32,767 a side"):
        _ = looking(width="500cm", dpi=2400).png
    tall = replace(gomez().scene, bottom=-3_000.0)
    with pytest.raises(InputError, match=r"^too high a page: [\d,]+ inches where the width is 500cm \(at most 200"):
        _ = Figure(tall, "light", read_width("500cm")).pdf


@pytest.mark.parametrize("size", [3, 8, 13, 24, 72])
@pytest.mark.parametrize("view", ["flow", "values"])
def test_letters_have_the_size_that_is_asked_for(view: str, size: float) -> None:
    """All in proportion: so nothing overlaps or is cut off, at the smallest and at the largest."""
    figure = looking(view, font_size=size)
    scene, root = figure.scene, ET.fromstring(figure.svg)
    points = float(root.get("width", "").removesuffix("pt")) / (scene.right - scene.left)
    assert points * LABEL_SIZE == pytest.approx(size, rel=1e-3)
    assert overlaps(scene) == []


@pytest.mark.parametrize(("width", "size"), [("17cm", 8), ("12cm", 7), ("25cm", 8), ("9cm", 5), ("30cm", 6)])
def test_steps_wrap_so_that_width_and_letters_hold(width: str, size: float) -> None:
    """The scene is exactly as wide as its letters need it to be, and nothing in it overlaps."""
    figure = Study(random_example(LSTM, steps=6, scale=0.7), "W_A").figure(width=width, font_size=size)
    scene = figure.scene
    assert (scene.right - scene.left) * size / LABEL_SIZE == pytest.approx(read_width(width).points, abs=0.02)
    assert overlaps(scene) == []
    assert str(figure.width) == width


def test_letters_that_do_not_fit_are_refused_with_what_fits() -> None:
    """And what is told as fitting does."""
    with pytest.raises(InputError, match=r"^too large letters: at font_size=40 the figure is [\d.]+cm wide") as told:
        looking(width="12cm", font_size=40)
    most = float(re.findall(r"at most ([\d.]+)", str(told.value))[0])
    assert overlaps(looking(width="12cm", font_size=most).scene) == []


def texts_of_svg(figure: Figure) -> list[str]:
    """Return the lines of text of a figure."""
    return ["".join(text.itertext()) for text in ET.fromstring(figure.svg).iter(f"{SVG}text")]


HOSTILE = [
    "<script>alert(1)</script>",
    "]]> &amp;&lt; \" ' `",
    r"\input{/etc/passwd} $x^2$ \write18{touch x} % # ~ ^ _ { }",
    "$" * 200,
    "W" * 300,
    "größe вес 長さ \U0001f600",
    "<B>bold</B> \\N \\G \\E",
]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("view", VIEWS)
def test_a_hostile_title_is_text(title: str, view: str) -> None:
    """Over the figure, in as many lines as it takes, none cut off; and as the figure's name for who cannot see it."""
    figure = looking(view, title=title)
    root = ET.fromstring(figure.svg)
    name = root.find(f"{SVG}title")
    assert name is not None
    assert name.text == read_title(title)
    assert not list(root.iter(f"{SVG}script"))
    lines = [text for text in figure.scene.texts if text.size == 16.0]
    joined = "".join(text.string for text in lines).replace(" ", "")
    assert joined == read_title(title).replace(" ", "")
    assert {text.string for text in lines} <= set(texts_of_svg(figure))
    assert overlaps(figure.scene) == []
    assert gomez(view).scene.title in figure.scene.description


@given(st.text(min_size=1, max_size=300).filter(lambda title: title.split() != []))
def test_any_title_is_text(title: str) -> None:
    """Whatever its characters are."""
    scene = finished(gomez().scene, title=read_title(title))
    root = ET.fromstring(Figure(scene).svg)
    name = root.find(f"{SVG}title")
    assert name is not None
    assert (name.text or "").split() == read_title(title).split()
    assert overlaps(scene) == []


@pytest.mark.parametrize("view", VIEWS)
def test_without_its_legend_a_figure_is_what_stands_above_it(view: str) -> None:
    """Boxes, lines and numbers are where they were; no sample is left, and nothing below."""
    plain, bare = gomez(view).scene, looking(view, legend=False).scene
    assert plain.legend is not None
    said = {entry.line for row in plain.legend.rows for entry in row}
    assert (bare.boxes, bare.curves, bare.frames, bare.samples) == (plain.boxes, plain.curves, plain.frames, ())
    assert not said & {text.line for text in bare.texts}
    assert set(bare.texts) < set(plain.texts)
    assert bare.bottom > plain.bottom
    assert (bare.top, bare.left) == (plain.top, plain.left)
    edges = [(y - curve.width / 2, y + curve.width / 2) for curve in bare.curves for _, y in curve.points]
    assert bare.bottom < min(low for low, _ in edges)
    assert bare.top > max(high for _, high in edges)
    assert overlaps(bare) == []


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "values"])
@pytest.mark.parametrize("steps", [None, "1..2,8"])
def test_without_numbers_none_is_left_on_lines_or_in_boxes(view: str, steps: str | None) -> None:
    """And the legend speaks of none; its own, and the ranks of paths, stay."""
    options = {} if steps is None or view == "rolled" else {"steps": steps}
    asked = Study(random_example(LSTM, steps=9, scale=0.7), "W_A") if options else Study("gomez", "W_A")
    scene = asked.figure(view, numbers=False, **options).scene  # type: ignore[arg-type]
    assert all(curve.label is None for curve in scene.curves)
    assert all(len(box.texts) == 1 for box in scene.boxes)
    assert scene.legend is not None
    above = scene.texts[: len(scene.texts) - scene.legend.texts]
    number = re.compile(r"[+\N{MINUS SIGN}<]*[\d.,]+(e[+-]?\d+)?( %)?")
    kept = {text.string for text in above if number.fullmatch(text.string)}
    assert kept <= ({str(rank) for rank in range(1, 9)} if view == "metro" else set())
    said = " ".join("".join(run.text for run in entry.line) for row in scene.legend.rows for entry in row)
    assert not re.search(r"In a box|On an edge: its|Numbers are", said)
    assert overlaps(scene) == []


@pytest.mark.parametrize("edges", EDGES)
@pytest.mark.parametrize("view", ["flow", "path", "facets"])
def test_without_numbers_the_legend_tells_of_nothing_on_edges(view: str, edges: str) -> None:
    """Whatever was asked for there."""
    study = Study(random_example(LSTM, hidden=3, steps=2, scale=0.7), "W_A", element=(0, 0))
    for numbers in (True, False):
        scene = study.figure(view, edges=edges, numbers=numbers).scene  # type: ignore[arg-type]
        assert any(curve.label for curve in scene.curves) == numbers
        assert scene.legend is not None
        said = [entry.line[0].text for row in scene.legend.rows for entry in row]
        assert any(line.startswith(("On an edge", "|\N{MIDDLE DOT}|", "(")) for line in said) == numbers
        assert overlaps(scene) == []


def test_spaces_are_kept_where_css_is_not_known() -> None:
    """Two spaces in a row are two, in librsvg too."""
    figure = looking("metro")
    assert any("  " in text for text in texts_of_svg(figure))
    graph = ET.fromstring(figure.svg).find(f"{SVG}g")
    assert graph is not None
    assert graph.get(SPACE) == "preserve"


def compiled(folder: Path, name: str) -> None:
    """Have TeX read a document, or skip where there is none."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no TeX on this machine (Debian: texlive-latex-extra, texlive-pictures)")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("width", [None, "8cm"])
def test_a_fragment_is_put_into_a_document(width: str | None, tmp_path: Path) -> None:
    """Whose preamble has what stands above the picture; twice on a page, since no colour is left behind."""
    options = {} if width is None else {"width": width}
    figure = looking(fragment=True, title="größe ŵ 50 % \\write18{touch x}", **options)
    figure.save(tmp_path / "picture.tex")
    lines = figure.tex.splitlines()
    needed = [line.removeprefix("%").strip() for line in lines if line.startswith("%   ")]
    assert not any(line.startswith(("\\documentclass", "\\begin{document}")) for line in lines)
    body = r"Before \input{picture} between \input{picture} after."
    text = "\n".join([r"\documentclass{article}", *needed, r"\begin{document}", body, r"\end{document}"])
    (tmp_path / "paper.tex").write_text(text, encoding="utf-8")
    compiled(tmp_path, "paper.tex")
    assert not (tmp_path / "x").exists()


def test_the_document_of_a_width_has_a_page_of_it(tmp_path: Path) -> None:
    """TeX makes it as wide as it is asked to be, without a margin."""
    looking(width="12cm").save(tmp_path / "figure.tex")
    compiled(tmp_path, "figure.tex")
    assert width_told(tmp_path / "figure.pdf") == pytest.approx(12 * UNITS["cm"], abs=0.51)


@pytest.mark.parametrize("view", ["strip", "triangle", "routes"])
def test_a_plot_has_its_width_and_its_title(view: PlotView) -> None:
    """In every form; a dollar in a title is a dollar."""
    study = Study("gomez", "W_A")
    assert page_of(plot(study, view, width="20cm").pdf)[0] == pytest.approx(20 * UNITS["cm"], abs=0.01)
    assert pixels_of(plot(study, view, width="6in", dpi=150).png)[0] == 900
    words = "".join(ET.fromstring(plot(study, view, title="<b> $x^2$").svg).itertext())
    assert "<b> $x^2$" in words


@pytest.mark.parametrize("name", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("at", ["every", "last"])
@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_without_its_legend_nothing_is_cut_off(name: str, at: str, layout: str) -> None:
    """Graphviz finds everything within the bounds, wherever the lowest line or word is."""
    study = Study(random_example(TYPICAL[name], steps=5, scale=0.7, at=at), TYPICAL[name].parameters[0])
    assert looking_at(study, layout=layout)
    assert looking_at(study, view="metro")


def looking_at(study: Study, **options: object) -> str:
    """Return the SVG of a figure without a legend."""
    return study.figure(legend=False, numbers=False, **options).svg  # type: ignore[arg-type]


def test_a_line_of_the_legend_goes_on_below_its_own_beginning() -> None:
    """What stands behind a sample, such as a long path, goes on behind it; other words where they began."""
    scene = Study(random_example(LSTM, steps=16, seed=3, at="last"), "W_A").figure("metro", layout="narrow").scene
    assert scene.legend is not None
    told = scene.texts[-scene.legend.texts :]
    left, sampled = min(sample.start[0] for sample in scene.samples), {sample.start[1] for sample in scene.samples}
    behind = {text.x for text in told if text.y in sampled}
    entries = [entry for row in scene.legend.rows for entry in row]
    paths = ["".join(run.text for run in entry.line) for entry in entries if entry.tone is not None]
    assert len(behind) == 1
    gone_on = [text for text in told if text.y not in sampled and any(text.string in path for path in paths)]
    assert gone_on
    assert {text.x for text in gone_on} == behind
    assert {text.x for text in told if text.y not in sampled and text not in gone_on} == {left}
