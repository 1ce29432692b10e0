"""What the readers of both forms ask of a JSON object: its keys, the kinds of their values, and cells in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.file import SUFFIX, UNNAMED
from graphviz_lstm.cells.library import find_cell
from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.errors import ExampleError, InputError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import text_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_OF_A_CELL = ("name", "activations", "output", "ranks", "constants", "groups")
_KINDS = {str: "a text", dict: "an object", list: "an array", int: "a whole number"}


def choose(
    data: dict[str, Any],
    where: str,
    *,
    required: Sequence[str] = (),
    optional: Sequence[str] = (),
    whole: str = "",
) -> None:
    """Raise unless an object has all the keys that it must have, and none that it must not."""
    known = (*required, *optional)
    for key in data:
        if key not in known:
            raise UnknownNameError(describe_unknown(f"key of {where!r}" if where else "key", key, known))
    for key in required:
        if key not in data:
            has = f"{whole or repr(where)} has {', '.join(map(repr, required))}"
            raise ExampleError(f"missing key: {within(where, key)!r} ({has})")


def expect(data: dict[str, Any], key: str, kind: type, where: str = "") -> Any:
    """Return the value of a key, which must be of a kind."""
    return expected(data[key], kind, within(where, key))


def expected(value: object, kind: type, where: str) -> Any:
    """Return a value, which must be of a kind."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ExampleError(f"wrong value: {where!r} is {shorten(value)}, must be {_KINDS[kind]}")
    return value


def text_at(data: dict[str, Any], key: str, where: str, default: str) -> str:
    """Return the text of a key, or the default where there is none."""
    if key not in data:
        return default
    return text_of(within(where, key), expect(data, key, str, where))


def cell_from(value: object, where: str, *, name: str = UNNAMED) -> Cell:
    """Return the cell of a key: by a library's name, a file's path or its equations; from Python also a cell."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, str):
        return _named_cell(value, where)
    if not isinstance(value, dict):
        shown = shorten(value)
        raise ExampleError(f"wrong value: {where!r} is {shown}, must be a name, a path or an object with 'equations'")
    choose(value, where, required=("equations",), optional=_OF_A_CELL)
    lines = expect(value, "equations", list, where)
    for k, line in enumerate(lines):
        expected(line, str, f"{within(where, 'equations')}[{k}]")
        if len(line.splitlines()) > 1:
            raise ExampleError(f"wrong value: '{where}.equations[{k}]' has several lines, must be one equation")
    with_key = within(where, "activations")
    activations = expected(value.get("activations", {}), dict, with_key)
    try:
        return parse_cell(
            text_at(value, "name", where, name),
            "\n".join(lines),
            activations=activations,
            output=text_at(value, "output", where, "") or None,
            ranks=expected(value.get("ranks", {}), dict, within(where, "ranks")),
            constants=expected(value.get("constants", {}), dict, within(where, "constants")),
            groups=expected(value.get("groups", []), list, within(where, "groups")),
        )
    except InputError as error:
        raise type(error)(f"{error} in {where!r}") from None


def _named_cell(name: str, where: str) -> Cell:
    try:
        return find_cell(name)
    except UnknownNameError:
        raise
    except InputError as error:
        raise type(error)(f"{error} in {where!r}") from None


def placed(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a JSON object with paths of cells from a folder on: in an example they begin where it lies.

    >>> from pathlib import Path
    >>> told = placed({"layers": [{"cell": "mine.toml"}, {"cell": "lstm"}]}, Path("nets"))
    >>> told == {"layers": [{"cell": str(Path("nets/mine.toml"))}, {"cell": "lstm"}]}
    True
    """
    return {key: _placed(key, value, folder) for key, value in data.items()}


def _placed(key: str, value: object, folder: Path) -> object:
    if isinstance(value, dict):
        return placed(value, folder)
    if isinstance(value, list):
        # Whatever is no object holds no cell: an array of numbers, or of arrays of them.
        return [placed(part, folder) if isinstance(part, dict) else part for part in value]
    return str(folder / value) if key == "cell" and isinstance(value, str) and value.endswith(SUFFIX) else value


def rebound(cell: Cell, activations: object, where: str) -> Cell:
    """Return a cell some of whose general names are bound otherwise."""
    for general in expected(activations, dict, where):
        if general not in cell.activations:
            raise UnknownNameError(describe_unknown("general activation", general, cell.activations))
    return replace(cell, activations={**cell.activations, **activations})  # type: ignore[dict-item]
