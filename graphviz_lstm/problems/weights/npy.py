"""Arrays as numpy writes them: `.npy` files, and those of an `.npz` archive; headers first, and never an object.

What a header claims is held against the size of the file before memory is taken. Of an archive this is what it
would come to unpacked, and what unpacks to far more than it is, is refused: weights do not shrink like that.
"""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy_format

from graphviz_lstm.errors import WeightsError, shorten
from graphviz_lstm.problems.weights.entries import MOST_BYTES, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

SUFFIX = ".npy"
_LONGEST_HEADER = 10_000
_LARGEST_AXIS = 2**40
_READERS = {(1, 0): npy_format.read_array_header_1_0, (2, 0): npy_format.read_array_header_2_0}
_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What unpacks to more than this, and to so many times what it is, is no array of weights.
_SMALL, _SHRUNK = 2**24, 200
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands before the numbers, and how many bytes it takes."""

    shape: tuple[int, ...]
    by_columns: bool
    dtype: np.dtype[Any]
    length: int

    @property
    def size(self) -> int:
        """How many bytes header and numbers take."""
        return self.length + prod(self.shape) * self.dtype.itemsize


def load_npy(path: Path, what: str) -> NDArray[np.generic]:
    """Return the array of a `.npy` file, as it is; `what` names the file in messages.

    Raises
    ------
    WeightsError
        If it cannot be read, holds objects, or is not of the size that its header claims.
    """
    entry = npy_entry(path, what)
    if prod(entry.shape) * 8 > MOST_BYTES:
        raise WeightsError(f"too large: {entry} (at most {MOST_BYTES:,} bytes are read) in {what}")
    return entry.read()


def npy_entry(path: Path, what: str) -> Entry:
    """Return what a `.npy` file holds. See `load_npy`."""
    with opened(path, what) as stream:
        header = _header(stream, what)
        held = path.stat().st_size
    if header.size != held:
        raise WeightsError(f"not as its header says: {held:,} bytes, must be {header.size:,} in {what}")

    def read() -> NDArray[np.generic]:
        with opened(path, what) as stream:
            return _numbers(stream, header, what)

    return Entry(header.shape, header.dtype.name, read)


def npz_entries(path: Path, what: str) -> dict[str, Entry]:
    """Return what an `.npz` archive holds, by name.

    Raises
    ------
    WeightsError
        If it is no such archive, or a member is no array, an object, or not of the size that its header claims.
    """
    entries: dict[str, Entry] = {}
    with archive_of(path, what) as archive:
        members = archive.infolist()
        if sum(member.compress_size for member in members) > path.stat().st_size:
            raise WeightsError(f"not as its header says: its members overlap in {what}")
        for member in members:
            key = member.filename.removesuffix(SUFFIX)
            named = f"{shorten(member.filename)} of {what}"
            if key == member.filename:
                raise WeightsError(f"not an array: {shorten(member.filename)} (must end with {SUFFIX!r}) in {what}")
            if key in entries:
                raise WeightsError(f"key given twice: {shorten(key)} in {what}")
            _require_unpackable(member, named)
            with archive.open(member) as stream:
                header = _header(stream, named)
            if header.size != member.file_size:
                raise WeightsError(
                    f"not as its header says: {member.file_size:,} bytes, must be {header.size:,}: {named}"
                )
            entries[key] = Entry(header.shape, header.dtype.name, partial(_member, path, member.filename, header, what))
    return entries


def _require_unpackable(member: zipfile.ZipInfo, named: str) -> None:
    if member.flag_bits & 1 or member.compress_type not in _PACKING:
        raise WeightsError(f"cannot read: packed in a way that is not read: {named}")
    if member.file_size > max(_SMALL, _SHRUNK * member.compress_size):
        raise WeightsError(
            f"too large: {member.compress_size:,} bytes would unpack to {member.file_size:,} (at most {_SHRUNK} times "
            f"as many are unpacked): {named}"
        )


def _member(path: Path, name: str, header: _Header, what: str) -> NDArray[np.generic]:
    with archive_of(path, what) as archive, archive.open(name) as stream:
        return _numbers(stream, header, what)


def _header(stream: IO[bytes], what: str) -> _Header:
    """Return what stands before the numbers; the stream is then at the first of them."""
    try:
        version = npy_format.read_magic(stream)
        with warnings.catch_warnings():
            # Of headers that Python 2 wrote: they are read all the same.
            warnings.simplefilter("ignore")
            shape, by_columns, dtype = _READERS[version](stream, max_header_size=_LONGEST_HEADER)
    except KeyError:
        raise WeightsError(f"unknown version of numpy's format: {version} (must be 1.0 or 2.0) in {what}") from None
    except (OSError, *_BROKEN) as error:
        raise WeightsError(f"not an array as numpy writes it: {_first(error)} in {what}") from None
    except (SyntaxError, TypeError, LookupError, RecursionError, MemoryError, OverflowError):
        raise WeightsError(f"not an array as numpy writes it: its header cannot be read in {what}") from None
    if dtype.hasobject:
        raise WeightsError(f"not numbers: objects are not read (nothing is unpickled) in {what}")
    if any(not 0 <= size <= _LARGEST_AXIS for size in shape):
        raise WeightsError(f"wrong shape: {shorten(shape)} in {what}")
    return _Header(tuple(map(int, shape)), by_columns, dtype, stream.tell())


def _numbers(stream: IO[bytes], header: _Header, what: str) -> NDArray[np.generic]:
    try:
        stream.seek(header.length)
        due = header.size - header.length
        content = stream.read(due)
    except (OSError, *_BROKEN) as error:
        raise WeightsError(f"cannot read: {_first(error)} in {what}") from None
    if len(content) != due:
        raise WeightsError(f"not as its header says: {len(content):,} bytes of numbers, must be {due:,} in {what}")
    flat = np.frombuffer(content, dtype=header.dtype)
    return flat.reshape(header.shape, order="F" if header.by_columns else "C")


def read_member(archive: zipfile.ZipFile, name: str, what: str, *, most: int = MOST_BYTES) -> bytes:
    """Return what a member of an archive holds, which is no more than `most` bytes.

    Raises
    ------
    WeightsError
        If it is more, unpacks to far more than it is, or cannot be read.
    """
    member = archive.getinfo(name)
    named = f"{shorten(name)} of {what}"
    _require_unpackable(member, named)
    if member.file_size > most:
        raise WeightsError(f"too large: {member.file_size:,} bytes (at most {most:,} are read): {named}")
    with archive.open(member) as stream:
        content = stream.read(member.file_size + 1)
    if len(content) != member.file_size:
        raise WeightsError(f"not as its header says: {len(content):,} bytes, must be {member.file_size:,}: {named}")
    return content


@contextmanager
def archive_of(path: Path, what: str, kind: str = "an archive as numpy writes it") -> Iterator[zipfile.ZipFile]:
    """Open an archive of this kind; what is wrong with it is told in one line."""
    with opened(path, what) as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                yield archive
        except (OSError, *_BROKEN) as error:
            if isinstance(error, WeightsError):
                raise
            raise WeightsError(f"not {kind}: {_first(error)} in {what}") from None


@contextmanager
def opened(path: Path, what: str) -> Iterator[IO[bytes]]:
    """Open an ordinary file; a pipe or a device may have no end.

    Raises
    ------
    WeightsError
        If it is none, or cannot be opened.
    """
    if path.exists() and not path.is_file():
        raise WeightsError(f"cannot read: not an ordinary file: {what}")
    try:
        stream = path.open("rb")
    except OSError as error:
        raise WeightsError(f"cannot read: {error.strerror}: {what}") from None
    with stream:
        yield stream


def _first(error: BaseException) -> str:
    """Return the first line of an error, short."""
    return shorten(str(error).splitlines()[0] if str(error) else type(error).__name__)[1:-1]
