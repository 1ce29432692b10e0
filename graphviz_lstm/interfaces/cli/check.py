"""The command `check`: a gradient in ways that share little."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.errors import InputError, NoPathError
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.options import (
    asked_under,
    detail_option,
    example_argument,
    index_of,
    json_option,
    scheme_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.outcome import say
from graphviz_lstm.interfaces.cli.waiting import progress_bar, waiting

if TYPE_CHECKING:
    from graphviz_lstm.interfaces.choices import Detail
    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command, examples=("graphviz-lstm check --source W_A", "graphviz-lstm check gomez --detail operation --json")
)
@example_argument
@source_option
@click.option(
    "--element",
    metavar="i,j",
    callback=index_of,
    help="Of a scheme that leaves another graph for each entry of the source, such as snap:1: the entry, such as 0,0.",
)
@detail_option
@scheme_option
@json_option
@click.option("--exhaustive", is_flag=True, help="Visit every path too, on all processors (needs the extra `dask`).")
@click.option(
    "--scheduler",
    default="threads",
    show_default=True,
    metavar="NAME",
    help="Where: threads, processes, or the address of a Dask cluster, tcp://host:port.",
)
def check(
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    *,
    scheme: str | None,
    as_json: bool,
    exhaustive: bool,
    scheduler: str,
) -> None:
    """Check that the paths sum to the gradient: of one source, or of every parameter."""
    from graphviz_lstm.paths.exhaustive import require_scheduler, running_client, sum_exhaustively
    from graphviz_lstm.reports import Study, describe_check
    from graphviz_lstm.reports.told import check_json, checked_content
    from graphviz_lstm.reports.words import describe_exhaustive

    require_scheduler(scheduler)
    study = asked_under(Study(example, source, element=element, detail=detail), scheme)
    by_entry = study.scheme is not None and study.scheme.per == "entry"
    if element is not None and not by_entry:
        raise InputError(
            f"--element {','.join(map(str, element))} has no use here: every entry is checked (leave it out; a scheme "
            "by entry, such as snap:1, takes one)"
        )
    if source is None:
        _ = study.adjoints  # one that is no finite number is refused before anything is told
    told: list[dict[str, Any]] = []
    lines: list[str] = []
    # A sum over every path may be refused, of the last source too: then nothing was told.
    tell = lines.append if exhaustive else say
    sources = [study] if source or by_entry else map(study.about, study.parameters)
    # One for all sources: to start one takes longer than most visits.
    with running_client(scheduler) if exhaustive else nullcontext() as client:
        for one in sources:
            try:
                with waiting(f"checking {one.source}"):
                    found = one.check()
            except NoPathError as error:
                if source or by_entry:
                    raise
                # Of one of several it is no refusal: what has none is told, and the others are checked.
                if as_json:
                    told.append({"source": one.source, "count": 0})
                else:
                    tell(f"{error}: nothing to check")
                continue
            visited = None
            if not as_json:
                tell(describe_check(found))
            if exhaustive:
                with progress_bar(f"visiting every path from {one.source}") as progress:
                    visited = sum_exhaustively(one.paths, client=client, progress=progress)
                if not as_json:
                    tell(describe_exhaustive(visited))
            told.append(checked_content(found, visited))
    for line in lines:
        say(line)
    if as_json:
        say(check_json(study, told, scheme), nl=False, data=True)
