"""Figures of schemes: bars of what is kept, curves of cosines; what they show is what was computed, and can be read."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.schemes import cosine_plot
from graphviz_lstm.figures.theme import DARK
from graphviz_lstm.gradients.schemes import compare, scheme
from graphviz_lstm.gradients.schemes.angles import (
    SCALES,
    cosines_by_scale,
    cosines_by_steps,
    first_steps,
    recurrent_weights,
)
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.kept import kept_under
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.derivation import shortened
from graphviz_lstm.reports.scheme_figures import draw_comparison
from tests.examples import TYPICAL, random_example

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["full", "lstm-1997", "bptt:2", "snap:1", "h-detach:0.25", "clip:0.3", "cut H[t-1] -> o[t]"]
CUTTING = ["full", "lstm-1997", "bptt:2", "spatial", "chunked-bptt:2"]


def texts(svg: bytes) -> list[str]:
    """Return the texts of a figure."""
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def study(steps: int = 4) -> Study:
    """Return a study of a random LSTM of two units."""
    return Study(random_example(TYPICAL["lstm"], hidden=2, steps=steps, seed=3), "W_i")


@pytest.mark.parametrize("element", [None, (0, 1)])
@pytest.mark.parametrize("name", CUTTING)
def test_what_is_kept_is_what_is_not_dropped(name: str, element: tuple[int, ...] | None) -> None:
    """By the gradients, and by the paths."""
    of = study()
    full = of.adjoints["W_i"]
    found = kept_under(of.graph, scheme(name), "W_i", full, element=element)
    dropped = dropped_under(of.graph, scheme(name), "W_i", element=element)
    assert found.share == pytest.approx(1.0 - dropped.share, abs=1e-10)
    assert (found.kept, found.whole) == (dropped.kept, dropped.whole)
    assert found.distance == compare(of.graph, [name])[0].by_parameter["W_i"]
    zero = kept_under(of.graph, scheme(name), "W_i", np.zeros_like(full), element=element)
    assert np.isnan(zero.share)


def test_bars_say_how_much_and_how_many_paths() -> None:
    """Of each scheme, in the order in which they are asked for."""
    of = study()
    shown = texts(draw_comparison(of, NAMES, view="kept"))
    heads = [text for text in shown if ": " in text and not text.startswith("dE/")]
    assert [head.partition(": ")[0] for head in heads] == NAMES
    assert heads[0] == f"full: keeps {of.paths.count} of {of.paths.count} paths"
    assert heads[3] == "snap:1: drops entries, not paths"
    assert heads[4].startswith("h-detach:0.25: may drop ")
    found = kept_under(of.graph, scheme("lstm-1997"), "W_i", of.adjoints["W_i"])
    assert f"{100 * found.share:+.3g} %".replace("-", "\N{MINUS SIGN}") in shown


@pytest.mark.parametrize("cell", ["lstm", "gru", "mingru"])
@pytest.mark.parametrize("view", ["kept", "cosine"])
def test_no_text_is_under_nine_pixels_on_a_phone(view, cell: str) -> None:
    """Nor over the edge of what is drawn, at 360 pixels."""
    of = Study(random_example(TYPICAL[cell], hidden=2, steps=3, seed=1))
    names = ["lstm-1997", "bptt:1", "cut *[t-1] -> *[t]; scale 0.5 *[t-1] -> *[t]; scale 0.1 *[t-1] -> *[t]"]
    svg = ET.fromstring(draw_comparison(of, names, view=view))
    width = float(svg.get("viewBox").split()[2])
    sizes = [
        float(re.search(r"([0-9.]+)px", text.get("style"))[1]) for text in svg.iter("{http://www.w3.org/2000/svg}text")
    ]
    assert min(sizes) * 360.0 / width >= 9.0
    assert width <= 270.0 + 1e-6


def test_figures_have_the_same_bytes_every_time_and_are_written(tmp_path: Path) -> None:
    """Each view in each of its formats and colours."""
    of = study(3)
    for view in ("kept", "cosine"):
        for suffix in (".svg", ".png", ".pdf"):
            first = draw_comparison(of, ["lstm-1997", "spatial"], view=view, file=tmp_path / f"a{suffix}", theme="dark")
            again = draw_comparison(of, ["lstm-1997", "spatial"], view=view, suffix=suffix, theme="dark")
            assert (tmp_path / f"a{suffix}").read_bytes() == first == again
    assert draw_comparison(of, ["full"], suffix=".dot").startswith(b"digraph")


@pytest.mark.parametrize("view", ["kept", "cosine"])
def test_colours_of_ones_own_are_one_set(view) -> None:
    """On a dark display the theme's own ones would take their place."""
    svg = draw_comparison(study(2), ["lstm-1997", "bptt:1"], view=view, theme="auto", colours={"positive": "#005f99"})
    assert b"prefers-color-scheme" not in svg


