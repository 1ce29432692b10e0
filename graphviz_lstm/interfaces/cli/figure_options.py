"""The options of a figure as the command takes them: each row of the one table becomes an option of click's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphviz_lstm.figures.options import OPTIONS, Option, spelling
from graphviz_lstm.figures.takes import File, Flag, Names, Several, Some, Whole
from graphviz_lstm.interfaces.cli.file_names import FileName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


_Command = TypeVar("_Command", bound="Callable[..., Any]")


def figure_options(names: Iterable[str] = OPTIONS, **instead: object) -> Callable[[_Command], _Command]:
    """Return a decorator that gives a command these options; `instead` are defaults of its own.

    The command is called with each option by the keyword of `draw`: None where it was not asked for.
    """

    def decorated(command: _Command) -> _Command:
        for name in reversed(list(names)):
            command = _option(name, OPTIONS[name], instead.get(name, OPTIONS[name].default))(command)
        return command

    return decorated


def asked_for(given: Mapping[str, object]) -> dict[str, Any]:
    """Return the keywords of `draw` that were asked for, with what they are set to."""
    asked = {name: value for name, value in given.items() if value not in (None, False, ())}
    flags = {name: OPTIONS[name].takes for name in asked}
    return {name: row.value if isinstance(row := flags[name], Flag) else value for name, value in asked.items()}


def _option(name: str, row: Option, default: object) -> Callable[[_Command], _Command]:
    flag, takes = f"--{spelling(name)}", row.takes
    if isinstance(takes, Flag):
        return click.option(flag, name, is_flag=True, help=row.help)
    told = f"{row.help}  [default: {default}]" if isinstance(default, str | int) and "[" not in row.help else row.help
    if isinstance(takes, Names):
        return click.option(flag, name, type=click.Choice(takes.choices), help=told)
    if isinstance(takes, Whole):
        return click.option(flag, name, type=click.IntRange(min=takes.least), metavar="N", help=told)
    if isinstance(takes, File):
        return click.option(flag, name, type=FileName(), metavar=takes.metavar, help=told)
    if isinstance(takes, Some):

        def read(_context: click.Context, _option: click.Parameter, text: str | None) -> object:
            return None if text is None else takes.read(name, text)

        return click.option(flag, name, callback=read, metavar=takes.metavar, help=told)
    return click.option(flag, name, metavar=takes.metavar, multiple=isinstance(takes, Several), help=told)
