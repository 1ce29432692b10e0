"""The commands that tell a gradient in bars and cells: `strip`, `triangle`, `routes` and `before-after`.

Each but `strip` prints a table, or writes one; a file whose name ends as a picture's is drawn.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.errors import InputError, clip
from graphviz_lstm.interfaces.choices import LAYOUTS, OFS, STRIP_SUFFIXES, TABLES, THEMES
from graphviz_lstm.interfaces.cli.options import (
    asked_under,
    element_option,
    emit,
    example_argument,
    require_suffix,
    scheme_option,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.interfaces.choices import LayoutName, PlotView, ThemeName
    from graphviz_lstm.reports import Study

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_csv = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
_output = click.option(
    "-o",
    "output",
    type=click.Path(path_type=Path),
    help="Write to this file: .json, .csv or .txt; or draw it: .svg, .png or .pdf.",
)
_layout = click.option(
    "--layout", type=click.Choice(LAYOUTS), help="The figure's: to be read 700 pixels wide, or 360.  [default: wide]"
)
_theme = click.option("--theme", type=click.Choice(THEMES), help="The figure's colours.  [default: light]")


@click.command()
@example_argument
@source_option
@element_option
@_layout
@_theme
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file: .svg, .png or .pdf.")
def strip(
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    layout: LayoutName | None,
    theme: ThemeName | None,
    output: Path,
) -> None:
    """Draw where in a long sequence the gradient comes from: by step of entry, crossings and gate."""
    from graphviz_lstm.figures.plots import require_plot_suffix
    from graphviz_lstm.reports import Study

    require_plot_suffix(output)
    _draw(Study(example, source, element=element), "strip", output, {"--layout": layout, "--theme": theme})


@click.command()
@example_argument
@source_option
@element_option
@click.option("--tokens", metavar="TEXT", help="Of the figure: a word for each step, with spaces between.")
@_layout
@_theme
@_json
@_csv
@_output
def triangle(  # noqa: PLR0913 -- an option each
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    tokens: str | None,
    layout: LayoutName | None,
    theme: ThemeName | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """Tell how far back the gradient reaches: its share by step of entry and of exit, and by route."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.spread import TRIANGLE_FORMATS

    looks = {"--tokens": tokens, "--layout": layout, "--theme": theme}
    form = _form(output, looks, as_json=as_json, as_csv=as_csv)
    study = Study(example, source, element=element)
    if output is not None and form in STRIP_SUFFIXES:
        _draw(study, "triangle", output, looks, tokens=None if tokens is None else tokens.split())
    else:
        _tell(lambda: TRIANGLE_FORMATS[form](study), output)


@click.command()
@example_argument
@source_option
@element_option
@scheme_option
@_layout
@_theme
@_json
@_csv
@_output
def routes(  # noqa: PLR0913 -- an option each
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    scheme: str | None,
    layout: LayoutName | None,
    theme: ThemeName | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """Tell which ways the gradient takes: through which gate, how often; what adds and what takes away."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.routes import ROUTE_FORMATS

    looks = {"--layout": layout, "--theme": theme}
    form = _form(output, looks, as_json=as_json, as_csv=as_csv)
    study = asked_under(Study(example, source, element=element), scheme)
    if output is not None and form in STRIP_SUFFIXES:
        _draw(study, "routes", output, looks)
    else:
        _tell(lambda: ROUTE_FORMATS[form](study), output)


@click.command("before-after")
@click.argument("before")
@click.argument("after")
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
@_layout
@_theme
@_json
@_csv
@_output
def before_after(  # noqa: PLR0913 -- an option each
    before: str,
    after: str,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    scheme: str | None,
    of: Any,
    layout: LayoutName | None,
    theme: ThemeName | None,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """Tell what changed between two examples of one net, BEFORE and AFTER a training step: by route, on one scale."""
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.routes import CHANGE_FORMATS, changes_of

    looks = {"--layout": layout, "--theme": theme}
    form = _form(output, looks, as_json=as_json, as_csv=as_csv)
    study = asked_under(Study(before, source, element=element), scheme)
    if output is not None and form in STRIP_SUFFIXES:
        _draw(study, "before-after", output, looks, after=after, of=of)
    else:
        _tell(lambda: CHANGE_FORMATS[form](changes_of(study, after, of)), output)


def _form(output: Path | None, looks: Mapping[str, object], *, as_json: bool, as_csv: bool) -> str:
    """Return the suffix of what is asked for.

    Raises
    ------
    InputError
        If it is none, more than one is asked for, or looks where nothing is drawn.
    """
    drawn = output is not None and output.suffix in STRIP_SUFFIXES
    for option, given in looks.items():
        if given is not None and not drawn:
            raise InputError(
                f"{option} {clip(str(given))} is of a figure (give a file for it too, such as -o figure.svg)"
            )
    if drawn and output is not None:
        if as_json or as_csv:
            other = ".json" if as_json else ".csv"
            raise InputError(f"more than one format asked for: {output.suffix} and {other} (choose one)")
        return output.suffix
    if output is not None:
        require_suffix(output, (*STRIP_SUFFIXES, *TABLES))
    return table_format(output, as_json=as_json, as_csv=as_csv)


def _draw(study: Study, view: PlotView, output: Path, looks: Mapping[str, Any], **options: Any) -> None:
    from graphviz_lstm.reports.plots import plot

    with waiting("drawing"):
        made = plot(study, view, layout=looks["--layout"] or "wide", theme=looks["--theme"] or "light", **options)
        content = made.content(output.suffix)
    write_file(output, content)


def _tell(text: Callable[[], str], output: Path | None) -> None:
    with waiting("working the shares out"):
        told = text()
    emit(told, output)
