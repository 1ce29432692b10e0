"""The commands that list and count paths: `paths` and `count`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import LABELS
from graphviz_lstm.interfaces.cli.options import (
    detail_option,
    element_option,
    emit,
    example_argument,
    full_option,
    level_option,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import say
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from graphviz_lstm.interfaces.choices import Detail, Level
    from graphviz_lstm.paths import PathSet, Selection, UnitPathSet

_LEADING = 10


@click.command()
@example_argument
@source_option
@element_option
@detail_option
@level_option
@click.option("--top", type=click.IntRange(min=0), help="Show so many paths, the largest |share| first.  [default: 10]")
@click.option("--at-least", type=float, metavar="SHARE", help="Show all paths with this |share| or more, such as 0.01.")
@click.option("--covering", type=float, metavar="PART", help="Show the fewest that make up this part of all |shares|.")
@click.option(
    "--through",
    multiple=True,
    metavar="VERTEX",
    help="Only paths that pass it, or one unit of it, such as 'a_3[7]'; may be given again.",
)
@click.option("--avoiding", multiple=True, metavar="VERTEX", help="Only paths that do not pass it; may be given again.")
@click.option("--crossing", type=click.IntRange(min=0), metavar="N", help="Only paths that cross N gates.")
@click.option(
    "--group-by", type=click.Choice(LABELS), help="Sum all paths by this instead, exactly, without listing them."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@full_option
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write to this file: .json, .csv or .txt.")
def paths(  # noqa: PLR0913 -- an option each
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    level: Level,
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
    full: bool,
    output: Path | None,
) -> None:
    """List the leading paths with their shares; all the others are the remainder."""
    from graphviz_lstm.reports import Study, describe_selection
    from graphviz_lstm.reports.groups import GROUP_FORMATS, groups_of
    from graphviz_lstm.reports.tables import paths_csv, paths_json

    form = table_format(output, as_json=as_json, as_csv=as_csv)
    ways = {"--top": top, "--at-least": at_least, "--covering": covering, "--group-by": group_by}
    asked = [name for name, value in ways.items() if value is not None]
    if len(asked) > 1:
        raise InputError(f"more than one way to choose paths: {' and '.join(asked)} (choose one)")
    study = Study(example, source, element=element, detail=detail)
    with waiting("working the paths out"):
        found = study.among(through=through, avoiding=avoiding, crossing=crossing, level=level)
        if group_by is not None:
            text = GROUP_FORMATS[form](found, group_by, groups_of(found, group_by))
        else:
            selection = _selection(found, _LEADING if top is None else top, at_least, covering)
            if form == ".json":
                text = paths_json(study, selection, paths=found, full=full)
            elif form == ".csv":
                text = paths_csv(study, selection, paths=found, full=full)
            else:
                text = describe_selection(found, selection, study.graph) + "\n"
    emit(text, output)


def _selection(found: PathSet | UnitPathSet, top: int, at_least: float | None, covering: float | None) -> Selection:
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
    from graphviz_lstm.paths.listing.limits import all_digits
    from graphviz_lstm.reports import Study

    study = Study(example, source, detail=detail)
    with waiting("counting"):
        number = study.count(steps)
    say(all_digits(number))
