"""What a command line is expected to have: JSON, `-`, `--quiet`, examples in the help, completion, exit statuses."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.shell_completion import ShellComplete
from jsonschema import ValidationError

from graphviz_lstm.interfaces.choices import LABELS
from graphviz_lstm.interfaces.cli import cli, main
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.problems import EXAMPLES
from tests.interfaces.schema import definition_of, require_fit
from tests.problems.weights.documented import arrays_of
from tests.problems.weights.written import npz_bytes, safetensors_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

CASES = Path(__file__).parents[1] / "cases"
GOMEZ = Path(__file__).parents[2] / "graphviz_lstm" / "problems" / "gomez.json"
# What answers in text, and which definition of the schema its JSON fits; others write files alone.
ANSWERING = {
    "count": ["--steps", "300"],
    "check": ["--source", "W_A"],
    "explain": [],
    "paths": ["--top", "3"],
    "groups": ["--group-by", "gates"],
    "derive": [],
    "compare": ["--schemes", "full,snap:1,artbp:0.25"],
    "schemes": ["--list"],
    "triangle": [],
    "units": ["--top", "2"],
    "routes": [],
    "before-after": ["gomez"],
    "batch": ["--top", "2"],
    "train-curve": [],
    "cells": [],
    "inspect": [],
}
COMMAND = {"groups": "paths", "schemes": "compare"}


def ask(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> tuple[object, str, str]:
    """Return how the command ended and what it said."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


