"""The command `draw`: the gradient along the net."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.figure_options import asked_for, figure_options
from graphviz_lstm.interfaces.cli.options import (
    asked_under,
    element_option,
    example_argument,
    scheme_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.streams import OutputFile
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command,
    examples=("graphviz-lstm draw -o gradient.svg", "graphviz-lstm draw gomez --source W_o --path 2 -o - > path.svg"),
)
@example_argument
@source_option
@element_option
@scheme_option
@figure_options()
@click.option("-o", "output", type=OutputFile(".svg"), required=True, help="The file: .svg, .png, .pdf, .dot or .tex.")
def draw(
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    scheme: str | None,
    output: Path,
    **given: object,
) -> None:
    """Draw the unrolled graph with the gradient on it, or one path of it."""
    from graphviz_lstm.figures import require_suffix
    from graphviz_lstm.figures.options import require_file_use
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.cell_figure import cell_figure

    suffix = require_suffix(output)
    asked = asked_for(given)
    require_file_use(asked, [suffix])
    with waiting("drawing"):
        if asked.get("view") == "cell":
            rest = {name: value for name, value in asked.items() if name != "view"}
            figure = cell_figure(example, source=source, element=element, scheme=scheme, **rest)
        else:
            detail = asked.get("detail", "gate")
            whole = Study(example, source, element=element, detail="gate" if detail == "unit" else detail)
            study = asked_under(whole, scheme)
            figure = study.figure(**asked)
        content = figure.content(suffix)
    write_file(output, content)
