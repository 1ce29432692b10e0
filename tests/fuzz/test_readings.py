"""Texts spoilt and read, some thousand here: `python -m tests.fuzz` reads a million. And whatever is wrong is found."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.errors import InputError
from tests.fuzz.__main__ import told
from tests.fuzz.readings import READERS, Reading, judge, read_many, reading, texts
from tests.fuzz.running import Results
from tests.fuzz.spoiling import spoilt

if TYPE_CHECKING:
    from typing import NoReturn


def test_readings_are_the_same_in_any_number_of_processes() -> None:
    """Each is drawn by its place alone."""
    alone, parted = read_many(60, start=5), read_many(60, start=5, processes=2)
    assert (alone.calls, alone.ends, alone.commands, alone.found) == (
        parted.calls,
        parted.ends,
        parted.commands,
        parted.found,
    )


@pytest.mark.parametrize("number", [600, pytest.param(20_000, marks=pytest.mark.long)])
def test_spoilt_texts_are_read_or_refused_in_one_line(number: int) -> None:
    results = read_many(number, start=3)
    assert dict(results.found) == {}, results.first
    assert results.calls == number == sum(results.commands.values())
    assert set(results.ends) == {"read", "refused"}
    assert min(results.ends.values()) > number / 10
    assert len(results.commands) == len(READERS)


@pytest.mark.parametrize("kind", sorted(READERS))
def test_good_texts_are_good_and_a_part_of_the_spoilt_ones_too(kind: str) -> None:
    """Else all would be refused at the first token, and what comes behind it never be tried."""
    for text in texts()[kind]:
        READERS[kind](text)
    draw = Random(0)  # noqa: S311 -- what is tried, no secret
    ends = [judge(Reading(kind, spoilt(draw.choice(texts()[kind]), draw)), Results()) for _ in range(300)]
    assert 20 < ends.count("read") < 280


def _raise(_: str) -> NoReturn:
    raise ZeroDivisionError


def _warn(_: str) -> None:
    import warnings

    warnings.warn("overflow", RuntimeWarning, stacklevel=1)


def _hang(_: str) -> None:
    while True:
        pass


def _differ(_: str) -> NoReturn:
    raise AssertionError("not the same")


def _refuse_at_length(_: str) -> NoReturn:
    raise InputError("")


@pytest.mark.parametrize(
    ("reader", "kind", "what"),
    [
        (_raise, "traceback", "ZeroDivisionError at "),
        (_warn, "traceback", "RuntimeWarning at "),
        (_hang, "hang", "over 0.1 s"),
        (_differ, "unsound", "not the same"),
        (_refuse_at_length, "unsound", "a line that does not do: ''"),
    ],
)
def test_whatever_is_wrong_is_found(reader: object, kind: str, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.readings.LONGEST", 0.1)
    monkeypatch.setitem(READERS, "cells", reader)
    results = Results()
    judge(Reading("cells", "H[t] = X[t]"), results)
    [(found, text)] = results.found
    assert found == kind
    assert text.startswith(what)
    assert f"1 x {kind}: {what}" in told({"calls": (results, 1)}, "python")


def test_the_same_seed_makes_the_same_texts_and_another_others() -> None:
    def some(start: int) -> list[Reading]:
        return [reading(start, k) for k in range(50)]

    assert some(4) == some(4)
    assert len(set(some(4)) & set(some(5))) < 25


@pytest.mark.slow
@pytest.mark.parametrize("number", [600, pytest.param(5_000, marks=pytest.mark.long)])
def test_a_run_that_is_guided_by_coverage_finds_nothing(number: int) -> None:
    """In a process of its own: what is instrumented stays so, and libFuzzer ends the process."""
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", "tests.fuzz.guided", "--readings", str(number)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert ended.stdout.startswith(f"{number:,} readings guided by coverage in ")
