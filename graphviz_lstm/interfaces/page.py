"""The command `page`: one HTML file on which the paths can be tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.options import detail_option, element_option, example_argument

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Detail


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
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file, .html.")
def page(example: str, sources: tuple[str, ...], element: tuple[int, ...] | None, detail: Detail, output: Path) -> None:
    """Write a page to try things on: paths light up in the graph, filters, backpropagation step by step."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.files import write_files
    from graphviz_lstm.graph import evaluate
    from graphviz_lstm.reports.interactive import interactive_page

    if output.suffix != ".html":
        raise InputError(f"unknown suffix: {output.suffix!r} of {str(output)!r} (must be '.html')")
    if element is not None and len(sources) != 1:
        raise InputError("an element is of one source: give exactly one --source with --element")
    loaded = load_example(example)
    text = interactive_page(evaluate(loaded, detail=detail), sources or loaded.cell.parameters, element=element)
    write_files({output: text.encode()})
