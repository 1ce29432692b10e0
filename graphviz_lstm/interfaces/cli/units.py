"""The command `units`: which units carry a gradient, and how far back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import UNIT_ROUTES
from graphviz_lstm.interfaces.cli.batch import form_of
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.figure_options import asked_for, figure_options
from graphviz_lstm.interfaces.cli.options import (
    csv_option,
    element_option,
    emit,
    example_argument,
    json_option,
    layout_option,
    memory_option,
    plot_output_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.problems import Problem

_LEADING = 5


@click.command(
    cls=Command,
    examples=(
        "graphviz-lstm units adding --source W_A --route carousel -o units.svg",
        "graphviz-lstm units adding --source W_A --through 'S[7]' --top 3",
    ),
)
@example_argument
@source_option
@element_option
@click.option(
    "--route", type=click.Choice(UNIT_ROUTES), default="all", show_default=True, help="Of which paths shares are told."
)
@click.option(
    "--through",
    multiple=True,
    metavar="UNIT",
    help="Leading paths that pass it at some step, such as 'S[7]' or 'a[3]'; may be given again.",
)
@click.option(
    "--top",
    type=click.IntRange(0, 1000),
    metavar="K",
    help=f"So many leading paths, unit by unit.  [default: {_LEADING} with --through, else none]",
)
@memory_option
@layout_option
@figure_options(("title", "width", "dpi", "theme", "colours"), theme="light")
@json_option
@csv_option
@plot_output_option
def units(  # noqa: PLR0913 -- an option each
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    route: str,
    through: tuple[str, ...],
    top: int | None,
    memory: float,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    **looks: object,
) -> None:
    """Tell which units carry the gradient: its share by the unit where paths enter and by the steps to their loss.

    Along the carousel alone a path stays with its unit. CSV has all paths and those along the carousel, of each unit.
    """
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.by_unit import UNIT_FORMATS, UnitsTold, plot_units

    form = form_of(output, looks, as_json=as_json, as_csv=as_csv)
    leading = (_LEADING if through else 0) if top is None else top
    if leading and form in ("", ".csv"):
        raise InputError("leading paths are told as text and JSON (leave out --through and --top, or ask for these)")
    told = UnitsTold(Study(example, source, element=element, memory=memory), route, through, leading)
    with waiting("working the shares out"):
        content = UNIT_FORMATS[form](told) if form else plot_units(told, **asked_for(looks))
    if isinstance(content, str):
        emit(content, output, data=form != ".txt")
    elif output is not None:
        with waiting("drawing"):
            drawn = content.content(output.suffix)
        write_file(output, drawn)
