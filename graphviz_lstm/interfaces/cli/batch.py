"""The command `batch`: the gradient of the mean loss of many sequences, and how they differ in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError, clip
from graphviz_lstm.interfaces.choices import BATCH_LABELS, STRIP_SUFFIXES, TABLES
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.completing import complete_example
from graphviz_lstm.interfaces.cli.figure_options import asked_for, figure_options
from graphviz_lstm.interfaces.cli.file_names import FileName
from graphviz_lstm.interfaces.cli.options import (
    batch_memory_option,
    csv_option,
    element_option,
    emit,
    json_option,
    layout_option,
    plot_output_option,
    require_suffix,
    source_option,
    table_format,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.streams import STANDARD, given_example
from graphviz_lstm.interfaces.cli.waiting import progress_bar, say_memory, waiting
from graphviz_lstm.interfaces.cli.weights import WeightsOption, weights_sequences, with_weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphviz_lstm.problems import Problem


def lengths_options() -> list[WeightsOption]:
    """Return the options that say how long sequences in arrays of one length are, new ones for each command."""
    file = FileName()
    return [
        WeightsOption(
            "--lengths", type=file, metavar="FILE", help="How many steps each of several sequences has: .npy."
        ),
        WeightsOption("--mask", type=file, metavar="FILE", help="The same, true where a step is there: .npy."),
    ]


def _sequences(context: click.Context, argument: click.Parameter, examples: tuple[str, ...]) -> list[Problem]:
    """Return the sequences of all examples: of a trained one all that ship, of a weights file those in its arrays."""
    if context.resilient_parsing:
        return []
    # click before 8.2 has no default for as many arguments as there are.
    return [
        problem for example in examples or ("adding",) for problem in sequences_of_example(context, argument, example)
    ]


def sequences_of_example(context: click.Context, argument: click.Parameter, example: str) -> Sequence[Problem]:
    """Return the sequences of an example: those that ship with a trained one, those in arrays of a weights file."""
    from graphviz_lstm.problems import load_problem, load_sequences
    from graphviz_lstm.problems.shipped import TRAINED

    several = weights_sequences(context, example)
    if several is not None:
        return several
    if example in TRAINED:
        return load_sequences(example)
    given = given_example(context, argument, example)
    return [load_problem(given) if isinstance(given, str) else given]


@click.command(
    cls=Command,
    examples=(
        "graphviz-lstm batch adding --source U_f --by lag",
        "graphviz-lstm batch adding-learning --by entry -o batch.svg",
    ),
)
@with_weights(
    click.argument(
        "sequences",
        nargs=-1,
        metavar="[EXAMPLE]...",
        callback=_sequences,
        shell_complete=complete_example,
    ),
    *lengths_options(),
)
@source_option
@element_option
@click.option(
    "--by", type=click.Choice(BATCH_LABELS), default="crossings", show_default=True, help="By what it is told."
)
@click.option(
    "--top",
    type=click.IntRange(0, 1000),
    metavar="K",
    default=5,
    show_default=True,
    help="So many leading paths of the mean loss; 0: none.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the draws for intervals.")
@batch_memory_option
@layout_option
@figure_options(("title", "width", "dpi", "theme", "colours"), theme="light")
@json_option
@csv_option
@plot_output_option
def batch(  # noqa: PLR0913 -- an option each
    sequences: list[Problem],
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    by: str,
    top: int,
    seed: int,
    memory: float,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    **looks: object,
) -> None:
    """Tell what the gradient of the mean loss of many sequences is made of, and how they differ in it.

    Each EXAMPLE is a sequence, all of one net; or a trained example with all of its sequences; or a weights file whose
    --inputs and --targets have an axis of sequences before that of the steps. CSV has a row for each sequence.
    """
    from graphviz_lstm.gradients.batches.batch import Batch
    from graphviz_lstm.gradients.batches.batch_study import BatchStudy
    from graphviz_lstm.gradients.batches.needed import require_fits
    from graphviz_lstm.reports.batches import BATCH_FORMATS, BatchTold, plot_batch
    from graphviz_lstm.reports.source import source_of

    form = form_of(output, looks, as_json=as_json, as_csv=as_csv)
    found = Batch(sequences)
    name = source_of(found.problems[0], source)
    needed = BatchStudy(found, name, element, seed, memory).needed.of(by_paths=by != "lag", top=top > 0)
    require_fits(needed, len(found), memory)
    say_memory(needed)
    with progress_bar("working the shares out") as move:
        told = BatchTold(BatchStudy(found, name, element, seed, memory, move), by, top)
        content = plot_batch(told, **asked_for(looks)) if not form else BATCH_FORMATS[form](told)
    if isinstance(content, str):
        emit(content, output, data=form != ".txt")
    elif output is not None:
        with waiting("drawing"):
            drawn = content.content(output.suffix)
        write_file(output, drawn)


def form_of(
    output: Path | None,
    looks: dict[str, object],
    *,
    as_json: bool,
    as_csv: bool,
    suffixes: tuple[str, ...] = TABLES,
) -> str:
    """Return the suffix of the table that is asked for, one of `suffixes`; nothing where a figure is.

    Raises
    ------
    InputError
        If it is none, more than one is asked for, or looks where nothing is drawn.
    """
    if output is None or output.suffix not in STRIP_SUFFIXES:
        for name, given in looks.items():
            if given is not None:
                raise InputError(
                    f"--{name} {clip(str(given))} is of a figure (give a file for it too, such as -o batch.svg)"
                )
        if output is not None and str(output) != STANDARD:
            require_suffix(output, (*STRIP_SUFFIXES, *suffixes))
        return table_format(output, as_json=as_json, as_csv=as_csv, suffixes=suffixes)
    if as_json or as_csv:
        raise InputError(f"more than one format asked for: a figure and {'.json' if as_json else '.csv'} (choose one)")
    return ""
