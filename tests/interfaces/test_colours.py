"""What a person sees at a terminal, and that elsewhere no byte is changed."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.interfaces.cli import cli, completing, main
from graphviz_lstm.interfaces.cli.colours import coloured, folded, for_reader, is_coloured
from graphviz_lstm.reports.columns import WIDTH, aligned
from graphviz_lstm.reports.told import count_json

if TYPE_CHECKING:
    from pathlib import Path

SURROUNDINGS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SURROUNDINGS:
        monkeypatch.delenv(name, raising=False)


def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have standard output be a terminal, as far as is asked."""
    monkeypatch.setattr("graphviz_lstm.interfaces.cli.colours.is_terminal", lambda: True)


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command prints."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("on_terminal", "surroundings", "expected"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"CLICOLOR_FORCE": "1"}, True),
        (False, {"CLICOLOR_FORCE": "0"}, False),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_where_they_are_wanted(
    on_terminal: bool,  # noqa: FBT001 -- a case
    surroundings: dict[str, str],
    expected: bool,  # noqa: FBT001 -- a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if on_terminal:
        terminal(monkeypatch)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert is_coloured() is expected


@pytest.mark.parametrize("arguments", [["paths"], ["check", "--source", "W_A"], ["triangle"], ["derive"]])
def test_colours_and_folds_change_no_word(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its colours, and with lines joined again, a text is what goes into a pipe."""
    plain = said(arguments, capsys)
    assert "\x1b" not in plain
    terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "60")
    shown = said(arguments, capsys)
    assert ANSI.search(shown)
    assert ANSI.sub("", shown).split() == plain.split()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in said(arguments, capsys)


@pytest.mark.parametrize("columns", [20, 60, 80])
def test_no_line_on_a_terminal_is_wider_than_it_but_for_a_word_that_is(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", str(columns))
    for arguments in (["paths"], ["triangle"], ["check", "--source", "W_A"]):
        for line in ANSI.sub("", said(arguments, capsys)).splitlines():
            assert len(line) <= columns or len(line.split()) == 1, line


def test_json_is_the_same_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = said(["paths", "--json"], capsys)
    terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "20")
    assert said(["paths", "--json"], capsys) == plain


def test_signs_headings_and_verdicts_have_colours_and_keep_their_words() -> None:
    text = "By crossings:\n  +1.5 %  a -> b\n  -2e-05 %  c\nCheck: all ways agree\n"
    shown = coloured(text)
    assert ANSI.sub("", shown) == text
    assert len(ANSI.findall(shown)) == 8
    assert "\x1b[32m+1.5 %" in shown
    assert "\x1b[35m-2e-05 %" in shown
    assert folded(text, 80) == text
    assert for_reader(text) == text


def test_wide_tables_are_folded_to_eighty_columns() -> None:
    """Every column is there once, the first in each part."""
    rows = [["of", *(f"column{k:03}" for k in range(30))], ["x", *map(str, range(30))]]
    lines = aligned(rows, left=1)
    assert max(map(len, lines)) <= WIDTH
    words = " ".join(lines).split()
    assert [word for word in words if word.startswith("column")] == rows[0][1:]
    assert words.count("x") == lines.count("") + 1 > 3


def test_the_modules_of_the_habits_are_where_the_command_finds_them(tmp_path: Path) -> None:
    """Named here for the law that each module has a test: what they do is held by `test_habits.py`."""
    assert callable(count_json)
    assert completing.complete_scheme.__name__ == "complete_scheme"
    assert set(cli.commands) >= {"count", "check"}
    assert tmp_path.exists()
    assert sys.stdout is not None
