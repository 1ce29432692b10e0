"""Writing files so that none is ever left half-written: aside first, then renamed; and a set of them as one.

A signal that would end the process (SIGINT, SIGTERM, SIGHUP) takes effect when the files are there. Against SIGKILL a
process cannot guard itself: the command has another one write (`interfaces/cli/apart.py`).
"""

from __future__ import annotations

import os
import secrets
import signal
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, OutputError, shorten
from graphviz_lstm.given import require_kind

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# SIGINT last: it is the one that raises where nobody has set anything, and then the others are as they were.
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))
# So many seconds another process that writes to the same folder is waited for; it takes milliseconds.
_PATIENCE = 10.0


def require_path(where: str | os.PathLike[Any]) -> Path:
    r"""Return where a file may be.

    Raises
    ------
    InputError
        If no file can have such a name.

    Examples
    --------
    >>> require_path("a\0b.svg")
    Traceback (most recent call last):
    ...
    graphviz_lstm.errors.InputError: not a path: 'a\x00b.svg' holds a NUL character
    """
    require_kind("file name", where, (str, os.PathLike), "a file's path")
    path = Path(os.fsdecode(where))
    if "\0" in str(path):
        raise InputError(f"not a path: {shorten(str(path))} holds a NUL character")
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        half = str(path)[error.start]
        raise InputError(f"not a path: {shorten(str(path))} holds half a character, {half!a}") from None
    return path


def is_there(path: Path) -> bool:
    """Return whether there is a file or a folder; what no file can be called is not there.

    >>> is_there(Path("a" * 5000))
    False
    """
    try:
        return path.exists()
    except OSError:  # a name that is too long; a folder that must not be looked into
        return False


def require_folder(folder: Path) -> None:
    """Try to write in `folder`, or where it would be made: better now than after the work. Nothing is left.

    Raises
    ------
    OutputError, InputError
        If it cannot be made or written; if nothing can have such a name.
    """
    require_path(folder)
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if nearest == folder and not folder.is_dir():
        raise OutputError(f"cannot write output folder {str(folder)!r}: File exists")
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise _unwritable("output folder", folder, error) from None


def write_files(
    contents: Mapping[Path, bytes], *, folder: Path | None = None, stale: Callable[[], Iterable[Path]] = tuple
) -> None:
    """Write every file of `contents`, all aside before the first is renamed into place: all of them or none.

    A file that is there keeps its mode; behind a link it is the link's target that is written, and what is no file (a
    pipe, a device) is written to as it is. Where several processes write to one folder, one after the other does.

    Parameters
    ----------
    folder
        Made first, if it is not there.
    stale
        Returns files that belong to an earlier set of the same name: they go when the new ones come. Asked when nobody
        else writes to these folders.

    Raises
    ------
    OutputError, InputError
        If a file cannot be written, or none can have such a name; the line names it, and everything is as it was.
    """
    targets = {path: _target(require_path(path)) for path in contents}
    for path, target in targets.items():
        if not is_ordinary(target):
            _write_into(path, contents[path])
    ordinary = {path: target for path, target in targets.items() if is_ordinary(target)}
    with uninterrupted(), _made(folder), ExitStack() as asides:
        changes: list[tuple[Path, Path, Path | None]] = []
        for path, target in ordinary.items():
            aside = _write_aside(path, target, contents[path])
            asides.callback(aside.unlink, missing_ok=True)
            changes.append((path, target, aside))
        for parent in sorted({target.parent for target in ordinary.values()}):
            asides.enter_context(_alone_in(parent))
        _change([*changes, *((path, path, None) for path in stale())])


def is_ordinary(path: Path) -> bool:
    """Return whether a path is that of a file, or of none: not of a pipe or a device.

    Asked once: between two questions another process may have put its file there.
    """
    try:
        return S_ISREG(path.stat().st_mode)
    except OSError:  # nothing is there, or nobody can say
        return True


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold signals back that would end the process: they take effect when the block has ended.

    Python hands signals to its main thread alone; in another one there is nothing to hold back.
    """
    came: list[int] = []
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            # None is a handler that Python has not set, and cannot set again.
            if signal.getsignal(number) not in (None, signal.SIG_IGN):
                before[number] = signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(came):
            signal.raise_signal(number)


def _target(path: Path) -> Path:
    """Return what is to be written, behind links."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(f"cannot write file {str(path)!r}: Is a directory")
    return target


def _write_into(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _unwritable("file", path, error) from None


def _write_aside(path: Path, target: Path, content: bytes) -> Path:
    """Write a file beside the target, with the mode that it is to have, and return its path."""
    aside = _beside(target)
    try:
        # Whatever the mask of this process allows; where a file is there, for nobody else's eyes before it is as that.
        mode = S_IMODE(target.stat().st_mode) if target.exists() else None
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            if mode is not None:
                aside.chmod(mode)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable("file", path, error) from None
    return aside


def _change(changes: list[tuple[Path, Path, Path | None]]) -> None:
    """Put every file in its place, or take it away where there is none; if one cannot be, undo the others."""
    done: list[tuple[Path, Path | None]] = []
    with ExitStack() as kept:
        for path, target, aside in changes:
            try:
                if len(changes) > 1:
                    done += _keep(target, kept)
                if aside is None:
                    target.unlink(missing_ok=True)
                else:
                    aside.replace(target)
            except OSError as error:
                for changed, old in reversed(done):
                    with suppress(OSError):
                        changed.unlink(missing_ok=True) if old is None else old.replace(changed)
                raise _unwritable("file", path, error) from None


def _keep(target: Path, kept: ExitStack) -> list[tuple[Path, Path | None]]:
    """Return how a change of a file is undone: what it was is kept under another name, if the disk has such names."""
    if not target.exists():
        return [(target, None)]
    old = _beside(target)
    try:
        old.hardlink_to(target)
    except OSError:
        return []
    kept.callback(old.unlink, missing_ok=True)
    return [(target, old)]


@contextmanager
def _made(folder: Path | None) -> Iterator[None]:
    """Make a folder, and take it away again if nothing came into it."""
    missing = [] if folder is None else [path for path in (folder, *folder.parents) if not path.exists()]
    with ExitStack() as undo:
        for path in reversed(missing):
            try:
                path.mkdir(exist_ok=True)
            except OSError as error:
                raise _unwritable("output folder", path, error) from None
            undo.callback(_remove_empty, path)
        yield
        undo.pop_all()


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Have no other process put files into a folder, where the system and the disk have locks."""
    descriptor = _opened(folder)
    try:
        if descriptor is not None:
            _lock(descriptor, folder)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _opened(folder: Path) -> int | None:
    try:
        return None if fcntl is None else os.open(folder, os.O_RDONLY)
    except OSError:  # it may be written to, and not read
        return None


def _lock(descriptor: int, folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise OutputError(f"cannot write to folder {str(folder)!r}: another process is writing there") from None
            time.sleep(0.005)
        except OSError:  # this disk has no locks
            return None


def _beside(path: Path) -> Path:
    """Return a name in the same folder that nobody has, short enough for any disk."""
    return path.with_name(f".graphviz-lstm-{secrets.token_hex(8)}")


def _unwritable(what: str, path: Path, error: OSError) -> OutputError:
    return OutputError(f"cannot write {what} {str(path)!r}: {error.strerror}")
