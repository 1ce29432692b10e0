"""The command `derive`: the mathematics of one gradient, in symbols and numbers."""

from __future__ import annotations

from pathlib import Path

import click

from graphviz_lstm.errors import InputError, describe_unknown
from graphviz_lstm.interfaces.options import emit, example_argument, source_option
from graphviz_lstm.interfaces.waiting import waiting

_FORMATS = ("text", "latex", "markdown", "html")
_SUFFIXES = {".txt": "text", ".tex": "latex", ".md": "markdown", ".html": "html"}


@click.command()
@example_argument
@source_option
@click.option("--steps", type=click.IntRange(min=1), metavar="T", help="Look at the first T steps of the example.")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), help="The format.  [default: text, or as the suffix says]"
)
@click.option("--prove", "proof", is_flag=True, help="Prove in symbols that the paths sum to the derivative.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write to this file: .txt, .tex, .md or .html.")
def derive(
    example: str, source: str | None, steps: int | None, form: str | None, *, proof: bool, output: Path | None
) -> None:
    """Derive the gradient in symbols: every edge, every path, both recursions, and the question's equations judged."""
    from graphviz_lstm.cells import load_example
    from graphviz_lstm.reports.derivation import derive as derive_example

    written = "text"
    if output is not None:
        if output.suffix not in _SUFFIXES:
            raise InputError(f"{describe_unknown('suffix', output.suffix, _SUFFIXES)} of {str(output)!r}")
        written = _SUFFIXES[output.suffix]
        if form not in (None, written):
            raise InputError(f"format {form!r} does not fit {str(output)!r} (its suffix says {written})")
    with waiting("deriving"):
        derivation = derive_example(load_example(example), source, steps=steps, proof=proof)
        text: str = getattr(derivation, form or written)
    emit(text, output)
