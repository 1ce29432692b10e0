"""A gradient by route as text, JSON and CSV; and two of them: every number is that of the routes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.plots import plot
from graphviz_lstm.reports.routes import (
    CHANGE_FORMATS,
    ROUTE_FORMATS,
    changes_csv,
    changes_json,
    changes_of,
    changes_text,
    routes_csv,
    routes_in,
    routes_json,
    routes_text,
)
from tests.examples import TYPICAL, random_example
from tests.figures.plotted import words

CASES = Path(__file__).parents[1] / "cases"


def trained(study: Study, rate: float = 0.1) -> Study:
    """Return the same question after one step of training."""
    problem = study.problem
    moved = {name: array - rate * study.adjoints[name] for name, array in problem.parameters.items()}
    return Study(replace(problem, parameters=moved, name="trained"), study.source, element=study.element)


@pytest.mark.parametrize("name", ["gomez", "l1t5", "l1t40", "zero", "unproven-32-50"])
def test_the_text_fits_a_terminal_and_ends_with_all_paths(name: str) -> None:
    """A hundred columns, thirty lines."""
    study = Study(name if name == "gomez" else CASES / f"{name}.json")
    lines = routes_text(study).splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 30
    assert lines[-2].split()[:2] == ["all", "paths"]
    assert ("+100 %" in lines[-2]) == (name != "zero")
    assert ("there is nothing to share" in lines[0]) == (name == "zero")


def test_json_and_csv_read_back_to_the_routes() -> None:
    """Every digit."""
    study = Study(CASES / "l1t5.json")
    routes = routes_in(study)
    content = json.loads(routes_json(study))
    rows = list(csv.DictReader(io.StringIO(routes_csv(study))))
    assert len(content["routes"]) == len(rows) == len(routes.rows)
    for route, told, row in zip(routes.rows, content["routes"], rows, strict=True):
        assert (told["way"], told["gate"] or "", told["crossings"]) == route.key
        assert (row["way"], row["gate"], int(row["crossings"])) == route.key
        assert (told["net"], told["positive"], told["negative"]) == (route.net, route.positive, route.negative)
        assert (float(row["share"]), float(row["positive"])) == (route.net, route.positive)
        assert told["count"] == int(row["count"]) == route.count
    assert content["all"]["count"] == study.paths.count
    assert content["through_gates"]["net"] == routes.crossing.net


def test_parts_that_are_not_known_are_said_to_be_so() -> None:
    """In words, as null, as nothing in a cell; in the figure each bar is a net."""
    study = Study(CASES / "adding-trained.json", memory=10.0)
    assert "not known" in routes_text(study)
    assert json.loads(routes_json(study))["all"]["positive"] is None
    assert next(csv.DictReader(io.StringIO(routes_csv(study))))["positive"] == ""
    assert "not known: each bar is a net." in " ".join(words(plot(study, "routes")))


@pytest.mark.parametrize("element", [None, (0, 0)])
@pytest.mark.parametrize("of", ["contributions", "shares"])
def test_a_change_is_told_as_it_is(of, element: tuple[int, ...] | None) -> None:
    """Before, after, and the difference: text, JSON and CSV alike."""
    before = Study("gomez", "W_A", element=element)
    after = trained(before)
    changes = changes_of(before, after, of)
    assert changes.names == ("gomez", "trained")
    content = json.loads(changes_json(changes))
    rows = list(csv.DictReader(io.StringIO(changes_csv(changes))))
    for pair, told, row in zip(changes.found.rows, content["routes"], rows, strict=True):
        assert (told["before"]["net"], told["after"]["net"]) == (pair.before.net, pair.after.net)
        assert told["change"] == float(row["change"]) == pair.change
        assert float(row["positive_after"]) == pair.after.positive
    assert content["along_each_gradient"] == (of == "contributions" and element is None)
    if of == "contributions" and element is not None:
        assert content["all"]["before"]["net"] == pytest.approx(before.adjoints["W_A"][0, 0])
        assert content["all"]["after"]["net"] == pytest.approx(after.adjoints["W_A"][0, 0])
    text = changes_text(changes)
    assert text.splitlines()[0].startswith(f"{before.derivative} by route: 'gomez' before, 'trained' after")
    assert ("whose length" in text) == content["along_each_gradient"]


def test_both_are_drawn_on_one_scale() -> None:
    """A bar of twice the length is twice as much, before or after."""
    before = Study("gomez", "W_A", element=(0, 0))
    problem = before.problem
    # The loss counted twice: every contribution is twice as large.
    doubled = replace(problem, losses=[replace(term, weight=2.0 * term.weight) for term in problem.losses])
    made = plot(before, "before-after", after=Study(doubled, "W_A", element=(0, 0)))
    bars = made.fill.args[0]
    for first, second in zip(bars[::2], bars[1::2], strict=True):
        assert first.name.endswith(": before")
        assert second.name == "after"
        assert second.net == pytest.approx(2.0 * first.net)
        assert second.positive == pytest.approx(2.0 * first.positive)


def test_the_other_is_asked_the_same_question() -> None:
    """The source, the entry and the scheme of the first; by name, as a file, as a problem, as a study."""
    before = Study("gomez", "U_o", element=(0, 0)).under("lstm-1997")
    changes = changes_of(before, "gomez")
    assert all(pair.change == 0.0 for pair in changes.found.rows)
    assert changes.study is before
    three = changes_of(Study(CASES / "l1t3.json"), CASES / "l1t5.json")
    assert three.found.all.after.count == Study(CASES / "l1t5.json").paths.count
    with pytest.raises(InputError, match=r"^not one net: parameter 'W_A' has shape \(1, 2\) before and "):
        changes_of(Study("gomez"), CASES / "l1t3.json")


def test_both_are_of_one_level() -> None:
    """Where one's signs are those of units, so are the other's."""
    cell = TYPICAL["lstm"]
    short, long = (random_example(cell, hidden=2, steps=steps, seed=1) for steps in (2, 12))
    changes = changes_of(Study(short), Study(long))
    assert changes.found.before.level == changes.found.after.level == "unit"
    assert routes_in(Study(short)).level == "quantity"


def test_every_table_has_its_formats() -> None:
    """The same ones."""
    assert list(ROUTE_FORMATS) == list(CHANGE_FORMATS) == [".txt", ".json", ".csv"]
    assert np.isfinite(routes_in(Study("gomez")).whole)
