"""The command `derive`: the mathematics of one gradient, in symbols and numbers."""

from __future__ import annotations

from pathlib import Path

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import DOCUMENTS
from graphviz_lstm.interfaces.cli.options import emit, example_argument, require_suffix, source_option
from graphviz_lstm.interfaces.cli.waiting import waiting


@click.command()
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
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write to this file: .txt, .tex, .md or .html.")
def derive(
    example: str, source: str | None, steps: int | None, form: str | None, *, proof: bool, output: Path | None
) -> None:
    """Derive the gradient in symbols: every edge, every path, both recursions, and the question's equations judged."""
    from graphviz_lstm.reports import Study

    written = "text" if output is None else DOCUMENTS[require_suffix(output, tuple(DOCUMENTS))]
    if output is not None and form not in (None, written):
        raise InputError(f"format {form!r} does not fit {str(output)!r} (its suffix says {written})")
    study = Study(example, source)
    with waiting("deriving"):
        text: str = getattr(study.derivation(steps=steps, proof=proof), form or written)
    emit(text, output)
