"""The command `page`: one HTML file on which the paths can be tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.completing import complete_vertex
from graphviz_lstm.interfaces.cli.options import (
    detail_option,
    element_option,
    emit,
    example_argument,
    memory_option,
    require_suffix,
)
from graphviz_lstm.interfaces.cli.streams import OutputFile
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.interfaces.choices import Detail
    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command,
    examples=("graphviz-lstm page -o page.html", "graphviz-lstm page gomez --source W_A --source W_o -o two.html"),
)
@example_argument
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    shell_complete=complete_vertex,
    help="A vertex that can be chosen on the page; may be given again.  [default: every parameter of the cell]",
)
@element_option
@detail_option
@memory_option
@click.option("-o", "output", type=OutputFile(".html"), required=True, help="The file, .html; - is standard output.")
def page(
    example: str | Problem,
    sources: tuple[str, ...],
    element: tuple[int, ...] | None,
    detail: Detail,
    memory: float,
    output: Path,
) -> None:
    """Write a page to try things on: paths light up in the graph, filters, backpropagation step by step."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.pages.interactive import interactive_page

    require_suffix(output, (".html",))
    if element is not None and len(sources) != 1:
        raise InputError("an element is of one source: give exactly one --source with --element")
    study = Study(example, sources[0] if sources else None, detail=detail, memory=memory)
    with waiting("writing the page"):
        text = interactive_page([study.about(name, element=element) for name in sources or study.parameters])
    emit(text, output)
