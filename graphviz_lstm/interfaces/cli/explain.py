"""The command `explain`: the whole answer, in words and as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.file_names import FileName
from graphviz_lstm.interfaces.cli.options import (
    arrays_option,
    asked_under,
    detail_option,
    element_option,
    example_argument,
    full_option,
    json_option,
    memory_option,
    require_arrays,
    scheme_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.outcome import say, write_folder
from graphviz_lstm.interfaces.cli.streams import is_standard
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from graphviz_lstm.interfaces.choices import Detail
    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command,
    examples=("graphviz-lstm explain", "graphviz-lstm explain gomez --element 0,0 --out answer"),
)
@example_argument
@source_option
@element_option
@detail_option
@full_option
@scheme_option
@memory_option
@arrays_option
@json_option
@click.option(
    "--out",
    type=FileName(),
    default=Path("output"),
    show_default=True,
    help="The folder that the figures, tables and page are written to.",
)
@click.option("--long", is_flag=True, help="Print the whole answer, as the page has it, not only one screen of it.")
def explain(  # noqa: PLR0913 -- an option each
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    *,
    scheme: str | None,
    full: bool,
    long: bool,
    memory: float,
    arrays: Path | None,
    as_json: bool,
    out: Path,
) -> None:
    """Answer the question: how much of the gradient crosses the gates, and does it cancel? Draw and list it."""
    from graphviz_lstm.files import require_folder
    from graphviz_lstm.reports import Study, describe_answer
    from graphviz_lstm.reports.bundle import answer_arrays, answer_files, stale_files

    require_arrays(arrays)
    if is_standard(out):
        raise InputError(f"--out {out} is a folder, of several files (for standard output ask --json)")
    study = asked_under(Study(example, source, element=element, detail=detail, memory=memory), scheme)
    with waiting("working the answer out"):
        answer = study.answer
        # Not before: what has no answer asks for no folder. Not after: the figures take longer.
        require_folder(out)
        contents = answer_files(answer, full=full)
        beside = {} if arrays is None else {arrays: answer_arrays(answer)}
    write_folder(out, contents, lambda: stale_files(out, contents), beside)
    if as_json:
        say(next(content for name, content in contents.items() if name.endswith(".json")).decode(), nl=False, data=True)
        return
    listed = [f"Written to {out}:", *(f"  {name}" for name in contents), *(f"Arrays written to {f}" for f in beside)]
    more = [] if long else ["All of it: --long here, or in a browser the page, which is the first file below.", ""]
    say("\n".join([describe_answer(answer, brief=not long), *more, *listed]))
