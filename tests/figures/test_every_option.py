"""Every option with every view: it is used, and the bytes are others, or it is refused in one line. Never ignored."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from graphviz_lstm.cells import LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import VIEWS, draw
from graphviz_lstm.figures.look import LOOKS
from graphviz_lstm.figures.options import OPTIONS
from graphviz_lstm.figures.plots import PLOT_LOOKS
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.scheme_figures import draw_comparison
from tests.examples import random_example

if TYPE_CHECKING:
    from graphviz_lstm.figures import Figure

# Option -> what it is changed to, the problem in which that shows, the file that it shows in.
CHANGED: dict[str, tuple[object, str, str]] = {
    "detail": ("unit", "gomez", ".svg"),
    "top": (2, "gomez", ".svg"),
    "path": (2, "gomez", ".svg"),
    "through": ("H_0", "gomez", ".svg"),
    "avoiding": ("H_1", "gomez", ".svg"),
    "by": ("gates", "gomez", ".svg"),
    "layout": ("narrow", "gomez", ".svg"),
    "steps_per_row": (1, "gomez", ".svg"),
    "steps": ("1..2,7", "long", ".svg"),
    "edges": ("formula", "gomez", ".svg"),
    "show": (("inputs",), "gomez", ".svg"),
    "cells": (3, "gomez", ".svg"),
    "only_paths": (True, "short", ".svg"),
    "max_steps": (None, "long", ".svg"),
    "labels": ({"S": "c", "H": "h"}, "gomez", ".svg"),
    "title": ("Where it comes from", "gomez", ".svg"),
    "legend": (False, "gomez", ".svg"),
    "numbers": (False, "gomez", ".svg"),
    "width": ("12cm", "gomez", ".svg"),
    "font_size": (9, "gomez", ".svg"),
    "dpi": (200, "gomez", ".png"),
    "theme": ("dark", "gomez", ".svg"),
    "colours": ({"text": "#102040"}, "gomez", ".svg"),
    "fragment": (True, "gomez", ".tex"),
}


@functools.cache
def study(which: str) -> Study:
    """Return a question: the worked example's, one of a long sequence, one of one step where gates lie on no path."""
    if which == "gomez":
        return Study("gomez", "W_A")
    steps, source = (14, "W_A") if which == "long" else (1, "W_o")
    return Study(random_example(LSTM, steps=steps, scale=0.7), source)


def figure(name: str, view: str, **options: object) -> Figure:
    """Return a figure in which that option could show."""
    options |= {"path": 1} if name not in ("path", "through", "avoiding") and view == "path" else {}
    return study(CHANGED[name][1]).figure(view, **options)  # type: ignore[arg-type]


@functools.cache
def usual(which: str, view: str, suffix: str) -> bytes:
    """Return the bytes of a figure of which nothing else is asked."""
    return study(which).figure(view).content(suffix)


def test_every_option_is_tried() -> None:
    """But the view, which is what it is tried with."""
    assert set(CHANGED) == set(OPTIONS) - {"view"}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", CHANGED)
def test_an_option_is_used_or_refused(name: str, view: str) -> None:
    """The table says which."""
    value, which, suffix = CHANGED[name]
    row = OPTIONS[name]
    refused = (row.views is not None and view not in row.views) or (name, view) in {
        ("detail", "rolled"),
        ("detail", "cell"),
    }
    if refused:
        with pytest.raises(InputError, match=r"^[^\n]+$") as told:
            figure(name, view, **{name: value})
        assert view in str(told.value)
        return
    assert figure(name, view, **{name: value}).content(suffix) != usual(which, view, suffix)


@pytest.mark.parametrize("name", CHANGED)
def test_of_a_foreign_graph_too(name: str) -> None:
    """It has one view."""
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([("S", "H", 2.0), ("S", "E", -1.0), ("H", "E", 3.0)])
    value, suffix = CHANGED[name][0], CHANGED[name][2]
    if OPTIONS[name].foreign:
        plain = draw(graph, source="S", target="E")
        assert draw(graph, source="S", target="E", **{name: value}).content(suffix) != plain.content(suffix)
        return
    with pytest.raises(InputError, match=rf"^a graph that is not of our making has one picture: {name}="):
        draw(graph, source="S", target="E", **{name: value})


@pytest.mark.parametrize("view", ["sheet", "kept", "cosine"])
@pytest.mark.parametrize("name", LOOKS)
def test_of_schemes_too(name: str, view: str) -> None:
    """A sheet is a figure like others; bars and curves are plots."""
    value, _, suffix = CHANGED[name]
    some = ["full", "lstm-1997"]
    value = "print" if name == "theme" else value
    if view != "sheet" and name not in PLOT_LOOKS:
        # TikZ is no form of a plot at all.
        suffix = ".svg" if suffix == ".tex" else suffix
        with pytest.raises(InputError, match=rf"(view '{view}' is a plot: {name}=|{name} is for )"):
            draw_comparison(study("gomez"), some, view=view, suffix=suffix, **{name: value})  # type: ignore[arg-type]
        return
    plain = draw_comparison(study("gomez"), some, view=view, suffix=suffix)  # type: ignore[arg-type]
    assert draw_comparison(study("gomez"), some, view=view, suffix=suffix, **{name: value}) != plain  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "suffix"), [("dpi", ".svg"), ("dpi", ".pdf"), ("fragment", ".png")])
def test_what_is_for_another_file_is_refused(name: str, suffix: str, tmp_path) -> None:
    """Before anything is drawn; nothing is written."""
    file = tmp_path / f"figure{suffix}"
    with pytest.raises(InputError, match=rf"^{name} is for \.[a-z]+: it has no use in {suffix}$"):
        draw(study("gomez").annotated, file, **{name: CHANGED[name][0]})
    assert not file.exists()


def test_a_width_and_a_size_of_letters_hold_where_steps_wrap() -> None:
    """In every view that has steps in rows; and are refused with what else says how steps wrap."""
    both = {"width": "14cm", "font_size": 8}
    for view in VIEWS:
        if view in ("flow", "path", "facets", "metro", "values"):
            assert str(study("gomez").figure(view, **both).width) == "14cm", view
        else:
            with pytest.raises(InputError, match=rf"^the view '{view}' does not wrap.*: font_size has no use"):
                study("gomez").figure(view, **both)
    for name in ("layout", "steps_per_row"):
        with pytest.raises(InputError, match=r"^width and font_size say how the steps wrap: "):
            study("gomez").figure("flow", **both, **{name: CHANGED[name][0]})
    assert str(study("gomez").figure("flow", by="whole", **both).width) == "14cm"


def test_steps_and_all_steps_are_one_too_many() -> None:
    """And so are steps of single units, and of a gradient of zero."""
    with pytest.raises(InputError, match=r"^all steps are asked for: steps='0\.\.1' has no use there$"):
        study("gomez").figure(steps="0..1", max_steps=None)
    with pytest.raises(InputError, match=r"^of single units every step is drawn: steps='0' has no use there$"):
        study("gomez").figure(steps="0", detail="unit")
    with pytest.raises(InputError, match=r"^all steps are asked for: steps='0' has no use there$"):
        Study("gomez", "f_0").figure(steps="0")
