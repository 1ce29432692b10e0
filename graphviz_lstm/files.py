"""Writing files so that none is ever left half-written: aside first, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_lstm.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def require_folder(folder: Path) -> None:
    """Make `folder` if it is not there, and try to write in it: better now than after the work.

    Raises
    ------
    OutputError
        If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"cannot write output folder {str(folder)!r}: {error.strerror}") from None


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write every file of `contents`, all aside before the first is renamed into place.

    A failure or an interrupt before the renaming leaves everything as it was, and no file half-written in any case.

    Raises
    ------
    OutputError
        If a file cannot be written; the line names it.
    """
    aside: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            aside[path] = _write_aside(path, content)
        for path, temporary in aside.items():
            _rename(temporary, path)
    finally:
        for temporary in aside.values():
            temporary.unlink(missing_ok=True)


def _write_aside(path: Path, content: bytes) -> Path:
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            # mkstemp lets only its owner read; a finished file is as readable as any other.
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"cannot write file {str(path)!r}: {error.strerror}") from None
    return Path(name)


def _rename(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write file {str(path)!r}: {error.strerror}") from None
