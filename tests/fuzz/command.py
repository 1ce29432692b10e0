"""The command in this process: what it says, what it writes, and what must hold of both whatever it is given."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from jsonschema import ValidationError

from graphviz_lstm.interfaces.cli import main
from tests.interfaces.schema import definition_of, require_fit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

# A word of its own, no part of a name; what the page's own program says, it says in time.
_PROGRAM = re.compile(r"<script>.*?</script>", re.DOTALL)
_NOT_A_NUMBER = re.compile(r"(?<![\w-])-?(?:nan|inf|NaN|Infinity)(?!\w)")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TEXTS = (".svg", ".dot", ".tex", ".html", ".json", ".csv", ".txt", ".md")


class Ran(NamedTuple):
    """How a command ended, and what it said and wrote."""

    status: object
    out: str
    err: str
    written: dict[str, str]


def run(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> Ran:
    """Return how the command ended; a warning is an error, and so is whatever is no end that it may have."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    written = {
        path.name: path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in TEXTS
    }
    return Ran(ended.value.code, printed.out, printed.err, written)


def unexplained(ran: Ran, given: Collection[str] = ()) -> str:
    """Return a NaN or an infinity in what a command told and wrote, with what stands around it; a refusal says why.

    A word that was given, as a title is, is no number.
    """
    for name, whole in (("standard output", ran.out), *ran.written.items()):
        text = _PROGRAM.sub("", whole)
        for found in _NOT_A_NUMBER.finditer(text):
            if found.group() not in given:
                return f"{found.group()} in {name}: {text[max(0, found.start() - 40) : found.end() + 20]!r}"
    return ""


def require_sound(ran: Ran, *, refused: bool | None = None) -> None:
    """Raise unless a command answered, or refused in one line; and unless all that is told is a number that can be."""
    require_end(ran, refused=refused)
    for text in (ran.out, ran.err, *ran.written.values()):
        found = _NOT_A_NUMBER.search(_PROGRAM.sub("", text))
        assert not found, found


def require_end(ran: Ran, *, refused: bool | None = None) -> None:
    """Raise unless a command answered, or refused in one line, whatever was told; all of that must show."""
    assert ran.status in (0, 2), ran
    if refused is not None:
        assert ran.status == (2 if refused else 0), ran
    if ran.status == 2:
        assert ran.out == ""
        assert ran.err.startswith("graphviz-lstm: ")
        assert ran.err.count("\n") == 1
        assert len(ran.err) < 800
    else:
        assert ran.err == ""
    for text in (ran.out, ran.err):
        assert not _UNSEEN.search(text)


def misfit(arguments: Sequence[str], ran: Ran) -> str:
    """Return why an answer in JSON is none that the schema knows; nothing where it is one, or none was asked for."""
    if ran.status != 0 or "--json" not in arguments:
        return ""
    # What is not told is written, perhaps to the file that was read.
    answer = ran.out or next((ran.written[name] for name in arguments if name in ran.written), "")
    try:
        require_fit(json.loads(answer), definition_of(arguments))
    except ValueError:
        return f"the answer of {arguments[0]} is no JSON"
    except ValidationError as error:
        return f"the answer of {arguments[0]} does not fit its schema at {error.json_path}: ... {error.message[-80:]}"
    return ""
