"""The command `cells`: the library, and any one cell: its equations, where it is from, how its paths grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import SUFFIXES
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.completing import complete_cell
from graphviz_lstm.interfaces.cli.options import emit, json_option, table_format
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.streams import OutputFile
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from pathlib import Path

_TOLD = (".json", ".txt")


@click.command(cls=Command, examples=("graphviz-lstm cells", "graphviz-lstm cells slstm -o slstm.svg"))
@click.argument("name", required=False, metavar="[CELL]", shell_complete=complete_cell)
@json_option
@click.option(
    "-o",
    "output",
    type=OutputFile(),
    help="Write to this file: .txt or .json; or a picture of one cell, .svg, .png, .pdf, .dot or .tex.",
)
def cells(name: str | None, output: Path | None, *, as_json: bool) -> None:
    """List the cells of the library, or tell one: equations, source, number of paths, what cancels.

    CELL is a name of the library or a TOML file of your own.
    """
    from graphviz_lstm.reports.cells import cell_text, cells_json, cells_of, cells_text

    if output is not None and output.suffix in SUFFIXES:
        if name is None:
            raise InputError(f"a picture is of one cell: {str(output)!r} (name it, such as lstm)")
        if as_json:
            raise InputError(f"format 'json' does not fit {str(output)!r} (its suffix says a picture)")
        with waiting("drawing"):
            from graphviz_lstm.figures import draw

            content = draw(cells_of(name)[0], view="cell").content(output.suffix)
        write_file(output, content)
        return
    form = table_format(output, as_json=as_json, as_csv=False, suffixes=_TOLD)
    with waiting("counting paths"):
        found = cells_of(name)
        told = cells_json(found) if form == ".json" else cells_text(found) if name is None else cell_text(found[0])
    emit(told, output, data=form != ".txt")
