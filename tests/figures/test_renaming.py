"""Quantities are called otherwise: everywhere in a figure, in every form, and the old names nowhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.figures.choices import EDGES
from graphviz_lstm.figures.options import OPTIONS
from graphviz_lstm.figures.renaming import labels_of, renamed_graph, renamed_paths, vertices_called
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import stack
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import overlaps
from tests.figures.test_look import HOSTILE, compiled

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.figures import Figure

SVG = "{http://www.w3.org/2000/svg}"
COMMON = {"S": "c", "H": "h", "a": "g", "W_A": "W_g"}
# As a vertex, as an italic letter (upright is the index of a function, such as f_S), in a formula, in TeX.
OLD = re.compile(r"\b[SHa]_\{?-?\d|\bW_A|\bW\\_A|italic\">[SHa]<|<I>[SHa]</I>|\\textit\{[SHa]\}|gate a\b")


def said(figure: Figure) -> str:
    """Return everything that a figure says, in each form that is text."""
    scene = figure.scene
    return "\n".join([figure.svg, figure.dot, figure.tex, scene.title, scene.description, repr(scene)])


RENAMED = sorted(OPTIONS["labels"].views or VIEWS)
SHOWN: list[tuple[str, dict[str, object]]] = [
    *((view, {}) for view in RENAMED),
    *((view, {"only_paths": True}) for view in RENAMED),
    *((view, {"detail": "unit"}) for view in RENAMED if view != "rolled"),
    *((view, {"edges": edges}) for view in ("path", "values") for edges in EDGES),
    *(("flow", {"by": by}) for by in ("gates", "entry", "exit", "sign", "whole")),
    ("path", {"through": "H_0"}),
]


@pytest.mark.parametrize(("view", "options"), SHOWN, ids=str)
def test_the_old_names_are_nowhere_and_the_new_ones_everywhere(view: str, options: dict[str, object]) -> None:
    """In SVG, DOT, TikZ, titles, tooltips, legends and descriptions."""
    plain = Study("gomez", "W_A").figure(view, **options)  # type: ignore[arg-type]
    assert OLD.search(said(plain))
    figure = Study("gomez", "W_A").figure(view, labels=COMMON, **options)  # type: ignore[arg-type]
    assert OLD.findall(said(figure)) == []
    assert {"c", "h", "g"} <= {run.text for box in figure.scene.boxes for run in box.label}
    assert "dE/dW_g" in figure.scene.title
    assert "W_g -> g_" in figure.scene.description
    assert overlaps(figure.scene) == []


def test_the_cell_is_shown_as_its_equations_are_written() -> None:
    """Every view but that one takes other names."""
    assert set(VIEWS) - set(RENAMED) == {"cell"}
    with pytest.raises(InputError, match=r"^the view 'cell' shows the equations as they are written: labels=\{'S': "):
        Study("gomez", "W_A").figure("cell", labels=COMMON)


@pytest.mark.parametrize("options", [{}, {"by": "whole"}, {"view": "metro"}], ids=str)
def test_nothing_but_names_changes(options: dict[str, object]) -> None:
    """Everything stands where it stood, with the numbers that it had."""
    plain, other = (Study("gomez", "W_A").figure(**options, **labels).scene for labels in ({}, {"labels": COMMON}))  # type: ignore[arg-type]
    assert [(box.x, box.y, box.value) for box in plain.boxes] == [(box.x, box.y, box.value) for box in other.boxes]
    assert [(curve.points, curve.width) for curve in plain.curves] == [
        (curve.points, curve.width) for curve in other.curves
    ]
    assert [curve.label and curve.label.string for curve in plain.curves] == [
        curve.label and curve.label.string for curve in other.curves
    ]


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_paths_of_a_renamed_graph_are_the_same(cell, detail: str) -> None:
    """Of whole quantities and of single units: number by number, by their new names; so are their formulas."""
    study = Study(random_example(cell, hidden=2, steps=2), cell.parameters[0], detail=detail)  # type: ignore[arg-type]
    labels = {name: f"q{k}" for k, name in enumerate((*cell.states, cell.parameters[0]))}
    shown = renamed_graph(study.annotated, labels)
    called = vertices_called(study.annotated, shown)
    for level, before in (("quantity", study.paths), ("unit", study.unit_paths)):
        now = renamed_paths(before, called)
        fresh = find_paths(shown, called[study.source], "E", level=level)  # type: ignore[call-overload]
        for path in before.top(5):
            renamed = now[before.index(path)]
            assert renamed.vertices == fresh[before.index(path)].vertices
            assert renamed.share == path.share
    # Between words: `S` in `f_S` is part of the function's name.
    old = re.compile("|".join(rf"(?<![\w^]){re.escape(name)}(?=[_,^ ]|$)(?!\()" for name in labels))
    for vertex, data in shown.nodes.items():
        assert not old.search(vertex), vertex
        assert data["quantity"] not in labels
    for *_, edge in shown.edges(data=True):
        assert not old.search(str(edge["symbol"])), str(edge["symbol"])


def test_layers_keep_their_numbers() -> None:
    """A label is of the quantity in every layer."""
    figure = Study(random_example(stack([LSTM, LSTM]), steps=2)).figure(labels={"S": "c", "H": "h"}, by="whole")
    words = said(figure)
    assert "c^(1)_" in words
    assert "h^(2)_" in words
    assert not re.search(r"\b[SH]\^", words)


def test_a_scheme_is_told_by_the_new_names() -> None:
    """It is a rule about quantities too."""
    study = Study("gomez", "W_A").under("cut H[t-1] -> o[t]")
    figure = study.figure(labels=COMMON, by="whole")
    assert "cut h[t-1] -> o[t]" in said(figure)
    assert "H[t-1]" not in said(figure)


@pytest.mark.parametrize(("suffix", "text"), [(".toml", 'S = "c"\nH = "h"\n'), (".json", '{"S": "c", "H": "h"}')])
def test_a_file_says_the_same(suffix: str, text: str, tmp_path: Path) -> None:
    """TOML, or JSON."""
    file = tmp_path / f"labels{suffix}"
    file.write_text(text)
    mapping = {"S": "c", "H": "h"}
    assert labels_of(file) == labels_of(str(file)) == mapping
    assert Study("gomez").figure(labels=file).svg == Study("gomez").figure(labels=mapping).svg


def test_a_foreign_graph_is_renamed_too() -> None:
    """Its vertices are its quantities; the paths that are at hand are those of the old names."""
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([(1, "H", 2.0), (1, "E", -1.0), ("H", "E", 3.0)])
    paths = find_paths(graph, 1, "E", partial="weight")
    for options in ({"source": 1, "target": "E"}, {"paths": paths}):
        figure = draw(graph, labels={"1": "x", "H": "hidden"}, **options)  # type: ignore[arg-type]
        assert [box.vertex for box in figure.scene.boxes] == ["x", "hidden", "E"]
        assert "x -> hidden -> E" in figure.scene.description
    with pytest.raises(InputError, match=r"^two of one name: '1' and 'H' would both be called 'H'"):
        draw(graph, labels={"1": "H"}, source=1, target="E")


@pytest.mark.parametrize(
    ("labels", "line"),
    [
        ({"S": "H"}, "two of one name: 'S' and 'H' would both be called 'H' (labels must differ)"),
        ({"S": "x", "H": "x"}, "two of one name: 'S' and 'H' would both be called 'x' (labels must differ)"),
        ({"W_A": "S_0"}, "two of one name: 'W_A' and 'S_0' would both be called 'S_0' (labels must differ)"),
        ({"s": "c"}, "unknown quantity: 's' (must be one of 'S', "),
        ({"E": "L"}, "unknown quantity: 'E' (must be one of "),
        ({"S": ""}, "unusable label: '' for 'S' (must be a text of 1 to 12 letters that show)"),
        ({"S": "  "}, "unusable label: ' ' for 'S' (must be a text of 1 to 12 letters that show)"),
        ({"S": 3}, "unusable label: 3 for 'S' (must be a text of 1 to 12 letters that show)"),
        ({"S": "a\nb"}, r"unusable label: 'a\nb' for 'S' (must be a text of 1 to 12 letters that show)"),
        ({"S": "x" * 13}, "unusable label: 'xxxxxxxxxxxxx' for 'S' (must be a text of 1 to 12 letters that show)"),
        ({}, "unusable labels: {} (must be a TOML or JSON file or a mapping, such as {'S': 'c'})"),
        (["S"], "unusable labels: ['S'] (must be a TOML or JSON file or a mapping, such as {'S': 'c'})"),
    ],
)
def test_labels_that_cannot_be_are_refused_in_one_line(labels: object, line: str) -> None:
    """What is wrong, and what is allowed."""
    with pytest.raises(InputError) as told:
        Study("gomez", "W_A").figure(labels=labels)
    assert str(told.value).startswith(line)


def test_two_may_change_names() -> None:
    """Each then bears what was the other's."""
    figure = Study("gomez", "W_A").figure(labels={"S": "H", "H": "S"}, by="whole")
    assert "W_A -> a_1 -> H_1 -> S_1 -> E" in figure.scene.description


