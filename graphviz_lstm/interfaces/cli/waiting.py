"""What is shown to who waits: nothing for two seconds, then on standard error, and only on a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING

import click

from graphviz_lstm.interfaces.cli.outcome import is_quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAME = "graphviz-lstm"
_MUCH = 200_000_000
_PATIENCE = 2.0
# A bar that moves more often costs more than it shows.
_PAUSE = 0.1


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show that `what` is being done, if it takes long."""
    from rich.console import Console

    console = Console(stderr=True)
    status = console.status(f"{what} ...")
    timer = Timer(_PATIENCE, status.start)
    timer.daemon = True
    if console.is_terminal and not is_quiet():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        status.stop()


def say_memory(size: int) -> None:
    """Say on standard error how much memory is about to be taken, where that is much."""
    from graphviz_lstm.gradients.batches.needed import told

    if size >= _MUCH and not is_quiet():
        click.echo(f"{_NAME}: this takes about {told(size)} of memory", err=True)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of how much is done and how much there is, which moves a bar, if it takes long."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal or is_quiet():
        # Rich 13 ends a bar that was never shown with an empty line.
        yield lambda _done, _whole: None
        return
    bar = Progress(console=console, transient=True)
    task = bar.add_task(what, total=None)
    due = monotonic() + _PATIENCE

    def move(done: int, whole: int) -> None:
        nonlocal due
        if (now := monotonic()) >= due:
            due = now + _PAUSE
            bar.start()
            bar.update(task, completed=done, total=whole)

    try:
        yield move
    finally:
        bar.stop()
