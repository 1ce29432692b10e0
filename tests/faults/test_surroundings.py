"""Whatever surrounds the command: streams closed or full, encodings, no home, settings, a Python that optimizes."""

from __future__ import annotations

import ast
import json
import os
import sys
from pathlib import Path

import pytest

from graphviz_lstm.figures.renaming import labels_of
from tests.faults.commands import COMMAND, GOMEZ, ROOT, left_behind, run

PRINTING = ["paths --json --top 3", "derive --steps 1", "count --steps 9"]
DRAWING = "draw -o x.svg"


def closing(redirections: str) -> tuple[str, ...]:
    """Return the command as a shell starts it that closes streams first: `2>&-`."""
    return ("sh", "-c", f'exec "$@" {redirections}', "sh", *COMMAND)


@pytest.mark.parametrize("redirections", ["2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_without_standard_error_a_figure_is_drawn(tmp_path: Path, redirections: str) -> None:
    """The next file that is opened would be taken for it."""
    done = run(DRAWING, tmp_path, program=closing(redirections))
    assert done.returncode == 0
    assert (tmp_path / "x.svg").read_bytes().endswith(b"</svg>\n")


def test_without_standard_error_a_mistake_is_told_by_the_status_alone(tmp_path: Path) -> None:
    """There is nowhere to say more."""
    assert run("draw -o x.gif", tmp_path, program=closing("2>&-")).returncode == 2


def test_without_standard_output_a_list_is_refused(tmp_path: Path) -> None:
    """`>&-`: what nobody can read is not a success."""
    done = run("count", tmp_path, program=closing(">&-"))
    assert (done.returncode, done.stderr) == (2, "graphviz-lstm: cannot use standard output: it is closed\n")


@pytest.mark.parametrize("arguments", ["count", "check --source W_A", "explain", "--help"])
def test_a_full_standard_output_is_one_line(tmp_path: Path, arguments: str) -> None:
    """`>/dev/full`."""
    with Path("/dev/full").open("w") as full:
        done = run(arguments, tmp_path, stdout=full)
    assert (done.returncode, done.stderr) == (
        2,
        "graphviz-lstm: cannot use standard output: No space left on device\n",
    )


@pytest.mark.parametrize("arguments", ["count", "check", "explain"])
def test_a_reader_that_has_gone_is_no_traceback(tmp_path: Path, arguments: str) -> None:
    """The pipe is closed before a word is in it."""
    reading, writing = os.pipe()
    os.close(reading)
    done = run(arguments, tmp_path, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what each command prints on an ordinary day."""
    return {arguments: run(arguments, tmp_path_factory.mktemp("usual")).stdout for arguments in PRINTING}


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"},
        {"COLUMNS": "20"},
        {"PYTHONOPTIMIZE": "1"},
        {"PYTHONOPTIMIZE": "2"},
        {"HOME": ""},
        {"HOME": "/proc/none", "XDG_CACHE_HOME": "/proc/none", "TERM": "dumb", "NO_COLOR": "1"},
        {"PYTHONHASHSEED": "7", "TZ": "Nowhere/Nothing", "PYTHONWARNINGS": "error"},
    ],
    ids=str,
)
def test_the_surroundings_change_no_byte(tmp_path: Path, more: dict[str, str], usual: dict[str, str]) -> None:
    """Of what is printed and of what is drawn."""
    for arguments, printed in usual.items():
        done = run(arguments, tmp_path, more=more)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", printed), arguments
    assert run(DRAWING, tmp_path, more=more).returncode == 0
    assert run("draw -o usual.svg", tmp_path).returncode == 0
    assert (tmp_path / "x.svg").read_bytes() == (tmp_path / "usual.svg").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_letters_that_a_terminal_has_not_are_escaped(tmp_path: Path, encoding: str) -> None:
    """Nothing is lost, JSON stays JSON, and no traceback tells of an encoding."""
    name = "gr\N{LATIN SMALL LETTER O WITH DIAERESIS}\N{CYRILLIC SMALL LETTER YA}\N{MUSICAL SYMBOL G CLEF}"
    (tmp_path / f"{name}.json").write_bytes(GOMEZ.read_bytes())
    for arguments in ("paths --json --top 1", "derive --steps 1"):
        command, *options = arguments.split()
        told = [command, f"{name}.json", *options]
        usual = run(told, tmp_path, more={"PYTHONIOENCODING": "utf-8"}).stdout
        done = run(told, tmp_path, more={"PYTHONIOENCODING": encoding}, encoding=encoding)
        assert (done.returncode, done.stderr) == (0, "")
        assert name in usual
        assert name not in done.stdout
        if "--json" in options:
            assert json.loads(done.stdout) == json.loads(usual)
    written = run(["explain", f"{name}.json", "--out", name], tmp_path, more={"PYTHONIOENCODING": encoding})
    assert (written.returncode, written.stderr) == (0, "")
    assert len(list((tmp_path / name).iterdir())) == 9


@pytest.mark.parametrize("where", ["example", "folder", "output"])
def test_names_that_are_not_utf8_are_names_like_others(tmp_path: Path, where: str) -> None:
    """On Linux a name is bytes."""
    odd = os.fsdecode(b"caf\xe9")
    out = odd if where == "folder" else "out"
    (tmp_path / f"{odd}.json").write_bytes(GOMEZ.read_bytes())
    example = f"{odd}.json" if where == "example" else "gomez"
    done = run(["explain", example, "--out", out], tmp_path, more={"PYTHONIOENCODING": "utf-8"})
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((tmp_path / out).iterdir())) == 9
    if where == "output":
        drawn = run(["draw", "-o", f"{odd}.svg"], tmp_path)
        assert (drawn.returncode, drawn.stderr) == (0, "")
        assert (tmp_path / f"{odd}.svg").exists()


@pytest.mark.parametrize("name", ["pipe.json", "/dev/zero", "/dev/stdin", "."])
def test_an_example_that_is_no_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """A pipe that nobody writes to has no end, and a device may have none either."""
    os.mkfifo(tmp_path / "pipe.json")
    done = run(["count", name], tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("graphviz-lstm: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("option", ["--labels", "--colours"])
@pytest.mark.parametrize("name", ["pipe.toml", "/dev/tty", "/dev/zero"])
def test_names_and_colours_that_are_in_no_file_are_refused_at_once(tmp_path: Path, option: str, name: str) -> None:
    """Of a pipe that nobody writes to the draw waited for ever."""
    os.mkfifo(tmp_path / "pipe.toml")
    done = run(["draw", option, name, "-o", "x.svg"], tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    what = "labels" if option == "--labels" else "theme"
    assert done.stderr == f"graphviz-lstm: cannot read {what} file {name!r}: not an ordinary file\n"


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="no names of open files")
def test_what_a_shell_writes_into_a_pipe_of_its_own_is_read() -> None:
    """`--labels <(...)`: the pipe is open already, and who writes into it is there."""
    reading, writing = os.pipe()
    os.write(writing, b'S = "c"')
    os.close(writing)
    try:
        assert labels_of(f"/dev/fd/{reading}") == {"S": "c"}
    finally:
        os.close(reading)


@pytest.mark.slow
def test_a_strip_is_drawn_by_no_settings_of_others(tmp_path: Path) -> None:
    """A `matplotlibrc` in the working folder and a backend that nobody knows are Matplotlib's own, not the figure's."""
    assert run("strip -o usual.svg", tmp_path).returncode == 0
    settings = "font.size: 30\naxes.grid: True\nsvg.fonttype: path\nnonsense: 3\n"
    for backend, text in (("nonsense", None), ("agg", settings), ("nonsense", settings)):
        if text is not None:
            (tmp_path / "matplotlibrc").write_text(text)
        done = run("strip -o x.svg", tmp_path, more={"MPLBACKEND": backend})
        assert (done.returncode, done.stderr) == (0, "")
        assert (tmp_path / "x.svg").read_bytes() == (tmp_path / "usual.svg").read_bytes()


def test_settings_that_are_no_text_are_one_line(tmp_path: Path) -> None:
    """Of Matplotlib, which reads them wherever it is started."""
    (tmp_path / "matplotlibrc").write_bytes(b"font.size: \xe9\n")
    done = run("strip -o x.svg", tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        "graphviz-lstm: cannot read Matplotlib's settings: a matplotlibrc that is not UTF-8 text\n",
    )


def test_who_is_started_from_here_finds_the_fonts_as_they_were(tmp_path: Path) -> None:
    """What Graphviz is told of fonts and of the time zone is told to nobody else, and nothing is left for it."""
    program = """
import os, time
from graphviz_lstm import Study
before, zone = dict(os.environ), time.tzname
Study("gomez").figure().pdf
assert dict(os.environ) == before and time.tzname == zone
"""
    for more in ({}, {"TZ": "Asia/Tokyo", "FONTCONFIG_FILE": "/none"}):
        done = run([], tmp_path, program=(sys.executable, "-c", program), more=more)
        assert (done.returncode, done.stderr) == (0, "")
    assert left_behind(tmp_path) == []


def test_no_assertion_carries_behaviour() -> None:
    """`-O` leaves them out: they tell a type checker what is known, and nobody else anything."""
    telling = 0
    for path in (ROOT / "graphviz_lstm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assert):
                told = ast.unparse(node.test)
                assert told.endswith(" is not None") or told.startswith("isinstance("), f"{path.name}: {told}"
                telling += 1
    assert telling < 20


def test_a_command_needs_nothing_of_its_own_folder(tmp_path: Path) -> None:
    """The folder that it was started in is gone."""
    (tmp_path / "gone").mkdir()
    program = "import os, sys; os.chdir('gone'); os.rmdir('../gone'); from graphviz_lstm.__main__ import main; main()"
    done = run("count", tmp_path, program=(sys.executable, "-c", program))
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")


# A module of the package whose compiled file was cut short: Python leaves one behind on a disk that was full.
CUT_SHORT = """
import sys
from importlib.machinery import SourceFileLoader
get_code = SourceFileLoader.get_code

def cut(self, name):
    if name == "graphviz_lstm.reports":
        raise EOFError("marshal data too short")
    return get_code(self, name)

SourceFileLoader.get_code = cut
from graphviz_lstm.__main__ import main
main()
"""


def test_a_defect_is_not_told_as_an_interrupt(tmp_path: Path) -> None:
    """The end of a file inside it is taken for Ctrl-C by the library that reads the command line."""
    done = run("count", tmp_path, program=(sys.executable, "-c", CUT_SHORT))
    assert done.returncode == 1
    assert "interrupted" not in done.stderr
    assert done.stderr.endswith("EOFError: marshal data too short\n")
