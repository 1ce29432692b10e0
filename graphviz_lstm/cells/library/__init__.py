"""The cells that come with the package: one file each, in the form that a user's own has, read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.file import SUFFIX, load_cell, read_cell
from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

LSTM: Cell
GRU: Cell
RNN: Cell


class Library(Mapping[str, Cell]):
    """The library's cells by name, each read when it is first asked for.

    >>> list(CELLS)[:3], CELLS["rnn"].states
    (['cornn', 'gated-deltanet', 'gru'], ('H',))
    """

    def __getitem__(self, name: str) -> Cell:
        """Return the cell of that name."""
        if name not in _names():
            raise KeyError(name)
        return _cell(name)

    def __iter__(self) -> Iterator[str]:
        """Yield the names, in the order of the alphabet."""
        return iter(_names())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(_names())

    def __contains__(self, name: object) -> bool:
        """Return whether there is a cell of that name, which reads none."""
        return name in _names()

    def __repr__(self) -> str:
        """Return the names, which reads no cell."""
        return f"<the library of cells: {', '.join(self)}>"


CELLS = Library()


@cache
def _names() -> tuple[str, ...]:
    there = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in there if name.endswith(SUFFIX)))


@cache
def _cell(name: str) -> Cell:
    return read_cell(_folder().joinpath(f"{name}{SUFFIX}").read_text("utf-8"), name=name)


def _folder() -> Traversable:
    from importlib.resources import files  # ten milliseconds, which importing the package need not take

    return files(__name__)


def __getattr__(name: str) -> Cell:
    """Return the cells that have a name of their own in Python: `LSTM`, `GRU`, `RNN`."""
    return library_cell(name, __name__)


def library_cell(name: str, module: str) -> Cell:
    """Return the cell that is called so in Python; raise `AttributeError`, as of a module, where there is none."""
    if name in ("LSTM", "GRU", "RNN"):
        return CELLS[name.lower()]
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


def cell(name: str) -> Cell:
    """Return the cell of that name; raise `UnknownNameError` with the choices where there is none."""
    if name not in CELLS:
        raise UnknownNameError(describe_unknown("cell", name, CELLS))
    return CELLS[name]


def find_cell(where: str) -> Cell:
    """Return a cell of the library by its name, or the one in a TOML file by its path.

    Raises
    ------
    UnknownNameError
        If it is neither.
    InputError
        If the file cannot be read or does not fit; see `load_cell`.
    """
    if where.endswith(SUFFIX):
        return load_cell(where)
    if where not in CELLS:
        raise UnknownNameError(f"{describe_unknown('cell', where, CELLS)}, or a {SUFFIX} file's path")
    return CELLS[where]


def require_cell(given: object) -> Cell:
    """Return what is given, if it is a cell; raise `InputError` with what would be one where it is not."""
    if isinstance(given, Cell):
        return given
    hint = f", such as CELLS[{given!r}]" if isinstance(given, str) and given in CELLS else ""
    raise InputError(f"not a cell: {shorten(given)} (must be a Cell{hint})")
