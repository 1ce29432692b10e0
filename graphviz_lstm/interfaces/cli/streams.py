"""`-`: an example that is read from standard input, and a file that is standard output."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import ExampleError, InputError
from graphviz_lstm.interfaces.cli.colours import is_terminal
from graphviz_lstm.interfaces.cli.file_names import FileName
from graphviz_lstm.interfaces.cli.weights import weights_example

if TYPE_CHECKING:
    import click

    from graphviz_lstm.problems import Problem

STANDARD = "-"
# What a terminal would not show but obey.
_BINARY = (".png", ".pdf")
_OUTPUT = re.compile(r"-(\.\w+)?")


class OutputFile(FileName):
    """A file to write, or `-` for standard output: `-.png` says the format too, as a file's suffix does.

    A file that bears such a name is `./-`.
    """

    def __init__(self, plain: str = "") -> None:
        super().__init__()
        self._plain = plain

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; `-` with the suffix that is meant where none is given."""
        given = os.fsdecode(value)
        if not _OUTPUT.fullmatch(given):
            path = Path(os.fsdecode(super().convert(value, param, ctx)))
            return path.absolute() if is_standard(path) else path
        path = Path(f"-{self._plain}" if given == STANDARD else given)
        if path.suffix in _BINARY and is_terminal():
            self.fail(f"{path.suffix} is nothing to show on a terminal (write to a file, or into a pipe)", param, ctx)
        return path


def is_standard(output: Path) -> bool:
    """Return whether a file is standard output.

    >>> [is_standard(Path(name)) for name in ("-", "-.svg", "a-.svg")]
    [True, True, False]
    """
    return _OUTPUT.fullmatch(str(output)) is not None


def given_example(context: click.Context, _argument: click.Parameter, example: str) -> str | Problem:
    """Return an example's name or path as it is, and as a problem what `-` holds, and what a weights file does.

    Raises
    ------
    InputError
        If it cannot be read or does not fit, as of a file.
    """
    if context.resilient_parsing:
        return example
    if example != STANDARD:
        return weights_example(context, example) or example
    from graphviz_lstm.problems import parse_problem

    try:
        return parse_problem(_read(), name="stdin")
    except InputError as error:
        raise type(error)(f"{error} in standard input") from None


def _read() -> str:
    if sys.stdin is None:
        raise ExampleError("cannot read an example: it is closed")
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except OSError as error:
        raise ExampleError(f"cannot read an example: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ExampleError(f"cannot read an example: not UTF-8 text at byte {error.start}") from None
