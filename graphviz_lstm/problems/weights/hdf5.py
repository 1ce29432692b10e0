"""HDF5 files, as Keras writes weights: groups within groups, and arrays that lie in the file in one piece.

The format [1]_ has far more, links to other files and code of filters among it, and its library does not end on some
broken files. So what Keras writes is read here: the first form of the format, of which each claim is held against the
size of the file; whatever else stands in it is refused. How much is looked at has a bound, so that no file is endless.

References
----------
.. [1] The HDF Group, "HDF5 File Format Specification", version 3.0: superblock 0, object headers 1, groups of symbol
   tables, layout 3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import partial
from math import prod
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.errors import WeightsError, shorten
from graphviz_lstm.problems.weights.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    Opened = Callable[[], AbstractContextManager[IO[bytes]]]

_BEGINS = b"\x89HDF\r\n\x1a\n"
_NOWHERE = 2**64 - 1
_DEEPEST, _LONGEST = 32, 4096
# So often something is read at most: fifty thousand arrays take as much.
_MOST_READINGS = 500_000
_SPACE, _KIND, _LAYOUT, _ATTRIBUTE, _MORE, _TABLE = 1, 3, 8, 12, 16, 17
# What an array or a group may have beside, and no number depends on: fill values, dates, comments, when space is taken.
_BESIDE = (0, 2, 4, 5, 10, 13, 14, 18, 19, 21, 22)
_WHOLE, _FLOAT, _OPAQUE, _VARIABLE = 0, 1, 5, 9
# Where sign, exponent and mantissa of a floating number stand, as IEEE 754 has it: bytes -> what the file must say.
_IEEE = {2: (0, 16, 10, 5, 0, 10, 15), 4: (0, 32, 23, 8, 0, 23, 127), 8: (0, 64, 52, 11, 0, 52, 1023)}


class _BrokenError(ValueError):
    """What the file says cannot be; in words."""


class _Kind(NamedTuple):
    """What a number or another thing is: its name, how many bytes it takes, how numpy reads it where it is a number."""

    name: str
    size: int
    read: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What an HDF5 file holds.

    Attributes
    ----------
    entries
        Path -> array.
    names
        Path of a group -> what its attribute `name` says, where it has one.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def hdf5_held(again: Opened, what: str) -> Held:
    """Return what a file holds; `again` opens it, now and to read numbers of it.

    Raises
    ------
    WeightsError
        If it is no such file, is broken, or holds what Keras does not write.
    """
    with again() as stream:
        size = stream.seek(0, 2)
        file = _File(stream, size, again, what)
        try:
            return file.held()
        except (ValueError, struct.error, IndexError) as error:
            told = str(error) if isinstance(error, _BrokenError) else "it is cut short"
            raise WeightsError(f"not HDF5 as Keras writes it: {told} in {what}") from None


class _File:
    """A file that is being read."""

    def __init__(self, stream: IO[bytes], size: int, again: Opened, what: str) -> None:
        self._stream, self._size, self._again, self._what = stream, size, again, what
        self._left = _MOST_READINGS
        self._found = Held()

    def held(self) -> Held:
        """Return what it holds."""
        begins, versions, offsets, lengths = struct.unpack("<8s5sBBx", self._read(0, 16)[:16])
        if begins != _BEGINS:
            raise _BrokenError("it does not begin so")
        if versions[0] or (offsets, lengths) != (8, 8):
            raise _BrokenError(f"its form is {versions[0]}, with addresses of {offsets} bytes (must be 0, of 8)")
        base, root = *struct.unpack("<Q", self._read(24, 8)), *struct.unpack("<Q", self._read(64, 8))
        if base:
            raise _BrokenError("it begins within another file")
        self._walk(root, "", 0)
        return self._found

    def _read(self, start: int, size: int) -> bytes:
        """Return so many bytes of the file, which are there."""
        self._left -= 1
        if self._left < 0:
            raise _BrokenError("it goes round in circles, or has too many parts")
        if not 0 <= start <= self._size - size:
            raise _BrokenError(f"something would stand at byte {start:,} of {self._size:,}")
        self._stream.seek(start)
        return self._stream.read(size)

    def _walk(self, address: int, path: str, depth: int) -> None:
        """Take what stands at an address: an array, or a group and all that is in it."""
        if depth > _DEEPEST:
            raise _BrokenError(f"more than {_DEEPEST} groups are within each other")
        parts: dict[int, bytes] = {}
        attributes: dict[str, str] = {}
        for kind, content in self._messages(address):
            if kind == _ATTRIBUTE:
                attributes |= self._attribute(content)
            elif kind in (_SPACE, _KIND, _LAYOUT, _TABLE):
                parts[kind] = content
            elif kind not in _BESIDE:
                raise _BrokenError(f"{shorten(path or '/')} has a part of kind {kind}, which is not read")
        if _TABLE in parts:
            if "name" in attributes:
                self._found.names[path] = attributes["name"]
            for name, inner in self._members(*struct.unpack_from("<QQ", parts[_TABLE])):
                self._walk(inner, f"{path}/{name}" if path else name, depth + 1)
        elif {_SPACE, _KIND, _LAYOUT} <= set(parts):
            half = attributes.get("dtype") == "bfloat16"
            self._found.entries[path] = self._entry(path, *(parts[k] for k in (_SPACE, _KIND, _LAYOUT)), half=half)
        else:
            raise _BrokenError(f"{shorten(path or '/')} is neither a group nor an array")

    def _messages(self, address: int) -> Iterator[tuple[int, bytes]]:
        """Yield the parts of what stands at an address, each with its kind."""
        version, count, size = struct.unpack("<BxHxxxxI", self._read(address, 12))
        if version != 1:
            raise _BrokenError(f"its parts are of form {version} (must be 1)")
        blocks = [(address + 16, size)]
        while blocks and count:
            start, size = blocks.pop(0)
            block, place = self._read(start, min(size, self._size)), 0
            while place + 8 <= len(block) and count:
                kind, length, flags = struct.unpack_from("<HHB", block, place)
                content = block[place + 8 : place + 8 + length]
                place, count = place + 8 + length, count - 1
                if len(content) < length or flags & 2:
                    raise _BrokenError("a part of it is cut short, or stands elsewhere")
                if kind == _MORE:
                    blocks.append(struct.unpack_from("<QQ", content))
                else:
                    yield kind, content

    def _members(self, tree: int, heap: int) -> Iterator[tuple[str, int]]:
        """Yield the name and the address of each member of a group."""
        begins, size, start = struct.unpack("<4s4xQ8xQ", self._read(heap, 32))
        if begins != b"HEAP":
            raise _BrokenError("the names of a group are not there")
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            head = self._read(node, 8)
            if head[:4] == b"SNOD":
                for k in range(struct.unpack("<H", head[6:])[0]):
                    name, address, link = struct.unpack("<QQI", self._read(node + 8 + 40 * k, 20))
                    if link == 2:
                        raise _BrokenError("a member of a group is a link to elsewhere")
                    yield self._name(start, size, name), address
            elif head[:5] == b"TREE\0":
                used = struct.unpack("<H", head[6:])[0]
                children = self._read(node + 24, 16 * used + 8)
                waiting += reversed(struct.unpack_from("<" + "8xQ" * used, children))
            else:
                raise _BrokenError("the members of a group are not there")

    def _name(self, start: int, size: int, place: int) -> str:
        if place >= size:
            raise _BrokenError("a member of a group has no name")
        text = self._read(start + place, min(_LONGEST, size - place, max(self._size - start - place, 0)))
        name, ended, _ = text.partition(b"\0")
        if not name or not ended:
            raise _BrokenError("a member of a group has no name")
        return name.decode("utf-8", "backslashreplace")

    def _attribute(self, content: bytes) -> dict[str, str]:
        """Return an attribute that is a text by its name; nothing of any other."""
        version, _, *sizes = struct.unpack_from("<BBHHH", content)
        each = [-(-size // 8) * 8 for size in sizes] if version == 1 else sizes
        place = {1: 8, 2: 8, 3: 9}.get(version, len(content))
        name = content[place : place + sizes[0]].rstrip(b"\0").decode("utf-8", "backslashreplace")
        kind = content[place + each[0] :][: sizes[1]]
        value = content[place + sum(each) :]
        if name not in ("name", "dtype") or kind[:1] not in (b"\x19", b"\x29", b"\x39") or len(value) < 16:
            return {}
        return {name: self._text(*struct.unpack_from("<IQI", value))}

    def _text(self, length: int, heap: int, number: int) -> str:
        """Return a text of the heap of all texts, by its number there."""
        begins, size = struct.unpack("<4s4xQ", self._read(heap, 16))
        place, end = heap + 16, heap + min(size, self._size)
        while begins == b"GCOL" and place + 16 <= end:
            index, taken = struct.unpack("<H6xQ", self._read(place, 16))
            if index == number:
                return self._read(place + 16, min(length, taken, _LONGEST)).decode("utf-8", "backslashreplace")
            if not index:
                break
            place += 16 + -(-taken // 8) * 8
        raise _BrokenError("a text is not where it should be")

    def _entry(self, path: str, space: bytes, kind: bytes, layout: bytes, *, half: bool) -> Entry:
        """Return an array, when it lies in the file as it says."""
        own, shape = _kind(kind, half=half), _shape(space)
        version, way, start, held = struct.unpack_from("<BBQQ", layout) if len(layout) >= 18 else (*layout[:2], 0, 0)
        told, due = f"{shorten(path)} is {own.name} {shape}", prod(shape) * own.size
        if version not in (3, 4) or way != 1:
            raise _BrokenError(f"{told}, in pieces (must be in one)")
        if due and (start == _NOWHERE or held != due or start > self._size - due):
            raise _BrokenError(f"{told}, {due:,} bytes, and would stand on {held:,} of {self._size:,}")
        return Entry(shape, own.name, partial(_numbers, self._again, start if due else 0, shape, own, self._what))


def _shape(space: bytes) -> tuple[int, ...]:
    version, axes = space[0], space[1]
    return struct.unpack_from(f"<{axes}Q", space, {1: 8, 2: 4}.get(version, len(space)))


def _kind(content: bytes, *, half: bool) -> _Kind:
    """Return what each number of an array is."""
    of, order, size = content[0] & 15, content[1], struct.unpack_from("<I", content, 4)[0]
    big = ">" if order & 1 else "<"
    told = (order & 64, content[2], *struct.unpack_from("<HHBBBBI", content, 8)) if of == _FLOAT else ()
    if size in _IEEE and told == (0, 8 * size - 1, *_IEEE[size]):
        return _Kind(f"float{8 * size}", size, f"{big}f{size}")
    if of == _WHOLE and size in (1, 2, 4, 8):
        sign = "i" if order & 8 else "u"
        return _Kind(f"{'u' if sign == 'u' else ''}int{8 * size}", size, f"{big}{sign}{size}")
    if of == _OPAQUE and size == 2 and half:
        return _Kind("bfloat16", size, "<u2")
    return _Kind(f"of another kind, {of},", size)


def _numbers(again: Opened, start: int, shape: tuple[int, ...], kind: _Kind, what: str) -> NDArray[np.generic]:
    if not kind.read:
        raise WeightsError(f"not numbers: {kind.name} in {what}")
    due = prod(shape) * kind.size
    with again() as stream:
        stream.seek(start)
        content = stream.read(due)
    if len(content) != due:
        raise WeightsError(f"cut short: it was longer when its header was read: {what}")
    numbers: NDArray[Any] = np.frombuffer(content, dtype=kind.read).reshape(shape)
    # The upper half of a float32's bits: that is what a bfloat16 is.
    return (numbers.astype(np.uint32) << np.uint32(16)).view(np.float32) if kind.name == "bfloat16" else numbers