def answer(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the command says where it succeeds."""
    status, out, err = ask(arguments, capsys)
    assert (status, err) == (0, "")
    return out


def give(text: str | bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have standard input hold this."""
    content = text.encode() if isinstance(text, str) else text
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_command_either_answers_in_json_or_writes_files() -> None:
    for name, command in cli.commands.items():
        options = {text for option in command.params for text in option.opts}
        assert ("--json" in options) == (name in {COMMAND.get(key, key) for key in ANSWERING}), name
        assert {"--quiet", "--help"} <= options | {"--help"}
        assert "--json" in options or "-o" in options


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "example"),
    [
        (name, example)
        for name in ANSWERING
        if name not in {"inspect", "train-curve"}
        for example in ("gomez", "gru3h2.json", "zero.json", "l3t2.json")
        # Of a mean gradient of zero there is nothing to share.
        if (name, example) != ("batch", "zero.json")
    ],
)
def test_json_fits_its_schema(name: str, example: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one unit, of a GRU, of a gradient of zero, of layers."""
    given = str(CASES / example) if example.endswith(".json") else example
    options = [] if name == "check" and example != "gomez" else ANSWERING[name]
    options = [given] if name == "before-after" else options
    given = "lstm" if name == "cells" else given
    require_fit(json.loads(answer([COMMAND.get(name, name), given, "--json", *options], capsys)), name)


@pytest.mark.parametrize("name", sorted(ANSWERING.keys() - {"inspect", "before-after"}))
def test_json_of_the_worked_example_fits_its_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [COMMAND.get(name, name), "--json", *ANSWERING[name]]
    assert definition_of(asked) == name
    require_fit(json.loads(answer(asked, capsys)), name)


@pytest.mark.parametrize("label", LABELS)
def test_json_of_every_grouping_fits_its_schema(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By the step where they enter, a label is a list of numbers, which the schema did not know."""
    for example in ("gomez", str(CASES / "gru3h2.json")):
        require_fit(json.loads(answer(["paths", example, "--group-by", label, "--json"], capsys)), "groups")


@pytest.mark.parametrize("flag", ["--json", "--csv"])
@pytest.mark.parametrize("name", sorted({COMMAND.get(key, key) for key in ANSWERING}))
def test_a_table_and_a_figure_are_not_asked_for_at_once(
    name: str, flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`compare --json -o y.svg` drew the figure, and nothing said that there was no JSON."""
    options = {text: option for option in cli.commands[name].params for text in option.opts}
    if flag not in options or ".svg" not in str(getattr(options.get("-o"), "help", "")):
        return
    of = {"before-after": ["gomez"] * 2, "cells": ["lstm"]}.get(name, ANSWERING[name])
    status, out, err = ask([name, *of, flag, "-o", "y.svg"], capsys)
    assert (status, out) == (2, "")
    assert re.match(r"graphviz-lstm: (more than one )?format ", err), err
    assert not list(tmp_path.iterdir())


def test_a_wrong_answer_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    """The schema can fail: a key too many, one too few, a text for a number."""
    right = json.loads(answer(["count", "--json"], capsys))
    for wrong in ({**right, "more": 1}, {"count": 7}, {**right, "count": "seven"}):
        with pytest.raises(ValidationError):
            require_fit(wrong, "count")


def test_what_cancels_may_be_of_any_size() -> None:
    """Terms that leave the range of a float64 have no size, and of 1e-320 no rounding is left."""
    for terms, below in ((0.2, 1e-14), (None, None), (1e-320, 0.0), (1e308, None)):
        require_fit({"terms": terms, "below": below}, "rounding")
    with pytest.raises(ValidationError):
        require_fit({"terms": 0.0, "below": 0.0}, "rounding")


def test_a_large_count_is_a_text_of_all_its_digits(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(answer(["count", "--steps", "1000", "--json"], capsys))
    assert (told["steps"], len(told["count"])) == (1000, 680)


def test_a_check_tells_what_has_no_path_and_what_was_visited(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("dask")
    told = json.loads(answer(["check", "--source", "W_A", "--exhaustive", "--json"], capsys))
    require_fit(told, "check")
    assert told["checks"][0]["exhaustive"]["count"] == 7


@pytest.mark.parametrize(
    ("name", "options"),
    [("count", []), ("paths", ["--json"]), ("triangle", ["--csv"]), ("routes", []), ("derive", ["--format", "latex"])],
)
def test_an_example_from_standard_input_is_the_one_of_the_file(
    name: str, options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-` is what the file `stdin.json` would be."""
    Path("stdin.json").write_text(GOMEZ.read_text())
    give(GOMEZ.read_text(), monkeypatch)
    assert answer([name, "-", *options], capsys) == answer([name, "stdin.json", *options], capsys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON: Expecting value at line 1, column 1 in standard input"),
        (b"\xff", "cannot read an example: not UTF-8 text at byte 0 in standard input"),
        ("[]", "not an example: must be a JSON object, is a list in standard input"),
        ('{"cell": "lstn"}', "in standard input"),
    ],
)
def test_what_is_no_example_on_standard_input_is_one_line(
    text: str | bytes, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(text, monkeypatch)
    status, out, err = ask(["count", "-"], capsys)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_closed_standard_input_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert ask(["count", "-"], capsys)[2] == "graphviz-lstm: cannot read an example: it is closed in standard input\n"


@pytest.mark.parametrize(
    ("arguments", "output", "file"),
    [
        (["paths"], "-", "x.txt"),
        (["paths"], "-.csv", "x.csv"),
        (["paths", "--json"], "-", "x.json"),
        (["paths"], "-.jsonl", "x.jsonl"),
        (["triangle"], "-.json", "x.json"),
        (["triangle"], "-.svg", "x.svg"),
        (["routes"], "-", "x.txt"),
        (["routes"], "-.png", "x.png"),
        (["before-after", "gomez", "gomez"], "-.csv", "x.csv"),
        (["compare", "--schemes", "full"], "-", "x.txt"),
        (["compare", "--schemes", "full,bptt:1"], "-.svg", "x.svg"),
        (["compare", "--list"], "-.json", "x.json"),
        (["derive", "--format", "html"], "-", "x.html"),
        (["derive"], "-.tex", "x.tex"),
        (["draw"], "-", "x.svg"),
        (["draw"], "-.png", "x.png"),
        (["draw"], "-.dot", "x.dot"),
        (["strip"], "-.pdf", "x.pdf"),
        pytest.param(["page"], "-", "x.html", marks=pytest.mark.slow),
    ],
)
def test_standard_output_gets_the_bytes_of_the_file(
    arguments: list[str], output: str, file: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Binary ones too; and quiet or not."""
    for given in (output, file):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "-q", "-o", given])
        assert ended.value.code == 0, capsysbinary.readouterr()
        said = capsysbinary.readouterr()
        if given == output:
            printed = said.out
    assert said.out == b""
    assert Path(file).read_bytes() == printed
    assert [path.name for path in Path().iterdir()] == [file]


def test_a_file_that_is_called_so_is_written_by_its_path(capsys: pytest.CaptureFixture[str]) -> None:
    answer(["draw", "-o", "./-.svg"], capsys)
    assert Path("-.svg").resolve().is_file()


def test_what_is_binary_is_refused_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphviz_lstm.interfaces.cli.streams.is_terminal", lambda: True)
    status, out, err = ask(["draw", "-o", "-.png"], capsys)
    assert (status, out) == (2, "")
    assert ".png is nothing to show on a terminal (write to a file, or into a pipe)" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["draw", "-o", "-.gif"], "unknown suffix: '.gif'"),
        (["paths", "-o", "-.svg"], "unknown suffix: '.svg' of '-.svg'"),
        (["paths", "--json", "-o", "-.csv"], "more than one format asked for: .json and .csv"),
        (["derive", "--json", "--format", "latex"], "more than one format asked for: latex and json"),
        (["derive", "--json", "-o", "x.tex"], "format 'json' does not fit 'x.tex'"),
        (["explain", "--out", "-"], "--out - is a folder, of several files"),
        (["paths", "--arrays", "-"], "unknown suffix: '' of '-' (must be '.npz')"),
        (["compare", "--list", "--csv"], "the list of schemes is no CSV"),
        (["compare", "--list", "-o", "x.csv"], "unknown suffix: '.csv'"),
        (["cells", "lstn"], "unknown cell: 'lstn' (must be one of 'lstm', "),
        (["cells", "none.toml"], "cannot be read: No such file or directory in cell file 'none.toml'"),
        (["cells", "-o", "x.svg"], "a picture is of one cell: 'x.svg' (name it, such as lstm)"),
        (["cells", "lstm", "--json", "-o", "x.svg"], "format 'json' does not fit 'x.svg' (its suffix says a picture)"),
        (["cells", "lstm", "-o", "x.csv"], "unknown suffix: '.csv' of 'x.csv' (must be one of '.json', '.txt')"),
    ],
)
def test_what_does_not_fit_is_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = ask(arguments, capsys)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "name", sorted({COMMAND.get(key, key) for key in ANSWERING} - {"explain", "derive", "inspect"})
)
def test_quiet_says_nothing_and_json_is_printed_all_the_same(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    own = {"check": ["--source", "W_A"], "compare": ["--schemes", "full"], "before-after": ["gomez", "gomez"]}
    own["batch"] = ["gomez"]
    options = own.get(name, [])
    assert answer([name, "--quiet", *options], capsys) == ""
    assert answer([name, "-q", "--json", *options], capsys) == answer([name, "--json", *options], capsys) != ""


def test_quiet_hides_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(["count", "nosuch", "-q"], capsys)[::2] == (
        2,
        (
            "graphviz-lstm: unknown example: 'nosuch' (must be one of 'gomez', 'adding', 'adding-untrained', "
            "'adding-plateau', 'adding-learning'), or a JSON file's path\n"
        ),
    )


def calls() -> list[str]:
    """Return every call that a help tells."""
    return [call for command in cli.commands.values() if isinstance(command, Command) for call in command.examples]


def test_each_help_has_calls_and_shows_them_whole(capsys: pytest.CaptureFixture[str]) -> None:
    for name, command in cli.commands.items():
        assert isinstance(command, Command)
        assert 1 <= len(command.examples) <= 2
        told = answer([name, "--help"], capsys).splitlines()
        assert told[told.index("Examples:") + 1 :] == [f"  {call}" for call in command.examples]
        assert max(map(len, told)) <= 100


def write_weights() -> None:
    """Put what the calls name into the folder: weights of an LSTM."""
    lstm = arrays_of(("PyTorch", "nn.LSTM", "lstm"), 2, 3, seed=0)
    Path("model.npz").write_bytes(npz_bytes(lstm))
    Path("model.safetensors").write_bytes(safetensors_bytes(lstm))


@pytest.mark.parametrize("call", [pytest.param(call, marks=pytest.mark.slow) for call in calls()])
def test_the_calls_of_the_helps_run(call: str, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_weights()
    words = shlex.split(call.partition(" > ")[0])
    assert words.pop(0) == "graphviz-lstm"
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsysbinary.readouterr()
    assert (ended.value.code, said.err) == (0, b"")
    assert said.out or list(Path().iterdir())


def completed(words: list[str], begun: str) -> list[str]:
    """Return what a shell is offered behind these words."""
    shell = ShellComplete(cli, {}, "graphviz-lstm", "_GRAPHVIZ_LSTM_COMPLETE")
    return [item.value if item.type == "plain" else f"<{item.type}>" for item in shell.get_completions(words, begun)]


def test_a_shell_completes_commands_examples_vertices_and_schemes() -> None:
    Path("mine.json").write_text((CASES / "gru3h2.json").read_text())
    Path("deep").mkdir()
    (Path("deep") / "own.json").write_text("{}")
    assert completed([], "tri") == ["triangle"]
    assert completed(["paths"], "") == [*EXAMPLES, "mine.json"]
    Path("own.toml").write_text("")
    assert completed(["cells"], "lstm-1") == ["lstm-1997"]
    assert completed(["cells"], "o") == ["own.toml"]
    assert completed(["paths"], "deep/") == ["deep/own.json"]
    assert completed(["paths"], "nothing") == ["<file>"]
    assert sorted(completed(["paths", "--source"], "W_")) == ["W_A", "W_f", "W_i", "W_o"]
    assert "W_z" in completed(["paths", "mine.json", "--source"], "W")
    assert "W_o" not in completed(["page", "mine.json", "--source"], "W")
    assert "lstm-1997" in completed(["paths", "--scheme"], "lstm")
    assert "E" not in completed(["paths", "--through"], "")


@pytest.mark.parametrize("example", ["-", "nosuch.json", "broken.json"])
def test_completing_never_fails_and_reads_no_standard_input(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("broken.json").write_text("{")
    monkeypatch.setattr(sys, "stdin", None)
    assert completed(["count", example, "--source"], "") == []


def test_every_command_is_one_of_ours() -> None:
    """So that none is without its calls."""
    assert all(isinstance(command, Command) for command in cli.commands.values())
    assert isinstance(cli, click.Group)
