"""Drawn calls, some hundred here: `python -m tests.fuzz` makes a million. And whatever is wrong is found."""

from __future__ import annotations

import sys
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

import pytest

from graphviz_lstm.interfaces.cli.entry import cli
from tests.fuzz.__main__ import HEAD, told
from tests.fuzz.command import Ran, misfit
from tests.fuzz.drawn import Call, options_of, value_of
from tests.fuzz.resuming import Kept, read_kept, write_kept
from tests.fuzz.running import Results, fuzz

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("number", [60, pytest.param(400, marks=pytest.mark.long)])
def test_drawn_calls_answer_or_refuse_in_one_line(number: int) -> None:
    """No traceback, no warning, nothing over twenty seconds, no NaN that is not explained."""
    results = fuzz(number, start=2)
    assert dict(results.found) == {}, results.first
    assert results.calls == number
    assert set(results.ends) == {"status 0", "status 2"}
    assert min(results.ends.values()) > number / 8
    assert len(set(cli.commands) & set(results.commands)) > 7


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_option_of_every_command_has_values(name: str) -> None:
    """Nothing is left out because it is new."""
    options = options_of(cli.commands[name])
    assert options
    for option in options:
        assert option.is_flag or not value_of(option, ("W",)).is_empty


def _raise(_: object) -> NoReturn:
    raise ZeroDivisionError


def _warn(_: object) -> None:
    import warnings

    warnings.warn("overflow", RuntimeWarning, stacklevel=1)


def _hang(_: object) -> None:
    while True:
        pass


def _tell_no_number(_: object) -> None:
    print("share nan %")  # noqa: T201


