"""One thread for the matrix products of a sweep: there are thousands, each small, and each waits for the one before.

Shared among threads, a product ends with the slowest of them. Where other programs use the processors too, that one
waits for them: then a gradient of 128 units over 100 steps takes ten times as long. In one thread it takes as long as
it takes in many on a machine that does nothing else.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_in_progress = Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Have the library of linear algebra use one thread, and then as many as before.

    The number belongs to the process: of sweeps that overlap, the first sets it and sets it back.

    >>> with one_thread():
    ...     found = {library["num_threads"] for library in _libraries().info() if library["user_api"] == "blas"}
    >>> found <= {1}
    True
    """
    if not _in_progress.acquire(blocking=False):
        yield
        return
    try:
        with _libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        _in_progress.release()


@lru_cache(maxsize=1)
def _libraries() -> Any:
    """Return the libraries of linear algebra that NumPy has loaded; looking for them takes a millisecond."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