@pytest.mark.parametrize("view", ["kept", "cosine"])
def test_bars_and_curves_have_the_dark_colours_beside_where_the_theme_is_auto(view) -> None:
    """Every colour of the light ones has its dark one; a dark figure, and a file that is no SVG, have one set."""
    of = study(3)
    names = ["lstm-1997", "bptt:1", "spatial", "h-detach:0.25"]
    svg = draw_comparison(of, names, view=view, theme="auto").decode()
    root = ET.fromstring(svg)
    style = next(each.text for each in root.iter("{http://www.w3.org/2000/svg}style") if "prefers" in (each.text or ""))
    found = set(re.findall(r'(fill|stroke)(: |=")(#[0-9a-f]{6})', svg.replace(style, "")))
    for paint, written, colour in found:
        selector = f'style*="{paint}: {colour}"' if written == ": " else f'{paint}="{colour}"'
        (dark,) = re.findall(rf"#{root.get('id')} \[{re.escape(selector)}\]{{{paint}:(#[0-9a-f]+)!important}}", style)
        assert dark in {DARK.page, DARK.frame, DARK.border, *DARK.tones.values()}
    # What is used elsewhere is out of reach of such a rule.
    used = {use.get("{http://www.w3.org/1999/xlink}href") for use in root.iter("{http://www.w3.org/2000/svg}use")}
    assert not any("#" in each.get("style", "") for each in root.iter() if f"#{each.get('id')}" in used)
    for theme in ("dark", "light", "print"):
        assert b"prefers-color-scheme" not in draw_comparison(of, names, view=view, theme=theme)


def test_cosines_are_those_of_the_comparison() -> None:
    """At all steps and at scale one those of the net itself."""
    problem = study(6).problem
    expected = [each.distance.cosine for each in compare(evaluate(problem), ["lstm-1997", "bptt:2"])]
    by_steps = cosines_by_steps(problem, ["lstm-1997", "bptt:2"])
    assert list(by_steps) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert by_steps[6.0] == expected
    shorter = evaluate(shortened(problem, 3))
    assert by_steps[3.0] == [each.distance.cosine for each in compare(shorter, ["lstm-1997", "bptt:2"])]
    by_scale = cosines_by_scale(problem, ["lstm-1997", "bptt:2"])
    assert tuple(by_scale) == SCALES
    # Each twice the one before, the net itself among them.
    assert all(after == 2.0 * before > 0.0 for before, after in pairwise(SCALES))
    assert by_scale[1.0] == expected
    assert len(cosines_by_steps(study(25).problem, ["spatial"])) == 10


def test_a_loss_at_the_end_stays_at_the_end_and_one_in_between_where_it_is() -> None:
    """Where there is none yet, nothing is drawn."""
    problem = study(5).problem
    (term,) = problem.losses
    at_the_end = replace(problem, losses=[LossTerm("H", (5,), term.targets[:1])])
    (moved,) = first_steps(at_the_end, 2).losses
    assert moved.steps == (2,)
    between = replace(problem, losses=[LossTerm("H", (3, 4), term.targets[:2])])
    assert first_steps(between, 2) is None
    assert first_steps(between, 3).losses[0].steps == (3,)
    assert list(cosines_by_steps(between, ["full"])) == [3.0, 4.0, 5.0]


