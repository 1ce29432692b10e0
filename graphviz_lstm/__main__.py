"""The command `graphviz-lstm`, also as `python -m graphviz_lstm`: what must stand before anything else is imported."""

from __future__ import annotations

import os
import signal

from graphviz_lstm.interfaces.endings import WORDS

_NUMBERS = {getattr(signal, name): word for name, word in WORDS.items() if hasattr(signal, name)}


def main() -> None:
    """Run the command as a process of its own."""
    # A signal that is raised while modules load may be swallowed there: until they are, it ends the process.
    before = {number: signal.signal(number, _end) for number in _NUMBERS if not _is_ignored(number)}
    _open_what_is_closed()
    from graphviz_lstm.interfaces.cli import main as run

    for number, handler in before.items():
        signal.signal(number, handler)
    try:
        run()
    finally:
        # The exit status is decided, and all that was due is done.
        for number in _NUMBERS:
            signal.signal(number, signal.SIG_IGN)


def _is_ignored(number: int) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


def _open_what_is_closed() -> None:
    """Have the three standard descriptors lead somewhere: the next file that is opened would take their place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)


def _end(number: int, _frame: object) -> None:
    os.write(2, f"graphviz-lstm: {_NUMBERS[number]}: nothing was written\n".encode())
    os._exit(128 + number)


if __name__ == "__main__":
    main()
