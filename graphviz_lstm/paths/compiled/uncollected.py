"""Making many objects at once, of which none is in a circle."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_LOCK = Lock()
_inside = 0
_search_afterwards = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Put off the search for circles of objects: of a million new ones, none is in any, and each would be looked at.

    >>> with uncollected():
    ...     print(gc.isenabled())
    False
    >>> gc.isenabled()
    True
    """
    # The switch is the process's: of several threads at once, the first turns it off and the last on.
    global _inside, _search_afterwards  # noqa: PLW0603
    with _LOCK:
        if not _inside:
            _search_afterwards = gc.isenabled()
            gc.disable()
        _inside += 1
    try:
        yield
    finally:
        with _LOCK:
            _inside -= 1
            if not _inside and _search_afterwards:
                gc.enable()
