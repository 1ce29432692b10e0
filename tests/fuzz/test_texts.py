"""Names that are no names: of files, of examples, of what is asked for. Nothing of them is a command to a reader."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.errors import UNSEEN, visible
from graphviz_lstm.interfaces.complaints import one_line
from graphviz_lstm.problems import load_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.document import Document, Section
from graphviz_lstm.reports.formats import to_markdown
from graphviz_lstm.reports.tables import json_text
from tests.fuzz.command import require_sound, run

if TYPE_CHECKING:
    from pathlib import Path

RNN = {
    "cell": "rnn",
    "parameters": {"W_H": [[0.5]], "U_H": [[0.9]], "b_H": [0.1]},
    "inputs": [[1.0]] * 2,
    "targets": [[0.5]] * 2,
    "loss": {},
}
HOSTILE = ["a\x1b[31mred", "a\u202egnp", "a\x07\x9b2J", "a\u200bb", "line\nbreak"]
MARKUP = "x<img src=x onerror=alert(1)>[a](javascript:b)&lt;`_*~"


@given(st.text())
@settings(max_examples=100)
def test_what_is_said_on_a_terminal_shows(text: str) -> None:
    assert not UNSEEN.search(visible(text))
    assert visible(visible(text)) == visible(text)
    assert "\n" not in one_line(text)
    assert not UNSEEN.search(one_line(text))


@given(st.dictionaries(st.text(), st.text(), max_size=3))
@settings(max_examples=100)
def test_json_that_is_printed_shows_and_reads_back(content: dict[str, str]) -> None:
    text = json_text(content)
    assert not UNSEEN.search(text)
    assert json.loads(text) == content


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("command", ["paths --json", "paths", "check", "derive", "derive -o x.md", "draw -o x.dot"])
def test_the_name_of_a_file_is_no_command_to_a_terminal(
    name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor does it turn what is written round."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / f"{name}.json").write_text(json.dumps(RNN))
    given_name = load_problem(tmp_path / f"{name}.json").name
    assert given_name == "".join(c if c.isprintable() else "?" for c in name)
    first, *options = command.split()
    ran = run([first, f"{name}.json", *options], tmp_path, capsys)
    require_sound(ran, refused=False)
    for file, text in ran.written.items():
        assert file.endswith(f"{name}.json") or not UNSEEN.search(text)


def test_names_in_other_scripts_are_left_as_they_are(tmp_path: Path) -> None:
    for name in ("größe", "数据　表", "пример 1", "דוגמה"):
        (tmp_path / f"{name}.json").write_text(json.dumps(RNN))
        assert load_problem(tmp_path / f"{name}.json").name == name


@pytest.mark.slow
@pytest.mark.parametrize("out", ["\x1b[31mx", "x\u202ey"])
def test_the_folder_that_is_written_to_is_told_so_that_it_shows(
    out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(["explain", "--out", out], tmp_path, capsys)
    require_sound(ran, refused=False)
    assert f"Written to {visible(out)}:" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["paths", "--source", "\x1b[31m\u202e"],
        ["paths", "no\x1b[31m\u202e.json"],
        ["paths", "-o", "\x1b[31m\u202e.json/x.json"],
        ["draw", "-o", "\x1b[31m\u202e.gif"],
        ["paths", "--through", "\x9b2J"],
        ["\x1b[31m"],
        ["paths", "--\x1b[31m"],
        ["paths", "--element", "\x1b[31m"],
        ["paths", "--detail", "\x1b[31m"],
    ],
    ids=ascii,
)
def test_what_is_echoed_shows(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    require_sound(run(arguments, tmp_path, capsys), refused=True)


def test_a_title_in_markdown_is_text() -> None:
    """No element, no link, no entity of it."""
    text = to_markdown(Document(MARKUP, (Section(MARKUP, (MARKUP,)),)))
    escaped = "x\\<img src=x onerror=alert(1)>\\[a](javascript:b)\\&lt;\\`\\_\\*\\~"
    assert text.splitlines() == [f"# {escaped}", "", f"## {escaped}", "", escaped]


@pytest.mark.parametrize("form", ["markdown", "html", "latex", "text"])
def test_the_name_of_an_example_is_text_in_every_document(form: str, tmp_path: Path) -> None:
    (tmp_path / f"{MARKUP}.json").write_text(json.dumps(RNN))
    document = getattr(Study(tmp_path / f"{MARKUP}.json").derivation(), form)
    if form in ("markdown", "html"):
        assert "<img" not in document.replace("\\<img", "")
    assert "onerror=alert(1)" in document


SURROGATES = [
    ({"about": "\ud800"}, "not a text: about has a lone surrogate, '\\ud800', at character 0 in example file 'x.json'"),
    (
        {"cell": "\ud800"},
        (
            "unknown cell: '\\ud800' (must be one of 'cornn', 'gated-deltanet', 'gru', 'gru-reset-after', 'indrnn', "
            "'lem', 'lru', 'lstm', 'lstm-1997', 'lstm-coupled', 'lstm-peephole', 'lstm-projected' and 13 more), or a "
            ".toml file's path in example file 'x.json'"
        ),
    ),
    ({"\ud800": 1}, "unknown key: '\\ud800' (must be one of "),
]


@pytest.mark.parametrize(("change", "message"), SURROGATES, ids=range(len(SURROGATES)))
def test_half_a_character_in_an_example_is_named(
    change: dict[str, object],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.json").write_text(json.dumps({**RNN, **change}))
    ran = run(["paths", "x.json"], tmp_path, capsys)
    require_sound(ran, refused=True)
    assert ran.err.startswith(f"graphviz-lstm: {message}")
