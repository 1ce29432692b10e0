"""Whole numbers of any length: counted, printed, written, read, and refused in one line."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.errors import EquationError, InputError, UnknownVertexError
from graphviz_lstm.graph.counting import count_paths
from graphviz_lstm.graph.losses import LossPlace
from graphviz_lstm.graph.unroll import unroll_places
from graphviz_lstm.interfaces.complaints import one_line
from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.paths.listing.limits import all_digits
from graphviz_lstm.paths.listing.table import exact
from graphviz_lstm.reports import Study, describe_selection
from graphviz_lstm.reports.groups import groups_csv, groups_json, groups_of, groups_text
from graphviz_lstm.reports.pages.interactive import interactive_page
from graphviz_lstm.reports.tables import paths_csv, paths_json, table_of
from tests.examples import TYPICAL, random_example
from tests.fuzz.command import require_sound, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LARGEST_WRITTEN = sys.get_int_max_str_digits()


@given(st.integers(0, 40), st.integers(0, 20_000), st.booleans())
@settings(max_examples=40)
def test_all_digits_are_those_of_the_number(digits: int, zeros: int, below: bool) -> None:  # noqa: FBT001
    """As Python writes them, once it is told to: the digits of a number are found without its help."""
    number = (7**digits) * 10**zeros - int(below)
    text = all_digits(number)
    try:
        sys.set_int_max_str_digits(0)
        assert text == str(number)
    finally:
        sys.set_int_max_str_digits(LARGEST_WRITTEN)


@given(st.integers(-(2**80), 2**80))
@settings(max_examples=60)
def test_json_keeps_every_digit_for_a_reader_that_has_float64_alone(number: int) -> None:
    told = json.loads(json.dumps(exact({"n": [number]})), parse_int=float)["n"][0]
    assert (int(told) if isinstance(told, float | str) else told) == number


@st.composite
def unrolled(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a cell over some steps, with losses at some of them."""
    cell = TYPICAL[draw(st.sampled_from(sorted(TYPICAL)))]
    first, steps = draw(st.integers(-3, 2)), draw(st.integers(1, 40))
    last = first + steps - 1
    quantities = st.sampled_from([equation.quantity for equation in cell.equations])
    counted = st.one_of(
        st.just(range(first, last + 1)), st.just((last,)), st.lists(st.integers(first, last), min_size=1).map(tuple)
    )
    places = draw(st.lists(st.builds(LossPlace, quantities, st.just("squared_error"), counted), min_size=1, max_size=2))
    detail = draw(st.sampled_from(["gate", "operation"]))
    return {"cell": cell, "steps": steps, "places": places, "first_step": first, "detail": detail}


@given(unrolled(), st.integers(0, 10**6))
@settings(max_examples=60)
def test_counts_without_a_graph_are_those_of_the_graph(asked: dict[str, Any], pick: int) -> None:
    """From any vertex, with losses wherever they are."""
    cell, steps, places = asked["cell"], asked["steps"], asked["places"]
    where = {"first_step": asked["first_step"], "detail": asked["detail"]}
    graph = unroll_places(cell, steps, places, **where)
    source = list(graph)[pick % (len(graph) - 1)]
    assert count_paths(cell, steps, places, source, **where) == find_paths(graph, source, "E").count


def test_a_million_steps_take_seconds_and_no_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand of them here; of each step there are as many numbers as states, and no vertex is made."""
    asked = []

    def counted(cell: Any, steps: int, *rest: Any, **options: Any) -> Any:
        asked.append(steps)
        return unroll_places(cell, steps, *rest, **options)

    monkeypatch.setattr("graphviz_lstm.graph.counting.unroll_places", counted)
    count = Study("gomez").count(steps=100_000)
    assert max(asked) < 100
    growth = (5 + math.sqrt(21)) / 2
    assert math.log10(count) == pytest.approx(100_000 * math.log10(growth), rel=1e-5)
    assert Study("gomez", "H_99999").count(steps=100_000) == 1
    assert Study("gomez", "H_99998").count(steps=100_000) == Study("gomez", "H_0").count(steps=2)


def test_names_far_along_are_known_and_told_apart() -> None:
    """Without a graph in which they stand."""
    with pytest.raises(UnknownVertexError, match=r"^unknown vertex: 'H_100000' \(must be one of 'H_10', "):
        Study("gomez", "H_100000").count(steps=100_000)
    cell, places = TYPICAL["rnn"], [LossPlace("H", "squared_error", (1,))]
    before = {"first_step": -9_000}
    assert (
        count_paths(cell, 9_999, places, "H_-5000", **before) == count_paths(cell, 9_999, places, "H_0", **before) == 1
    )
    for step, first in ((5000, 1), (-5000, -9_000)):
        names = {"b_H": type(cell.name_of("b_H"))(f"H_{step}")}
        renamed = type(cell)("c", cell.equations, cell.activations, cell.output, names=names)
        with pytest.raises(EquationError) as caught:
            count_paths(renamed, 9_999, places, "W_H", first_step=first)
        assert str(caught.value) == (
            f"two vertices would be called 'H_{step}': parameter 'b_H' and quantity 'H' at step {step} in cell 'c' "
            "(rename one)"
        )


def doubled(length: int) -> PathSet:
    """Return a chain of double edges, all of them of different sizes: 2**length paths."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    for k in range(length):
        graph.add_edge(k, k + 1, partial=0.6 + 1e-6 * k, up=0)
        graph.add_edge(k, k + 1, partial=0.4, up=int(k < 3))
    return find_paths(graph, 0, length)


