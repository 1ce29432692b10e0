"""What a command has let out so far, on standard output and into files: so that who interrupts it is told the truth."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import OutputError, visible
from graphviz_lstm.interfaces.cli.colours import for_reader
from graphviz_lstm.interfaces.cli.streams import is_standard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path


@dataclass(slots=True)
class Outcome:
    """What is out: whether anything was printed, and what was written, in words; and whether nothing is to be said."""

    printed: bool = False
    written: str = ""
    quiet: bool = False

    def __str__(self) -> str:
        """Return it in words.

        >>> str(Outcome()), str(Outcome(printed=True)), str(Outcome(written="'x.svg' was written"))
        ('nothing was written', 'what was printed may not be all', "'x.svg' was written")
        """
        if self.written:
            return self.written
        return "what was printed may not be all" if self.printed else "nothing was written"


def say(text: str, *, nl: bool = True, data: bool = False) -> None:
    """Print a text, and a line's end unless it has one; what does not show, or has no letter there, is escaped.

    Parameters
    ----------
    data
        Whether it is for programs: then it is the same on a terminal, and printed though all be quiet.

    Raises
    ------
    OutputError
        If there is no standard output.
    """
    if is_quiet() and not data:
        return
    _begin()
    told = _sayable(visible(text), getattr(sys.stdout, "encoding", None) or "utf-8")
    # Colours are ours: whether there are any has been asked.
    click.echo(told if data else for_reader(told), nl=nl, color=True)


def is_quiet() -> bool:
    """Return whether whoever runs the command wants no text from it, and no sign of progress."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.obj, Outcome) and context.obj.quiet


def _begin() -> None:
    """Note that something is printed, where something can be."""
    if sys.stdout is None:
        raise OutputError("cannot use standard output: it is closed")
    _outcome().printed = True


def _sayable(text: str, encoding: str) -> str:
    r"""Return a text in which what an encoding has no letter for is escaped, as JSON has it: so JSON stays JSON.

    >>> _sayable("größe: \N{GREEK SMALL LETTER ALPHA}", "latin-1"), _sayable("größe", "ascii")
    ('größe: \\u03b1', 'gr\\u00f6\\u00dfe')
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(letter if _has(encoding, letter) else json.dumps(letter)[1:-1] for letter in text)
    return text


def _has(encoding: str, letter: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def write_file(file: Path, content: bytes) -> None:
    """Write a file, or to standard output where `file` is that. See `write_several`."""
    if is_standard(file):
        _begin()
        click.echo(content, nl=False)
    else:
        write_several({file: content})


def write_several(contents: Mapping[Path, bytes]) -> None:
    """Write files, all of them or none.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    from graphviz_lstm.files import is_ordinary, uninterrupted, write_files
    from graphviz_lstm.interfaces.cli.apart import apart

    if not all(map(is_ordinary, contents)):
        # A pipe or a device: nobody knows how long it takes, and it may be interrupted.
        write_files(contents)
        return
    with uninterrupted():
        apart(lambda: write_files(contents))
        names = " and ".join(repr(str(file)) for file in contents)
        _outcome().written = f"{names} {'was' if len(contents) == 1 else 'were'} written"


def write_folder(
    folder: Path,
    contents: Mapping[str, bytes],
    stale: Callable[[], Iterable[Path]],
    beside: Mapping[Path, bytes] | None = None,
) -> None:
    """Write files that belong together into a folder, which is made if it is not there; `stale` ones of before go.

    Parameters
    ----------
    beside
        Files elsewhere that belong to them.

    Raises
    ------
    OutputError
        If one of them cannot be written: then none is.
    """
    from graphviz_lstm.files import uninterrupted, write_files
    from graphviz_lstm.interfaces.cli.apart import apart

    files = {folder / name: content for name, content in contents.items()} | dict(beside or {})
    with uninterrupted():
        apart(lambda: write_files(files, folder=folder, stale=stale))
        _outcome().written = f"{len(files)} files were written to {str(folder)!r}"


def _outcome() -> Outcome:
    outcome: Outcome = click.get_current_context().obj
    return outcome
