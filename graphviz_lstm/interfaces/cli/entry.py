"""The group of commands, and how each of them ends.

Bad input is one line on standard error and exit status 2; a result that may not be trusted (a failed check, a picture
that Graphviz did not finish) is one line and exit status 1. A signal that ends the command (Ctrl-C, SIGTERM, SIGHUP) is
one line that says what is written already, and the exit status that shells expect: 128 and the signal's number.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from graphviz_lstm import __version__
from graphviz_lstm.errors import GraphvizLstmError, InputError
from graphviz_lstm.interfaces.cli.batch import batch
from graphviz_lstm.interfaces.cli.cells import cells
from graphviz_lstm.interfaces.cli.check import check
from graphviz_lstm.interfaces.cli.compare import compare
from graphviz_lstm.interfaces.cli.derive import derive
from graphviz_lstm.interfaces.cli.explain import explain
from graphviz_lstm.interfaces.cli.figures import draw
from graphviz_lstm.interfaces.cli.inspect import inspect
from graphviz_lstm.interfaces.cli.outcome import Outcome
from graphviz_lstm.interfaces.cli.page import page
from graphviz_lstm.interfaces.cli.paths import count, paths
from graphviz_lstm.interfaces.cli.plots import before_after, routes, strip, triangle
from graphviz_lstm.interfaces.cli.train_curve import train_curve
from graphviz_lstm.interfaces.cli.units import units
from graphviz_lstm.interfaces.complaints import describe_left_out, one_line
from graphviz_lstm.interfaces.endings import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAME = "graphviz-lstm"
_SOON = 0.01


class _EndedError(KeyboardInterrupt):
    """A signal, other than that of Ctrl-C, that ends the command: whatever tidies up after Ctrl-C does so here too."""


class _Commands(click.Group):
    """The commands; Ctrl-C ends whichever of them runs in one line, without the empty one that click would add."""

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read what is asked for."""
        with _interrupts_told(Outcome()):
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run one."""
        with _interrupts_told(ctx.ensure_object(Outcome)):
            return super().invoke(ctx)


@contextmanager
def _interrupts_told(outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        # Python makes another error of an interrupt that strikes while it makes a class.
        if (stop := _interrupt_behind(error)) is None:
            raise
        if sys.stderr is not None and sys.stderr.isatty():
            # Behind the ^C that the terminal shows.
            click.echo(err=True)
        raise _InterruptedError(stop, outcome) from None


def _interrupt_behind(error: BaseException | None) -> KeyboardInterrupt | None:
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error


class _InterruptedError(click.ClickException):
    """What is told of an interrupt, and the exit status that shells expect."""

    def __init__(self, stop: BaseException | None, outcome: Outcome) -> None:
        number = _number(stop)
        super().__init__(f"{WORDS[number.name]}: {outcome}")
        self.exit_code = 128 + number  # type: ignore[misc]  # click reads it of each exception


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name=_NAME)
@click.pass_context
def cli(context: click.Context) -> None:
    """Every path of a recurrent network's gradient: counted, listed, summed and drawn.

    EXAMPLE is a built-in name (gomez, the default; adding, a trained net), a JSON file of your own, or a weights file.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _command in (
    explain,
    draw,
    strip,
    paths,
    count,
    triangle,
    units,
    routes,
    before_after,
    batch,
    train_curve,
    compare,
    check,
    derive,
    page,
    cells,
    inspect,
):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and end the process with its exit status."""
    outcome = Outcome()
    with _told_of_signals():
        try:
            status = cli.main(args=arguments, prog_name=_NAME, standalone_mode=False, obj=outcome)
        except click.exceptions.Exit as done:
            status = done.exit_code
        except click.Abort as abort:
            if isinstance(abort.__cause__, EOFError):
                # Nothing here asks for input: it is a defect, or a module whose compiled file was cut short.
                raise abort.__cause__ from None
            told = _InterruptedError(abort.__cause__, outcome)
            status = _complain(told.message, told.exit_code)
        except click.ClickException as error:
            status = _complain(error.format_message(), error.exit_code)
        except InputError as error:
            status = _complain(error, 2)
        except GraphvizLstmError as error:
            status = _complain(error, 1)
        except ModuleNotFoundError as error:
            told_missing = describe_left_out(error.name)
            if told_missing is None:
                raise
            status = _complain(told_missing, 2)
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


@contextmanager
def _told_of_signals() -> Iterator[None]:
    """Have signals that end a process be raised as Ctrl-C is, so that it can tidy up; not those that it ignores."""
    numbers = [getattr(signal, name) for name in WORDS if hasattr(signal, name) and name != "SIGINT"]
    # In another thread than the main one Python neither hears signals nor sets anything for them.
    mine = threading.current_thread() is threading.main_thread()
    before = {n: signal.signal(n, _end) for n in numbers if mine and signal.getsignal(n) is signal.SIG_DFL}
    hook = sys.unraisablehook
    sys.unraisablehook = partial(_once_more, hook)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _once_more(otherwise: Callable[[Any], object], lost: Any) -> None:
    """Send a signal again that struck where Python lets no exception out: in a callback of an import, a finalizer."""
    if not isinstance(lost.exc_value, KeyboardInterrupt):
        otherwise(lost)
        return
    again = threading.Timer(_SOON, signal.raise_signal, [_number(lost.exc_value)])
    again.daemon = True
    again.start()


def _number(stop: BaseException | None) -> signal.Signals:
    return signal.Signals(stop.args[0]) if isinstance(stop, _EndedError) else signal.SIGINT


def _end(number: int, _frame: object) -> NoReturn:
    raise _EndedError(number)


def _complain(message: object, status: int) -> int:
    click.echo(f"{_NAME}: {one_line(message)}", err=True)
    return status


def _forget_output() -> None:
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