def _write_no_number(_: object) -> None:
    with open("y.csv", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("share\n-inf\n")


def _tell_two_lines(_: object) -> NoReturn:
    sys.stderr.write("graphviz-lstm: one\ntwo\n")
    sys.exit(2)


@pytest.mark.parametrize(
    ("command", "kind", "what"),
    [
        (_raise, "traceback", "ZeroDivisionError at "),
        (_warn, "traceback", "RuntimeWarning at "),
        (_hang, "hang", "over 0.1 s"),
        (_tell_no_number, "number", "nan in standard output: 'share nan %"),
        (_write_no_number, "number", "-inf in y.csv: 'share"),
        (_tell_two_lines, "unsound", "not so: "),
        (lambda _: sys.exit(1), "unsound", "not so: "),
    ],
)
def test_whatever_is_wrong_is_found(
    command: Callable[[object], None], kind: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fuzz.running.main", command)
    monkeypatch.setattr("tests.fuzz.running.LONGEST", 0.1)
    results = fuzz(3)
    assert {found for found, _ in results.found} == {kind}
    assert all(text.startswith(what) for _, text in results.found)
    assert results.of(kind) == sum(results.found.values()) == 3
    page = told({"calls": (results, 3)}, "python")
    assert all(f"{times} x {kind}: {text}" in page for (_, text), times in results.found.items())


def test_a_run_stops_in_time_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    # A second passes each time that the clock is read: how busy the machine is does not count.
    monkeypatch.setattr("tests.fuzz.running.time", SimpleNamespace(monotonic=count().__next__))
    monkeypatch.setattr("tests.fuzz.running.main", lambda _: None)
    results = fuzz(100_000, seconds=60)
    assert 5 < results.calls < 60
    assert "of 100,000 asked for; stopped before" in told({"calls": (results, 100_000)}, "python")


def test_a_run_of_calls_leaves_what_a_run_of_readings_counted() -> None:
    """And takes the place of an earlier one of calls, each with the command that runs it again."""
    first = told({"readings": (Results(calls=7), 7)}, "python -m one")
    both = told({"calls": (Results(calls=5), 5)}, "python -m two", before=first)
    again = told({"calls": (Results(calls=6), 9)}, "python -m three", before=both)
    assert first.removeprefix(HEAD).strip() in both
    assert first.removeprefix(HEAD).strip() in again
    assert ("two" in both, "two" in again, "three" in again) == (True, False, True)
    assert told({}, "", before=again) == again


@pytest.mark.parametrize("status", [130, 143])
def test_an_interrupt_ends_a_run_that_tells_what_it_found(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the keys, or by the system."""
    ended: list[object] = []

    def command(_: object) -> None:
        ended.append(0)
        if len(ended) == 3:
            sys.exit(status)

    monkeypatch.setattr("tests.fuzz.running.main", command)
    results = fuzz(1_000)
    assert (results.calls, results.ends["status 0"], dict(results.found)) == (3, 2, {})


def test_the_same_seed_draws_the_same_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[Call]] = [[], []]
    for calls in drawn:
        monkeypatch.setattr("tests.fuzz.running._judge", lambda call, _, calls=calls: calls.append(call))
        fuzz(20, start=5)
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) > 10


def test_no_call_is_made_again_in_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is drawn half was drawn before: it is not counted."""
    made: list[tuple[str, ...]] = []

    def note(call: Call, results: Results) -> None:
        results.calls += 1
        made.append(call.asked)

    monkeypatch.setattr("tests.fuzz.running._judge", note)
    fuzz(100, start=4)
    assert len(made) == len(set(made)) == 100


def test_a_run_that_was_ended_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind its last whole batch: the calls are those of a run that was not ended, and it is told where each ran."""
    monkeypatch.setattr("tests.fuzz.running.main", _now_and_then)
    path, kept = tmp_path / "calls.json", Kept(3)

    def tell(results: Results) -> None:
        kept.note("here")
        if results.batches == 2:
            write_kept(kept, path)
            raise KeyboardInterrupt

    fuzz(30, start=3, batch=10, before=kept.results, tell=tell)
    again = read_kept(path, 3)
    assert (again.results.calls, again.results.batches, again.parts) == (20, 2, {"here": 20})
    assert again.results == kept.results
    fuzz(30, start=3, batch=10, before=again.results, tell=lambda _: again.note("there"))
    whole = fuzz(30, start=3, batch=10)
    assert (again.results.commands, again.results.ends) == (whole.commands, whole.ends)
    assert (again.results.found, again.results.first) == (whole.found, whole.first)
    assert again.results.of("traceback") > 0
    page = told({"calls": (again.results, 30)}, "python", "there", again.parts)
    assert "`python`, 20 here; 10 there, Python" in page
    with pytest.raises(ValueError, match="is of seed 3, not of 4"):
        read_kept(path, 4)
    assert read_kept(tmp_path / "no.json", 4) == Kept(4)


def _now_and_then(arguments: list[str]) -> None:
    if len(arguments) % 2:
        raise ZeroDivisionError


@pytest.mark.long
def test_any_number_of_processes_make_the_same_calls() -> None:
    """And what there is so far is told after each batch: a run that is killed has not lost it."""
    far: list[int] = []
    two = fuzz(30, start=3, processes=2, batch=10, tell=lambda results: far.append(results.calls))
    three = fuzz(30, start=3, processes=3, batch=10)
    assert far == [10, 20, 30]
    assert (two.commands, two.ends) == (three.commands, three.ends)
    assert len(two.commands) > 3


@pytest.mark.parametrize(
    ("arguments", "out", "why"),
    [
        (["count", "--json"], '{"count": 7}', "the answer of count does not fit its schema at $: "),
        (["paths", "--group-by", "gates", "--json"], "{}", "the answer of paths does not fit its schema at $: "),
        (["count", "--json"], "7 paths", "the answer of count is no JSON"),
        (["compare", "--list", "--json"], '{"schemes": []}', ""),
        (["count"], "7 paths", ""),
    ],
)
def test_an_answer_that_does_not_fit_its_schema_is_found(arguments: list[str], out: str, why: str) -> None:
    written = misfit([*arguments, "x.json", "-o", "x.json"], Ran(0, "", "", {"x.json": out}))
    for said in (misfit(arguments, Ran(0, out, "", {})), written):
        assert said.startswith(why)
        assert bool(said) == bool(why)
