"""The command `draw`: the gradient along the net."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.interfaces.choices import BYS, FIGURE_DETAILS, LAYOUTS, THEMES, VIEWS
from graphviz_lstm.interfaces.cli.options import (
    asked_under,
    element_option,
    example_argument,
    scheme_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.waiting import waiting

if TYPE_CHECKING:
    from graphviz_lstm.interfaces.choices import By, Detail, FigureDetail, LayoutName, ThemeName, View


@click.command()
@example_argument
@source_option
@element_option
@click.option(
    "--detail",
    type=click.Choice(FIGURE_DETAILS),
    default="gate",
    show_default=True,
    help="A box for each quantity of the cell, also for each activation's argument, or for each single unit (a_3[7]).",
)
@scheme_option
@click.option(
    "--view",
    type=click.Choice(VIEWS),
    help="All paths together, one in focus, the leading ones one by one or side by side, the cell once with loops, or "
    "all values.  [default: flow; path, if --path is given]",
)
@click.option("--top", type=click.IntRange(min=1), default=6, show_default=True, help="How many paths: facets, metro.")
@click.option("--path", type=click.IntRange(min=1), metavar="K", help="Put the K-th largest path in focus.")
@click.option(
    "--by",
    type=click.Choice(BYS),
    help="Flow: what the strands are of; whole: one line for each edge.  [default: crossings]",
)
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="wide",
    show_default=True,
    help="Flow: to be read 700 pixels wide, or 360.",
)
@click.option(
    "--steps-per-row", type=click.IntRange(min=1), metavar="N", help="Flow: how many steps stand side by side."
)
@click.option("--only-paths", is_flag=True, help="Leave out what lies on no path, instead of drawing it pale.")
@click.option("--whole", is_flag=True, help="Draw every step of a long sequence, not the ends alone.")
@click.option(
    "--theme",
    type=click.Choice(THEMES),
    default="auto",
    show_default=True,
    help="auto: light, or dark where an SVG's reader prefers that.",
)
@click.option(
    "-o", "output", type=click.Path(path_type=Path), required=True, help="The file: .svg, .png, .pdf, .dot or .tex."
)
def draw(  # noqa: PLR0913 -- an option each
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: FigureDetail,
    view: View | None,
    path: int | None,
    top: int,
    *,
    scheme: str | None,
    by: By | None,
    layout: LayoutName,
    steps_per_row: int | None,
    only_paths: bool,
    whole: bool,
    theme: ThemeName,
    output: Path,
) -> None:
    """Draw the unrolled graph with the gradient on it, or one path of it."""
    from graphviz_lstm.figures import require_suffix
    from graphviz_lstm.figures.choices import MOST_STEPS
    from graphviz_lstm.reports import Study

    suffix = require_suffix(output)
    own: Detail = "gate" if detail == "unit" else detail
    study = asked_under(Study(example, source, element=element, detail=own), scheme)
    with waiting("drawing"):
        most = None if whole else MOST_STEPS
        figure = study.figure(
            view, path=path, detail=detail, top=top, max_steps=most, only_paths=only_paths, theme=theme,
            by=by, layout=layout, steps_per_row=steps_per_row,
        )  # fmt: skip
        content = figure.content(suffix)
    write_file(output, content)
