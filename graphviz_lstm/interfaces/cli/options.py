"""What the commands have in common: the example, the source, and where the result goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError, visible
from graphviz_lstm.interfaces.choices import DETAILS, LEVELS, TABLES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


def _element(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """Return the index that a text tells, one number for each axis."""
    try:
        return None if text is None else tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an index (must be whole numbers with commas, such as 0,0)") from None


example_argument = click.argument("example", default="gomez", metavar="[EXAMPLE]")
source_option = click.option(
    "--source",
    metavar="NAME",
    help="The vertex whose paths to E are meant: a parameter, an input (X_1), an initial state, or any other.  "
    "[default: the cell's first parameter]",
)
element_option = click.option(
    "--element", metavar="i,j", callback=_element, help="Look at one entry of the source alone, such as 0,0."
)
detail_option = click.option(
    "--detail",
    type=click.Choice(DETAILS),
    default="gate",
    show_default=True,
    help="A vertex for each quantity of the cell, or also for each activation's argument.",
)
level_option = click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="quantity",
    show_default=True,
    help="A vertex of a path is a quantity (a_3), or one entry of it (a_3[7]): then all signs and sizes are exact.",
)
full_option = click.option(
    "--full", is_flag=True, help="Write arrays of more than 64 entries whole, not their length alone: JSON and CSV."
)


def require_suffix(output: Path, suffixes: Collection[str]) -> str:
    """Return the suffix of a file.

    Raises
    ------
    InputError
        If it is none of those.
    """
    if output.suffix not in suffixes:
        known = ", ".join(map(repr, suffixes))
        due = known if len(suffixes) == 1 else f"one of {known}"
        raise InputError(f"unknown suffix: {output.suffix!r} of {str(output)!r} (must be {due})")
    return output.suffix


def table_format(output: Path | None, *, as_json: bool, as_csv: bool) -> str:
    """Return the suffix of the format that is asked for; text where nothing is."""
    asked = [suffix for suffix, flag in ((".json", as_json), (".csv", as_csv)) if flag]
    if output is not None:
        asked.append(require_suffix(output, TABLES))
    if len(set(asked)) > 1:
        raise InputError(f"more than one format asked for: {' and '.join(asked)} (choose one)")
    return asked[0] if asked else ".txt"


def emit(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file."""
    from graphviz_lstm.files import write_files

    if output is None:
        click.echo(visible(text), nl=False)
    else:
        write_files({output: text.encode()})
