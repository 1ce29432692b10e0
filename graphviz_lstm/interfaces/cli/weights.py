"""A weights file as EXAMPLE: the options that say the rest of it, told once for every command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import LOSSES, PLACES
from graphviz_lstm.interfaces.cli.file_names import FileName

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.problems import Problem

_GIVEN = "graphviz_lstm.weights"
_READ = "graphviz_lstm.weights.read"


class WeightsOption(click.Option):
    """An option of a weights file: no parameter of a command, but of what its EXAMPLE is."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__([name], expose_value=False, is_eager=True, callback=_keep, **options)


def _keep(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value is not None:
        context.meta.setdefault(_GIVEN, {})[option.name] = value


def _pairs(text: str) -> dict[str, str]:
    """Return `f_H=relu,f_A=tanh` as a mapping."""
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(name and equals and function for name, equals, function in pairs):
        raise InputError(f"not activations: {text!r} (must be such as f_H=relu)")
    return {name.strip(): function.strip() for name, _, function in pairs}


def weights_options() -> list[WeightsOption]:
    """Return the options, new ones for each command."""
    file = FileName()
    return [
        WeightsOption(
            "--inputs", type=file, metavar="FILE", help="The sequence, a row of numbers a step, or tokens: .npy."
        ),
        WeightsOption(
            "--targets", type=file, metavar="FILE", help="A row or a class for each step, or for the last alone: .npy."
        ),
        WeightsOption(
            "--loss", type=click.Choice(LOSSES), help="Which loss, summed over steps.  [default: squared_error]"
        ),
        WeightsOption("--at", type=click.Choice(PLACES), help="At which steps it counts.  [default: every]"),
        WeightsOption("--ignore", type=int, metavar="CLASS", help="The class of steps at which no loss counts: -100."),
        WeightsOption("--cell", metavar="NAME", help="Which cell it is, where keys and shapes leave that open."),
        WeightsOption("--prefix", metavar="NAME,...", help="Which net, by what stands before its keys: encoder.lstm."),
        WeightsOption(
            "--readout", metavar="NAME", help="Which linear map of the last layer, by what stands before its keys."
        ),
        WeightsOption(
            "--embedding", metavar="NAME", help="The matrix of which tokens pick rows, by what stands before its key."
        ),
        WeightsOption("--activations", metavar="NAME=FUNCTION,...", help="What no file tells, such as f_H=relu."),
    ]


def with_weights(argument: Callable[[Any], Any], *more: WeightsOption) -> Callable[[Any], Any]:
    """Return the decorator of an EXAMPLE which may be a weights file; `more` options of one belong to this command."""

    def decorate(function: Any) -> Any:
        decorated = argument(function)
        # As click's own decorators do: a command reads them in reverse order.
        decorated.__click_params__.extend(reversed([*weights_options(), *more]))
        return decorated

    return decorate


def weights_example(context: click.Context, example: str) -> Problem | None:
    """Return the problem of a weights file, or of a folder of arrays, with its options; None of any other example.

    Raises
    ------
    InputError
        If a file cannot be read or does not fit.
    """
    given = _options(context, example)
    if given is None:
        return None
    from graphviz_lstm.problems.weights.files import problem_from_files

    return problem_from_files(example, given.pop("inputs", None), given.pop("targets", None), **given)


def weights_sequences(context: click.Context, example: str) -> list[Problem] | None:
    """Return the sequences of a weights file, or of a folder of arrays, with its options; None of any other example.

    Raises
    ------
    InputError
        If a file cannot be read or does not fit.
    """
    given = _options(context, example)
    if given is None:
        return None
    from graphviz_lstm.gradients.batches.sequences import sequences_from_files

    return sequences_from_files(example, given)


def _options(context: click.Context, example: str) -> dict[str, Any] | None:
    """Return the options of a weights file as its reader takes them, now read; None of any other example."""
    given = dict(context.meta.get(_GIVEN, {}))
    if not _suits(example, given):
        return None
    context.meta[_READ] = True
    if "prefix" in given:
        given["prefix"] = given["prefix"].split(",")
    if "activations" in given:
        given["activations"] = _pairs(given["activations"])
    return given


def _suits(example: str, given: dict[str, Any]) -> bool:
    from graphviz_lstm.problems.weights.read import is_weights

    return is_weights(example) or (bool(given) and Path(example).is_dir())


def require_read(context: click.Context) -> None:
    """Refuse options of a weights file where none was read.

    Raises
    ------
    InputError
        If there are any.
    """
    given = context.meta.get(_GIVEN, {})
    if given and not context.meta.get(_READ):
        name, value = next(iter(given.items()))
        raise InputError(f"--{name} {value} is of a weights file (give one as EXAMPLE, such as model.safetensors)")