@pytest.fixture
def few_digits() -> Iterator[None]:
    """Have Python write no more digits than it must at least: so a thousand steps do for what takes seven thousand."""
    sys.set_int_max_str_digits(sys.int_info.str_digits_check_threshold)
    yield
    sys.set_int_max_str_digits(LARGEST_WRITTEN)


@pytest.mark.slow
@pytest.mark.usefixtures("few_digits")
def test_tables_of_more_paths_than_python_writes_are_written() -> None:
    """As text, JSON and CSV: the count has all its digits wherever numbers are read, and is told where people read."""
    large = Study(random_example(TYPICAL["lstm"], steps=1_000, at="last", scale=0.3))
    count = all_digits(large.paths.count)
    assert len(count) > sys.get_int_max_str_digits()
    selection = large.paths.top(2)
    told = json.loads(paths_json(large, selection, paths=large.paths))
    assert told["count"] == count
    assert int(told["remainder"]["count"][-9:]) == (large.paths.count - 2) % 10**9
    assert paths_csv(large, selection).splitlines()[-1].endswith(" more paths")
    assert "more paths, not shown" in describe_selection(large.paths, selection, large.graph)
    assert "more paths" in table_of(large, 2).rows[-1][-1]
    groups = groups_of(large.paths, "crossings")
    assert json.loads(groups_json(groups))["count"] == count
    rows = list(csv.DictReader(io.StringIO(groups_csv(groups))))
    assert all_digits(sum(group.count for group in groups.groups.values())) == count
    assert max(len(row["count"]) for row in rows) > sys.get_int_max_str_digits()
    assert "e+" in groups_text(groups)
    assert "e+" in repr(large.paths)


@pytest.mark.long
@pytest.mark.usefixtures("few_digits")
def test_so_is_the_page_of_so_many() -> None:
    """A figure of a thousand steps is in it."""
    large = Study(random_example(TYPICAL["lstm"], steps=1_000, at="last", scale=0.3))
    assert "e+679 paths" in interactive_page([large])


REFUSED: dict[str, str] = {
    "paths --top": "Invalid value for '--top': '9",
    "paths --crossing": "Invalid value for '--crossing': '9",
    "paths --element": "Invalid value for '--element': '9",
    "count --steps": "Invalid value for '--steps': '9",
    "derive --steps": "Invalid value for '--steps': '9",
    "draw -o x.svg --path": "unusable path: '9",
    "draw -o x.svg --view metro --top": "Invalid value for '--top': '9",
}


@pytest.mark.parametrize("length", [400, 5_000])
@pytest.mark.parametrize("command", REFUSED)
def test_an_option_of_thousands_of_digits_is_answered_or_refused_in_one_line(
    command: str, length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run([*command.split(), "9" * length], tmp_path, capsys)
    require_sound(ran)
    if length == 5_000:
        assert ran.err.startswith(f"graphviz-lstm: {REFUSED[command]}")


SLIPS: list[tuple[Callable[[PathSet], object], str]] = [
    (lambda p: p.polynomial(lambda _: 10**400), "a path counts an integer of about 401 digits times"),
    (lambda p: p.polynomial(lambda _: 10**9), "a path counts "),
    (lambda p: p.blocks(10**5000), "unusable range: an integer of about 5,001 digits to 8 (there are 8 paths)"),
    (lambda p: p.vertex_array(0, 10**5000), "unusable range: 0 to an integer of about 5,001 digits"),
    (lambda p: p.sample(10**5000, seed=0), "1.0e+5000 paths from 0 to 3 are too many to list"),
    (lambda p: p.at_least(-(10**5000)), "unusable threshold: an integer of about 5,001 digits"),
    (lambda p: p.group_by("up", up_to=-(10**5000)), "unusable up_to: an integer of about 5,001 digits"),
    (lambda p: p.crossing("up", times=-(10**5000)), "unusable times: an integer of about 5,001 digits"),
]


@pytest.mark.parametrize(("ask", "text"), SLIPS, ids=range(len(SLIPS)))
def test_a_path_set_refuses_in_one_line(ask: Callable[[PathSet], object], text: str) -> None:
    with pytest.raises(InputError) as caught:
        ask(doubled(3))
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_whole_numbers_of_any_length_are_labels_thresholds_and_times() -> None:
    paths = doubled(3)
    assert [len(all_digits(label)) for label in paths.group_by(lambda _: 10**5000)] == [5_001]
    assert paths.crossing(lambda _: 10**400).count == 8
    assert paths.crossing("up", times=10**5000).count == 0
    assert len(paths.at_least(10**400)) == 0
    assert paths[0 : 10**5000] == paths[:]
    with pytest.raises(IndexError, match=r"^no path 1.0e\+5000 \(there are 8\)$"):
        paths[10**5000]


def test_a_number_in_a_line_is_as_short_as_a_text() -> None:
    assert len(one_line(f"there is no path {'9' * 5_000} (there are 7)")) < 200
