"""The command `triangle`: how far back a gradient reaches, and along which route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.options import (
    csv_option,
    element_option,
    emit,
    example_argument,
    json_option,
    source_option,
    table_format,
    table_output_option,
)
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command,
    examples=(
        "graphviz-lstm triangle --source W_f",
        "graphviz-lstm triangle gomez --element 0,0 --csv -o triangle.csv",
    ),
)
@example_argument
@source_option
@element_option
@json_option
@csv_option
@table_output_option
def triangle(
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """Tell how far back the gradient reaches: its share by step of entry and of exit, and by route."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.spread import TRIANGLE_FORMATS

    form = table_format(output, as_json=as_json, as_csv=as_csv)
    study = Study(example, source, element=element)
    with waiting("working the shares out"):
        text = TRIANGLE_FORMATS[form](study)
    emit(text, output, data=form != ".txt")
