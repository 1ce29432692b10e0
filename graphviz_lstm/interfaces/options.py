"""What the commands have in common: the example, the source, and where the result goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graphviz_lstm.cells import Example
    from graphviz_lstm.paths import PathSet

# Choices that are known to rooms which `--help` does not load; a test holds them to those.
DETAILS = ("gate", "operation")


class Element(click.ParamType[tuple[int, ...]]):
    """`0,0`: an index into the source, one number for each axis."""

    name = "i,j"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the index that a text tells."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not an index (must be whole numbers with commas, such as 0,0)", param, ctx)


def example_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Take the example: a name or a file."""
    return click.argument("example", default="gomez", metavar="[EXAMPLE]")(command)


def source_option(command: Callable[..., None]) -> Callable[..., None]:
    """Take the vertex from which paths begin."""
    return click.option(
        "--source",
        metavar="NAME",
        help="The vertex whose paths to E are meant: a parameter, an input (X_1), an initial state, or any other.  "
        "[default: the cell's first parameter]",
    )(command)


def element_option(command: Callable[..., None]) -> Callable[..., None]:
    """Take one entry of the source."""
    return click.option("--element", type=Element(), help="Look at one entry of the source alone, such as 0,0.")(
        command
    )


def detail_option(command: Callable[..., None]) -> Callable[..., None]:
    """Take how fine the graph is."""
    return click.option(
        "--detail",
        type=click.Choice(DETAILS),
        default="gate",
        show_default=True,
        help="A vertex for each quantity of the cell, or also for each activation's argument.",
    )(command)


def some(paths: PathSet) -> PathSet:
    """Return `paths`, which may not be none."""
    from graphviz_lstm.errors import NoPathError

    if not paths:
        raise NoPathError(f"no path from {paths.source!r} to {paths.target!r}")
    return paths


def default_source(example: Example) -> str:
    """Return the cell's first parameter."""
    return example.cell.parameters[0]


def table_format(output: Path | None, *, as_json: bool, as_csv: bool) -> str:
    """Return the suffix of the format that is asked for; text where nothing is."""
    asked = [suffix for suffix, flag in ((".json", as_json), (".csv", as_csv)) if flag]
    if output is not None:
        if output.suffix not in (".json", ".csv", ".txt"):
            raise InputError(
                f"unknown suffix: {output.suffix!r} of {str(output)!r} (must be one of '.json', '.csv', '.txt')"
            )
        asked.append(output.suffix)
    if len(set(asked)) > 1:
        raise InputError(f"more than one format asked for: {' and '.join(asked)} (choose one)")
    return asked[0] if asked else ".txt"


def emit(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file."""
    from graphviz_lstm.files import write_files

    if output is None:
        click.echo(text, nl=False)
    else:
        write_files({output: text.encode()})
