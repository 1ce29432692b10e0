"""What a door says where something cannot be had: one line, in which no echoed value is long."""

from __future__ import annotations

import re

_LONGEST = 120
# A value that an error echoes stands between quotes; an apostrophe within a word is none.
_ECHOED = re.compile(r"(?<!\w)(?:'[^']*'|\"[^\"]*\")(?!\w)")


def one_line(message: object) -> str:
    r"""Return an error's text as one line; of an echoed value that is long the beginning and the end.

    >>> one_line(ValueError("unknown vertex:\n'W_Q'"))
    "unknown vertex: 'W_Q'"
    >>> len(one_line("unknown vertex: " + repr("W" * 10_000)))
    137
    """
    return _ECHOED.sub(lambda found: _shortened(found.group(0)), " ".join(str(message).split()))


def _shortened(echoed: str) -> str:
    quote, value = echoed[0], echoed[1:-1]
    if len(value) <= _LONGEST:
        return echoed
    half = (_LONGEST - len("...")) // 2
    return f"{quote}{value[:half]}...{value[-half:]}{quote}"
