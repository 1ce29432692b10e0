"""DOT, SVG, PNG and PDF: complete, escaped, the same bytes everywhere, and refused in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pygraphviz
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import GraphError, InputError, OutputError, RenderError
from graphviz_lstm.figures import Figure, draw
from graphviz_lstm.figures.render import render
from graphviz_lstm.figures.scene import Run
from graphviz_lstm.figures.strip import draw_strip
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import load_example
from tests.examples import random_example

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    '"quoted" \\n \\N',
    "a\nb",
    "]]>",
    "&amp;&lt;",
    "\u05d0 right to left",
    "x" * 10_000,
]


def gomez(**options: object) -> Figure:
    """Return the figure of the worked example."""
    return draw(annotate(evaluate(load_example("gomez")), "W_A"), **options)  # type: ignore[arg-type]


def test_the_dot_text_is_a_graph_of_its_own() -> None:
    """Every vertex and edge by its name, each with its position, drawn flag-free."""
    graph = pygraphviz.AGraph(string=gomez(by="whole", steps_per_row=2).dot)
    assert graph.graph_attr["layout"] == "nop2"
    annotated = annotate(evaluate(load_example("gomez")), "W_A")
    for vertex in ("W_A", "a_0", "S_1", "E"):
        assert graph.get_node(vertex).attr["pos"]
    for tail, head in annotated.edges:
        if annotated.nodes[tail]["role"] in ("gate", "state", "output"):
            assert graph.get_edge(tail, head).attr["pos"].startswith("e,")


def test_the_svg_is_complete_and_described() -> None:
    """Title, description, role; every label as text; ids of its own."""
    figure = gomez()
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    description = root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "lstm, steps 0 to 1: flow of dE/dW_A by crossings"
    assert description is not None
    assert "Total [−0.0267, −0.0922] over 7 paths from W_A to E" in str(description.text)
    assert root.get("aria-labelledby") == title.get("id")
    texts = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    for label in ("WA", "a0", "S1", "+51.34", "−12.33", "t = 0"):
        assert label in texts
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert len({str(name).split("-")[0] for name in ids}) == 1


def test_two_figures_can_share_a_page() -> None:
    """No id of one is an id of the other."""
    ids = [
        {element.get("id") for element in ET.fromstring(gomez(view=view).svg).iter()} - {None}
        for view in ("flow", "path")
    ]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_label_is_text(hostile: str) -> None:
    """In DOT and in SVG it comes out as the characters that it is."""
    scene = gomez().scene
    boxes = tuple(
        replace(box, label=(Run(hostile, italic=True), Run(hostile, sub=True)), tooltip=hostile)
        for box in scene.boxes[:1]
    )
    figure = Figure(replace(scene, boxes=boxes + scene.boxes[1:], title=hostile, description=hostile))
    root = ET.fromstring(figure.svg)
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert hostile * 2 in texts
    assert not list(root.iter(f"{SVG}script"))


def test_a_lost_edge_or_vertex_is_an_error() -> None:
    """Graphviz says nothing; we count."""
    figure = gomez()
    scene = figure.scene
    vertices, edges = len(scene.boxes) + len(scene.texts), len(scene.curves) + len(scene.samples)
    render(figure.dot, "svg", vertices=vertices, edges=edges)
    with pytest.raises(RenderError, match=f"Graphviz drew {edges} of {edges + 1} edges"):
        render(figure.dot, "png", vertices=vertices, edges=edges + 1)
    with pytest.raises(RenderError, match=f"Graphviz drew {vertices} of {vertices + 1} nodes"):
        render(figure.dot, "pdf", vertices=vertices + 1, edges=edges)
    with pytest.raises(RenderError, match="Graphviz failed to draw svg"):
        render("digraph {", "svg", vertices=0, edges=0)


def test_the_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Hash seed, locale, home, time zone, fonts: SVG, DOT, PNG and PDF are the same."""
    code = (
        "import hashlib; from graphviz_lstm import *; "
        "f = draw(annotate(evaluate(load_example('gomez')), 'W_A')); "
        "print([hashlib.sha256(f.content(s)).hexdigest() for s in ('.svg', '.dot', '.png', '.pdf')])"
    )
    root = str(Path(__file__).parents[2])
    printed = set()
    for seed, locale, zone in (("0", "C", "UTC"), ("7", "C.UTF-8", "Asia/Tokyo")):
        home = tmp_path / seed
        home.mkdir()
        environment = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "HOME": str(home), "PYTHONPATH": root}
        environment |= {"PATH": os.environ["PATH"] if seed == "0" else "", "PYTHONUTF8": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=home,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert done.stderr == ""
        printed.add(done.stdout)
    assert len(printed) == 1


def test_dark_colours_are_the_readers_choice() -> None:
    """`auto` has them for those who prefer dark, `dark` for all, `light` and `print` for nobody."""
    assert "prefers-color-scheme: dark" in gomez().svg
    for theme in ("light", "dark", "print"):
        assert "prefers-color-scheme" not in gomez(theme=theme).svg
    assert "#16181c" in gomez(theme="dark").svg
    assert "#0072b2" not in gomez(theme="print").svg


@pytest.mark.parametrize(
    ("suffix", "start"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF"), (".dot", b"digraph")]
)
def test_the_suffix_sets_the_format(tmp_path: Path, suffix: str, start: bytes) -> None:
    """One call, four formats."""
    file = tmp_path / f"figure{suffix}"
    gomez(file=file)
    assert file.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_what_cannot_be_drawn_is_refused_in_one_line(tmp_path: Path) -> None:
    """What is wrong, and what is allowed."""
    graph = evaluate(load_example("gomez"))
    annotated = annotate(graph, "W_A")
    with pytest.raises(InputError, match=r"unknown view: 'flows' \(must be one of 'flow', 'path'"):
        draw(annotated, view="flows")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"unknown theme: 'dusk' \(must be one of 'auto', 'light', 'dark', 'print'\)"):
        draw(annotated, theme="dusk")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"unknown suffix: '.gif' \(must be one of '.svg', '.png', '.pdf', '.dot'"):
        draw(annotated, tmp_path / "figure.gif")
    with pytest.raises(InputError, match="cannot draw a graph without flows"):
        draw(graph)
    other = next(iter(find_paths(graph, "W_i", TARGET).top(1)))
    with pytest.raises(InputError, match="not a path from 'W_A' in this graph"):
        draw(annotated, view="path", path=other)
    with pytest.raises(InputError, match="the view 'flow' shows all paths, not one"):
        draw(annotated, path=other)
    with pytest.raises(InputError, match=r"the view 'flow' takes no number of paths: top=3"):
        draw(annotated, top=3)
    with pytest.raises(InputError, match=r"the view 'rolled' adds up all steps: max_steps=None has no use in it"):
        draw(annotated, view="rolled", max_steps=None)
    with pytest.raises(InputError, match="the view 'rolled' shows all paths, not one"):
        draw(annotated, view="rolled", path=other)
    with pytest.raises(InputError, match=r"unusable source: 'b_A' \(the graph has the flows from 'W_A'\)"):
        draw(annotated, source="b_A")
    with pytest.raises(OutputError, match="cannot write file"):
        draw(annotated, tmp_path / "none" / "figure.dot")


