"""Plots: what they show is what was computed, in every look; it can be read; no text is a command."""

from __future__ import annotations

import pickle
import re
from colorsys import rgb_to_hsv
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.bars import Bar, numbers_for, words_of
from graphviz_lstm.figures.choices import PLOT_VIEWS
from graphviz_lstm.figures.colours import contrast
from graphviz_lstm.figures.plots import Plot
from graphviz_lstm.figures.route_bars import MOST_ROWS
from graphviz_lstm.figures.theme import THEMES
from graphviz_lstm.figures.triangle import MOST_CELLS, cell_look
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.by_unit import UnitsTold, plot_units
from graphviz_lstm.reports.plots import PLOTTED, plot
from tests.examples import TYPICAL, random_example
from tests.figures.plotted import drawn, faults, words
from tests.reports.test_zero import opposites

CASES = Path(__file__).parents[1] / "cases"
VIEWS = ("strip", "triangle", "routes")
HOSTILE = ["<b>&", "$\\frac{1}{0}$", "a\x00\u202eb", "x" * 50, "\N{CJK UNIFIED IDEOGRAPH-6F22}", "__", "]]>"]


@cache
def study(name: str) -> Study:
    """Return a study of a case, of the worked example, or of a random net."""
    if name == "twins":
        return opposites(3)
    if name.startswith("random "):
        _, cell, hidden, steps = name.split()
        return Study(random_example(TYPICAL[cell], hidden=int(hidden), steps=int(steps), seed=11, scale=0.9))
    return Study(name if name == "gomez" else CASES / f"{name}.json")


def test_every_view_is_in_the_table() -> None:
    """By its name."""
    assert tuple(PLOTTED) == PLOT_VIEWS


@pytest.mark.parametrize("layout", ["wide", "narrow"])
@pytest.mark.parametrize(
    "name",
    [
        "gomez", "twins", *sorted(path.stem for path in CASES.glob("*.json")),
        "random rnn 1 1", "random gru 3 5", "random lstm-peephole 2 9", "random slstm 1 40", "random mingru 1 300",
    ],
)  # fmt: skip
def test_no_text_lies_on_another_is_cut_or_too_small(name: str, layout: Any) -> None:
    """Each view, at its own width."""
    for view in VIEWS:
        assert faults(plot(study(name), view, layout=layout)) == [], view  # type: ignore[arg-type]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_before_and_after_can_be_read(layout: Any) -> None:
    """Of several routes, in both units, at different numbers of steps, and where routes are told together."""
    for name in ("l1t3", "l1t40"):
        after = study("l1t12")
        assert faults(plot(study(name), "before-after", after=after, layout=layout)) == []
        assert faults(plot(study(name), "before-after", after=after, of="shares", layout=layout)) == []


@pytest.mark.parametrize("name", ["gomez", "l1t5", "cancel_huge", "l1t40", "zero", "random gru 3 4"])
def test_who_does_not_see_a_plot_is_told_its_numbers(name: str) -> None:
    """All that stand in it beside its axes; of many bars, or cells, the largest, with their places and signs."""
    for view in PLOT_VIEWS:
        after = {"after": replace(study(name).problem, name="another")} if view == "before-after" else {}
        made = plot(study(name), view, **after)
        figure = drawn(made)
        ticks = {text.get_text() for axes in figure.axes for text in (*axes.get_xticklabels(), *axes.get_yticklabels())}
        # The key of a scale is no number of the plot.
        seen = [text for text in words(made) if text not in ticks and "full tint" not in text]
        numbers = {number for text in seen for number in re.findall(r"[+\N{MINUS SIGN}]<?\d+\.\d+", text)}
        assert {number for number in numbers if number not in made.description} == set(), view
        assert re.search(r"\d", made.description), view
    entries = study(name).strip.by_entry
    largest = max(entries, key=lambda step: abs(entries[step]))
    assert f"enters at {largest}: " in plot(study(name), "strip").description