def test_recurrent_weights_are_what_multiplies_the_step_before() -> None:
    """Of every cell of the library; where none is a matrix, what multiplies entries."""
    for name, cell in TYPICAL.items():
        expected = tuple(parameter for parameter in cell.parameters if parameter.startswith(("U_", "R_")))
        assert recurrent_weights(cell) == expected, name
    by_entry = parse_cell("indrnn", "H[t] = tanh(W @ X[t] + u * H[t-1] + b)")
    assert recurrent_weights(by_entry) == ("u",)


def test_weights_that_leave_the_range_leave_a_gap() -> None:
    """And no error."""
    cell = parse_cell("grows", "H[t] = exp(W @ X[t] + U @ H[t-1])")
    example = random_example(cell, hidden=2, steps=4, seed=1)
    wild = replace(example.problem, parameters={"W": np.full((2, 2), 2.0), "U": np.full((2, 2), 3.0)}, steps=4)
    found = cosines_by_scale(wild, ["spatial"])
    assert any(np.isnan(cosines[0]) for cosines in found.values())


def test_weights_that_scaled_leave_the_range_have_no_cosine() -> None:
    """Four times 1e308 is no float64: that was a warning of NumPy."""
    problem = random_example(TYPICAL["lstm"], hidden=1, inputs=1, steps=2).problem
    large = {**problem.parameters, "U_o": np.full((1, 1), 1e308)}
    found = cosines_by_scale(replace(problem, parameters=large), ["lstm-1997"])
    assert all(np.isnan(cosines[0]) for scale, cosines in found.items() if scale > 1.7)
    assert any(np.isfinite(cosines[0]) for cosines in found.values())


def test_where_no_cosine_is_known_there_is_no_panel() -> None:
    """Of a net that leaves the range at every scale the figure was a traceback of matplotlib."""
    known, unknown = {1.0: [0.5], 2.0: [0.25]}, {0.5: [math.nan], 2.0: [math.nan]}
    for by_steps, by_scale, kept in ((known, unknown, "first steps"), (unknown, known, "recurrent weights")):
        told = " ".join(texts(cosine_plot(["full"], by_steps, by_scale, ".svg", "light")))
        assert [label for label in ("first steps", "recurrent weights") if label in told] == [kept]


def test_what_cannot_be_drawn_is_told() -> None:
    """In one line, with the choices."""
    of = study(2)
    for options, line in (
        ({"view": "bars"}, r"^unknown view: 'bars' \(must be one of 'sheet', 'kept', 'cosine'\)"),
        ({"view": "kept", "suffix": ".dot"}, r"^unknown suffix: '\.dot' \(must be one of '\.svg', '\.png', '\.pdf'\)"),
        ({"view": "kept", "theme": "red"}, r"^unknown theme: 'red' "),
        ({"view": "cosine", "columns": 1}, r"^view 'cosine' has no columns "),
    ):
        with pytest.raises(InputError, match=line):
            draw_comparison(of, ["full"], **options)
    with pytest.raises(InputError, match=r"^not a parameter: 'X_1' \(scheme 'snap:1' asks what each entry "):
        draw_comparison(of.about("X_1"), ["snap:1"], view="kept")
    assert "snap:1: drops entries, not paths" not in texts(draw_comparison(of.about("X_1"), view="kept"))
    nothing = ["cut *[t] -> H[t]"]
    with pytest.raises(NumberError, match=r"^no cosine: the gradient is zero, or what every scheme leaves of it is$"):
        draw_comparison(of, nothing, view="cosine")
    assert "cut *[t] -> H[t] (not defined)" in texts(draw_comparison(of, [*nothing, "spatial"], view="cosine"))
    with pytest.raises(InputError, match=r"^unusable number of schemes: 17 \(this view has 1 to 16\)$"):
        draw_comparison(of, ["full"] * 17, view="kept")


