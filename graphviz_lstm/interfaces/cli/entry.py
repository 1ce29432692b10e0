"""The group of commands, and how each of them ends.

Bad input is one line on standard error and exit status 2; a result that may not be trusted (a failed check, a picture
that Graphviz did not finish) is one line and exit status 1.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from graphviz_lstm import __version__
from graphviz_lstm.errors import GraphvizLstmError, InputError
from graphviz_lstm.interfaces.cli.check import check
from graphviz_lstm.interfaces.cli.compare import compare
from graphviz_lstm.interfaces.cli.derive import derive
from graphviz_lstm.interfaces.cli.explain import explain
from graphviz_lstm.interfaces.cli.figures import draw, strip
from graphviz_lstm.interfaces.cli.page import page
from graphviz_lstm.interfaces.cli.paths import count, paths
from graphviz_lstm.interfaces.cli.triangle import triangle
from graphviz_lstm.interfaces.complaints import one_line

_NAME = "graphviz-lstm"
_INTERRUPTED = 130


class _Commands(click.Group):
    """The commands; Ctrl-C ends whichever of them runs in one line, without the empty one that click would add."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run one."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                # Behind the ^C that the terminal shows.
                click.echo(err=True)
            raise _InterruptedError("interrupted: nothing was written") from None


class _InterruptedError(click.ClickException):
    exit_code = _INTERRUPTED


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name=_NAME)
@click.pass_context
def cli(context: click.Context) -> None:
    """Every path of a recurrent network's gradient: counted, listed, summed and drawn.

    EXAMPLE is a built-in name (gomez, the default) or a JSON file of your own.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _command in (explain, draw, strip, paths, count, triangle, compare, check, derive, page):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status."""
    try:
        status = cli.main(args=arguments, prog_name=_NAME, standalone_mode=False)
    except click.exceptions.Exit as done:
        status = done.exit_code
    except click.ClickException as error:
        status = _complain(error.format_message(), error.exit_code)
    except click.Abort:
        status = _complain("interrupted: nothing was written", _INTERRUPTED)
    except InputError as error:
        status = _complain(error, 2)
    except GraphvizLstmError as error:
        status = _complain(error, 1)
    except BrokenPipeError:
        # Whoever read our output has gone; what Python would still flush has nowhere to go.
        _forget_output()
        status = 1
    except OSError as error:
        if error.filename is None:
            _forget_output()
        named = "standard output" if error.filename is None else repr(error.filename)
        status = _complain(f"cannot use {named}: {error.strerror}", 2)
    sys.exit(status if isinstance(status, int) else 0)


def _complain(message: object, status: int) -> int:
    click.echo(f"{_NAME}: {one_line(message)}", err=True)
    return status


def _forget_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
