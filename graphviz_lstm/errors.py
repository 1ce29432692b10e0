"""The exceptions that this package raises on purpose.

Everything that a user can mend is an `InputError`: its text is one line that names what is wrong, the value, what is
allowed and where. `CheckError` and `RenderError` mean that a result was made and may not be trusted.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_CHOICES_SHOWN = 12


class GraphvizLstmError(Exception):
    """The root: catch this to catch every error that the package raises on purpose."""


class InputError(GraphvizLstmError, ValueError):
    """What was asked for cannot be done as asked."""


class UnknownNameError(InputError, LookupError):
    """A name that nothing bears: of a vertex, an example, a parameter, an activation, an option's value."""


class UnknownVertexError(UnknownNameError):
    """A vertex that is not in the graph."""


class EquationError(InputError):
    """An equation of a cell that cannot be read or does not fit the others."""


class ShapeError(InputError):
    """An array whose shape does not fit the cell's equations."""


class NumberError(InputError):
    """A number that is missing, not a number, or not finite where it must be."""


class ExampleError(InputError):
    """An example file that cannot be read or does not say what it must."""


class GraphError(InputError):
    """A graph that is not acyclic, or not weighted as it must be."""


class NoPathError(InputError):
    """There is no path from the source to the target."""


class TooManyPathsError(InputError):
    """More paths were asked for than can be listed."""


class OutputError(InputError):
    """A file or folder that cannot be written."""


class CheckError(GraphvizLstmError):
    """Two independent ways to the same number disagree by more than rounding."""


class RenderError(GraphvizLstmError):
    """Graphviz failed, or left something out of the picture."""


def shorten(value: object, most: int = 60) -> str:
    """Return a value as a message shows it: on one line, and not too long to read.

    >>> shorten("a" * 100, most=10), shorten([1, 2])
    ('aaaaaaa...', '[1, 2]')
    """
    if isinstance(value, int) and value.bit_length() > 4 * most:
        # Python refuses to write integers of thousands of digits.
        return f"an integer of about {value.bit_length() * 30103 // 100000 + 1:,} digits"
    try:
        text = value if isinstance(value, str) else repr(value)
    except Exception:  # noqa: BLE001 -- somebody else's repr; a message must not fail
        text = f"a {type(value).__name__}"
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def quote(value: object, most: int = 60) -> str:
    """Return a value as a message echoes it: as `shorten`, but text in quotes, and any number that can be written.

    >>> quote("a" * 100, most=10), quote("a"), quote(10**30)
    ("'aaaaaa...", "'a'", '1000000000000000000000000000000')
    >>> quote(10**5000)
    'an integer of about 5,001 digits'
    """
    try:
        text = repr(value)
    except ValueError:  # of a number of thousands of digits
        return shorten(value, most)
    return shorten(text, most)


def describe_unknown(what: str, name: Hashable, choices: Iterable[Hashable]) -> str:
    """Return the one line that says which name is unknown and which are known, the nearest first.

    >>> describe_unknown("vertex", "a_9", ["W_A", "a_1", "E"])
    "unknown vertex: 'a_9' (must be one of 'a_1', 'W_A', 'E')"
    """
    known = {shorten(choice): choice for choice in choices}
    wanted = shorten(name)
    same_letters = [text for text in known if text.casefold() == wanted.casefold()]
    nearest = [*same_letters, *(text for text in get_close_matches(wanted, known, n=3) if text not in same_letters)]
    ordered = nearest + [text for text in known if text not in nearest]
    shown = ", ".join(quote(known[text]) for text in ordered[:_CHOICES_SHOWN])
    rest = len(ordered) - _CHOICES_SHOWN
    return f"unknown {what}: {quote(name)} (must be one of {shown}{f' and {rest} more' if rest > 0 else ''})"
