"""The command `train-curve`: where a gradient flows at each checkpoint of a training."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import ExampleError
from graphviz_lstm.interfaces.choices import PAGE, TABLES, TRAINING_LABELS
from graphviz_lstm.interfaces.cli.batch import form_of, lengths_options, sequences_of_example
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.figure_options import asked_for, figure_options
from graphviz_lstm.interfaces.cli.options import (
    batch_memory_option,
    csv_option,
    element_option,
    emit,
    json_option,
    layout_option,
    source_option,
)
from graphviz_lstm.interfaces.cli.outcome import write_file
from graphviz_lstm.interfaces.cli.streams import OutputFile
from graphviz_lstm.interfaces.cli.waiting import progress_bar, say_memory, waiting
from graphviz_lstm.interfaces.cli.weights import weights_sequences, with_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.problems import Problem

    Checkpoints = list[tuple[str, float, Sequence[Problem]]]

_TRAINED = "adding"


def _checkpoints(context: click.Context, argument: click.Parameter, given: tuple[str, ...]) -> Checkpoints:
    """Return the checkpoints of a folder, in the order of the numbers in their names; or those given, or that ship."""
    from graphviz_lstm.problems import load_sequences
    from graphviz_lstm.problems.shipped import TRAINED, training_of_adding

    if context.resilient_parsing:
        return []
    # click before 8.2 has no default for as many arguments as there are.
    folder, *others = given or (_TRAINED,)
    if others:
        several = [folder, *others]
        return [
            (Path(name).stem, k, sequences_of_example(context, argument, name)) for k, name in enumerate(several, 1)
        ]
    if folder == _TRAINED and not Path(folder).is_dir():
        updates = training_of_adding().updates
        return [(name, updates[name], load_sequences(name)) for name in sorted(TRAINED, key=updates.__getitem__)]
    return _in_folder(context, folder)


def _in_folder(context: click.Context, folder: str) -> Checkpoints:
    """Return the checkpoints in a folder."""
    from graphviz_lstm.problems import load_problem
    from graphviz_lstm.problems.weights.read import READERS

    if not Path(folder).is_dir():
        raise ExampleError(f"not a folder: {folder!r} (must be one of checkpoints, or {_TRAINED!r}, which ships)")
    files = [path for path in Path(folder).iterdir() if path.suffix in (".json", *READERS) and path.is_file()]
    if not files:
        suffixes = ", ".join(map(repr, (*READERS, ".json")))
        raise ExampleError(f"no checkpoint in {folder!r} (must have files of {suffixes})")
    files.sort(key=_natural)
    numbers = [_number(path) for path in files]
    known = None not in numbers and len(set(numbers)) == len(files)
    found: Checkpoints = []
    with progress_bar("reading checkpoints") as move:
        for k, path in enumerate(files):
            sequences = weights_sequences(context, str(path))
            problems = [load_problem(path)] if sequences is None else sequences
            found.append((path.stem.removesuffix(".weights"), float(numbers[k] or 0) if known else k + 1.0, problems))
            move(k + 1, len(files))
    return found if not known else sorted(found, key=lambda each: each[1])


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Return a key by which names with numbers are ordered as people order them."""
    parts = re.split(r"(\d+)", path.name)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]


def _number(path: Path) -> int | None:
    """Return the last whole number in a file's name: after how many updates it was written."""
    numbers = re.findall(r"\d+", path.stem)
    return int(numbers[-1]) if numbers else None


@click.command(
    "train-curve",
    cls=Command,
    examples=("graphviz-lstm train-curve adding --by lag", "graphviz-lstm train-curve adding -o curve.html"),
)
@with_weights(
    click.argument("checkpoints", nargs=-1, metavar="[FOLDER | CHECKPOINT...]", callback=_checkpoints),
    *lengths_options(),
)
@source_option
@element_option
@click.option(
    "--by", type=click.Choice(TRAINING_LABELS), default="routes", show_default=True, help="By what it is told."
)
@batch_memory_option
@layout_option
@figure_options(("title", "width", "dpi", "theme", "colours"), theme="light")
@json_option
@csv_option
@click.option(
    "-o",
    "output",
    type=OutputFile(),
    help="Write to this file: .json, .csv or .txt; or draw it: .svg, .png or .pdf; or a page of both, .html; - is "
    "standard output.",
)
def train_curve(
    checkpoints: Checkpoints,
    source: str | None,
    element: tuple[int, ...] | None,
    *,
    by: str,
    memory: float,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
    **looks: object,
) -> None:
    """Tell where a gradient flows at each checkpoint of a training, from a FOLDER of them, or several in their order.

    A checkpoint is a weights file, asked with the same --inputs and --targets, or an example file. The last number in
    its name is where it stands in the training. `adding` is the training that ships.
    """
    from graphviz_lstm.gradients.batches.needed import needed_by
    from graphviz_lstm.gradients.batches.over_training import over_training
    from graphviz_lstm.reports.over_training import TRAINING_FORMATS, TrainingTold, plot_training
    from graphviz_lstm.reports.source import source_of

    form = form_of(output, looks, as_json=as_json, as_csv=as_csv, suffixes=(*TABLES, PAGE))
    sequences = checkpoints[0][2]
    asked = source_of(sequences[0], source)
    say_memory(needed_by(sequences).gradients)
    with progress_bar("working the shares out") as move:
        found = over_training(checkpoints, asked, element, by=by, memory=memory, progress=move)
    told = TrainingTold(found, asked, element, by, len(sequences))
    content = None if form else plot_training(told, **asked_for(looks))
    if content is not None and output is not None:
        with waiting("drawing"):
            drawn = content.content(output.suffix)
        write_file(output, drawn)
        return
    emit(TRAINING_FORMATS[form](told), output, data=form != ".txt")
