"""The command `explain`: the whole answer, in words and as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import visible
from graphviz_lstm.interfaces.cli.options import (
    detail_option,
    element_option,
    example_argument,
    full_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from graphviz_lstm.interfaces.choices import Detail


@click.command()
@example_argument
@source_option
@element_option
@detail_option
@full_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    help="The folder that the figures, tables and page are written to.",
)
def explain(
    example: str, source: str | None, element: tuple[int, ...] | None, detail: Detail, *, full: bool, out: Path
) -> None:
    """Answer the question: how much of the gradient crosses the gates, and does it cancel? Draw and list it."""
    from graphviz_lstm.files import require_folder, write_files
    from graphviz_lstm.reports import Study, describe_answer
    from graphviz_lstm.reports.bundle import answer_files

    study = Study(example, source, element=element, detail=detail)
    with waiting("working the answer out"):
        answer = study.answer
        # Not before: what has no answer leaves no folder. Not after: the figures take longer.
        require_folder(out)
        contents = answer_files(answer, full=full)
    write_files({out / name: content for name, content in contents.items()})
    listed = "".join(f"\n  {name}" for name in contents)
    click.echo(visible(f"{describe_answer(answer)}\nWritten to {out}:{listed}"))
