"""What is shown to who waits: nothing for two seconds, then on standard error, and only on a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE = 2.0


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Show that `what` is being done, if it takes long."""
    from rich.console import Console

    console = Console(stderr=True)
    status = console.status(f"{what} ...")
    timer = Timer(_PATIENCE, status.start)
    timer.daemon = True
    if console.is_terminal:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        status.stop()


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of how much is done and how much there is, which moves a bar."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)
