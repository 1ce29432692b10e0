"""What the commands have in common: the example, the source, and where the result goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphviz_lstm.errors import InputError
from graphviz_lstm.interfaces.choices import DETAILS, LAYOUTS, LEVELS, TABLES
from graphviz_lstm.interfaces.cli.completing import complete_example, complete_scheme, complete_vertex
from graphviz_lstm.interfaces.cli.file_names import FileName
from graphviz_lstm.interfaces.cli.outcome import say, write_several
from graphviz_lstm.interfaces.cli.streams import STANDARD, OutputFile, given_example, is_standard
from graphviz_lstm.interfaces.cli.weights import with_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from graphviz_lstm.reports import Study


def index_of(_context: click.Context, _option: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """Return the index that a text tells, one number for each axis."""
    try:
        return None if text is None else tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an index (must be whole numbers with commas, such as 0,0)") from None


def _bytes(_context: click.Context, _option: click.Parameter, gigabytes: float) -> float:
    return 1e9 * gigabytes


example_argument = with_weights(
    click.argument(
        "example", default="gomez", metavar="[EXAMPLE]", callback=given_example, shell_complete=complete_example
    )
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; its schema is documented.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
source_option = click.option(
    "--source",
    metavar="NAME",
    shell_complete=complete_vertex,
    help="The vertex whose paths to E are meant: a parameter, an input (X_1), an initial state, or any other.  "
    "[default: the cell's first parameter]",
)
element_option = click.option(
    "--element", metavar="i,j", callback=index_of, help="Look at one entry of the source alone, such as 0,0."
)
layout_option = click.option(
    "--layout", type=click.Choice(LAYOUTS), help="The figure's: to be read 700 pixels wide, or 360.  [default: wide]"
)
plot_output_option = click.option(
    "-o",
    "output",
    type=OutputFile(),
    help="Write to this file: .json, .csv or .txt; or draw it: .svg, .png or .pdf; - is standard output.",
)
detail_option = click.option(
    "--detail",
    type=click.Choice(DETAILS),
    default="gate",
    show_default=True,
    help="A vertex for each quantity of the cell, or also for each activation's argument.",
)
level_option = click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="quantity",
    show_default=True,
    help="A vertex of a path is a quantity (a_3), or one entry of it (a_3[7]): then all signs and sizes are exact.",
)
scheme_option = click.option(
    "--scheme",
    metavar="NAME",
    shell_complete=complete_scheme,
    help="Under a gradient scheme, such as lstm-1997, bptt:2 or 'cut H[t-1] -> o[t]': of the paths that it leaves; "
    "snap:1 needs --element.",
)
full_option = click.option(
    "--full",
    is_flag=True,
    help="Write arrays of more than 64 entries whole, not their length alone: JSON and CSV.",
)
memory_option = click.option(
    "--memory",
    type=click.FloatRange(min=0.0),
    metavar="GB",
    default=2.0,
    show_default=True,
    callback=_bytes,
    help="What paths through single units may take; what would take more is not known, and said so.",
)
batch_memory_option = click.option(
    "--memory",
    type=click.FloatRange(min=0.0),
    metavar="GB",
    default=2.0,
    show_default=True,
    callback=_bytes,
    help="How much may be taken by all sequences together; what would take more is refused before.",
)
arrays_option = click.option(
    "--arrays",
    type=FileName(),
    metavar="FILE",
    help="Write the paths' contributions, whole, to this file too: .npz, for numpy.load.",
)


def require_arrays(arrays: Path | None) -> None:
    """Refuse a file for arrays whose suffix is another, before anything is worked out.

    Raises
    ------
    InputError
        If it is not `.npz`.
    """
    if arrays is not None:
        require_suffix(arrays, (".npz",))


def asked_under(study: Study, scheme: str | None) -> Study:
    """Return the study, or what it is under a scheme."""
    return study if scheme is None else study.under(scheme)


def require_suffix(output: Path, suffixes: Collection[str]) -> str:
    """Return the suffix of a file.

    Raises
    ------
    InputError
        If it is none of those.
    """
    if output.suffix not in suffixes:
        known = ", ".join(map(repr, suffixes))
        due = known if len(suffixes) == 1 else f"one of {known}"
        raise InputError(f"unknown suffix: {output.suffix!r} of {str(output)!r} (must be {due})")
    return output.suffix


def table_format(
    output: Path | None,
    *,
    as_json: bool,
    as_csv: bool,
    suffix: str | None = None,
    suffixes: Collection[str] = TABLES,
) -> str:
    """Return the suffix of the format that is asked for; text where nothing is."""
    asked = [suffix for suffix, flag in ((".json", as_json), (".csv", as_csv)) if flag]
    asked += [] if suffix is None else [suffix]
    if output is not None and str(output) != STANDARD:
        asked.append(require_suffix(output, suffixes))
    if len(set(asked)) > 1:
        raise InputError(f"more than one format asked for: {' and '.join(asked)} (choose one)")
    return asked[0] if asked else ".txt"


def emit(text: str, output: Path | None, beside: Mapping[Path, bytes] | None = None, *, data: bool = False) -> None:
    """Print a text, or write it to a file; `beside` it write other files, all of them or none.

    Parameters
    ----------
    data
        Whether it is for programs; what is asked for on standard output by `-` is.
    """
    contents = dict(beside or {})
    printed = output is None or is_standard(output)
    if output is not None and not printed:
        contents[output] = text.encode()
    if contents:
        write_several(contents)
    if printed:
        say(text, nl=False, data=data or output is not None)
