"""The command `derive`: the mathematics of one gradient, in symbols and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import DOCUMENTS
from graphviz_lstm.interfaces.cli.command import Command
from graphviz_lstm.interfaces.cli.options import emit, example_argument, json_option, require_suffix, source_option
from graphviz_lstm.interfaces.cli.streams import STANDARD, OutputFile
from graphviz_lstm.interfaces.cli.waiting import waiting

MOST_UNITS = 2
"""Of more, the symbols of the weights alone are too many."""

if TYPE_CHECKING:
    from pathlib import Path

    from graphviz_lstm.problems import Problem


@click.command(
    cls=Command,
    examples=(
        "graphviz-lstm derive --source W_o --prove --units 2",
        "graphviz-lstm derive gomez --steps 2 -o derivation.tex",
    ),
)
@example_argument
@source_option
@click.option("--steps", type=click.IntRange(min=1), metavar="T", help="Look at the first T steps of the example.")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(DOCUMENTS.values())),
    help="The format.  [default: text, or as the suffix says]",
)
@click.option("--prove", "proof", is_flag=True, help="Prove in symbols that the paths sum to the derivative.")
@click.option(
    "--units",
    type=click.IntRange(min=1, max=MOST_UNITS),
    metavar="N",
    help=f"Prove it of a net of so many units, {MOST_UNITS} at most.  [default: 1]",
)
@json_option
@click.option(
    "-o",
    "output",
    type=OutputFile(),
    help="Write to this file: .txt, .tex, .md, .html or .json; - is standard output.",
)
def derive(
    example: str | Problem,
    source: str | None,
    steps: int | None,
    form: str | None,
    units: int | None,
    *,
    proof: bool,
    as_json: bool,
    output: Path | None,
) -> None:
    """Derive the gradient in symbols: every edge, every path, both recursions, and the question's equations judged."""
    from graphviz_lstm.reports import Study

    if as_json and form not in (None, "json"):
        raise InputError(f"more than one format asked for: {form} and json (choose one)")
    if units is not None and not proof:
        raise InputError("nothing to prove: --units is of a proof (--prove asks for one)")
    form = "json" if as_json else form
    written = form or "text"
    if output is not None and str(output) != STANDARD:
        written = DOCUMENTS[require_suffix(output, tuple(DOCUMENTS))]
        if form not in (None, written):
            raise InputError(f"format {form!r} does not fit {str(output)!r} (its suffix says {written})")
    study = Study(example, source)
    with waiting("deriving"):
        text: str = getattr(study.derivation(steps=steps, proof=proof, units=units or 1), written)
    emit(text, output, data=written != "text")
