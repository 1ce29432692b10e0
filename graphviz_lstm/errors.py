"""The exceptions that this package raises on purpose.

Everything that a user can mend is an `InputError`: its text is one line that names what is wrong, the value, what is
allowed and where. `CheckError` and `RenderError` mean that a result was made and may not be trusted.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_CHOICES_SHOWN = 12
_VALUE_SHOWN = 60


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


class CellError(InputError):
    """A cell's file that cannot be read or does not say what it must."""


class ShapeError(InputError):
    """An array whose shape does not fit the cell's equations."""


class NumberError(InputError):
    """A number that is missing, not a number, or not finite where it must be."""


class ExampleError(InputError):
    """An example file that cannot be read or does not say what it must."""


class WeightsError(InputError):
    """A weights file that cannot be read, or does not hold what a layout says."""


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


# What does not show: controls but for tabs and line ends, what turns the reading order or takes no room, and halves
# of characters.
UNSEEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ud800-\\udfff\\ufeff"
    "\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)


def visible(text: str) -> str:
    r"""Return text for a terminal, where what does not show may be a command: that is escaped, lines stay.

    >>> print(visible("a\x1b[31mb\u202ec"))
    a\x1b[31mb\u202ec
    """
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def clip(text: str, most: int = _VALUE_SHOWN) -> str:
    r"""Return a text on one line of at most `most` characters.

    >>> clip("a b\n c"), clip("a" * 100, 10)
    ('a b c', 'aaaaaaa...')
    """
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def shorten(value: object, *, most: int = _VALUE_SHOWN) -> str:
    """Return a value as an error echoes it: its `repr` on one line of at most `most` characters, whatever it is.

    >>> shorten("a" * 200, most=10), shorten(1.5), shorten([1, 2])
    ("'aaaaaa...", '1.5', '[1, 2]')
    >>> shorten(10**5000)
    'an integer of about 5,001 digits'
    """
    if isinstance(value, int) and value.bit_length() > 4 * most:
        # Python refuses to write integers of thousands of digits, and nobody reads one of hundreds.
        return f"an integer of about {value.bit_length() * 30103 // 100000 + 1:,} digits"
    try:
        return clip(repr(value), most)
    except Exception:  # noqa: BLE001 -- somebody else's repr; a message must not fail
        return f"a {type(value).__name__}"


def describe_unknown(what: str, name: Hashable, choices: Iterable[Hashable]) -> str:
    """Return the one line that says which name is unknown and which are known, the nearest first.

    >>> describe_unknown("vertex", "a_9", ["W_A", "a_1", "E"])
    "unknown vertex: 'a_9' (must be one of 'a_1', 'W_A', 'E')"
    """
    known = {_text(choice): choice for choice in choices}
    wanted = _text(name)
    same_letters = [text for text in known if text.casefold() == wanted.casefold()]
    nearest = [*same_letters, *(text for text in get_close_matches(wanted, known, n=3) if text not in same_letters)]
    ordered = nearest + [text for text in known if text not in nearest]
    shown = ", ".join(shorten(known[text]) for text in ordered[:_CHOICES_SHOWN])
    rest = len(ordered) - _CHOICES_SHOWN
    return f"unknown {what}: {shorten(name)} (must be one of {shown}{f' and {rest} more' if rest > 0 else ''})"


def _text(name: Hashable) -> str:
    """Return a name as it is compared with others: at most so much of it as is shown."""
    return name[:_VALUE_SHOWN] if isinstance(name, str) else shorten(name)
