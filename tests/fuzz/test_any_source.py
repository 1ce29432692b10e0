"""Any vertex as the source, E too: each command answers, or says in one line why it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fuzz.command import require_sound, run

if TYPE_CHECKING:
    from pathlib import Path

# A parameter, inputs, states before, in and at the end of the sequence, gates that do nothing yet, the loss itself.
SOURCES = ["W_A", "b_o", "X_0", "X_1", "H_-1", "S_-1", "a_0", "f_0", "S_0", "H_0", "o_1", "S_1", "H_1", "E"]
QUICK = [
    "paths",
    "paths --json",
    "paths --csv",
    "paths --level unit --json",
    "paths --group-by entry --json",
    "check",
    "count",
    "count --steps 30",
    "triangle --json",
    "derive",
    "draw --only-paths -o x.svg",
    "draw --view rolled -o x.dot",
    "draw --view values --only-paths -o x.dot",
    "draw --view facets -o x.dot",
    "draw --view metro -o x.dot",
    "draw --view path -o x.dot",
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("command", QUICK)
def test_a_command_answers_about_any_vertex_or_refuses_it_in_one_line(
    command: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    require_sound(
        run([*command.split(), "--source", source], tmp_path, capsys), refused=True if source == "E" else None
    )


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "command", ["explain --out out", "strip -o x.svg", "routes -o x.svg", "page -o x.html", "draw -o x.svg"]
)
def test_so_do_those_that_write_pages_and_pictures(
    command: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run([*command.split(), "--source", source], tmp_path, capsys)
    require_sound(ran, refused=True if source == "E" else None)
    # Nothing is written where nothing is said.
    assert bool(ran.written) == (ran.status == 0)


def test_a_strip_of_what_enters_at_no_step_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It had a colour bar without an axis."""
    monkeypatch.chdir(tmp_path)
    ran = run(["strip", "--source", "H_1", "-o", "x.svg"], tmp_path, capsys)
    assert ran.err == (
        "graphviz-lstm: no strip of 'H_1': no path from it enters at a step, each goes to the loss itself\n"
    )
