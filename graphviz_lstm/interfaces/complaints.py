"""What a door says where something cannot be had: one line, in which no echoed value is long."""

from __future__ import annotations

import re

from graphviz_lstm.errors import visible

_LONGEST_VALUE = 120
_LONGEST_LINE = 600
# A value that an error echoes stands between quotes, or is a number; an apostrophe within a word is no quote.
_ECHOED = re.compile(r"(?<!\w)(?:'[^']*'|\"[^\"]*\")(?!\w)|[^\s'\"]{121,}")


# What an installation of the paths alone leaves out, and what needs it.
_LEFT_OUT = {
    "graphviz": "figures need it",
    "jinja2": "pages need it",
    "latex2mathml": "pages need it",
    "matplotlib": "plots and the font of figures need it",
    "pygraphviz": "figures need it",
    "sympy": "derivations and the answer of 'explain' need it",
}


def describe_left_out(missing: str | None) -> str | None:
    """Return what to install where a module is missing; None of one that an installation always has.

    >>> describe_left_out("sympy.polys")
    "not installed: 'sympy' (derivations and the answer of 'explain' need it: pip install sympy)"
    >>> describe_left_out("numpy")
    """
    package = (missing or "").partition(".")[0]
    if package not in _LEFT_OUT:
        return None
    return f"not installed: {package!r} ({_LEFT_OUT[package]}: pip install {package})"


def one_line(message: object) -> str:
    r"""Return an error's text as one line; of an echoed value that is long the beginning and the end.

    >>> one_line(ValueError("unknown vertex:\n'W_Q'"))
    "unknown vertex: 'W_Q'"
    >>> len(one_line("unknown vertex: " + repr("W" * 10_000)))
    135
    """
    line = visible(" ".join(str(message).split()))
    shorter = _ECHOED.sub(lambda found: _shortened(found.group(0), _LONGEST_VALUE), line)
    # A value that holds quotes itself is not told from the rest.
    return _shortened(shorter, _LONGEST_LINE)


def _shortened(text: str, most: int) -> str:
    half = (most - len("...")) // 2
    return text if len(text) <= most else f"{text[:half]}...{text[-half:]}"
