"""The command `graphviz-lstm`, also as `python -m graphviz_lstm`: what must stand before anything else is imported."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = b"graphviz-lstm: interrupted: nothing was written\n"


def main() -> None:
    """Run the command as a process of its own."""
    # An interrupt that is raised while modules load may be swallowed there: until they are, it ends the process.
    ordinary = signal.getsignal(signal.SIGINT)
    if ordinary is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    _open_what_is_closed()
    from graphviz_lstm.interfaces.cli import main as run

    signal.signal(signal.SIGINT, ordinary)
    try:
        run()
    finally:
        # The exit status is decided, and all that was due is done.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _open_what_is_closed() -> None:
    """Have the three standard descriptors lead somewhere: the next file that is opened would take their place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _end(number: int, _frame: object) -> None:
    os.write(2, _INTERRUPTED)
    os._exit(128 + number)


if __name__ == "__main__":
    main()
