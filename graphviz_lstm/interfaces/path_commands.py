"""The commands about paths: `paths`, `count`, `check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.options import (
    default_source,
    detail_option,
    element_option,
    emit,
    example_argument,
    some,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.waiting import progress_bar, waiting

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Detail
    from graphviz_lstm.paths import PathSet, Selection

_LABELS = ("crossings", "gates", "recurrence", "entry", "length")


@click.command()
@example_argument
@source_option
@element_option
@detail_option
@click.option("--top", type=click.IntRange(min=0), help="Show so many paths, the largest |share| first.  [default: 10]")
@click.option("--at-least", type=float, metavar="SHARE", help="Show all paths with this |share| or more, such as 0.01.")
@click.option("--covering", type=float, metavar="PART", help="Show the fewest that make up this part of all |shares|.")
@click.option("--through", multiple=True, metavar="VERTEX", help="Only paths that pass it; may be given again.")
@click.option("--avoiding", multiple=True, metavar="VERTEX", help="Only paths that do not pass it; may be given again.")
@click.option("--crossing", type=click.IntRange(min=0), metavar="N", help="Only paths that cross N gates.")
@click.option(
    "--group-by", type=click.Choice(_LABELS), help="Sum all paths by this instead, exactly, without listing them."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write to this file: .json, .csv or .txt.")
def paths(  # noqa: PLR0913 -- an option each
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    *,
    top: int | None,
    at_least: float | None,
    covering: float | None,
    through: tuple[str, ...],
    avoiding: tuple[str, ...],
    crossing: int | None,
    group_by: str | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """List the leading paths with their shares; all the others are the remainder."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.gradients import check as check_source
    from graphviz_lstm.graph import TARGET, evaluate
    from graphviz_lstm.paths import find_paths
    from graphviz_lstm.reports import describe_selection
    from graphviz_lstm.reports.groups import GROUP_FORMATS, groups_of
    from graphviz_lstm.reports.tables import paths_csv, paths_json

    form = table_format(output, as_json=as_json, as_csv=as_csv)
    ways = {"--top": top, "--at-least": at_least, "--covering": covering, "--group-by": group_by}
    asked = [name for name, value in ways.items() if value is not None]
    if len(asked) > 1:
        raise InputError(f"more than one way to choose paths: {' and '.join(asked)} (choose one)")
    loaded = load_example(example)
    with waiting("working the paths out"):
        graph = evaluate(loaded, detail=detail)
        start = source or default_source(loaded)
        whole = some(find_paths(graph, start, TARGET, element=element))
        found = some(_restricted(whole, through, avoiding, crossing))
        if group_by is not None:
            text = GROUP_FORMATS[form](found, group_by, groups_of(found, group_by))
        else:
            selection = _selection(found, 10 if top is None else top, at_least, covering)
            if form == ".json":
                text = paths_json(loaded.name, found, selection, check_source(graph, start, paths=whole))
            elif form == ".csv":
                text = paths_csv(graph, found, selection)
            else:
                text = describe_selection(found, selection) + "\n"
    emit(text, output)


def _restricted(found: PathSet, through: tuple[str, ...], avoiding: tuple[str, ...], crossing: int | None) -> PathSet:
    for vertex in through:
        found = found.through(vertex)
    for vertex in avoiding:
        found = found.avoiding(vertex)
    return found if crossing is None else found.crossing("crossings", times=crossing)


def _selection(found: PathSet, top: int, at_least: float | None, covering: float | None) -> Selection:
    if at_least is not None:
        return found.at_least(at_least)
    if covering is not None:
        return found.covering(covering)
    return found.top(min(top, found.count))


@click.command()
@example_argument
@source_option
@detail_option
@click.option("--steps", type=click.IntRange(min=1), help="Unroll the cell over so many steps instead.")
def count(example: str, source: str | None, detail: Detail, steps: int | None) -> None:
    """Print how many paths there are, exactly, however many."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.reports.counting import count_paths

    loaded = load_example(example)
    with waiting("counting"):
        number = count_paths(loaded, source or default_source(loaded), steps=steps, detail=detail)
    click.echo(number)


@click.command()
@example_argument
@source_option
@detail_option
@click.option("--exhaustive", is_flag=True, help="Visit every path too, on all processors (needs the extra `dask`).")
@click.option(
    "--scheduler",
    default="threads",
    show_default=True,
    metavar="NAME",
    help="Where: threads, processes, or the address of a Dask cluster, tcp://host:port.",
)
def check(example: str, source: str | None, detail: Detail, *, exhaustive: bool, scheduler: str) -> None:
    """Check that the paths sum to the gradient: of one source, or of every parameter."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.gradients import check as check_source
    from graphviz_lstm.graph import TARGET, evaluate
    from graphviz_lstm.paths import find_paths
    from graphviz_lstm.paths.exhaustive import require_scheduler, sum_exhaustively
    from graphviz_lstm.reports.words import describe_check, describe_exhaustive

    require_scheduler(scheduler)
    loaded = load_example(example)
    graph = evaluate(loaded, detail=detail)
    for name in [source] if source else loaded.cell.parameters:
        with waiting(f"checking {name}"):
            found = check_source(graph, name)
        click.echo(describe_check(found))
        if exhaustive:
            with progress_bar(f"visiting every path from {name}") as progress:
                visited = sum_exhaustively(find_paths(graph, name, TARGET), scheduler=scheduler, progress=progress)
            click.echo(describe_exhaustive(visited))
