"""Writing in a process of its own, which whoever ends the command does not reach: not even by SIGKILL."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from typing import TYPE_CHECKING, NoReturn

from graphviz_lstm.errors import OutputError
from graphviz_lstm.files import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Callable

_DONE = b"done"
_FAILED = b"failed: "


def apart(write: Callable[[], None]) -> None:
    """Call `write` in a child of this process, in a session of its own, and wait for it.

    So files are written all or none: a command that is killed before has written nothing, one that is killed
    afterwards has nothing more to write. Where processes cannot be split (Windows) it is called in this one.

    Raises
    ------
    OutputError
        If `write` raises it, or the child ended before it was done.
    """
    with uninterrupted():
        reading, writing = os.pipe()
        child = _split()
        if child == 0:
            _write_and_end(write, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as answers:
            if child is None:
                write()
                return
            answer = answers.read()
        os.waitpid(child, 0)
    if answer.startswith(_FAILED):
        raise OutputError(answer.removeprefix(_FAILED).decode("utf-8", "surrogateescape"))
    if answer != _DONE:
        raise OutputError("cannot write: the process that writes the files ended early")


def _split() -> int | None:
    """Return the child's number, 0 in the child, or None where there is no splitting."""
    if not hasattr(os, "fork"):
        return None
    try:
        with warnings.catch_warnings():
            # Of other threads, which the child has not: it calls the file system and nothing else.
            warnings.simplefilter("ignore", DeprecationWarning)
            return os.fork()
    except OSError:  # no more processes, or no memory for one
        return None


def _write_and_end(write: Callable[[], None], writing: int) -> NoReturn:
    """Do what the child is for. It ends at once: what else the process had to tidy up is its parent's."""
    try:
        os.setsid()
        write()
        os.write(writing, _DONE)
    except OutputError as error:
        os.write(writing, _FAILED + str(error).encode("utf-8", "surrogateescape"))
    except BaseException:  # noqa: BLE001 -- a defect: it is shown, and the parent says that nothing came
        traceback.print_exc()
        if sys.stderr is not None:
            sys.stderr.flush()
    finally:
        os._exit(0)
