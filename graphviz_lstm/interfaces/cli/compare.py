"""The command `compare`: which paths an approximation of the gradient drops, and what that costs."""

from __future__ import annotations

from pathlib import Path

import click

from graphviz_lstm.interfaces.choices import SUFFIXES
from graphviz_lstm.interfaces.cli.options import (
    element_option,
    emit,
    example_argument,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.waiting import waiting


@click.command()
@example_argument
@click.option(
    "--schemes",
    metavar="NAME,...",
    help="Which, with commas between: full, lstm-1997, bptt:2, h-detach:0.25, or rules such as 'cut H[t-1] -> o[t]'.",
)
@source_option
@element_option
@click.option("--list", "listed", is_flag=True, help="List the schemes, what each drops, and who proposed it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path),
    help="Write to this file: .json, .csv or .txt; or a sheet of figures, .svg, .png, .pdf, .dot or .tex.",
)
def compare(
    example: str,
    schemes: str | None,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    listed: bool,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """Tell which paths truncated and other approximate gradients drop, and how far off they are."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.comparison import COMPARISON_FORMATS, DEFAULT_SCHEMES, comparison_figure, list_schemes

    if listed:
        emit(list_schemes(), output)
        return
    drawn = output is not None and output.suffix in SUFFIXES
    form = "" if drawn else table_format(output, as_json=as_json, as_csv=as_csv)
    chosen = DEFAULT_SCHEMES if schemes is None else tuple(part.strip() for part in schemes.split(",") if part.strip())
    study = Study(example, source, element=element)
    if drawn and output is not None:
        with waiting("drawing"):
            content = comparison_figure(study, None if schemes is None else chosen).content(output.suffix)
        write_file(output, content)
        return
    with waiting("comparing"):
        text = COMPARISON_FORMATS[form](study, chosen)
    emit(text, output)