def test_a_hundred_steps_are_drawn_whole() -> None:
    """Where Graphviz's own layout loses edges."""
    figure = draw(annotate(evaluate(random_example(LSTM, steps=100)), "W_A"), max_steps=None)
    root = ET.fromstring(figure.svg)
    drawn = [group for group in root.iter(f"{SVG}g") if "edge" in group.get("class", "").split()]
    assert len(drawn) == len(figure.scene.curves) + len(figure.scene.samples)


def compiled(tex: str, folder: Path) -> None:
    """Have TeX make a picture of a document, or skip where there is none."""
    if shutil.which("pdflatex") is None:
        pytest.skip("no TeX on this machine (Debian: apt-get install texlive-latex-extra texlive-pictures)")
    (folder / "figure.tex").write_text(tex, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "figure.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("view", ["flow", "path", "values", "metro"])
def test_the_tikz_picture_compiles(view: str, tmp_path: Path) -> None:
    """A real TeX run of each kind of text, line and box."""
    compiled(gomez(view=view).tex, tmp_path)


def test_hostile_labels_are_text_in_latex_too(tmp_path: Path) -> None:
    """No command gets through: the document compiles, and writes no file of its own."""
    scene = gomez().scene
    hostile = '\\write18{touch x} \\input{y} % & # $ _ ^ ~ { } < > | " \u202e \n ]]>'
    boxes = (replace(scene.boxes[0], label=(Run(hostile),), value=hostile), *scene.boxes[1:])
    compiled(Figure(replace(scene, boxes=boxes)).tex, tmp_path)
    assert not (tmp_path / "x").exists()


def test_characters_that_xml_forbids_do_not_break_the_svg() -> None:
    """They are shown as what stands for them."""
    scene = gomez().scene
    boxes = (replace(scene.boxes[0], label=(Run("a\x00b\x1bc"),), tooltip="\x08"), *scene.boxes[1:])
    root = ET.fromstring(Figure(replace(scene, boxes=boxes, title="\x01")).svg)
    assert "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c" in {
        "".join(t.itertext()) for t in root.iter(f"{SVG}text")
    }


@pytest.mark.parametrize("picture", [draw, draw_strip])
def test_a_graph_that_was_changed_since_it_was_annotated_is_not_drawn(picture, tmp_path: Path) -> None:
    """The flows are those of the graph before: nothing is written, and the changed edge is told in one line."""
    annotated = annotate(evaluate(load_example("gomez")), "W_A")
    annotated.remove_edge("H_0", "f_1")
    with pytest.raises(GraphError, match=r"^the graph has changed since its flows were computed: .*H_0.*again\)$"):
        picture(annotated, tmp_path / "figure.svg")
    assert list(tmp_path.iterdir()) == []