@pytest.mark.parametrize("name", ["gomez", "l1t5", "cancel_huge", "rnn4", "random gru 3 4"])
def test_the_bars_of_routes_are_as_long_as_their_parts(name: str) -> None:
    """What adds to the right, what takes away to the left and hatched, the mark at their sum; on one scale."""
    made = plot(study(name), "routes")
    (axes,) = drawn(made).axes
    bars = made.fill.args[0]  # type: ignore[attr-defined]
    numbers = made.fill.args[2]  # type: ignore[attr-defined]
    adding = [bar.get_width() / numbers.factor for bar in axes.patches if not bar.get_hatch()]
    taking = [bar.get_width() / numbers.factor for bar in axes.patches if bar.get_hatch()]
    assert adding == pytest.approx([bar.positive for bar in bars if bar.positive])
    assert taking == pytest.approx([bar.negative for bar in bars if bar.negative])
    marks = [float(line.get_xdata()[0]) / numbers.factor for line in axes.lines if line.get_marker() == "D"]
    assert marks == pytest.approx([bar.net for bar in bars if bar.positive and bar.negative])
    told = words(made)
    for bar in bars:
        assert bar.positive + bar.negative == pytest.approx(bar.net, abs=1e-9 * bar.mass)
        assert words_of(bar, numbers) in told
    assert sum(bar.net for bar in bars[:-2]) == pytest.approx(bars[-1].net, abs=1e-9 * bars[-1].mass)


def test_of_many_routes_the_largest_are_told_apart() -> None:
    """The others are one row, so that all of them are there."""
    made = plot(study("l1t40"), "routes")
    shown = [bar.name for bar in made.fill.args[0]]  # type: ignore[attr-defined]
    assert len(shown) == MOST_ROWS + 2
    assert shown[-3:] == ["2 other routes", "through gates, all", "all paths"]


@pytest.mark.parametrize("name", ["gomez", "l1t5", "l1t12", "l1t40", "random lstm 1 300"])
@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_the_cells_of_a_triangle_have_the_tints_and_signs_of_its_shares(name: str, layout: Any) -> None:
    """Hatched what takes away; the larger the darker; none where no path can be; all of them make up the whole."""
    of = study(name)
    made = plot(of, "triangle", layout=layout)
    (axes,) = drawn(made).axes
    cells = made.fill.args[0]  # type: ignore[attr-defined]
    assert cells.sums.sum() == pytest.approx(of.triangle.whole.sum())
    assert cells.rows <= MOST_CELLS[layout]
    assert cells.rows * cells.width >= len(of.triangle.whole) > (cells.rows - 1) * cells.width
    largest = np.abs(cells.sums).max()
    seen = {}
    for patch in axes.patches:
        column, row = round(patch.get_x() + 0.5), round(patch.get_y() + 0.5)
        assert column >= row
        share = cells.sums[row, column]
        seen[row, column] = abs(share), np.sum(1.0 - np.array(patch.get_facecolor()[:3]))
        assert bool(patch.get_hatch()) == (share < 0.0 and abs(share) >= 1e-3 * largest)
    assert len(seen) == cells.rows * (cells.rows + 1) // 2
    for sign in (True, False):
        tints = sorted(pair for place, pair in seen.items() if (cells.sums[place] > 0.0) is sign)
        darkness = [tint for _, tint in tints]
        assert all(here <= there + 0.02 for here, there in pairwise(darkness))
    assert (cells.width > 1) == any(f"{cells.width} steps are one row" in text for text in words(made))


def test_ticks_of_a_triangle_are_steps_or_tokens() -> None:
    """Whole numbers, in order; tokens along both axes, each where its step is."""
    (axes,) = drawn(plot(study("l1t40"), "triangle")).axes
    for axis in (axes.xaxis, axes.yaxis):
        assert [int(label.get_text()) for label in axis.get_ticklabels()] == list(range(1, 41, 2))
    tokens = [f"word{k}" for k in range(12)]
    made = plot(study("l1t12"), "triangle", tokens=tokens)
    (axes,) = drawn(made).axes
    for axis in (axes.xaxis, axes.yaxis):
        assert [label.get_text() for label in axis.get_ticklabels()] == tokens
    assert faults(made) == []


def test_hostile_tokens_and_names_are_text() -> None:
    """Neither markup nor mathematics nor a control character; the SVG is well-formed, and nothing is complained of."""
    example = random_example(TYPICAL["rnn"], steps=len(HOSTILE), seed=2).problem
    vars_of = {"name": HOSTILE[1] + HOSTILE[2]}
    hostile = type(example)(
        example.cell, example.parameters, example.inputs, example.losses, example.initial, **vars_of
    )
    of = Study(hostile)
    made = plot(of, "triangle", tokens=HOSTILE)
    shown = ["".join(text.itertext()) for text in ET.fromstring(made.svg).iter("{http://www.w3.org/2000/svg}text")]
    assert shown.count("<b>&") == shown.count("]]>") == shown.count("__") == 2
    assert shown.count("$\\frac{1}{0}$") == 2
    assert not any("\x00" in text or "\u202e" in text for text in shown)
    for view in VIEWS:
        ET.fromstring(plot(of, view).svg)  # type: ignore[arg-type]
        assert plot(of, view).png.startswith(b"\x89PNG")  # type: ignore[arg-type]


