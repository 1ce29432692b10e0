"""What every command has beside its own options: calls to try in its help, and `--quiet`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graphviz_lstm.interfaces.cli.outcome import Outcome

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

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the calls, none of them wrapped: they are copied."""
        super().format_epilog(ctx, formatter)
        with formatter.section("Examples"):
            for call in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{call}\n")


def _be_quiet(context: click.Context, _option: click.Parameter, quiet: bool) -> None:  # noqa: FBT001 -- click's order
    context.ensure_object(Outcome).quiet = quiet
