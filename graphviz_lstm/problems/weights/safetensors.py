"""Files of the form safetensors: eight bytes that say how long the header is, the header as JSON, then the numbers.

Each claim of the header is held against the size of the file before any number is read, so that what is read takes no
more memory than the file on the disk. When that is done there is nothing left that the library of this name would do.
"""

from __future__ import annotations

import json
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import WeightsError, shorten
from graphviz_lstm.problems.weights.entries import Entry
from graphviz_lstm.problems.weights.npy import opened

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_LENGTH = 8
_LONGEST_HEADER = 2**24
# Their name of a kind of number -> ours, and how many bytes one takes. Numbers are little-endian.
_KINDS = {
    "F64": ("float64", 8),
    "F32": ("float32", 4),
    "F16": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "F8_E4M3": ("float8_e4m3", 1),
    "F8_E5M2": ("float8_e5m2", 1),
    "I64": ("int64", 8),
    "I32": ("int32", 4),
    "I16": ("int16", 2),
    "I8": ("int8", 1),
    "U64": ("uint64", 8),
    "U32": ("uint32", 4),
    "U16": ("uint16", 2),
    "U8": ("uint8", 1),
    "BOOL": ("bool", 1),
}


def safetensors_entries(path: Path, what: str) -> dict[str, Entry]:
    """Return what a file holds, by name.

    Raises
    ------
    WeightsError
        If it cannot be read, is cut short, or its header is no such header or does not fit the file.
    """
    header, start, end = _header(path, what)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict):
        raise WeightsError(f"wrong header: '__metadata__' is {shorten(metadata)}, must be an object in {what}")
    entries: dict[str, Entry] = {}
    spans: list[tuple[int, int, str]] = []
    for key, told in header.items():
        kind, shape, (first, last) = _claim(key, told, what)
        dtype, size = _KINDS[kind]
        if last - first != prod(shape) * size:
            raise WeightsError(
                f"wrong header: {shorten(key)} is {dtype} {shape}, {prod(shape) * size:,} bytes, and stands on "
                f"{last - first:,} in {what}"
            )
        spans.append((first, last, key))
        entries[key] = Entry(shape, dtype, partial(_numbers, path, dtype, shape, start + first, what))
    reached = 0
    for first, last, key in sorted(spans):
        if first != reached:
            raise WeightsError(f"wrong header: {shorten(key)} begins at byte {first:,}, must at {reached:,} in {what}")
        reached = last
    if reached != end - start:
        raise WeightsError(f"cut short or too long: {end - start:,} bytes of numbers, must be {reached:,} in {what}")
    return entries


def _header(path: Path, what: str) -> tuple[dict[str, Any], int, int]:
    """Return the header, where the numbers begin, and where the file ends."""
    with opened(path, what) as stream:
        held = path.stat().st_size
        length = int.from_bytes(stream.read(_LENGTH), "little")
        if held < _LENGTH or length > held - _LENGTH:
            due = f"its header would have {length:,}" if held >= _LENGTH else "the length of its header takes 8"
            raise WeightsError(f"cut short, or not safetensors: {held:,} bytes, where {due} in {what}")
        if length > _LONGEST_HEADER:
            raise WeightsError(f"too large: a header of {length:,} bytes (at most {_LONGEST_HEADER:,}) in {what}")
        text = stream.read(length)
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        told = f": {error}" if isinstance(error, _TwiceError) else ""
        raise WeightsError(f"wrong header: not JSON{told} in {what}") from None
    if not isinstance(header, dict):
        raise WeightsError(f"wrong header: must be a JSON object, is {shorten(header)} in {what}")
    return header, _LENGTH + length, held


class _TwiceError(ValueError):
    """A key is given twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(f"key given twice: {shorten(next(key for key in keys if keys.count(key) > 1))}")
    return told


def _claim(key: str, told: Any, what: str) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """Return what the header says of one array: its kind of number, its shape, and where it stands."""
    if not isinstance(told, dict) or set(told) != {"dtype", "shape", "data_offsets"}:
        raise WeightsError(
            f"wrong header: {shorten(key)} is {shorten(told)}, must have dtype, shape and data_offsets in {what}"
        )
    kind, shape, span = told["dtype"], told["shape"], told["data_offsets"]
    if not isinstance(kind, str) or kind not in _KINDS:
        known = ", ".join(_KINDS)
        raise WeightsError(
            f"unknown kind of number: {shorten(key)} is {shorten(kind)} (must be one of {known}) in {what}"
        )
    if not _whole(shape) or not _whole(span) or len(span) != 2 or span[0] > span[1]:
        raise WeightsError(
            f"wrong header: {shorten(key)} has shape {shorten(shape)} and data_offsets {shorten(span)} in {what}"
        )
    return kind, tuple(shape), (span[0], span[1])


def _whole(numbers: Any) -> bool:
    """Return whether it is a list of whole numbers, none negative, none that a file could not have."""
    return isinstance(numbers, list) and all(type(n) is int and 0 <= n < 2**62 for n in numbers)


def _numbers(path: Path, dtype: str, shape: tuple[int, ...], start: int, what: str) -> NDArray[np.generic]:
    # Half of a float32's bits, the upper ones: that is what a bfloat16 is.
    kind = np.dtype("<u2" if dtype == "bfloat16" else dtype).newbyteorder("<")
    with opened(path, what) as stream:
        stream.seek(start)
        content = stream.read(prod(shape) * kind.itemsize)
    if len(content) != prod(shape) * kind.itemsize:
        raise WeightsError(f"cut short: it was longer when its header was read: {what}")
    numbers = np.frombuffer(content, dtype=kind).reshape(shape)
    return (numbers.astype(np.uint32) << np.uint32(16)).view(np.float32) if dtype == "bfloat16" else numbers
