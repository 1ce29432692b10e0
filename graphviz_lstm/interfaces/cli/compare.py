"""The command `compare`: which paths an approximation of the gradient drops, and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.options import spelling
from graphviz_lstm.interfaces.choices import SCHEME_VIEWS, SUFFIXES, TABLES, SchemeView
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.figure_options import asked_for, figure_options
from graphviz_lstm.interfaces.cli.options import (
    csv_option,
    element_option,
    emit,
    example_argument,
    json_option,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.streams import OutputFile
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command,
    examples=(
        "graphviz-lstm compare --schemes full,lstm-1997,bptt:1",
        "graphviz-lstm compare gomez --source W_A -o schemes.svg",
    ),
)
@example_argument
@click.option(
    "--schemes",
    metavar="NAME,...",
    help="Which, with commas between: full, lstm-1997, bptt:2, h-detach:0.25, or rules such as 'cut H[t-1] -> o[t]'.",
)
@source_option
@element_option
@click.option("--list", "listed", is_flag=True, help="List the schemes, what each drops, and who proposed it.")
@json_option
@csv_option
@click.option(
    "-o",
    "output",
    type=OutputFile(),
    help="Write to this file: .json, .csv or .txt; or a figure, .svg, .png or .pdf, a sheet also .dot or .tex; "
    "- is standard output, -.svg a figure there.",
)
@click.option(
    "--view",
    type=click.Choice(SCHEME_VIEWS),
    help="What the figure shows: what is left on each edge, side by side; what is kept and what dropped; the cosine "
    "with the gradient against steps and against the scale of the recurrent weights.  [default: sheet]",
)
@click.option("--columns", type=click.IntRange(min=1, max=16), metavar="N", help="Of a sheet: so many side by side.")
@figure_options(("layout", "title", "legend", "numbers", "width", "font_size", "dpi", "theme", "colours", "fragment"))
def compare(  # noqa: PLR0913 -- an option each
    example: str | Problem,
    schemes: str | None,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    listed: bool,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    view: SchemeView | None,
    columns: int | None,
    **given: object,
) -> None:
    """Tell which paths truncated and other approximate gradients drop, and how far off they are.

    What says how a figure looks is of a sheet; bars and curves take --title, --width (from 12cm on), --dpi, --theme and
    --colours.
    """
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.comparison import COMPARISON_FORMATS, DEFAULT_SCHEMES, LIST_FORMATS

    drawn = output is not None and output.suffix in SUFFIXES
    looks = asked_for(given)
    told = {f"--{spelling(name)}": "" if isinstance(value, bool) else value for name, value in looks.items()}
    asked = {"--view": view, "--columns": columns, **told}
    _require_usable(asked, drawn=drawn and not listed, one_source=source is not None or element is not None)
    if listed:
        form = table_format(output, as_json=as_json, as_csv=as_csv, suffixes=tuple(LIST_FORMATS))
        if form not in LIST_FORMATS:
            raise InputError("the list of schemes is no CSV (leave out --csv, or ask for --json)")
        emit(LIST_FORMATS[form](), output, data=form != ".txt")
        return
    form = table_format(output, as_json=as_json, as_csv=as_csv, suffixes=(*TABLES, *SUFFIXES))
    chosen = DEFAULT_SCHEMES if schemes is None else tuple(part.strip() for part in schemes.split(",") if part.strip())
    study = Study(example, source, element=element)
    if drawn and output is not None:
        from graphviz_lstm.figures.plots import require_plot_suffix
        from graphviz_lstm.reports.scheme_figures import draw_comparison

        if view in ("kept", "cosine"):
            require_plot_suffix(output)
        with waiting("drawing"):
            some = None if schemes is None else chosen
            content = draw_comparison(study, some, view=view or "sheet", suffix=output.suffix, columns=columns, **looks)
        write_file(output, content)
        return
    with waiting("comparing"):
        text = COMPARISON_FORMATS[form](study, chosen)
    emit(text, output, data=form != ".txt")


def _require_usable(asked: Mapping[str, object], *, drawn: bool, one_source: bool) -> None:
    """Refuse options of a figure where none is drawn, and those of one source where all parameters are meant.

    Raises
    ------
    InputError
        If there is one.
    """
    for option, given in asked.items():
        if given is not None and not drawn:
            raise InputError(
                f"{f'{option} {given}'.strip()} is of a figure (give a file for it too, such as -o schemes.svg)"
            )
    if asked["--view"] == "cosine" and one_source:
        raise InputError("view 'cosine' is of all parameters together (leave out --source and --element)")
