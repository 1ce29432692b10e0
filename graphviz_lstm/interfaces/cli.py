"""The command `graphviz-lstm`.

Nothing but click is imported before a command runs, so that `--help` is quick. Bad input is one line on standard error
and exit status 2; a result that may not be trusted (a failed check, a picture that Graphviz did not finish) is one line
and exit status 1.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm import __version__
from graphviz_lstm.errors import GraphvizLstmError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells import Example
    from graphviz_lstm.figures.draw import ThemeName, View
    from graphviz_lstm.graph.unroll import Detail, Graph
    from graphviz_lstm.paths import PathSet

# Choices that are known to rooms which `--help` does not load; a test holds them to those.
_DETAILS = ("gate", "operation")
_VIEWS = ("flow", "path")
_THEMES = ("auto", "light", "dark", "print")
_INTERRUPTED = 130


class _Element(click.ParamType[tuple[int, ...]]):
    """`0,0`: an index into the source, one number for each axis."""

    name = "i,j"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value!r} is not an index (must be whole numbers with commas, such as 0,0)", param, ctx)


def _example_argument(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("example", default="gomez", metavar="[EXAMPLE]")(command)


def _source_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--source",
        metavar="NAME",
        help="The vertex whose paths to E are meant: a parameter, an input (X_1), an initial state, or any other.  "
        "[default: the cell's first parameter]",
    )(command)


def _element_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--element", type=_Element(), help="Look at one entry of the source alone, such as 0,0.")(
        command
    )


def _detail_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--detail",
        type=click.Choice(_DETAILS),
        default="gate",
        show_default=True,
        help="A vertex for each quantity of the cell, or also for each activation's argument.",
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="graphviz-lstm")
def cli() -> None:
    """Every path of a recurrent network's gradient: counted, listed, summed and drawn.

    EXAMPLE is a built-in name (gomez, the default) or a JSON file of your own.
    """


@cli.command()
@_example_argument
@_source_option
@_element_option
@_detail_option
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
    answer = answer_for(evaluate(loaded, detail=detail), source or _default_source(loaded), element=element)
    contents = answer_files(answer)
    write_files({out / name: content for name, content in contents.items()})
    click.echo(describe_answer(answer))
    click.echo(f"Written to {out}:")
    for name in contents:
        click.echo(f"  {name}")


@cli.command()
@_example_argument
@_source_option
@_element_option
@_detail_option
@click.option(
    "--view", type=click.Choice(_VIEWS), default="flow", show_default=True, help="All paths together, or one in focus."
)
@click.option("--path", "rank", type=click.IntRange(min=1), metavar="K", help="Put the K-th largest path in focus.")
@click.option(
    "--theme",
    type=click.Choice(_THEMES),
    default="auto",
    show_default=True,
    help="auto: light, or dark where an SVG's reader prefers that.",
)
@click.option(
    "-o", "output", type=click.Path(path_type=Path), required=True, help="The file: .svg, .png, .pdf or .dot."
)
def draw(
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    view: View,
    rank: int | None,
    theme: ThemeName,
    output: Path,
) -> None:
    """Draw the unrolled graph with the gradient on it, or one path of it."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.figures import draw as draw_figure, require_suffix

    require_suffix(output)
    loaded = load_example(example)
    annotated, found = _annotated(loaded, source, element, detail)
    focus = None
    if rank is not None:
        view = "path"
        if rank > found.count:
            raise InputError(f"there is no path {rank:,} (there are {found.count:,} from {found.source} to E)")
        focus = list(found.top(rank))[-1]
    draw_figure(annotated, output, view=view, path=focus, paths=found, theme=theme)


@cli.command()
@_example_argument
@_source_option
@_element_option
@_detail_option
@click.option("--top", type=click.IntRange(min=0), default=10, show_default=True, help="How many paths to show.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write to this file: .json, .csv or .txt.")
def paths(
    example: str,
    source: str | None,
    element: tuple[int, ...] | None,
    detail: Detail,
    top: int,
    *,
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
    from graphviz_lstm.reports.tables import paths_csv, paths_json

    form = _format(output, as_json=as_json, as_csv=as_csv)
    loaded = load_example(example)
    graph = evaluate(loaded, detail=detail)
    start = source or _default_source(loaded)
    found = _some(find_paths(graph, start, TARGET, element=element))
    selection = found.top(min(top, found.count))
    if form == ".json":
        text = paths_json(loaded.name, found, selection, check_source(graph, start, paths=found))
    elif form == ".csv":
        text = paths_csv(graph, found, selection)
    else:
        text = describe_selection(found, selection) + "\n"
    _emit(text, output)


@cli.command()
@_example_argument
@_source_option
@_detail_option
@click.option("--steps", type=click.IntRange(min=1), help="Unroll the cell over so many steps instead.")
def count(example: str, source: str | None, detail: Detail, steps: int | None) -> None:
    """Print how many paths there are, exactly, however many."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.reports.counting import count_paths

    loaded = load_example(example)
    click.echo(count_paths(loaded, source or _default_source(loaded), steps=steps, detail=detail))


@cli.command()
@_example_argument
@_source_option
@_detail_option
def check(example: str, source: str | None, detail: Detail) -> None:
    """Check that the paths sum to the gradient: of one source, or of every parameter."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.gradients import check as check_source
    from graphviz_lstm.graph import evaluate
    from graphviz_lstm.reports import describe_check

    loaded = load_example(example)
    graph = evaluate(loaded, detail=detail)
    for name in [source] if source else loaded.cell.parameters:
        click.echo(describe_check(check_source(graph, name)))


def _annotated(
    example: Example, source: str | None, element: tuple[int, ...] | None, detail: Detail
) -> tuple[Graph, PathSet]:
    """Return the graph with its flows, and the paths that they are the shares of."""
    from graphviz_lstm.graph import TARGET, annotate, evaluate
    from graphviz_lstm.paths import find_paths

    graph = evaluate(example, detail=detail)
    start = source or _default_source(example)
    found = _some(find_paths(graph, start, TARGET, element=element))
    return annotate(graph, start, element=element), found


def _some(paths: PathSet) -> PathSet:
    """Return `paths`, which may not be none."""
    from graphviz_lstm.errors import NoPathError

    if not paths:
        raise NoPathError(f"no path from {paths.source!r} to {paths.target!r}")
    return paths


def _default_source(example: Example) -> str:
    return example.cell.parameters[0]


def _format(output: Path | None, *, as_json: bool, as_csv: bool) -> str:
    """Return the suffix of the format that is asked for; text where nothing is."""
    asked = [suffix for suffix, flag in ((".json", as_json), (".csv", as_csv)) if flag]
    if output is not None:
        if output.suffix not in (".json", ".csv", ".txt"):
            raise InputError(
                f"unknown suffix: {output.suffix!r} of {str(output)!r} (must be one of '.json', '.csv', '.txt')"
            )
        asked.append(output.suffix)
    if len(set(asked)) > 1:
        raise InputError(f"more than one format asked for: {' and '.join(asked)} (choose one)")
    return asked[0] if asked else ".txt"


def _emit(text: str, output: Path | None) -> None:
    from graphviz_lstm.files import write_files

    if output is None:
        click.echo(text, nl=False)
    else:
        write_files({output: text.encode()})


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
