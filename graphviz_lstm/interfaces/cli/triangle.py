"""The command `triangle`: how far back a gradient reaches, and along which route."""

from __future__ import annotations

from pathlib import Path

import click

from graphviz_lstm.interfaces.cli.options import (
    element_option,
    emit,
    example_argument,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.waiting import waiting


@click.command()
@example_argument
@source_option
@element_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write to this file: .json, .csv or .txt.")
def triangle(
    example: str,
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
    emit(text, output)
