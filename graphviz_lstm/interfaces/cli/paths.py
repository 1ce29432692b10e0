"""The commands that list and count paths: `paths` and `count`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import LABELS, PATH_FORMATS
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.completing import complete_vertex
from graphviz_lstm.interfaces.cli.options import (
    arrays_option,
    asked_under,
    csv_option,
    detail_option,
    element_option,
    emit,
    example_argument,
    json_option,
    level_option,
    memory_option,
    require_arrays,
    scheme_option,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import say
from graphviz_lstm.interfaces.cli.streams import OutputFile
from graphviz_lstm.interfaces.cli.waiting import progress_bar, waiting

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.interfaces.choices import Detail, Level
    from graphviz_lstm.paths import Budget, PathSet, Selection, UnitPathSet
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports import Study

_LEADING = 10
# Of a search that is given seconds: what waits at each step is kept, some gigabytes of so many at most.
_MOST_STEPS = 1_000_000


@click.command(
    cls=Command,
    examples=("graphviz-lstm paths --element 0,0", "graphviz-lstm paths gomez --top 3 --through H_0 --json"),
)
@example_argument
@source_option
@element_option
@detail_option
@level_option
@scheme_option
@memory_option
@click.option("--top", type=click.IntRange(min=0), help="Show so many paths, the largest |share| first.  [default: 10]")
@click.option("--at-least", type=float, metavar="SHARE", help="Show all paths with this |share| or more, such as 0.01.")
@click.option("--covering", type=float, metavar="PART", help="Show the fewest that make up this part of all |shares|.")
@click.option(
    "--budget",
    type=float,
    metavar="SECONDS",
    help="Stop a search for --top or --at-least then, and tell what may be missing; not with --level unit, where "
    "nothing is searched.  [default: some 50,000 steps]",
)
@click.option(
    "--through",
    multiple=True,
    metavar="VERTEX",
    shell_complete=complete_vertex,
    help="Only paths that pass it, or one unit of it, such as 'a_3[7]'; may be given again.",
)
@click.option(
    "--avoiding",
    multiple=True,
    metavar="VERTEX",
    shell_complete=complete_vertex,
    help="Only paths that do not pass it; may be given again.",
)
@click.option("--crossing", type=click.IntRange(min=0), metavar="N", help="Only paths that cross N gates.")
@click.option(
    "--group-by", type=click.Choice(LABELS), help="Sum all paths by this instead, exactly, without listing them."
)
@json_option
@csv_option
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(PATH_FORMATS)),
    help="How they are printed; jsonl: JSON Lines, an object a line, arrays whole.  [default: text]",
)
@click.option(
    "--full",
    is_flag=True,
    help="Leave nothing out: in JSON and CSV arrays of more than 64 entries whole; of groups each label by itself.",
)
@arrays_option
@click.option(
    "-o", "output", type=OutputFile(), help="Write to this file: .json, .csv, .jsonl or .txt; - is standard output."
)
def paths(  # noqa: PLR0913 -- an option each
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    level: Level,
    *,
    scheme: str | None,
    memory: float,
    top: int | None,
    at_least: float | None,
    covering: float | None,
    budget: float | None,
    through: tuple[str, ...],
    avoiding: tuple[str, ...],
    crossing: int | None,
    group_by: str | None,
    as_json: bool,
    as_csv: bool,
    form: str | None,
    full: bool,
    arrays: Path | None,
    output: Path | None,
) -> None:
    """List the leading paths with their shares; all the others are the remainder."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.groups import GROUP_FORMATS, groups_arrays, groups_of
    from graphviz_lstm.reports.lines import npz_bytes, paths_arrays

    chosen = None if form is None else PATH_FORMATS[form]
    suffix = table_format(output, as_json=as_json, as_csv=as_csv, suffix=chosen, suffixes=tuple(PATH_FORMATS.values()))
    require_arrays(arrays)
    ways = {"--top": top, "--at-least": at_least, "--covering": covering, "--group-by": group_by}
    asked = [name for name, value in ways.items() if value is not None]
    if len(asked) > 1:
        raise InputError(f"more than one way to choose paths: {' and '.join(asked)} (choose one)")
    if budget is not None and asked and asked[0] in ("--covering", "--group-by"):
        raise InputError(f"--budget does not fit {asked[0]}: nothing is searched there (leave it out, or ask --top)")
    if budget is not None and level == "unit":
        raise InputError("--budget does not fit --level unit: nothing is searched there, all is exact (leave it out)")
    time = _budget(budget)
    study = asked_under(Study(example, source, element=element, detail=detail, memory=memory), scheme)
    with waiting("working the paths out"):
        found = study.among(through=through, avoiding=avoiding, crossing=crossing, level=level)
    if group_by is not None:
        with progress_bar("summing the groups up") as progress:
            groups = groups_of(found, group_by, full=full, progress=progress)
        text = GROUP_FORMATS[suffix](groups)
        beside = {} if arrays is None else {arrays: npz_bytes(groups_arrays(groups))}
    else:
        with waiting("working the paths out"):
            selection = _selection(found, _LEADING if top is None else top, at_least, covering, time)
            text = _told(study, found, selection, suffix, full=full)
            beside = {} if arrays is None else {arrays: npz_bytes(paths_arrays(study, selection, paths=found))}
    emit(text, output, beside, data=suffix != ".txt")


def _told(study: Study, found: PathSet | UnitPathSet, selection: Selection, suffix: str, *, full: bool) -> str:
    """Return the paths in the format of this suffix."""
    from graphviz_lstm.reports import describe_selection
    from graphviz_lstm.reports.lines import paths_lines
    from graphviz_lstm.reports.tables import paths_csv, paths_json

    if suffix == ".json":
        return paths_json(study, selection, paths=found, full=full)
    if suffix == ".csv":
        return paths_csv(study, selection, paths=found, full=full)
    if suffix == ".jsonl":
        return paths_lines(study, selection, paths=found)
    return describe_selection(found, selection, study.named) + "\n"


def _budget(seconds: float | None) -> Budget:
    """Return how long a search may take."""
    from graphviz_lstm.paths import Budget
    from graphviz_lstm.paths.choosing.best_vectors import require_budget

    return Budget() if seconds is None else require_budget(Budget(_MOST_STEPS, seconds))


def _selection(
    found: PathSet | UnitPathSet, top: int, at_least: float | None, covering: float | None, budget: Budget
) -> Selection:
    if at_least is not None:
        return found.at_least(at_least, budget=budget)
    if covering is not None:
        return found.covering(covering)
    return found.top(min(top, found.count), budget=budget)


@click.command(
    cls=Command, examples=("graphviz-lstm count --steps 1000", "graphviz-lstm count gomez --source W_f --json")
)
@example_argument
@source_option
@detail_option
@json_option
@click.option("--steps", type=click.IntRange(min=1), help="Unroll the cell over so many steps instead.")
def count(example: str | Problem, source: str | None, detail: Detail, steps: int | None, *, as_json: bool) -> None:
    """Print how many paths there are, exactly, however many."""
    from graphviz_lstm.paths.listing.limits import all_digits
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.told import count_json

    study = Study(example, source, detail=detail)
    with waiting("counting"):
        number = study.count(steps)
    if as_json:
        say(count_json(study, number, steps), nl=False, data=True)
    else:
        say(all_digits(number))
