"""A small file that a person wrote, names and what they are: TOML, or JSON by its suffix."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.files import is_ordinary, require_path

_MOST_BYTES = 100_000
# Where files that are open have names: `--labels <(...)`.
_OPEN, _INPUT = (Path("/dev/fd"), Path("/proc/self/fd")), Path("/dev/stdin")


def read_table(file: Path, what: str) -> dict[str, Any]:
    """Return what a small TOML file tells, or of that suffix a JSON file.

    Raises
    ------
    InputError
        If it cannot be read, or is neither.
    """
    path = require_path(file)
    # A pipe or a device may have no end; into a pipe that the shell has opened somebody writes.
    opened = path.parent in _OPEN or (path == _INPUT and path.is_fifo())
    if not (is_ordinary(path) or path.is_dir() or opened):
        raise InputError(f"cannot read {what} {str(file)!r}: not an ordinary file")
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise InputError(f"too large a {what}: {str(file)!r} (at most {_MOST_BYTES:,} bytes)")
        text = content.decode("utf-8-sig")
        told = json.loads(text, object_pairs_hook=_once) if file.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise InputError(f"cannot read {what} {str(file)!r}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        form = "JSON" if file.suffix == ".json" else "TOML"
        raise InputError(f"not {form}: {' '.join(str(error).split())} in {what} {str(file)!r}") from None
    if not isinstance(told, dict):
        raise InputError(f"unusable {what} {str(file)!r}: {shorten(told)} (must be names and what they are)")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in pairs:
        if name in told:
            raise ValueError(f"{shorten(name)} stands there twice")
        told[name] = value
    return told