def test_words_over_bars_do_not_touch_the_line_that_the_bars_begin_at() -> None:
    """They begin to the right of it, by the width of a letter's gap."""
    root = ET.fromstring(draw_comparison(study(), NAMES, view="kept", theme="light"))
    lines = [path.get("d", "") for path in root.iter("{http://www.w3.org/2000/svg}path")]
    left = min(float(found[1]) for line in lines if (found := re.match(r"M ([\d.]+)", line)) and float(found[1]) > 0)
    heads = [
        text
        for text in root.iter("{http://www.w3.org/2000/svg}text")
        if ": " in "".join(text.itertext()) and "700" in text.get("style", "")
    ]
    assert len(heads) == len(NAMES)
    assert all(float(text.get("x")) >= left + 2.0 for text in heads)


@pytest.mark.parametrize("decay", [0.5, 1e-3, 30.0, 1e5])
def test_what_is_hardly_kept_or_dropped_is_not_said_to_be_nothing(decay: float) -> None:
    """A scheme that keeps one of six paths was said to keep 0 %, and one that drops one to drop 0 %."""
    cell = parse_cell("c", "H[t] = U * H[t-1] + W * X[t]", output="H")
    given = LossTerm("H", (6,), [[1.0]], "given")
    of = Study(Problem(cell, {"U": [decay], "W": [1.0]}, {"X": [[1.0]] * 6}, [given]), "W")
    for window in range(1, 7):
        kept, dropped = (
            sum(decay**k for k in some) / sum(decay**k for k in range(6)) for some in (range(window), range(window, 6))
        )
        bars = [text for text in texts(draw_comparison(of, [f"bptt:{window}"], view="kept")) if text.endswith(" %")]
        told = [
            float(text[:-2].lstrip("~").replace("\N{MINUS SIGN}", "-")) / 100.0 for text in bars if text[0] in "+0~"
        ]
        assert told[0] == pytest.approx(kept, rel=0.01, abs=0.0)
        assert told[1] == pytest.approx(dropped, rel=0.01, abs=1e-12)
        assert ("0 %" in bars) == (window == 6)


def test_the_line_of_zero_runs_behind_names() -> None:
    """It stands within the figure where something is dropped that took away: each name has the page behind it."""
    of = Study(random_example(TYPICAL["lstm"], hidden=3, inputs=2, steps=5, seed=4), "W_A")
    names = ["full", "lstm-1997", "bptt:2"]
    assert any(text.startswith("\N{MINUS SIGN}") for text in texts(draw_comparison(of, names, view="kept")))
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(draw_comparison(of, names, view="kept", theme="light"))
    heads = [g for g in root.iter(f"{svg}g") if any(": keeps " in str(text.text) for text in g.findall(f"{svg}text"))]
    behind = [[path.get("style") for path in head.iter(f"{svg}path")] for head in heads]
    assert behind == [["fill: #ffffff"]] * len(names)


def test_a_curve_that_lies_on_another_is_told() -> None:
    """Nobody sees two lines where they coincide: in a window of one step, and in chunks of one."""
    names = ["lstm-1997", "bptt:1", "chunked-bptt:1"]
    shown = texts(draw_comparison(Study("gomez"), names, view="cosine"))
    assert shown[-3:] == ["lstm-1997", "bptt:1", "chunked-bptt:1 (as bptt:1)"]
    apart = texts(draw_comparison(study(), ["lstm-1997", "bptt:1"], view="cosine"))
    assert apart[-2:] == ["lstm-1997", "bptt:1"]


def test_cosines_that_are_all_close_to_one_fill_the_height() -> None:
    """Both panels have one scale; it begins at zero where one of them is far from one."""
    for of, names, close in ((Study("gomez"), ["lstm-1997", "bptt:1"], True), (study(6), ["bptt:1"], False)):
        shown = texts(draw_comparison(of, names, view="cosine"))
        assert ("0.0" not in shown) == close
        assert "1.0" in shown or "1.00" in shown