@pytest.mark.parametrize("label", [*(text[:12] for text in HOSTILE), "...", "<", "&", "\\", "%", "_", "a:b", "E.E"])
def test_a_hostile_label_is_text_in_every_form(label: str, tmp_path: Path) -> None:
    """In SVG, DOT (Graphviz drew it) and in TeX, which runs no command of it."""
    figure = Study("gomez", "W_A").figure("path", labels={"S": label, "a": f"{label[:11]}2"})
    root = ET.fromstring(figure.svg)
    assert not list(root.iter(f"{SVG}script"))
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert any(text.startswith(label.strip().replace("_", "")[:1]) for text in texts)
    assert overlaps(figure.scene) == []
    (tmp_path / "figure.tex").write_text(figure.tex, encoding="utf-8")
    compiled(tmp_path, "figure.tex")
    assert {path.name for path in tmp_path.iterdir()} <= {"figure.tex", "figure.pdf", "figure.aux", "figure.log"}


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_any_labels_are_drawn_or_refused(one: str, other: str) -> None:
    """Whatever their characters are, and whatever a file says."""
    labels = json.loads(json.dumps({"S": one, "W_A": other}))
    try:
        figure = Study("gomez", "W_A").figure("metro", labels=labels)
    except InputError as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told
    if told:
        return
    ET.fromstring(figure.svg)
    assert overlaps(figure.scene) == []
