"""The commands that draw: `draw` and `strip`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.interfaces.choices import BYS, CHAINS, EDGES, FIGURE_DETAILS, LAYOUTS, SHOWN, THEMES, VIEWS
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
    from graphviz_lstm.interfaces.choices import By, Detail, Edges, FigureDetail, LayoutName, Show, ThemeName, View


def _shown(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[str, ...]:
    """Return what is to be shown, told with commas."""
    asked = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    for part in asked:
        if part not in SHOWN:
            raise click.BadParameter(f"{part!r} is not one of {', '.join(map(repr, SHOWN))}")
    return asked


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
    "all values, or the operations of the cell (then EXAMPLE may be a cell, such as gru).  "
    "[default: flow; path, if --path is given]",
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
@click.option(
    "--edges",
    type=click.Choice(EDGES),
    help="Flow with a line for each edge, path, facets, values: what stands on an edge: its flow, its local partial as "
    "symbol and number, what it gives back of the gradient, or its partial as a formula.",
)
@click.option(
    "--show",
    callback=_shown,
    metavar="WHAT,...",
    help="Flow with a line for each edge, path, values: draw also inputs, parameters, losses (of each step).",
)
@click.option("--cells", type=click.Choice([str(count) for count in CHAINS]), help="Cell: how many steps side by side.")
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
    edges: Edges | None,
    show: tuple[Show, ...],
    cells: str | None,
    only_paths: bool,
    whole: bool,
    theme: ThemeName,
    output: Path,
) -> None:
    """Draw the unrolled graph with the gradient on it, or one path of it."""
    from graphviz_lstm.figures import require_suffix
    from graphviz_lstm.figures.choices import MOST_STEPS
    from graphviz_lstm.reports import Study
    from graphviz_lstm.reports.cell_figure import cell_figure

    suffix = require_suffix(output)
    own: Detail = "gate" if detail == "unit" else detail
    options = {
        "detail": detail, "top": top, "max_steps": None if whole else MOST_STEPS, "only_paths": only_paths,
        "theme": theme, "by": by, "layout": layout, "steps_per_row": steps_per_row, "edges": edges, "show": show,
        "cells": int(cells or "1"),
    }  # fmt: skip
    with waiting("drawing"):
        if view == "cell":
            figure = cell_figure(example, source=source, element=element, scheme=scheme, path=path, **options)
        else:
            study = asked_under(Study(example, source, element=element, detail=own), scheme)
            figure = study.figure(view, path=path, **options)
        content = figure.content(suffix)
    write_file(output, content)


@click.command()
@example_argument
@source_option
@element_option
@click.option("--theme", type=click.Choice(THEMES), default="light", show_default=True, help="Its colours.")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file: .svg, .png or .pdf.")
def strip(example: str, source: str | None, element: tuple[int, ...] | None, theme: ThemeName, output: Path) -> None:
    """Draw where in a long sequence the gradient comes from: by step of entry, crossings and gate."""
    from graphviz_lstm.figures.heat import strip_content
    from graphviz_lstm.figures.plots import require_plot_suffix
    from graphviz_lstm.reports import Study

    suffix = require_plot_suffix(output)
    study = Study(example, source, element=element)
    with waiting("drawing"):
        content = strip_content(study.strip, suffix, theme=theme)
    write_file(output, content)
