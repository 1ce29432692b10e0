"""The commands that tell a gradient in bars and cells: `strip`, `triangle`, `routes` and `before-after`.

Each but `strip` prints a table, or writes one; a file whose name ends as a picture's is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.errors import InputError, clip
from graphviz_lstm.figures.options import require_file_use
from graphviz_lstm.interfaces.choices import OFS, PAIR_VIEWS, STRIP_SUFFIXES, TABLES
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.completing import complete_example
from graphviz_lstm.interfaces.cli.figure_options import asked_for, figure_options
from graphviz_lstm.interfaces.cli.options import (
    asked_under,
    csv_option,
    element_option,
    emit,
    example_argument,
    json_option,
    layout_option,
    plot_output_option,
    require_suffix,
    scheme_option,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.streams import STANDARD, OutputFile, given_example
from graphviz_lstm.interfaces.cli.waiting import waiting
from graphviz_lstm.interfaces.cli.weights import with_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from graphviz_lstm.interfaces.choices import PlotView
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports import Study

_looks = figure_options(("title", "width", "dpi", "theme", "colours"), theme="light")


@click.command(
    cls=Command,
    examples=("graphviz-lstm strip -o strip.svg", "graphviz-lstm strip gomez --theme dark -o -.png > strip.png"),
)
@example_argument
@source_option
@element_option
@layout_option
@_looks
@click.option("-o", "output", type=OutputFile(".svg"), required=True, help="The file: .svg, .png or .pdf.")
def strip(
    example: str | Problem, source: str | None, element: tuple[int, ...] | None, output: Path, **looks: object
) -> None:
    """Draw where in a long sequence the gradient comes from: by step of entry, crossings and gate.

    With --width, from 12cm on, its letters and its height keep their size.
    """
    from graphviz_lstm.figures.plots import require_plot_suffix
    from graphviz_lstm.reports import Study

    require_plot_suffix(output)
    _draw(Study(example, source, element=element), "strip", output, looks)


@click.command(
    cls=Command,
    examples=(
        "graphviz-lstm triangle gomez --element 0,0 --csv -o triangle.csv",
        "graphviz-lstm triangle gomez -o triangle.svg",
    ),
)
@example_argument
@source_option
@element_option
@click.option("--tokens", metavar="TEXT", help="Of the figure: a word for each step, with spaces between.")
@layout_option
@_looks
@json_option
@csv_option
@plot_output_option
def triangle(
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    tokens: str | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    **looks: object,
) -> None:
    """Tell how far back the gradient reaches: its share by step of entry and of exit, and by route."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.spread import TRIANGLE_FORMATS

    form = _form(output, {"tokens": tokens, **looks}, as_json=as_json, as_csv=as_csv)
    study = Study(example, source, element=element)
    if output is not None and form in STRIP_SUFFIXES:
        _draw(study, "triangle", output, looks, tokens=None if tokens is None else tokens.split())
    else:
        _tell(lambda: TRIANGLE_FORMATS[form](study), form, output)


@click.command(
    cls=Command,
    examples=("graphviz-lstm routes --source W_o", "graphviz-lstm routes gomez --element 0,0 -o routes.svg"),
)
@example_argument
@source_option
@element_option
@scheme_option
@layout_option
@_looks
@json_option
@csv_option
@plot_output_option
def routes(
    example: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    scheme: str | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    **looks: object,
) -> None:
    """Tell which ways the gradient takes: through which gate, how often; what adds and what takes away."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.routes import ROUTE_FORMATS

    form = _form(output, looks, as_json=as_json, as_csv=as_csv)
    study = asked_under(Study(example, source, element=element), scheme)
    if output is not None and form in STRIP_SUFFIXES:
        _draw(study, "routes", output, looks)
    else:
        _tell(lambda: ROUTE_FORMATS[form](study), form, output)


@click.command(
    "before-after",
    cls=Command,
    examples=(
        "graphviz-lstm before-after gomez gomez --of shares -o change.svg",
        "graphviz-lstm before-after gomez gomez --view flow -o flows.svg",
    ),
)
@with_weights(click.argument("before", callback=given_example, shell_complete=complete_example))
@click.argument("after", callback=given_example, shell_complete=complete_example)
@source_option
@element_option
@scheme_option
@click.option(
    "--of",
    type=click.Choice(OFS),
    default="contributions",
    show_default=True,
    help="Numbers in the derivative's own unit, or parts of each one's own gradient.",
)
@click.option(
    "--view",
    type=click.Choice(PAIR_VIEWS),
    default="bars",
    show_default=True,
    help="What a figure shows: bars by route, or the flows along the net, one above the other.",
)
@layout_option
@_looks
@json_option
@csv_option
@plot_output_option
def before_after(  # noqa: PLR0913 -- an option each
    before: str | Problem,
    after: str | Problem,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    scheme: str | None,
    of: Any,
    view: str,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    **looks: object,
) -> None:
    """Tell what changed between two examples of one net, BEFORE and AFTER a training step: by route, on one scale."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.routes import CHANGE_FORMATS, changes_of

    form = _form(output, looks, as_json=as_json, as_csv=as_csv)
    study = asked_under(Study(before, source, element=element), scheme)
    if view == "flow":
        if output is None or form not in STRIP_SUFFIXES:
            raise InputError("--view flow is of a figure (give a file for it too, such as -o figure.svg)")
        _draw_flows(study, after, of, output, looks)
    elif output is not None and form in STRIP_SUFFIXES:
        _draw(study, "before-after", output, looks, after=after, of=of)
    else:
        _tell(lambda: CHANGE_FORMATS[form](changes_of(study, after, of)), form, output)


def _form(output: Path | None, looks: Mapping[str, object], *, as_json: bool, as_csv: bool) -> str:
    """Return the suffix of what is asked for.

    Raises
    ------
    InputError
        If it is none, more than one is asked for, or looks where nothing is drawn.
    """
    drawn = output is not None and output.suffix in STRIP_SUFFIXES
    for name, given in looks.items():
        if given is not None and not drawn:
            raise InputError(
                f"--{name} {clip(str(given))} is of a figure (give a file for it too, such as -o figure.svg)"
            )
    if drawn and output is not None:
        if as_json or as_csv:
            other = ".json" if as_json else ".csv"
            raise InputError(f"more than one format asked for: {output.suffix} and {other} (choose one)")
        return output.suffix
    if output is not None and str(output) != STANDARD:
        require_suffix(output, (*STRIP_SUFFIXES, *TABLES))
    return table_format(output, as_json=as_json, as_csv=as_csv)


def _draw(study: Study, view: PlotView, output: Path, looks: Mapping[str, object], **options: Any) -> None:
    from graphviz_lstm.reports.plots import plot

    asked = asked_for(looks)
    require_file_use(asked, [output.suffix])
    with waiting("drawing"):
        content = plot(study, view, **{"theme": "light", **asked}, **options).content(output.suffix)
    write_file(output, content)


def _draw_flows(study: Study, after: str | Problem, of: Any, output: Path, looks: Mapping[str, object]) -> None:
    from graphviz_lstm.reports.pair import before_after_figure

    asked = asked_for(looks)
    require_file_use(asked, [output.suffix])
    with waiting("drawing"):
        content = before_after_figure(study, after, of=of, **{"theme": "light", **asked}).content(output.suffix)
    write_file(output, content)


def _tell(text: Callable[[], str], form: str, output: Path | None) -> None:
    with waiting("working the shares out"):
        told = text()
    emit(told, output, data=form != ".txt")
