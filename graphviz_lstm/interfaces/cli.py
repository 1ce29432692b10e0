"""The command `graphviz-lstm`.

Nothing but click is imported before a command runs, so that `--help` is quick. Bad input is one line on standard error
and exit status 2; a result that may not be trusted (a failed check, a picture that Graphviz did not finish) is one line
and exit status 1.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm import __version__
from graphviz_lstm.errors import GraphvizLstmError, InputError
from graphviz_lstm.interfaces.derive import derive
from graphviz_lstm.interfaces.options import (
    default_source,
    detail_option,
    element_option,
    example_argument,
    some,
    source_option,
)
from graphviz_lstm.interfaces.page import page
from graphviz_lstm.interfaces.path_commands import check, count, paths
from graphviz_lstm.interfaces.waiting import waiting

if TYPE_CHECKING:
    from graphviz_lstm.cells import Example
    from graphviz_lstm.figures.draw import ThemeName, View
    from graphviz_lstm.graph.unroll import Detail, Graph
    from graphviz_lstm.paths import PathSet

# Choices that are known to rooms which `--help` does not load; a test holds them to those.
_VIEWS = ("flow", "path", "facets", "metro", "rolled", "values")
_THEMES = ("auto", "light", "dark", "print")
_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="graphviz-lstm")
def cli() -> None:
    """Every path of a recurrent network's gradient: counted, listed, summed and drawn.

    EXAMPLE is a built-in name (gomez, the default) or a JSON file of your own.
    """


@cli.command()
@example_argument
@source_option
@element_option
@detail_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    help="The folder that the figures, tables and page are written to.",
)
def explain(example: str, source: str | None, element: tuple[int, ...] | None, detail: Detail, out: Path) -> None:
    """Answer the question: how much of the gradient crosses the gates, and does it cancel? Draw and list it."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.files import require_folder, write_files
    from graphviz_lstm.graph import evaluate
    from graphviz_lstm.reports import describe_answer, explain as answer_for
    from graphviz_lstm.reports.bundle import answer_files

    require_folder(out)
    loaded = load_example(example)
    with waiting("working the answer out"):
        answer = answer_for(evaluate(loaded, detail=detail), source or default_source(loaded), element=element)
        contents = answer_files(answer)
    write_files({out / name: content for name, content in contents.items()})
    click.echo(describe_answer(answer))
    click.echo(f"Written to {out}:")
    for name in contents:
        click.echo(f"  {name}")


@cli.command()
@example_argument
@source_option
@element_option
@detail_option
@click.option(
    "--view",
    type=click.Choice(_VIEWS),
    default="flow",
    show_default=True,
    help="All paths together, one in focus, the leading ones one by one or side by side, or all values.",
)
@click.option("--top", type=click.IntRange(min=1), default=6, show_default=True, help="How many paths: facets, metro.")
@click.option("--path", "rank", type=click.IntRange(min=1), metavar="K", help="Put the K-th largest path in focus.")
@click.option("--only-paths", is_flag=True, help="Leave out what lies on no path, instead of drawing it pale.")
@click.option("--whole", is_flag=True, help="Draw every step of a long sequence, not the ends alone.")
@click.option(
    "--theme",
    type=click.Choice(_THEMES),
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
    detail: Detail,
    view: View,
    rank: int | None,
    top: int,
    *,
    only_paths: bool,
    whole: bool,
    theme: ThemeName,
    output: Path,
) -> None:
    """Draw the unrolled graph with the gradient on it, or one path of it."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.figures import draw as draw_figure, require_suffix
    from graphviz_lstm.figures.elide import MOST_STEPS

    require_suffix(output)
    loaded = load_example(example)
    annotated, found = _annotated(loaded, source, element, detail)
    focus = None
    if rank is not None:
        view = "path"
        if rank > found.count:
            raise InputError(f"there is no path {rank:,} (there are {found.count:,} from {found.source} to E)")
        focus = list(found.top(rank))[-1]
    most = None if whole else MOST_STEPS
    draw_figure(
        annotated,
        output,
        view=view,
        path=focus,
        paths=found,
        top=top,
        max_steps=most,
        only_paths=only_paths,
        theme=theme,
    )


@cli.command()
@example_argument
@source_option
@element_option
@click.option("--theme", type=click.Choice(_THEMES), default="light", show_default=True, help="Its colours.")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file: .svg, .png or .pdf.")
def strip(example: str, source: str | None, element: tuple[int, ...] | None, theme: ThemeName, output: Path) -> None:
    """Draw where in a long sequence the gradient comes from: by step of entry, crossings and gate."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.figures.heat import draw_strip

    loaded = load_example(example)
    with waiting("drawing"):
        annotated, _ = _annotated(loaded, source, element, "gate")
        draw_strip(annotated, output, theme=theme)


def _annotated(
    example: Example, source: str | None, element: tuple[int, ...] | None, detail: Detail
) -> tuple[Graph, PathSet]:
    """Return the graph with its flows, and the paths that they are the shares of."""
    from graphviz_lstm.graph import TARGET, annotate, evaluate
    from graphviz_lstm.paths import find_paths

    graph = evaluate(example, detail=detail)
    start = source or default_source(example)
    found = some(find_paths(graph, start, TARGET, element=element))
    return annotate(graph, start, element=element), found


for _command in (paths, count, check, derive, page):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status."""
    try:
        status = cli.main(args=arguments, prog_name="graphviz-lstm", standalone_mode=False)
    except click.exceptions.Exit as done:
        status = done.exit_code
    except click.ClickException as error:
        status = _complain(error.format_message(), error.exit_code)
    except click.Abort:
        status = _complain("interrupted: nothing was written", _INTERRUPTED)
    except InputError as error:
        status = _complain(str(error), 2)
    except GraphvizLstmError as error:
        status = _complain(str(error), 1)
    except BrokenPipeError:
        # Whoever read our output has gone; what Python would still flush has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _complain(message: str, status: int) -> int:
    click.echo(f"graphviz-lstm: {' '.join(message.split())}", err=True)
    return status
