"""The command `page`: one HTML file on which the paths can be tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.cli.options import (
    detail_option,
    element_option,
    emit,
    example_argument,
    memory_option,
    require_suffix,
)
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from graphviz_lstm.interfaces.choices import Detail


@click.command()
@example_argument
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="A vertex that can be chosen on the page; may be given again.  [default: every parameter of the cell]",
)
@element_option
@detail_option
@memory_option
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file, .html.")
def page(
    example: str,
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