@pytest.mark.parametrize(("view", "theme"), list(zip(PLOT_VIEWS, ["auto", "dark", "print", "light"], strict=True)))
def test_a_plot_has_the_same_bytes_every_time_and_travels(view: Any, theme: Any, tmp_path: Path) -> None:
    """In each of its formats; pickled too, as Sphinx keeps it."""
    more = {"after": study("l1t5")} if view == "before-after" else {}
    made = plot(study("l1t3"), view, theme=theme, **more)
    copy = pickle.loads(pickle.dumps(made))  # noqa: S301 -- made a line above
    assert isinstance(copy, Plot)
    for suffix in (".svg", ".png", ".pdf"):
        first = copy.content(suffix)
        made.save(tmp_path / f"a{suffix}")
        assert (tmp_path / f"a{suffix}").read_bytes() == first
    root = ET.fromstring(made.svg)
    assert (root.findtext("{*}title"), root.findtext("{*}desc")) == (made.title, made.description)
    assert set(made._repr_mimebundle_()) == {"text/html", "image/svg+xml", "application/pdf", "text/plain"}


def test_a_plot_heeds_no_matplotlibrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever lies in the working folder, or was set in the process."""
    before = {view: plot(study("l1t5"), view).svg for view in VIEWS}  # type: ignore[arg-type]
    (tmp_path / "matplotlibrc").write_text("font.size: 20\naxes.facecolor: red\n")
    monkeypatch.chdir(tmp_path)
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 30.0, "hatch.linewidth": 9.0, "text.parse_math": True}):
        after = {view: plot(study("l1t5"), view).svg for view in VIEWS}  # type: ignore[arg-type]
    assert before == after


def test_signs_are_told_apart_without_colours() -> None:
    """In print both have one ink: the one is filled, the other hatched."""
    made = plot(study("l1t5"), "routes", theme="print")
    assert "pattern" in made.svg
    colours = {colour for colour in re.findall(r"#[0-9a-f]{6}", made.svg) if colour != "#ffffff"}
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)


@pytest.mark.parametrize("case", ["zero", "twins"])
def test_a_gradient_of_zero_is_drawn_in_contributions(case: str) -> None:
    """No share of nothing is told, in any view."""
    for view in VIEWS:
        told = " ".join(words(plot(study(case), view)))  # type: ignore[arg-type]
        assert "The gradient is zero: there is nothing to share, and contributions are shown." in told
        assert "contributions to dE/d" in told or view == "triangle"
        assert "%" not in told
        assert "nan" not in told


def test_what_cancels_beyond_all_measure_is_told_in_absolute_numbers() -> None:
    """As elsewhere; the parts are those of the derivative."""
    told = words(plot(study("cancel_huge"), "routes"))
    assert "contribution to dE/dW_H" in told
    assert "+50.00 \N{MINUS SIGN}49.97 = +0.03" in told


def test_numbers_that_add_up_have_the_same_decimals() -> None:
    """Whatever their sizes."""
    numbers = numbers_for([0.5, -0.25, 0.001], "share", 1.0)
    assert [numbers.text(x) for x in (0.5, -0.25, 0.001)] == ["+50.00", "\N{MINUS SIGN}25.00", "+0.10"]
    assert words_of(Bar.of("", 0.5), numbers) == "+50.00"


def test_what_cannot_be_plotted_is_told() -> None:
    """In one line, with the choices."""
    of = study("gomez")
    for view, options, line in (
        ("bars", {}, r"^unknown view: 'bars' \(must be one of 'strip', 'triangle', 'routes', 'before-after'\)"),
        ("routes", {"theme": "red"}, r"^unknown theme: 'red' "),
        ("routes", {"layout": "tall"}, r"^unknown layout: 'tall' "),
        ("routes", {"tokens": ["a"]}, r"^view 'routes' has no use for 'tokens' .* take view 'triangle'\)$"),
        ("strip", {"after": "gomez"}, r"^view 'strip' has no use for 'after' .* take view 'before-after'\)$"),
        ("triangle", {"of": "shares"}, r"^view 'triangle' has no use for 'of' "),
        ("before-after", {}, r"^view 'before-after' takes two examples \(give the other as 'after'\)$"),
        ("before-after", {"after": "gomez", "of": "both"}, r"^unknown unit: 'both' "),
        ("triangle", {"tokens": ["a"]}, r"^wrong number of tokens: 1 \(must be one for each of the 2 steps\)$"),
        ("triangle", {"tokens": "ab"}, r"^unusable tokens: 'ab' \(must be a list of texts\)$"),
        ("triangle", {"tokens": [1, 2]}, r"^unusable tokens: \[1, 2\] "),
    ):
        with pytest.raises(InputError, match=line):
            plot(of, view, **options)  # type: ignore[arg-type]
    long = study("random lstm 1 300")
    with pytest.raises(InputError, match=r"^no room for the tokens of 300 steps \(at most 40 can be written along "):
        plot(long, "triangle", tokens=["x"] * 300)
    with pytest.raises(InputError, match=r"^no triangle of 'X_1'"):
        plot(of.about("X_1"), "triangle")


@pytest.mark.parametrize(
    ("view", "options", "both"),
    [
        ("routes", {}, True),
        ("strip", {}, True),
        ("routes", {"theme": "light"}, False),
        # One set of colours: somebody's own.
        ("routes", {"colours": {"positive": "#005f99"}}, False),
        ("triangle", {}, True),
    ],
)
def test_bars_are_dark_where_their_reader_prefers_that(view: Any, options: dict[str, Any], both: bool) -> None:  # noqa: FBT001
    svg = plot(Study("gomez", "W_A"), view, **options).svg
    assert ("prefers-color-scheme: dark" in svg) is both
    assert ("#005f99" in svg) is ("colours" in options)


@pytest.mark.parametrize("view", ["triangle", "units"])
@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_cells_can_be_seen_on_their_page_whatever_it_is(view: str, theme: Any) -> None:
    """The largest has 3:1 at least, its hatching on it too, words 4.5:1; the smaller a share the paler its cell."""
    colours = THEMES[theme][0]
    for part in np.linspace(0.01, 1.0, 34):
        adds, takes = (cell_look(colours, sign * part, part) for sign in (1.0, -1.0))
        assert contrast(takes["edgecolor"], takes["facecolor"]) >= 3.0, part
        assert part < 0.75 or min(contrast(look["facecolor"], colours.page) for look in (adds, takes)) >= 3.0
    svg = cells_of(view, theme).svg
    # Hatching in a colour of neither sign would be a third kind of cell.
    hatched = {cell_look(colours, -part, part)["edgecolor"] for part in np.linspace(0.01, 1.0, 34)} - {colours.page}
    assert all(hue_of(colour) == pytest.approx(hue_of(colours.tones["negative"]), abs=0.03) for colour in hatched)
    written = {colours.tones["text"], *re.findall(r"<text style=\"[^\"]*fill: (#[0-9a-f]{6})", svg)}
    assert all(contrast(colour, colours.page) >= 4.5 for colour in written)


@pytest.mark.parametrize("view", ["triangle", "units"])
def test_cells_are_dark_where_their_reader_prefers_that(view: str) -> None:
    """Each colour becomes that which the dark plot has in its place."""
    auto, dark = cells_of(view, "auto").svg, cells_of(view, "dark").svg
    turned = dict(re.findall(r'="fill: (#[0-9a-f]{6})"\]\{fill:(#[0-9a-f]{6})!important', auto))
    drawn = auto[auto.index("</style>") :]
    here, there = (re.findall(r"(?<=fill: )#[0-9a-f]{6}", text) for text in (drawn, dark))
    assert len(here) == len(there) > 20
    assert len(set(there)) > 4
    for light, other in zip(here, there, strict=True):
        assert turned[light] == other


def hue_of(colour: str) -> float:
    """Return where a colour stands in the circle of colours, from 0 to 1."""
    return rgb_to_hsv(*(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)))[0]


def cells_of(view: str, theme: Any) -> Any:
    """Return a plot of cells."""
    if view == "triangle":
        return plot(study("l1t40"), view, theme=theme)
    return plot_units(UnitsTold(Study(random_example(LSTM, steps=9, hidden=3), "W_A")), theme=theme)


def test_a_plot_refuses_what_it_has_no_use_for() -> None:
    with pytest.raises(InputError, match="view 'routes' is a plot: legend=False has no use in it"):
        plot(Study("gomez", "W_A"), legend=False)
