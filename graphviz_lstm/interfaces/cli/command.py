"""What every command has beside its own options: calls to try in its help, and `--quiet`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.interfaces.cli.outcome import Outcome
from graphviz_lstm.interfaces.cli.weights import WeightsOption, require_read

if TYPE_CHECKING:
    from collections.abc import Sequence


class Command(click.Command):
    """A command whose help ends with calls to try.

    Attributes
    ----------
    examples
        Calls as they are typed, each a line.
    """

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.examples = tuple(examples)
        self.params.append(
            click.Option(
                ["-q", "--quiet"],
                is_flag=True,
                expose_value=False,
                callback=_be_quiet,
                help="Print no text and no progress: errors, files, and what --json and the like ask for, are all.",
            )
        )

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless it was told what it has no use for."""
        require_read(ctx)
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those of a weights file apart: they are the same for every command."""
        own: list[tuple[str, str]] = []
        apart: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                (apart if isinstance(param, WeightsOption) else own).append(record)
        for title, records in (("Options", own), ("Where EXAMPLE is a weights file", apart)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the calls, none of them wrapped: they are copied."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for call in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{call}\n")


def _be_quiet(context: click.Context, _option: click.Parameter, quiet: bool) -> None:  # noqa: FBT001 -- click's order
    context.ensure_object(Outcome).quiet = quiet
